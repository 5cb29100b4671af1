import { unreachable } from '../assert.ts';
import type { FeedbackKind } from '../ticket/policy.ts';
import type { KeyOne } from './script.ts';

/** What a key says; every other key says nothing. [E4] */
export const KEYS = { '1': 'yes', '2': 'no', '3': 'details' } as const;
export type KeyWord = (typeof KEYS)[keyof typeof KEYS];

export function wordOfKey(key: string): KeyWord | null {
  return Object.hasOwn(KEYS, key) ? KEYS[key as keyof typeof KEYS] : null;
}

/**
 * On the receiver's own phone a yes takes or accepts the ticket where that is what the hop waits for; a chief, and
 * everybody where more than a word is needed, answers for it and the ladder pauses. [E4]
 */
export function yesOf(kind: FeedbackKind, role: string): KeyOne {
  if (role !== 'duty' && role !== 'vehicle') return 'acknowledges';
  switch (kind) {
    case 'centre-not-taken':
      return 'takes';
    case 'crew-not-accepted':
      return 'accepts';
    case 'centre-not-dispatched':
    case 'crew-not-departed':
    case 'promise-at-risk':
      return 'acknowledges';
    default:
      return unreachable(kind);
  }
}

/** One call may be about several kinds of hop; its opening names the strongest thing that a yes does. [E5] */
export function strongestYes(meanings: readonly KeyOne[]): KeyOne {
  if (meanings.includes('takes')) return 'takes';
  return meanings.includes('accepts') ? 'accepts' : 'acknowledges';
}
