import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { legsOfVehicle, vehiclesOf } from '@faultline/shared/vehicle/state.ts';
import type { JournalStore } from '../store/store.ts';

/** Which tickets a vehicle has to know of; ids only, the tickets stand in the store. */
export interface LegBook {
  /** Reads what was under way before a restart. */
  load(districts: readonly string[]): Promise<void>;
  ticketIdsOf(vehicleId: string): readonly string[];
  /** Follows one commit. @returns the vehicles that have to be told of it. */
  follow(before: Ticket | null, after: Ticket): ReadonlySet<string>;
}

export function createLegBook(store: Pick<JournalStore, 'openTickets'>): LegBook {
  const byVehicle = new Map<string, Set<string>>();

  const put = (vehicleId: string, ticket: Ticket): void => {
    const ids = byVehicle.get(vehicleId) ?? new Set();
    if (legsOfVehicle(ticket, vehicleId).length > 0) byVehicle.set(vehicleId, ids.add(ticket.id));
    else if (ids.delete(ticket.id) && ids.size === 0) byVehicle.delete(vehicleId);
  };

  return {
    async load(districts) {
      for (const district of districts) {
        const tickets = await store.openTickets(district);
        for (const ticket of tickets) for (const vehicleId of allVehiclesOf(ticket)) put(vehicleId, ticket);
      }
    },
    ticketIdsOf: (vehicleId) => [...(byVehicle.get(vehicleId) ?? [])],
    follow(before, after) {
      const concerned = new Set<string>();
      for (const vehicleId of allVehiclesOf(after)) {
        const isConcerned = legsOfVehicle(after, vehicleId).length > 0;
        const wasConcerned = before !== null && legsOfVehicle(before, vehicleId).length > 0;
        if (isConcerned || wasConcerned) concerned.add(vehicleId);
        put(vehicleId, after);
      }
      return concerned;
    },
  };
}

function allVehiclesOf(ticket: Ticket): ReadonlySet<string> {
  return new Set(ticket.legs.flatMap(vehiclesOf));
}
