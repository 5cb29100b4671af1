import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, switchLanguage } from '../text/text.ts';

/** The two languages side by side, each in its own words. */
export function LanguageSwitch(): ReactNode {
  const { t, i18n } = useTranslation('common');
  return (
    <fieldset className="language-switch screen-only" aria-label={t('language.label')}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.language === language}
          onClick={() => void switchLanguage(language)}
        >
          {t(`language.${language}`)}
        </button>
      ))}
    </fieldset>
  );
}
