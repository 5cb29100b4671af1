import type { Instant } from '@faultline/shared/time.ts';

/** What will happen in a simulated world, in the order of its moments; of two at the same moment the older first. */
export interface Schedule {
  readonly now: () => Instant;
  at(moment: Instant, happen: () => void): void;
  after(delay: number, happen: () => void): void;
  /** Everybody sleeps, as on a machine that was suspended; what was due meanwhile happens late. */
  jump(by: number): void;
  /** Runs until nothing is left before `end`. @throws when more happens than any sensible world has. */
  run(end: Instant): void;
}

const MOST_HAPPENINGS = 50_000;

export function createSchedule(start: Instant): Schedule {
  let now = start;
  const pending: { at: Instant; happen: () => void }[] = [];
  const at = (moment: Instant, happen: () => void): void => {
    const index = pending.findLastIndex((other) => other.at <= moment) + 1;
    pending.splice(index, 0, { at: moment, happen });
  };
  return {
    now: () => now,
    at,
    after: (delay, happen) => at(now + delay, happen),
    jump(by) {
      now += by;
    },
    run(end) {
      for (let count = 0; count < MOST_HAPPENINGS; count += 1) {
        const next = pending[0];
        if (!next || next.at > end) {
          now = Math.max(now, end);
          return;
        }
        pending.shift();
        now = Math.max(now, next.at);
        next.happen();
      }
      throw new Error('the world does not come to rest');
    },
  };
}
