import type { CallAttempt, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Candidate } from './assignment.ts';
import type { FreePhone } from './free-phones.ts';
import type { LiveBoard } from './live-board.ts';
import type { PaperTicket } from './paper-tickets.ts';
import type { PlannedTicket } from './planned-ticket.ts';

/** A ring that comes within this time is soon enough for a visitor who has just opened the phone. */
const SOON: Duration = 90 * SECOND;
/** So long ago a ticket for a visitor was dispatched: its duty phone rings at the fourth minute. [E1] */
const DISPATCHED_AGO: Duration = 200 * SECOND;
/** Between two tickets for the same visitor lie the deeds that follow the first. */
const RESTS: Duration = 3 * MINUTE;
/** Rung twice without an answer, the visitor has gone and left the page open. */
const GONE_AFTER_CALLS = 2;
/** One that its duty phone is rung for, beside one that has climbed to the chiefs. */
const MOST_UNACCEPTED = 2;

/**
 * Whether a visitor at the duty phone of a silent crew would wait in vain, so that another ticket has to come to it.
 * @param tickets all that are open.
 * @returns how long before `now` that ticket is to have been dispatched; `null` when none is wanted.
 */
export function wantedTicketAge(tickets: Iterable<Ticket>, phone: FreePhone, now: Instant): Duration | null {
  const { contactId, crewId, takenSince, ringsAt } = phone;
  if (takenSince === null || (ringsAt !== null && ringsAt <= now + SOON)) return null;
  const all = [...tickets];
  if (all.filter((ticket) => isUnaccepted(ticket, crewId)).length >= MOST_UNACCEPTED) return null;
  const calls = all
    .flatMap((ticket) => callsTo(contactId, ticket))
    .filter(({ at }) => at >= takenSince)
    .sort((a, b) => a.at - b.at);
  const last = calls.at(-1);
  if (last === undefined) return DISPATCHED_AGO;
  if (last.endedAt === null || now < last.endedAt + RESTS) return null;
  const latest = calls.slice(-GONE_AFTER_CALLS);
  const hasGone = latest.length === GONE_AFTER_CALLS && latest.every(({ outcome }) => outcome === 'no-answer');
  return hasGone ? null : DISPATCHED_AGO;
}

/** Whether the ticket lies at this crew and waits to be accepted. */
export function isUnaccepted(ticket: Ticket, crewId: string): boolean {
  const leg = openLeg(ticket);
  return leg?.crewId === crewId && leg.F === null && leg.G === null && leg.H === null;
}

/** Calls that rang the phone itself; what a dispatcher tried by another phone is not among them. */
function callsTo(contactId: string, ticket: Ticket): readonly CallAttempt[] {
  return ticket.feedbacks.flatMap(({ attempts }) =>
    attempts.filter((attempt) => attempt.contactId === contactId && attempt.line !== 'manual'),
  );
}

/** From the call to the issue and from there to the dispatch, at most: the promise can still be kept. */
const LONGEST_WAIT: Duration = 100 * SECOND;
/** A slip of paper is handed on and read. */
const HANDED_OVER_AFTER: Duration = 10 * SECOND;

/** A ticket that went on paper as far as the dispatch to this vehicle, `dispatchedAt`. [T7] */
function lyingTicket(
  planned: PlannedTicket,
  place: { readonly key: string; readonly vehicleId: string; readonly dispatchedAt: Instant },
): PaperTicket {
  const { key, vehicleId, dispatchedAt: D } = place;
  const B = D - Math.max(Math.min(planned.hops.dispatchAfter, LONGEST_WAIT), 2 * HANDED_OVER_AFTER);
  const A = B - Math.min(planned.hops.issueAfter, LONGEST_WAIT);
  const written = { A, B, C: B + HANDED_OVER_AFTER, D, E: D + HANDED_OVER_AFTER, F: null, G: null };
  return { ticket: { ...planned, key, hangUpAt: A }, written, vehicleId, drivenShare: 0 };
}

export interface SilentCrewsParts {
  readonly board: Pick<LiveBoard, 'tickets'>;
  /** By the crew, in the order in which they come. */
  readonly tickets: () => ReadonlyMap<string, readonly PlannedTicket[]>;
  readonly candidates: () => readonly Candidate[];
  readonly enter: (paper: PaperTicket) => void;
  readonly startedAt: Instant;
}

/** A shift begins with a ticket near its fourth minute. */
const FIRST_DISPATCHED_AGO: Duration = 3 * MINUTE;
/** What was entered is on the board by then. */
const SEEN_WITHIN: Duration = 20 * SECOND;

/**
 * Sees to it that a ticket lies at each silent crew when the shift begins, and that a visitor at its duty phone is rung
 * soon, whenever he comes.
 */
export class SilentCrews {
  readonly #parts: SilentCrewsParts;
  readonly #begun = new Set<string>();
  readonly #notBefore = new Map<string, Instant>();
  #entered = 0;

  constructor(parts: SilentCrewsParts) {
    this.#parts = parts;
  }

  /** The first ticket waits for a vehicle of the crew to be there; what an earlier shift left lying is one as well. */
  beat(now: Instant): void {
    const tickets = [...this.#parts.board.tickets.values()];
    for (const crewId of this.#parts.tickets().keys()) {
      if (this.#begun.has(crewId)) continue;
      const hasOne = tickets.some((ticket) => isUnaccepted(ticket, crewId));
      if (hasOne || this.#enter(crewId, now - FIRST_DISPATCHED_AGO, now)) this.#begun.add(crewId);
    }
  }

  serve(phones: readonly FreePhone[], now: Instant): void {
    for (const phone of phones) {
      if (now < (this.#notBefore.get(phone.crewId) ?? 0)) continue;
      const age = wantedTicketAge(this.#parts.board.tickets.values(), phone, now);
      if (age !== null) this.#enter(phone.crewId, now - age, now);
    }
  }

  #enter(crewId: string, dispatchedAt: Instant, now: Instant): boolean {
    const planned = this.#parts.tickets().get(crewId) ?? [];
    const next = planned[this.#entered % Math.max(planned.length, 1)];
    const vehicleId = this.#vehicleOf(crewId);
    if (next === undefined || vehicleId === null) return false;
    const key = `${this.#parts.startedAt.toString(36)}-silent-${this.#entered}`;
    this.#entered += 1;
    this.#notBefore.set(crewId, now + SEEN_WITHIN);
    this.#parts.enter(lyingTicket(next, { key, vehicleId, dispatchedAt }));
    return true;
  }

  /** The one that holds the least: a visitor who takes ticket after ticket finds them queued on their vehicles. [T8] */
  #vehicleOf(crewId: string): string | null {
    const own = this.#parts.candidates().filter((candidate) => candidate.crewId === crewId);
    return own.toSorted((a, b) => a.load - b.load)[0]?.vehicleId ?? null;
  }
}
