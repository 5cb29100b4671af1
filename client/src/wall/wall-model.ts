import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { Alarm, AlarmPriority } from '@faultline/shared/ticket/alarms.ts';
import type { Segment } from '@faultline/shared/ticket/points.ts';
import { SEGMENTS } from '@faultline/shared/ticket/points.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { phoneStateOf } from '../live/phone-state.ts';
import type { TicketView } from '../live/ticket-view.ts';
import type { MapTicket } from '../map/ticket-layer.ts';

/** A ticket that a crew is repairing has left the last segment; it stands where it arrived. */
export const ON_SITE_LETTER = 'H';

/** The department that has the ticket in its hands; `null` is the service centre, which a district has one of. */
export function holderOf(ticket: Ticket): string | null {
  return openLeg(ticket)?.crewId ?? openIssue(ticket)?.centreId ?? null;
}

/** Somebody is on his way to it or at work on it; a repaired or cancelled ticket draws nobody to its place any more. */
function isInTheField({ hop, phase }: TicketView): boolean {
  return hop !== null || phase === 'arrived';
}

/** On the map a segment is named by the point that it begins with. */
export function mapTicketsOf(views: readonly TicketView[]): readonly MapTicket[] {
  return views.filter(isInTheField).map(({ ticket, hop, alarms }) => ({
    id: ticket.id,
    lon: ticket.report.place.lon,
    lat: ticket.report.place.lat,
    priority: alarms[0]?.priority ?? null,
    letter: hop?.segment.slice(0, 1) ?? ON_SITE_LETTER,
    label: ticket.report.place.street,
  }));
}

export interface SegmentCount {
  readonly segment: Segment | typeof ON_SITE_LETTER;
  readonly count: number;
  readonly late: number;
}

/** How many tickets lie in each segment, in the order of the way, and how many are being repaired. */
export function segmentCountsOf(views: readonly TicketView[]): readonly SegmentCount[] {
  const places: readonly SegmentCount['segment'][] = [...SEGMENTS, ON_SITE_LETTER];
  const counts = new Map(places.map((place) => [place, { count: 0, late: 0 }]));
  for (const { hop, budgetState } of views.filter(isInTheField)) {
    const entry = counts.get(hop?.segment ?? ON_SITE_LETTER);
    if (!entry) continue;
    entry.count += 1;
    if (budgetState === 'late') entry.late += 1;
  }
  return [...counts].map(([segment, { count, late }]) => ({ segment, count, late }));
}

/** The tickets whose limit breaks or broke first. Those on which no limit runs ask for nobody. */
export function mostUrgent(views: readonly TicketView[], most: number): readonly TicketView[] {
  return views.filter(({ hop }) => hop !== null).slice(0, most);
}

export interface StripAlarm {
  readonly key: string;
  readonly priority: AlarmPriority;
  readonly kind: Alarm['kind'];
  /** Its ladder was climbed in vain: everybody was rung, and nobody took the ticket. [E7] */
  readonly isSpent: boolean;
  readonly segment: Segment | null;
  readonly area: string;
  readonly since: Instant;
  /** One alarm by itself, or several of the same kind, area and segment that had no room each. */
  readonly count: number;
  /** The street of a single alarm. */
  readonly street: string;
  /** Who has to act on a single alarm. */
  readonly concerned: Concerned;
}

export type Concerned =
  | { readonly kind: 'service-centre' }
  | { readonly kind: 'network' }
  | { readonly kind: 'department'; readonly id: string };

export interface AlarmStrip {
  readonly shown: readonly StripAlarm[];
  /** How many there are of each priority for which there was no room, also not in a group; the highest first. */
  readonly more: readonly { readonly priority: AlarmPriority; readonly count: number }[];
  readonly total: number;
  readonly isFlood: boolean;
  /** Sounds until somebody has acknowledged it. */
  readonly hasFirstPriority: boolean;
}

/** More new alarms than this within ten minutes on one console are a flood (ISA-18.2). */
const FLOOD = { alarms: 10, within: (10 * MINUTE) satisfies Duration };

/** The alarms that nobody has acknowledged: the gravest first, of these the one that has waited longest. */
export function alarmStripOf(views: readonly TicketView[], capacity: number, now: Instant): AlarmStrip {
  const alarms = views
    .flatMap(({ ticket, hop, alarms: raised }) =>
      raised.filter(({ acknowledged }) => acknowledged === null).map((alarm) => single(ticket, hop, alarm)),
    )
    .sort(byGravity);
  const lines = alarms.length > capacity ? grouped(alarms) : alarms;
  const shown = lines.slice(0, lines.length > capacity ? capacity - 1 : capacity);
  return {
    shown,
    more: countedByPriority(lines.slice(shown.length)),
    total: alarms.length,
    isFlood: alarms.filter(({ since }) => since > now - FLOOD.within).length > FLOOD.alarms,
    hasFirstPriority: alarms[0]?.priority === 1,
  };
}

function countedByPriority(lines: readonly StripAlarm[]): AlarmStrip['more'] {
  return ([1, 2, 3] as const)
    .map((priority) => ({
      priority,
      count: lines.reduce((sum, line) => sum + (line.priority === priority ? line.count : 0), 0),
    }))
    .filter(({ count }) => count > 0);
}

function single(ticket: Ticket, hop: TicketView['hop'], alarm: Alarm): StripAlarm {
  return {
    key: `${ticket.id} ${alarm.key}`,
    priority: alarm.priority,
    kind: alarm.kind,
    isSpent: alarm.kind === 'feedback' && alarm.priority === 1,
    segment: alarm.segment,
    area: ticket.report.place.area,
    since: alarm.raisedAt,
    count: 1,
    street: ticket.report.place.street,
    concerned: concernedBy(ticket, hop, alarm),
  };
}

/** Whose silence or lateness it is: the one to be phoned, the one that owes a receipt, or the one whose budget runs. */
function concernedBy(ticket: Ticket, hop: TicketView['hop'], alarm: Alarm): Concerned {
  if (alarm.kind === 'feedback') return department(ticket.feedbacks.find(({ key }) => key === alarm.key)?.departmentId);
  if (alarm.kind === 'recall-unconfirmed') {
    return department(ticket.legs.findLast(({ recallReceipt }) => recallReceipt === 'owed')?.crewId);
  }
  if (hop?.party.kind === 'network') return { kind: 'network' };
  return department(hop && 'departmentId' in hop.party ? hop.party.departmentId : undefined);
}

function department(id: string | undefined): Concerned {
  return id === undefined ? { kind: 'service-centre' } : { kind: 'department', id };
}

function byGravity(left: StripAlarm, right: StripAlarm): number {
  return left.priority - right.priority || left.since - right.since || (left.key < right.key ? -1 : 1);
}

function grouped(alarms: readonly StripAlarm[]): readonly StripAlarm[] {
  const groups = new Map<string, StripAlarm>();
  for (const alarm of alarms) {
    const key = `${alarm.priority} ${alarm.kind} ${alarm.segment} ${alarm.area}`;
    const group = groups.get(key);
    // The first of a group has waited longest: its moment is the group's.
    groups.set(key, group ? { ...group, key, count: group.count + 1 } : alarm);
  }
  return [...groups.values()];
}

export interface PhonesAtWork {
  /** Rung, and not answered yet. */
  readonly ringing: Phones;
  readonly talking: Phones;
}

export interface Phones {
  readonly count: number;
  /** Whose phones they are, the department with the most of them first. */
  readonly departmentIds: readonly string[];
}

/** One call about several tickets is one phone. What a person at a desk was asked to ring does not ring by itself. [E5] */
export function phonesAtWork(views: readonly TicketView[]): PhonesAtWork {
  const calls = { ringing: new Map<string, string>(), talking: new Map<string, string>() };
  for (const { ticket } of views) {
    for (const { attempts, departmentId } of ticket.feedbacks) {
      for (const attempt of attempts) {
        const state = phoneStateOf(attempt);
        if (state === null || state === 'by-hand' || attempt.callId === null) continue;
        calls[state].set(attempt.callId, departmentId);
      }
    }
  }
  return { ringing: phonesOf(calls.ringing), talking: phonesOf(calls.talking) };
}

function phonesOf(departmentOfCall: ReadonlyMap<string, string>): Phones {
  const counts = new Map<string, number>();
  for (const id of departmentOfCall.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
  const departmentIds = [...counts].sort(([, a], [, b]) => b - a).map(([id]) => id);
  return { count: departmentOfCall.size, departmentIds };
}

export const AVAILABILITIES = ['free', 'travelling', 'on-site', 'paused', 'silent'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export interface FleetCounts {
  readonly vehicles: Readonly<Record<Availability, number>>;
  /** How many crews these vehicles belong to; a crew whose vehicles do different things counts with each. */
  readonly crews: Readonly<Record<Availability, number>>;
}

/** @param availabilityOf `null` for a vehicle that is off duty; it counts nowhere. */
export function fleetCountsOf(
  vehicles: readonly Vehicle[],
  availabilityOf: (vehicle: Vehicle) => Availability | null,
): FleetCounts {
  const vehicleCounts = blankCounts();
  const crewCounts = blankCounts();
  const counted = new Set<string>();
  for (const vehicle of vehicles) {
    const availability = vehicle.isActive ? availabilityOf(vehicle) : null;
    if (availability === null) continue;
    vehicleCounts[availability] += 1;
    const crew = `${availability} ${vehicle.crewId}`;
    if (!counted.has(crew)) crewCounts[availability] += 1;
    counted.add(crew);
  }
  return { vehicles: vehicleCounts, crews: crewCounts };
}

function blankCounts(): Record<Availability, number> {
  return { free: 0, travelling: 0, 'on-site': 0, paused: 0, silent: 0 };
}
