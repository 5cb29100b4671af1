import { createHash } from 'node:crypto';
import type { Language } from '@faultline/shared/escalation/script.ts';
import { readAloud, SpeechFault } from './espeak.ts';
import type { Part } from './recordings.ts';
import { createRecordings, readRecording } from './recordings.ts';
import { resample } from './resample.ts';
import { createSpeechCache } from './speech-cache.ts';
import type { PronunciationLists, SpokenWord } from './spoken-text.ts';
import { runsOf, ssmlOf, voiceOf } from './spoken-text.ts';
import { PHONE_RATE, writeWave } from './wave.ts';

export interface Speech {
  /**
   * @returns the path of a WAV as telephones want it (8 kHz, mono, 16 bits) that says the text; it stays there long
   *   enough to be read or copied at once, not for ever.
   * @throws SpeechFault
   */
  wav(text: string, language: Language): Promise<string>;
  /** Whether the program and its Chinese voice are there; asked again as long as they are not. */
  isInstalled(): Promise<boolean>;
}

export interface SpeechParts {
  /** Such as `espeak-ng`. */
  readonly program: string;
  readonly cacheDir: string;
  /** The site's own list, read at each text. */
  readonly pronunciations: (language: Language) => readonly SpokenWord[];
  /** Folder of recorded prompts, see `Recordings`; `null` for none. */
  readonly recordedDir: string | null;
  /** Told of recordings that cannot be used; what they say is synthesised. */
  readonly onFault: (error: unknown) => void;
}

/** A dozen tickets with all their details are about half of it. */
const LONGEST_TEXT = 4_000;
/** More than an hour of speech. */
const CACHE_BYTES = 64 * 1_024 * 1_024;
/** Two programs keep two cores busy for a moment; more would only take turns. */
const AT_ONCE = 2;
const MOST_WAITING = 500;
/** The loudest sample of what is synthesised, of full scale: loud on a telephone, with room for its companding. */
const PEAK = 0.7;
/** Below this a synthesiser has said nothing, and a call would be silent. */
const SILENT_BELOW = 0.01;
const BREATH = silence(0.25);
const GAP = silence(0.06);
/** Part of every hash: a change of how sound is made makes old sound unfindable. */
const MAKE = 'faultline-speech-1';

/** Says texts by espeak-ng and by the site's recordings, each text once. */
export function createSpeech(parts: SpeechParts): Speech {
  const { program, pronunciations, onFault } = parts;
  const cache = createSpeechCache(parts.cacheDir, CACHE_BYTES);
  const recordings = createRecordings(parts.recordedDir, onFault);
  const limited = limit(AT_ONCE, MOST_WAITING);
  const underWay = new Map<string, Promise<string>>();
  let installed: Promise<boolean> | null = null;

  const read = async (text: string, language: Language): Promise<Float32Array> => {
    const lists = { zh: pronunciations('zh'), en: pronunciations('en') };
    return levelled(await synthesised(program, ssmlOf(runsOf(text, language, lists), language), language));
  };
  const soundOf = async (part: Part, language: Language): Promise<Float32Array> => {
    if (part.type === 'pause') return BREATH;
    return part.type === 'recorded' ? readRecording(part.file) : read(part.text, language);
  };
  /** With the synthesiser alone when a recording turns out to be unusable: better a strange voice than silence. */
  const composed = async (all: readonly Part[], text: string, language: Language): Promise<Float32Array> => {
    try {
      const sounds: Float32Array[] = [];
      for (const part of all) sounds.push(await soundOf(part, language), GAP);
      return joined(sounds);
    } catch (error) {
      if (error instanceof SpeechFault || all.every(({ type }) => type !== 'recorded')) throw error;
      onFault(error);
      return read(text, language);
    }
  };
  const make = async (hash: string, all: readonly Part[], text: string, language: Language): Promise<string> => {
    const known = await cache.find(hash);
    if (known !== null) return known;
    return limited(async () => {
      const samples = await composed(all, text, language);
      return cache.keep(hash, writeWave({ sampleRate: PHONE_RATE, samples }));
    });
  };

  return {
    async wav(text, language) {
      if (text.length > LONGEST_TEXT)
        throw new SpeechFault('too-long', `${text.length} characters are not one message`);
      const all = await recordings.partsOf(text, language);
      const hash = hashOf(all, language, { zh: pronunciations('zh'), en: pronunciations('en') });
      const started = underWay.get(hash);
      if (started !== undefined) return started;
      const making = make(hash, all, text, language).finally(() => underWay.delete(hash));
      underWay.set(hash, making);
      return making;
    },
    isInstalled() {
      installed ??= probe(program).then((is) => {
        if (!is) installed = null;
        return is;
      });
      return installed;
    },
  };
}

async function probe(program: string): Promise<boolean> {
  try {
    await synthesised(program, ssmlOf([{ language: 'zh', text: '一' }], 'zh'), 'zh');
    return true;
  } catch (error) {
    if (error instanceof SpeechFault) return false;
    throw error;
  }
}

async function synthesised(program: string, ssml: string, language: Language): Promise<Float32Array> {
  return (await resample(await readAloud(program, language, ssml), PHONE_RATE)).samples;
}

function hashOf(all: readonly Part[], language: Language, lists: PronunciationLists): string {
  const made = all.map((part) => (part.type === 'read' ? ssmlOf(runsOf(part.text, language, lists), language) : part));
  return createHash('sha256')
    .update(JSON.stringify([MAKE, voiceOf(language), made]))
    .digest('hex');
}

/** @throws SpeechFault when there is nothing to be heard. */
function levelled(samples: Float32Array): Float32Array {
  const peak = samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
  if (peak < SILENT_BELOW) throw new SpeechFault('failed', 'the speech program has said nothing');
  return samples.map((sample) => (sample / peak) * PEAK);
}

function silence(seconds: number): Float32Array {
  return new Float32Array(Math.round(seconds * PHONE_RATE));
}

function joined(sounds: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(sounds.reduce((length, sound) => length + sound.length, 0));
  let at = 0;
  for (const sound of sounds) {
    whole.set(sound, at);
    at += sound.length;
  }
  return whole;
}

/** At most `atOnce` of the works that are handed over run at a time, in their order. */
function limit(atOnce: number, mostWaiting: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (waiting.length >= mostWaiting) throw new SpeechFault('busy', `${waiting.length} messages wait to be spoken`);
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
