import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Freshness } from '@faultline/shared/vehicle/state.ts';
import { freshnessOf } from '@faultline/shared/vehicle/state.ts';
import type { VehicleState } from '@faultline/shared/vehicle/vehicle.ts';
import { VEHICLE_STATES } from '@faultline/shared/vehicle/vehicle.ts';
import type { PositionFrame } from '@faultline/shared/wire/live.ts';
import { FRAME_FIELDS, readFrame } from './frame.ts';
import { worldX, worldY } from './mercator.ts';

/** One vehicle of the snapshot, as the map needs it. */
export interface FleetVehicle {
  /** The number by which frames name the vehicle; small and dense. */
  readonly index: number;
  readonly id: string;
  /** What stands beside the symbol. */
  readonly label: string;
  readonly state: VehicleState;
}

/** A vehicle index beyond this is a broken snapshot; the arrays are allocated by it. */
const MAX_VEHICLES = 100_000;

/**
 * Where the vehicles of a district are. Lives outside React: positions arrive several times a second and go straight
 * into typed arrays, which the map's canvas reads. Index = the snapshot's `index` in all of them.
 */
export interface Fleet {
  /** One more than the highest index. */
  readonly size: number;
  /** Position in the unit square of the projection; meaningless while `fixedAt` is NaN. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Degrees clockwise from north, −1 = unknown. */
  readonly headingDeg: Int16Array;
  /** Tenths of km/h, −1 = unknown. */
  readonly speedKmh10: Int16Array;
  /** Server time of the last position, NaN = never any. */
  readonly fixedAt: Float64Array;
  /** Index into `VEHICLE_STATES`; NO_VEHICLE where the snapshot has no such vehicle. */
  readonly state: Uint8Array;
  readonly ids: readonly string[];
  readonly labels: readonly string[];
}
export const NO_VEHICLE = 255;

/** Frames do not say how often a device reports; the rule's least time is then what counts. */
const REPORT_INTERVAL = 0;

/** How far the last position of a vehicle can be believed. [V6] */
export function fixFreshness(fleet: Fleet, index: number, now: Instant): Freshness {
  const fixedAt = fleet.fixedAt[index] ?? Number.NaN;
  return freshnessOf(Number.isNaN(fixedAt) ? null : fixedAt, now, REPORT_INTERVAL);
}

export interface FleetStore {
  fleet(): Fleet;
  /** Server time of the newest frame, `null` before the first. */
  frameAt(): Instant | null;
  /** Takes a snapshot's list of vehicles; known positions of the same ids are kept. */
  setVehicles(vehicles: readonly FleetVehicle[]): void;
  setState(id: string, state: VehicleState): void;
  /** @returns how many vehicles moved; 0 for a frame that is malformed as a whole. */
  applyFrame(frame: PositionFrame): number;
  indexOf(id: string): number | null;
  subscribe(onChange: () => void): () => void;
}

export function createFleetStore(): FleetStore {
  let fleet = emptyFleet(0);
  let indexes = new Map<string, number>();
  let frameAt: Instant | null = null;
  const listeners = new Set<() => void>();
  const announce = (): void => {
    for (const listener of listeners) listener();
  };

  return {
    fleet: () => fleet,
    frameAt: () => frameAt,
    indexOf: (id) => indexes.get(id) ?? null,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    setVehicles: (vehicles) => {
      const next = fleetOf(vehicles);
      for (const [index, id] of next.ids.entries()) copyPosition(fleet, indexes.get(id), next, index);
      fleet = next;
      indexes = new Map(vehicles.map(({ id, index }) => [id, index]));
      announce();
    },
    setState: (id, state) => {
      const index = indexes.get(id);
      if (index === undefined) return;
      fleet.state[index] = VEHICLE_STATES.indexOf(state);
      announce();
    },
    applyFrame: (frame) => {
      const moved = move(fleet, frame);
      if (frameAt === null || frame.t > frameAt) frameAt = frame.t;
      announce();
      return moved;
    },
  };
}

function emptyFleet(size: number): Fleet {
  return {
    size,
    x: new Float64Array(size),
    y: new Float64Array(size),
    headingDeg: new Int16Array(size).fill(-1),
    speedKmh10: new Int16Array(size).fill(-1),
    fixedAt: new Float64Array(size).fill(Number.NaN),
    state: new Uint8Array(size).fill(NO_VEHICLE),
    ids: new Array<string>(size).fill(''),
    labels: new Array<string>(size).fill(''),
  };
}

function fleetOf(vehicles: readonly FleetVehicle[]): Fleet {
  const shown = vehicles.filter(({ index }) => Number.isInteger(index) && index >= 0 && index < MAX_VEHICLES);
  const size = shown.reduce((highest, { index }) => Math.max(highest, index + 1), 0);
  const ids = new Array<string>(size).fill('');
  const labels = new Array<string>(size).fill('');
  const fleet = { ...emptyFleet(size), ids, labels };
  for (const { index, id, label, state } of shown) {
    ids[index] = id;
    labels[index] = label;
    fleet.state[index] = VEHICLE_STATES.indexOf(state);
  }
  return fleet;
}

function copyPosition(from: Fleet, fromIndex: number | undefined, to: Fleet, toIndex: number): void {
  if (fromIndex === undefined) return;
  to.x[toIndex] = from.x[fromIndex] ?? 0;
  to.y[toIndex] = from.y[fromIndex] ?? 0;
  to.headingDeg[toIndex] = from.headingDeg[fromIndex] ?? -1;
  to.speedKmh10[toIndex] = from.speedKmh10[fromIndex] ?? -1;
  to.fixedAt[toIndex] = from.fixedAt[fromIndex] ?? Number.NaN;
}

function move(fleet: Fleet, frame: PositionFrame): number {
  return readFrame(frame, fleet.size, (index, at) => {
    const { v } = frame;
    fleet.x[index] = worldX((v[at + FRAME_FIELDS.lonE6] ?? 0) / 1e6);
    fleet.y[index] = worldY((v[at + FRAME_FIELDS.latE6] ?? 0) / 1e6);
    fleet.headingDeg[index] = v[at + FRAME_FIELDS.headingDeg] ?? -1;
    fleet.speedKmh10[index] = v[at + FRAME_FIELDS.speedKmh10] ?? -1;
    fleet.fixedAt[index] = frame.t - (v[at + FRAME_FIELDS.ageSeconds] ?? 0) * SECOND;
  });
}
