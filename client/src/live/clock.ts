import type { Duration, Instant } from '@faultline/shared/time.ts';
import { useSyncExternalStore } from 'react';

/**
 * The server's clock as this page knows it, and the only thing in the client that ticks: one step a second, on the
 * server's second. Every countdown, age and freshness is derived from it and stored nowhere.
 */
export interface ServerClock {
  /** The server's time now, to the millisecond: for stamps and for ages between two steps. */
  now(): Instant;
  /** The server's time at the last step, a whole second: what screens are drawn from. */
  second(): Instant;
  /** Whether a server has ever told its time; before that, the device's own clock is shown. */
  isSynchronised(): boolean;
  /** @param receivedAtPerf the `monotonicMs()` reading at which the message with `serverNow` arrived. */
  setOffset(serverNow: Instant, receivedAtPerf: number): void;
  /** A reading of the monotonic clock, for `setOffset`. */
  monotonicMs(): number;
  /** Called at every step, and when a new offset changes the second. @returns what ends the subscription. */
  subscribe(onStep: () => void): () => void;
}

/** What the clock needs of the world. `wait` calls `run` once after `delay` milliseconds and returns its cancellation. */
export interface ClockWorld {
  monotonicMs(): number;
  deviceNow(): Instant;
  wait(delay: Duration, run: () => void): () => void;
}

/**
 * A message that was held up makes the server look late, never early: the largest offset belongs to the message that
 * travelled fastest. Old messages leave the window, so that a server clock that was set back is believed in the end.
 */
const OFFSET_WINDOW = 16;
const SECOND: Duration = 1_000;

export function createServerClock(world: ClockWorld): ServerClock {
  const offsets: number[] = [];
  const deviceOffset = world.deviceNow() - world.monotonicMs();
  const listeners = new Set<() => void>();
  let offset = deviceOffset;
  let shown = floorToSecond(world.monotonicMs() + offset);
  let cancelWait: (() => void) | null = null;

  const now = (): Instant => Math.round(world.monotonicMs() + offset);

  const step = (): void => {
    const second = floorToSecond(now());
    if (second === shown) return;
    shown = second;
    for (const listener of listeners) listener();
  };

  const waitForNextSecond = (): void => {
    cancelWait?.();
    cancelWait = world.wait(SECOND - (now() - floorToSecond(now())), () => {
      step();
      waitForNextSecond();
    });
  };

  return {
    now,
    second: () => {
      // Without a subscriber no timer runs, so that the reading itself has to move the second.
      if (listeners.size === 0) shown = floorToSecond(now());
      return shown;
    },
    isSynchronised: () => offsets.length > 0,
    monotonicMs: () => world.monotonicMs(),
    setOffset: (serverNow, receivedAtPerf) => {
      offsets.push(serverNow - receivedAtPerf);
      if (offsets.length > OFFSET_WINDOW) offsets.shift();
      offset = Math.max(...offsets);
      step();
      if (listeners.size > 0) waitForNextSecond();
    },
    subscribe: (onStep) => {
      listeners.add(onStep);
      if (listeners.size === 1) {
        step();
        waitForNextSecond();
      }
      return () => {
        listeners.delete(onStep);
        if (listeners.size > 0) return;
        cancelWait?.();
        cancelWait = null;
      };
    },
  };
}

function floorToSecond(at: Instant): Instant {
  return Math.floor(at / SECOND) * SECOND;
}

const browser: ClockWorld = {
  monotonicMs: () => performance.now(),
  deviceNow: () => Date.now(),
  wait: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};

export const serverClock: ServerClock = createServerClock(browser);

/** The server's second; renders its component once a second. */
export function useNow(): Instant {
  return useSyncExternalStore(serverClock.subscribe, serverClock.second);
}

/**
 * What `select` makes of the server's second; renders only when that changes, so that an age in minutes costs one
 * rendering a minute. @param select must return a primitive.
 */
export function useFromNow<Value extends string | number | boolean | null>(select: (now: Instant) => Value): Value {
  return useSyncExternalStore(serverClock.subscribe, () => select(serverClock.second()));
}
