import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Why one of our own lines is down; a provider's code is not among them. */
const LINE_DETAILS = [
  'starting',
  'not-started',
  'not-configured',
  'program-missing',
  'program-gone',
  'registration-refused',
  'not-registered',
  'unreachable',
  'no-response',
  'timeout',
] as const;
export type LineDetail = (typeof LINE_DETAILS)[number];

export function isLineDetail(code: string): code is LineDetail {
  return LINE_DETAILS.some((known) => known === code);
}

/** What is wrong with a line in words; a code that this page has never heard of as it is, for whoever looks it up. */
export function useLineDetail(): (detail: string) => string {
  const { t } = useTranslation('words');
  return useCallback((detail) => (isLineDetail(detail) ? t(`lineDetail.${detail}`) : detail), [t]);
}
