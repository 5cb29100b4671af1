import {
  calendarDayAt,
  calendarDayOf,
  momentOf,
  timeOfDay,
  weekdayOf,
} from '@faultline/shared/organisation/local-time.ts';
import type { DutySpan } from '@faultline/shared/organisation/on-duty.ts';
import type { Department } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry, Weekday } from '@faultline/shared/organisation/roster.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';

/** Who is rung on behalf of a department; a vehicle's phone is with the vehicle and needs no roster. */
export const ROSTER_ROLES = ['duty', 'chief-1', 'chief-2'] as const;
export type RosterRole = (typeof ROSTER_ROLES)[number];

export const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** The days by name, for the texts. */
export const WEEKDAY_NAMES = {
  1: 'monday',
  2: 'tuesday',
  3: 'wednesday',
  4: 'thursday',
  5: 'friday',
  6: 'saturday',
  7: 'sunday',
} as const satisfies Record<Weekday, string>;

/** One day by the district's clocks: 23 or 25 hours long when they are changed. */
export interface Day {
  readonly weekday: Weekday;
  readonly from: Instant;
  readonly until: Instant;
}

/** The week, Monday first, in which a moment lies. @param weeksLater negative for earlier weeks. */
export function weekOf(at: Instant, timeZone: string, weeksLater = 0): readonly Day[] {
  const today = calendarDayAt(at, timeZone);
  const monday = today - weekdayOf(today) + 1 + 7 * weeksLater;
  return WEEKDAYS.map((weekday) => {
    const day = monday + weekday - 1;
    return { weekday, from: momentOf(day, 0, timeZone), until: momentOf(day + 1, 0, timeZone) };
  });
}

/** The part of a span that lies in one day, as the picture draws it. */
export interface DayPart extends DutySpan {
  /** Shares of the day, from 0 to 1. */
  readonly start: number;
  readonly length: number;
  /** The span goes on in the day before or after. */
  readonly isFromBefore: boolean;
  readonly goesOn: boolean;
}

export function partsOf(spans: readonly DutySpan[], day: Day): readonly DayPart[] {
  const whole = day.until - day.from;
  return spans
    .filter(({ from, until }) => from < day.until && until > day.from)
    .map((span) => {
      const from = Math.max(span.from, day.from);
      const until = Math.min(span.until, day.until);
      return {
        ...span,
        start: (from - day.from) / whole,
        length: (until - from) / whole,
        isFromBefore: span.from < day.from,
        goesOn: span.until > day.until,
      };
    });
}

/** Where a moment lies in a day, or `null` when it does not. */
export function shareOf(at: Instant, day: Day): number | null {
  return at < day.from || at >= day.until ? null : (at - day.from) / (day.until - day.from);
}

/** Days that follow each other are said as one: Monday to Friday. */
export function dayRuns(days: readonly Weekday[]): readonly (readonly [first: Weekday, last: Weekday])[] {
  const runs: [Weekday, Weekday][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && day === run[1] + 1) run[1] = day;
    else if (run?.[1] !== day) runs.push([day, day]);
  }
  return runs;
}

type WithoutId<Entry> = Entry extends RosterEntry ? Omit<Entry, 'id'> : never;
/** An entry as a form has it: its id is the server's. */
export type EntryDraft = WithoutId<RosterEntry>;

/** The entries as they would be after the form is saved. @param id the entry that is changed; `null` adds one. */
export function withDraft(
  entries: readonly RosterEntry[],
  id: string | null,
  draft: EntryDraft | null,
): readonly RosterEntry[] {
  if (draft === null) return entries;
  const changed: RosterEntry = { ...draft, id: id ?? DRAFT_ID };
  return id === null ? [...entries, changed] : entries.map((entry) => (entry.id === id ? changed : entry));
}

const DRAFT_ID = 'draft';

/** The first moment that a preview of an entry is about; `null` when the week on the screen is as good as any. */
export function firstMomentOf(draft: EntryDraft | null, now: Instant, timeZone: string): Instant | null {
  if (draft?.kind === 'override') return draft.from;
  if (draft?.kind !== 'rotation') return null;
  const first = momentOf(calendarDayOf(draft.firstDay), timeOfDay(draft.handOverAt), timeZone);
  return first > now ? first : null;
}

export function isOver(entry: RosterEntry, now: Instant): boolean {
  return entry.kind === 'override' && entry.until <= now;
}

/** A whole hour near a moment: what a form for "from now" begins with. */
export function wholeHour(at: Instant): Instant {
  return Math.floor(at / HOUR) * HOUR;
}

/** People are often named after their department; where the department stands beside it, that says nothing. */
export function shortName(name: string, department: Pick<Department, 'name'>): string {
  for (const prefix of [department.name.zh, department.name.en]) {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length).trim() : '';
    if (rest !== '') return rest;
  }
  return name;
}
