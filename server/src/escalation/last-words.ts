import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';

/** Somebody who presses a key after the end is told the end for this long. */
const LAST_WORD_LASTS: Duration = 2 * MINUTE;

/** How calls have ended, for who is late. [E4] */
export interface LastWords {
  keep(callId: string, text: string): void;
  /** Empty when nothing was said, or it was long ago. */
  of(callId: string): string;
}

export function createLastWords(clock: Clock): LastWords {
  /** The oldest first. */
  const words = new Map<string, { readonly text: string; readonly at: Instant }>();

  return {
    keep(callId, text) {
      const now = clock.now();
      for (const [id, { at }] of words) {
        if (at >= now - LAST_WORD_LASTS) break;
        words.delete(id);
      }
      words.delete(callId);
      words.set(callId, { text, at: now });
    },
    of: (callId) => words.get(callId)?.text ?? '',
  };
}
