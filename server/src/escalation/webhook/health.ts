import type { LineStatus } from '@faultline/shared/escalation/readiness.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';

/** One failure is an accident; three in a row are a line that nobody should wait for. */
const DOWN_AFTER = 3;
/** A line that nobody uses is asked so often, so that its death is known before a night needs it. [E7] */
export const UP_PAUSE: Duration = MINUTE;
export const FIRST_DOWN_PAUSE: Duration = 5 * SECOND;
export const LONGEST_DOWN_PAUSE: Duration = 5 * MINUTE;
/** Of the pause, up or down: servers that were cut off together do not come back in step. */
const JITTER = 0.2;

export interface Health {
  status(): Pick<LineStatus, 'state' | 'since' | 'detail'>;
  succeeded(): void;
  /** @param detail a word for operators, such as `http-503`. */
  failed(detail: string): void;
  /** Resolves when the first probe has an answer or none. */
  start(): Promise<void>;
  stop(): void;
}

/** Watches a line: down after failures in a row, up with the first success, probed again and again in between. */
export function createHealth(parts: {
  readonly clock: Clock;
  /** From 0 to 1, another one each time. */
  readonly chance: () => number;
  /** Tells what came of it by `succeeded` or `failed`; never rejects. */
  readonly probe: () => Promise<void>;
  readonly onChanged: () => void;
}): Health {
  const { clock, probe } = parts;
  let state: { readonly name: 'up' | 'down'; readonly since: Instant; readonly detail: string } = {
    name: 'down',
    since: clock.now(),
    detail: 'not-started',
  };
  let failures = 0;
  let isStopped = true;
  let disarm = (): void => {};

  const pause = (): Duration => {
    const down = Math.min(LONGEST_DOWN_PAUSE, FIRST_DOWN_PAUSE * 2 ** Math.min(10, failures - 1));
    return Math.round((failures === 0 ? UP_PAUSE : down) * (1 + JITTER * (2 * parts.chance() - 1)));
  };
  const schedule = (): void => {
    disarm();
    if (!isStopped) disarm = clock.at(clock.now() + pause(), () => void probeNow());
  };
  const probeNow = async (): Promise<void> => {
    await probe();
    schedule();
  };
  const turn = (name: 'up' | 'down', detail: string): void => {
    const isNew = state.name !== name;
    state = { name, since: isNew ? clock.now() : state.since, detail };
    if (!isNew) return;
    // It may have been a call that has found out, long before the next probe.
    schedule();
    parts.onChanged();
  };

  return {
    status: () => ({ state: state.name, since: state.since, detail: state.detail }),
    succeeded() {
      failures = 0;
      turn('up', '');
    },
    failed(detail) {
      failures += 1;
      if (state.name === 'down' || failures >= DOWN_AFTER) turn('down', detail);
    },
    async start() {
      isStopped = false;
      await probeNow();
    },
    stop() {
      isStopped = true;
      disarm();
    },
  };
}
