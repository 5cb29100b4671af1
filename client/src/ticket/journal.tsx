import type { Aftermath, Evidence, Point } from '@faultline/shared/ticket/points.ts';
import { AFTERMATH } from '@faultline/shared/ticket/points.ts';
import type { Callee, Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimeShape } from '../text/format.ts';
import { useTime } from '../text/use-time.ts';
import type { Names } from './names.ts';

export interface JournalLineProps {
  readonly row: Extract<JournalRow, { kind: 'ticket' }>;
  /** The ticket that these rows have made: it knows whom a call was to. */
  readonly ticket: Ticket;
  readonly names: Names;
}

/** One event: when the server wrote it, what it was, by whom, and what it said. [A1] */
export function JournalLine({ row, ticket, names }: JournalLineProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const details = detailsOf(row.event, { t, names, time, ticket }).filter((part) => part !== '');
  return (
    <li className="journal-line">
      <time className="figures" dateTime={new Date(row.recordedAt).toISOString()}>
        {time(row.recordedAt, 'MM-DD hh:mm')}
        <span className="journal-seconds">{time(row.recordedAt, 'hh:mm:ss').slice(5)}</span>
      </time>
      <strong>{t(`words:event.${row.event.type}`)}</strong>
      <span className="journal-by">{names.actor(row.by)}</span>
      {details.length > 0 && <span className="journal-details">{details.join(' · ')}</span>}
    </li>
  );
}

interface Telling {
  readonly t: TFunction<['ticket', 'words']>;
  readonly names: Names;
  readonly ticket: Ticket;
  readonly time: (at: Instant | null, shape: TimeShape) => string;
}

function detailsOf(event: TicketEvent, telling: Telling): readonly string[] {
  const { t, names, time } = telling;
  switch (event.type) {
    case 'opened':
      return [
        event.report.place.street,
        event.report.faultText,
        event.report.isFromPaper ? t('ticket:fromPaper') : '',
        happened(event.A, telling),
      ];
    case 'issued':
      return [names.department(event.centreId), happened(event.B, telling)];
    case 'delivered-to-centre':
      return [happened(event.C, telling)];
    case 'taken':
      return [];
    case 'dispatched':
      return [
        names.department(event.crewId),
        names.vehicle(event.vehicleId),
        ...event.supportVehicleIds.map((id) => t('ticket:support', { vehicle: names.vehicle(id) })),
        happened(event.D, telling),
      ];
    case 'delivered-to-crew':
      return [happened(event.E, telling)];
    case 'accepted':
      return [happened(event.F, telling)];
    case 'departed':
      return [happened(event.G, telling)];
    case 'arrived':
      return [happened(event.H, telling)];
    case 'cleared':
    case 'closed':
    case 'recall-confirmed':
      return [happened(event.stamp, telling)];
    case 'recorded':
      return [event.record.found, event.record.done];
    case 'returned':
    case 'recalled':
      return [t(`ticket:target.${event.target}`, { no: event.no }), t(`words:endReason.${event.reason}`), event.text];
    case 'cancelled':
      return [t(`words:cancelReason.${event.reason}`), event.text];
    case 'corrected':
      return [`${event.point} ${time(event.was.at, 'hh:mm:ss')} → ${time(event.now.at, 'hh:mm:ss')}`, event.reason];
    case 'contradicted':
      return contradictionDetails(event.contradiction, telling);
    case 'duty-fired':
      return [
        isDuty(event.kind) ? t(`words:duty.${event.kind}`) : event.kind,
        t('ticket:dueAt', { time: time(event.dueAt, 'hh:mm:ss') }),
      ];
    case 'feedback-raised':
      return [t(`words:feedback.${event.kind}`), names.department(event.departmentId)];
    case 'call-placed':
    case 'call-answered':
    case 'call-ended':
    case 'call-recorded':
    case 'ladder-spent':
    case 'calls-held':
    case 'calls-released':
      return callDetails(event, telling);
    case 'alarm-acknowledged':
      return [];
  }
}

type CallEvent = Extract<
  TicketEvent,
  {
    type:
      | 'call-placed'
      | 'call-answered'
      | 'call-ended'
      | 'call-recorded'
      | 'ladder-spent'
      | 'calls-held'
      | 'calls-released';
  }
>;

function callDetails(event: CallEvent, telling: Telling): readonly string[] {
  const { t, names, time } = telling;
  switch (event.type) {
    case 'call-placed':
      return [
        t('ticket:attempt.step', { no: event.step + 1 }),
        calleeText(event.callee, telling),
        event.callee.number,
        names.line(event.line),
        event.text,
      ];
    case 'call-answered':
      return [calledName(event, telling)];
    case 'call-ended':
      return [
        calledName(event, telling),
        t(`words:callOutcome.${event.outcome}`),
        event.pressed === null ? '' : t('ticket:attempt.pressed', { key: event.pressed }),
        event.code === '' ? '' : names.callCode(event.code),
        event.note,
      ];
    case 'call-recorded':
      return [calleeText(event.callee, telling), t(`words:callOutcome.${event.outcome}`), event.note];
    case 'ladder-spent':
      return [t('ticket:ladder.round', { round: event.round })];
    case 'calls-held':
      return [t('ticket:ladder.until', { time: time(event.until, 'hh:mm:ss') })];
    case 'calls-released':
      return [];
  }
}

/** Who he is, his place on the duty list, and how he was found there. */
function calleeText({ contactName, contactRole, foundBy }: Callee, { t, names }: Telling): string {
  const found = foundBy === null ? '' : t(`words:foundBy.${foundBy}`);
  return [contactName || t('ticket:attempt.nobody'), names.contactRole(contactRole), found].filter(Boolean).join(' ');
}

/** Later events of a call name only the call. */
function calledName({ key, callId }: { readonly key: string; readonly callId: string }, telling: Telling): string {
  const feedback = telling.ticket.feedbacks.find((candidate) => candidate.key === key);
  return feedback?.attempts.find((attempt) => attempt.callId === callId)?.contactName ?? '';
}

function contradictionDetails(
  { point, claimed, because }: Extract<TicketEvent, { type: 'contradicted' }>['contradiction'],
  { t, time }: Telling,
): readonly string[] {
  return [
    isAftermath(point) ? t(`words:aftermath.${point}`) : point,
    time(claimed.at, 'hh:mm:ss'),
    t(`words:contradiction.${because}`),
  ];
}

/** A stamp's own time is told where it is not the time at which the server wrote it. [T4] */
function happened(
  stamp: { readonly at: Instant; readonly receivedAt: Instant; readonly evidence: Evidence },
  { t, time }: Telling,
): string {
  const evidence = t(`words:evidence.${stamp.evidence}`);
  return stamp.at === stamp.receivedAt
    ? evidence
    : `${t('ticket:happenedAt', { time: time(stamp.at, 'hh:mm:ss') })} · ${evidence}`;
}

function isAftermath(point: Point | Aftermath): point is Aftermath {
  return AFTERMATH.some((known) => known === point);
}

const DUTIES = [
  'budget-warn',
  'budget-late',
  'feedback',
  'promise-at-risk',
  'promise-lost',
  'recall-unconfirmed',
] as const;

function isDuty(kind: string): kind is (typeof DUTIES)[number] {
  return DUTIES.some((known) => known === kind);
}
