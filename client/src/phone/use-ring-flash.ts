import { useEffect } from 'react';
import { serverClock } from '../live/clock.ts';

const RESTING_ICON = '/favicon.svg';
const RINGING_ICON = '/favicon-ringing.svg';

/** The tab itself calls: its title and its icon change each second while it rings. */
export function useRingFlash(isRinging: boolean, restingTitle: string, ringingTitle: string): void {
  useEffect(() => {
    document.title = restingTitle;
    if (!isRinging) return;
    let isLit = true;
    const show = (): void => {
      document.title = isLit ? ringingTitle : restingTitle;
      setIcon(isLit ? RINGING_ICON : RESTING_ICON);
      isLit = !isLit;
    };
    show();
    const stop = serverClock.subscribe(show);
    return () => {
      stop();
      document.title = restingTitle;
      setIcon(RESTING_ICON);
    };
  }, [isRinging, restingTitle, ringingTitle]);
}

function setIcon(address: string): void {
  document.querySelector('link[rel="icon"]')?.setAttribute('href', address);
}
