import { describe, expect, test } from 'vitest';
import type { ClockWorld } from '../../client/src/live/clock.ts';
import { createServerClock } from '../../client/src/live/clock.ts';

/** A page's world whose time moves only when told. The monotonic clock starts anywhere, the device's is wrong. */
function world(deviceError = 0) {
  const START = 1_763_800_000_000;
  let monotonic = 5_000;
  let waiting: { readonly at: number; readonly run: () => void } | null = null;
  const clockWorld: ClockWorld = {
    monotonicMs: () => monotonic,
    deviceNow: () => START + deviceError + monotonic - 5_000,
    wait: (delay, run) => {
      const timer = { at: monotonic + delay, run };
      waiting = timer;
      return () => {
        if (waiting === timer) waiting = null;
      };
    },
  };
  return {
    clockWorld,
    serverNow: () => START + monotonic - 5_000,
    isWaiting: () => waiting !== null,
    pass: (ms: number) => {
      const end = monotonic + ms;
      while (waiting !== null && waiting.at <= end) {
        const { at, run } = waiting;
        waiting = null;
        monotonic = Math.max(monotonic, at);
        run();
      }
      monotonic = end;
    },
  };
}

describe("the page's clock", () => {
  test('shows the device time until a server has spoken, then the server time', () => {
    const here = world(3_600_000);
    const clock = createServerClock(here.clockWorld);
    expect(clock.isSynchronised()).toBe(false);
    expect(clock.now()).toBe(here.serverNow() + 3_600_000);
    clock.setOffset(here.serverNow(), clock.monotonicMs());
    expect(clock.isSynchronised()).toBe(true);
    expect(clock.now()).toBe(here.serverNow());
  });

  test('steps once a second, on the second of the server', () => {
    const here = world(370);
    const clock = createServerClock(here.clockWorld);
    clock.setOffset(here.serverNow(), clock.monotonicMs());
    const seen: number[] = [];
    clock.subscribe(() => seen.push(clock.second()));
    here.pass(10_000);
    expect(seen).toHaveLength(10);
    expect(seen.every((second) => second % 1_000 === 0)).toBe(true);
    expect(new Set(seen).size).toBe(10);
  });

  test('believes the message that travelled fastest', () => {
    const here = world();
    const clock = createServerClock(here.clockWorld);
    for (const delay of [40, 900, 5, 300, 2_500]) {
      const sentAt = here.serverNow();
      here.pass(delay);
      clock.setOffset(sentAt, clock.monotonicMs());
    }
    expect(here.serverNow() - clock.now()).toBe(5);
  });

  test('follows a server clock that was set back, after as many messages as it keeps', () => {
    const here = world();
    const clock = createServerClock(here.clockWorld);
    clock.setOffset(here.serverNow(), clock.monotonicMs());
    for (let message = 0; message < 16; message += 1) {
      here.pass(1_000);
      clock.setOffset(here.serverNow() - 60_000, clock.monotonicMs());
    }
    expect(clock.now()).toBe(here.serverNow() - 60_000);
  });

  test('runs no timer that nobody looks at', () => {
    const here = world();
    const clock = createServerClock(here.clockWorld);
    expect(here.isWaiting()).toBe(false);
    const leave = [clock.subscribe(() => {}), clock.subscribe(() => {})];
    expect(here.isWaiting()).toBe(true);
    leave[0]?.();
    expect(here.isWaiting()).toBe(true);
    leave[1]?.();
    expect(here.isWaiting()).toBe(false);
    here.pass(7_000);
    expect(clock.second()).toBe(Math.floor(clock.now() / 1_000) * 1_000);
  });
});
