import { assert } from '../assert.ts';
import type { Duration, Instant } from '../time.ts';
import { minutes } from '../time.ts';
import type { Party, Point, Segment } from './points.ts';
import { endOf, segmentsBetween } from './points.ts';
import type { Policy } from './policy.ts';
import { budgetOf, jointBudgetOf, promiseOf } from './policy.ts';
import type { Issue, Leg, Ticket } from './ticket.ts';
import { arrivalOf, isOpen, openIssue, openLeg } from './ticket.ts';

/** The hop that runs now: who owns the ticket, since when, until when he is in time. [B1] [L1] */
export interface OpenHop {
  /** The segment in which somebody has to act now. */
  readonly segment: Segment;
  /** The segments whose budgets the deadline sums up: more than one where a missing point has joined them. [T3] */
  readonly segments: readonly Segment[];
  readonly party: Party;
  readonly enteredAt: Instant;
  /** The last instant that is still in time; budgets are inclusive. */
  readonly deadline: Instant;
  readonly issueNo: number;
  /** The open leg, or the last one that was taken back when the ticket waits for another dispatch. */
  readonly legNo: number | null;
}

/** @returns `null` when nobody's budget runs: after the arrival, or when the ticket is over. */
export function openHopOf(ticket: Ticket, policy: Policy): OpenHop | null {
  if (!isOpen(ticket) || ticket.cleared || arrivalOf(ticket)) return null;
  const leg = openLeg(ticket);
  const issue = openIssue(ticket);
  const hop = leg ? hopOfLeg(leg) : issue ? hopOfIssue(ticket, issue) : hopOfService(ticket);
  const situation = { areaClass: ticket.report.areaClass, isCoLocated: leg?.isCoLocated ?? false };
  const segments = segmentsFrom(hop.since, hop.segment);
  const budget = jointBudgetOf(policy, segments, situation);
  return {
    segment: hop.segment,
    segments,
    party: hop.party,
    enteredAt: hop.enteredAt,
    deadline: hop.enteredAt + budget,
    issueNo: ticket.issues.at(-1)?.no ?? 0,
    legNo: ticket.legs.at(-1)?.no ?? null,
  };
}

interface Hop extends Pick<OpenHop, 'segment' | 'party' | 'enteredAt'> {
  /** The point from which the stay is counted. */
  readonly since: Point;
}

function segmentsFrom(since: Point, segment: Segment): readonly Segment[] {
  return segmentsBetween(since, endOf(segment));
}

/** Waiting for an issue, the first or, after a return, another one on a fresh budget. [R1] */
function hopOfService(ticket: Ticket): Hop {
  const returnedAt = ticket.issues.at(-1)?.ending?.at;
  return { segment: 'AB', since: 'A', party: { kind: 'service-centre' }, enteredAt: returnedAt ?? ticket.A.at };
}

function hopOfIssue(ticket: Ticket, issue: Issue): Hop {
  const returned = ticket.legs.findLast((leg) => leg.issueNo === issue.no)?.ending;
  const party: Party = { kind: 'repair-centre', departmentId: issue.centreId };
  if (returned) return { segment: 'CD', since: 'C', party, enteredAt: returned.at };
  if (issue.C) return { segment: 'CD', since: 'C', party, enteredAt: issue.C.at };
  // Taken, but C is missing: nobody knows when BC ended, so both budgets run together from B. [T3]
  if (issue.taken) return { segment: 'CD', since: 'B', party, enteredAt: issue.B.at };
  return { segment: 'BC', since: 'B', party: carrierToCentre(issue), enteredAt: issue.B.at };
}

function hopOfLeg(leg: Leg): Hop {
  const team: Party = { kind: 'crew-team', departmentId: leg.crewId };
  const duty: Party = { kind: 'crew-duty', departmentId: leg.crewId };
  if (leg.G) return { segment: 'GH', since: 'G', party: team, enteredAt: leg.G.at };
  if (leg.F) return { segment: 'FG', since: 'F', party: team, enteredAt: leg.F.at };
  if (leg.E) return { segment: 'EF', since: 'E', party: duty, enteredAt: leg.E.at };
  return { segment: 'DE', since: 'D', party: carrierToCrew(leg), enteredAt: leg.D.at };
}

/** BC is the network's, unless no device of the centre was connected when the ticket was sent. */
export function carrierToCentre(issue: Issue): Party {
  if (issue.wasReceiverConnected) return { kind: 'network', towards: 'centre' };
  return { kind: 'repair-centre', departmentId: issue.centreId };
}

/** DE is the network's, unless no device of the crew was connected when the ticket was sent. */
export function carrierToCrew(leg: Leg): Party {
  if (leg.wasReceiverConnected) return { kind: 'network', towards: 'crew' };
  return { kind: 'crew-duty', departmentId: leg.crewId };
}

export interface PromiseState {
  /** The last instant at which an arrival keeps the promise: A + promise. It never restarts. [R4] */
  readonly due: Instant;
  readonly state: 'running' | 'at-risk' | 'kept' | 'lost' | 'undetermined';
  /** Negative once lost; counted to the arrival, or to the end of a ticket without one. */
  readonly remaining: Duration;
  /** The last moment to depart that still keeps the promise, by the expected driving time. [B4] */
  readonly latestDeparture: Instant;
  /** From this moment the promise is at risk while nobody has arrived. */
  readonly riskAt: Instant;
}

/** @param now the moment to judge at; a verdict for the record uses the arrival itself, whatever `now` is. [B4] */
export function promiseStateOf(ticket: Ticket, policy: Policy, now: Instant): PromiseState {
  const due = ticket.A.at + promiseOf(policy, ticket.report.areaClass);
  const leg = openLeg(ticket);
  const travel = leg?.travelMs ?? budgetOf(policy, 'GH', { areaClass: ticket.report.areaClass, isCoLocated: false });
  const latestDeparture = due - travel;
  const riskAt = leg?.G ? riskWhileDriving(leg.G.at, due, travel, policy) : Math.min(latestDeparture + 1, due);
  const judgedAt = (arrivalOf(ticket) ?? ticket.cancelled ?? ticket.cleared)?.at ?? now;
  const state = promiseVerdictOf(ticket, due) ?? runningState(due, riskAt, now);
  return { due, state, remaining: due - judgedAt, latestDeparture, riskAt };
}

/**
 * The verdict that can change no more. Without an arrival only what is proven counts: a fault that was cleared in time
 * was reached in time, a crew that departed after the promise had run out arrived after it. [T3]
 */
function promiseVerdictOf(ticket: Ticket, due: Instant): 'kept' | 'lost' | 'undetermined' | null {
  const arrival = arrivalOf(ticket);
  if (arrival) return arrival.at <= due ? 'kept' : 'lost';
  if (ticket.cancelled) return hadPromise(ticket.cancelled) && ticket.cancelled.at > due ? 'lost' : 'undetermined';
  if (!ticket.cleared) return null;
  if (ticket.cleared.at <= due) return 'kept';
  const leg = openLeg(ticket);
  const lastKnown = leg?.G ?? leg?.F ?? leg?.E ?? leg?.D;
  return lastKnown && lastKnown.at > due ? 'lost' : 'undetermined';
}

/** A slip or a second ticket for the same call promised nobody anything; a customer who gave up waiting was promised. */
function hadPromise({ reason }: NonNullable<Ticket['cancelled']>): boolean {
  return reason !== 'mistake' && reason !== 'duplicate';
}

function runningState(due: Instant, riskAt: Instant, now: Instant): 'lost' | 'at-risk' | 'running' {
  if (now > due) return 'lost';
  return now >= riskAt ? 'at-risk' : 'running';
}

function riskWhileDriving(departedAt: Instant, due: Instant, travel: Duration, policy: Policy): Instant {
  if (departedAt + travel > due) return Math.min(departedAt, due);
  return Math.max(departedAt, due - minutes(policy.riskMarginMin));
}

/** How far a running hop has come: in time, warned, or late. */
export function budgetStateOf(hop: OpenHop, policy: Policy, now: Instant): 'in-time' | 'warned' | 'late' {
  assert(hop.deadline >= hop.enteredAt, 'a budget is not negative');
  if (now > hop.deadline) return 'late';
  return now >= warnAt(hop, policy) ? 'warned' : 'in-time';
}

export function warnAt(hop: OpenHop, policy: Policy): Instant {
  return hop.enteredAt + Math.ceil((hop.deadline - hop.enteredAt) * policy.warnShare);
}
