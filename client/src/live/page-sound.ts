import type { RefObject } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface PageSound {
  /** `held-back`: the browser plays nothing before somebody has touched the page. `unavailable`: it has no sound. */
  readonly state: 'ready' | 'held-back' | 'unavailable';
  /** Must be called from a press of a key or button. */
  readonly allow: () => void;
}

/** The sound of a page, let go by the first touch; `context` stays `null` where there is none. */
export function usePageSound(): PageSound & { readonly context: RefObject<AudioContext | null> } {
  const context = useRef<AudioContext | null>(null);
  const [state, setState] = useState<PageSound['state']>('ready');

  useEffect(() => {
    const created = openAudio();
    context.current = created;
    if (!created) {
      setState('unavailable');
      return;
    }
    const learn = (): void => setState(created.state === 'running' ? 'ready' : 'held-back');
    const touch = (): void => resume(created);
    learn();
    created.addEventListener('statechange', learn);
    window.addEventListener('pointerdown', touch);
    window.addEventListener('keydown', touch);
    return () => {
      created.removeEventListener('statechange', learn);
      window.removeEventListener('pointerdown', touch);
      window.removeEventListener('keydown', touch);
      context.current = null;
      created.close().catch(reportError);
    };
  }, []);

  const allow = useCallback(() => {
    if (context.current) resume(context.current);
  }, []);
  return { state, allow, context };
}

function openAudio(): AudioContext | null {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}

/** Stays undecided for as long as the browser holds sound back; the state tells when it has begun. */
function resume(context: AudioContext): void {
  if (context.state === 'suspended') context.resume().catch(reportError);
}
