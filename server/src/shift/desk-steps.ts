import type { CallAttempt, CancelReason, EndReason, Issue, Leg, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Manner } from './manner.ts';
import type { CrewTemper } from './plan.ts';

/** What somebody at a desk does next with a ticket. */
export type DeskStep =
  | { readonly by: 'lead'; readonly type: 'issue' }
  | { readonly by: 'lead'; readonly type: 'cancel'; readonly reason: CancelReason }
  | { readonly by: 'centre'; readonly type: 'take' | 'dispatch'; readonly centreId: string }
  | {
      readonly by: 'centre';
      readonly type: 'recall';
      readonly centreId: string;
      readonly legNo: number;
      readonly reason: EndReason;
    }
  | { readonly by: 'crew'; readonly type: 'accept'; readonly crewId: string; readonly legNo: number }
  | { readonly by: 'agent'; readonly type: 'close' };

export interface DueStep {
  readonly step: DeskStep;
  readonly dueAt: Instant;
}

export type TemperOf = (crewId: string) => CrewTemper | undefined;

/**
 * The next thing a desk owes a ticket, from nothing but the ticket as it stands: so it does not matter who brought it
 * there, the simulation, an earlier run of it, or a visitor's hand. `null` while it is with its vehicle, or over.
 */
export function nextDeskStep(ticket: Ticket, manner: Manner, temperOf: TemperOf): DueStep | null {
  if (!isOpen(ticket)) return null;
  const regular = regularStep(ticket, manner, temperOf);
  const cancelling = cancellingStep(ticket, manner);
  const next = regular && cancelling && regular.dueAt < cancelling.dueAt ? regular : (cancelling ?? regular);
  return next && { ...next, dueAt: Math.max(next.dueAt, manner.notBefore) };
}

/** A crew that is there finishes its work, whatever was said on the phone. */
function cancellingStep(ticket: Ticket, { outcome }: Manner): DueStep | null {
  if (outcome.kind !== 'cancelled' || openLeg(ticket)?.H || ticket.cleared) return null;
  return { step: { by: 'lead', type: 'cancel', reason: outcome.reason }, dueAt: ticket.A.at + outcome.after };
}

function regularStep(ticket: Ticket, manner: Manner, temperOf: TemperOf): DueStep | null {
  if (ticket.recorded) {
    return { step: { by: 'agent', type: 'close' }, dueAt: ticket.recorded.at + manner.hops.closeAfter };
  }
  if (ticket.cleared) return null;
  const issue = openIssue(ticket);
  if (!issue) {
    const since = ticket.issues.at(-1)?.ending?.at ?? ticket.A.at;
    return { step: { by: 'lead', type: 'issue' }, dueAt: since + manner.hops.issueAfter };
  }
  const leg = openLeg(ticket);
  return leg ? crewStep(ticket, leg, { issue, manner, temperOf }) : centreStep(ticket, issue, manner);
}

function centreStep(ticket: Ticket, issue: Issue, { hops }: Manner): DueStep {
  const { centreId } = issue;
  const ended = ticket.legs.findLast((leg) => leg.issueNo === issue.no)?.ending;
  if (!issue.taken && !ended) {
    return { step: { by: 'centre', type: 'take', centreId }, dueAt: (issue.C ?? issue.B).at + hops.takeAfter };
  }
  const since = ended ?? issue.C ?? issue.B;
  return { step: { by: 'centre', type: 'dispatch', centreId }, dueAt: since.at + hops.dispatchAfter };
}

/** From the word on the phone to the deed at the screen. */
const TAKEN_BACK_AFTER_NO: Duration = 45 * SECOND;
const ACCEPTED_AFTER_CHIEFS_WORD: Duration = 40 * SECOND;

function crewStep(
  ticket: Ticket,
  leg: Leg,
  { issue, manner, temperOf }: { readonly issue: Issue; readonly manner: Manner; readonly temperOf: TemperOf },
): DueStep | null {
  if (leg.F || leg.G || leg.H) return null;
  const { centreId } = issue;
  const recall = (reason: EndReason, dueAt: Instant): DueStep => {
    return { step: { by: 'centre', type: 'recall', centreId, legNo: leg.no, reason }, dueAt };
  };
  const said = callsAboutAcceptance(ticket, leg);
  const no = said.find(({ outcome, contactRole }) => outcome === 'refused' && !isChief(contactRole));
  if (no?.endedAt != null) return recall('receiver-unable', no.endedAt + TAKEN_BACK_AFTER_NO);
  const accept = { by: 'crew', type: 'accept', crewId: leg.crewId, legNo: leg.no } as const;
  const temper = temperOf(leg.crewId);
  if (temper?.kind === 'does-not-accept') {
    const word = said.find(({ outcome, contactRole }) => outcome === 'acknowledged' && isChief(contactRole));
    if (temper.heedsChiefs && word?.endedAt != null) {
      return { step: accept, dueAt: word.endedAt + ACCEPTED_AFTER_CHIEFS_WORD };
    }
    return recall('no-response', leg.D.at + temper.recalledAfter);
  }
  const acceptAfter = manner.hops.acceptAfter * (temper?.kind === 'slow' ? temper.factor : 1);
  return { step: accept, dueAt: (leg.E ?? leg.D).at + acceptAfter };
}

function callsAboutAcceptance(ticket: Ticket, leg: Leg): readonly CallAttempt[] {
  return ticket.feedbacks
    .filter(({ kind, legNo }) => kind === 'crew-not-accepted' && legNo === leg.no)
    .flatMap(({ attempts }) => attempts);
}

function isChief(role: string): boolean {
  return role === 'chief-1' || role === 'chief-2';
}
