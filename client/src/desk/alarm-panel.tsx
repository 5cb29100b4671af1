import type { Alarm } from '@faultline/shared/ticket/alarms.ts';
import { ACKNOWLEDGEMENT_HOLDS } from '@faultline/shared/ticket/alarms.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { ticketPhoneState } from '../live/phone-state.ts';
import { Button } from '../parts/button.tsx';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { Empty } from '../parts/states.tsx';
import { Age, Countdown } from '../parts/time-marks.tsx';
import { useRun, useRuns } from '../ticket/action-run.ts';
import { useNames } from '../ticket/names.ts';
import type { DeskAlarm } from './desk-alarms.ts';
import { useDesk } from './desk-store.ts';

/** More rows than this cannot be worked off by looking at them; the rest is counted. */
const MOST_SHOWN = 60;

/** What somebody has to act on; it leaves the list when its cause is gone, and only then. [D2] */
export function AlarmPanel({ alarms }: { readonly alarms: readonly DeskAlarm[] }): ReactNode {
  const { t } = useTranslation('desk');
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const firstNew = alarms.find(({ alarm }) => alarm.acknowledged === null);
  const newCount = alarms.filter(({ alarm }) => alarm.acknowledged === null).length;
  return (
    <section className="alarms" aria-label={t('part.alarms')}>
      <h2>
        {t('part.alarms')}{' '}
        <span className="count figures">{t('alarm.counts', { open: newCount, all: alarms.length })}</span>
      </h2>
      {alarms.length === 0 ? (
        <Empty
          title={t(isUnknown ? 'alarm.unknownTitle' : 'alarm.emptyTitle')}
          hint={t(isUnknown ? 'alarm.unknownHint' : 'alarm.emptyHint')}
        />
      ) : (
        <ul className="alarm-list">
          {alarms.slice(0, MOST_SHOWN).map((entry) => (
            <AlarmRow
              key={`${entry.ticket.id} ${entry.alarm.key}`}
              ticket={entry.ticket}
              alarm={entry.alarm}
              isFirst={entry === firstNew}
            />
          ))}
          {alarms.length > MOST_SHOWN && (
            <li className="quiet">{t('alarm.more', { count: alarms.length - MOST_SHOWN })}</li>
          )}
        </ul>
      )}
    </section>
  );
}

interface AlarmRowProps {
  readonly ticket: Ticket;
  readonly alarm: Alarm;
  readonly isFirst: boolean;
}

function AlarmRow({ ticket, alarm, isFirst }: AlarmRowProps): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const run = useRun();
  const isBusy = useRuns((state) => state.busyTicketId === ticket.id);
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const { acknowledged } = alarm;
  const what = alarm.feedbackKind ? t(`words:feedback.${alarm.feedbackKind}`) : t(`words:duty.${alarm.kind}`);
  const isSpent = alarm.feedbackKind !== null && alarm.priority === 1;
  const phone = ticketPhoneState(ticket);
  const claim = (): void => {
    void run(
      ticket,
      { type: 'acknowledge-alarm', key: alarm.key },
      { doneText: t('desk:alarm.done', { number: ticket.report.number }) },
    );
  };
  return (
    <li className="alarm" data-acknowledged={acknowledged !== null || undefined}>
      <PriorityMark priority={alarm.priority} isNew={acknowledged === null && !isUnknown} isShort />
      <button type="button" className="alarm-what" onClick={() => useDesk.getState().open('ticket', ticket.id)}>
        <span>
          <strong>{what}</strong>
          {isSpent && <strong className="warning">{t('words:ladderState.exhausted')}</strong>}
          {alarm.segment && <span className="segment">{alarm.segment}</span>}
          <Age at={alarm.raisedAt} />
        </span>
        <span>
          <span className="figures">{ticket.report.number}</span> {ticket.report.place.street}{' '}
          {phone && !isUnknown && <PhoneMark state={phone} isShort />}
        </span>
      </button>
      {acknowledged ? (
        <span className="alarm-claim">
          {t('desk:alarm.claimed', { who: names.actor(acknowledged.by) })}{' '}
          <Countdown deadlineAt={acknowledged.at + ACKNOWLEDGEMENT_HOLDS} isUnknown={isUnknown} />
        </span>
      ) : (
        <Button
          label={t('words:alarm.acknowledge')}
          name={t('desk:alarm.acknowledge', { number: ticket.report.number, what })}
          {...(isFirst ? { shortcut: 'a' } : {})}
          isBusy={isBusy}
          onPress={claim}
        />
      )}
    </li>
  );
}
