import type { PositionFrame } from '@faultline/shared/wire/live.ts';

/**
 * Where each integer of a vehicle stands in a frame's flat run. Frames carry integers only, so that 5,000 vehicles
 * cost neither an object nor a key each.
 */
export const FRAME_FIELDS = {
  /** Points into the snapshot's list of vehicles. */
  index: 0,
  /** Degrees times a million, WGS-84. */
  lonE6: 1,
  latE6: 2,
  /** Degrees clockwise from north, −1 = unknown. */
  headingDeg: 3,
  /** Tenths of km/h, −1 = unknown. */
  speedKmh10: 4,
  /** How old the position was at `t`. */
  ageSeconds: 5,
} as const;
const FRAME_STRIDE = Object.keys(FRAME_FIELDS).length;

/**
 * Walks a frame. `onVehicle` gets the vehicle's index and where in `v` its six integers begin. A vehicle that the
 * snapshot does not know (it was added a moment ago) and a run without sense are passed over; the next frame brings
 * them again.
 * @returns how many vehicles were handed on.
 */
export function readFrame(frame: PositionFrame, size: number, onVehicle: (index: number, at: number) => void): number {
  const { v } = frame;
  if (!Number.isFinite(frame.t) || v.length % FRAME_STRIDE !== 0) return 0;
  let handed = 0;
  for (let at = 0; at < v.length; at += FRAME_STRIDE) {
    const index = v[at];
    const lonE6 = v[at + FRAME_FIELDS.lonE6];
    const latE6 = v[at + FRAME_FIELDS.latE6];
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= size) continue;
    if (!isWithin(lonE6, 180e6) || !isWithin(latE6, 90e6)) continue;
    onVehicle(index, at);
    handed += 1;
  }
  return handed;
}

function isWithin(value: number | undefined, limit: number): boolean {
  return value !== undefined && value >= -limit && value <= limit;
}
