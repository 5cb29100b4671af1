import type { CallOutcome, Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';

/** A call that has lost its reason to ring for one hop. */
export interface StoppedCall {
  readonly callId: string;
  readonly outcome: CallOutcome;
  readonly code: string;
  readonly reason: StopReason;
}

/** The calls that a commit leaves without a reason to ring: the hop is done, taken over, or written down by hand. [E3] */
export function stoppedCalls(before: Feedback | undefined, after: Feedback): readonly StoppedCall[] {
  const wasHeld = before?.held?.at === after.held?.at;
  return (before ?? after).attempts.flatMap((attempt): StoppedCall[] => {
    const { callId } = attempt;
    if (callId === null || attempt.outcome !== null) return [];
    const now = after.attempts.find((candidate) => candidate.callId === callId);
    if (after.ended) return [{ callId, outcome: 'cancelled', code: after.ended.cause, reason: 'done-elsewhere' }];
    if (now?.outcome != null) return [{ callId, outcome: now.outcome, code: now.code, reason: 'ended' }];
    if (after.held && !wasHeld) return [{ callId, outcome: 'cancelled', code: 'taken-over', reason: 'taken-over' }];
    return [];
  });
}
