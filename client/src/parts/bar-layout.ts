import type { Point, Segment } from '@faultline/shared/ticket/points.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';

/** A stay of the ticket with one owner, as the ledger has it. */
export interface BarHop {
  /** One segment, or several that a missing point has joined. [T3] */
  readonly segments: readonly Segment[];
  /** Who answers for it, in words. */
  readonly owner: string;
  readonly from: Instant;
  /** `null` while it runs; `spent` then says how far it has come. */
  readonly to: Instant | null;
  readonly budget: Duration;
  readonly spent: Duration;
  readonly overspend: Duration;
  readonly outcome: 'running' | 'running-late' | 'kept' | 'late' | 'undetermined';
}

export interface BarInput {
  /** What the policy allows, segment by segment from A to H. */
  readonly plan: readonly { readonly segment: Segment; readonly budget: Duration }[];
  readonly hops: readonly BarHop[];
  /** The points reached so far, in the order of time, A first. */
  readonly points: readonly { readonly point: Point; readonly at: Instant }[];
  /** From A to the promised arrival. */
  readonly promise: Duration;
}

export interface Span {
  readonly left: number;
  readonly width: number;
}

export interface BarLayout {
  readonly plan: readonly (Span & { readonly segment: Segment })[];
  readonly hops: readonly (Span & { readonly hop: BarHop; readonly over: Span | null })[];
  /** `at` is the true place, `label` where there is room for the letter. */
  readonly points: readonly {
    readonly point: Point;
    readonly time: Instant;
    readonly at: number;
    readonly label: number;
  }[];
  readonly promiseAt: number;
}

/** The picture ends this share beyond the last thing in it, so that nothing sticks to the edge. */
const TAIL_SHARE = 0.02;

/**
 * Everything on one scale, in pixels from the left.
 * @param width of the whole bar; @param labelGap the least distance between two labels' middles.
 */
export function layOutBar(input: BarInput, width: number, labelGap: number): BarLayout {
  const start = input.points[0]?.at ?? input.hops[0]?.from ?? 0;
  const planned = input.plan.reduce((sum, { budget }) => sum + budget, 0);
  const lastEnd = input.hops.reduce((latest, hop) => Math.max(latest, hop.from - start + hop.spent), 0);
  const whole = Math.max(input.promise, planned, lastEnd, 1) * (1 + TAIL_SHARE);
  const scale = width / whole;
  const times = input.points.map(({ at }) => (at - start) * scale);
  const labels = spreadLabels(times, labelGap, width);
  return {
    plan: planSpans(input.plan, scale),
    hops: input.hops.map((hop) => {
      const left = (hop.from - start) * scale;
      const over = hop.overspend > 0 ? { left: left + hop.budget * scale, width: hop.overspend * scale } : null;
      return { hop, left, width: hop.spent * scale, over };
    }),
    points: input.points.map(({ point, at }, index) => ({
      point,
      time: at,
      at: times[index] ?? 0,
      label: labels[index] ?? 0,
    })),
    promiseAt: input.promise * scale,
  };
}

function planSpans(plan: BarInput['plan'], scale: number): BarLayout['plan'] {
  let left = 0;
  return plan.map(({ segment, budget }) => {
    const span = { segment, left, width: budget * scale };
    left += span.width;
    return span;
  });
}

/**
 * Moves labels apart until none is nearer to its neighbour than `gap`, keeps their order and keeps them inside. When
 * there is no room for all, they share what there is evenly.
 * @param wanted in ascending order.
 */
export function spreadLabels(wanted: readonly number[], gap: number, width: number): readonly number[] {
  const step = Math.min(gap, width / Math.max(1, wanted.length));
  const placed = [...wanted];
  for (let index = 0; index < placed.length; index += 1) {
    const least = index === 0 ? step / 2 : (placed[index - 1] ?? 0) + step;
    placed[index] = Math.max(placed[index] ?? 0, least);
  }
  for (let index = placed.length - 1; index >= 0; index -= 1) {
    const most = index === placed.length - 1 ? width - step / 2 : (placed[index + 1] ?? width) - step;
    placed[index] = Math.min(placed[index] ?? 0, most);
  }
  return placed;
}
