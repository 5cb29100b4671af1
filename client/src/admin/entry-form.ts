import type { DutySpan } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact, ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry, Weekday } from '@faultline/shared/organisation/roster.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import { timeOf } from '../text/format.ts';
import { WEEKDAYS, wholeHour } from './roster-week.ts';
import type { Problem } from './use-form.ts';

/** What a form begins with. */
export interface EntryStart {
  readonly kind: RosterEntry['kind'];
  /** `null` adds one. */
  readonly entry: RosterEntry | null;
  readonly role: ContactRole;
  /** The hole that an override is to fill. */
  readonly gap: DutySpan | null;
}

/** The fields of all three kinds: a form shows those of its own. */
export interface EntryValues {
  readonly role: ContactRole;
  readonly contactId: string;
  readonly days: readonly Weekday[];
  /** `HH:MM` */
  readonly from: string;
  readonly to: string;
  readonly contactIds: readonly string[];
  /** `YYYY-MM-DD` */
  readonly firstDay: string;
  readonly daysEach: string;
  readonly handOverAt: string;
  readonly begin: Instant | null;
  readonly end: Instant | null;
  readonly reason: string;
}

const OVERRIDE_LENGTH = 12 * HOUR;

export function entryValues(
  { entry, role, gap }: EntryStart,
  contacts: readonly Contact[],
  now: Instant,
  zone: string,
): EntryValues {
  const usual = contacts.find((contact) => contact.role === role)?.id ?? '';
  const begin = gap?.from ?? wholeHour(now) + HOUR;
  const blank: EntryValues = {
    role,
    // Nobody fills his own hole: whoever does is chosen.
    contactId: gap ? '' : usual,
    days: WEEKDAYS,
    from: '08:00',
    to: '20:00',
    contactIds: usual === '' ? [] : [usual],
    firstDay: timeOf(now, 'YYYY-MM-DD', zone),
    daysEach: '7',
    handOverAt: '08:00',
    begin,
    end: gap?.until ?? begin + OVERRIDE_LENGTH,
    reason: '',
  };
  switch (entry?.kind) {
    case undefined:
      return blank;
    case 'shift':
      return { ...blank, contactId: entry.contactId, days: entry.days, from: entry.from, to: entry.to };
    case 'rotation': {
      const { contactIds, firstDay, daysEach, handOverAt } = entry;
      return { ...blank, contactIds, firstDay, daysEach: String(daysEach), handOverAt };
    }
    case 'override':
      return { ...blank, contactId: entry.contactId, begin: entry.from, end: entry.until, reason: entry.reason };
  }
}

/** What is sent; what is not filled in stays so for the schema to refuse beside its field. */
export function entryBody(departmentId: string, kind: RosterEntry['kind'], values: EntryValues) {
  const { role, contactId } = values;
  const shared = { departmentId, role };
  switch (kind) {
    case 'shift':
      return {
        ...shared,
        kind,
        contactId,
        days: values.days.toSorted((a, b) => a - b),
        from: values.from,
        to: values.to,
      };
    case 'rotation': {
      const { contactIds, firstDay, daysEach, handOverAt } = values;
      const each = daysEach.trim() === '' ? null : Number(daysEach);
      return { ...shared, kind, contactIds, firstDay, daysEach: each, handOverAt };
    }
    case 'override':
      return { ...shared, kind, contactId, from: values.begin, until: values.end, reason: values.reason };
  }
}

/** What the schema cannot know: an end that is not behind its beginning. */
export function entryProblems(
  kind: RosterEntry['kind'],
  { begin, end }: EntryValues,
): Readonly<Record<string, Problem>> {
  if (kind !== 'override' || begin === null || end === null || begin < end) return {};
  return { until: 'range' };
}

/** The same person in another place of the turn; the others keep theirs. */
export function movedPerson(contactIds: readonly string[], at: number, by: 1 | -1): readonly string[] {
  const person = contactIds[at];
  if (person === undefined || at + by < 0 || at + by >= contactIds.length) return contactIds;
  return contactIds.toSpliced(at, 1).toSpliced(at + by, 0, person);
}
