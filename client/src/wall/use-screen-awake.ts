import { useEffect } from 'react';

/** Keeps the screen from going dark. The browser takes that back whenever the page is hidden. */
export function useScreenAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const ask = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const given = await navigator.wakeLock.request('screen');
        if (isOver) await given.release();
        else lock = given;
      } catch {
        // Refused on battery, unknown to old browsers: the operating system's own settings decide then.
      }
    };
    const onVisible = (): void => void ask();
    onVisible();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', onVisible);
      lock?.release().catch(reportError);
    };
  }, []);
}
