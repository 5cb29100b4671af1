import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { DropReason, FixMemory, HoldReason, Judgement } from '@faultline/shared/vehicle/fix.ts';
import {
  clockFaultOf,
  DROP_REASONS,
  HOLD_REASONS,
  judgeFix,
  medianSkew,
  NO_FIXES,
  withSkewSample,
} from '@faultline/shared/vehicle/fix.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import type { PositionFrame } from '@faultline/shared/wire/live.ts';
import type { Clock } from '../clock.ts';
import { every } from '../live/every.ts';
import type { Directory } from '../organisation/directory.ts';

/** Where the vehicles are, in memory: positions are no events, a lost one is replaced by the next. */
export interface Fleet {
  /** The position the vehicle is shown at; `null` when none is known. */
  positionOf(vehicleId: string): Fix | null;
  /** All last known positions of a district as one frame. */
  snapshot(district: string, now: Instant): PositionFrame;
  /**
   * Puts a reported position through the filter, moves the vehicle or not, and hands it to the track.
   * @param fix with `fixedAt` corrected by the device's measured clock difference.
   * @param lateness `receivedAt − fixedAt` as the device stated it, when the report came live; `null` otherwise.
   */
  report(vehicleId: string, fix: Fix, lateness: Duration | null): Judgement;
  /** Takes positions that were known before a restart, as long as nothing newer has come. */
  restore(known: Iterable<readonly [vehicleId: string, fix: Fix]>): void;
  /** Devices whose clock is wrong by more than people should have to notice themselves. */
  clockFaults(district: string): readonly ClockFault[];
  stats(): FleetStats;
  start(): void;
  stop(): void;
}

export interface ClockFault {
  readonly vehicleId: string;
  /** Median of `receivedAt − fixedAt`. */
  readonly skew: Duration;
  readonly fault: 'off' | 'time-zone';
}

export interface FleetStats {
  readonly moved: number;
  readonly held: Readonly<Record<HoldReason, number>>;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly frames: number;
}

export interface FleetParts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'vehicle'>;
  /** One frame per district leaves this often. */
  readonly frameIntervalMs: Duration;
  readonly onFrame: (district: string, frame: PositionFrame) => void;
  /** Keeps every usable position; `isMoved` tells which of them the screens have shown. */
  readonly onTrackPoint: (vehicleId: string, fix: Fix, isMoved: boolean) => void;
}

interface Entry {
  memory: FixMemory;
  lateness: readonly Duration[];
}

export function createFleet(parts: FleetParts): Fleet {
  const { clock, directory } = parts;
  const entries = new Map<string, Entry>();
  /** Vehicles that moved since the last frame, by district. */
  const moved = new Map<string, Set<string>>();
  const counters = { moved: 0, held: countersOf(HOLD_REASONS), dropped: countersOf(DROP_REASONS), frames: 0 };
  let cancel: (() => void) | null = null;

  const entryOf = (vehicleId: string): Entry => {
    const entry = entries.get(vehicleId) ?? { memory: NO_FIXES, lateness: [] };
    entries.set(vehicleId, entry);
    return entry;
  };

  const frameOf = (vehicleIds: Iterable<string>, now: Instant): PositionFrame => {
    const v: number[] = [];
    for (const id of vehicleIds) {
      const vehicle = directory.vehicle(id);
      const fix = entries.get(id)?.memory.last;
      if (vehicle && fix) pushFix(v, vehicle.index, fix, now);
    }
    return { t: now, v };
  };

  const sendFrames = (): void => {
    const now = clock.now();
    for (const [district, vehicleIds] of moved) {
      if (vehicleIds.size === 0) continue;
      const frame = frameOf(vehicleIds, now);
      vehicleIds.clear();
      counters.frames += 1;
      parts.onFrame(district, frame);
    }
  };

  const noteMoved = (vehicleId: string): void => {
    const district = directory.vehicle(vehicleId)?.district;
    if (district === undefined) return;
    const ofDistrict = moved.get(district) ?? new Set();
    moved.set(district, ofDistrict.add(vehicleId));
  };

  return {
    positionOf: (vehicleId) => entries.get(vehicleId)?.memory.last ?? null,
    snapshot: (district, now) =>
      frameOf(
        [...entries.keys()].filter((id) => directory.vehicle(id)?.district === district),
        now,
      ),
    report(vehicleId, reported, lateness) {
      const entry = entryOf(vehicleId);
      const { memory, judgement } = judgeFix(entry.memory, reported);
      entry.memory = memory;
      if (lateness !== null) entry.lateness = withSkewSample(entry.lateness, lateness);
      if (judgement.what === 'dropped') {
        counters.dropped[judgement.reason] += 1;
        return judgement;
      }
      if (judgement.what === 'moved') {
        counters.moved += 1;
        noteMoved(vehicleId);
      } else counters.held[judgement.reason] += 1;
      parts.onTrackPoint(vehicleId, judgement.fix, judgement.what === 'moved');
      return judgement;
    },
    restore(known) {
      for (const [vehicleId, fix] of known) {
        const entry = entryOf(vehicleId);
        if (!entry.memory.last) entry.memory = { last: fix, doubted: [] };
      }
    },
    clockFaults: (district) =>
      [...entries].flatMap(([vehicleId, { lateness }]) => {
        const skew = medianSkew(lateness);
        const fault = clockFaultOf(skew);
        const isHere = directory.vehicle(vehicleId)?.district === district;
        return isHere && skew !== null && fault !== 'none' ? [{ vehicleId, skew, fault }] : [];
      }),
    stats: () => structuredClone(counters),
    start() {
      cancel ??= every(clock, parts.frameIntervalMs, sendFrames);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}

/** Six integers: index, lon and lat in millionths of a degree, heading, tenths of km/h (−1 = unknown), age in seconds. */
function pushFix(v: number[], index: number, fix: Fix, now: Instant): void {
  const heading = fix.headingDeg === null ? -1 : Math.round(fix.headingDeg) % 360;
  const speed = fix.speedMps === null ? -1 : Math.round(fix.speedMps * 36);
  const age = Math.max(0, Math.round((now - fix.fixedAt) / SECOND));
  v.push(index, Math.round(fix.lon * 1e6), Math.round(fix.lat * 1e6), heading, speed, age);
}

function countersOf<Reason extends string>(reasons: readonly Reason[]): Record<Reason, number> {
  return Object.fromEntries(reasons.map((reason) => [reason, 0])) as Record<Reason, number>;
}
