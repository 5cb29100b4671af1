import type { Actor, CallOutcome, Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';
import type { Committed } from '../dispatcher.ts';
import type { LadderBook } from './ladder-book.ts';
import { hopId } from './ladder-book.ts';
import type { Switchboard } from './switchboard.ts';
import type { Teller } from './teller.ts';

/** Silences what a commit has left without a reason to ring. [E3] */
export function stopRinging(
  { before, after, rows }: Committed,
  parts: {
    readonly switchboard: Pick<Switchboard, 'find' | 'release'>;
    readonly teller: Pick<Teller, 'alreadyDone'>;
    readonly book: Pick<LadderBook, 'ofTicket'>;
  },
): void {
  const { switchboard, teller, book } = parts;
  const author = rows.findLast((row) => row.kind === 'ticket');
  const by: Actor = author?.kind === 'ticket' ? author.by : { kind: 'system' };
  for (const feedback of after.feedbacks) {
    const was = before?.feedbacks.find(({ key }) => key === feedback.key);
    for (const { callId, outcome, code, reason } of stoppedCalls(was, feedback)) {
      const language = switchboard.find(callId)?.row.language ?? 'zh';
      const text = reason === 'done-elsewhere' ? teller.alreadyDone(language, feedback, by) : '';
      switchboard.release(callId, hopId(after.id, feedback.key), { outcome, code, by }, { reason, text });
    }
  }
  for (const { live, ladder, id } of book.ofTicket(after.id)) {
    if (live?.callId == null || ladder.state !== 'paused') continue;
    // Somebody was told by hand while another phone rang for the same hop.
    const end = { outcome: 'cancelled', code: 'acknowledged', by } as const;
    switchboard.release(live.callId, id, end, { reason: 'taken-over', text: '' });
  }
}

/** A call that has lost its reason to ring for one hop. */
interface StoppedCall {
  readonly callId: string;
  readonly outcome: CallOutcome;
  readonly code: string;
  readonly reason: StopReason;
}

/** The calls that a commit leaves without a reason to ring: the hop is done, taken over, or written down by hand. [E3] */
function stoppedCalls(before: Feedback | undefined, after: Feedback): readonly StoppedCall[] {
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
