import type { Department, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Freshness } from '@faultline/shared/vehicle/state.ts';
import { freshnessOf, isUnderWay, vehicleStateOf } from '@faultline/shared/vehicle/state.ts';
import type { Fix, VehicleState } from '@faultline/shared/vehicle/vehicle.ts';
import { distanceM, travelTime } from '@faultline/shared/vehicle/vehicle.ts';

/** A vehicle as a dispatcher weighs it. */
export interface VehicleChoice {
  readonly vehicle: Vehicle;
  readonly state: VehicleState;
  readonly freshness: Freshness;
  readonly fixedAt: Instant | null;
  readonly distanceM: number | null;
  readonly travelMs: Duration | null;
  /** Tickets it has to serve already. */
  readonly load: number;
  readonly missesPromise: boolean;
  readonly isOfCentre: boolean;
}

export interface ChoiceInput {
  readonly ticket: Ticket;
  readonly promiseDue: Instant;
  readonly vehicles: readonly Vehicle[];
  readonly departments: ReadonlyMap<string, Department>;
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly positionOf: (index: number) => Fix | null;
  readonly now: Instant;
}

/** How often vehicles report, at the least. */
const REPORT_INTERVAL: Duration = 10 * SECOND;

export function vehicleChoices(input: ChoiceInput): readonly VehicleChoice[] {
  const centreId = input.ticket.issues.at(-1)?.centreId;
  return input.vehicles
    .filter(({ isActive, duty }) => isActive && duty !== 'off-duty')
    .map((vehicle) => choiceOf(vehicle, input, centreId))
    .sort(
      (a, b) =>
        Number(b.isOfCentre) - Number(a.isOfCentre) ||
        Number(a.vehicle.duty === 'paused') - Number(b.vehicle.duty === 'paused') ||
        (a.travelMs ?? Number.POSITIVE_INFINITY) - (b.travelMs ?? Number.POSITIVE_INFINITY),
    );
}

function choiceOf(vehicle: Vehicle, input: ChoiceInput, centreId: string | undefined): VehicleChoice {
  const fix = input.positionOf(vehicle.index);
  const travelMs = fix ? travelTime(fix, input.ticket.report.place) : null;
  const tickets = [...input.tickets.values()];
  return {
    vehicle,
    state: vehicleStateOf(vehicle, tickets),
    freshness: freshnessOf(fix?.receivedAt ?? null, input.now, REPORT_INTERVAL),
    fixedAt: fix?.fixedAt ?? null,
    distanceM: fix ? distanceM(fix, input.ticket.report.place) : null,
    travelMs,
    load: tickets.filter((ticket) => ticket.legs.some((leg) => leg.vehicleId === vehicle.id && isUnderWay(ticket, leg)))
      .length,
    missesPromise: travelMs !== null && input.now + travelMs > input.promiseDue,
    isOfCentre: input.departments.get(vehicle.crewId)?.centreId === centreId,
  };
}
