import { mayCommand } from '@faultline/shared/access/access.ts';
import type { Department, User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useTicketView } from '../live/derived.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { useRun, useRuns } from '../ticket/action-run.ts';
import { useNames } from '../ticket/names.ts';
import { rankCentres } from './centre-proposal.ts';
import { useDesk } from './desk-store.ts';

/** To which repair centre a ticket goes: the one that serves the area is proposed first. [S1] */
export function IssuePane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation(['desk', 'ticket', 'words', 'common']);
  const names = useNames();
  const view = useTicketView(useDesk((state) => state.ticketId));
  const departments = useBoard((state) => state.departments);
  const tickets = useBoard((state) => state.tickets);
  const ticket = view?.ticket ?? null;
  const centres = useMemo(
    () => (ticket ? rankCentres(departments.values(), ticket.report.place.area, tickets.values()) : []),
    [departments, tickets, ticket],
  );
  const [chosenId, setChosenId] = useState<string | null>(null);
  const isBusy = useRuns((state) => ticket !== null && state.busyTicketId === ticket.id);
  const run = useRun();
  const { open } = useDesk.getState();
  if (!ticket || !mayCommand(user, 'issue', ticket))
    return <Empty title={t('desk:pane.nothingTitle')} hint={t('desk:pane.nothingHint')} />;
  const chosen = centres.find(({ centre }) => centre.id === chosenId) ?? centres[0];
  const issue = (centre: Department): void => {
    const doneText = t('ticket:done.issue', { number: ticket.report.number });
    void run(ticket, { type: 'issue', centreId: centre.id }, { doneText, onDone: () => open('ticket') });
  };
  return (
    <section className="choice-pane" aria-label={t('words:command.issue')}>
      <header className="ticket-head">
        <h2>{t('desk:issue.title', { number: ticket.report.number })}</h2>
        <Button label={t('common:action.back')} shortcut="q" onPress={() => open('ticket')} />
      </header>
      <p>
        {ticket.report.place.street} <span className="quiet">{ticket.report.place.area}</span> ·{' '}
        {t(`words:faultClass.${ticket.report.faultClass}`)}
      </p>
      {centres.length === 0 ? (
        <Empty title={t('desk:issue.noneTitle')} hint={t('desk:issue.noneHint')} />
      ) : (
        <fieldset className="options">
          <legend className="hidden-text">{t('desk:issue.choose')}</legend>
          {centres.map(({ centre, servesArea, openTickets }, index) => (
            <div key={centre.id} className="option" data-chosen={centre === chosen?.centre || undefined}>
              <Button
                label={names.of(centre.name)}
                {...(index < 9 ? { shortcut: String(index + 1) } : {})}
                isPressed={centre === chosen?.centre}
                onPress={() => setChosenId(centre.id)}
              />
              <span>
                {servesArea
                  ? t('desk:issue.servesArea', { area: ticket.report.place.area })
                  : t('desk:issue.otherArea', { areas: centre.areas.join(' ') })}
                {' · '}
                {t('desk:issue.load', { count: openTickets })}
              </span>
            </div>
          ))}
        </fieldset>
      )}
      {chosen && (
        <Button
          label={t('desk:issue.confirm', { centre: names.of(chosen.centre.name) })}
          kind="main"
          shortcut="Ctrl+Enter"
          isBusy={isBusy}
          onPress={() => issue(chosen.centre)}
        />
      )}
    </section>
  );
}
