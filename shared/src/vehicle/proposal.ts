import type { Department, Trade, Vehicle } from '../organisation/organisation.ts';
import { promiseStateOf } from '../ticket/clocks.ts';
import type { Policy } from '../ticket/policy.ts';
import { policyOfVersion } from '../ticket/policy.ts';
import type { FaultClass, Leg, Ticket } from '../ticket/ticket.ts';
import { openIssue } from '../ticket/ticket.ts';
import type { Duration, Instant } from '../time.ts';
import { minutes, SECOND } from '../time.ts';
import type { Freshness } from './state.ts';
import { freshnessOf, isUnderWay, vehicleStateOf, vehiclesOf } from './state.ts';
import type { Fix, Position, VehicleState } from './vehicle.ts';
import { distanceM, travelTime } from './vehicle.ts';

/** What the proposal is made from: one moment of the board. */
export interface ProposalInput {
  /** The ticket that looks for a vehicle. */
  readonly ticket: Ticket;
  /** The vehicles of its district; inactive ones are left out. */
  readonly vehicles: readonly Vehicle[];
  readonly positionOf: (vehicle: Vehicle) => Fix | null;
  readonly openTickets: Iterable<Ticket>;
  readonly departments: ReadonlyMap<string, Department>;
  readonly trades: readonly Trade[];
  readonly policies: readonly Policy[];
  readonly now: Instant;
}

/** Three moments between which an arrival falls in eight of ten cases, and in the middle. */
export interface ArrivalRange {
  readonly p10: Instant;
  readonly p50: Instant;
  readonly p90: Instant;
}

/** What an expected arrival does to a promise: surely enough kept, as likely as not, or lost. */
export type PromiseOutlook = 'kept' | 'at-risk' | 'lost' | 'unknown';

/** A ticket the vehicle holds already, and what taking one more would do to it. */
export interface HeldPromise {
  readonly ticketId: string;
  readonly number: string;
  /** The last moment to depart that keeps its promise. [B4] */
  readonly latestDeparture: Instant;
  readonly without: PromiseOutlook;
  readonly withIt: PromiseOutlook;
}

/** A vehicle with the reasons for its place in the list. [V7] */
export interface VehicleProposal {
  readonly vehicle: Vehicle;
  readonly state: VehicleState;
  /** Why it cannot be sent just so; `null` when it can. */
  readonly obstacle: 'off-duty' | 'paused' | null;
  readonly trade: TradeFit;
  /** Whether its crew works for the centre that holds the ticket. */
  readonly isOfCentre: boolean;
  /** Straight, from the last known position. */
  readonly distanceM: number | null;
  /** When it would be there, after what it is at now; `null` without a position. */
  readonly arrival: ArrivalRange | null;
  readonly promise: PromiseOutlook;
  /** Tickets it serves or supports. */
  readonly load: number;
  readonly freshness: Freshness;
  readonly fixedAt: Instant | null;
  /** Tickets that wait for this vehicle already, in the order in which it would serve them. */
  readonly held: readonly HeldPromise[];
  /** How many of them would be worse off. */
  readonly harmed: number;
}

export const TRADE_FITS = ['fits', 'unknown', 'other'] as const;
export type TradeFit = (typeof TRADE_FITS)[number];

/** How often vehicles report, at the least. */
const REPORT_INTERVAL: Duration = 10 * SECOND;

/**
 * Trades are named by the district itself; these are the field's own words for those that a class of fault needs.
 * A word fits when the trade's Chinese name contains it.
 */
const TRADE_WORDS: Readonly<Record<FaultClass, readonly string[]>> = {
  'service-drop-or-meter': ['计量', '装表', '低压', '配电'],
  'low-voltage': ['低压', '配电', '电缆'],
  'medium-voltage': ['配电', '中压', '高压', '电缆', '带电', '线路'],
  'public-hazard': ['配电', '带电', '线路', '电缆'],
  unknown: ['配电', '低压'],
};

/** The time a crew spends at a fault, for planning what comes after it; a prior until the site's own records say more. */
const TYPICAL_WORK: Duration = minutes(30);

/**
 * Spread of driving times around the expected one. On real trips the straight-distance model errs by 27 % in the
 * median; for a log-normal spread that is σ = 0.27 / 0.6745 = 0.40, so that the 10th and 90th percentile lie
 * e^(∓1.2816 σ) from the middle.
 */
const TRAVEL_SPREAD = { p10: 0.6, p50: 1, p90: 1.67 } as const;

/**
 * The vehicles that could take the ticket, best first: who can be sent, has the trade, belongs to the centre, harms no
 * promise already given, keeps this one, and is there soonest. The person decides; the reasons stand beside. [V7]
 */
export function proposeVehicles(input: ProposalInput): readonly VehicleProposal[] {
  const heldBy = legsByVehicle(input);
  return input.vehicles
    .filter(({ isActive }) => isActive)
    .map((vehicle) => proposalOf(vehicle, heldBy.get(vehicle.id) ?? [], input))
    .sort(byMerit);
}

function byMerit(left: VehicleProposal, right: VehicleProposal): number {
  const likely = ({ arrival }: VehicleProposal): number => arrival?.p50 ?? Number.MAX_SAFE_INTEGER;
  return (
    OBSTACLE_RANK[left.obstacle ?? 'none'] - OBSTACLE_RANK[right.obstacle ?? 'none'] ||
    TRADE_FITS.indexOf(left.trade) - TRADE_FITS.indexOf(right.trade) ||
    Number(right.isOfCentre) - Number(left.isOfCentre) ||
    left.harmed - right.harmed ||
    OUTLOOK_RANK[left.promise] - OUTLOOK_RANK[right.promise] ||
    likely(left) - likely(right) ||
    left.load - right.load ||
    left.vehicle.index - right.vehicle.index
  );
}

const OBSTACLE_RANK = { none: 0, paused: 1, 'off-duty': 2 } as const;
const OUTLOOK_RANK = { kept: 0, 'at-risk': 1, lost: 2, unknown: 3 } as const;

interface Held {
  readonly ticket: Ticket;
  readonly leg: Leg;
}

function legsByVehicle({ ticket, openTickets }: ProposalInput): ReadonlyMap<string, readonly Held[]> {
  const held = new Map<string, Held[]>();
  for (const other of openTickets) {
    if (other.id === ticket.id) continue;
    for (const leg of other.legs) {
      if (!isUnderWay(other, leg)) continue;
      for (const vehicleId of vehiclesOf(leg)) {
        const ofVehicle = held.get(vehicleId) ?? [];
        held.set(vehicleId, ofVehicle);
        ofVehicle.push({ ticket: other, leg });
      }
    }
  }
  return held;
}

function proposalOf(vehicle: Vehicle, held: readonly Held[], input: ProposalInput): VehicleProposal {
  const { ticket, departments, now } = input;
  const fix = input.positionOf(vehicle);
  const own = held.filter(({ leg }) => leg.vehicleId === vehicle.id);
  const plan = planOf(own, fix, input);
  const centreId = openIssue(ticket)?.centreId ?? null;
  return {
    vehicle,
    state: vehicleStateOf(
      vehicle,
      own.map((one) => one.ticket),
    ),
    obstacle: vehicle.duty === 'on-duty' ? null : vehicle.duty,
    trade: tradeFitOf(vehicle, input),
    isOfCentre: centreId !== null && departments.get(vehicle.crewId)?.centreId === centreId,
    distanceM: fix && distanceM(fix, ticket.report.place),
    ...plan,
    load: held.length,
    freshness: freshnessOf(fix?.receivedAt ?? null, now, REPORT_INTERVAL),
    fixedAt: fix?.fixedAt ?? null,
    harmed: plan.held.filter(({ without, withIt }) => OUTLOOK_RANK[withIt] > OUTLOOK_RANK[without]).length,
  };
}

function tradeFitOf(vehicle: Vehicle, { ticket, trades }: ProposalInput): TradeFit {
  const names = trades.filter(({ id }) => vehicle.tradeIds.includes(id)).map(({ name }) => name.zh);
  const { faultClass } = ticket.report;
  if (names.some((name) => TRADE_WORDS[faultClass].some((word) => name.includes(word)))) return 'fits';
  const known = Object.values(TRADE_WORDS).flat();
  const isUnderstood = names.length > 0 && names.every((name) => known.some((word) => name.includes(word)));
  return isUnderstood ? 'other' : 'unknown';
}

type Plan = Pick<VehicleProposal, 'arrival' | 'promise' | 'held'>;

/** Serves what it has, first with and then without the new ticket among it, and compares the arrivals. */
function planOf(own: readonly Held[], fix: Fix | null, input: ProposalInput): Plan {
  const { ticket } = input;
  const underWay = own.filter(({ leg, ticket: one }) => leg.G !== null || leg.H !== null || one.cleared !== null);
  const waiting = own.filter((one) => !underWay.includes(one)).map((one) => one.ticket);
  const start = startOf(underWay, fix, input);
  const withIt = serve(start, [...waiting, ticket], input);
  const without = serve(start, waiting, input);
  const arrival = withIt.get(ticket.id) ?? null;
  return {
    arrival,
    promise: outlookOf(arrival, dueOf(ticket, input)),
    held: inOrderOfDue(waiting, input).map((one) => ({
      ticketId: one.id,
      number: one.report.number,
      latestDeparture: promiseOf(one, input).latestDeparture,
      without: outlookOf(without.get(one.id) ?? null, dueOf(one, input)),
      withIt: outlookOf(withIt.get(one.id) ?? null, dueOf(one, input)),
    })),
  };
}

/** Where and when the vehicle is free for the next ticket; `null` when nobody knows where it is. */
interface Start {
  readonly at: ArrivalRange;
  readonly from: Position;
}

/** After what it drives to or works at now; of several the newest, because it is at one place only. [V1] */
function startOf(underWay: readonly Held[], fix: Fix | null, { now }: ProposalInput): Start | null {
  const newest = [...underWay].sort((left, right) => pointOf(right.leg) - pointOf(left.leg))[0];
  if (!newest) return fix && { at: { p10: now, p50: now, p90: now }, from: fix };
  const { leg, ticket } = newest;
  const { place } = ticket.report;
  if (ticket.cleared) return { at: rangeOf(() => now), from: fix ?? place };
  const { G, H } = leg;
  if (H) return { at: rangeOf(() => Math.max(now, H.at + TYPICAL_WORK)), from: place };
  const travel = leg.travelMs ?? (fix ? travelTime(fix, place) : 0);
  const departedAt = G?.at ?? now;
  return { at: rangeOf((spread) => Math.max(now, departedAt + travel * spread) + TYPICAL_WORK), from: place };
}

function pointOf(leg: Leg): Instant {
  return (leg.H ?? leg.G ?? leg.D).at;
}

/** One after the other in the order in which the vehicle's own list shows them: the earliest promise first. */
function serve(
  start: Start | null,
  tickets: readonly Ticket[],
  input: ProposalInput,
): ReadonlyMap<string, ArrivalRange> {
  const arrivals = new Map<string, ArrivalRange>();
  if (!start) return arrivals;
  let { at, from } = start;
  for (const ticket of inOrderOfDue(tickets, input)) {
    const { place } = ticket.report;
    const free = at;
    const travel = travelTime(from, place);
    const arrival = rangeOf((spread, name) => Math.round(free[name] + travel * spread));
    arrivals.set(ticket.id, arrival);
    at = rangeOf((_spread, name) => arrival[name] + TYPICAL_WORK);
    from = place;
  }
  return arrivals;
}

function rangeOf(moment: (spread: number, name: keyof ArrivalRange) => Instant): ArrivalRange {
  const { p10, p50, p90 } = TRAVEL_SPREAD;
  return { p10: moment(p10, 'p10'), p50: moment(p50, 'p50'), p90: moment(p90, 'p90') };
}

function inOrderOfDue(tickets: readonly Ticket[], input: ProposalInput): readonly Ticket[] {
  return [...tickets].sort((left, right) => dueOf(left, input) - dueOf(right, input));
}

function promiseOf(ticket: Ticket, { policies, now }: ProposalInput) {
  return promiseStateOf(ticket, policyOfVersion(policies, ticket.policyVersion), now);
}

function dueOf(ticket: Ticket, input: ProposalInput): Instant {
  return promiseOf(ticket, input).due;
}

function outlookOf(arrival: ArrivalRange | null, due: Instant): PromiseOutlook {
  if (!arrival) return 'unknown';
  if (arrival.p90 <= due) return 'kept';
  return arrival.p50 <= due ? 'at-risk' : 'lost';
}
