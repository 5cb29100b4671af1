import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { arrivalOf } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { FAULT_STORIES } from './fault-catalogue.ts';
import type { PlannedHops, PlannedOutcome, PlannedTicket } from './planned-ticket.ts';
import { PARKING, paceAt, planWriting } from './planned-ticket.ts';
import type { SeededRandom } from './seeded-random.ts';
import { seededRandom } from './seeded-random.ts';

/** How the people of the simulation treat one ticket; whatever a visitor does to it meanwhile, they go on from there. */
export interface Manner {
  readonly hops: PlannedHops;
  readonly outcome: PlannedOutcome;
  /** Dispatched first if it is free. */
  readonly homeVehicleId: string | null;
  /** The desks look at the ticket from then on. */
  readonly notBefore: Instant;
}

export function plannedManner({ hops, outcome, homeVehicleId }: PlannedTicket): Manner {
  return { hops, outcome, homeVehicleId, notBefore: 0 };
}

export interface MannerOptions {
  readonly seed: number;
  readonly speed: number;
  readonly now: Instant;
}

/** A ticket so old that nobody waits for its crew any more. */
const STALE_AFTER: Duration = 3 * HOUR;
/** The leftovers of an earlier shift are not all touched in the same second. */
const SETTLED_WITHIN: Duration = 30 * SECOND;

/** A ticket that was open before this shift began: driven on and closed, or cancelled when it is hours old. */
export function leftoverManner(ticket: Ticket, { seed, speed, now }: MannerOptions): Manner {
  const random = seededRandom(seed, 'leftover', ticket.id);
  const isStale = now - ticket.A.at > STALE_AFTER && arrivalOf(ticket) === null && ticket.cleared === null;
  return {
    hops: typicalHops(random, speed),
    outcome: isStale ? { kind: 'cancelled', reason: 'restored-meanwhile', after: 0 } : repaired(ticket, random),
    homeVehicleId: null,
    notBefore: now + Math.round(random.unit() * SETTLED_WITHIN),
  };
}

/** Whoever opened a ticket by hand wants to issue and dispatch it by hand; after this long the desks do it for him. */
const LEFT_TO_VISITOR: Duration = 15 * MINUTE;

export function visitorsManner(ticket: Ticket, { seed, speed }: Omit<MannerOptions, 'now'>): Manner {
  const random = seededRandom(seed, 'visitor', ticket.id);
  const patience = {
    issueAfter: LEFT_TO_VISITOR,
    takeAfter: LEFT_TO_VISITOR,
    dispatchAfter: LEFT_TO_VISITOR,
    closeAfter: LEFT_TO_VISITOR,
  };
  return {
    hops: { ...typicalHops(random, speed), ...patience },
    outcome: repaired(ticket, random),
    homeVehicleId: null,
    notBefore: 0,
  };
}

function repaired(ticket: Ticket, random: SeededRandom): PlannedOutcome {
  return { kind: 'repaired', record: random.oneOf(FAULT_STORIES[ticket.report.faultClass]).record };
}

function typicalHops(random: SeededRandom, speed: number): PlannedHops {
  return {
    issueAfter: between(random, 30 * SECOND, 90 * SECOND),
    takeAfter: between(random, 10 * SECOND, 30 * SECOND),
    dispatchAfter: between(random, 40 * SECOND, 80 * SECOND),
    acceptAfter: between(random, 20 * SECOND, 80 * SECOND),
    departAfter: between(random, 60 * SECOND, 150 * SECOND),
    driveFor: 0,
    driveMetresPerSecond: paceAt(speed),
    parkFor: PARKING,
    repairFor: Math.round(between(random, 10 * MINUTE, 30 * MINUTE) / speed),
    ...planWriting(random),
    departureReport: 'on-departure',
    arrivalReport: 'on-arrival',
  };
}

function between(random: SeededRandom, from: Duration, to: Duration): Duration {
  return Math.round(from + random.unit() * (to - from));
}
