import type { Language } from '@faultline/shared/escalation/script.ts';
import { FIELD_WORDS } from './field-words.ts';

export interface SpokenWord {
  readonly written: string;
  /** Pinyin with tone numbers for Chinese, another spelling for English. */
  readonly spoken: string;
}

/** A stretch of text that one voice reads. */
export interface Run {
  readonly language: Language;
  readonly text: string;
}

export type PronunciationLists = Readonly<Record<Language, readonly SpokenWord[]>>;

const CHINESE = /(\p{Script=Han}+(?:[\p{Script=Han}、，·\s]*\p{Script=Han})?)/u;

/**
 * Makes of a written text what a synthesiser reads aright: pronunciations, the longest written word first; numbers of
 * tickets digit by digit; Chinese names in an English sentence by the Chinese voice, which reads English by itself.
 * Nothing of the text can become markup or phonemes.
 */
export function runsOf(text: string, language: Language, lists: PronunciationLists): readonly Run[] {
  const clean = cleaned(text);
  const stretches = language === 'zh' ? [clean] : clean.split(CHINESE);
  return stretches
    .map((stretch, index) => ({ language: index % 2 === 0 ? language : ('zh' as const), text: stretch }))
    .map((run) => ({ ...run, text: pronounced(run, lists[run.language]) }))
    .filter((run) => run.text.trim() !== '');
}

/** Square brackets would begin phonemes, control characters mean nothing to a voice. */
function cleaned(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{C}[\]{}|\\^~`]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function pronounced({ language, text }: Run, site: readonly SpokenWord[]): string {
  const words = byFirstCharacter(language === 'zh' ? [...site, ...FIELD_WORDS] : site);
  let spoken = '';
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const word = words.get(text.charAt(at))?.find(({ written }) => standsAt(text, at, written));
    if (word) {
      spoken += `${numbersRead(plain, language)} ${syllables(word.spoken, language)} `;
      plain = '';
      at += word.written.length;
    } else {
      plain += text.charAt(at);
      at += 1;
    }
  }
  return (spoken + numbersRead(plain, language)).replace(/\s+/g, ' ');
}

/** The longest first; of two of the same length the site's own. */
function byFirstCharacter(words: readonly SpokenWord[]): ReadonlyMap<string, readonly SpokenWord[]> {
  const sorted = words.filter(({ written }) => written !== '').toSorted((a, b) => b.written.length - a.written.length);
  return Map.groupBy(sorted, ({ written }) => written.charAt(0));
}

const LETTER = /[\p{Script=Latin}\p{M}]/u;

/** A word of letters is not found inside a longer one. */
function standsAt(text: string, at: number, written: string): boolean {
  if (!text.startsWith(written, at)) return false;
  const end = at + written.length;
  const isCutAt = (left: string, right: string): boolean => LETTER.test(left) && LETTER.test(right);
  return (
    !isCutAt(text.charAt(at - 1), written.charAt(0)) && !isCutAt(written.charAt(written.length - 1), text.charAt(end))
  );
}

/** The synthesiser takes `chong2he2zha2` for one word and loses its tones. */
function syllables(spoken: string, language: Language): string {
  const clean = cleaned(spoken);
  return language === 'zh' ? clean.replace(/([a-zü]+[1-5])(?=[a-zü])/g, '$1 ') : clean;
}

/** Numbers of tickets and phones, and numbers that begin with a zero, are read digit by digit; `12` stays twelve. */
const NAMING_NUMBER = /\d+(?:-\d+)+|\d{5,}|(?<![\d.])0\d+/g;
/** 两 and not 二 before a measure word, but never in an ordinal, a decimal, or behind a letter or another digit. */
const TWO_OF = /(第 ?)?(?<![\d.A-Za-z-])2(?= ?(?:张|个|户|台|处|次|位|辆|分钟|小时))/g;

function numbersRead(text: string, language: Language): string {
  const read = text.replace(NAMING_NUMBER, (number) =>
    number
      .split('-')
      .map((part) => [...part].join(' '))
      .join(', '),
  );
  return language === 'zh' ? syllables(withTwoOf(read), 'zh') : read;
}

function withTwoOf(text: string): string {
  return text.replace(TWO_OF, (two: string, ordinal: string | undefined) => (ordinal === undefined ? '两' : two));
}

const VOICES: Readonly<Record<Language, string>> = { zh: 'cmn-latn-pinyin', en: 'en' };

/** `cmn-latn-pinyin` reads both characters and pinyin; the plain `cmn` reads characters as if they were English. */
export function voiceOf(language: Language): string {
  return VOICES[language];
}

/** One SSML text for the voice of `language`; everything in it is escaped. */
export function ssmlOf(runs: readonly Run[], language: Language): string {
  const body = runs.map((run) =>
    run.language === language
      ? escaped(run.text)
      : `<voice xml:lang="${voiceOf(run.language)}">${escaped(run.text)}</voice>`,
  );
  return `<speak>${body.join('')}</speak>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
