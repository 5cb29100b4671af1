import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { useEffect } from 'react';
import { serverClock } from '../live/clock.ts';
import type { PageSound } from '../live/page-sound.ts';
import { usePageSound } from '../live/page-sound.ts';

/** Two tones in quick turns for a second, twice as long a silence: a telephone, and no alarm of the console. */
const TONE = { low: 850, high: 1_060, turnsPerSecond: 20, ringsFor: 1, silentFor: 1.4, loudness: 0.5 } as const;
/** Tones that begin and end at once would click, s. */
const FADE = 0.012;
const BUZZ: readonly number[] = [700, 250, 700];
const BUZZ_EVERY: Duration = 3 * SECOND;

/**
 * Rings while `isRinging`. The tone is one recording that the browser repeats by itself: a page in the background has
 * its timers slowed down, its sound goes on.
 */
export function useRingTone(isRinging: boolean): PageSound {
  const { state, allow, context } = usePageSound();

  useEffect(() => {
    // A context that is let play later begins with the tone that is due then.
    const silence = isRinging && context.current ? ring(context.current) : null;
    return () => silence?.();
  }, [isRinging, context]);

  useEffect(() => {
    if (!isRinging) return;
    buzz();
    let buzzedAt = serverClock.second();
    const stop = serverClock.subscribe(() => {
      if (serverClock.second() - buzzedAt < BUZZ_EVERY) return;
      buzzedAt = serverClock.second();
      buzz();
    });
    return () => {
      stop();
      if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate(0);
    };
  }, [isRinging]);

  return { state, allow };
}

/** Nothing may shake before somebody has touched the page. */
function buzz(): void {
  if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate([...BUZZ]);
}

/** @returns what silences it at once. */
function ring(context: AudioContext): () => void {
  const source = context.createBufferSource();
  source.buffer = recording(context);
  source.loop = true;
  source.connect(context.destination);
  source.start();
  return () => {
    source.stop();
    source.disconnect();
  };
}

function recording(context: AudioContext): AudioBuffer {
  const { sampleRate } = context;
  const { low, high, turnsPerSecond, ringsFor, silentFor, loudness } = TONE;
  const buffer = context.createBuffer(1, Math.round((ringsFor + silentFor) * sampleRate), sampleRate);
  const samples = buffer.getChannelData(0);
  let phase = 0;
  for (let at = 0; at < ringsFor * sampleRate; at += 1) {
    const seconds = at / sampleRate;
    const frequency = Math.floor(seconds * turnsPerSecond) % 2 === 0 ? low : high;
    phase += (2 * Math.PI * frequency) / sampleRate;
    const fade = Math.min(1, seconds / FADE, (ringsFor - seconds) / FADE);
    samples[at] = loudness * fade * Math.sin(phase);
  }
  return buffer;
}
