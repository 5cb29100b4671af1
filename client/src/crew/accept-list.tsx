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
import { useRun, useRuns } from '../ticket/action-run.ts';
import { CallerPanel } from '../ticket/caller.tsx';
import { DeclareDialog } from '../ticket/declare-dialog.tsx';
import { EndDialog } from '../ticket/end-dialog.tsx';
import type { CrewTicket } from './crew-model.ts';
import { feedbackAt } from './crew-model.ts';
import { LegVehicle, PromiseRest, TicketLines } from './crew-ticket-parts.tsx';

/** What was delivered and waits for the duty person's word. */
export function AcceptList({
  tickets,
  user,
}: {
  readonly tickets: readonly CrewTicket[];
  readonly user: User;
}): ReactNode {
  const { t } = useTranslation('crew');
  return (
    <section className="crew-part" aria-labelledby="accept-title">
      <h2 id="accept-title">
        {t('accept.title')} <span className="figures">{tickets.length}</span>
      </h2>
      {tickets.length === 0 ? (
        <Empty title={t('accept.emptyTitle')} hint={t('accept.empty')} />
      ) : (
        <ul className="crew-cards">
          {tickets.map((ticket, index) => (
            <li key={ticket.key}>
              <AcceptCard crewTicket={ticket} user={user} isFirst={index === 0} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface AcceptCardProps {
  readonly crewTicket: CrewTicket;
  readonly user: User;
  /** The most urgent one answers to the keys. */
  readonly isFirst: boolean;
}

function AcceptCard({ crewTicket, user, isFirst }: AcceptCardProps): ReactNode {
  const { t } = useTranslation(['crew', 'words', 'ticket']);
  const { view, leg } = crewTicket;
  const { ticket } = view;
  const { number } = ticket.report;
  const [opened, setOpened] = useState<'return' | 'declare' | null>(null);
  const isBusy = useRuns((state) => state.busyTicketId === ticket.id);
  const run = useRun();
  const accept = (): void => {
    void run(ticket, { type: 'accept', legNo: leg.no }, { doneText: t('crew:accept.done', { number }) });
  };
  const close = (): void => setOpened(null);
  return (
    <article className="crew-card" aria-label={`${number} ${ticket.report.place.street}`} data-ticket={ticket.id}>
      <div className="crew-card-lines">
        <TicketLines ticket={ticket} />
        <LegVehicle leg={leg} />
      </div>
      <Clocks crewTicket={crewTicket} />
      <div className="crew-card-actions">
        <Button
          label={t('words:command.accept')}
          name={t('crew:accept.do', { number })}
          kind="main"
          size="large"
          isBusy={isBusy}
          {...(isFirst ? { shortcut: 'a' } : {})}
          onPress={accept}
        />
        <Button label={t('crew:way.return')} onPress={() => setOpened('return')} />
        <Button label={t('crew:way.phone')} onPress={() => setOpened('declare')} />
      </div>
      <details className="crew-caller">
        <summary>{t('crew:caller')}</summary>
        <CallerPanel ticket={ticket} who={user} />
      </details>
      {opened === 'return' && <EndDialog ticket={ticket} how="return" who={user} onClose={close} />}
      {opened === 'declare' && <DeclareDialog ticket={ticket} who={user} onClose={close} />}
    </article>
  );
}

/** Two minutes to accept, four until the phone rings, and the promise behind them. [B3] [E1] */
function Clocks({ crewTicket: { view, leg } }: { readonly crewTicket: CrewTicket }): ReactNode {
  const { t } = useTranslation('crew');
  const time = useTime();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const policy = useBoard((state) => state.policies.find(({ version }) => version === view.ticket.policyVersion));
  const ringsAt = policy ? feedbackAt(leg, policy) : null;
  const isCalled = view.ticket.feedbacks.some(({ legNo, ended }) => legNo === leg.no && ended === null);
  return (
    <dl className="crew-clocks">
      <div>
        <dt>{t('accept.deadline')}</dt>
        <dd className="crew-clock-main">
          {view.hop && <Countdown deadlineAt={view.hop.deadline} warnBelow={MINUTE} isUnknown={isUnknown} />}
        </dd>
      </div>
      <div>
        <dt>{t('accept.feedback')}</dt>
        <dd>
          {isCalled ? (
            <strong className="crew-called">{t('accept.called')}</strong>
          ) : (
            ringsAt !== null && <Countdown deadlineAt={ringsAt} warnBelow={MINUTE} isUnknown={isUnknown} />
          )}
        </dd>
      </div>
      <div>
        <dt>{t('way.promise')}</dt>
        <dd>
          <PromiseRest view={view} />
        </dd>
      </div>
      <div>
        <dt>{leg.E ? t('accept.received') : t('accept.sent')}</dt>
        <dd className="figures">{time(leg.E?.at ?? leg.D.at, 'hh:mm:ss')}</dd>
      </div>
    </dl>
  );
}
