import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import type { LegView } from './leg-view.ts';
import { canReturn } from './leg-view.ts';
import { navigationLink } from './navigation.ts';
import { NextAction } from './next-action.tsx';
import { PromiseClock } from './promise-clock.tsx';
import { RecordForm } from './record-form.tsx';
import { ReturnDialog } from './return-dialog.tsx';

/** The one ticket that is worked on: where to go, whom to ring, how long, and the one thing to do next. */
export function CurrentTicket({ view }: { readonly view: LegView }): ReactNode {
  const { t } = useTranslation(['vehicle', 'words']);
  const [isReturning, setReturning] = useState(false);
  const { ticket, caller, next, isSupport } = view;
  const { number, place, faultClass, faultText } = ticket.report;
  return (
    <article className="vehicle-ticket" aria-label={t('vehicle:current.label')} data-ticket={ticket.id}>
      <div className="vehicle-ticket-body">
        <header className="vehicle-ticket-head">
          <div>
            <p className="vehicle-ticket-number figures">{number}</p>
            <h2 className="vehicle-ticket-place">{place.street}</h2>
            {place.area && <p className="quiet">{place.area}</p>}
          </div>
          <PromiseClock view={view} />
        </header>
        <dl className="vehicle-facts">
          {caller?.address && <Fact name={t('vehicle:current.address')} value={caller.address} />}
          <Fact name={t('vehicle:current.fault')} value={`${faultText} · ${t(`words:faultClass.${faultClass}`)}`} />
          <Fact name={t('vehicle:current.caller')} value={caller?.name || t('vehicle:current.noCaller')} />
          {caller?.note && <Fact name={t('vehicle:current.note')} value={caller.note} />}
        </dl>
        <div className="vehicle-ticket-ways">
          {caller?.phone && (
            <a
              className="button"
              href={`tel:${caller.phone}`}
              aria-label={t('vehicle:current.call', { phone: caller.phone })}
            >
              <span aria-hidden="true">☎</span> <span className="figures">{caller.phone}</span>
            </a>
          )}
          <a
            className="button"
            href={navigationLink(place, place.street, navigator.userAgent)}
            target="_blank"
            rel="noreferrer"
          >
            <span aria-hidden="true">➤</span> {t('vehicle:current.navigate')}
          </a>
          {canReturn(view) && <Button label={t('vehicle:current.returnIt')} onPress={() => setReturning(true)} />}
        </div>
        <Steps view={view} />
        {isSupport && <p className="vehicle-support">{t('vehicle:current.support')}</p>}
        {next === 'record' && <RecordForm view={view} />}
      </div>
      {next !== null && next !== 'record' && <NextAction key={next} view={view} step={next} />}
      {isReturning && <ReturnDialog view={view} onClose={() => setReturning(false)} />}
    </article>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What is done, with its time, and what this device has not been able to send. */
function Steps({ view: { ticket, leg, unsent } }: { readonly view: LegView }): ReactNode {
  const { t } = useTranslation('vehicle');
  const time = useTime();
  const steps = [
    ['accept', leg.F],
    ['depart', leg.G],
    ['arrive', leg.H],
    ['clear', ticket.cleared],
  ] as const;
  return (
    <ol className="vehicle-steps" aria-label={t('current.steps')}>
      {steps.map(([step, stamp]) => (
        <li key={step} data-done={stamp !== null} data-unsent={unsent.has(step) || undefined}>
          <span className="vehicle-step-sign" aria-hidden="true">
            {stamp ? '✓' : '○'}
          </span>
          <span>{t(`done.${step}`)}</span>
          <span className="figures">
            {stamp ? time(stamp.at, 'hh:mm') : <span className="hidden-text">{t('current.notYet')}</span>}
          </span>
          {unsent.has(step) && <span className="vehicle-unsent">{t('current.unsent')}</span>}
        </li>
      ))}
    </ol>
  );
}
