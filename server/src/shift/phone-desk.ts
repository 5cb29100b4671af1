import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { CallAttempt, Feedback, HandOutcome, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { Account } from './account.ts';
import { ServerFault } from './account.ts';
import type { Desks } from './desks.ts';
import type { LiveBoard } from './live-board.ts';
import { handOutcomeOf } from './phone-manner.ts';
import { seededRandom } from './seeded-random.ts';

export interface PhoneDeskParts {
  readonly desks: Desks;
  readonly board: Pick<LiveBoard, 'tickets'>;
  readonly isSilentCrew: (departmentId: string) => boolean;
  readonly seed: number;
  readonly onRefusal: (code: string) => void;
}

/** A dispatcher finishes what he is at, rings, lets it ring, and writes; a visitor at the same desk may be quicker. */
const WRITTEN_AFTER = { from: 45 * SECOND, to: 75 * SECOND } as const;
/** Below the three minutes that the first policy leaves for the writing. */
const TRIED_AGAIN_AFTER: Duration = 20 * SECOND;

interface AskedCall {
  readonly ticket: Ticket;
  readonly feedback: Feedback;
  readonly attempt: CallAttempt;
  readonly callId: string;
}

/** Makes the calls that no line can make: rings by hand, and writes down what came of it. [E2] */
export class PhoneDesk {
  readonly #parts: PhoneDeskParts;
  /** Calls that were seen to, and when they are looked at again if they are still there. */
  readonly #notBefore = new Map<string, Instant>();

  constructor(parts: PhoneDeskParts) {
    this.#parts = parts;
  }

  beat(now: Instant): void {
    const calls = [...this.#parts.board.tickets.values()].flatMap(askedCalls);
    const asked = new Set(calls.map(({ callId }) => callId));
    for (const callId of this.#notBefore.keys()) if (!asked.has(callId)) this.#notBefore.delete(callId);
    for (const call of calls) {
      if (now < (this.#notBefore.get(call.callId) ?? call.attempt.at + this.#writtenAfter(call))) continue;
      this.#notBefore.set(call.callId, now + TRIED_AGAIN_AFTER);
      void this.#write(call);
    }
  }

  #writtenAfter({ callId }: AskedCall): Duration {
    const { from, to } = WRITTEN_AFTER;
    return Math.round(from + seededRandom(this.#parts.seed, 'by-hand', callId).unit() * (to - from));
  }

  /** Never rejects: what was not written is seen again by a later look. */
  async #write(call: AskedCall): Promise<void> {
    const { ticket, feedback, attempt, callId } = call;
    const account = this.#callerOf(call);
    if (account === undefined) return;
    const { key } = feedback;
    const action: PersonalAction = {
      type: 'record-call',
      key,
      contactId: attempt.contactId,
      outcome: this.#outcomeOf(call),
      note: '',
    };
    const body = { commandId: `by-hand-${callId}`, expectedRevision: null, action };
    try {
      const answer = await account.post(`/api/tickets/${ticket.id}/commands`, body, commandAnswerSchema);
      if (!answer.ok) this.#parts.onRefusal(answer.refusal.code);
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
  }

  /** 95598 rings the repair centre, the repair centre its crew. [E1] */
  #callerOf({ ticket, feedback: { kind, issueNo } }: AskedCall): Account | undefined {
    const { desks } = this.#parts;
    if (kind === 'centre-not-taken' || kind === 'centre-not-dispatched') return desks.agent;
    return desks.centres.get(ticket.issues.find(({ no }) => no === issueNo)?.centreId ?? '');
  }

  #outcomeOf({ ticket, feedback, attempt }: AskedCall): HandOutcome {
    const { contactId, contactRole: role } = attempt;
    const callNo = feedback.attempts.filter((each) => each.contactId === contactId).length;
    const isOfSilentCrew = this.#parts.isSilentCrew(feedback.departmentId);
    const subject = ticket.report.number;
    const { kind } = feedback;
    return handOutcomeOf({ contactId, role, isOfSilentCrew, kind, subject, callNo }, this.#parts.seed);
  }
}

function askedCalls(ticket: Ticket): readonly AskedCall[] {
  return openFeedbacks(ticket).flatMap((feedback) => {
    const attempt = liveAttemptOf(feedback);
    if (attempt?.line !== 'manual' || attempt.callId === null) return [];
    return [{ ticket, feedback, attempt, callId: attempt.callId }];
  });
}
