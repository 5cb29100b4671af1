import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { nothing, post } from './api.ts';

/** Far below the half hour after which an idle session ends. */
const TELL_EVERY: Duration = MINUTE;
const SIGNS = ['pointerdown', 'keydown'] as const;

/**
 * Tells the server, at most once a minute, that a person is at work on this page: reading and typing for half an hour
 * is no idleness, but neither the socket nor what the page reads by itself shows it. @returns what ends it.
 */
export function showActivity(): () => void {
  let toldAt = 0;
  const tell = (event: Event): void => {
    // Both count from the page's start, so the event's own time is all the clock this needs.
    if (event.timeStamp - toldAt < TELL_EVERY) return;
    toldAt = event.timeStamp;
    void post('/api/session/activity', {}, nothing);
  };
  for (const sign of SIGNS) addEventListener(sign, tell, { passive: true });
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, tell);
  };
}
