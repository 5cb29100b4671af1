import type { Instant } from '@faultline/shared/time.ts';

/** Time as the server sees it; everything else gets it as an argument. */
export interface Clock {
  now(): Instant;
  /** Calls back once, not before `at`; returns what cancels it. */
  at(at: Instant, callback: () => void): () => void;
}

/** The longest delay `setTimeout` keeps; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The wall clock at boot plus the monotonic clock since: a step of the system's clock moves no deadline of this
 * process, and `drift` tells how far the two have come apart, so that an operator can be told.
 */
export function systemClock(): Clock & { drift(): number } {
  const bootWall = Date.now();
  const bootMonotonic = performance.now();
  const now = (): Instant => Math.floor(bootWall + performance.now() - bootMonotonic);
  return {
    now,
    drift: () => Date.now() - now(),
    at(at, callback) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        const left = at - now();
        timer = setTimeout(() => (at > now() ? arm() : callback()), Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}

/**
 * The same clock, moved ahead when it stands behind `at`, and running on from there. A wall clock that was set back
 * before a restart would otherwise put new events before the ones already written.
 */
export function notBehind(clock: Clock, at: Instant): Clock {
  const ahead = Math.max(0, at - clock.now());
  if (ahead === 0) return clock;
  return { now: () => clock.now() + ahead, at: (due, callback) => clock.at(due - ahead, callback) };
}
