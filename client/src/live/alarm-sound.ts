import { SECOND } from '@faultline/shared/time.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { serverClock } from './clock.ts';

/** How often the sound of the first priority is repeated until somebody acknowledges. */
const REPEAT_EVERY = 4 * SECOND;

/** Two rising tones, three times: between 500 Hz and 3 kHz, where a room with voices in it lets them through. */
const TONES = { low: 740, high: 988, length: 0.14, gap: 0.05, pairs: 3, loudness: 0.35 } as const;

export interface AlarmSound {
  /** `held-back`: the browser plays nothing before somebody has touched the page. `unavailable`: it has no sound. */
  readonly state: 'ready' | 'held-back' | 'unavailable';
  /** Must be called from a press of a key or button. */
  readonly allow: () => void;
}

/** Sounds while `isSounding`; what is resolved, acknowledged or muted is silent at once. */
export function useAlarmSound(isSounding: boolean): AlarmSound {
  const context = useRef<AudioContext | null>(null);
  const [state, setState] = useState<AlarmSound['state']>('ready');

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

  useEffect(() => {
    if (!isSounding) return;
    let silence = context.current ? play(context.current) : null;
    const stop = serverClock.subscribe(() => {
      if (!context.current || serverClock.second() % REPEAT_EVERY !== 0) return;
      silence?.();
      silence = play(context.current);
    });
    return () => {
      stop();
      silence?.();
    };
  }, [isSounding]);

  const allow = useCallback(() => {
    if (context.current) resume(context.current);
  }, []);
  return { state, allow };
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

/** @returns what silences it at once. */
function play(context: AudioContext): () => void {
  if (context.state !== 'running') return () => undefined;
  const gain = context.createGain();
  gain.connect(context.destination);
  gain.gain.value = 0;
  const oscillator = context.createOscillator();
  oscillator.type = 'triangle';
  oscillator.connect(gain);
  let at = context.currentTime + 0.02;
  for (let pair = 0; pair < TONES.pairs; pair += 1) {
    for (const frequency of [TONES.low, TONES.high]) {
      oscillator.frequency.setValueAtTime(frequency, at);
      // Tones that begin and end at once would click.
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(TONES.loudness, at + 0.02);
      gain.gain.setValueAtTime(TONES.loudness, at + TONES.length - 0.03);
      gain.gain.linearRampToValueAtTime(0, at + TONES.length);
      at += TONES.length + TONES.gap;
    }
    at += TONES.gap * 3;
  }
  oscillator.start();
  oscillator.stop(at);
  return () => gain.disconnect();
}
