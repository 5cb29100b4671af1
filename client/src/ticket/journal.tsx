import type { Aftermath, Evidence, Point } from '@faultline/shared/ticket/points.ts';
import { AFTERMATH } from '@faultline/shared/ticket/points.ts';
import type { TicketEvent } from '@faultline/shared/ticket/ticket.ts';
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
  readonly names: Names;
}

/** One event: when the server wrote it, what it was, by whom, and what it said. [A1] */
export function JournalLine({ row, names }: JournalLineProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const details = detailsOf(row.event, { t, names, time }).filter((part) => part !== '');
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
    case 'call-recorded':
      return [event.attempt.contactName, t(`words:callOutcome.${event.attempt.outcome}`), event.attempt.note];
    case 'alarm-acknowledged':
      return [];
  }
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
