import type { Resource, ResourceNamespaceMap } from 'i18next';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { common as commonEn } from './en/common.ts';
import { words as wordsEn } from './en/words.ts';
import type { Translation } from './translation.ts';
import { common as commonZh } from './zh/common.ts';
import { words as wordsZh } from './zh/words.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    strictInterpolationChecks: true;
  }
}

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One page's sentences in both languages; both are loaded, so that the switch works without a network. */
interface Bilingual<First> {
  readonly zh: First;
  readonly en: Translation<First>;
}

type Pages = { readonly [Name in keyof ResourceNamespaceMap]?: Bilingual<ResourceNamespaceMap[Name]> };

const LANGUAGE_KEY = 'faultline.language';
const LANGUAGE_PARAMETER = 'lang';

/**
 * Starts the texts of one page: the common ones and its own. A page brings only its own sentences, so that a wall does
 * not load the desk's. Must be called before the first rendering.
 *
 * The language is the one in `?lang=`, else the one chosen last in this browser, else Chinese.
 */
export async function startText(pages: Pages): Promise<void> {
  const language = languageFromAddress() ?? languageFromStorage() ?? LANGUAGES[0];
  const zh = Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, page.zh]));
  const en = Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, page.en]));
  const resources: Resource = {
    'zh-CN': { common: commonZh, words: wordsZh, ...zh },
    en: { common: commonEn, words: wordsEn, ...en },
  };
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: LANGUAGES[0],
    supportedLngs: [...LANGUAGES],
    resources,
    defaultNS: 'common',
    // React escapes what it renders; escaping twice would show entities.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** Switches at once, keeps the choice in this browser, and in the address if it named a language. */
export async function switchLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // A browser that keeps nothing still shows the chosen language until it is closed.
  }
  const address = new URL(location.href);
  if (!address.searchParams.has(LANGUAGE_PARAMETER)) return;
  address.searchParams.set(LANGUAGE_PARAMETER, language);
  history.replaceState(history.state, '', address);
}

function languageFromAddress(): Language | null {
  const asked = new URLSearchParams(location.search).get(LANGUAGE_PARAMETER);
  if (asked === 'zh') return 'zh-CN';
  return isLanguage(asked) ? asked : null;
}

function languageFromStorage(): Language | null {
  try {
    const kept = localStorage.getItem(LANGUAGE_KEY);
    return isLanguage(kept) ? kept : null;
  } catch {
    return null;
  }
}
