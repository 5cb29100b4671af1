import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { vehicleStateOf } from '@faultline/shared/vehicle/state.ts';
import type { VehicleState } from '@faultline/shared/vehicle/vehicle.ts';

/** What every vehicle is doing. The tickets are sorted out first, so that thousands of each stay cheap. [V2] */
export function vehicleStatesOf(
  vehicles: readonly Vehicle[],
  tickets: Iterable<Ticket>,
): ReadonlyMap<string, VehicleState> {
  const held = new Map<string, Ticket[]>();
  for (const ticket of tickets) {
    const vehicleId = ticket.legs.at(-1)?.vehicleId;
    if (vehicleId === undefined) continue;
    const others = held.get(vehicleId);
    if (others) others.push(ticket);
    else held.set(vehicleId, [ticket]);
  }
  return new Map(vehicles.map((vehicle) => [vehicle.id, vehicleStateOf(vehicle, held.get(vehicle.id) ?? [])]));
}
