import { unreachable } from '../assert.ts';
import type { Outcome } from '../outcome.ts';
import { accept, refuse } from '../outcome.ts';
import type { Instant } from '../time.ts';
import { alarmsOf } from './alarms.ts';
import type { TicketCommand, TicketRefusal } from './command.ts';
import { decideCall } from './decide-calls.ts';
import { decideCorrection, decideEnd } from './decide-ends.ts';
import { decideAftermath, decideCrewPoint, decideDelivery } from './decide-points.ts';
import { dueDuties } from './duties.ts';
import { evolve } from './evolve.ts';
import type { Policy } from './policy.ts';
import { policyAt, policyOfVersion } from './policy.ts';
import type { Neighbour } from './stamps.ts';
import { latest, stampOf, stampWithin } from './stamps.ts';
import type { Actor, Ticket, TicketEvent } from './ticket.ts';
import { authorOf, isOpen, openIssue, openLeg } from './ticket.ts';

export interface Context {
  /** Never behind the newest event of the ticket: a clock that was set back must be held until time has caught up. */
  readonly now: Instant;
  readonly policies: readonly Policy[];
  /** The revision the person saw when he decided; `null` for devices and the clock. [T6] */
  readonly expectedRevision: number | null;
}

export type Decision = Outcome<readonly TicketEvent[], TicketRefusal>;

/**
 * The one gate to a ticket: what a command makes of it, or why not. An empty list is a quiet yes: true already,
 * nothing to write. The same ticket, command and context always give the same answer.
 */
export function decide(ticket: Ticket | null, command: TicketCommand, context: Context): Decision {
  if (command.type === 'open') {
    return ticket ? refuse({ code: 'ticket-exists' }) : decideOpen(command, context);
  }
  if (!ticket) return refuse({ code: 'ticket-unknown' });
  if (context.expectedRevision !== null && context.expectedRevision !== ticket.revision) {
    const { type, at } = ticket.lastChange;
    return refuse({ code: 'stale-revision', revision: ticket.revision, lastChange: { type, at } });
  }
  if (!isOpen(ticket) && !mayFollowEnd(ticket, command)) {
    return refuse({ code: 'ticket-over', how: ticket.cancelled ? 'cancelled' : 'closed' });
  }
  return decideOn(ticket, command, context);
}

/** What is still owed, or may still be put right, when a ticket is over; a call is refused by its own, better reason. */
const ALLOWED_AFTER_END: ReadonlySet<TicketCommand['type']> = new Set([
  'correct',
  'confirm-recall',
  'acknowledge-alarm',
  'fire-due',
  'place-call',
  'answer-call',
  'end-call',
  'record-call',
  'spend-ladder',
  'hold-calls',
  'release-calls',
]);

/** A device that was offline while its ticket was cancelled still tells what it did; that is kept beside. [T1] */
function mayFollowEnd(ticket: Ticket, command: TicketCommand): boolean {
  if (ALLOWED_AFTER_END.has(command.type)) return true;
  return (
    ticket.cancelled !== null && CREW_STEPS.has(command.type) && 'time' in command && command.time.how === 'device'
  );
}

const CREW_STEPS: ReadonlySet<TicketCommand['type']> = new Set(['accept', 'depart', 'arrive', 'clear']);

/**
 * Several commands as one decision: all or none. What had fallen due before is written first, so that a hop that is
 * taken a moment after its deadline is late in the journal too, however busy the clock was. A ticket that begins
 * here begins with its history, so duties that were over on paper never fire. [E6] [T7]
 */
export function decideAll(
  ticket: Ticket | null,
  commands: readonly TicketCommand[],
  context: Context,
  identity: { readonly id: string; readonly by: Actor },
): Decision {
  const events: TicketEvent[] = [];
  let current = ticket;
  const write = (event: TicketEvent): void => {
    events.push(event);
    current = evolve(current, { event, by: authorOf(event, identity.by), recordedAt: context.now }, identity.id);
  };
  for (const [index, command] of commands.entries()) {
    const isFirst = index === 0;
    const decision: Decision = decide(current, command, isFirst ? context : { ...context, expectedRevision: null });
    if (!decision.ok) return decision;
    const isOwedFirst = isFirst && ticket !== null && command.type !== 'fire-due' && decision.value.length > 0;
    const owed = isOwedFirst ? fireDue(ticket, context) : [];
    for (const event of [...owed, ...decision.value]) write(event);
  }
  return accept(events);
}

function decideOn(ticket: Ticket, command: Exclude<TicketCommand, { type: 'open' }>, context: Context): Decision {
  switch (command.type) {
    case 'issue':
      return decideIssue(ticket, command, context);
    case 'take':
      return decideTake(ticket, command, context);
    case 'dispatch':
      return decideDispatch(ticket, command, context);
    case 'deliver-to-centre':
    case 'deliver-to-crew':
      return decideDelivery(ticket, command, context);
    case 'accept':
    case 'depart':
    case 'arrive':
      return decideCrewPoint(ticket, command, context);
    case 'clear':
    case 'record':
    case 'close':
      return decideAftermath(ticket, command, context);
    case 'return':
    case 'recall':
    case 'cancel':
    case 'confirm-recall':
      return decideEnd(ticket, command, context);
    case 'correct':
      return decideCorrection(ticket, command, context);
    case 'place-call':
    case 'answer-call':
    case 'end-call':
    case 'record-call':
    case 'spend-ladder':
    case 'hold-calls':
    case 'release-calls':
      return decideCall(ticket, command, context);
    case 'acknowledge-alarm':
      return decideAcknowledgement(ticket, command, context);
    case 'fire-due':
      return accept(fireDue(ticket, context));
    default:
      return unreachable(command);
  }
}

function decideOpen(command: Extract<TicketCommand, { type: 'open' }>, context: Context): Decision {
  const stamped = stampOf(command.time, context.now, context.now);
  if (!stamped.ok) return stamped;
  const policyVersion = policyAt(context.policies, stamped.value.at).version;
  return accept([{ type: 'opened', report: command.report, A: stamped.value, policyVersion }]);
}

function decideIssue(ticket: Ticket, command: Extract<TicketCommand, { type: 'issue' }>, context: Context): Decision {
  const current = openIssue(ticket);
  if (current) return refuse({ code: 'already-issued', centreId: current.centreId });
  const previous = ticket.issues.at(-1)?.ending;
  const before: Neighbour = previous ? { point: 'ending', at: previous.at } : { point: 'A', at: ticket.A.at };
  const stamped = stampWithin(command.time, context.now, before.at, { before, after: null });
  if (!stamped.ok) return stamped;
  return accept([
    {
      type: 'issued',
      issueNo: ticket.issues.length + 1,
      centreId: command.centreId,
      wasReceiverConnected: command.wasReceiverConnected,
      B: stamped.value,
    },
  ]);
}

function decideTake(ticket: Ticket, command: Extract<TicketCommand, { type: 'take' }>, context: Context): Decision {
  const issue = openIssue(ticket);
  if (!issue) return refuse({ code: 'not-issued' });
  if (issue.taken) return refuse({ code: 'already-taken', at: issue.taken.at });
  const leg = ticket.legs.findLast((candidate) => candidate.issueNo === issue.no);
  if (leg) return refuse({ code: 'already-taken', at: leg.D.at });
  const before: Neighbour = issue.C ? { point: 'C', at: issue.C.at } : { point: 'B', at: issue.B.at };
  const stamped = stampWithin(command.time, context.now, before.at, { before, after: null });
  if (!stamped.ok) return stamped;
  return accept([{ type: 'taken', issueNo: issue.no, at: stamped.value.at }]);
}

/** Sends the ticket to a crew and to one of its vehicles in the same moment; implies that the centre took it. [T1] */
function decideDispatch(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'dispatch' }>,
  context: Context,
): Decision {
  const issue = openIssue(ticket);
  if (!issue) return refuse({ code: 'not-issued' });
  const running = openLeg(ticket);
  if (running) return refuse({ code: 'already-dispatched', legNo: running.no });
  const ended = ticket.legs.findLast((leg) => leg.issueNo === issue.no)?.ending;
  const delivered: Neighbour = issue.C ? { point: 'C', at: issue.C.at } : { point: 'B', at: issue.B.at };
  const taking: Neighbour | null = issue.taken && { point: 'taken', at: issue.taken.at };
  const ending: Neighbour | null = ended ? { point: 'ending', at: ended.at } : null;
  const before = latest(latest(delivered, taking), ending) ?? delivered;
  const stamped = stampWithin(command.time, context.now, before.at, { before, after: null });
  if (!stamped.ok) return stamped;
  const { crewId, vehicleId, supportVehicleIds, isCoLocated, wasReceiverConnected, travelMs } = command;
  const taken: TicketEvent[] = issue.taken ? [] : [{ type: 'taken', issueNo: issue.no, at: stamped.value.at }];
  return accept([
    ...taken,
    {
      type: 'dispatched',
      legNo: ticket.legs.length + 1,
      issueNo: issue.no,
      crewId,
      vehicleId,
      supportVehicleIds,
      isCoLocated,
      wasReceiverConnected,
      travelMs,
      D: stamped.value,
    },
  ]);
}

/** An alarm that was announced but stands no longer, cleared or spoken for by a graver one, needs no claim: a quiet yes. */
function decideAcknowledgement(
  ticket: Ticket,
  { key }: Extract<TicketCommand, { type: 'acknowledge-alarm' }>,
  { now, policies }: Context,
): Decision {
  if (!Object.hasOwn(ticket.fired, key)) return refuse({ code: 'alarm-unknown' });
  const standing = alarmsOf(ticket, policyOfVersion(policies, ticket.policyVersion), now);
  const alarm = standing.find((candidate) => candidate.key === key);
  return accept(alarm && !alarm.acknowledged ? [{ type: 'alarm-acknowledged', key, at: now }] : []);
}

function fireDue(ticket: Ticket, { now, policies }: Context): readonly TicketEvent[] {
  return dueDuties(ticket, policyOfVersion(policies, ticket.policyVersion), now).map(
    ({ key, kind, dueAt, feedback }): TicketEvent =>
      feedback
        ? { type: 'feedback-raised', key, dueAt, at: now, policyVersion: ticket.policyVersion, ...feedback }
        : { type: 'duty-fired', key, kind, dueAt, at: now },
  );
}
