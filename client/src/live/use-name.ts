import type { BilingualName } from '@faultline/shared/organisation/organisation.ts';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Reads the names of departments, trades and districts in the language of the page. */
export function useName(): (name: BilingualName) => string {
  const { i18n } = useTranslation();
  const isEnglish = i18n.language === 'en';
  return useCallback((name) => (isEnglish ? name.en : name.zh), [isEnglish]);
}
