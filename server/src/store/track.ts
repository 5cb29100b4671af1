import type { Instant } from '@faultline/shared/time.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';

/** A position as the track keeps it. */
export interface TrackPoint extends Fix {
  /** Whether the vehicle was shown there; late, inaccurate and impossible positions are kept and show nothing. */
  readonly isMoved: boolean;
}

/** Where vehicles have been. Synchronous: it lives in a thread of its own. */
export interface TrackStore {
  /** Writes positions, of whatever vehicles and hours, in one transaction. @throws StoreFault and keeps nothing then. */
  append(points: ReadonlyMap<string, readonly TrackPoint[]>): void;
  /** Positions with `fixedAt` in [from, to), oldest first, none twice. */
  read(vehicleId: string, from: Instant, to: Instant): readonly TrackPoint[];
  /** The newest position of each vehicle at which it was shown, not older than `from`. */
  lastShown(from: Instant): ReadonlyMap<string, TrackPoint>;
  /** Packs hours that are over into one part per vehicle. @returns how many were packed, at most `limit`. */
  seal(before: Instant, limit: number): number;
  /** Forgets whole hours before a moment. */
  forget(before: Instant): void;
  close(): void;
}
