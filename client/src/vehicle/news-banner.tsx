import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import type { LegView } from './leg-view.ts';
import { session } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

export interface NewsBannerProps {
  readonly underWay: readonly LegView[];
  readonly currentKey: string | null;
}

/** A new ticket says that it is there and takes nothing away: the screen changes when somebody asks for it. */
export function NewsBanner({ underWay, currentKey }: NewsBannerProps): ReactNode {
  const { t } = useTranslation('vehicle');
  const news = useVehicle((state) => state.news);
  const fresh = underWay.filter((view) => news.some(({ key }) => key === view.key));
  const first = fresh[0];
  return (
    <div className="vehicle-news" role="alert">
      {first && (
        <div key={first.key} className="vehicle-news-line">
          <strong>{t('news.title')}</strong>
          <span className="vehicle-news-place">
            {first.ticket.report.place.street}
            {fresh.length > 1 && <span className="quiet"> {t('news.more', { count: fresh.length - 1 })}</span>}
          </span>
          <Countdown deadlineAt={first.promiseDue} />
          <span className="vehicle-news-buttons">
            {first.key !== currentKey && (
              <Button label={t('news.show')} kind="main" onPress={() => session()?.choose(first.key)} />
            )}
            <Button label={t('news.seen')} onPress={() => session()?.seen(first.key)} />
          </span>
        </div>
      )}
    </div>
  );
}
