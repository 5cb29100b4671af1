import { assert, unreachable } from '../assert.ts';
import type { FoundBy } from '../ticket/ticket.ts';
import type { Instant } from '../time.ts';
import { calendarDayAt, calendarDayOf, momentOf, timeOfDay, weekdayOf } from './local-time.ts';
import type { Contact, ContactRole } from './organisation.ts';
import type { RosterEntry, Rotation, Shift } from './roster.ts';

/** What is known of who is on duty: of one department or of many, in the order of entry. */
export interface DutyRoster {
  /**
   * Of the role `vehicle` only the phone of the vehicle that is meant: no roster tells which one a ticket went to.
   */
  readonly contacts: readonly Contact[];
  readonly entries: readonly RosterEntry[];
  /** IANA; shifts and hand-overs are times of its clocks. */
  readonly timeZone: string;
}

export interface OnDuty {
  readonly contact: Contact;
  readonly foundBy: FoundBy;
}

/** Who is on duty in [from, until); both `null` where nobody is. */
export interface DutySpan {
  readonly contactId: string | null;
  readonly foundBy: FoundBy | null;
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * Whom a step of the ladder means at this moment: who was named for this time, else by the weekly shifts, else by the
 * rotation. Where neither shifts nor rotation were ever entered, the role's first contact is always on duty, but for
 * the times for which somebody else is named. `null`: nobody is, and the ladder goes on. [E8]
 */
export function onDuty(roster: DutyRoster, departmentId: string, role: ContactRole, at: Instant): OnDuty | null {
  const [span] = dutySpans(roster, departmentId, role, at, at + 1);
  if (!span || span.contactId === null || span.foundBy === null) return null;
  const contact = roster.contacts.find(({ id }) => id === span.contactId);
  return contact ? { contact, foundBy: span.foundBy } : null;
}

/** All of [from, to) without a hole, in order; neighbours differ in their person or in how he was found. [E8] */
export function dutySpans(
  roster: DutyRoster,
  departmentId: string,
  role: ContactRole,
  from: Instant,
  to: Instant,
): readonly DutySpan[] {
  if (to <= from) return [];
  const contacts = roster.contacts.filter((contact) => contact.departmentId === departmentId);
  const entries = roster.entries.filter((entry) => entry.departmentId === departmentId && entry.role === role);
  const known = new Set(contacts.map(({ id }) => id));
  const watches = entries
    .flatMap((entry) => watchesOf(entry, roster.timeZone, from, to))
    .filter(({ contactId }) => known.has(contactId))
    .sort(byRank);
  const hasStanding = entries.every(({ kind }) => kind === 'override');
  const standing = hasStanding ? (contacts.find((contact) => contact.role === role) ?? null) : null;
  const bounds = new Set([from]);
  for (const watch of watches) for (const at of [watch.from, watch.until]) if (at > from && at < to) bounds.add(at);
  const moments = [...bounds].sort((a, b) => a - b);
  const spans = moments.map((at, index): DutySpan => {
    // Sorted by rank, so the first one that holds is the one that counts.
    const watch = watches.find((candidate) => candidate.from <= at && at < candidate.until);
    const until = moments[index + 1] ?? to;
    if (watch) return { contactId: watch.contactId, foundBy: watch.foundBy, from: at, until };
    return { contactId: standing?.id ?? null, foundBy: standing && 'standing', from: at, until };
  });
  return joined(spans);
}

function joined(spans: readonly DutySpan[]): readonly DutySpan[] {
  const result: DutySpan[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.contactId === span.contactId && last.foundBy === span.foundBy) {
      result[result.length - 1] = { ...last, until: span.until };
    } else result.push(span);
  }
  return result;
}

/** Everybody whom an entry names, in its order. */
export function namedBy(entry: RosterEntry): readonly string[] {
  return entry.kind === 'rotation' ? entry.contactIds : [entry.contactId];
}

/** One stretch of time that one entry gives to one person. */
interface Watch {
  readonly contactId: string;
  readonly foundBy: RosterEntry['kind'];
  readonly from: Instant;
  readonly until: Instant;
}

const RANKS: Readonly<Record<RosterEntry['kind'], number>> = { override: 0, shift: 1, rotation: 2 };

/** Of two that overlap the one that began later; the sort is stable, so then the order of entry. */
function byRank(a: Watch, b: Watch): number {
  return RANKS[a.foundBy] - RANKS[b.foundBy] || b.from - a.from;
}

/** What of an entry touches [from, to). */
function watchesOf(entry: RosterEntry, timeZone: string, from: Instant, to: Instant): readonly Watch[] {
  return allWatches(entry, timeZone, from, to).filter((watch) => watch.from < to && watch.until > from);
}

function allWatches(entry: RosterEntry, timeZone: string, from: Instant, to: Instant): readonly Watch[] {
  switch (entry.kind) {
    case 'override':
      return [{ contactId: entry.contactId, foundBy: 'override', from: entry.from, until: entry.until }];
    case 'shift':
      return shiftWatches(entry, timeZone, from, to);
    case 'rotation':
      return rotationWatches(entry, timeZone, from, to);
    default:
      return unreachable(entry);
  }
}

function shiftWatches(entry: Shift, timeZone: string, from: Instant, to: Instant): readonly Watch[] {
  const [begin, end] = [timeOfDay(entry.from), timeOfDay(entry.to)];
  const nights = end <= begin ? 1 : 0;
  const watches: Watch[] = [];
  const last = calendarDayAt(to, timeZone);
  for (let day = calendarDayAt(from, timeZone) - 1; day <= last; day += 1) {
    if (!entry.days.includes(weekdayOf(day))) continue;
    watches.push({
      contactId: entry.contactId,
      foundBy: 'shift',
      from: momentOf(day, begin, timeZone),
      until: momentOf(day + nights, end, timeZone),
    });
  }
  return watches;
}

function rotationWatches(entry: Rotation, timeZone: string, from: Instant, to: Instant): readonly Watch[] {
  const { contactIds, daysEach } = entry;
  const first = calendarDayOf(entry.firstDay);
  const handOver = timeOfDay(entry.handOverAt);
  const turnOn = (day: number): number => Math.floor((day - first) / daysEach);
  const watches: Watch[] = [];
  const last = turnOn(calendarDayAt(to, timeZone));
  // The turn of the day before: it may not have been handed over yet.
  for (let turn = Math.max(0, turnOn(calendarDayAt(from, timeZone) - 1)); turn <= last; turn += 1) {
    const contactId = contactIds[turn % contactIds.length];
    assert(contactId !== undefined, 'a rotation names somebody');
    watches.push({
      contactId,
      foundBy: 'rotation',
      from: momentOf(first + turn * daysEach, handOver, timeZone),
      until: momentOf(first + (turn + 1) * daysEach, handOver, timeZone),
    });
  }
  return watches;
}
