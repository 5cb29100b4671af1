import { notBehind, systemClock } from '@faultline/server/src/clock.ts';
import { HOUR, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const START = Date.UTC(2026, 10, 23);
const DAY = 24 * HOUR;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock of the process', () => {
  test.each([-2 * HOUR, -SECOND, SECOND, 2 * HOUR])('a step of the machine by %i ms moves no due time', (step) => {
    const clock = systemClock();
    const called: number[] = [];
    clock.at(START + HOUR, () => called.push(clock.now()));
    vi.advanceTimersByTime(10 * SECOND);
    vi.setSystemTime(Date.now() + step);
    expect(clock.now()).toBe(START + 10 * SECOND);
    expect(clock.drift()).toBe(step);
    vi.advanceTimersByTime(HOUR - 10 * SECOND - 1);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual([START + HOUR]);
  });

  test('[E6] a due time farther away than a timer can wait is kept to the millisecond', () => {
    const clock = systemClock();
    const called: number[] = [];
    clock.at(START + 60 * DAY, () => called.push(clock.now()));
    vi.advanceTimersByTime(60 * DAY - 1);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual([START + 60 * DAY]);
  });

  test('a due time that is over comes at once, but never inside the call that asks for it', () => {
    const clock = systemClock();
    let isCalled = false;
    clock.at(START - HOUR, () => {
      isCalled = true;
    });
    expect(isCalled).toBe(false);
    vi.advanceTimersByTime(0);
    expect(isCalled).toBe(true);
  });

  test('what is cancelled does not come, also when its wait was split', () => {
    const clock = systemClock();
    let isCalled = false;
    const cancel = clock.at(START + 60 * DAY, () => {
      isCalled = true;
    });
    vi.advanceTimersByTime(50 * DAY);
    cancel();
    vi.advanceTimersByTime(50 * DAY);
    expect(isCalled).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a clock that must not stand behind what was written', () => {
  test('goes on from the newest time, at the pace of the machine', () => {
    const clock = notBehind(systemClock(), START + HOUR);
    expect(clock.now()).toBe(START + HOUR);
    const called: number[] = [];
    clock.at(START + HOUR + SECOND, () => called.push(clock.now()));
    vi.advanceTimersByTime(SECOND - 1);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual([START + HOUR + SECOND]);
  });

  test.each([0, START - HOUR, START])('is the machine’s own when nothing newer was written (%i)', (newest) => {
    expect(notBehind(systemClock(), newest).now()).toBe(START);
  });
});
