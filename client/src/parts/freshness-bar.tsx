import type { Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../text/use-time.ts';

export type LinkFreshness = 'live' | 'late' | 'cut-off';

export interface FreshnessBarProps {
  readonly freshness: LinkFreshness;
  /** Server time of the newest data; `null` before any. */
  readonly dataAt: Instant | null;
}

/** "Data as of hh:mm:ss", and whether that is live. The state is told by sign and word, not by colour alone. [D1] */
export function FreshnessBar({ freshness, dataAt }: FreshnessBarProps): ReactNode {
  const { t } = useTranslation('common');
  const time = useTime();
  const when = time(dataAt, 'hh:mm:ss');
  return (
    <p className="freshness" data-freshness={freshness} role="status">
      <span className="freshness-sign" aria-hidden="true" />
      <span>{t(`freshness.${freshness}`)}</span>
      <span className="figures">{sentence()}</span>
    </p>
  );

  function sentence(): string {
    if (dataAt === null) return t('freshness.neverConnected');
    return freshness === 'cut-off' ? t('freshness.unknownSince', { time: when }) : t('freshness.asOf', { time: when });
  }
}
