import type { Instant } from '@faultline/shared/time.ts';
import type { TrackPoint } from '../store/track.ts';

/** What the server and its track worker tell each other. Positions travel as one array of numbers, handed over whole. */
export type ToTrackWorker =
  | {
      readonly type: 'points';
      /** Vehicles that are new to this worker, each with the number that stands for it from now on. */
      readonly names: readonly (readonly [number: number, vehicleId: string])[];
      readonly points: Float64Array<ArrayBuffer>;
      readonly now: Instant;
    }
  | {
      readonly type: 'read';
      readonly ask: number;
      readonly vehicleId: string;
      readonly from: Instant;
      readonly to: Instant;
    }
  | { readonly type: 'last-shown'; readonly ask: number; readonly from: Instant }
  | { readonly type: 'close' };

export type FromTrackWorker =
  | { readonly type: 'taken' }
  | {
      readonly type: 'points';
      readonly ask: number;
      readonly vehicleIds: readonly string[];
      readonly points: Float64Array<ArrayBuffer>;
    }
  | { readonly type: 'failed'; readonly ask: number }
  | { readonly type: 'fault'; readonly text: string }
  | { readonly type: 'closed' };

export interface TrackWorkerData {
  readonly path: string;
  /** Whole hours older than this are forgotten. */
  readonly keepDays: number;
}

/** Numbers per position: the vehicle's number and the eight values of the position; NaN stands for unknown. */
export const POINT_STRIDE = 9;

export function writePoint(into: Float64Array, at: number, vehicle: number, point: TrackPoint): void {
  const values = [
    vehicle,
    point.fixedAt,
    point.receivedAt,
    point.lon,
    point.lat,
    point.speedMps ?? Number.NaN,
    point.headingDeg ?? Number.NaN,
    point.accuracyM ?? Number.NaN,
    point.isMoved ? 1 : 0,
  ];
  into.set(values, at * POINT_STRIDE);
}

export function readPoint(from: Float64Array, at: number): { readonly vehicle: number; readonly point: TrackPoint } {
  const value = (field: number): number => from[at * POINT_STRIDE + field] ?? Number.NaN;
  const known = (field: number): number | null => (Number.isNaN(value(field)) ? null : value(field));
  return {
    vehicle: value(0),
    point: {
      fixedAt: value(1),
      receivedAt: value(2),
      lon: value(3),
      lat: value(4),
      speedMps: known(5),
      headingDeg: known(6),
      accuracyM: known(7),
      isMoved: value(8) === 1,
    },
  };
}
