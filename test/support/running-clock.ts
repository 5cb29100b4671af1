import type { Clock } from '@faultline/server/src/clock.ts';

/** The real time plus what the test has added: sockets go their own pace, and minutes need not be waited for. */
export function runningClock(): Clock & { advance(ms: number): void } {
  const timers = new Set<{ readonly at: number; readonly callback: () => void; timeout: NodeJS.Timeout }>();
  let added = 0;
  const now = (): number => Date.now() + added;
  const fireDue = (): void => {
    for (const timer of [...timers].sort((left, right) => left.at - right.at)) {
      if (timer.at > now() || !timers.delete(timer)) continue;
      clearTimeout(timer.timeout);
      timer.callback();
    }
  };
  return {
    now,
    at(at, callback) {
      const arm = (): NodeJS.Timeout =>
        setTimeout(
          () => {
            fireDue();
            // The timer's own clock can be a moment ahead of the wall's.
            if (timers.has(timer)) timer.timeout = arm();
          },
          Math.max(0, at - now()),
        );
      const timer = { at, callback, timeout: arm() };
      timers.add(timer);
      return () => {
        clearTimeout(timer.timeout);
        timers.delete(timer);
      };
    },
    /** Each timer that falls due on the way is called at its own moment. */
    advance(ms) {
      const until = added + ms;
      for (;;) {
        const next = Math.min(...[...timers].map(({ at }) => at));
        const step = next - now();
        if (added + step > until) break;
        added += Math.max(0, step);
        fireDue();
      }
      added = until;
    },
  };
}
