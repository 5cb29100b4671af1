import type { Duration, Instant } from '../time.ts';
import type { PromiseState } from './clocks.ts';
import { carrierToCentre, carrierToCrew, promiseStateOf } from './clocks.ts';
import type { Party, Point, Segment } from './points.ts';
import { pointAfter, segmentsBetween, startOf } from './points.ts';
import type { Policy } from './policy.ts';
import { jointBudgetOf } from './policy.ts';
import type { Ending, Issue, Leg, Ticket } from './ticket.ts';
import { arrivalOf } from './ticket.ts';

/** One stay of the ticket with one owner. The stays of a ticket follow each other without a gap from A to H. [L1] */
export interface LedgerHop {
  /** One segment, or several that a missing point has joined. [T3] */
  readonly segments: readonly Segment[];
  readonly issueNo: number;
  readonly legNo: number | null;
  /** `null`: the joined segments have different owners, so nobody can be named. [T3] */
  readonly party: Party | null;
  /** Who pays for these minutes: the owner, or the one who sent the ticket to the wrong place. [R3] */
  readonly chargedTo: Party | null;
  readonly from: Instant;
  /** `null` while it runs. */
  readonly to: Instant | null;
  readonly budget: Duration;
  readonly spent: Duration;
  /** What was spent beyond the budget; 0 when in time. */
  readonly overspend: Duration;
  /** What `chargedTo` answers for: the overspend, or all of the minutes when they were spent on a wrong errand. [R3] */
  readonly charge: Duration;
  readonly outcome: 'running' | 'running-late' | 'kept' | 'late' | 'undetermined';
  /** Set when the stay ended by a return, a recall or a cancellation instead of its point. */
  readonly ending: Ending['how'] | null;
}

/**
 * Who owned the ticket when, from A to H: a pure function of the ticket and its policy. [L1] [L3]
 * @param now closes the running stay; ignored once the ticket has arrived.
 */
export function ledgerOf(ticket: Ticket, policy: Policy, now: Instant): readonly LedgerHop[] {
  const marks = marksOf(ticket);
  return marks.flatMap((mark, index) => {
    const next = marks[index + 1] ?? null;
    if (mark.opens === null || isTakenThrough(mark, next)) return [];
    return [hopBetween({ ticket, policy, now }, mark.opens, mark, next)];
  });
}

/** A recalled issue or a cancelled ticket takes its leg back in the same moment; the centre owned nothing in between. */
function isTakenThrough(mark: Mark, next: Mark | null): boolean {
  return mark.ending !== null && next !== null && next.ending !== null && next.at === mark.at;
}

/** A moment at which the ticket changed hands: what was reached, and what runs from there. */
interface Mark {
  readonly at: Instant;
  /** `null` when the stay before it ended by a return, a recall or a cancellation. */
  readonly reached: Point | null;
  /** The point from which the next stay runs; `null` when nobody's clock runs any more. */
  readonly opens: Exclude<Point, 'H'> | null;
  readonly issue: Issue | null;
  readonly leg: Leg | null;
  readonly ending: Ending['how'] | null;
}

function marksOf(ticket: Ticket): readonly Mark[] {
  const marks: Mark[] = [reached('A', ticket.A.at, null, null)];
  for (const issue of ticket.issues) {
    marks.push(reached('B', issue.B.at, issue, null));
    if (issue.C) marks.push(reached('C', issue.C.at, issue, null));
    for (const leg of ticket.legs) if (leg.issueNo === issue.no) marks.push(...marksOfLeg(issue, leg));
    if (issue.ending) marks.push(ended(issue.ending, 'A', null));
  }
  const { cancelled } = ticket;
  if (cancelled) marks.push(ended({ at: cancelled.at, how: 'cancelled' }, null, null));
  return marks;
}

function marksOfLeg(issue: Issue, leg: Leg): readonly Mark[] {
  const marks: Mark[] = [];
  for (const point of ['D', 'E', 'F', 'G', 'H'] as const) {
    const stamp = leg[point];
    if (stamp) marks.push(reached(point, stamp.at, issue, leg));
  }
  if (leg.ending) marks.push(ended(leg.ending, 'C', issue));
  return marks;
}

function reached(point: Point, at: Instant, issue: Issue | null, leg: Leg | null): Mark {
  return { at, reached: point, opens: point === 'H' ? null : point, issue, leg, ending: null };
}

/** After a leg the centre owns the ticket again, as from C; after an issue the service centre, as from A. [R1] */
function ended(ending: Pick<Ending, 'at' | 'how'>, opens: 'A' | 'C' | null, issue: Issue | null): Mark {
  return { at: ending.at, reached: null, opens, issue, leg: null, ending: ending.how };
}

interface Frame {
  readonly ticket: Ticket;
  readonly policy: Policy;
  readonly now: Instant;
}

function hopBetween(
  { ticket, policy, now }: Frame,
  opens: Exclude<Point, 'H'>,
  mark: Mark,
  next: Mark | null,
): LedgerHop {
  const { issue, leg } = mark;
  const isLost = next === null && ticket.cleared !== null;
  const segments = segmentsBetween(opens, next?.reached ?? expectedEnd(opens, issue, isLost));
  const situation = { areaClass: ticket.report.areaClass, isCoLocated: leg?.isCoLocated ?? false };
  const budget = jointBudgetOf(policy, segments, situation);
  const spent = isLost ? 0 : (next?.at ?? Math.max(now, mark.at)) - mark.at;
  const overspend = Math.max(0, spent - budget);
  const party = commonParty(segments.map((segment) => partyOf(segment, issue, leg)));
  const misrouter = misrouterOf(issue, leg);
  return {
    segments,
    issueNo: issue?.no ?? 0,
    legNo: leg?.no ?? null,
    party,
    chargedTo: misrouter ?? party,
    from: mark.at,
    to: next?.at ?? null,
    budget,
    spent,
    overspend,
    charge: misrouter ? spent : overspend,
    outcome: isLost
      ? 'undetermined'
      : outcomeOf({ isOver: next !== null, isLate: overspend > 0, isKnown: party !== null }),
    ending: next?.ending ?? null,
  };
}

/**
 * Where a stay would have ended that runs, or was broken off: with its own segment, or with the dispatch when the
 * centre has taken a ticket whose receipt is missing. When the fault was cleared without an arrival, at the arrival
 * that nobody saw. [T3]
 */
function expectedEnd(opens: Exclude<Point, 'H'>, issue: Issue | null, isLost: boolean): Point {
  if (isLost) return 'H';
  const isTakenUnseen = opens === 'B' && issue?.taken != null;
  return isTakenUnseen ? 'D' : pointAfter(opens);
}

/** A joint stay within the sum of its budgets was kept by all of them; beyond it nobody can be named. [T3] */
function outcomeOf(stay: { isOver: boolean; isLate: boolean; isKnown: boolean }): LedgerHop['outcome'] {
  if (!stay.isOver) return stay.isLate ? 'running-late' : 'running';
  if (!stay.isLate) return 'kept';
  return stay.isKnown ? 'late' : 'undetermined';
}

/** [R3] a centre that sent a leg to the wrong crew, or a service centre that sent an issue to the wrong centre. */
function misrouterOf(issue: Issue | null, leg: Leg | null): Party | null {
  if (issue?.ending?.reason === 'misrouted') return { kind: 'service-centre' };
  if (issue && leg?.ending?.reason === 'misrouted') return { kind: 'repair-centre', departmentId: issue.centreId };
  return null;
}

function partyOf(segment: Segment, issue: Issue | null, leg: Leg | null): Party {
  if (segment === 'AB' || !issue) return { kind: 'service-centre' };
  if (segment === 'BC') return carrierToCentre(issue);
  if (segment === 'CD' || !leg) return { kind: 'repair-centre', departmentId: issue.centreId };
  if (segment === 'DE') return carrierToCrew(leg);
  return { kind: segment === 'EF' ? 'crew-duty' : 'crew-team', departmentId: leg.crewId };
}

function commonParty(parties: readonly Party[]): Party | null {
  const first = parties[0];
  if (!first) return null;
  return parties.every((party) => partyKey(party) === partyKey(first)) ? first : null;
}

/** One string per party, for grouping and comparing. */
export function partyKey(party: Party | null): string {
  if (party === null) return 'undetermined';
  if (party.kind === 'service-centre') return party.kind;
  return party.kind === 'network' ? `network:${party.towards}` : `${party.kind}:${party.departmentId}`;
}

/**
 * What one charged hop did to the promise: had it kept its budget, would the arrival have kept the promise? `open` as
 * long as, or because, there is no arrival to judge. [L2]
 */
export type Effect = 'decisive' | 'contributory' | 'harmless' | 'open';

export interface JudgedHop extends LedgerHop {
  /** By how much the ticket was behind its budgets (positive) or ahead of them (negative) when this stay began. */
  readonly inherited: Duration;
  /** `null` for a hop that is charged with nothing. */
  readonly effect: Effect | null;
}

export interface Verdict {
  readonly promise: PromiseState;
  readonly hops: readonly JudgedHop[];
  /** The charge per party, the largest first. */
  readonly overspendByParty: readonly { readonly party: Party | null; readonly overspend: Duration }[];
}

/** The whole judgement of a ticket, replayable to any second by its `now`. [L2] [L3] */
export function verdictOf(ticket: Ticket, policy: Policy, now: Instant): Verdict {
  const promise = promiseStateOf(ticket, policy, now);
  const hasArrived = arrivalOf(ticket) !== null;
  const hops = ledgerOf(ticket, policy, now).map(
    (hop): JudgedHop => ({
      ...hop,
      inherited: inheritedBy(hop, ticket, policy),
      effect: hop.charge > 0 ? effectOf(hop, promise, hasArrived) : null,
    }),
  );
  return { promise, hops, overspendByParty: sumByParty(hops) };
}

/** Measured against the plan of a ticket that goes its way once: a leg that was taken back has cost all of its time. */
function inheritedBy(hop: LedgerHop, ticket: Ticket, policy: Policy): Duration {
  const leg = ticket.legs.find((candidate) => candidate.no === hop.legNo);
  const situation = { areaClass: ticket.report.areaClass, isCoLocated: leg?.isCoLocated ?? false };
  const first = hop.segments[0];
  const planned = first ? jointBudgetOf(policy, segmentsBetween('A', startOf(first)), situation) : 0;
  return hop.from - ticket.A.at - planned;
}

function effectOf(hop: LedgerHop, promise: PromiseState, hasArrived: boolean): Effect {
  if (!hasArrived) return 'open';
  if (promise.state === 'kept') return 'harmless';
  return promise.remaining + hop.charge >= 0 ? 'decisive' : 'contributory';
}

function sumByParty(hops: readonly LedgerHop[]): Verdict['overspendByParty'] {
  const sums = new Map<string, { party: Party | null; overspend: Duration }>();
  for (const { chargedTo, charge } of hops) {
    if (charge === 0) continue;
    const key = partyKey(chargedTo);
    const sum = sums.get(key);
    sums.set(key, { party: chargedTo, overspend: (sum?.overspend ?? 0) + charge });
  }
  return [...sums.values()].sort((a, b) => b.overspend - a.overspend);
}
