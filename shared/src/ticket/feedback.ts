import { unreachable } from '../assert.ts';
import type { FeedbackKind } from './policy.ts';
import type { CallAttempt, Feedback, Ticket } from './ticket.ts';
import { isOpen } from './ticket.ts';

/**
 * A feedback ends only when its hop is done in whatever way, or its issue, leg or ticket has ended. A call that was
 * made, and even one that was answered, is no end. [E3]
 */
export function isFeedbackOver(ticket: Ticket, feedback: Pick<Feedback, 'kind' | 'issueNo' | 'legNo'>): boolean {
  if (!isOpen(ticket)) return true;
  const issue = ticket.issues.find((candidate) => candidate.no === feedback.issueNo);
  if (!issue || issue.ending) return true;
  const wasDispatchedOn = ticket.legs.some((leg) => leg.issueNo === issue.no && leg.no > (feedback.legNo ?? 0));
  switch (feedback.kind) {
    case 'centre-not-taken':
      return issue.taken !== null || wasDispatchedOn;
    case 'centre-not-dispatched':
      return wasDispatchedOn;
    case 'crew-not-accepted':
    case 'crew-not-departed':
    case 'promise-at-risk':
      return isLegFeedbackOver(ticket, feedback.kind, feedback.legNo);
    default:
      return unreachable(feedback.kind);
  }
}

function isLegFeedbackOver(ticket: Ticket, kind: FeedbackKind, legNo: number | null): boolean {
  const leg = ticket.legs.find((candidate) => candidate.no === legNo);
  if (!leg || leg.ending || leg.H || ticket.cleared) return true;
  if (kind === 'promise-at-risk') return false;
  if (leg.G) return true;
  return kind === 'crew-not-accepted' && leg.F !== null;
}

/** The hops that lie still and are phoned about, the oldest first. */
export function openFeedbacks(ticket: Ticket): readonly Feedback[] {
  return ticket.feedbacks.filter((feedback) => feedback.ended === null);
}

export function isLive(attempt: Pick<CallAttempt, 'outcome'>): boolean {
  return attempt.outcome === null;
}

/** The call that is under way for this feedback; at most one is. [E5] */
export function liveAttemptOf(feedback: Pick<Feedback, 'attempts'>): CallAttempt | null {
  return feedback.attempts.find(isLive) ?? null;
}
