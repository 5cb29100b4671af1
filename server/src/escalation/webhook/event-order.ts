import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { Callback, CallbackResult } from './messages.ts';

/** A missing event is waited for so long: a person at the phone notices no more. */
export const GAP_WAIT: Duration = 2 * SECOND;
/** Nobody presses more keys within the wait. */
const MOST_HELD = 32;

export interface EventOrder {
  take(event: Callback): CallbackResult;
  stop(): void;
}

/**
 * Puts the events of one call in the order of their numbers. What is missing is waited for a moment and then passed
 * over; a key that comes even later is still delivered, because it may be the yes that everybody waits for.
 * @param isFresh whether its first event is number 1; after a restart any number may be the next one.
 */
export function createEventOrder(parts: {
  readonly isFresh: boolean;
  readonly clock: Clock;
  readonly deliver: (event: Callback) => void;
}): EventOrder {
  const { clock, deliver } = parts;
  const seen = new Set<number>();
  const held = new Map<number, Callback>();
  let next: number | null = parts.isFresh ? 1 : null;
  let disarm = (): void => {};

  const deliverReady = (): void => {
    for (let event = held.get(next ?? 0); event; event = held.get(next ?? 0)) {
      held.delete(event.event);
      next = event.event + 1;
      deliver(event);
    }
    disarm();
    if (held.size > 0) disarm = clock.at(clock.now() + GAP_WAIT, passOver);
  };
  const passOver = (): void => {
    if (held.size === 0) return;
    next = Math.min(...held.keys());
    deliverReady();
  };

  return {
    take(event) {
      if (seen.has(event.event)) return 'repeated';
      seen.add(event.event);
      next ??= event.event;
      if (event.event < next) {
        if (event.type !== 'key') return 'late';
        deliver(event);
        return 'taken';
      }
      const isNext = event.event === next;
      held.set(event.event, event);
      if (isNext || held.size === 1) deliverReady();
      if (held.size > MOST_HELD) passOver();
      return isNext ? 'taken' : 'waiting';
    },
    stop() {
      disarm();
      held.clear();
    },
  };
}
