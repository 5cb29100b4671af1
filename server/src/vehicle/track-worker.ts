import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@faultline/shared/assert.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { openTrackStore } from '../store/sqlite/track/track-store.ts';
import type { TrackPoint } from '../store/track.ts';
import type { FromTrackWorker, ToTrackWorker, TrackWorkerData } from './track-messages.ts';
import { POINT_STRIDE, readPoint, writePoint } from './track-messages.ts';

/** Positions are written this often: one part per vehicle and turn, so fewer turns make fewer and better packed parts. */
const WRITE_EVERY: Duration = 5 * SECOND;
/** An hour is packed when it has been over for a while, so that what comes late need not open it again. */
const SEAL_AFTER: Duration = 10 * MINUTE;
const SEAL_AT_ONCE = 50;
/** What may wait in memory while the disk is full; beyond, the oldest vehicles' positions are let go. */
const MAX_WAITING = 500_000;

const { path, keepDays } = workerData as TrackWorkerData;
const port = parentPort;
assert(port !== null, 'this file runs as a worker');

const store = openTrackStore(path);
const names = new Map<number, string>();
let waiting = new Map<string, TrackPoint[]>();
let waitingCount = 0;
let writtenAt: Instant = 0;
let forgottenAt: Instant = 0;

const tell = (message: FromTrackWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

const take = (points: Float64Array): void => {
  for (let at = 0; at < points.length / POINT_STRIDE; at += 1) {
    const { vehicle, point } = readPoint(points, at);
    const vehicleId = names.get(vehicle);
    assert(vehicleId !== undefined, 'a vehicle is named before its first position');
    const ofVehicle = waiting.get(vehicleId) ?? [];
    waiting.set(vehicleId, ofVehicle);
    ofVehicle.push(point);
    waitingCount += 1;
  }
  for (const [vehicleId, ofVehicle] of waiting) {
    if (waitingCount <= MAX_WAITING) break;
    waiting.delete(vehicleId);
    waitingCount -= ofVehicle.length;
  }
};

const write = (): void => {
  if (waitingCount === 0) return;
  store.append(waiting);
  waiting = new Map();
  waitingCount = 0;
};

const keepHouse = (now: Instant): void => {
  if (now - writtenAt < WRITE_EVERY) return;
  writtenAt = now;
  write();
  store.seal(now - SEAL_AFTER, SEAL_AT_ONCE);
  if (now - forgottenAt < HOUR) return;
  forgottenAt = now;
  store.forget(now - keepDays * 24 * HOUR);
};

const tellPoints = (ask: number, points: readonly (readonly [vehicleId: string, point: TrackPoint])[]): void => {
  const vehicleIds = [...new Set(points.map(([vehicleId]) => vehicleId))];
  const numbers = new Map(vehicleIds.map((vehicleId, number) => [vehicleId, number]));
  const array = new Float64Array(points.length * POINT_STRIDE);
  for (const [at, [vehicleId, point]] of points.entries()) writePoint(array, at, numbers.get(vehicleId) ?? 0, point);
  tell({ type: 'points', ask, vehicleIds, points: array }, [array.buffer]);
};

const handle = (message: ToTrackWorker): void => {
  switch (message.type) {
    case 'points':
      for (const [number, vehicleId] of message.names) names.set(number, vehicleId);
      take(message.points);
      tell({ type: 'taken' });
      keepHouse(message.now);
      return;
    case 'read': {
      const { ask, vehicleId, from, to } = message;
      write();
      tellPoints(
        ask,
        store.read(vehicleId, from, to).map((point) => [vehicleId, point]),
      );
      return;
    }
    case 'last-shown':
      write();
      tellPoints(message.ask, [...store.lastShown(message.from)]);
      return;
    case 'close':
      try {
        write();
      } finally {
        store.close();
        tell({ type: 'closed' });
        port.close();
      }
  }
};

port.on('message', (message: ToTrackWorker) => {
  try {
    handle(message);
  } catch (error) {
    // What could not be written stays in memory and is tried again with the next turn.
    tell({ type: 'fault', text: error instanceof Error ? error.message : String(error) });
    if ('ask' in message) tell({ type: 'failed', ask: message.ask });
  }
});
