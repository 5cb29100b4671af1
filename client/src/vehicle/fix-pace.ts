import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Position } from '@faultline/shared/vehicle/vehicle.ts';
import { distanceM } from '@faultline/shared/vehicle/vehicle.ts';
import type { VehicleFix } from '@faultline/shared/wire/vehicle.ts';

/** At most this often while the vehicle moves, and while it stands. */
const MOVING_EVERY: Duration = SECOND;
export const STANDING_EVERY: Duration = 10 * SECOND;

/** Walking pace: below it a receiver's noise looks the same. */
const MOVING_MPS = 1.4;
/** Beyond this from the last report, and beyond the receiver's own error, the vehicle has moved whatever its speed says. */
const MOVED_M = 20;

/** Timers and satellites do not keep step to the millisecond: a fix that comes this early is on time. */
const TOLERANCE: Duration = 150;

/** Whether a position is worth reporting after the last one that was. */
export function isDue(last: VehicleFix | null, fix: VehicleFix): boolean {
  if (last === null) return true;
  const pause = isMoving(last, fix) ? MOVING_EVERY : STANDING_EVERY;
  return fix.fixedAt - last.fixedAt >= pause - TOLERANCE;
}

function isMoving(last: VehicleFix, fix: VehicleFix): boolean {
  if (fix.speedMps !== null && fix.speedMps >= MOVING_MPS) return true;
  return distanceM(last, fix) > Math.max(MOVED_M, fix.accuracyM ?? 0);
}

/** What is kept of the way while there is no connection: about a fix in three seconds of the last twenty minutes. */
export const MAX_KEPT = 400;

/** When there are too many every second one goes, so that the way keeps its shape and its ends. */
export function withKept(kept: readonly VehicleFix[], fix: VehicleFix): readonly VehicleFix[] {
  const all = [...kept, fix];
  if (all.length <= MAX_KEPT) return all;
  return all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}

export interface Reading extends Position {
  readonly speed: number | null;
  readonly heading: number | null;
  readonly accuracy: number;
  readonly at: number;
}

/** Millionths of a degree are a hand's breadth; more digits only make frames longer. */
export function fixOf({ lon, lat, speed, heading, accuracy, at }: Reading): VehicleFix {
  return {
    fixedAt: Math.round(at),
    lon: rounded(lon, 1e6),
    lat: rounded(lat, 1e6),
    speedMps: known(speed),
    headingDeg: known(heading),
    accuracyM: known(accuracy),
  };
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

/** A browser says NaN for the heading of a vehicle that stands. */
function known(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : rounded(value, 10);
}
