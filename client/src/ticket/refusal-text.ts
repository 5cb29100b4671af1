import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The sentence of a refusal: what is the matter and what to do. Without a network it says that instead. */
export function useRefusalText(): (refusal: WireRefusal) => string {
  const { t } = useTranslation(['refusals', 'ticket']);
  return useCallback(
    (refusal) => (refusal['offline'] === true ? t('ticket:offline') : t(`refusals:${refusal.code}`)),
    [t],
  );
}
