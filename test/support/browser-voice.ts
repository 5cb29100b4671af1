import type { BrowserContext, Page } from 'playwright-core';

/**
 * Gives the pages of a browser a Chinese voice, because a headless one has none; it is as quick as thought. What it was
 * asked to say is kept, for `hears`.
 */
export async function giveVoice(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const spoken: string[] = [];
    class Utterance extends EventTarget {
      lang = '';
      voice: unknown = null;
      readonly text: string;
      constructor(text: string) {
        super();
        this.text = text;
      }
    }
    const synthesis = Object.assign(new EventTarget(), {
      getVoices: () => [{ lang: 'zh-CN', name: 'test', localService: true, default: true }],
      speak(utterance: Utterance) {
        spoken.push(utterance.text);
        setTimeout(() => utterance.dispatchEvent(new Event('end')));
      },
      cancel() {},
    });
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
    Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance });
    Object.defineProperty(window, 'spokenTexts', { value: spoken });
  });
}

/** Resolves when this was asked to be spoken. */
export async function hears(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const spoken: unknown = Reflect.get(window, 'spokenTexts');
    return Array.isArray(spoken) && spoken.join('').includes(wanted);
  }, text);
}
