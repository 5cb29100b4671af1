import type { Language } from '../text/text.ts';

/** Says a sentence in the language of the page, if the device has a voice; a newer sentence cuts off an older one. */
export function speak(sentence: string, language: string): void {
  if (!('speechSynthesis' in window)) return;
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.lang = spoken(language);
  const voice = speechSynthesis.getVoices().find(({ lang }) => lang.replace('_', '-').startsWith(prefixOf(language)));
  if (voice) utterance.voice = voice;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}

function spoken(language: string): string {
  return language === ('en' satisfies Language) ? 'en-GB' : 'zh-CN';
}

function prefixOf(language: string): string {
  return language === ('en' satisfies Language) ? 'en' : 'zh';
}
