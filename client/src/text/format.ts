import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';

/** What a person reads for a missing time. */
export const NO_TIME = '—';
/** A true minus, as wide as a digit: `-` would make late countdowns jump. */
const MINUS = '\u2212';

/**
 * Remaining time as `mm:ss`, from 100 minutes up as `h:mm:ss`; late time carries a minus. Remaining time is rounded up
 * and late time down, so that `00:00` stands exactly from the deadline to the first full second beyond it.
 */
export function countdown(remaining: Duration): string {
  const whole = remaining >= 0 ? Math.ceil(remaining / SECOND) : Math.floor(-remaining / SECOND);
  const sign = remaining < 0 && whole > 0 ? MINUS : '';
  return sign + clockOf(whole);
}

/** A length of time as `mm:ss`, rounded down; negative lengths carry a minus. */
export function span(length: Duration): string {
  const whole = Math.floor(Math.abs(length) / SECOND);
  return (length < 0 && whole > 0 ? MINUS : '') + clockOf(whole);
}

/** Overspend as `+mm:ss`, of which there is at least a second: "late by nothing" would contradict itself. */
export function overspendText(overspend: Duration): string {
  return `+${span(Math.max(SECOND, Math.abs(overspend)))}`;
}

function clockOf(wholeSeconds: number): string {
  const secondsPart = wholeSeconds % 60;
  const wholeMinutes = Math.floor(wholeSeconds / 60);
  if (wholeMinutes < 100) return `${pad(wholeMinutes)}:${pad(secondsPart)}`;
  return `${Math.floor(wholeMinutes / 60)}:${pad(wholeMinutes % 60)}:${pad(secondsPart)}`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}

/** An age in the largest unit that is not coarser than it needs to be. */
export interface AgeParts {
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

export function ageParts(age: Duration): AgeParts {
  const length = Math.max(0, age);
  if (length < 2 * MINUTE) return { unit: 'seconds', count: Math.floor(length / SECOND) };
  if (length < 2 * HOUR) return { unit: 'minutes', count: Math.floor(length / MINUTE) };
  if (length < 48 * HOUR) return { unit: 'hours', count: Math.floor(length / HOUR) };
  return { unit: 'days', count: Math.floor(length / (24 * HOUR)) };
}

/** Where each shape stands in `YYYY-MM-DD hh:mm:ss`. */
const SHAPES = {
  'hh:mm': [11, 16],
  'hh:mm:ss': [11, 19],
  'MM-DD hh:mm': [5, 16],
  'YYYY-MM-DD': [0, 10],
  'YYYY-MM-DD hh:mm:ss': [0, 19],
} as const;
export type TimeShape = keyof typeof SHAPES;

/** Constructing a format costs a hundred times what using it does. */
const dateTimes = new Map<string, Intl.DateTimeFormat>();

/** A moment in the given IANA zone, in the order of ISO 8601, which both languages read. */
export function timeOf(at: Instant, shape: TimeShape, zone: string): string {
  let format = dateTimes.get(zone);
  if (!format) {
    // Swedish writes dates as ISO 8601 does; Intl has no locale of that name.
    format = new Intl.DateTimeFormat('sv-SE', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    });
    dateTimes.set(zone, format);
  }
  const [from, to] = SHAPES[shape];
  return format.format(at).slice(from, to);
}

/** A distance as a person says it: metres in tens below one kilometre, then kilometres with one decimal. */
export function distanceParts(metres: number): { readonly unit: 'metres' | 'kilometres'; readonly count: number } {
  if (metres < 995) return { unit: 'metres', count: Math.round(metres / 10) * 10 };
  return { unit: 'kilometres', count: Math.round(metres / 100) / 10 };
}
