import type { Instant } from '@faultline/shared/time.ts';
import { timeOf } from '../text/format.ts';

/** `YYYY-MM-DDThh:mm:ss` as a time field writes it; the seconds may be missing. */
const FIELD = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** What a time field shows for a moment, in the district's zone and not in the browser's. */
export function fieldOf(at: Instant, zone: string): string {
  return timeOf(at, 'YYYY-MM-DD hh:mm:ss', zone).replace(' ', 'T');
}

/**
 * The moment that a time field names in the district's zone; `null` for one that is not filled in.
 * An hour that a change of the clock repeats is read as its first passing.
 */
export function momentOf(field: string, zone: string): Instant | null {
  const asIfUtc = utcOf(field);
  if (asIfUtc === null) return null;
  let at = asIfUtc;
  // The zone's distance from UTC is known at a moment only; the second round meets the one that is valid there.
  for (let round = 0; round < 2; round += 1) {
    const shown = utcOf(fieldOf(at, zone));
    if (shown === null) return null;
    at += asIfUtc - shown;
  }
  return at;
}

function utcOf(field: string): number | null {
  const match = FIELD.exec(field);
  if (!match) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isFinite(at) ? at : null;
}
