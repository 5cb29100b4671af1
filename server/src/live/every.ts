import type { Duration } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';

/**
 * Calls back once per interval until cancelled. After a pause of the process the missed calls are left out: what is
 * done every second is about now.
 */
export function every(clock: Clock, interval: Duration, callback: () => void): () => void {
  let cancel: () => void;
  const arm = (at: number): void => {
    cancel = clock.at(at, () => {
      arm(Math.max(at + interval, clock.now()));
      callback();
    });
  };
  arm(clock.now() + interval);
  return () => cancel();
}
