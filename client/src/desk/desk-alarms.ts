import type { Identity } from '@faultline/shared/access/access.ts';
import type { Alarm } from '@faultline/shared/ticket/alarms.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { TicketView } from '../live/ticket-view.ts';

export interface DeskAlarm {
  readonly ticket: Ticket;
  readonly alarm: Alarm;
}

/** The alarms that this desk has to act on: unclaimed ones first, then by priority and age. [D2] */
export function deskAlarms(views: readonly TicketView[], who: Identity): readonly DeskAlarm[] {
  const audience = who.role === 'agent' || who.role === 'lead' ? 'service-centre' : who.departmentId;
  return views
    .flatMap(({ ticket, alarms }) =>
      alarms
        .filter((alarm) => audience !== null && alarm.audience.includes(audience))
        .map((alarm) => ({ ticket, alarm })),
    )
    .sort(
      (a, b) =>
        Number(a.alarm.acknowledged !== null) - Number(b.alarm.acknowledged !== null) ||
        a.alarm.priority - b.alarm.priority ||
        a.alarm.raisedAt - b.alarm.raisedAt,
    );
}

/** An unclaimed alarm of the first priority sounds until somebody claims it; a cleared one never does. */
export function mustSound(alarms: readonly DeskAlarm[]): boolean {
  return alarms.some(({ alarm }) => alarm.priority === 1 && alarm.acknowledged === null);
}
