import type { User } from '@faultline/shared/organisation/organisation.ts';
import { verdictOf } from '@faultline/shared/ticket/ledger.ts';
import type { Point } from '@faultline/shared/ticket/points.ts';
import type { Stamp, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useTicketView } from '../live/derived.ts';
import type { TicketView } from '../live/ticket-view.ts';
import { Button } from '../parts/button.tsx';
import { SegmentBar } from '../parts/segment-bar.tsx';
import { Empty } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { useTime } from '../text/use-time.ts';
import { ActionBar } from '../ticket/action-bar.tsx';
import { FeedbackList } from '../ticket/feedback-list.tsx';
import { useKnownNow } from '../ticket/known-now.ts';
import { useNames } from '../ticket/names.ts';
import { barOf } from '../ticket/way.ts';
import { useDesk } from './desk-store.ts';

/** The selected ticket: where it stands, whose turn it is, and what this person may do. */
export function TicketPane({ user }: { readonly user: User }): ReactNode {
  const { t } = useTranslation('desk');
  const ticketId = useDesk((state) => state.ticketId);
  const view = useTicketView(ticketId);
  if (!view)
    return ticketId === null ? (
      <Empty title={t('pane.nothingTitle')} hint={t('pane.nothingHint')} />
    ) : (
      <Gone ticketId={ticketId} />
    );
  return <SelectedTicket key={view.ticket.id} view={view} user={user} />;
}

/** Closed and cancelled tickets leave the board; their own page keeps them. */
function Gone({ ticketId }: { readonly ticketId: string }): ReactNode {
  const { t } = useTranslation('desk');
  return (
    <div className="state">
      <p className="state-title">{t('pane.goneTitle')}</p>
      <p>
        <a href={`/ticket/${encodeURIComponent(ticketId)}`}>{t('pane.gonePage')}</a>
      </p>
    </div>
  );
}

function SelectedTicket({ view, user }: { readonly view: TicketView; readonly user: User }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const { ticket, phase } = view;
  const { report } = ticket;
  const { open } = useDesk.getState();
  const openPage = (): void => void window.open(`/ticket/${encodeURIComponent(ticket.id)}`, '_blank', 'noopener');
  const feedbacks = ticket.feedbacks.filter(({ ended }) => ended === null);
  return (
    <article className="ticket-pane" aria-label={t('desk:pane.ticket', { number: report.number })}>
      <header className="ticket-head">
        <h2 className="figures">{report.number}</h2>
        <strong data-testid="phase">{t(`words:phase.${phase}`)}</strong>
        <Button label={t('desk:pane.page')} shortcut="o" onPress={openPage} />
      </header>
      <p className="ticket-place">
        {report.place.street} <span className="quiet">{report.place.area}</span> ·{' '}
        {t(`words:areaClass.${report.areaClass}`)}
      </p>
      <p>
        <strong>{t(`words:faultClass.${report.faultClass}`)}</strong> {report.faultText}
      </p>
      <Clocks view={view} isUnknown={isUnknown} />
      <ActionBar ticket={ticket} who={user} onIssue={() => open('issue')} onDispatch={() => open('dispatch')} />
      <Delivery ticket={ticket} />
      <SmallBar ticket={ticket} />
      {feedbacks.length > 0 && (
        <section aria-label={t('desk:queue.calls')}>
          <h3>{t('desk:queue.calls')}</h3>
          <FeedbackList feedbacks={feedbacks} names={names} />
        </section>
      )}
    </article>
  );
}

function Clocks({ view, isUnknown }: { readonly view: TicketView; readonly isUnknown: boolean }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const time = useTime();
  const { hop, promise, ticket } = view;
  const hasDeparted = ticket.legs.at(-1)?.ending === null && ticket.legs.at(-1)?.G != null;
  return (
    <dl className="clocks">
      {hop && (
        <div data-budget={isUnknown ? undefined : (view.budgetState ?? undefined)}>
          <dt>
            {hop.segment} {t(`words:segment.${hop.segment}`)} · {names.party(hop.party)}
          </dt>
          <dd>
            <Countdown deadlineAt={hop.deadline} isUnknown={isUnknown} />
          </dd>
        </div>
      )}
      <div data-promise={isUnknown ? undefined : promise.state}>
        <dt>
          {t('words:promise.label')} {time(promise.due, 'hh:mm')}
        </dt>
        <dd>
          {hop ? <Countdown deadlineAt={promise.due} isUnknown={isUnknown} /> : t(`words:promise.${promise.state}`)}
        </dd>
      </div>
      {hop && !hasDeparted && (
        <div>
          <dt>{t('words:latestDeparture')}</dt>
          <dd className="figures">{time(promise.latestDeparture, 'hh:mm:ss')}</dd>
        </div>
      )}
    </dl>
  );
}

/** Sent, delivered, accepted: each step is seen the moment it happens. */
function Delivery({ ticket }: { readonly ticket: Ticket }): ReactNode {
  const { t } = useTranslation(['desk', 'words']);
  const names = useNames();
  const issue = ticket.issues.at(-1);
  const leg = ticket.legs.at(-1);
  const isLegOfIssue = leg !== undefined && leg.issueNo === issue?.no;
  if (!issue) return null;
  return (
    <section className="delivery" aria-label={t('desk:pane.delivery')}>
      <h3>
        {names.department(issue.centreId)}
        {issue.ending && <em> {t(`words:ending.${issue.ending.how}`)}</em>}
      </h3>
      <ol className="steps">
        <Step point="B" stamp={issue.B} />
        <Step point="C" stamp={issue.C} />
        <li className="step" data-done={issue.taken !== null || undefined}>
          <strong />
          <span>{t('words:event.taken')}</span>
          <Moment at={issue.taken?.at ?? null} />
        </li>
      </ol>
      {isLegOfIssue && (
        <>
          <h3>
            {names.department(leg.crewId)} · {names.vehicle(leg.vehicleId)}
            {leg.ending && <em> {t(`words:ending.${leg.ending.how}`)}</em>}
          </h3>
          {leg.supportVehicleIds.length > 0 && (
            <p className="quiet">
              {t('desk:pane.support', { vehicles: leg.supportVehicleIds.map(names.vehicle).join(', ') })}
            </p>
          )}
          <ol className="steps">
            <Step point="D" stamp={leg.D} />
            <Step point="E" stamp={leg.E} />
            <Step point="F" stamp={leg.F} />
            <Step point="G" stamp={leg.G} />
            <Step point="H" stamp={leg.H} />
          </ol>
          {leg.recallReceipt !== 'not-owed' && (
            <p className="receipt" data-owed={leg.recallReceipt === 'owed' || undefined}>
              {leg.recallReceipt === 'owed' ? t('desk:pane.receiptOwed') : t('desk:pane.receiptGiven')}
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Step({ point, stamp }: { readonly point: Point; readonly stamp: Stamp | null }): ReactNode {
  const { t } = useTranslation('words');
  return (
    <li className="step" data-done={stamp !== null || undefined} data-point={point}>
      <strong>{point}</strong>
      <span>{t(`point.${point}`)}</span>
      <Moment at={stamp?.at ?? null} />
    </li>
  );
}

function Moment({ at }: { readonly at: number | null }): ReactNode {
  const time = useTime();
  return <span className="figures">{time(at, 'hh:mm:ss')}</span>;
}

function SmallBar({ ticket }: { readonly ticket: Ticket }): ReactNode {
  const now = useKnownNow();
  const names = useNames();
  const policy = useBoard((state) => state.policies.find(({ version }) => version === ticket.policyVersion));
  if (!policy) return null;
  return <SegmentBar size="small" {...barOf(ticket, policy, verdictOf(ticket, policy, now), names.party)} />;
}
