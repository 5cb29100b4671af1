import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PairedContact } from '@faultline/shared/wire/phone.ts';
import { useEffect, useState } from 'react';

type SpokenLanguage = PairedContact['language'];

const TAGS = { zh: 'zh-CN', en: 'en-US' } as const satisfies Record<SpokenLanguage, string>;
/** A voice that has not said a sentence by then has stopped without telling, as some do. */
const SENTENCE_WITHIN: Duration = 20 * SECOND;
/** Reading time of a text without a voice, ms for each character, and its bounds. */
const READING_MS = { zh: 200, en: 60 } as const satisfies Record<SpokenLanguage, number>;
const SHORTEST_READING: Duration = 4 * SECOND;
const LONGEST_READING: Duration = 20 * SECOND;

/** Sentences one by one: several browsers break off a longer speech in the middle. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[。！？；])|(?<=[.!?;])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

export function readingTime(text: string, language: SpokenLanguage): Duration {
  return Math.min(LONGEST_READING, Math.max(SHORTEST_READING, text.length * READING_MS[language]));
}

/** Whether this device has a voice for the language; browsers learn of their voices some time after the start. */
export function useHasVoice(language: SpokenLanguage): boolean {
  const [hasVoice, setHasVoice] = useState(() => voiceFor(language) !== null);
  useEffect(() => {
    if (!('speechSynthesis' in window)) return;
    const learn = (): void => setHasVoice(voiceFor(language) !== null);
    learn();
    speechSynthesis.addEventListener('voiceschanged', learn);
    return () => speechSynthesis.removeEventListener('voiceschanged', learn);
  }, [language]);
  return hasVoice;
}

function voiceFor(language: SpokenLanguage): SpeechSynthesisVoice | null {
  if (!('speechSynthesis' in window)) return null;
  const voices = speechSynthesis.getVoices();
  const tagOf = ({ lang }: SpeechSynthesisVoice): string => lang.replace('_', '-');
  return (
    voices.find((voice) => tagOf(voice) === TAGS[language]) ??
    voices.find((voice) => tagOf(voice).startsWith(language)) ??
    null
  );
}

/**
 * Speaks a text from its beginning.
 * @param onEnd told once: `said`, or `silent` when the device would not speak. Not told after it was cut off.
 * @returns what cuts it off.
 */
export function speak(text: string, language: SpokenLanguage, onEnd: (how: 'said' | 'silent') => void): () => void {
  const voice = voiceFor(language);
  const sentences = [...sentencesOf(text)];
  let isOver = false;
  let timer = 0;
  const end = (how: 'said' | 'silent'): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    onEnd(how);
  };
  const sayNext = (): void => {
    if (isOver) return;
    clearTimeout(timer);
    const sentence = sentences.shift();
    if (sentence === undefined) return end('said');
    timer = window.setTimeout(sayNext, SENTENCE_WITHIN);
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = TAGS[language];
    utterance.voice = voice;
    utterance.addEventListener('end', sayNext);
    // Cut off by ourselves is no failure; anything else is a device that does not speak.
    utterance.addEventListener('error', ({ error }) => {
      if (error !== 'canceled' && error !== 'interrupted') end('silent');
    });
    speechSynthesis.speak(utterance);
  };
  if (voice === null) {
    timer = window.setTimeout(() => end('silent'), 0);
  } else {
    speechSynthesis.cancel();
    sayNext();
  }
  return () => {
    isOver = true;
    clearTimeout(timer);
    if (voice !== null) speechSynthesis.cancel();
  };
}
