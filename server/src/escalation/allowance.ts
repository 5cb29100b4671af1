import type { Duration } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { CallStore } from '../store/call-store.ts';

const DAY: Duration = 24 * HOUR;

/** How often a number may still be rung in a day by lines that cost; beyond it a person decides. */
export interface Allowance {
  /** @throws StoreFault */
  mayRing(phone: string): Promise<boolean>;
  /** A call to it is about to be placed. */
  rung(phone: string): void;
}

/**
 * Counts in the store, and as seldom as can be: calls grow old by themselves, so a number that had five left has them
 * until five more are placed. Only one that has none left is counted at every look.
 */
export function createAllowance(parts: {
  readonly calls: Pick<CallStore, 'countSince'>;
  readonly clock: Clock;
  readonly mostPerNumberAndDay: number;
}): Allowance {
  const { calls, clock, mostPerNumberAndDay } = parts;
  const left = new Map<string, number>();
  const counting = new Map<string, Promise<number>>();

  const count = async (phone: string): Promise<number> => {
    const rung = await calls.countSince(phone, clock.now() - DAY);
    return mostPerNumberAndDay - rung;
  };

  return {
    async mayRing(phone) {
      if ((left.get(phone) ?? 0) > 0) return true;
      const counted = counting.get(phone) ?? count(phone);
      counting.set(phone, counted);
      try {
        left.set(phone, await counted);
      } finally {
        counting.delete(phone);
      }
      return (left.get(phone) ?? 0) > 0;
    },
    rung(phone) {
      left.set(phone, (left.get(phone) ?? 0) - 1);
    },
  };
}
