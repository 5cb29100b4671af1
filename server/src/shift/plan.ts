import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PaperTicket } from './paper-tickets.ts';
import { isOrdinary, planPaperTickets } from './paper-tickets.ts';
import type { PlannedTicket, ShiftVehicle } from './planned-ticket.ts';
import { planTicket, speededUp } from './planned-ticket.ts';
import type { Incident } from './records.ts';
import { loggedMedians } from './records.ts';
import type { Roads } from './roads.ts';
import type { SeededRandom } from './seeded-random.ts';
import { seededRandom } from './seeded-random.ts';

export interface ShiftOptions {
  readonly incidents: readonly Incident[];
  readonly roads: Roads;
  readonly seed: number;
  readonly vehicles: readonly ShiftVehicle[];
  /** How many times faster than the log calls come in and vehicles drive and repair; people at desks and the
   *  server's clock keep their own pace. At least 1. */
  readonly speed: number;
  readonly startAt: Instant;
  /** Crews whose duty phone a visitor has already opened: one of them is then the one that does not accept. */
  readonly heldCrewIds?: readonly string[];
  /** How far ahead to plan; 12 hours when not given. */
  readonly horizon?: Duration;
}

/** Everything that is decided before a shift is played. The same options give the same plan, byte for byte. */
export interface ShiftPlan {
  readonly seed: number;
  readonly startAt: Instant;
  readonly speed: number;
  /** Live calls in the order of their `hangUpAt`, all at or after `startAt`. */
  readonly tickets: readonly PlannedTicket[];
  /** What was written down before the console was switched on, to be entered at once with its own times. [T7] */
  readonly paper: readonly PaperTicket[];
  readonly crewTempers: ReadonlyMap<string, CrewTemper>;
  readonly networkLosses: readonly NetworkLoss[];
  /** Tickets to lie at a crew that does not accept, by the crew; their `key` and `hangUpAt` are replaced when they come. */
  readonly silentCrewTickets: ReadonlyMap<string, readonly PlannedTicket[]>;
}

export type CrewTemper =
  /** Its acceptances and departures take this many times as long. */
  | { readonly kind: 'slow'; readonly factor: number }
  /** It does not look at its screen nor answer its phone: unless somebody accepts for it, the centre takes the ticket
   *  back this long after the dispatch and sends another crew. [E1] [R1] */
  | {
      readonly kind: 'does-not-accept';
      readonly recalledAfter: Duration;
      /** Once a chief has answered for it, it accepts; but not as long as a visitor answers its duty phone. */
      readonly heedsChiefs: boolean;
    };

/** The vehicle's client is cut off in this time: it keeps its stamps and sends them afterwards. */
export interface NetworkLoss {
  readonly vehicleId: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** The wall time of the log is laid over that of the city on the map. */
const CITY_OFFSET_FROM_UTC: Duration = 8 * HOUR;
const DAY: Duration = 24 * HOUR;
/** The first call must not leave the viewer waiting, whatever hour of the night it is. */
const FIRST_CALL_AFTER: Duration = 8 * SECOND;
const DEFAULT_HORIZON: Duration = 12 * HOUR;
/** The log lacks 170 minutes in the night of 5 January; its longest true silence is 40. */
const LONGEST_SILENCE: Duration = 40 * MINUTE;
/** Bounds a plan of high speed and long horizon; the log has 450 calls a day. */
const MAX_TICKETS = 20_000;
/** Paper tickets are picked for where they stand at the start; among 300 calls every kind of opening is found. */
const PAPER_CANDIDATES = 300;

export function planShift(options: ShiftOptions): ShiftPlan {
  const { incidents, roads, seed, vehicles, startAt, speed, horizon = DEFAULT_HORIZON } = options;
  if (vehicles.length === 0 || incidents.length === 0 || !(speed >= 1)) {
    throw new RangeError('a shift needs vehicles, incidents, and a speed of at least 1');
  }
  const medians = loggedMedians(incidents);
  const plan = (incident: Incident, hangUpAt: Instant, round: string, among = vehicles): PlannedTicket =>
    planTicket({
      key: `${startAt.toString(36)}-${incident.callNumber}-${round}`,
      incident,
      hangUpAt,
      medians,
      // Drawn per call: whatever else changes in a plan, the same call keeps its street and its fault.
      random: seededRandom(seed, incident.callNumber, round),
      roads,
      vehicles: among,
    });
  const tickets: PlannedTicket[] = [];
  for (const { incident, offset, round } of callsAhead(incidents, seed, startAt)) {
    const hangUpAt = startAt + FIRST_CALL_AFTER + Math.round(offset / speed);
    if (hangUpAt > startAt + horizon || tickets.length === MAX_TICKETS) break;
    tickets.push(speededUp(plan(incident, hangUpAt, String(round)), speed));
  }
  const paperRandom = seededRandom(seed, 'paper');
  const paper = planPaperTickets({
    candidates: Array.from({ length: PAPER_CANDIDATES }, () => plan(paperRandom.oneOf(incidents), startAt, 'paper')),
    vehicles,
    startAt,
    speed,
    random: paperRandom,
  });
  const crewTempers = drawTempers(vehicles, options.heldCrewIds ?? [], seededRandom(seed, 'crews'));
  const silentCrews = [...crewTempers].flatMap(([crewId, { kind }]) => (kind === 'does-not-accept' ? [crewId] : []));
  const ticketsFor = (crewId: string): readonly PlannedTicket[] => {
    const own = vehicles.filter((vehicle) => vehicle.crewId === crewId);
    const random = seededRandom(seed, 'silent', crewId);
    const candidates = Array.from({ length: PAPER_CANDIDATES }, () =>
      plan(random.oneOf(incidents), startAt, 'silent', own),
    );
    return pickForSilentCrew(candidates, own).map((ticket) => speededUp(ticket, speed));
  };
  return {
    seed,
    startAt,
    speed,
    tickets,
    paper,
    crewTempers,
    silentCrewTickets: new Map(silentCrews.map((crewId) => [crewId, ticketsFor(crewId)])),
    networkLosses: drawNetworkLosses(options, paper, seededRandom(seed, 'network')),
  };
}

interface PlayedCall {
  readonly incident: Incident;
  /** Time of the log since the first call that is played. */
  readonly offset: Duration;
  /** How many times the log has been played through before. */
  readonly round: number;
}

/** Lays the log over the clock: the seed picks the day of the log, the hour of the city picks the place in that day.
 *  Endless: after its last day the log begins again. */
function* callsAhead(incidents: readonly Incident[], seed: number, startAt: Instant): Generator<PlayedCall, never> {
  const days = [...new Set(incidents.map((incident) => incident.day))];
  const day = seededRandom(seed, 'day').oneOf(days);
  const timeOfDay = (startAt + CITY_OFFSET_FROM_UTC) % DAY;
  const length = days.length * DAY;
  const inLog = (incident: Incident): Duration => days.indexOf(incident.day) * DAY + incident.timeOfDay;
  const found = incidents.findIndex((incident) => inLog(incident) >= days.indexOf(day) * DAY + timeOfDay);
  let offset = 0;
  let previous: Incident | undefined;
  for (let index = Math.max(found, 0); ; index++) {
    const incident = incidents[index % incidents.length];
    if (incident === undefined) throw new RangeError('a log without incidents');
    const gap =
      previous === undefined ? 0 : inLog(incident) - inLog(previous) + (incident === incidents[0] ? length : 0);
    offset += Math.min(gap, LONGEST_SILENCE);
    yield { incident, offset, round: Math.floor(index / incidents.length) };
    previous = incident;
  }
}

const CREWS_PER_SLOW_ONE = 6;
const CREWS_PER_SILENT_ONE = 8;
const SLOW_FACTOR = 2.5;
/** Long after the duty phone and both chiefs have been rung in vain; the promise of a city can still be kept then. */
const SILENT_RECALLED_AFTER: Duration = 20 * MINUTE;

/**
 * Every sixth crew is slow and every eighth does not look at its screen; at least one of each where there are three.
 * Where a visitor already holds the duty phone of a crew, it is this one that does not accept, in the drawn one's place.
 */
function drawTempers(
  vehicles: readonly ShiftVehicle[],
  heldCrewIds: readonly string[],
  random: SeededRandom,
): Map<string, CrewTemper> {
  const untold = [...new Set(vehicles.map((vehicle) => vehicle.crewId))];
  const tempers = new Map<string, CrewTemper>();
  const crewCount = untold.length;
  if (crewCount < 3) return tempers;
  const give = (count: number, temper: CrewTemper) => {
    for (let given = 0; given < count; given++) {
      const [crewId] = untold.splice(random.below(untold.length), 1);
      if (crewId !== undefined) tempers.set(crewId, temper);
    }
  };
  give(Math.max(1, Math.floor(crewCount / CREWS_PER_SLOW_ONE)), { kind: 'slow', factor: SLOW_FACTOR });
  give(Math.max(1, Math.floor(crewCount / CREWS_PER_SILENT_ONE)), {
    kind: 'does-not-accept',
    recalledAfter: SILENT_RECALLED_AFTER,
    heedsChiefs: true,
  });
  return withHeldCrew(tempers, heldCrewIds, vehicles);
}

/** The held crew and one that was drawn change places; nothing does when a held crew was drawn anyway. */
function withHeldCrew(
  tempers: Map<string, CrewTemper>,
  heldCrewIds: readonly string[],
  vehicles: readonly ShiftVehicle[],
): Map<string, CrewTemper> {
  const held = heldCrewIds.filter((crewId) => vehicles.some((vehicle) => vehicle.crewId === crewId));
  const silent = [...tempers].flatMap(([crewId, { kind }]) => (kind === 'does-not-accept' ? [crewId] : []));
  const [heldId, silentId] = [held[0], silent[0]];
  if (heldId === undefined || silentId === undefined || held.some((crewId) => silent.includes(crewId))) return tempers;
  const [silence, other] = [tempers.get(silentId), tempers.get(heldId)];
  if (silence !== undefined) tempers.set(heldId, silence);
  if (other === undefined) tempers.delete(silentId);
  else tempers.set(silentId, other);
  return tempers;
}

/** Enough for hours of a visitor's calls; then they come again. */
const SILENT_CREW_TICKETS = 24;
/** Far enough to be seen driving, near enough to keep the promise after a late acceptance. */
const DRIVES = { from: 5 * MINUTE, to: 16 * MINUTE } as const;
/** Who has taken a ticket by phone does not leave the caller waiting again. */
const DEPARTS_WITHIN: Duration = 75 * SECOND;

/** What the visitor at the duty phone accepts is to go its way to the end before his eyes. */
function pickForSilentCrew(candidates: readonly PlannedTicket[], own: readonly ShiftVehicle[]): PlannedTicket[] {
  const served = new Set(own.flatMap(({ serves }) => serves));
  const isFit = (ticket: PlannedTicket): boolean =>
    isOrdinary(ticket) &&
    (served.size === 0 || served.has(ticket.faultClass)) &&
    ticket.hops.driveFor >= DRIVES.from &&
    ticket.hops.driveFor <= DRIVES.to;
  return candidates
    .filter(isFit)
    .slice(0, SILENT_CREW_TICKETS)
    .map((ticket) => {
      const departAfter = Math.min(ticket.hops.departAfter, DEPARTS_WITHIN);
      return { ...ticket, hops: { ...ticket.hops, departAfter } };
    });
}

const FIRST_LOSS_AFTER: Duration = 90 * SECOND;
const LOSS_EVERY: Duration = 30 * MINUTE;
const LOSS_LASTS: Duration = 6 * MINUTE;

/** One vehicle at a time drops off the network; the first is one that has far to drive, so that it is missed. */
function drawNetworkLosses(
  { vehicles, startAt, horizon = DEFAULT_HORIZON }: ShiftOptions,
  paper: readonly PaperTicket[],
  random: SeededRandom,
): NetworkLoss[] {
  const driving = paper.filter((ticket) => ticket.vehicleId !== null && ticket.written.G !== null);
  const leastDriven = driving.toSorted((x, y) => x.drivenShare - y.drivenShare)[0]?.vehicleId;
  const losses: NetworkLoss[] = [];
  for (let after = FIRST_LOSS_AFTER; after < horizon; after += LOSS_EVERY) {
    const drawn = random.oneOf(vehicles).vehicleId;
    const vehicleId = losses.length === 0 ? (leastDriven ?? drawn) : drawn;
    losses.push({ vehicleId, from: startAt + after, until: startAt + after + LOSS_LASTS });
  }
  return losses;
}
