import { unreachable } from '../assert.ts';
import { accept, refuse } from '../outcome.ts';
import { minutes } from '../time.ts';
import type { TicketCommand } from './command.ts';
import type { Context, Decision } from './decide.ts';
import { isLive, liveAttemptOf } from './feedback.ts';
import { policyOfVersion } from './policy.ts';
import type { Feedback, Ticket, TicketEvent } from './ticket.ts';

export type CallCommand = Extract<
  TicketCommand,
  { type: 'place-call' | 'answer-call' | 'end-call' | 'record-call' | 'spend-ladder' | 'hold-calls' | 'release-calls' }
>;

/** Calls are steps of a feedback, never its end. [E2] [E3] */
export function decideCall(ticket: Ticket, command: CallCommand, context: Context): Decision {
  const feedback = ticket.feedbacks.find((candidate) => candidate.key === command.key);
  if (!feedback) return refuse({ code: 'feedback-unknown' });
  switch (command.type) {
    case 'answer-call':
    case 'end-call':
      return decideProgress(feedback, command, context);
    case 'place-call':
    case 'record-call':
    case 'spend-ladder':
    case 'hold-calls':
    case 'release-calls':
      return feedback.ended ? refuse({ code: 'feedback-over' }) : decideStep(feedback, command, context);
    default:
      return unreachable(command);
  }
}

/** What the line tells of a call; true also after its hop is done, because the phone may still be off the hook. */
function decideProgress(
  feedback: Feedback,
  command: Extract<CallCommand, { type: 'answer-call' | 'end-call' }>,
  { now }: Context,
): Decision {
  const attempt = feedback.attempts.find(({ callId }) => callId === command.callId);
  if (!attempt) return refuse({ code: 'call-unknown' });
  if (!isLive(attempt)) return accept([]);
  const { key, callId } = command;
  if (command.type === 'answer-call') {
    return accept(attempt.answeredAt === null ? [{ type: 'call-answered', key, callId, at: now }] : []);
  }
  const { outcome, pressed, code, note } = command;
  return accept([{ type: 'call-ended', key, callId, outcome, pressed, code, note, at: now }]);
}

type StepCommand = Exclude<CallCommand, { type: 'answer-call' | 'end-call' }>;

function decideStep(feedback: Feedback, command: StepCommand, { now, policies }: Context): Decision {
  const { key } = command;
  switch (command.type) {
    case 'place-call':
      return decidePlacing(feedback, command, now);
    case 'record-call':
      return accept([recordedByHand(feedback, command, now)]);
    case 'spend-ladder':
      // Said twice, after a crash, it is true already.
      return accept(
        feedback.spentRounds < command.round ? [{ type: 'ladder-spent', key, round: command.round, at: now }] : [],
      );
    case 'hold-calls': {
      const { holdMin } = policyOfVersion(policies, feedback.policyVersion).ladder;
      return accept([{ type: 'calls-held', key, until: now + minutes(holdMin), at: now }]);
    }
    case 'release-calls':
      return accept(feedback.held ? [{ type: 'calls-released', key, at: now }] : []);
    default:
      return unreachable(command);
  }
}

/**
 * One call at a time, and each only once: whoever decided on an older list of attempts, or before somebody took the
 * calls over, has to look again. [E2] [E5]
 */
function decidePlacing(
  feedback: Feedback,
  { key, callId, attemptNo, step, callee, line, text }: Extract<CallCommand, { type: 'place-call' }>,
  now: number,
): Decision {
  if (liveAttemptOf(feedback)) return refuse({ code: 'call-under-way' });
  if (attemptNo !== feedback.attempts.length + 1) return refuse({ code: 'call-under-way' });
  if (feedback.held !== null && feedback.held.until > now) return refuse({ code: 'call-under-way' });
  return accept([{ type: 'call-placed', key, callId, step, callee, line, text, at: now }]);
}

/** Who writes down the call that the ladder has asked him to make ends that one; any other stands beside it. */
function recordedByHand(
  feedback: Feedback,
  { key, callee, outcome, note }: Extract<CallCommand, { type: 'record-call' }>,
  now: number,
): TicketEvent {
  const asked = liveAttemptOf(feedback);
  if (asked?.line === 'manual' && asked.callId !== null && asked.contactId === callee.contactId) {
    return { type: 'call-ended', key, callId: asked.callId, outcome, pressed: null, code: '', note, at: now };
  }
  return { type: 'call-recorded', key, callee, outcome, note, at: now };
}
