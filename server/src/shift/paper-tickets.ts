import { budgetOf, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { distanceMetres } from '../map/local-metres.ts';
import type { PlannedTicket, ShiftVehicle } from './planned-ticket.ts';
import { speededUp } from './planned-ticket.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A ticket that was begun on paper before the console ran; its open hop goes on live. [T7] */
export interface PaperTicket {
  readonly ticket: PlannedTicket;
  readonly written: WrittenPoints;
  /** The vehicle it was given to; null as long as D is. No two paper tickets share one. */
  readonly vehicleId: string | null;
  /** How much of the drive lay behind the vehicle at the start of the shift, in [0, 1); 0 before G. */
  readonly drivenShare: number;
}

/** The points that a pencil can note. C and E are receipts; on most papers nobody has noted them. [T3] */
export interface WrittenPoints {
  readonly A: Instant;
  readonly B: Instant | null;
  readonly C: Instant | null;
  readonly D: Instant | null;
  readonly E: Instant | null;
  readonly F: Instant | null;
  readonly G: Instant | null;
}

interface PaperOptions {
  /** At their real pace (nothing was speeded up before the start), in the order of preference; their `hangUpAt` is
   *  replaced by the one that their place in the shift asks for. */
  readonly candidates: readonly PlannedTicket[];
  readonly vehicles: readonly ShiftVehicle[];
  readonly startAt: Instant;
  /** For what is left of the drive, and for the repair. */
  readonly speed: number;
  readonly random: SeededRandom;
}

/** What the board looks like when it is switched on in the middle of a day: some hops late, most not. In the order of
 *  importance, because a small fleet gets only the first ones. `openHop` is the hop that was running at the start. */
const OPENING: readonly { readonly openHop: OpenHop; readonly isLate: boolean }[] = [
  { openHop: 'GH', isLate: true },
  { openHop: 'FG', isLate: true },
  { openHop: 'GH', isLate: false },
  { openHop: 'AB', isLate: true },
  { openHop: 'GH', isLate: false },
  { openHop: 'GH', isLate: true },
  { openHop: 'FG', isLate: false },
  { openHop: 'GH', isLate: false },
];
/** Not BD and DF: their receipts C and E would be made at the entering and show a delivery of many minutes. */
type OpenHop = 'AB' | 'FG' | 'GH';

/** Most vehicles stay free for the first live calls. */
const VEHICLES_PER_PAPER_TICKET = 3;
/** A paper older than this would have been closed on paper. */
const OLDEST: Duration = 90 * MINUTE;
/** How far the open hop has come, in shares of its budget: late ones are late at first sight and not absurdly so. */
const LATE_SHARES = { from: 1.1, to: 1.6 } as const;
const KEPT_SHARES = { from: 0.15, to: 0.7 } as const;
/** No more of its length than this: a late vehicle that arrives in the first seconds would not be seen driving. */
const HOP_SHARE = 0.8;

export function planPaperTickets(options: PaperOptions): PaperTicket[] {
  const { candidates, vehicles, startAt, speed, random } = options;
  const takenVehicles = new Set<string>();
  const takenTickets = new Set<string>();
  const papers: PaperTicket[] = [];
  for (const slot of OPENING.slice(0, Math.floor(vehicles.length / VEHICLES_PER_PAPER_TICKET))) {
    for (const candidate of candidates) {
      if (takenTickets.has(candidate.key) || !isOrdinary(candidate)) continue;
      const elapsed = elapsedInHop(candidate, slot.openHop, slot.isLate, random);
      if (elapsed === null) continue;
      const written = writtenPoints(candidate, slot.openHop, startAt - elapsed);
      const vehicle = written.D === null ? null : nearestFree(candidate, vehicles, takenVehicles);
      if (written.A < startAt - OLDEST || (written.D !== null && vehicle === null)) continue;
      takenTickets.add(candidate.key);
      if (vehicle !== null) takenVehicles.add(vehicle.vehicleId);
      papers.push({
        ticket: speededUp({ ...candidate, hangUpAt: written.A }, speed),
        written,
        vehicleId: vehicle?.vehicleId ?? null,
        drivenShare: slot.openHop === 'GH' ? elapsed / candidate.hops.driveFor : 0,
      });
      break;
    }
  }
  return papers.toSorted((a, b) => a.ticket.hangUpAt - b.ticket.hangUpAt);
}

/** A paper that leaves out what a crew usually notes would need explaining before it has been explained. */
export function isOrdinary({ outcome, hops }: PlannedTicket): boolean {
  return outcome.kind === 'repaired' && hops.departureReport === 'on-departure' && hops.arrivalReport === 'on-arrival';
}

/** How long the hop has been running at the start; null when the log's hop was over before it could be that far. */
function elapsedInHop(ticket: PlannedTicket, hop: OpenHop, isLate: boolean, random: SeededRandom): Duration | null {
  const budget = budgetOf(FIRST_POLICY, hop, { areaClass: 'urban', isCoLocated: true });
  const { from, to } = isLate ? LATE_SHARES : KEPT_SHARES;
  const latest = Math.min(to * budget, HOP_SHARE * hopLength(ticket, hop));
  return latest <= from * budget ? null : Math.round(from * budget + random.unit() * (latest - from * budget));
}

function hopLength({ hops }: PlannedTicket, hop: OpenHop): Duration {
  switch (hop) {
    case 'AB':
      return hops.issueAfter;
    case 'FG':
      return hops.departAfter;
    case 'GH':
      return hops.driveFor;
  }
}

/** Counts back from the moment at which the open hop began. */
function writtenPoints({ hops }: PlannedTicket, openHop: OpenHop, openSince: Instant): WrittenPoints {
  if (openHop === 'AB') return { A: openSince, B: null, C: null, D: null, E: null, F: null, G: null };
  const G = openHop === 'GH' ? openSince : null;
  const F = G === null ? openSince : G - hops.departAfter;
  const D = F - hops.acceptAfter;
  const B = D - hops.dispatchAfter;
  return { A: B - hops.issueAfter, B, C: null, D, E: null, F, G };
}

/** The home vehicle if it is free, since the logged drive was measured from its base; else the nearest base of the
 *  fault's class. */
function nearestFree(
  ticket: PlannedTicket,
  vehicles: readonly ShiftVehicle[],
  taken: ReadonlySet<string>,
): ShiftVehicle | null {
  const free = vehicles.filter((vehicle) => !taken.has(vehicle.vehicleId));
  const home = free.find((vehicle) => vehicle.vehicleId === ticket.homeVehicleId);
  if (home !== undefined) return home;
  const distance = (vehicle: ShiftVehicle) => distanceMetres(vehicle.base, ticket.place);
  const suitable = free.filter((vehicle) => vehicle.serves.includes(ticket.faultClass));
  return suitable.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}
