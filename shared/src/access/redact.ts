import type { JournalRow } from '../journal.ts';
import type {
  Actor,
  CallAttempt,
  Callee,
  Correction,
  Feedback,
  Issue,
  Leg,
  Report,
  Ticket,
  TicketEvent,
} from '../ticket/ticket.ts';
import type { Identity, Role } from './access.ts';
import { maySee } from './access.ts';

/**
 * How much of a ticket leaves the server. `desk`: all of it. `crew`: crew offices and vehicles, of their own tickets
 * everything but the reference to the caller, the desks that received them, and the names and notes of phone calls.
 * `wall`: nothing that a person wrote or that leads to a person; of the fault its class, of the place its street. [D3]
 */
export type Redaction = 'desk' | 'crew' | 'wall';

export const REDACTION_OF: Readonly<Record<Role, Redaction>> = {
  agent: 'desk',
  lead: 'desk',
  'centre-dispatcher': 'desk',
  supervisor: 'desk',
  admin: 'desk',
  crew: 'crew',
  vehicle: 'crew',
  wall: 'wall',
  phone: 'wall',
};

/** Stands where something was written that this viewer may not read; not empty, because a filled line stood there. */
const HIDDEN = '—';

/** Decimals of a degree that a wall gets: about a hundred metres, which is a street and no house. [D3] */
const WALL_DECIMALS = 3;

/**
 * The ticket as this viewer may have it. Whether he may have it at all is `maySee`'s business. [D3]
 */
export function redactTicket(viewer: Identity, ticket: Ticket): Ticket {
  const redaction = REDACTION_OF[viewer.role];
  if (redaction === 'desk') return ticket;
  const feedbacks = ticket.feedbacks.map(withoutCallDetails);
  if (redaction === 'crew') return { ...ticket, report: reportForCrew(ticket.report), feedbacks };
  return {
    ...ticket,
    report: reportForWall(ticket.report),
    feedbacks,
    issues: ticket.issues.map(issueForWall),
    legs: ticket.legs.map(legForWall),
    recorded: ticket.recorded && { ...ticket.recorded, record: HIDDEN_RECORD },
    cancelled: ticket.cancelled && { ...ticket.cancelled, text: '' },
    acknowledged: Object.fromEntries(
      Object.entries(ticket.acknowledged).map(([key, { at, by }]) => [key, { at, by: actorForWall(by) }]),
    ),
    corrections: ticket.corrections.map(correctionForWall),
    lastChange: { ...ticket.lastChange, by: actorForWall(ticket.lastChange.by) },
  };
}

/**
 * The journal row as this viewer may have it; a row that he may not see becomes a stub, so that his cursor goes on.
 * @param ticket the row's ticket as it is now; `null` for a row that belongs to none. [D3]
 */
export function redactRow(viewer: Identity, row: JournalRow, ticket: Ticket | null): JournalRow {
  const redaction = REDACTION_OF[viewer.role];
  if (redaction === 'desk' || row.kind === 'stub') return row;
  if (row.kind === 'organisation') return redaction === 'wall' ? { ...row, by: actorForWall(row.by) } : row;
  if (ticket === null || !maySee(viewer, ticket)) return { kind: 'stub', seq: row.seq };
  if (redaction === 'crew') return { ...row, event: eventForCrew(row.event, row.by) };
  return { ...row, by: actorForWall(row.by), event: eventForWall(row.event) };
}

const HIDDEN_RECORD = { found: HIDDEN, cause: HIDDEN, done: HIDDEN } as const;

/** The office stays readable, the person or device does not. */
function actorForWall(by: Actor): Actor {
  return by.kind === 'system' ? by : { ...by, id: HIDDEN };
}

function reportForCrew(report: Report): Report {
  return { ...report, callerId: null };
}

function reportForWall(report: Report): Report {
  const { lon, lat } = report.place;
  const place = { ...report.place, lon: coarse(lon), lat: coarse(lat) };
  return { ...report, place, faultText: '', callerId: null };
}

function coarse(degrees: number): number {
  return Number(degrees.toFixed(WALL_DECIMALS));
}

/** That a phone rings and how it ended is for everybody; whose phone it is, and what was said, is not. [D3] */
function withoutCallDetails(feedback: Feedback): Feedback {
  const held = feedback.held && { ...feedback.held, by: actorForWall(feedback.held.by) };
  return { ...feedback, held, attempts: feedback.attempts.map(hiddenAttempt) };
}

function hiddenAttempt(attempt: CallAttempt): CallAttempt {
  const { by, endedBy } = attempt;
  const hidden = { text: '', note: '', code: '', by: actorForWall(by), endedBy: endedBy && actorForWall(endedBy) };
  return { ...attempt, ...hiddenCallee(attempt), ...hidden };
}

function hiddenCallee({ contactRole, foundBy }: Callee): Callee {
  return { contactId: HIDDEN, contactRole, contactName: HIDDEN, number: '', foundBy };
}

function issueForWall(issue: Issue): Issue {
  const { taken, ending } = issue;
  return {
    ...issue,
    taken: taken && { ...taken, by: actorForWall(taken.by) },
    ending: ending && { ...ending, text: '', by: actorForWall(ending.by) },
  };
}

function legForWall(leg: Leg): Leg {
  const { ending } = leg;
  return { ...leg, ending: ending && { ...ending, text: '', by: actorForWall(ending.by) } };
}

function correctionForWall(correction: Correction): Correction {
  return { ...correction, reason: HIDDEN, by: actorForWall(correction.by) };
}

/** A vehicle's own receipt names the vehicle; the receipt of a desk leads to the person at it. */
function eventForCrew(event: TicketEvent, by: Actor): TicketEvent {
  switch (event.type) {
    case 'opened':
      return { ...event, report: reportForCrew(event.report) };
    case 'delivered-to-centre':
    case 'delivered-to-crew':
      return by.kind === 'device' ? event : { ...event, deviceId: HIDDEN };
    case 'call-placed':
      return { ...event, callee: hiddenCallee(event.callee), text: '' };
    case 'call-ended':
      return { ...event, note: '', code: '' };
    case 'call-recorded':
      return { ...event, callee: hiddenCallee(event.callee), note: '' };
    default:
      return event;
  }
}

function eventForWall(event: TicketEvent): TicketEvent {
  switch (event.type) {
    case 'opened':
      return { ...event, report: reportForWall(event.report) };
    case 'delivered-to-centre':
    case 'delivered-to-crew':
      return { ...event, deviceId: HIDDEN };
    case 'call-placed':
      return { ...event, callee: hiddenCallee(event.callee), text: '' };
    case 'call-ended':
      return { ...event, note: '', code: '' };
    case 'call-recorded':
      return { ...event, callee: hiddenCallee(event.callee), note: '' };
    case 'recorded':
      return { ...event, record: HIDDEN_RECORD };
    case 'returned':
    case 'recalled':
    case 'cancelled':
      return { ...event, text: '' };
    case 'corrected':
      return { ...event, reason: HIDDEN };
    default:
      return event;
  }
}
