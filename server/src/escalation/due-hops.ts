import { nextRung } from '@faultline/shared/escalation/ladder.ts';
import type { DueCall } from '@faultline/shared/escalation/plan.ts';
import type { CallAttempt } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Allowance } from './allowance.ts';
import type { DutyFinder, Meant } from './callee.ts';
import type { OpenLadder } from './ladder-book.ts';
import { MANUAL_LINE } from './manual-line.ts';
import type { CalledPerson, PhoneLine } from './phone-line.ts';

/** A hop whose next call is due, whom it means now, and what the plan has to know of it. */
export interface DueHop {
  readonly what: 'call';
  readonly open: OpenLadder;
  readonly meant: Extract<Meant, { who: 'person' }>;
  readonly call: DueCall;
}

/** A hop whose next step has nobody to ring. */
export interface EmptyStep {
  readonly what: 'nobody';
  readonly open: OpenLadder;
  readonly meant: Extract<Meant, { who: 'nobody' }>;
}

/** A call here costs nothing and disturbs nobody but its own people. */
const UNMETERED: ReadonlySet<string> = new Set(['console', MANUAL_LINE]);

/** A person was asked to ring; it is still this very try, and a line that comes free takes it over. [E2] */
function isAsked({ live }: OpenLadder): boolean {
  return live?.line === MANUAL_LINE;
}

export function isDue(open: OpenLadder, now: Instant): boolean {
  if (open.live !== null) return isAsked(open);
  return open.ladder.dueAt !== null && open.ladder.dueAt <= now;
}

/** @returns `null` when the policy rings nobody, or nothing can be done better than what is being done by hand. */
export async function dueHop(
  open: OpenLadder,
  parts: {
    readonly duty: DutyFinder;
    /** In the site's order, without the manual one. */
    readonly lines: readonly PhoneLine[];
    readonly allowance: Allowance;
  },
): Promise<DueHop | EmptyStep | null> {
  const meant = parts.duty.meantBy(open);
  if (meant.who === 'no-ladder') return null;
  if (meant.who === 'nobody') return isAsked(open) ? null : { what: 'nobody', open, meant };
  const failed = failedLines(open, parts.lines);
  const lines = await linesTo(meant.person, { ...parts, failed });
  if (isAsked(open) && lines.length === 0) return null;
  const { phone, contactId } = meant.person;
  const { ticket, feedback } = open;
  const dueAt = waitsSince(open);
  return {
    what: 'call',
    open,
    meant,
    call: { ticketId: ticket.id, key: feedback.key, dueAt, phone, contactId, lines },
  };
}

/** The lines that reach him now, in the site's order; those that cost only as often as the site allows. */
export async function linesTo(
  person: CalledPerson,
  parts: { readonly lines: readonly PhoneLine[]; readonly allowance: Allowance; readonly failed: readonly string[] },
): Promise<readonly string[]> {
  const ids = parts.lines.flatMap((line) =>
    !parts.failed.includes(line.id) && line.canReach(person) ? [line.id] : [],
  );
  if (ids.every((id) => UNMETERED.has(id)) || (await parts.allowance.mayRing(person.phone))) return ids;
  return ids.filter((id) => UNMETERED.has(id));
}

/** Lines that failed in this try, but for one that has come up again since a person was asked instead. */
function failedLines({ ladder, live }: OpenLadder, lines: readonly PhoneLine[]): readonly string[] {
  const failed = nextRung(ladder).failedLines;
  if (live === null) return failed;
  const upSince = (id: string): Instant => lines.find((line) => line.id === id)?.status().since ?? 0;
  return failed.filter((id) => upSince(id) <= live.at);
}

/**
 * Its place in the queue before the lines. A try that was only asked for by hand, or that had nobody to ring, is no
 * turn: else whoever waits too long for a line would go to the end of the queue each time a person did not ring either.
 * [E5]
 */
function waitsSince({ feedback: { attempts, raisedAt }, ladder, live }: OpenLadder): Instant {
  const last = attempts.at(-1);
  if (!last || last.callId === null || wasTurn(last)) return ladder.dueAt ?? live?.at ?? raisedAt;
  return attempts.findLast(wasTurn)?.endedAt ?? raisedAt;
}

function wasTurn({ line, callId }: CallAttempt): boolean {
  return callId !== null && line !== MANUAL_LINE && line !== '';
}
