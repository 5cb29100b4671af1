import type { Identity } from '@faultline/shared/access/access.ts';
import { mayReadCallTask } from '@faultline/shared/access/access.ts';
import { openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import type { Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import { legsOwingReceipt } from '../ticket/possible-actions.ts';

/** What waits for somebody at this desk, in the order of a ticket's way; a ticket may stand in several. */
export const QUEUES = [
  'to-issue',
  'not-taken',
  'to-dispatch',
  'under-way',
  'calls',
  'recalls',
  'to-close',
  'all',
] as const;
export type Queue = (typeof QUEUES)[number];

/** The queues of a ticket as this person sees them. A centre's queues hold what was issued to it; `all` holds all. */
export function queuesOf(ticket: Ticket, who: Identity): readonly Queue[] {
  if (!isOurs(ticket, who)) return ['all'];
  return QUEUES.filter((queue) => belongsTo(ticket, queue, who));
}

function belongsTo(ticket: Ticket, queue: Queue, who: Identity): boolean {
  const issue = openIssue(ticket);
  const leg = openLeg(ticket);
  const hadLeg = ticket.legs.some(({ issueNo }) => issueNo === issue?.no);
  const isLive = isOpen(ticket) && ticket.cleared === null;
  switch (queue) {
    case 'to-issue':
      return isLive && issue === null;
    case 'not-taken':
      return isLive && issue !== null && issue.taken === null && !hadLeg;
    case 'to-dispatch':
      return isLive && issue !== null && leg === null && (issue.taken !== null || hadLeg);
    case 'under-way':
      return isLive && leg !== null;
    case 'calls':
      return ourCalls(ticket, who).length > 0 || isClimbedInVain(ticket, who);
    case 'recalls':
      return legsOwingReceipt(ticket).length > 0;
    case 'to-close':
      return isOpen(ticket) && ticket.cleared !== null;
    case 'all':
      return true;
  }
}

/** A ladder that nobody answered is everybody's who may see it, as in the pane of the calls. [E7] */
function isClimbedInVain(ticket: Ticket, who: Identity): boolean {
  return openFeedbacks(ticket).some((feedback) => feedback.spentRounds > 0 && mayReadCallTask(who, ticket, feedback));
}

function isOurs(ticket: Ticket, { role, departmentId }: Identity): boolean {
  if (role !== 'centre-dispatcher') return true;
  const isLegOurs = legsOwingReceipt(ticket).some(
    (leg) => ticket.issues.find(({ no }) => no === leg.issueNo)?.centreId === departmentId,
  );
  return isLegOurs || openIssue(ticket)?.centreId === departmentId;
}

/** Who phones when a hop lies still: the sender of the hop. [E1] */
const CALLER_OF: Readonly<Record<FeedbackKind, 'service-centre' | 'repair-centre'>> = {
  'centre-not-taken': 'service-centre',
  'centre-not-dispatched': 'service-centre',
  'crew-not-accepted': 'repair-centre',
  'crew-not-departed': 'repair-centre',
  'promise-at-risk': 'repair-centre',
};

/** The silent hops of a ticket that this desk answers for: 95598 phones the centre, the centre phones the crew. [E1] */
export function ourCalls(ticket: Ticket, { role, departmentId }: Identity): readonly Feedback[] {
  return openFeedbacks(ticket).filter(({ kind, issueNo }) => {
    if (CALLER_OF[kind] === 'service-centre') return role === 'agent' || role === 'lead';
    const issue = ticket.issues.find(({ no }) => no === issueNo);
    return role === 'centre-dispatcher' && issue?.centreId === departmentId;
  });
}
