import type { Outcome } from '../outcome.ts';
import { accept, refuse } from '../outcome.ts';
import type { TicketCommand, TicketRefusal } from './command.ts';
import type { Context, Decision } from './decide.ts';
import type { Point } from './points.ts';
import { policyAt } from './policy.ts';
import type { Way } from './stamps.ts';
import { correctedStamp, pointsOf, stampWithin, wayOfIssue, wayOfLeg } from './stamps.ts';
import type { Ticket, TicketEvent } from './ticket.ts';
import { openLeg } from './ticket.ts';

/** The ways by which a ticket leaves somebody's hands before the work is done. [R1] [R2] */
export function decideEnd(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'return' | 'recall' | 'cancel' | 'confirm-recall' }>,
  context: Context,
): Decision {
  switch (command.type) {
    case 'return':
    case 'recall':
      return command.target === 'leg'
        ? decideEndOfLeg(ticket, command, context)
        : decideEndOfIssue(ticket, command, context);
    case 'cancel': {
      const arrival = openLeg(ticket)?.H;
      if (arrival) return refuse({ code: 'already-arrived', at: arrival.at });
      if (ticket.cleared) return refuse({ code: 'already-arrived', at: ticket.cleared.at });
      return accept([{ type: 'cancelled', reason: command.reason, text: command.text, at: context.now }]);
    }
    case 'confirm-recall':
      return decideReceipt(ticket, command, context);
  }
}

type EndCommand = Extract<TicketCommand, { type: 'return' | 'recall' }>;

function decideEndOfLeg(ticket: Ticket, command: EndCommand, { now }: Context): Decision {
  const leg = ticket.legs.find((candidate) => candidate.no === command.no);
  if (!leg) return refuse(ticket.legs.length ? { code: 'leg-unknown', legNo: command.no } : { code: 'not-dispatched' });
  if (leg.ending) return refuse({ code: 'leg-ended', legNo: leg.no });
  if (leg.H) return refuse({ code: 'already-arrived', at: leg.H.at });
  if (ticket.cleared) return refuse({ code: 'already-arrived', at: ticket.cleared.at });
  if (isReasonMissing(command)) return refuse({ code: 'reason-missing' });
  return accept([endedEvent(command, 'leg', leg.no, now)]);
}

/** Taking an issue back takes the vehicle's leg back too. [R1] */
function decideEndOfIssue(ticket: Ticket, command: EndCommand, { now }: Context): Decision {
  const issue = ticket.issues.find((candidate) => candidate.no === command.no);
  if (!issue) return refuse({ code: 'not-issued' });
  if (issue.ending) return refuse({ code: 'issue-ended', issueNo: issue.no });
  const leg = openLeg(ticket);
  if (leg?.H) return refuse({ code: 'already-arrived', at: leg.H.at });
  if (ticket.cleared) return refuse({ code: 'already-arrived', at: ticket.cleared.at });
  if (leg && command.type === 'return') return refuse({ code: 'already-dispatched', legNo: leg.no });
  if (isReasonMissing(command)) return refuse({ code: 'reason-missing' });
  const legEnd = leg ? [endedEvent(command, 'leg', leg.no, now)] : [];
  return accept([...legEnd, endedEvent(command, 'issue', issue.no, now)]);
}

/** "Other" says nothing by itself, so it needs a word of explanation. */
function isReasonMissing(command: EndCommand): boolean {
  return command.reason === 'other' && command.text.trim() === '';
}

function endedEvent(command: EndCommand, target: 'issue' | 'leg', no: number, now: number): TicketEvent {
  const type = command.type === 'return' ? 'returned' : 'recalled';
  return { type, target, no, reason: command.reason, text: command.text, at: now };
}

function decideReceipt(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'confirm-recall' }>,
  context: Context,
): Decision {
  const leg = ticket.legs.find((candidate) => candidate.no === command.legNo);
  if (!leg) return refuse({ code: 'leg-unknown', legNo: command.legNo });
  if (leg.recallReceipt === 'not-owed' || !leg.ending) return refuse({ code: 'nothing-to-confirm', legNo: leg.no });
  if (leg.recallReceipt !== 'owed') return accept([]);
  const { at } = leg.ending;
  const stamped = stampWithin(command.time, context.now, at, { before: { point: 'ending', at }, after: null });
  return stamped.ok ? accept([{ type: 'recall-confirmed', legNo: leg.no, stamp: stamped.value }]) : stamped;
}

type CorrectCommand = Extract<TicketCommand, { type: 'correct' }>;

/** A new event by a named person with a reason; the old value stays in the journal and on the screen. [T5] */
export function decideCorrection(ticket: Ticket, command: CorrectCommand, context: Context): Decision {
  const { point, at, reason } = command;
  if (!reason.trim()) return refuse({ code: 'reason-missing' });
  const way = wayOf(ticket, command);
  if (!way.ok) return way;
  const was = pointsOf(ticket, way.value).find(([candidate]) => candidate === point)?.[1];
  if (!was) return refuse({ code: 'point-missing', point });
  const corrected = correctedStamp(ticket, { way: way.value, point, was, at }, context.now);
  if (!corrected.ok) return corrected;
  const policyVersion = point === 'A' ? policyAt(context.policies, at).version : ticket.policyVersion;
  const { issueNo, legNo } = ownerOf(point, way.value);
  return accept([{ type: 'corrected', point, issueNo, legNo, was, now: corrected.value, reason, policyVersion }]);
}

/** A belongs to the ticket, B and C to an issue, D to H to a leg; what is not named is the newest. */
function wayOf(ticket: Ticket, { point, issueNo, legNo }: CorrectCommand): Outcome<Way, TicketRefusal> {
  if (point === 'A') return accept(wayOfIssue(ticket, ticket.issues[0] ?? null));
  if (point === 'B' || point === 'C') {
    const issue = issueNo === null ? ticket.issues.at(-1) : ticket.issues.find(({ no }) => no === issueNo);
    return issue ? accept(wayOfIssue(ticket, issue)) : refuse({ code: 'not-issued' });
  }
  const leg = legNo === null ? ticket.legs.at(-1) : ticket.legs.find(({ no }) => no === legNo);
  if (leg) return accept(wayOfLeg(ticket, leg));
  return refuse(legNo === null ? { code: 'not-dispatched' } : { code: 'leg-unknown', legNo });
}

function ownerOf(
  point: Point,
  { issue, leg }: Way,
): { readonly issueNo: number | null; readonly legNo: number | null } {
  if (point === 'A') return { issueNo: null, legNo: null };
  if (point === 'B' || point === 'C') return { issueNo: issue?.no ?? null, legNo: null };
  return { issueNo: leg?.issueNo ?? null, legNo: leg?.no ?? null };
}
