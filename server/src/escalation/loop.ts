import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';

/** After a failure the pass is tried again this soon, for as long as it takes. */
const RETRY_AFTER: Duration = SECOND;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One pass at a time; whoever asks during a pass gets another one. Sleeps until the next due time. */
export function createLoop(parts: {
  readonly clock: Clock;
  readonly pass: () => Promise<void>;
  readonly nextDueAt: (now: Instant) => Instant | null;
  readonly onLooked: () => void;
  readonly onFault: (error: unknown) => void;
}): { start(): void; look(): void; stop(): Promise<void> } {
  const { clock } = parts;
  let isStopped = true;
  let isAskedAgain = false;
  let running: Promise<void> | null = null;
  let disarm: () => void = () => {};
  /** After a failure nobody who asks is heard before: what fails at once would otherwise fail without a pause. */
  let restUntil: Instant = Number.NEGATIVE_INFINITY;

  const arm = (at: Instant | null): void => {
    disarm();
    disarm = at === null || isStopped ? () => {} : clock.at(at, look);
  };
  const run = async (): Promise<void> => {
    try {
      do {
        // What was committed together is looked at together, so that it is spoken in one call. [E5]
        await nextTurn();
        isAskedAgain = false;
        await parts.pass();
        parts.onLooked();
      } while (isAskedAgain && !isStopped);
      arm(parts.nextDueAt(clock.now()));
    } catch (error) {
      parts.onFault(error);
      restUntil = clock.now() + RETRY_AFTER;
      arm(restUntil);
    }
  };
  const look = (): void => {
    if (isStopped) return;
    if (running !== null) {
      isAskedAgain = true;
      return;
    }
    if (clock.now() < restUntil) return;
    running = run().finally(() => {
      running = null;
      // Somebody may have asked between the last look and here.
      if (isAskedAgain) look();
    });
  };

  return {
    start() {
      isStopped = false;
      look();
    },
    look,
    async stop() {
      isStopped = true;
      disarm();
      await running;
    },
  };
}
