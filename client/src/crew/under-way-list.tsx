import type { User } from '@faultline/shared/organisation/organisation.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { useTime } from '../text/use-time.ts';
import { DeclareDialog } from '../ticket/declare-dialog.tsx';
import { EndDialog } from '../ticket/end-dialog.tsx';
import type { DeskAction } from '../ticket/possible-actions.ts';
import { actionsFor } from '../ticket/possible-actions.ts';
import { RecordDialog } from '../ticket/record-dialog.tsx';
import type { CrewTicket } from './crew-model.ts';
import { sinceOf } from './crew-model.ts';
import { LegVehicle, PromiseRest, TicketLines } from './crew-ticket-parts.tsx';

/** What this crew is on, the most urgent first: where it stands, since when, and what is left. */
export function UnderWayList({
  tickets,
  user,
}: {
  readonly tickets: readonly CrewTicket[];
  readonly user: User;
}): ReactNode {
  const { t } = useTranslation('crew');
  return (
    <section className="crew-part" aria-labelledby="way-title">
      <h2 id="way-title">
        {t('way.title')} <span className="figures">{tickets.length}</span>
      </h2>
      {tickets.length === 0 ? (
        <Empty title={t('way.emptyTitle')} hint={t('way.empty')} />
      ) : (
        <ul className="crew-cards">
          {tickets.map((ticket) => (
            <li key={ticket.key}>
              <UnderWayCard crewTicket={ticket} user={user} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the duty person enters here; accepting and dispatching are elsewhere. */
const OFFERED = ['declare', 'record', 'return'] as const satisfies readonly DeskAction[];
type Offered = (typeof OFFERED)[number];

function UnderWayCard({ crewTicket, user }: { readonly crewTicket: CrewTicket; readonly user: User }): ReactNode {
  const { t } = useTranslation(['crew', 'words']);
  const time = useTime();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const [opened, setOpened] = useState<Offered | null>(null);
  const { view, leg } = crewTicket;
  const { ticket, phase, hop, promise } = view;
  const possible = actionsFor(ticket, user);
  const labels = { declare: t('crew:way.phone'), record: t('crew:way.record'), return: t('crew:way.return') };
  const close = (): void => setOpened(null);
  return (
    <article
      className="crew-card"
      aria-label={`${ticket.report.number} ${ticket.report.place.street}`}
      data-ticket={ticket.id}
      data-promise={promise.state}
    >
      <div className="crew-card-lines">
        <TicketLines ticket={ticket} />
        <LegVehicle leg={leg} />
      </div>
      <dl className="crew-clocks">
        <div>
          <dt>{t(`words:phase.${phase}`)}</dt>
          <dd className="figures">{t('crew:way.since', { time: time(sinceOf(crewTicket), 'hh:mm') })}</dd>
        </div>
        <div>
          <dt>{t('crew:way.deadline')}</dt>
          <dd>
            {hop ? (
              <Countdown deadlineAt={hop.deadline} warnBelow={MINUTE} isUnknown={isUnknown} />
            ) : (
              t('crew:way.noClock')
            )}
          </dd>
        </div>
        <div>
          <dt>{t('crew:way.promise')}</dt>
          <dd>
            <PromiseRest view={view} />
          </dd>
        </div>
      </dl>
      {hop?.segment === 'FG' && (
        <p className="quiet">{t('crew:way.latestDeparture', { time: time(promise.latestDeparture, 'hh:mm') })}</p>
      )}
      <div className="crew-card-actions">
        {OFFERED.filter((action) => possible.includes(action)).map((action) => (
          <Button key={action} label={labels[action]} onPress={() => setOpened(action)} />
        ))}
      </div>
      {opened === 'declare' && <DeclareDialog ticket={ticket} who={user} onClose={close} />}
      {opened === 'record' && <RecordDialog ticket={ticket} onClose={close} />}
      {opened === 'return' && <EndDialog ticket={ticket} how="return" who={user} onClose={close} />}
    </article>
  );
}
