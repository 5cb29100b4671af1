import type { Instant } from '../time.ts';
import { minutes } from '../time.ts';
import type { OpenHop } from './clocks.ts';
import { openHopOf, promiseStateOf, warnAt } from './clocks.ts';
import type { FeedbackKind, Policy } from './policy.ts';
import type { Leg, Ticket } from './ticket.ts';
import { arrivalOf, isOpen, openIssue, openLeg } from './ticket.ts';

export const DUTY_KINDS = [
  'budget-warn',
  'budget-late',
  'feedback',
  'promise-at-risk',
  'promise-lost',
  'recall-unconfirmed',
] as const;
export type DutyKind = (typeof DUTY_KINDS)[number];

/** Something that falls due by itself while a ticket lies where it lies. */
export interface Duty {
  /** Names the duty within its ticket for ever; a duty fires once. */
  readonly key: string;
  readonly kind: DutyKind;
  readonly dueAt: Instant;
  readonly feedback: FeedbackTarget | null;
}

export interface FeedbackTarget {
  readonly kind: FeedbackKind;
  /** The department whose duty phone is rung. */
  readonly departmentId: string;
  readonly issueNo: number;
  readonly legNo: number | null;
}

/**
 * Everything that will fall due if nobody does anything from here on, soonest first, without what has fired.
 * Derived from the open state only, so a hop that is over owes nothing, and a ticket entered late owes just what is
 * still open. [B3] [T7]
 */
export function dutiesOf(ticket: Ticket, policy: Policy): readonly Duty[] {
  const duties = isOpen(ticket)
    ? [...budgetDuties(ticket, policy), ...feedbackDuties(ticket, policy), ...promiseDuties(ticket, policy)]
    : [];
  duties.push(...recallDuties(ticket, policy));
  return duties.filter((duty) => !Object.hasOwn(ticket.fired, duty.key)).sort((a, b) => a.dueAt - b.dueAt);
}

/** The duties whose moment has come. Nothing is ever early: a duty is due *at* its instant. */
export function dueDuties(ticket: Ticket, policy: Policy, now: Instant): readonly Duty[] {
  return dutiesOf(ticket, policy).filter((duty) => duty.dueAt <= now);
}

/** When the clock has to look at this ticket again; `null` when nothing will fall due. */
export function nextDueAt(ticket: Ticket, policy: Policy): Instant | null {
  return dutiesOf(ticket, policy)[0]?.dueAt ?? null;
}

/** Names one stay in one segment: after a return the same segment is entered again and warns again. */
export function budgetKeyOf(kind: 'budget-warn' | 'budget-late', hop: OpenHop): string {
  return `${kind}:${hop.segment}:${hop.issueNo}.${hop.legNo ?? 0}`;
}

function budgetDuties(ticket: Ticket, policy: Policy): Duty[] {
  const hop = openHopOf(ticket, policy);
  if (!hop) return [];
  return [
    { key: budgetKeyOf('budget-warn', hop), kind: 'budget-warn', dueAt: warnAt(hop, policy), feedback: null },
    { key: budgetKeyOf('budget-late', hop), kind: 'budget-late', dueAt: hop.deadline + 1, feedback: null },
  ];
}

function feedbackDuties(ticket: Ticket, policy: Policy): Duty[] {
  const hop = openHopOf(ticket, policy);
  const leg = openLeg(ticket);
  if (!hop) return [];
  return leg ? crewFeedback(leg, ticket, hop, policy) : centreFeedback(ticket, hop, policy);
}

/** [E1] four minutes after B without the centre having taken the ticket; then after CD's deadline without a dispatch. */
function centreFeedback(ticket: Ticket, hop: OpenHop, policy: Policy): Duty[] {
  const issue = openIssue(ticket);
  if (!issue) return [];
  const target = { departmentId: issue.centreId, issueNo: issue.no };
  const { centreNotTakenAfterIssue: taken, centreNotDispatchedAfterDeadline: dispatched } = policy.feedbackMin;
  const duties: Duty[] = [];
  const hadLeg = ticket.legs.some((leg) => leg.issueNo === issue.no);
  if (taken !== null && !issue.taken && !hadLeg) {
    duties.push(feedbackDuty(issue.B.at + minutes(taken), { ...target, kind: 'centre-not-taken', legNo: null }));
  }
  if (dispatched !== null && hop.segment === 'CD') {
    const dueAt = hop.deadline + minutes(dispatched);
    duties.push(feedbackDuty(dueAt, { ...target, kind: 'centre-not-dispatched', legNo: hop.legNo }));
  }
  return duties;
}

/** [E1] four minutes after D without acceptance; after FG's deadline without a departure; when the promise is at risk. */
function crewFeedback(leg: Leg, ticket: Ticket, hop: OpenHop, policy: Policy): Duty[] {
  const target = { departmentId: leg.crewId, issueNo: leg.issueNo, legNo: leg.no };
  const { crewNotAcceptedAfterDispatch: accepted, crewNotDepartedAfterDeadline: departed } = policy.feedbackMin;
  const duties: Duty[] = [];
  if (accepted !== null && !leg.F && !leg.G) {
    duties.push(feedbackDuty(leg.D.at + minutes(accepted), { ...target, kind: 'crew-not-accepted' }));
  }
  if (departed !== null && hop.segment === 'FG') {
    duties.push(feedbackDuty(hop.deadline + minutes(departed), { ...target, kind: 'crew-not-departed' }));
  }
  if (policy.feedbackMin.promiseAtRisk && leg.G) {
    const { due, riskAt } = promiseStateOf(ticket, policy, leg.G.at);
    // A promise that was lost before the departure is at risk no more; ringing a driver who has just set off helps nobody.
    if (leg.G.at <= due) duties.push(feedbackDuty(riskAt, { ...target, kind: 'promise-at-risk' }));
  }
  return duties;
}

function feedbackDuty(dueAt: Instant, target: FeedbackTarget): Duty {
  return {
    key: `feedback:${target.kind}:${target.issueNo}.${target.legNo ?? 0}`,
    kind: 'feedback',
    dueAt,
    feedback: target,
  };
}

function promiseDuties(ticket: Ticket, policy: Policy): Duty[] {
  if (ticket.cleared || arrivalOf(ticket)) return [];
  const { due, riskAt } = promiseStateOf(ticket, policy, ticket.A.at);
  return [
    { key: riskKeyOf(ticket), kind: 'promise-at-risk', dueAt: riskAt, feedback: null },
    { key: LOST_KEY, kind: 'promise-lost', dueAt: due + 1, feedback: null },
  ];
}

export const LOST_KEY = 'promise-lost';

/** A new leg brings a new driving time and with it a new risk. */
export function riskKeyOf(ticket: Ticket): string {
  return `promise-at-risk:${openLeg(ticket)?.no ?? 0}`;
}

export function recallKeyOf(leg: Leg): string {
  return `recall-unconfirmed:${leg.no}`;
}

/** [R2] the vehicle owes its receipt whatever became of the ticket. */
function recallDuties(ticket: Ticket, policy: Policy): Duty[] {
  return ticket.legs.flatMap((leg): Duty[] => {
    if (leg.ending === null || leg.recallReceipt !== 'owed') return [];
    const dueAt = leg.ending.at + minutes(policy.recallReceiptMin);
    return [{ key: recallKeyOf(leg), kind: 'recall-unconfirmed', dueAt, feedback: null }];
  });
}
