import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';

/** How much one connection may say: `burst` at once, `perSecond` for ever. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

export interface TokenBucket {
  /** Whether one more message is allowed at this moment; counts it when it is. */
  take(now: Instant): boolean;
}

export function createTokenBucket({ burst, perSecond }: Allowance, now: Instant): TokenBucket {
  let tokens = burst;
  let filledAt = now;
  return {
    take(at) {
      tokens = Math.min(burst, tokens + (Math.max(0, at - filledAt) / SECOND) * perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
