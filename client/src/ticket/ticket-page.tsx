import { can } from '@faultline/shared/access/access.ts';
import type { PromiseState } from '@faultline/shared/ticket/clocks.ts';
import { verdictOf } from '@faultline/shared/ticket/ledger.ts';
import { AFTERMATH } from '@faultline/shared/ticket/points.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue, openLeg, phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { TicketAnswer } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { SegmentBar } from '../parts/segment-bar.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { Countdown } from '../parts/time-marks.tsx';
import { span } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import { ActionBar } from './action-bar.tsx';
import { CallerPanel } from './caller.tsx';
import { FeedbackList } from './feedback-list.tsx';
import { JournalLine } from './journal.tsx';
import { useKnownNow } from './known-now.ts';
import { LedgerTable } from './ledger-table.tsx';
import type { Names } from './names.ts';
import { useNames } from './names.ts';
import { PointsTable } from './points-table.tsx';
import { useRefusalText } from './refusal-text.ts';
import { useTicket } from './use-ticket.ts';
import { barOf } from './way.ts';

export function TicketPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useTranslation('ticket');
  const { answer, ticket, refusal, retry } = useTicket(id);
  const policies = useBoard((state) => state.policies);
  const refusalText = useRefusalText();
  const policy = ticket && policies.find(({ version }) => version === ticket.policyVersion);
  if (ticket && policy) return <TicketSheet ticket={ticket} policy={policy} answer={answer} />;
  if (refusal === null) return <Loading />;
  if (refusal.code === 'ticket-unknown' || refusal.code === 'not-found') {
    return (
      <div className="state">
        <p className="state-title">{refusalText(refusal)}</p>
        <p>
          <a href="/ticket">{t('shell.search')}</a>
        </p>
      </div>
    );
  }
  return <Failed hint={refusalText(refusal)} onRetry={retry} />;
}

interface SheetProps {
  readonly ticket: Ticket;
  readonly policy: Policy;
  readonly answer: TicketAnswer | null;
}

function TicketSheet({ ticket, policy, answer }: SheetProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const now = useKnownNow();
  const names = useNames(answer?.names);
  const user = useBoard((state) => state.session?.user ?? null);
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const verdict = verdictOf(ticket, policy, now);
  if (!user) return null;
  const deskOf = (pane: string): string => `/desk?ticket=${encodeURIComponent(ticket.id)}&pane=${pane}`;
  return (
    <article className="sheet" aria-label={t('ticket:sheet', { number: ticket.report.number })}>
      <SheetHead ticket={ticket} promise={verdict.promise} names={names} isUnknown={isUnknown} />
      <ActionBar
        ticket={ticket}
        who={user}
        onIssue={() => location.assign(deskOf('issue'))}
        onDispatch={() => location.assign(deskOf('dispatch'))}
      />
      <section aria-label={t('ticket:way')}>
        <h2>{t('ticket:way')}</h2>
        <SegmentBar {...barOf(ticket, policy, verdict, names.party)} />
      </section>
      <section>
        <h2>{t('ticket:ledger.title')}</h2>
        <LedgerTable hops={verdict.hops} names={names} />
        <OverspendSum sums={verdict.overspendByParty} names={names} />
      </section>
      <section>
        <h2>{t('ticket:points.title')}</h2>
        <PointsTable ticket={ticket} who={user} names={names} />
        <Aftermath ticket={ticket} />
      </section>
      {ticket.contradictions.length > 0 && <Contradictions ticket={ticket} />}
      <section>
        <h2>{t('ticket:feedbacks.title')}</h2>
        <FeedbackList feedbacks={ticket.feedbacks} names={names} />
      </section>
      <section>
        <h2>{t('ticket:record.heading')}</h2>
        <FaultRecord ticket={ticket} />
      </section>
      {can(user.role, 'caller.read') && (
        <section className="screen-only">
          <h2>{t('ticket:caller.title')}</h2>
          <CallerPanel ticket={ticket} who={user} />
        </section>
      )}
      <section>
        <h2>{t('ticket:journal.title')}</h2>
        <Journal answer={answer} names={names} />
      </section>
    </article>
  );
}

interface HeadProps {
  readonly ticket: Ticket;
  readonly promise: PromiseState;
  readonly names: Names;
  readonly isUnknown: boolean;
}

function SheetHead({ ticket, promise, names, isUnknown }: HeadProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const { report } = ticket;
  const phase = phaseOf(ticket);
  const isRunning =
    promise.state === 'running' ||
    promise.state === 'at-risk' ||
    (promise.state === 'lost' && isOpen(ticket) && !openLeg(ticket)?.H);
  const leg = openLeg(ticket);
  const issue = openIssue(ticket);
  return (
    <header className="sheet-head">
      <div className="sheet-title">
        <h2 className="figures">{report.number}</h2>
        <p className="sheet-phase" data-phase={phase}>
          {t(`words:phase.${phase}`)}
        </p>
        {ticket.cancelled && (
          <p>
            {t(`words:cancelReason.${ticket.cancelled.reason}`)} {ticket.cancelled.text}
          </p>
        )}
        {report.isFromPaper && <p className="tag">{t('ticket:fromPaper')}</p>}
      </div>
      <p className="sheet-place">
        {report.place.street} <span className="quiet">{report.place.area}</span> ·{' '}
        {t(`words:areaClass.${report.areaClass}`)}
      </p>
      <p>
        <strong>{t(`words:faultClass.${report.faultClass}`)}</strong> {report.faultText}
      </p>
      <dl className="facts">
        <Fact term={t('words:promise.label')}>
          <span className="promise" data-promise={promise.state}>
            {t(`words:promise.${promise.state}`)}
          </span>
        </Fact>
        <Fact term={t('ticket:promiseDue')}>{time(promise.due, 'hh:mm:ss')}</Fact>
        <Fact term={t('words:remaining')}>
          {isRunning ? (
            <Countdown deadlineAt={promise.due} isUnknown={isUnknown} />
          ) : (
            <span className="figures">{span(promise.remaining)}</span>
          )}
        </Fact>
        <Fact term={t('words:latestDeparture')}>
          {leg?.G ? t('ticket:departed') : time(promise.latestDeparture, 'hh:mm:ss')}
        </Fact>
        <Fact term={t('words:point.A')}>{time(ticket.A.at, 'MM-DD hh:mm')}</Fact>
        {issue && <Fact term={t('words:repairCentre')}>{names.department(issue.centreId)}</Fact>}
        {leg && <Fact term={t('words:crew')}>{names.department(leg.crewId)}</Fact>}
        {leg && <Fact term={t('words:vehicle')}>{names.vehicle(leg.vehicleId)}</Fact>}
        <Fact term={t('ticket:policy')}>{t('ticket:policyVersion', { version: ticket.policyVersion })}</Fact>
      </dl>
    </header>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="figures">{children}</dd>
    </div>
  );
}

interface OverspendSumProps {
  readonly sums: ReturnType<typeof verdictOf>['overspendByParty'];
  readonly names: Names;
}

function OverspendSum({ sums, names }: OverspendSumProps): ReactNode {
  const { t } = useTranslation('ticket');
  if (sums.length === 0) return <p className="quiet">{t('ledger.noOverspend')}</p>;
  return (
    <p>
      {t('ledger.sum')}{' '}
      {sums.map(({ party, overspend }) => `${names.party(party)} ${span(overspend)}`).join(t('ledger.separator'))}
    </p>
  );
}

function Aftermath({ ticket }: { readonly ticket: Ticket }): ReactNode {
  const { t } = useTranslation('words');
  const time = useTime();
  const when = (name: (typeof AFTERMATH)[number]): Instant | null => ticket[name]?.at ?? null;
  return (
    <dl className="facts">
      {AFTERMATH.map((name) => (
        <Fact key={name} term={t(`aftermath.${name}`)}>
          {time(when(name), 'MM-DD hh:mm')}
        </Fact>
      ))}
    </dl>
  );
}

function Contradictions({ ticket }: { readonly ticket: Ticket }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  return (
    <section>
      <h2>{t('ticket:contradictions.title')}</h2>
      <p className="quiet">{t('ticket:contradictions.hint')}</p>
      <ul>
        {ticket.contradictions.map(({ point, legNo, claimed, because }) => (
          <li key={`${point} ${legNo} ${claimed.claimedAt}`}>
            <strong>
              {point === 'cleared' || point === 'recorded' || point === 'closed'
                ? t(`words:aftermath.${point}`)
                : point}
            </strong>{' '}
            <span className="figures">{time(claimed.claimedAt, 'hh:mm:ss')}</span> ·{' '}
            {t(`words:contradiction.${because}`)} · {t(`words:evidence.${claimed.evidence}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function FaultRecord({ ticket }: { readonly ticket: Ticket }): ReactNode {
  const { t } = useTranslation('ticket');
  const record = ticket.recorded?.record;
  if (!record) return <p className="quiet">{t('record.none')}</p>;
  return (
    <dl className="facts facts-wide">
      <div>
        <dt>{t('record.found')}</dt>
        <dd>{record.found}</dd>
      </div>
      <div>
        <dt>{t('record.cause')}</dt>
        <dd>{record.cause}</dd>
      </div>
      <div>
        <dt>{t('record.done')}</dt>
        <dd>{record.done}</dd>
      </div>
    </dl>
  );
}

function Journal({ answer, names }: { readonly answer: TicketAnswer | null; readonly names: Names }): ReactNode {
  if (!answer) return <Loading />;
  return (
    <ol className="journal">
      {answer.journal
        .filter((row) => row.kind === 'ticket')
        .map((row) => (
          <JournalLine key={row.seq} row={row} ticket={answer.ticket} names={names} />
        ))}
    </ol>
  );
}
