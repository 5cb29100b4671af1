import type { Duration } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { readAsset } from '../map/geodata.ts';

/**
 * One call of the San Francisco dispatch log with the hops it took, as logged (unscaled).
 *
 * The log's times stand for the service's points: Received = A, Entry = B, Dispatch = D, Response = G, On Scene = H,
 * Available = the crew is free again. C, E and F are not in it: receipts of devices and the crews' behaviour make them.
 *
 * Choices where the log and a repair ticket differ:
 * - 2,480 of the 3,560 calls were answered by several units. One call is one ticket: the unit that reached the place
 *   first gives the times, and `unitCount` stays as a measure of how big the matter was.
 * - No unit ever reported on scene (131 calls): no travel time. The first unit to respond gives the turnout.
 *   If the call was not cancelled, the crew of the simulation arrives and never says so.
 * - Response and On Scene within 30 s of each other (235 calls): nobody drives that; both keys were pressed at the
 *   place. `pressedTogether` is true and the turnout is not a turnout either.
 * - A call with an interval below zero contradicts itself and is left out, counted in `Records.contradictory`.
 */
export interface Incident {
  readonly callNumber: string;
  /** The day of the log, `YYYY-MM-DD`, local to its city. */
  readonly day: string;
  /** Received (A), since midnight of `day`. */
  readonly timeOfDay: Duration;
  /** A to B. */
  readonly entry: Duration;
  /** B to D. */
  readonly dispatch: Duration;
  /** D to G, where it was logged. */
  readonly turnout: Duration | null;
  /** G to H, where both were logged and apart. */
  readonly travel: Duration | null;
  /** H until the unit was free, where both were logged. */
  readonly onScene: Duration | null;
  readonly pressedTogether: boolean;
  readonly unitCount: number;
  readonly callType: string;
  /** The log's final disposition: "Cancelled", "No Merit" and the like end a ticket in other ways than a repair. */
  readonly disposition: string;
}

export interface Records {
  /** In the order of their A. */
  readonly incidents: readonly Incident[];
  /** Calls left out because one of their intervals is negative. */
  readonly contradictory: number;
}

/** The dispatch log is missing or is not the table it should be. */
export class RecordsError extends Error {
  override readonly name = 'RecordsError';
}

const LOG_FILE = 'dispatch/sf-fire-calls-2016-12-31_2017-01-07.csv.gz';
const COLUMNS = [
  'Call Number',
  'Unit ID',
  'Received DtTm',
  'Entry DtTm',
  'Dispatch DtTm',
  'Response DtTm',
  'On Scene DtTm',
  'Available DtTm',
  'Call Type',
  'Call Final Disposition',
  'Unit sequence in call dispatch',
] as const;

const PRESSED_TOGETHER: Duration = 30 * SECOND;
const DAY: Duration = 24 * HOUR;

export async function loadRecords(): Promise<Records> {
  return parseRecords((await readAsset(LOG_FILE)).toString('utf8'));
}

/** Throws `RecordsError` naming the line when the text is not the derived log. */
export function parseRecords(csv: string): Records {
  const responsesByCall = Map.groupBy(parseResponses(csv), (response) => response.callNumber);
  const incidents: Incident[] = [];
  let contradictory = 0;
  for (const responses of responsesByCall.values()) {
    const incident = incidentOf(responses);
    if (incident === null) contradictory += 1;
    else incidents.push(incident);
  }
  const order = (incident: Incident) =>
    `${incident.day} ${String(incident.timeOfDay).padStart(9, '0')} ${incident.callNumber}`;
  incidents.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { incidents, contradictory };
}

/** One unit's part of a call; times in milliseconds of the log's own local clock, which has no zone and needs none. */
interface UnitResponse {
  readonly callNumber: string;
  readonly sequence: number;
  readonly received: number;
  readonly entry: number;
  readonly dispatch: number;
  readonly response: number | null;
  readonly onScene: number | null;
  readonly available: number | null;
  readonly callType: string;
  readonly disposition: string;
}

function parseResponses(csv: string): UnitResponse[] {
  const [header, ...lines] = csv.trimEnd().split('\n');
  // The derived file has no quoted field; a quote would mean that a comma inside a field was taken for a border.
  if (header !== COLUMNS.join(',') || csv.includes('"')) throw new RecordsError('the dispatch log has other columns');
  return lines.map((line, index) => {
    const fields = line.split(',');
    const [callNumber = '', unitId, received, entry, dispatch, response, onScene, available, callType, disposition] =
      fields;
    const times = { received: localTime(received), entry: localTime(entry), dispatch: localTime(dispatch) };
    if (
      fields.length !== COLUMNS.length ||
      times.received === null ||
      times.entry === null ||
      times.dispatch === null
    ) {
      throw new RecordsError(`line ${index + 2} (call ${callNumber}, unit ${unitId}) lacks a field that every row has`);
    }
    return {
      callNumber,
      sequence: Number(fields[COLUMNS.indexOf('Unit sequence in call dispatch')]) || Number.MAX_SAFE_INTEGER,
      received: times.received,
      entry: times.entry,
      dispatch: times.dispatch,
      response: localTime(response),
      onScene: localTime(onScene),
      available: localTime(available),
      callType: callType ?? '',
      disposition: disposition ?? '',
    };
  });
}

const LOG_TIME = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2}) (AM|PM)$/;

/** `MM/DD/YYYY hh:mm:ss AM`, or null when empty. */
function localTime(text = ''): number | null {
  if (text === '') return null;
  const parts = LOG_TIME.exec(text);
  if (parts === null) throw new RecordsError(`"${text}" is not a time of the log`);
  const [month, day, year, hour12, minute, second] = parts.slice(1, 7).map(Number);
  const hour = ((hour12 ?? 0) % 12) + (parts[7] === 'PM' ? 12 : 0);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function incidentOf(responses: readonly UnitResponse[]): Incident | null {
  const unit = firstToMatter(responses);
  const pressedTogether =
    unit.response !== null && unit.onScene !== null && Math.abs(unit.onScene - unit.response) < PRESSED_TOGETHER;
  const between = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from);
  const intervals = {
    entry: unit.entry - unit.received,
    dispatch: unit.dispatch - unit.entry,
    turnout: between(unit.dispatch, unit.response),
    travel: between(unit.response, unit.onScene),
    onScene: between(unit.onScene, unit.available),
  };
  if (Object.values(intervals).some((interval) => interval !== null && interval < 0)) return null;
  const midnight = Math.floor(unit.received / DAY) * DAY;
  return {
    callNumber: unit.callNumber,
    day: new Date(midnight).toISOString().slice(0, 10),
    timeOfDay: unit.received - midnight,
    ...intervals,
    ...(pressedTogether ? { turnout: null, travel: null } : {}),
    pressedTogether,
    unitCount: responses.length,
    callType: unit.callType,
    disposition: unit.disposition,
  };
}

/** The first unit to arrive; if none did, the first to respond; if none did, the first that was sent. */
function firstToMatter(responses: readonly UnitResponse[]): UnitResponse {
  const rank = (unit: UnitResponse): readonly number[] => [
    unit.onScene ?? Number.POSITIVE_INFINITY,
    unit.response ?? Number.POSITIVE_INFINITY,
    unit.sequence,
  ];
  return responses.reduce((best, unit) => {
    const [a, b] = [rank(unit), rank(best)];
    const difference = a.findIndex((value, index) => value !== b[index]);
    return difference !== -1 && (a[difference] ?? 0) < (b[difference] ?? 0) ? unit : best;
  });
}

/** The parts of a ticket whose length comes from the log. */
export type LoggedHop = 'entry' | 'dispatch' | 'turnout' | 'travel' | 'onScene';

/**
 * How a logged interval becomes that of a repair ticket: `typical × (interval ÷ median of the log) ^ spread`.
 *
 * A fire service is faster than any repair budget: unscaled, nothing would ever be late. Budgets of the service are
 * "typical time plus one minute", so `typical` is the budget less one minute and the log's own spread then decides
 * which hops are late. B to D is scaled to CD alone, because delivery (BC) is a receipt within a second, and D to G to
 * EF and FG together for the same reason. Spread 1 keeps the log's proportions. Travel is narrowed (square root),
 * since an engine's trips run from around the corner to across the bay, which at 27 minutes typical would mean drives
 * of four hours; the order of the trips, and so which of them are late, stays as logged.
 * What comes out is kept in a test (`test/server/shift-records.test.ts` prints the table).
 */
export const HOP_SCALES: Readonly<Record<LoggedHop, { readonly typical: Duration; readonly spread: number }>> = {
  entry: { typical: 1 * MINUTE, spread: 1 },
  dispatch: { typical: 1 * MINUTE, spread: 1 },
  turnout: { typical: 3 * MINUTE, spread: 1 },
  travel: { typical: 27 * MINUTE, spread: 0.5 },
  // No budget in the source, so it is chosen for the fleet: at 20 minutes, 40 vehicles serve the log's busiest hours at
  // four times its pace with a fifth of them free. The longest stays are ambulances at hospitals, narrowed as above.
  onScene: { typical: 20 * MINUTE, spread: 0.5 },
};

export type LoggedMedians = Readonly<Record<LoggedHop, Duration>>;

export function loggedMedians(incidents: readonly Incident[]): LoggedMedians {
  const median = (hop: LoggedHop): Duration => {
    const logged = incidents.map((incident) => incident[hop]).filter((interval) => interval !== null);
    return logged.toSorted((a, b) => a - b)[Math.ceil(logged.length / 2) - 1] ?? 1;
  };
  return {
    entry: median('entry'),
    dispatch: median('dispatch'),
    turnout: median('turnout'),
    travel: median('travel'),
    onScene: median('onScene'),
  };
}

/** The interval in the time of a repair service; a missing one takes the typical length, for what happens although
 *  nobody reported it. */
export function scaledHop(hop: LoggedHop, logged: Duration | null, medians: LoggedMedians): Duration {
  const { typical, spread } = HOP_SCALES[hop];
  if (logged === null) return typical;
  return Math.round(typical * (logged / medians[hop]) ** spread);
}
