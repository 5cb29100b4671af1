import { SECOND } from '@faultline/shared/time.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import type { PositionFrame } from '@faultline/shared/wire/live.ts';
import { FRAME_FIELDS, readFrame } from '../map/frame.ts';

/** Above this a frame names a vehicle that cannot be one. */
const MAX_INDEX = 100_000;
const KMH10_PER_MPS = 36;

/**
 * The last position of every vehicle by its index, outside React: the map draws it all the time, a dispatch reads it
 * when it ranks vehicles.
 */
export interface Positions {
  apply(frame: PositionFrame): void;
  /** `null`: no position was ever heard of. */
  of(index: number): Fix | null;
}

export function createPositions(): Positions {
  const fixes = new Map<number, Fix>();
  return {
    of: (index) => fixes.get(index) ?? null,
    apply: (frame) => {
      readFrame(frame, MAX_INDEX, (index, at) => {
        const read = (field: keyof typeof FRAME_FIELDS): number => frame.v[at + FRAME_FIELDS[field]] ?? -1;
        const heading = read('headingDeg');
        const speed = read('speedKmh10');
        const fixedAt = frame.t - read('ageSeconds') * SECOND;
        fixes.set(index, {
          lon: read('lonE6') / 1e6,
          lat: read('latE6') / 1e6,
          fixedAt,
          receivedAt: fixedAt,
          headingDeg: heading < 0 ? null : heading,
          speedMps: speed < 0 ? null : speed / KMH10_PER_MPS,
          accuracyM: null,
        });
      });
    },
  };
}
