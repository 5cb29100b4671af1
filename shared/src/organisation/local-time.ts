import { assert } from '../assert.ts';
import type { Duration, Instant } from '../time.ts';
import { HOUR, MINUTE, SECOND } from '../time.ts';
import type { Weekday } from './roster.ts';

/** Days since 1970-01-01 in the Gregorian calendar, whatever the zone. */
export type CalendarDay = number;
/** What the clocks of a zone show, written as the moment at which clocks in Greenwich show the same. */
type WallTime = number;

const DAY: Duration = 24 * HOUR;

/** Rosters share their few hand-over times: the same moments are asked for again and again. */
const MOST_RECALLED = 4_096;
const moments = new Map<string, Instant>();
const days = new Map<string, { readonly day: CalendarDay; readonly until: Instant }>();

function recalled<Value>(known: Map<string, Value>, key: string, find: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST_RECALLED) known.clear();
  const value = find();
  known.set(key, value);
  return value;
}

type WallClock = (at: Instant) => WallTime;

/** Constructing a format costs a hundred times what using it does; there are no more of them than zones. */
const wallClocks = new Map<string, WallClock>();

function wallTimeAt(at: Instant, timeZone: string): WallTime {
  let wallClock = wallClocks.get(timeZone);
  if (!wallClock) {
    wallClock = createWallClock(timeZone);
    wallClocks.set(timeZone, wallClock);
  }
  return wallClock(at);
}

function createWallClock(timeZone: string): WallClock {
  // biome-ignore lint/style/noRestrictedGlobals: the tables of the zones are read here and nowhere else, no clock is.
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map<string, number>();
    for (const { type, value } of format.formatToParts(at)) parts.set(type, Number(value));
    const part = (name: string): number => {
      const number = parts.get(name);
      assert(number !== undefined, `a format that was asked for its ${name} tells it`);
      return number;
    };
    const day = calendarDay(part('year'), part('month'), part('day'));
    const sinceMidnight = part('hour') * HOUR + part('minute') * MINUTE + part('second') * SECOND;
    return day * DAY + sinceMidnight + (((at % SECOND) + SECOND) % SECOND);
  };
}

function offsetAt(at: Instant, timeZone: string): Duration {
  return wallTimeAt(at, timeZone) - at;
}

/** The date that a zone's calendars show. @throws RangeError for a zone that is none. */
export function calendarDayAt(at: Instant, timeZone: string): CalendarDay {
  // The same hour is asked about for every role of every office: it is read once, with the end of its day.
  const hour = at - (((at % HOUR) + HOUR) % HOUR);
  const { day, until } = recalled(days, `${timeZone} ${hour}`, () => {
    const dayThen = Math.floor(wallTimeAt(hour, timeZone) / DAY);
    return { day: dayThen, until: momentOf(dayThen + 1, 0, timeZone) };
  });
  return at < until ? day : Math.floor(wallTimeAt(at, timeZone) / DAY);
}

/** Counts days from a March, so that the leap day is the last of its year; 146,097 days make 400 years. */
function calendarDay(year: number, month: number, day: number): CalendarDay {
  const march = month > 2 ? year : year - 1;
  const cycle = Math.floor(march / 400);
  const yearOfCycle = march - cycle * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100);
  return cycle * 146_097 + yearOfCycle * 365 + leapDays + dayOfYear - 719_468;
}

/** @param date `YYYY-MM-DD`, checked where it came in. */
export function calendarDayOf(date: string): CalendarDay {
  const [year, month, day] = date.split('-').map(Number);
  assert(year !== undefined && month !== undefined && day !== undefined, 'a date has three parts');
  return calendarDay(year, month, day);
}

/** 1970-01-01 was a Thursday. */
const WEEKDAYS: readonly Weekday[] = [4, 5, 6, 7, 1, 2, 3];

export function weekdayOf(day: CalendarDay): Weekday {
  const weekday = WEEKDAYS[((day % 7) + 7) % 7];
  assert(weekday !== undefined, 'a calendar day is a whole number');
  return weekday;
}

/** @param text `HH:MM`, checked where it came in. @returns the time since midnight on a day without a change of clocks. */
export function timeOfDay(text: string): Duration {
  const [hour, minute] = text.split(':').map(Number);
  assert(hour !== undefined && minute !== undefined, 'a time of day has two parts');
  return hour * HOUR + minute * MINUTE;
}

/**
 * The first moment at which the clocks of the zone show this time of this day, or a later one: of a time that exists
 * twice, the first; for a time that is skipped, the moment of the jump. Two watches that meet at a time therefore
 * meet in one moment, also in the night when the clocks are changed.
 */
export function momentOf(day: CalendarDay, time: Duration, timeZone: string): Instant {
  const wall = day * DAY + time;
  return recalled(moments, `${timeZone} ${wall}`, () => firstMomentAt(wall, timeZone));
}

function firstMomentAt(wall: WallTime, timeZone: string): Instant {
  // No zone is further than 14 hours from Greenwich: these two lie safely before and after whatever changes there.
  const before = offsetAt(wall - DAY, timeZone);
  const after = offsetAt(wall + DAY, timeZone);
  for (const moment of [wall - before, wall - after]) if (wallTimeAt(moment, timeZone) === wall) return moment;
  let [earlier, later] = [wall - after, wall - before];
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (wallTimeAt(middle, timeZone) >= wall) later = middle;
    else earlier = middle;
  }
  return later;
}
