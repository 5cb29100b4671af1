import type { Contact, ContactRole } from '../organisation/organisation.ts';
import { CONTACT_ROLES } from '../organisation/organisation.ts';
import type { CallAttempt } from '../ticket/ticket.ts';

/** Each person is tried this often before the next one, as in the source: duty phone, first chief, second chief. [E1] */
const TRIES_PER_STEP = 2;

/** One person of the ladder and what has come of ringing him. */
export interface CallStep {
  readonly contact: Contact;
  readonly tries: number;
  /** No further try is worth it: refused, a wrong number, or tried as often as the rule says. */
  readonly isSpent: boolean;
}

/** The order in which a department's people are rung: by role, then as they were entered. [E1] */
export function callSteps(contacts: readonly Contact[], attempts: readonly CallAttempt[]): readonly CallStep[] {
  const rank = (role: ContactRole): number => CONTACT_ROLES.indexOf(role);
  return [...contacts]
    .sort((a, b) => rank(a.role) - rank(b.role))
    .map((contact) => {
      const made = attempts.filter((attempt) => attempt.contactId === contact.id);
      const isClosed = made.some(({ outcome }) => outcome === 'refused' || outcome === 'wrong-number');
      return { contact, tries: made.length, isSpent: isClosed || made.length >= TRIES_PER_STEP };
    });
}

/**
 * Whom to ring next. When everybody was tried the ladder begins again at the first person with the fewest tries: a
 * silent hop has no last call. [E3] [E6]
 * @returns `null` only when the department has no contact at all.
 */
export function nextCallStep(steps: readonly CallStep[]): CallStep | null {
  const fresh = steps.find((step) => !step.isSpent);
  if (fresh) return fresh;
  return steps.reduce<CallStep | null>((least, step) => (least && least.tries <= step.tries ? least : step), null);
}

/** Everybody was tried and nobody took the ticket: an alarm of the first priority. [E7] */
export function isLadderSpent(steps: readonly CallStep[]): boolean {
  return steps.length > 0 && steps.every((step) => step.isSpent);
}
