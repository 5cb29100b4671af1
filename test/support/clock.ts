import type { Clock } from '@faultline/server/src/clock.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';

interface Timer {
  readonly at: Instant;
  readonly callback: () => void;
}

export interface TestClock extends Clock {
  /** Goes to `at`; every timer due on the way fires at its own time, in order, also those that timers set. */
  moveTo(at: Instant): void;
  move(by: Duration): void;
  /** Moves and lets every promise that hangs on it settle. */
  settle(by?: Duration): Promise<void>;
  timers(): number;
}

/** A morning in November 2026, Beijing time 08:00. */
const TEST_MORNING: Instant = Date.UTC(2026, 10, 23, 0, 0, 0);

/** Time that stands still until the test moves it. */
export function testClock(start: Instant = TEST_MORNING): TestClock {
  let now = start;
  const timers = new Set<Timer>();
  const earliest = (until: Instant): Timer | null => {
    let next: Timer | null = null;
    for (const timer of timers) if (timer.at <= until && (next === null || timer.at < next.at)) next = timer;
    return next;
  };
  const moveTo = (at: Instant): void => {
    if (at < now) throw new RangeError('this clock does not go back');
    for (let timer = earliest(at); timer; timer = earliest(at)) {
      timers.delete(timer);
      now = Math.max(now, timer.at);
      timer.callback();
    }
    now = at;
  };
  return {
    now: () => now,
    at(at, callback) {
      const timer = { at, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    moveTo,
    move: (by) => moveTo(now + by),
    async settle(by = 0) {
      moveTo(now + by);
      // Commits are written in the turn after the one they were asked in; a few turns settle what follows from them.
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    timers: () => timers.size,
  };
}
