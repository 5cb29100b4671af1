import { assert, unreachable } from '../assert.ts';
import type { Instant } from '../time.ts';
import { isFeedbackOver } from './feedback.ts';
import type { Actor, CallAttempt, Ending, Feedback, Issue, Leg, Ticket, TicketEvent } from './ticket.ts';
import { changesRevision } from './ticket.ts';

/** An event with who caused it and when the server wrote it. */
export interface Recorded {
  readonly event: TicketEvent;
  readonly by: Actor;
  readonly recordedAt: Instant;
}

/**
 * The one place where a ticket comes out of its events; the server's projection and every console use it.
 * Trusts its events: `decide` has checked them. A broken order is a bug and throws.
 */
export function evolve(before: Ticket | null, recorded: Recorded, id: string): Ticket {
  const { event, by, recordedAt } = recorded;
  const counted = {
    version: (before?.version ?? 0) + 1,
    revision: (before?.revision ?? 0) + (changesRevision(event.type) ? 1 : 0),
  };
  if (event.type === 'opened') {
    assert(before === null, 'a ticket is opened once');
    return { ...blank(id, event), ...counted, lastChange: { type: event.type, at: recordedAt, by } };
  }
  assert(before !== null, `${event.type} follows an opening`);
  const changed = apply(before, event, by);
  const lastChange = changesRevision(event.type) ? { type: event.type, at: recordedAt, by } : before.lastChange;
  return endFeedbacks({ ...changed, ...counted, lastChange }, event, recordedAt);
}

/** The ticket of a whole journal, oldest event first; `null` for an empty one. */
export function replay(journal: readonly Recorded[], id: string): Ticket | null {
  let ticket: Ticket | null = null;
  for (const recorded of journal) ticket = evolve(ticket, recorded, id);
  return ticket;
}

function blank(
  id: string,
  event: Extract<TicketEvent, { type: 'opened' }>,
): Omit<Ticket, 'version' | 'revision' | 'lastChange'> {
  return {
    id,
    report: event.report,
    policyVersion: event.policyVersion,
    A: event.A,
    issues: [],
    legs: [],
    cleared: null,
    recorded: null,
    closed: null,
    cancelled: null,
    fired: {},
    acknowledged: {},
    feedbacks: [],
    corrections: [],
    contradictions: [],
  };
}

function apply(ticket: Ticket, event: Exclude<TicketEvent, { type: 'opened' }>, by: Actor): Ticket {
  switch (event.type) {
    case 'issued':
      return { ...ticket, issues: [...ticket.issues, newIssue(event)] };
    case 'delivered-to-centre':
      return withIssue(ticket, event.issueNo, { C: event.C });
    case 'taken':
      return withIssue(ticket, event.issueNo, { taken: { at: event.at, by } });
    case 'dispatched':
      return { ...ticket, legs: [...ticket.legs, newLeg(event)] };
    case 'delivered-to-crew':
      return withLeg(ticket, event.legNo, { E: event.E });
    case 'accepted':
      return withLeg(ticket, event.legNo, { F: event.F });
    case 'departed':
      return withLeg(ticket, event.legNo, { G: event.G });
    case 'arrived':
      return withLeg(ticket, event.legNo, { H: event.H });
    case 'cleared':
      return { ...ticket, cleared: event.stamp };
    case 'recorded':
      return { ...ticket, recorded: { ...event.stamp, record: event.record } };
    case 'closed':
      return { ...ticket, closed: event.stamp };
    case 'returned':
    case 'recalled':
      return end(ticket, event.target, event.no, {
        how: event.type,
        reason: event.reason,
        text: event.text,
        at: event.at,
        by,
      });
    case 'recall-confirmed':
      return withLeg(ticket, event.legNo, { recallReceipt: event.stamp });
    case 'cancelled':
      return cancel(ticket, event, by);
    case 'corrected':
      return correct(ticket, event, by);
    case 'contradicted':
      return { ...ticket, contradictions: [...ticket.contradictions, event.contradiction] };
    case 'duty-fired':
      return { ...ticket, fired: { ...ticket.fired, [event.key]: event.at } };
    case 'feedback-raised':
      return {
        ...ticket,
        fired: { ...ticket.fired, [event.key]: event.at },
        feedbacks: [...ticket.feedbacks, newFeedback(event)],
      };
    case 'call-placed':
      return withAttempt(ticket, event.key, placedAttempt(event, by));
    case 'call-answered':
      return withProgress(ticket, event, { answeredAt: event.at });
    case 'call-ended': {
      const { at: endedAt, outcome, pressed, code, note } = event;
      return withProgress(ticket, event, { endedAt, outcome, pressed, code, note, endedBy: by });
    }
    case 'call-recorded':
      return withAttempt(ticket, event.key, recordedAttempt(event, by));
    case 'ladder-spent':
      return withFeedback(ticket, event.key, { spentRounds: event.round });
    case 'calls-held':
      return withFeedback(ticket, event.key, { held: { at: event.at, until: event.until, by } });
    case 'calls-released':
      return withFeedback(ticket, event.key, { held: null });
    case 'alarm-acknowledged':
      return { ...ticket, acknowledged: { ...ticket.acknowledged, [event.key]: { at: event.at, by } } };
    default:
      return unreachable(event);
  }
}

function newIssue(event: Extract<TicketEvent, { type: 'issued' }>): Issue {
  return {
    no: event.issueNo,
    centreId: event.centreId,
    wasReceiverConnected: event.wasReceiverConnected,
    B: event.B,
    C: null,
    taken: null,
    ending: null,
  };
}

function newLeg(event: Extract<TicketEvent, { type: 'dispatched' }>): Leg {
  return {
    no: event.legNo,
    issueNo: event.issueNo,
    crewId: event.crewId,
    vehicleId: event.vehicleId,
    supportVehicleIds: event.supportVehicleIds,
    isCoLocated: event.isCoLocated,
    wasReceiverConnected: event.wasReceiverConnected,
    travelMs: event.travelMs,
    D: event.D,
    E: null,
    F: null,
    G: null,
    H: null,
    ending: null,
    recallReceipt: 'not-owed',
  };
}

function newFeedback(event: Extract<TicketEvent, { type: 'feedback-raised' }>): Feedback {
  const { key, kind, departmentId, issueNo, legNo, policyVersion, at: raisedAt } = event;
  const fresh = { attempts: [], spentRounds: 0, held: null, ended: null };
  return { key, kind, departmentId, issueNo, legNo, policyVersion, raisedAt, ...fresh };
}

function placedAttempt(event: Extract<TicketEvent, { type: 'call-placed' }>, by: Actor): CallAttempt {
  const { callId, step, callee, line, text, at } = event;
  const open = { answeredAt: null, endedAt: null, outcome: null, pressed: null, endedBy: null };
  return { ...callee, callId, step, line, text, at, by, code: '', note: '', ...open };
}

function recordedAttempt(event: Extract<TicketEvent, { type: 'call-recorded' }>, by: Actor): CallAttempt {
  const { callee, outcome, note, at } = event;
  const beside = { callId: null, step: null, line: 'manual', text: '', code: '', pressed: null, answeredAt: null };
  return { ...callee, ...beside, outcome, note, at, endedAt: at, by, endedBy: by };
}

function withFeedback(ticket: Ticket, key: string, change: Partial<Feedback>): Ticket {
  const feedbacks = ticket.feedbacks.map((feedback) => (feedback.key === key ? { ...feedback, ...change } : feedback));
  return { ...ticket, feedbacks };
}

function withAttempt(ticket: Ticket, key: string, attempt: CallAttempt): Ticket {
  const attempts = ticket.feedbacks.find((feedback) => feedback.key === key)?.attempts ?? [];
  return withFeedback(ticket, key, { attempts: [...attempts, attempt] });
}

function withProgress(
  ticket: Ticket,
  { key, callId }: { readonly key: string; readonly callId: string },
  change: Partial<CallAttempt>,
): Ticket {
  const attempts = ticket.feedbacks.find((feedback) => feedback.key === key)?.attempts ?? [];
  return withFeedback(ticket, key, {
    attempts: attempts.map((attempt) => (attempt.callId === callId ? { ...attempt, ...change } : attempt)),
  });
}

function withIssue(ticket: Ticket, no: number, change: Partial<Issue>): Ticket {
  return { ...ticket, issues: ticket.issues.map((issue) => (issue.no === no ? { ...issue, ...change } : issue)) };
}

function withLeg(ticket: Ticket, no: number, change: Partial<Leg>): Ticket {
  return { ...ticket, legs: ticket.legs.map((leg) => (leg.no === no ? { ...leg, ...change } : leg)) };
}

function end(ticket: Ticket, target: 'issue' | 'leg', no: number, ending: Ending): Ticket {
  if (target === 'leg') return withLeg(ticket, no, { ending, recallReceipt: 'owed' });
  return withIssue(ticket, no, { ending });
}

function cancel(ticket: Ticket, event: Extract<TicketEvent, { type: 'cancelled' }>, by: Actor): Ticket {
  const { reason, text, at } = event;
  const leg = ticket.legs.at(-1);
  const ending: Ending = { how: 'cancelled', reason: null, text, at, by };
  const legEnded =
    leg && leg.ending === null && leg.H === null ? withLeg(ticket, leg.no, { ending, recallReceipt: 'owed' }) : ticket;
  return { ...legEnded, cancelled: { at, reason, text } };
}

function correct(ticket: Ticket, event: Extract<TicketEvent, { type: 'corrected' }>, by: Actor): Ticket {
  const { point, issueNo, legNo, was, now, reason, policyVersion } = event;
  const corrections = [...ticket.corrections, { point, issueNo, legNo, was, now, reason, by }];
  return { ...setPoint(ticket, event), corrections, policyVersion };
}

function setPoint(ticket: Ticket, event: Extract<TicketEvent, { type: 'corrected' }>): Ticket {
  const { point, issueNo, legNo, now } = event;
  switch (point) {
    case 'A':
      return { ...ticket, A: now };
    case 'B':
    case 'C':
      assert(issueNo !== null, `${point} belongs to an issue`);
      return withIssue(ticket, issueNo, { [point]: now });
    default:
      assert(legNo !== null, `${point} belongs to a leg`);
      return withLeg(ticket, legNo, { [point]: now });
  }
}

function endFeedbacks(ticket: Ticket, event: TicketEvent, at: Instant): Ticket {
  if (!ticket.feedbacks.some((feedback) => feedback.ended === null && isFeedbackOver(ticket, feedback))) return ticket;
  return {
    ...ticket,
    feedbacks: ticket.feedbacks.map((feedback) =>
      feedback.ended === null && isFeedbackOver(ticket, feedback)
        ? { ...feedback, ended: { at, cause: event.type } }
        : feedback,
    ),
  };
}
