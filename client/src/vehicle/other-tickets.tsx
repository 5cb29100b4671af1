import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LegView } from './leg-view.ts';
import { PromiseClock } from './promise-clock.tsx';
import { session } from './vehicle-actions.ts';

/** The tickets that wait, the promise that falls due first on top. [V1] */
export function OtherTickets({ views }: { readonly views: readonly LegView[] }): ReactNode {
  const { t } = useTranslation('vehicle');
  return (
    <section className="vehicle-others" aria-labelledby="others-title">
      <h2 id="others-title">
        {t('others.label')} <span className="figures">{views.length}</span>
      </h2>
      <p className="quiet">{t('others.hint')}</p>
      <ul>
        {views.map((view) => (
          <li key={view.key}>
            <OtherTicket view={view} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OtherTicket({ view }: { readonly view: LegView }): ReactNode {
  const { t } = useTranslation('vehicle');
  const { key, ticket, next, unsent } = view;
  const { number, place } = ticket.report;
  return (
    <button type="button" className="vehicle-other" data-key={key} onClick={() => session()?.choose(key)}>
      <span className="hidden-text">{t('others.open', { street: place.street })}</span>
      <strong className="vehicle-other-place">{place.street}</strong>
      <PromiseClock view={view} isShort />
      <span className="vehicle-other-about">
        {number} · {next ? t(`step.${next}`) : t('current.support')}
        {unsent.size > 0 && ` · ${t('current.unsent')}`}
      </span>
    </button>
  );
}
