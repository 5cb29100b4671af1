import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { AccessStore, TryLimit } from '../store/access-store.ts';
import { hashOf } from './tokens.ts';

const WINDOW: Duration = 15 * MINUTE;

/** A person who mistypes five times asks somebody; a program that tries passwords has five in a quarter of an hour. */
const MOST_PER_ACCOUNT_AND_ADDRESS = 5;
/** One address that goes through the accounts; a control room behind one address still gets in. */
const MOST_PER_ADDRESS = 30;
/** One account that is tried from everywhere at once. */
const MOST_PER_ACCOUNT = 100;
const MOST_CODES_PER_ADDRESS = 10;
/** Codes of 40 bits against this many guesses in their quarter of an hour: one in a thousand million. */
const MOST_CODES = 1_000;

export interface TryRefusal {
  readonly code: 'too-many-tries';
  readonly freeAt: Instant;
}

/** A try that has been counted beforehand, so that tries side by side cannot outrun the count. */
export interface CountedTry {
  /** It was right, or was never looked at. `isProven` also forgets the earlier slips of the same account and address. */
  forgive(isProven: boolean): Promise<void>;
}

export interface Tries {
  /** Whether the login exists makes no difference. */
  signIn(login: string, address: string): Promise<CountedTry | TryRefusal>;
  code(address: string): Promise<CountedTry | TryRefusal>;
}

export function createTries(store: AccessStore, clock: Clock): Tries {
  const count = async (limits: readonly TryLimit[]): Promise<CountedTry | TryRefusal> => {
    const at = clock.now();
    const counted = await store.countTry(limits, at, at - WINDOW);
    if (counted.outcome === 'locked') return { code: 'too-many-tries', freeAt: counted.freeAt };
    const own = limits[0]?.key ?? null;
    return { forgive: (isProven) => store.forgiveTry(counted.tryIds, isProven ? own : null) };
  };
  // People type passwords into the login field: what was typed is kept as a hash only.
  const key = (kind: string, ...what: readonly string[]): string => `${kind}:${hashOf(what.join('\n'))}`;

  return {
    signIn: (login, address) =>
      count([
        { key: key('account-and-address', login, address), most: MOST_PER_ACCOUNT_AND_ADDRESS },
        { key: key('address', address), most: MOST_PER_ADDRESS },
        { key: key('account', login), most: MOST_PER_ACCOUNT },
      ]),
    code: (address) =>
      count([
        { key: key('code-and-address', address), most: MOST_CODES_PER_ADDRESS },
        { key: key('code'), most: MOST_CODES },
      ]),
  };
}
