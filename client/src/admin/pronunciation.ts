/** Syllables of Latin letters, each closed by its tone: 1 to 4, and 5 for the neutral one. */
const PINYIN = /^(?:[a-zü]{1,6}[1-5][\s']?)+$/i;

/** Whether the Chinese voice can read it: without a tone behind every syllable it guesses. */
export function isPinyin(spoken: string): boolean {
  return PINYIN.test(spoken.trim());
}
