import type { CancelReason, FaultClass, FaultRecord, Place } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { LonLat } from '../map/local-metres.ts';
import { distanceMetres } from '../map/local-metres.ts';
import { CUSTOMER_SIDE_RECORD, FAULT_STORIES, fictionalCaller, RESTORED_RECORD } from './fault-catalogue.ts';
import type { Incident, LoggedMedians } from './records.ts';
import { scaledHop } from './records.ts';
import type { Roads } from './roads.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface ShiftVehicle {
  readonly vehicleId: string;
  readonly crewId: string;
  /** Where it stands when nothing is to be done. */
  readonly base: LonLat;
  /** The classes of fault that its crew is responsible for. [S1] */
  readonly serves: readonly FaultClass[];
}

export interface PlannedTicket {
  /** Unique among all shifts: what the player derives its command ids from. */
  readonly key: string;
  /** A. */
  readonly hangUpAt: Instant;
  readonly place: Place;
  readonly faultClass: FaultClass;
  readonly faultText: { readonly zh: string; readonly en: string };
  readonly caller: { readonly name: string; readonly phone: string };
  /** The vehicle from whose base the logged drive leads to this place; dispatching another one changes the drive. */
  readonly homeVehicleId: string;
  readonly hops: PlannedHops;
  readonly outcome: PlannedOutcome;
}

/** How long each party waits before it acts. */
export interface PlannedHops {
  /** A to B. */
  readonly issueAfter: Duration;
  /** C to the centre's taking, and C to D; `takeAfter` ≤ `dispatchAfter`. */
  readonly takeAfter: Duration;
  readonly dispatchAfter: Duration;
  /** E to F, before the crew's temper. */
  readonly acceptAfter: Duration;
  /** F to G, before the crew's temper. */
  readonly departAfter: Duration;
  /** G to H, when the home vehicle drives from its base. */
  readonly driveFor: Duration;
  /** Pace along the road of whichever vehicle drives. */
  readonly driveMetresPerSecond: number;
  /** From stopping at the fault to the report of it: parking, and getting out. */
  readonly parkFor: Duration;
  /** H to the fault's clearing. */
  readonly repairFor: Duration;
  /** From the fault's clearing to the written record, and from there to the agent's closing. */
  readonly recordAfter: Duration;
  readonly closeAfter: Duration;
  /** Crews do not always press a key when they should; the log says which. [T3] */
  readonly departureReport: 'on-departure' | 'with-arrival';
  readonly arrivalReport: 'on-arrival' | 'never';
}

export type PlannedOutcome =
  | { readonly kind: 'repaired'; readonly record: FaultRecord }
  /** Withdrawn this long after A, with whatever is under way recalled. */
  | { readonly kind: 'cancelled'; readonly reason: CancelReason; readonly after: Duration };

/** Roads of the city wind: a driven metre is about 1 / 1.35 metres of straight line on the bundled graph. */
const DETOUR = 1.35;
/** The prior of the arrival estimates: 13 km/h of straight distance per hour of driving in town. */
const STRAIGHT_METRES_PER_SECOND = 13 / 3.6;
/** The position filter takes more than 160 km/h for a jump; a speeded-up vehicle stays safely below, even if its
 *  drive then takes longer than the log and the speed say. */
const MAX_DRIVEN_MPS = 36;

/** Along the road, of a vehicle whose drive is in no log. */
export function paceAt(speed: number): number {
  return Math.min(STRAIGHT_METRES_PER_SECOND * DETOUR * speed, MAX_DRIVEN_MPS);
}

/** A logged drive of no length still has to turn a corner. */
const SHORTEST_DRIVE: Duration = MINUTE;
const NEAREST_PLACE_M = 300;
const FARTHEST_PLACE_M = 15_000;
/** More tries give places that fit the logged drive better; 32 leave a median misfit of a few per cent. */
const PLACE_TRIES = 32;

interface TicketDraft {
  readonly key: string;
  readonly incident: Incident;
  readonly hangUpAt: Instant;
  readonly medians: LoggedMedians;
  readonly random: SeededRandom;
  readonly roads: Roads;
  readonly vehicles: readonly ShiftVehicle[];
}

/** One call of the log as a repair ticket at its real pace. */
export function planTicket({ key, incident, hangUpAt, medians, random, roads, vehicles }: TicketDraft): PlannedTicket {
  const faultClass = drawFaultClass(incident, random);
  const serving = vehicles.filter((vehicle) => vehicle.serves.includes(faultClass));
  const home = random.oneOf(serving.length > 0 ? serving : vehicles);
  const story = random.oneOf(FAULT_STORIES[faultClass]);
  const waits = planWaits(incident, medians, random);
  const driveFor = Math.max(scaledHop('travel', incident.travel, medians), SHORTEST_DRIVE);
  const { place, straightM } = drawPlace(roads, home.base, driveFor, random);
  return {
    key,
    hangUpAt,
    place,
    faultClass,
    faultText: { zh: story.zh, en: story.en },
    caller: fictionalCaller(random.below),
    homeVehicleId: home.vehicleId,
    hops: { ...waits, driveFor, driveMetresPerSecond: ((straightM * DETOUR) / driveFor) * 1000 },
    outcome: outcomeOf(incident, story.record, waits),
  };
}

/** The same ticket with wheels and tools `speed` times as fast. Desks and crews keep their pace: their hops are what
 *  the console measures, and its clock is never speeded up. */
export function speededUp(ticket: PlannedTicket, speed: number): PlannedTicket {
  const { hops } = ticket;
  const metresPerSecond = Math.max(
    hops.driveMetresPerSecond,
    Math.min(hops.driveMetresPerSecond * speed, MAX_DRIVEN_MPS),
  );
  return {
    ...ticket,
    hops: {
      ...hops,
      driveFor: Math.round((hops.driveFor * hops.driveMetresPerSecond) / metresPerSecond),
      driveMetresPerSecond: metresPerSecond,
      repairFor: Math.round(hops.repairFor / speed),
    },
  };
}

function planWaits(incident: Incident, medians: LoggedMedians, random: SeededRandom) {
  const dispatchAfter = scaledHop('dispatch', incident.dispatch, medians);
  const turnout = scaledHop('turnout', incident.turnout, medians);
  // The log does not part the turnout into acceptance and departure. Their typical times are one and two minutes, so
  // a third of it, on average, is the duty person's.
  const acceptAfter = Math.round(turnout * (0.15 + 0.37 * random.unit()));
  return {
    issueAfter: scaledHop('entry', incident.entry, medians),
    takeAfter: Math.round(dispatchAfter * (0.2 + 0.5 * random.unit())),
    dispatchAfter,
    acceptAfter,
    departAfter: turnout - acceptAfter,
    parkFor: PARKING,
    repairFor: scaledHop('onScene', incident.onScene, medians),
    ...planWriting(random),
    departureReport: incident.pressedTogether ? ('with-arrival' as const) : ('on-departure' as const),
    arrivalReport: hasArrival(incident) ? ('on-arrival' as const) : ('never' as const),
  };
}

export const PARKING: Duration = 5 * SECOND;

/** People write for a minute or so; the log knows nothing of it. */
const WRITING = { from: 20 * SECOND, to: 100 * SECOND } as const;

export function planWriting(random: SeededRandom): Pick<PlannedHops, 'recordAfter' | 'closeAfter'> {
  const drawn = () => Math.round(WRITING.from + random.unit() * (WRITING.to - WRITING.from));
  return { recordAfter: drawn(), closeAfter: drawn() };
}

function hasArrival(incident: Incident): boolean {
  return incident.travel !== null || incident.pressedTogether;
}

function outcomeOf(
  { disposition }: Incident,
  repaired: FaultRecord,
  waits: Pick<PlannedHops, 'issueAfter' | 'dispatchAfter' | 'acceptAfter'>,
): PlannedOutcome {
  switch (disposition) {
    case 'Cancelled':
      // A minute into the crew's turnout: late enough to need a recall, early enough that it still helps.
      return {
        kind: 'cancelled',
        reason: 'customer-withdrew',
        after: waits.issueAfter + waits.dispatchAfter + waits.acceptAfter + MINUTE,
      };
    case 'No Merit':
      return { kind: 'repaired', record: CUSTOMER_SIDE_RECORD };
    case 'Gone on Arrival':
    case 'Unable to Locate':
      return { kind: 'repaired', record: RESTORED_RECORD };
    default:
      return { kind: 'repaired', record: repaired };
  }
}

/** Many units at a call stand for a big fault; what happened in the open stands for a hazard to the public. */
const MEDIUM_VOLTAGE_UNITS = 5;
const HAZARD_CALL_TYPES: ReadonlySet<string> = new Set(['Electrical Hazard', 'Outside Fire', 'Traffic Collision']);

function drawFaultClass(incident: Incident, random: SeededRandom): FaultClass {
  const share = random.unit();
  if (incident.unitCount >= MEDIUM_VOLTAGE_UNITS) return 'medium-voltage';
  if (HAZARD_CALL_TYPES.has(incident.callType)) return 'public-hazard';
  if (share < 0.46) return 'service-drop-or-meter';
  if (share < 0.9) return 'low-voltage';
  if (share < 0.95) return 'medium-voltage';
  return 'unknown';
}

/** A named street whose distance from the base is what the logged drive would cover at the pace of the city. */
function drawPlace(
  roads: Roads,
  base: LonLat,
  drive: Duration,
  random: SeededRandom,
): { readonly place: Place; readonly straightM: number } {
  const wantedM = Math.min(Math.max((drive / 1000) * STRAIGHT_METRES_PER_SECOND, NEAREST_PLACE_M), FARTHEST_PLACE_M);
  const tries = Array.from({ length: PLACE_TRIES }, () => roads.nodePlace(random.oneOf(roads.kerbsideNodes)))
    .map((spot) => ({ spot, straightM: distanceMetres(base, spot) }))
    .toSorted((a, b) => Math.abs(a.straightM - wantedM) - Math.abs(b.straightM - wantedM));
  for (const { spot, straightM } of tries) {
    const street = roads.nearestStreetName(spot);
    const area = roads.districtName(spot);
    if (street !== null && area !== null) return { place: { ...spot, street, area }, straightM };
  }
  throw new RangeError('none of the tried places has a street and a district');
}
