import type { Instant } from '../time.ts';
import type { ContactRole } from './organisation.ts';

/** Monday is 1, as in ISO 8601. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

interface EntryOf<Kind extends string> {
  readonly id: string;
  readonly departmentId: string;
  /** The role that is filled; the person may usually have another. */
  readonly role: ContactRole;
  readonly kind: Kind;
}

/** The same hours on the same days of every week, by the district's own clocks; `to` at or before `from` is the next day. */
export interface Shift extends EntryOf<'shift'> {
  readonly contactId: string;
  readonly days: readonly Weekday[];
  /** `HH:MM` */
  readonly from: string;
  readonly to: string;
}

/** Several people in turn, each for the same number of days. */
export interface Rotation extends EntryOf<'rotation'> {
  readonly contactIds: readonly string[];
  /** `YYYY-MM-DD`: the first person's first day; nobody is on duty by this rotation before it. */
  readonly firstDay: string;
  readonly daysEach: number;
  /** `HH:MM` */
  readonly handOverAt: string;
}

/** Somebody else for once: [from, until). It goes before everything else. */
export interface Override extends EntryOf<'override'> {
  readonly contactId: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
}

export type RosterEntry = Shift | Rotation | Override;
