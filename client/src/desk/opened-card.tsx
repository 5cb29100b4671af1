import { mayCommand } from '@faultline/shared/access/access.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useFromNow } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { useRun, useRuns } from '../ticket/action-run.ts';
import { actionsFor } from '../ticket/possible-actions.ts';
import { useDesk } from './desk-store.ts';

export interface OpenedTicket {
  readonly id: string;
  readonly number: string;
  readonly openedAt: Instant;
}

/** A slip is noticed at once or not at all; later the ticket is cancelled with its own dialog. */
const UNDO_WITHIN = MINUTE;

export interface OpenedCardProps {
  readonly opened: OpenedTicket;
  readonly user: User;
  readonly onUndone: () => void;
}

/** The ticket that was just opened: its number for the caller, the way on, and for a minute the way back. */
export function OpenedCard({ opened, user, onUndone }: OpenedCardProps): ReactNode {
  const { t } = useTranslation(['desk', 'ticket', 'words']);
  const ticket = useBoard((state) => state.tickets.get(opened.id) ?? null);
  const undoUntil = opened.openedAt + UNDO_WITHIN;
  const isInTime = useFromNow((now) => now < undoUntil);
  const isBusy = useRuns((state) => state.busyTicketId === opened.id);
  const run = useRun();
  const { open } = useDesk.getState();
  const canUndo = ticket !== null && isInTime && ticket.issues.length === 0 && mayCommand(user, 'cancel', ticket);
  const undo = (): void => {
    if (!ticket) return;
    const doneText = t('desk:opened.undone', { number: opened.number });
    void run(ticket, { type: 'cancel', reason: 'mistake', text: '' }, { doneText, onDone: onUndone });
  };
  return (
    <section className="opened" role="status" aria-label={t('desk:opened.title', { number: opened.number })}>
      <p>{t('desk:opened.title', { number: opened.number })}</p>
      <div className="choices">
        <Button label={t('desk:opened.show')} onPress={() => open('ticket', opened.id)} />
        {ticket && actionsFor(ticket, user).includes('issue') && (
          <Button label={t('words:command.issue')} kind="main" onPress={() => open('issue', opened.id)} />
        )}
        {canUndo && (
          <Button
            label={
              <>
                {t('desk:opened.undo')} <Countdown deadlineAt={undoUntil} />
              </>
            }
            name={t('desk:opened.undo')}
            kind="danger"
            isBusy={isBusy}
            onPress={undo}
          />
        )}
      </div>
    </section>
  );
}
