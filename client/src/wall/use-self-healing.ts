import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { useEffect } from 'react';
import { get, nothing } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { serverClock } from '../live/clock.ts';

/** Cut off for this long although the server answers: the page is the trouble, most likely older than the server. */
const RELOAD_AFTER: Duration = 2 * MINUTE;

/** Nobody sits at a wall to reload it. Nothing is typed into it either, so that reloading loses nothing. */
export function useSelfHealing(): void {
  useEffect(() => {
    let troubledSince: number | null = null;
    return serverClock.subscribe(() => {
      const { status } = useBoard.getState();
      if (status !== 'cut-off' && status !== 'failed') {
        troubledSince = null;
        return;
      }
      const now = serverClock.monotonicMs();
      troubledSince ??= now;
      if (now - troubledSince < RELOAD_AFTER) return;
      troubledSince = now;
      reloadWhenAnswered().catch(reportError);
    });
  }, []);
}

async function reloadWhenAnswered(): Promise<void> {
  const answer = await get('/healthz', nothing);
  if (answer.ok) location.reload();
}
