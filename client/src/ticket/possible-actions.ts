import type { Identity, PersonalCommand } from '@faultline/shared/access/access.ts';
import { mayCommand } from '@faultline/shared/access/access.ts';
import type { Leg, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';

/** What a desk offers on a ticket, in the order of its way. The server's rules have the last word. */
export const DESK_ACTIONS = [
  'issue',
  'take',
  'dispatch',
  'declare',
  'record',
  'close',
  'return',
  'recall',
  'confirm-recall',
  'cancel',
] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];

/** A step that somebody tells by phone: who sees it happen cannot reach a screen. */
export type DeclaredStep = Extract<
  PersonalAction['type'],
  'deliver-to-centre' | 'deliver-to-crew' | 'accept' | 'depart' | 'arrive' | 'clear'
>;

/** The actions that make sense now and that this person has a right to. */
export function actionsFor(ticket: Ticket, who: Identity): readonly DeskAction[] {
  return DESK_ACTIONS.filter((action) => {
    if (action === 'declare') return stepsToDeclare(ticket, who).length > 0;
    return mayCommand(who, action, ticket) && fits(action, ticket, who);
  });
}

function fits(action: Exclude<DeskAction, 'declare'>, ticket: Ticket, who: Identity): boolean {
  if (action === 'confirm-recall') return legsOwingReceipt(ticket).length > 0;
  if (!isOpen(ticket)) return false;
  const issue = openIssue(ticket);
  const leg = openLeg(ticket);
  const isReached = leg?.H != null || ticket.cleared !== null;
  const hadLeg = issue !== null && ticket.legs.some(({ issueNo }) => issueNo === issue.no);
  switch (action) {
    case 'issue':
      return issue === null;
    case 'take':
      return issue !== null && issue.taken === null && !hadLeg;
    case 'dispatch':
      return issue !== null && leg === null;
    case 'record':
      return ticket.cleared !== null && ticket.recorded === null;
    case 'close':
      return ticket.recorded !== null;
    case 'return':
      return who.role === 'crew' ? leg !== null && !isReached : issue !== null && leg === null;
    case 'recall':
      return !isReached && (who.role === 'lead' ? issue !== null : leg !== null);
    case 'cancel':
      return !isReached;
  }
}

/** What a return or a recall takes back: the sender takes back what he himself has sent. [R1] */
export function targetOf(
  action: 'return' | 'recall',
  ticket: Ticket,
  who: Identity,
): { readonly target: 'issue' | 'leg'; readonly no: number } | null {
  const isOfLeg = action === 'recall' ? who.role !== 'lead' : who.role === 'crew';
  const sent = isOfLeg ? openLeg(ticket) : openIssue(ticket);
  return sent ? { target: isOfLeg ? 'leg' : 'issue', no: sent.no } : null;
}

/** The steps that nobody has stamped yet, the next one first; one that was passed over can still be told with its time. */
export function stepsToDeclare(ticket: Ticket, who: Identity): readonly DeclaredStep[] {
  if (!isOpen(ticket) || ticket.cleared) return [];
  const issue = openIssue(ticket);
  const leg = openLeg(ticket);
  const steps: readonly (readonly [DeclaredStep & PersonalCommand, boolean])[] = [
    ['deliver-to-centre', issue !== null && !issue.C && !issue.taken && !leg],
    ['accept', leg !== null && !leg.F],
    ['depart', leg !== null && !leg.G],
    ['arrive', leg !== null && !leg.H],
    ['clear', leg !== null],
    ['deliver-to-crew', leg !== null && !leg.E],
  ];
  const missing = steps.flatMap(([step, isMissing]) => (isMissing && mayCommand(who, step, ticket) ? [step] : []));
  const isPast = (step: DeclaredStep): boolean =>
    leg !== null &&
    ((step === 'accept' && leg.G !== null) || (step !== 'arrive' && step !== 'clear' && leg.H !== null));
  return [...missing.filter((step) => !isPast(step)), ...missing.filter(isPast)];
}

/** Legs that were taken back and whose vehicle has not said yet that it has read it. [R2] */
export function legsOwingReceipt(ticket: Ticket): readonly Leg[] {
  return ticket.legs.filter((leg) => leg.recallReceipt === 'owed');
}
