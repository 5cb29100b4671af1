import type { PromiseState } from '../ticket/clocks.ts';
import type { JudgedHop } from '../ticket/ledger.ts';
import { verdictOf } from '../ticket/ledger.ts';
import type { Segment } from '../ticket/points.ts';
import { SEGMENTS } from '../ticket/points.ts';
import type { AreaClass, Policy } from '../ticket/policy.ts';
import { policyOfVersion } from '../ticket/policy.ts';
import type { Phase, Ticket } from '../ticket/ticket.ts';
import { phaseOf } from '../ticket/ticket.ts';
import type { Duration, Instant } from '../time.ts';

/** One row of the supervisors' first list: a hop that took, or is taking, longer than its budget. */
export interface LateHop
  extends Pick<
    JudgedHop,
    'segments' | 'party' | 'chargedTo' | 'from' | 'to' | 'budget' | 'spent' | 'overspend' | 'outcome' | 'effect'
  > {
  readonly ticketId: string;
  readonly number: string;
  readonly policyVersion: number;
  readonly promiseState: PromiseState['state'];
  readonly phase: Phase;
  readonly areaClass: AreaClass;
  /** The centre the ticket was issued to at that time; `null` before the issue. */
  readonly centreId: string | null;
  /** The crew of the leg it happened on; `null` before the dispatch. */
  readonly crewId: string | null;
}

/**
 * The late hops of one ticket in their order, those that still run included; joint stays whose owner cannot be named
 * are listed, too, because somebody has to look at them. [L2] [T3]
 * @param policy the one of the ticket's version.
 */
export function lateHopsOf(ticket: Ticket, policy: Policy, now: Instant): readonly LateHop[] {
  const { promise, hops } = verdictOf(ticket, policy, now);
  const phase = phaseOf(ticket);
  return hops
    .filter(({ overspend }) => overspend > 0)
    .map((hop) => ({
      ticketId: ticket.id,
      number: ticket.report.number,
      policyVersion: policy.version,
      promiseState: promise.state,
      phase,
      areaClass: ticket.report.areaClass,
      centreId: ticket.issues.find(({ no }) => no === hop.issueNo)?.centreId ?? null,
      crewId: ticket.legs.find(({ no }) => no === hop.legNo)?.crewId ?? null,
      segments: hop.segments,
      party: hop.party,
      chargedTo: hop.chargedTo,
      from: hop.from,
      to: hop.to,
      budget: hop.budget,
      spent: hop.spent,
      overspend: hop.overspend,
      outcome: hop.outcome,
      effect: hop.effect,
    }));
}

/** How one segment was kept, from tickets alone. Every stay is either counted in `n` or listed as excluded. [L4] */
export interface SegmentFigures {
  readonly segment: Segment;
  /** Stays that went from point to point; all figures below are about these. */
  readonly n: number;
  readonly keptCount: number;
  /** Between 0 and 1; `null` without a stay to judge. */
  readonly keptShare: number | null;
  readonly p50: Duration | null;
  readonly p90: Duration | null;
  readonly p95: Duration | null;
  /** For showing beside the percentiles, never alone. */
  readonly mean: Duration | null;
  readonly excluded: {
    /** Nobody knows yet how long they will be. */
    readonly running: number;
    /** A missing point joined them with another segment. */
    readonly joint: number;
    /** Ended by a return, a recall or a cancellation. */
    readonly brokenOff: number;
  };
}

/** One row per segment, in the order of the way. Each ticket is judged by its own policy. [B2] [L4] */
export function segmentFiguresOf(
  tickets: readonly Ticket[],
  policies: readonly Policy[],
  now: Instant,
): readonly SegmentFigures[] {
  const hops = tickets.flatMap(
    (ticket) => verdictOf(ticket, policyOfVersion(policies, ticket.policyVersion), now).hops,
  );
  return SEGMENTS.map((segment) =>
    figuresOf(
      segment,
      hops.filter(({ segments }) => segments.includes(segment)),
    ),
  );
}

function figuresOf(segment: Segment, hops: readonly JudgedHop[]): SegmentFigures {
  const byFate = Object.groupBy(hops, fateOf);
  const counted = byFate.counted ?? [];
  const spent = counted.map((hop) => hop.spent).sort((a, b) => a - b);
  const n = counted.length;
  const keptCount = counted.filter(({ outcome }) => outcome === 'kept').length;
  return {
    segment,
    n,
    keptCount,
    keptShare: n === 0 ? null : keptCount / n,
    p50: nearestRank(spent, 50),
    p90: nearestRank(spent, 90),
    p95: nearestRank(spent, 95),
    mean: n === 0 ? null : spent.reduce((sum, value) => sum + value, 0) / n,
    excluded: {
      running: byFate.running?.length ?? 0,
      joint: byFate.joint?.length ?? 0,
      brokenOff: byFate.brokenOff?.length ?? 0,
    },
  };
}

function fateOf(hop: JudgedHop): 'counted' | keyof SegmentFigures['excluded'] {
  if (hop.segments.length > 1) return 'joint';
  if (hop.to === null) return 'running';
  return hop.ending === null ? 'counted' : 'brokenOff';
}

/**
 * The smallest value with at least `percent` of the values at or below it: always one that really occurred. [L4]
 * @param sorted ascending.
 */
export function nearestRank(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1] ?? null;
}
