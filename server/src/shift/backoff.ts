import type { Duration, Instant } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';

/** How long to stay away after the n-th failure in a row, 1 for the first: doubling, bounded. */
export function backoff(failures: number, first: Duration, longest: Duration): Duration {
  return Math.min(first * 2 ** Math.min(failures - 1, 30), longest);
}

/** Resolves at `at`, or at once when the signal is given. */
export function until(clock: Clock, at: Instant, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.at(at, done);
    signal.addEventListener('abort', done);
  });
}
