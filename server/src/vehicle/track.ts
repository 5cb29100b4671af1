import { Worker } from 'node:worker_threads';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import type { Clock } from '../clock.ts';
import { every } from '../live/every.ts';
import { StoreFault } from '../store/store.ts';
import type { TrackPoint } from '../store/track.ts';
import type { FromTrackWorker, ToTrackWorker, TrackWorkerData } from './track-messages.ts';
import { POINT_STRIDE, readPoint, writePoint } from './track-messages.ts';

/** The server's end of the track: hands positions to the worker and asks it, and never waits for its disk. */
export interface Track {
  add(vehicleId: string, fix: Fix, isMoved: boolean): void;
  /** Positions with `fixedAt` in [from, to), oldest first. @throws StoreFault when the worker failed. */
  read(vehicleId: string, from: Instant, to: Instant): Promise<readonly TrackPoint[]>;
  /** Where each vehicle was last shown, of the last day. @throws StoreFault when the worker failed. */
  lastShown(): Promise<readonly (readonly [vehicleId: string, fix: Fix])[]>;
  stats(): TrackStats;
  /** Writes what waits, and ends the worker. */
  close(): Promise<void>;
}

export interface TrackStats {
  readonly handedOn: number;
  /** Positions that the worker could not keep up with. */
  readonly lost: number;
  readonly restarts: number;
}

/** Positions are handed over this often, or when the array is full. */
const HAND_ON_EVERY: Duration = SECOND;
const MAX_POINTS = 8_192;
/** Arrays that may wait for the worker; with more, its disk has stood still for minutes. */
const MAX_UNTAKEN = 200;
const RESTART_AFTER: Duration = SECOND;
/** Without positions the worker still gets the time, because old hours are to be packed. */
const REMIND_AFTER: Duration = MINUTE;
/** A vehicle that was seen before is not shown any more after a restart. */
const SHOWN_FOR: Duration = 24 * HOUR;

type Points = Extract<FromTrackWorker, { type: 'points' }>;

export function createTrack(parts: {
  /** The track's own database file; `:memory:` keeps nothing. */
  readonly path: string;
  readonly keepDays: number;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}): Track {
  const { clock, onFault } = parts;
  const asks = new Map<number, { resolve: (answer: Points) => void; reject: (error: unknown) => void }>();
  const stats = { handedOn: 0, lost: 0, restarts: 0 };
  let numbers = new Map<string, number>();
  let newNames: [number, string][] = [];
  const points = new Float64Array(MAX_POINTS * POINT_STRIDE);
  let count = 0;
  let untaken = 0;
  let remindedAt = clock.now();
  let lastAsk = 0;
  let isRunning = false;
  let isClosing = false;
  let onClosed: () => void = () => {};

  const hear = (message: FromTrackWorker): void => {
    switch (message.type) {
      case 'taken':
        untaken -= 1;
        return;
      case 'points':
        asks.get(message.ask)?.resolve(message);
        asks.delete(message.ask);
        return;
      case 'failed':
        asks.get(message.ask)?.reject(new StoreFault('the track could not be read'));
        asks.delete(message.ask);
        return;
      case 'fault':
        onFault(new StoreFault(`track: ${message.text}`));
        return;
      case 'closed':
        onClosed();
    }
  };

  const start = (): Worker => {
    const workerData: TrackWorkerData = { path: parts.path, keepDays: parts.keepDays };
    const started = new Worker(new URL('./track-worker.ts', import.meta.url), { workerData });
    started.on('message', hear);
    started.on('error', (cause) => onFault(new StoreFault('the track worker failed', { cause })));
    isRunning = true;
    started.on('exit', () => {
      isRunning = false;
      for (const { reject } of asks.values()) reject(new StoreFault('the track worker has ended'));
      asks.clear();
      onClosed();
      if (!isClosing) clock.at(clock.now() + RESTART_AFTER, restart);
    });
    return started;
  };
  let worker = start();

  /** A new worker knows no vehicle's number. */
  const restart = (): void => {
    if (isClosing) return;
    stats.restarts += 1;
    numbers = new Map();
    newNames = [];
    stats.lost += count;
    count = 0;
    untaken = 0;
    worker = start();
  };

  const post = (message: ToTrackWorker, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);

  const handOn = (): void => {
    const now = clock.now();
    if (count === 0 && now - remindedAt < REMIND_AFTER) return;
    remindedAt = now;
    if (untaken >= MAX_UNTAKEN) {
      stats.lost += count;
      count = 0;
      return;
    }
    const full = points.slice(0, count * POINT_STRIDE);
    stats.handedOn += count;
    count = 0;
    untaken += 1;
    post({ type: 'points', names: newNames, points: full, now }, [full.buffer]);
    newNames = [];
  };
  const cancel = every(clock, HAND_ON_EVERY, handOn);

  const numberOf = (vehicleId: string): number => {
    const known = numbers.get(vehicleId);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(vehicleId, number);
    newNames.push([number, vehicleId]);
    return number;
  };

  const ask = (message: (ask: number) => ToTrackWorker): Promise<Points> => {
    handOn();
    lastAsk += 1;
    const number = lastAsk;
    return new Promise((resolve, reject) => {
      if (!isRunning || isClosing) throw new StoreFault('the track cannot be read now');
      asks.set(number, { resolve, reject });
      post(message(number));
    });
  };

  return {
    add(vehicleId, fix, isMoved) {
      if (isClosing) return;
      writePoint(points, count, numberOf(vehicleId), { ...fix, isMoved });
      count += 1;
      if (count === MAX_POINTS) handOn();
    },
    async read(vehicleId, from, to) {
      const answer = await ask((number) => ({ type: 'read', ask: number, vehicleId, from, to }));
      return pointsOf(answer).map(([, point]) => point);
    },
    async lastShown() {
      const from = clock.now() - SHOWN_FOR;
      return pointsOf(await ask((number) => ({ type: 'last-shown', ask: number, from })));
    },
    stats: () => ({ ...stats }),
    async close() {
      cancel();
      handOn();
      isClosing = true;
      if (!isRunning) return;
      const closed = new Promise<void>((resolve) => {
        onClosed = resolve;
      });
      post({ type: 'close' });
      await closed;
      await worker.terminate();
    },
  };
}

function pointsOf({ vehicleIds, points }: Points): (readonly [vehicleId: string, point: TrackPoint])[] {
  return Array.from({ length: points.length / POINT_STRIDE }, (_, at) => {
    const { vehicle, point } = readPoint(points, at);
    return [vehicleIds[vehicle] ?? '', point] as const;
  });
}
