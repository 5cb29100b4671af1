import type { Clock } from '@faultline/server/src/clock.ts';
import type { Instant } from '@faultline/shared/time.ts';

/** The clock of a simulated machine: stands still until the world moves it, and dies with its process. */
export interface Machine {
  readonly clock: Clock;
  /** When the next timer rings; `null` when none is set. */
  nextTimerAt(): Instant | null;
  /** Goes to `at` and lets ring what is due there, as after a sleep: everything at the same, late moment. */
  moveTo(at: Instant): void;
}

/** A program that keeps setting timers for now would never let time go on. */
const MOST_RINGS = 1_000;

export function createMachine(start: Instant): Machine {
  let now = start;
  const timers = new Set<{ readonly at: Instant; readonly callback: () => void }>();
  const earliest = () => [...timers].sort((a, b) => a.at - b.at)[0] ?? null;
  return {
    clock: {
      now: () => now,
      at(at, callback) {
        const timer = { at, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    nextTimerAt: () => earliest()?.at ?? null,
    moveTo(at) {
      now = Math.max(now, at);
      for (let rings = 0; rings < MOST_RINGS; rings += 1) {
        const timer = earliest();
        if (!timer || timer.at > now) return;
        timers.delete(timer);
        timer.callback();
      }
      throw new Error('the timers do not come to rest');
    },
  };
}
