import type { Instant } from '@faultline/shared/time.ts';
import type { LonLat } from '../map/local-metres.ts';
import type { Route } from './roads.ts';
import { alongRoute } from './roads.ts';

/** Where a vehicle is at any moment: standing, or so far along a road. */
export type Motion =
  | { readonly kind: 'standing'; readonly at: LonLat; readonly headingDeg: number | null }
  | {
      readonly kind: 'driving';
      readonly route: Route;
      readonly since: Instant;
      readonly metresPerSecond: number;
    };

export interface Whereabouts extends LonLat {
  readonly headingDeg: number | null;
  readonly metresPerSecond: number;
  /** When the end of the route was reached; `null` on the way, and when there was no way to go. */
  readonly reachedAt: Instant | null;
}

export function whereabouts(motion: Motion, now: Instant): Whereabouts {
  if (motion.kind === 'standing') {
    return { ...motion.at, headingDeg: motion.headingDeg, metresPerSecond: 0, reachedAt: null };
  }
  const { route, since, metresPerSecond } = motion;
  const reachedAt = since + Math.ceil((route.lengthM / metresPerSecond) * 1000);
  const hasReached = now >= reachedAt;
  return {
    ...alongRoute(route, ((now - since) / 1000) * metresPerSecond),
    metresPerSecond: hasReached ? 0 : metresPerSecond,
    reachedAt: hasReached ? reachedAt : null,
  };
}
