import type { Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../text/use-time.ts';
import { Button } from './button.tsx';

/** Nothing to show: says why, and what is normal here. */
export function Empty({ title, hint }: { readonly title?: string; readonly hint: string }): ReactNode {
  const { t } = useTranslation('common');
  return (
    <div className="state" data-state="empty">
      <p className="state-title">{title ?? t('state.emptyTitle')}</p>
      <p>{hint}</p>
    </div>
  );
}

export function Loading({ what }: { readonly what?: string }): ReactNode {
  const { t } = useTranslation('common');
  return (
    <div className="state" data-state="loading" role="status">
      <p className="state-title">{what ?? t('state.loading')}</p>
    </div>
  );
}

export interface FailedProps {
  readonly title?: string;
  readonly hint?: string;
  readonly onRetry?: () => void;
}

export function Failed({ title, hint, onRetry }: FailedProps): ReactNode {
  const { t } = useTranslation('common');
  return (
    <div className="state" data-state="failed" role="alert">
      <p className="state-title">{title ?? t('state.errorTitle')}</p>
      <p>{hint ?? t('state.errorHint')}</p>
      {onRetry && <Button label={t('action.retry')} onPress={onRetry} kind="main" />}
    </div>
  );
}

/** A banner above a picture that stands still: since when, and that nothing is lost by waiting. [D1] */
export function CutOff({ since }: { readonly since: Instant | null }): ReactNode {
  const { t } = useTranslation('common');
  const time = useTime();
  return (
    <div className="cut-off" role="alert">
      <strong>{t('state.cutOffTitle')}</strong>
      <span>
        {since === null
          ? t('freshness.neverConnected')
          : t('freshness.unknownSince', { time: time(since, 'hh:mm:ss') })}
      </span>
      <span>{t('state.cutOffHint')}</span>
    </div>
  );
}
