import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';

export type Freshness = 'live' | 'late' | 'cut-off';

/** The server speaks once a second; five missing words are a hitch, thirty are a broken line. [D1] */
export const LATE_AFTER = 5 * SECOND;
export const CUT_OFF_AFTER = 30 * SECOND;

/** @param dataAsOf the server's time at which this console last knew everything. */
export function freshnessOf(dataAsOf: Instant, now: Instant): Freshness {
  const age = now - dataAsOf;
  if (age <= LATE_AFTER) return 'live';
  return age <= CUT_OFF_AFTER ? 'late' : 'cut-off';
}
