import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { AlarmPriority } from '@faultline/shared/ticket/alarms.ts';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { ticketPhoneState } from '../live/phone-state.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { Button } from '../parts/button.tsx';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { Empty } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useNames } from '../ticket/names.ts';
import { useDesk } from './desk-store.ts';
import type { Queue } from './queues.ts';
import { QUEUES, queuesOf } from './queues.ts';

export interface QueuePanelProps {
  readonly views: readonly TicketView[];
  readonly user: User;
}

type ViewsByQueue = Readonly<Record<Queue, readonly TicketView[]>>;

/** What waits, queue by queue, the most urgent first. */
export function QueuePanel({ views, user }: QueuePanelProps): ReactNode {
  const { t } = useTranslation('desk');
  const byQueue = useMemo(() => sortIntoQueues(views, user), [views, user]);
  const queue = useDesk((state) => state.queue);
  const ticketId = useDesk((state) => state.ticketId);
  const shown = byQueue[queue];
  const select = (view: TicketView | undefined): void => {
    if (view)
      useDesk.setState({ ticketId: view.ticket.id, pane: queue === 'calls' ? 'calls' : 'ticket', vehicleId: null });
  };
  const openRow = (view: TicketView): void => {
    select(view);
    useDesk.getState().choose({ part: 'work' });
  };
  const at = shown.findIndex(({ ticket }) => ticket.id === ticketId);
  return (
    <section className="queues" aria-label={t('part.queues')}>
      <QueueSwitch byQueue={byQueue} />
      <div className="list-tools">
        <h2>
          {t(`queue.${queue}`)} <span className="count figures">{shown.length}</span>
        </h2>
        <Button label="↑" name={t('list.previous')} shortcut="k" onPress={() => select(shown[Math.max(0, at - 1)])} />
        <Button
          label="↓"
          name={t('list.next')}
          shortcut="j"
          onPress={() => select(shown[Math.min(shown.length - 1, at + 1)])}
        />
      </div>
      <div className="list">
        <VirtualList
          label={t(`queue.${queue}`)}
          items={shown}
          keyOf={({ ticket }) => ticket.id}
          render={(view) => <TicketRow view={view} />}
          rowHeight={4.1}
          selectedKey={ticketId}
          onSelect={openRow}
          empty={<Empty title={t('queue.emptyTitle')} hint={t(`queue.empty.${queue}`)} />}
        />
      </div>
    </section>
  );
}

function sortIntoQueues(views: readonly TicketView[], user: User): ViewsByQueue {
  const byQueue: Record<Queue, TicketView[]> = {
    'to-issue': [],
    'not-taken': [],
    'to-dispatch': [],
    'under-way': [],
    calls: [],
    recalls: [],
    'to-close': [],
    all: [],
  };
  for (const view of views) for (const queue of queuesOf(view.ticket, user)) byQueue[queue].push(view);
  return byQueue;
}

function QueueSwitch({ byQueue }: { readonly byQueue: ViewsByQueue }): ReactNode {
  const { t } = useTranslation('desk');
  const queue = useDesk((state) => state.queue);
  const pane = useDesk((state) => state.pane);
  // While a vehicle is being chosen the figures belong to the vehicles.
  const areFiguresFree = pane !== 'dispatch' && pane !== 'issue';
  const choose = (next: Queue): void => {
    useDesk.setState({ queue: next });
    if (next === 'calls') useDesk.setState({ pane: 'calls' });
  };
  return (
    <nav className="queue-switch" aria-label={t('queue.label')}>
      {QUEUES.map((candidate, index) => (
        <Button
          key={candidate}
          label={
            <span className="queue-label">
              <span>{t(`queue.${candidate}`)}</span>
              <WorstMark views={candidate === 'all' ? [] : byQueue[candidate]} />
              <span className="count figures">{byQueue[candidate].length}</span>
            </span>
          }
          {...(areFiguresFree ? { shortcut: String(index + 1) } : {})}
          isPressed={candidate === queue}
          onPress={() => choose(candidate)}
        />
      ))}
    </nav>
  );
}

function WorstMark({ views }: { readonly views: readonly TicketView[] }): ReactNode {
  const worst = worstOf(views.map(({ alarms }) => alarms[0]?.priority ?? null));
  return worst ? <PriorityMark priority={worst} isShort /> : null;
}

function worstOf(priorities: readonly (AlarmPriority | null)[]): AlarmPriority | null {
  return priorities.reduce((worst, next) => (next !== null && (worst === null || next < worst) ? next : worst), null);
}

function TicketRow({ view }: { readonly view: TicketView }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const { ticket, hop, phase, promise, alarms, budgetState } = view;
  const worst = alarms[0];
  const phone = isUnknown ? null : ticketPhoneState(ticket);
  const isRunning = promise.state === 'running' || promise.state === 'at-risk' || promise.state === 'lost';
  return (
    <div className="row" data-budget={isUnknown ? undefined : (budgetState ?? undefined)}>
      <span className="row-mark">
        {worst && <PriorityMark priority={worst.priority} isNew={worst.acknowledged === null && !isUnknown} isShort />}
      </span>
      <span className="row-number figures">{ticket.report.number}</span>
      <span className="row-street">
        {ticket.report.place.street} <span className="quiet">{ticket.report.place.area}</span>
      </span>
      <span className="row-hop">
        {hop && (
          <>
            <abbr className="segment" title={t(`words:segment.${hop.segment}`)}>
              {hop.segment}
            </abbr>
            <Countdown deadlineAt={hop.deadline} isUnknown={isUnknown} />
          </>
        )}
      </span>
      <span className="row-phase">
        {t(`words:phase.${phase}`)} {phone && <PhoneMark state={phone} isShort />}
        {hop && <span className="quiet"> {names.party(hop.party)}</span>}
      </span>
      <span className="row-promise" data-promise={isUnknown ? undefined : promise.state}>
        {hop && isRunning ? (
          <>
            {t('desk:list.promise')} <Countdown deadlineAt={promise.due} isUnknown={isUnknown} />
          </>
        ) : (
          t(`words:promise.${promise.state}`)
        )}
      </span>
    </div>
  );
}
