import { MINUTE } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { Countdown } from '../parts/time-marks.tsx';
import { useNames } from '../ticket/names.ts';
import type { CrewTicket } from './crew-model.ts';

const SOON = 5 * MINUTE;

/** Number, place and fault, the number leading to everything that is known of the ticket. */
export function TicketLines({ ticket }: Pick<TicketView, 'ticket'>): ReactNode {
  const { number, place, faultText } = ticket.report;
  return (
    <>
      <a className="figures" href={`/ticket/${encodeURIComponent(ticket.id)}`}>
        {number}
      </a>
      <strong className="crew-place">{place.street}</strong>
      <span className="quiet">
        {place.area} · {faultText}
      </span>
    </>
  );
}

/** The vehicle that was sent, and whether its device hears. */
export function LegVehicle({ leg }: Pick<CrewTicket, 'leg'>): ReactNode {
  const { t } = useTranslation('crew');
  const names = useNames();
  const isConnected = useBoard((state) => state.connectedVehicleIds.has(leg.vehicleId));
  return (
    <span className="crew-vehicle-name">
      {names.vehicle(leg.vehicleId)}{' '}
      <span className="quiet">{isConnected ? t('fleet.connected') : t('fleet.disconnected')}</span>
    </span>
  );
}

/** What is left of the promise, in words where it is in danger or lost. [B4] */
export function PromiseRest({ view }: { readonly view: TicketView }): ReactNode {
  const { t } = useTranslation('words');
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const { due, state } = view.promise;
  const isOver = state === 'kept' || state === 'undetermined' || view.hop === null;
  return (
    <span className="crew-promise" data-promise={isUnknown ? 'unknown' : state}>
      {isOver ? null : <Countdown deadlineAt={due} warnBelow={SOON} isUnknown={isUnknown} />}
      {state !== 'running' && !isUnknown && <span className="crew-promise-word">{t(`promise.${state}`)}</span>}
    </span>
  );
}
