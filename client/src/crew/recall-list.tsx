import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { useTime } from '../text/use-time.ts';
import { ConfirmRecallDialog } from '../ticket/declare-dialog.tsx';
import type { CrewTicket } from './crew-model.ts';
import { LegVehicle, TicketLines } from './crew-ticket-parts.tsx';

/** Vehicles that may still be driving to a ticket that is theirs no more. [R2] */
export function RecallList({ tickets }: { readonly tickets: readonly CrewTicket[] }): ReactNode {
  const { t } = useTranslation('crew');
  return (
    <section className="crew-part crew-recalls" aria-labelledby="recalls-title">
      <h2 id="recalls-title">
        {t('recall.title')} <span className="figures">{tickets.length}</span>
      </h2>
      <p className="quiet">{t('recall.hint')}</p>
      <ul className="crew-cards">
        {tickets.map((ticket) => (
          <li key={ticket.key}>
            <RecallCard crewTicket={ticket} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RecallCard({ crewTicket: { view, leg } }: { readonly crewTicket: CrewTicket }): ReactNode {
  const { t } = useTranslation(['crew', 'words']);
  const time = useTime();
  const [isOpen, setOpen] = useState(false);
  const { ticket } = view;
  const { ending } = leg;
  return (
    <article className="crew-card" aria-label={`${ticket.report.number} ${ticket.report.place.street}`}>
      <div className="crew-card-lines">
        <TicketLines ticket={ticket} />
        <LegVehicle leg={leg} />
        {ending && (
          <span>
            {t('crew:recall.ended', { how: t(`words:ending.${ending.how}`), time: time(ending.at, 'hh:mm:ss') })}{' '}
            {ending.reason && t(`words:endReason.${ending.reason}`)} {ending.text}
          </span>
        )}
      </div>
      <div className="crew-card-actions">
        <Button label={t('crew:recall.confirm')} onPress={() => setOpen(true)} />
      </div>
      {isOpen && <ConfirmRecallDialog ticket={ticket} onClose={() => setOpen(false)} />}
    </article>
  );
}
