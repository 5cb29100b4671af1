import type { Duration, Instant } from '../time.ts';
import { HOUR, SECOND } from '../time.ts';
import type { Fix } from './vehicle.ts';
import { distanceM } from './vehicle.ts';

/** What no screen and no track can use; counted by reason. */
export const DROP_REASONS = ['not-finite', 'out-of-range', 'zero-zero', 'from-future', 'too-old', 'repeated'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What stands in the track but moves nothing. [V4] */
export const HOLD_REASONS = ['inaccurate', 'not-newer', 'too-fast'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export type Judgement =
  | { readonly what: 'moved'; readonly fix: Fix }
  | { readonly what: 'held'; readonly reason: HoldReason; readonly fix: Fix }
  | { readonly what: 'dropped'; readonly reason: DropReason };

/** What the filter remembers of one vehicle. */
export interface FixMemory {
  /** The position the vehicle is shown at. */
  readonly last: Fix | null;
  /** Held positions since then, oldest first, each newer than the one before: when they agree, the last one was wrong. */
  readonly doubted: readonly Fix[];
}

export const NO_FIXES: FixMemory = { last: null, doubted: [] };

/** A clock that is further ahead is wrong; less is the difference that was measured a while ago. */
const MAX_AHEAD: Duration = 120 * SECOND;
/** The longest time a vehicle's outbox is worth sending. */
const MAX_AGE: Duration = 72 * HOUR;
const MAX_INACCURACY_M = 200;
const MAX_SPEED_MPS = 160 / 3.6;
/** Below this distance the noise of a standing receiver looks like speed. */
const NOISE_M = 30;
/** A doubted position moves the vehicle when the next two agree with it. */
const AGREEING = 3;

/**
 * The one filter every reported position goes through, whatever device it came from, in this order: unusable ones are
 * dropped; inaccurate, late and impossibly fast ones are kept for the track and do not move the vehicle. [V4]
 * @param reported with `fixedAt` corrected by the device's measured clock difference.
 */
export function judgeFix(
  memory: FixMemory,
  reported: Fix,
): { readonly memory: FixMemory; readonly judgement: Judgement } {
  const dropped = reasonToDrop(memory, reported);
  if (dropped) return { memory, judgement: { what: 'dropped', reason: dropped } };
  const fix = withPlausibleMotion(reported);
  const { last } = memory;
  if (last && fix.fixedAt <= last.fixedAt) return { memory, judgement: { what: 'held', reason: 'not-newer', fix } };
  const reason = reasonToDoubt(last, fix);
  if (reason === null) return moved(fix);
  const doubted = agreeing(memory.doubted, fix);
  if (doubted.length >= AGREEING) return moved(fix);
  return { memory: { last, doubted }, judgement: { what: 'held', reason, fix } };
}

function moved(fix: Fix): { readonly memory: FixMemory; readonly judgement: Judgement } {
  return { memory: { last: fix, doubted: [] }, judgement: { what: 'moved', fix } };
}

function reasonToDrop({ last }: FixMemory, fix: Fix): DropReason | null {
  const { lon, lat, fixedAt, receivedAt } = fix;
  if (![lon, lat, fixedAt].every(Number.isFinite)) return 'not-finite';
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return 'out-of-range';
  if (lon === 0 && lat === 0) return 'zero-zero';
  if (fixedAt > receivedAt + MAX_AHEAD) return 'from-future';
  if (fixedAt < receivedAt - MAX_AGE) return 'too-old';
  if (last && last.fixedAt === fixedAt && last.lon === lon && last.lat === lat) return 'repeated';
  return null;
}

function reasonToDoubt(last: Fix | null, fix: Fix): Exclude<HoldReason, 'not-newer'> | null {
  if (fix.accuracyM !== null && fix.accuracyM > MAX_INACCURACY_M) return 'inaccurate';
  return last && isTooFast(last, fix) ? 'too-fast' : null;
}

function isTooFast(from: Fix, to: Fix): boolean {
  const seconds = (to.fixedAt - from.fixedAt) / SECOND;
  return distanceM(from, to) - NOISE_M > MAX_SPEED_MPS * seconds;
}

/** The doubted positions that agree with the newest one, and it; a contradiction between them begins anew. */
function agreeing(doubted: readonly Fix[], fix: Fix): readonly Fix[] {
  const previous = doubted.at(-1);
  if (!previous) return [fix];
  if (fix.fixedAt <= previous.fixedAt) return doubted;
  return isTooFast(previous, fix) ? [fix] : [...doubted, fix];
}

/** Speed, heading and accuracy are beside the point; a value that cannot be is unknown, and the position stays. */
function withPlausibleMotion(fix: Fix): Fix {
  const { speedMps, headingDeg, accuracyM } = fix;
  const isSpeed = speedMps !== null && speedMps >= 0 && speedMps <= MAX_SPEED_MPS * 2;
  const isHeading = headingDeg !== null && headingDeg >= 0 && headingDeg <= 360;
  const isAccuracy = accuracyM !== null && accuracyM >= 0;
  return {
    ...fix,
    speedMps: isSpeed ? speedMps : null,
    headingDeg: isHeading ? headingDeg % 360 : null,
    accuracyM: isAccuracy ? accuracyM : null,
  };
}

/** Differences that are remembered for the median: at one position a second, half a minute. */
const SKEW_WINDOW = 31;
/** Beyond this the difference is shown to people. */
const SKEW_SHOWN: Duration = 120 * SECOND;
/** The offset of the product's home time zone: a device that is off by it takes local time for world time, or back. */
const ZONE_OFFSET: Duration = 8 * HOUR;

/**
 * Takes one more `receivedAt − fixedAt` of a position that came live.
 * @returns the differences to keep, oldest first.
 */
export function withSkewSample(samples: readonly Duration[], difference: Duration): readonly Duration[] {
  return [...samples, difference].slice(-SKEW_WINDOW);
}

/** The running median: one delayed or wild report moves it by one place at most. `null` before the first sample. */
export function medianSkew(samples: readonly Duration[]): Duration | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** What to tell people of a device's clock. `time-zone`: it is off by eight hours, so its zone is set wrongly. */
export function clockFaultOf(skew: Duration | null): 'none' | 'off' | 'time-zone' {
  if (skew === null || Math.abs(skew) <= SKEW_SHOWN) return 'none';
  return Math.abs(Math.abs(skew) - ZONE_OFFSET) <= SKEW_SHOWN ? 'time-zone' : 'off';
}

/** A measurement of a device's clock: `t` as it said, `receivedAt` when the server heard it. */
export interface ClockSample {
  readonly t: Instant;
  readonly receivedAt: Instant;
}

/** Measurements that are remembered per connection. */
const CLOCK_WINDOW = 8;
/** A measurement that differs this much from the best one tells that the device's clock was set. */
const CLOCK_STEP: Duration = 10 * SECOND;

/** @returns the measurements to keep, newest last; a clock that was set begins anew. */
export function withClockSample(samples: readonly ClockSample[], sample: ClockSample): readonly ClockSample[] {
  const best = clockSkew(samples);
  const isStep = best !== null && Math.abs(sample.t - sample.receivedAt - best) > CLOCK_STEP;
  return isStep ? [sample] : [...samples, sample].slice(-CLOCK_WINDOW);
}

/**
 * The device's clock minus the server's. A message is late by its way, never early, so every measurement is too small
 * by that way and the greatest is the best one. `null` before the first.
 */
export function clockSkew(samples: readonly ClockSample[]): Duration | null {
  if (samples.length === 0) return null;
  return Math.max(...samples.map(({ t, receivedAt }) => t - receivedAt));
}
