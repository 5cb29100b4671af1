import type { Clock } from '@faultline/server/src/clock.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { runningClock } from './running-clock.ts';

/**
 * Whoever waits for less than this waits for the answer of a real program or a real exchange. It is shorter than the
 * shortest pause of a ladder and than the watch over a line that is down.
 */
const WAITS_FOR_AN_ANSWER = 5 * SECOND;

/**
 * A running clock for a server that talks to other programs: minutes need not be waited for, and who has just been asked
 * something gets his real time for the answer, however far the test has moved on meanwhile.
 */
export function clockAmongPrograms(): ReturnType<typeof runningClock> {
  const moved = runningClock();
  const at: Clock['at'] = (due, callback) => {
    if (due - moved.now() >= WAITS_FOR_AN_ANSWER) return moved.at(due, callback);
    const arm = (): NodeJS.Timeout =>
      setTimeout(
        () => {
          // The timer's own clock can be a moment ahead of the wall's.
          if (moved.now() < due) timeout = arm();
          else callback();
        },
        Math.max(0, due - moved.now()),
      );
    let timeout = arm();
    return () => clearTimeout(timeout);
  };
  return { now: moved.now, at, advance: moved.advance };
}
