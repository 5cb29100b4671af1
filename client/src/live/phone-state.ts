import { isLive } from '@faultline/shared/ticket/feedback.ts';
import type { CallAttempt, Ticket } from '@faultline/shared/ticket/ticket.ts';

/** The line that is a person: it asks somebody at a desk to ring, and nothing rings by itself. */
export const MANUAL_LINE = 'manual';

/** What a phone does now: it rings, somebody has answered it, or somebody at a desk has been asked to ring. */
export const PHONE_STATES = ['ringing', 'talking', 'by-hand'] as const;
export type PhoneState = (typeof PHONE_STATES)[number];

/** @returns `null` for a call that has ended. */
export function phoneStateOf(attempt: Pick<CallAttempt, 'outcome' | 'answeredAt' | 'line'>): PhoneState | null {
  if (!isLive(attempt)) return null;
  if (attempt.line === MANUAL_LINE) return 'by-hand';
  return attempt.answeredAt === null ? 'ringing' : 'talking';
}

/** The calls that are under way about a ticket; several hops of it may have one each. */
function liveCallsOf({ feedbacks }: Pick<Ticket, 'feedbacks'>): readonly CallAttempt[] {
  return feedbacks.flatMap(({ attempts }) => attempts.filter(isLive));
}

/** The state of a ticket's phones in one word, what can be heard before what has to be done. */
export function ticketPhoneState(ticket: Pick<Ticket, 'feedbacks'>): PhoneState | null {
  const states = liveCallsOf(ticket).map(phoneStateOf);
  return PHONE_STATES.find((state) => states.includes(state)) ?? null;
}
