import type { Instant } from '@faultline/shared/time.ts';
import { useBoard } from '../live/board.ts';
import { useNow } from '../live/clock.ts';

/** The server's second, or the last one that was heard of while the line is cut: what came after is not known. [D1] */
export function useKnownNow(): Instant {
  const now = useNow();
  const stoodStillAt = useBoard((state) => (state.status === 'cut-off' ? state.dataAsOf : null));
  return stoodStillAt ?? now;
}
