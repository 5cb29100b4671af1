import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { travelTime } from '@faultline/shared/vehicle/vehicle.ts';
import type { LonLat } from '../map/local-metres.ts';
import type { ShiftVehicle } from './planned-ticket.ts';

export interface Candidate extends ShiftVehicle {
  readonly centreId: string | null;
  readonly position: LonLat;
  /** Tickets that it holds and has not recorded yet. */
  readonly load: number;
  /** Its crew has let a ticket lie: a dispatcher does not give it another one as long as there is somebody else. */
  readonly letsOneLie: boolean;
}

export interface Search {
  readonly homeVehicleId: string | null;
  /** Nobody has been free for long: the ticket may wait on a vehicle that holds another one. [T8] */
  readonly mayQueue: boolean;
}

/** A vehicle that holds more is not a queue any more but a mistake. */
const MOST_HELD = 2;

/**
 * The vehicle that the centre's dispatcher picks: the home vehicle if it is free, else the one that is there soonest;
 * of the centre's own crews and of those that the fault's class belongs to, as long as there are any.
 */
export function chooseVehicle(ticket: Ticket, candidates: readonly Candidate[], search: Search): Candidate | null {
  const centreId = ticket.issues.at(-1)?.centreId;
  // A crew that did not answer for this ticket once is not asked again.
  const failed = new Set(ticket.legs.filter((leg) => leg.ending !== null).map((leg) => leg.crewId));
  const able = candidates.filter(({ crewId, load }) => !failed.has(crewId) && load < (search.mayQueue ? MOST_HELD : 1));
  const willing = able.filter(({ letsOneLie }) => !letsOneLie);
  const usable = willing.length > 0 ? willing : able;
  const home = usable.find(({ vehicleId, load }) => vehicleId === search.homeVehicleId && load === 0);
  if (home) return home;
  const byFit = (candidate: Candidate): number =>
    (candidate.serves.includes(ticket.report.faultClass) ? 0 : 1) + (candidate.centreId === centreId ? 0 : 2);
  const driving = (candidate: Candidate): number => travelTime(candidate.position, ticket.report.place);
  return usable.toSorted((a, b) => a.load - b.load || byFit(a) - byFit(b) || driving(a) - driving(b))[0] ?? null;
}
