import { SECOND } from '@faultline/shared/time.ts';
import { useEffect } from 'react';
import { serverClock } from './clock.ts';
import type { PageSound } from './page-sound.ts';
import { usePageSound } from './page-sound.ts';

/** How often the sound of the first priority is repeated until somebody acknowledges. */
const REPEAT_EVERY = 4 * SECOND;

/** Two rising tones, three times: between 500 Hz and 3 kHz, where a room with voices in it lets them through. */
const TONES = { low: 740, high: 988, length: 0.14, gap: 0.05, pairs: 3, loudness: 0.35 } as const;

/** Sounds while `isSounding`; what is resolved, acknowledged or muted is silent at once. */
export function useAlarmSound(isSounding: boolean): PageSound {
  const { state, allow, context } = usePageSound();

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
  }, [isSounding, context]);

  return { state, allow };
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
