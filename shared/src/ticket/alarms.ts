import type { Duration, Instant } from '../time.ts';
import { minutes } from '../time.ts';
import { budgetStateOf, openHopOf, promiseStateOf } from './clocks.ts';
import type { DutyKind } from './duties.ts';
import { budgetKeyOf, LOST_KEY, recallKeyOf, riskKeyOf } from './duties.ts';
import { openFeedbacks } from './feedback.ts';
import type { Segment } from './points.ts';
import type { FeedbackKind, Policy } from './policy.ts';
import type { Actor, Ticket } from './ticket.ts';
import { openIssue, openLeg } from './ticket.ts';

/** 1 is the highest. Shown with a shape, a word and a colour each. */
export type AlarmPriority = 1 | 2 | 3;

/** Something a dispatcher must act on now. It clears itself when its cause is gone, and only then. [D2] */
export interface Alarm {
  /** The key of the duty that raised it. */
  readonly key: string;
  readonly kind: DutyKind;
  readonly feedbackKind: FeedbackKind | null;
  readonly priority: AlarmPriority;
  readonly raisedAt: Instant;
  readonly segment: Segment | null;
  /** Who has claimed it; `null` again after five minutes while the cause stands. */
  readonly acknowledged: { readonly at: Instant; readonly by: Actor } | null;
  /** The sending and the receiving department; the wall shows every alarm. `service-centre` is the district's own. */
  readonly audience: readonly string[];
}

export const ACKNOWLEDGEMENT_HOLDS: Duration = minutes(5);

const PRIORITY: Readonly<Record<DutyKind, AlarmPriority>> = {
  'promise-lost': 1,
  feedback: 2,
  'promise-at-risk': 2,
  'recall-unconfirmed': 2,
  'budget-late': 3,
  'budget-warn': 3,
};

/**
 * The alarms of one ticket that stand at `now`, the highest priority first. One per cause, the gravest word of it: a
 * call that is due speaks for the budget it ran over, a lost promise for the risk before it.
 */
export function alarmsOf(ticket: Ticket, policy: Policy, now: Instant): readonly Alarm[] {
  const promise = promiseAlarms(ticket, policy, now);
  const isLost = promise.some(({ kind }) => kind === 'promise-lost');
  const calls = feedbackAlarms(ticket).filter(({ feedbackKind }) => !(isLost && feedbackKind === 'promise-at-risk'));
  const budget = calls.length > 0 ? [] : budgetAlarms(ticket, policy, now);
  return [...calls, ...promise, ...budget, ...recallAlarms(ticket)]
    .map((alarm) => ({ ...alarm, acknowledged: acknowledgementOf(ticket, alarm.key, now) }))
    .sort((a, b) => a.priority - b.priority || a.raisedAt - b.raisedAt);
}

type Raised = Omit<Alarm, 'acknowledged'>;

function acknowledgementOf(ticket: Ticket, key: string, now: Instant): Alarm['acknowledged'] {
  const given = ticket.acknowledged[key];
  return given && now < given.at + ACKNOWLEDGEMENT_HOLDS ? given : null;
}

function raised(ticket: Ticket, kind: DutyKind, key: string, segment: Segment | null): Raised | null {
  const raisedAt = ticket.fired[key];
  if (raisedAt === undefined) return null;
  return {
    key,
    kind,
    feedbackKind: null,
    priority: PRIORITY[kind],
    raisedAt,
    segment,
    audience: audienceOf(ticket),
  };
}

/** A correction may have moved the budget back into time; then the word that was given no longer stands. */
function budgetAlarms(ticket: Ticket, policy: Policy, now: Instant): Raised[] {
  const hop = openHopOf(ticket, policy);
  if (!hop) return [];
  const alarm = (kind: 'budget-warn' | 'budget-late') => raised(ticket, kind, budgetKeyOf(kind, hop), hop.segment);
  switch (budgetStateOf(hop, policy, now)) {
    case 'late':
      return only(alarm('budget-late') ?? alarm('budget-warn'));
    case 'warned':
      return only(alarm('budget-warn'));
    case 'in-time':
      return [];
  }
}

function only(alarm: Raised | null): Raised[] {
  return alarm ? [alarm] : [];
}

/**
 * While the centre's dispatch is being chased, its missing claim says nothing more of its own. A spent ladder is the
 * gravest, also that of a call which another one speaks for. [E7]
 */
function feedbackAlarms(ticket: Ticket): Raised[] {
  const open = openFeedbacks(ticket);
  const chase = open.find(({ kind }) => kind === 'centre-not-dispatched');
  return open.flatMap((feedback) => {
    if (chase && feedback.kind === 'centre-not-taken') return [];
    const alarm = raised(ticket, 'feedback', feedback.key, SEGMENT_OF[feedback.kind]);
    if (!alarm) return [];
    const spokenFor = feedback === chase ? open.filter(({ kind }) => kind === 'centre-not-taken') : [];
    const isSpent = [feedback, ...spokenFor].some(({ spentRounds }) => spentRounds > 0);
    return [{ ...alarm, priority: isSpent ? 1 : alarm.priority, feedbackKind: feedback.kind }];
  });
}

const SEGMENT_OF: Readonly<Record<FeedbackKind, Segment>> = {
  'centre-not-taken': 'BC',
  'centre-not-dispatched': 'CD',
  'crew-not-accepted': 'EF',
  'crew-not-departed': 'FG',
  'promise-at-risk': 'GH',
};

function promiseAlarms(ticket: Ticket, policy: Policy, now: Instant): Raised[] {
  const { state } = promiseStateOf(ticket, policy, now);
  const segment = openHopOf(ticket, policy)?.segment ?? null;
  if (segment === null || state === 'running') return [];
  const lost = state === 'lost' ? raised(ticket, 'promise-lost', LOST_KEY, segment) : null;
  if (lost) return [lost];
  const isRung = openFeedbacks(ticket).some((feedback) => feedback.kind === 'promise-at-risk');
  return isRung ? [] : only(raised(ticket, 'promise-at-risk', riskKeyOf(ticket), segment));
}

function recallAlarms(ticket: Ticket): Raised[] {
  return ticket.legs.flatMap((leg) => {
    if (leg.recallReceipt !== 'owed') return [];
    const alarm = raised(ticket, 'recall-unconfirmed', recallKeyOf(leg), null);
    return alarm ? [{ ...alarm, audience: ['service-centre', leg.crewId, ...centreOf(ticket, leg.issueNo)] }] : [];
  });
}

function centreOf(ticket: Ticket, issueNo: number): readonly string[] {
  const issue = ticket.issues.find((candidate) => candidate.no === issueNo);
  return issue ? [issue.centreId] : [];
}

/** Sender and receiver of the hop a ticket lies in: whoever holds an issue or a leg that has not ended. */
function audienceOf(ticket: Ticket): readonly string[] {
  const holders = [openIssue(ticket)?.centreId, openLeg(ticket)?.crewId];
  return ['service-centre', ...holders.filter((id) => id !== undefined)];
}
