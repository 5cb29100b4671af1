import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import type { HandOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { SeededRandom } from './seeded-random.ts';
import { seededRandom } from './seeded-random.ts';

/** What somebody does when his duty phone rings. */
export type PhoneManner =
  | { readonly kind: 'lets-it-ring' }
  | {
      readonly kind: 'answers';
      /** From the first ring. */
      readonly after: Duration;
      /** In this order, each so long after what was said last. */
      readonly keys: readonly { readonly key: '1' | '2' | '3'; readonly after: Duration }[];
      /** From the last word. */
      readonly hangsUpAfter: Duration;
    };

export interface Rung {
  readonly contactId: string;
  /** Of the ladder's step, as the journal has it. */
  readonly role: string;
  /** Whether his crew accepts nothing by itself: then only its second chief can be reached about an acceptance. */
  readonly isOfSilentCrew: boolean;
  /** Of the first hop that the call is about; `null` for a test call. */
  readonly kind: FeedbackKind | null;
  /** What the call is about, so that two calls about the same thing find the same man. */
  readonly subject: string;
  /** The how manieth call to him about it, counted from 1. */
  readonly callNo: number;
}

type Mood = 'says-yes' | 'asks-first' | 'says-no' | 'lets-it-ring';

/** Somebody who is away stays away for both calls of a step; later he may be back. */
const CALLS_PER_MOOD = 2;
/** A phone that is answered at the first tone is answered by a machine; and a visitor with the same phone is quicker. */
const ANSWERS = { from: 6 * SECOND, to: 15 * SECOND } as const;
/** The opening is spoken twice; the answer to a key is shorter. */
const LISTENS = { from: 7 * SECOND, to: 16 * SECOND } as const;
const HANGS_UP = { from: 3 * SECOND, to: 6 * SECOND } as const;

/** The same seed and the same call give the same manner. */
export function phoneMannerOf(rung: Rung, seed: number): PhoneManner {
  const mood = moodOf(rung, seed);
  if (mood === 'lets-it-ring') return { kind: 'lets-it-ring' };
  const random = seededRandom(seed, 'phone', rung.contactId, rung.subject, String(rung.callNo));
  const pressing = (key: '1' | '2' | '3') => ({ key, after: between(random, LISTENS) });
  const keys = mood === 'asks-first' ? [pressing('3'), pressing('1')] : [pressing(mood === 'says-no' ? '2' : '1')];
  return { kind: 'answers', after: between(random, ANSWERS), keys, hangsUpAfter: between(random, HANGS_UP) };
}

/** What a dispatcher writes down who rings somebody himself. */
export function handOutcomeOf(rung: Rung, seed: number): HandOutcome {
  switch (moodOf(rung, seed)) {
    case 'says-yes':
    case 'asks-first':
      return 'acknowledged';
    case 'says-no':
      return 'busy';
    case 'lets-it-ring':
      return 'no-answer';
  }
}

/** Shares of the moods: most ladders end at the first call, a few are seen climbing. */
const SHARES = {
  duty: { yes: 0.66, asks: 0.12, no: 0.05 },
  chief: { yes: 0.7, asks: 0.05, no: 0.05 },
  /** Nobody is rung behind him: each one who is away would be an alarm of the first priority. [E7] */
  last: { yes: 0.82, asks: 0.15, no: 0.01 },
} as const;

function moodOf({ contactId, role, isOfSilentCrew, kind, subject, callNo }: Rung, seed: number): Mood {
  if (kind === null) return 'says-yes';
  if (isOfSilentCrew && kind === 'crew-not-accepted') return role === 'chief-2' ? 'says-yes' : 'lets-it-ring';
  const round = Math.ceil(callNo / CALLS_PER_MOOD);
  const drawn = seededRandom(seed, 'mood', contactId, subject, String(round)).unit();
  const { yes, asks, no } = SHARES[placeOf(role, kind)];
  if (drawn < yes) return 'says-yes';
  if (drawn < yes + asks) return 'asks-first';
  return drawn < yes + asks + no ? 'says-no' : 'lets-it-ring';
}

function placeOf(role: string, kind: FeedbackKind): keyof typeof SHARES {
  if (role === 'vehicle') return 'duty';
  if (role === 'duty') return kind === 'promise-at-risk' ? 'last' : 'duty';
  return 'chief';
}

function between(random: SeededRandom, { from, to }: { readonly from: Duration; readonly to: Duration }): Duration {
  return Math.round(from + random.unit() * (to - from));
}
