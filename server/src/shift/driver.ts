import type { Leg, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import type { LonLat } from '../map/local-metres.ts';
import { distanceMetres } from '../map/local-metres.ts';
import { CUSTOMER_SIDE_RECORD } from './fault-catalogue.ts';
import type { Manner } from './manner.ts';
import type { Motion, Whereabouts } from './motion.ts';
import { whereabouts } from './motion.ts';
import type { CrewTemper } from './plan.ts';
import type { ShiftVehicle } from './planned-ticket.ts';
import { paceAt } from './planned-ticket.ts';
import type { Roads } from './roads.ts';
import { seededRandom } from './seeded-random.ts';
import type { Deed, Errand, OwnWord } from './vehicle-deeds.ts';
import { currentErrand, hasSetOff, isDone, nextDeed } from './vehicle-deeds.ts';
import type { NumberedMessage, VehicleLink, VehicleListener } from './vehicle-link.ts';

export interface DriverParts {
  readonly vehicle: ShiftVehicle;
  readonly temper: CrewTemper | undefined;
  readonly roads: Pick<Roads, 'route'>;
  readonly seed: number;
  readonly speed: number;
  readonly mannerOf: (ticket: Ticket) => Manner;
  /** Opens the vehicle's client; it begins to speak after the driver is made. */
  readonly connect: (listener: VehicleListener) => VehicleLink;
  readonly onRefusal: (code: string) => void;
}

/** Once a second while it moves, every ten seconds while it stands; the beat may come a little early. */
const MOVING_EVERY: Duration = SECOND - 50;
const STANDING_EVERY: Duration = 10 * SECOND - 50;
/** A good receiver under the open sky. */
const ACCURACY_M = 8;
/** Nearer than this a vehicle is where it is to be, and does not set off once around the block. */
const THERE_WITHIN_M = 60;
/** Somebody in the vehicle reads the screen and presses the key. */
const CONFIRMS = { after: 8 * SECOND, within: 25 * SECOND } as const;

interface Held {
  ticket: Ticket;
  leg: Leg;
  readonly said: { -readonly [deed in keyof OwnWord]: OwnWord[deed] };
  reachedAt: Instant | null;
  /** When the vehicle learnt that the leg was taken back. */
  endedAt: Instant | null;
  hasConfirmed: boolean;
  hasReceipt: boolean;
  refusals: number;
  /** A refused word is not tried again before. */
  notBefore: Instant;
}

/** A word that was refused for what somebody else had done meanwhile: the next state of the leg tells what. */
const RETRY_AFTER: Duration = 20 * SECOND;
const MAX_REFUSALS = 5;
const MAX_DEEDS_PER_BEAT = 4;
const FORGETS_AFTER: Duration = 2 * MINUTE;

/** The crew of one vehicle with its client: drives along real roads and says what it does when it does it. */
export class Driver {
  readonly vehicle: ShiftVehicle;
  readonly link: VehicleLink;
  readonly #parts: DriverParts;
  readonly #now: () => Instant;
  #held = new Map<string, Held>();
  #motion: Motion;
  /** What the motion leads to: a leg's key, `home`, or `here`. */
  #heading = 'here';
  #reportedAt = 0;

  constructor(parts: DriverParts, start: LonLat, now: () => Instant) {
    this.vehicle = parts.vehicle;
    this.#parts = parts;
    this.#now = now;
    this.#motion = { kind: 'standing', at: start, headingDeg: null };
    this.link = parts.connect({
      onWelcome: (legs) => this.#welcome(legs),
      onLeg: (leg) => this.#take(leg, this.#held),
      onRefusal: (code, message) => {
        parts.onRefusal(code);
        if (message !== null) this.#refused(message);
      },
    });
  }

  position(now: Instant): Whereabouts {
    return whereabouts(this.#motion, now);
  }

  /** For a crew without an office: the vehicle accepts itself. */
  accept(ticketId: string, legNo: number): void {
    this.#say({ ticketId, legNo }, 'accept');
  }

  beat(now: Instant): void {
    // Somebody else's client speaks for the vehicle: he drives it.
    if (this.link.yieldedSince() !== null) return;
    this.#confirmRecalls(now);
    this.#forgetDone(now);
    // A beat that comes late finds several deeds due at once: there, out, and at work.
    for (let deeds = 0; deeds < MAX_DEEDS_PER_BEAT; deeds++) {
      const current = currentErrand(this.#errands());
      this.#steer(current, now);
      const next = current && nextDeed({ ...current, reachedAt: current.held.reachedAt });
      if (!current || !next || now < Math.max(next.dueAt, current.held.notBefore)) break;
      this.#perform(current, next.deed, now);
    }
    this.#report(now);
  }

  #errands(): (Errand & { readonly held: Held })[] {
    const { temper, mannerOf } = this.#parts;
    return [...this.#held.values()].map((held) => ({ ...held, held, temper, manner: mannerOf(held.ticket) }));
  }

  #welcome(legs: readonly VehicleLeg[]): void {
    const known = this.#held;
    this.#held = new Map();
    for (const leg of legs) this.#take(leg, known);
  }

  #take({ ticket, legNo }: VehicleLeg, known: ReadonlyMap<string, Held>): void {
    const leg = ticket.legs.find(({ no }) => no === legNo);
    // A supporting vehicle has no clock and nothing to say.
    if (leg?.vehicleId !== this.vehicle.vehicleId) return;
    const key = `${ticket.id}.${legNo}`;
    const held: Held = known.get(key) ?? {
      ticket,
      leg,
      said: {},
      reachedAt: null,
      endedAt: null,
      hasConfirmed: false,
      hasReceipt: false,
      refusals: 0,
      notBefore: 0,
    };
    held.ticket = ticket;
    held.leg = leg;
    if (leg.ending !== null) held.endedAt ??= this.#now();
    if (isDone(held) && leg.recallReceipt !== 'owed') this.#held.delete(key);
    else this.#held.set(key, held);
    if (leg.ending === null && leg.E === null && leg.F === null && !held.hasReceipt) {
      held.hasReceipt = true;
      this.#say({ ticketId: ticket.id, legNo }, 'receipt');
    }
  }

  #refused(message: NumberedMessage): void {
    if (!('legNo' in message)) return;
    const held = this.#held.get(`${message.ticketId}.${message.legNo}`);
    if (held === undefined || held.refusals === MAX_REFUSALS) return;
    held.refusals += 1;
    held.notBefore = this.#now() + RETRY_AFTER * held.refusals;
    if (message.type === 'confirm-recall') held.hasConfirmed = false;
    if (isDeed(message.type)) delete held.said[message.type];
  }

  /** The server speaks no more of a leg that is recorded. */
  #forgetDone(now: Instant): void {
    for (const [key, { said }] of this.#held) {
      if (said.record !== undefined && now > said.record + FORGETS_AFTER) this.#held.delete(key);
    }
  }

  #confirmRecalls(now: Instant): void {
    for (const held of this.#held.values()) {
      const { ticket, leg, endedAt } = held;
      if (endedAt === null || leg.recallReceipt !== 'owed' || held.hasConfirmed || now < held.notBefore) continue;
      const reading = seededRandom(this.#parts.seed, 'recall', ticket.id, String(leg.no)).unit() * CONFIRMS.within;
      if (now < endedAt + CONFIRMS.after + reading) continue;
      held.hasConfirmed = true;
      this.#say({ ticketId: ticket.id, legNo: leg.no }, 'confirm-recall');
    }
  }

  /** Turns towards the fault, home, or stays. A waiting crew stays where it is. */
  #steer(current: (Errand & { readonly held: Held }) | null, now: Instant): void {
    const here = this.position(now);
    const isUnderWay = current !== null && hasSetOff(current);
    const heading = current === null ? 'home' : isUnderWay ? `${current.ticket.id}.${current.leg.no}` : 'here';
    if (heading !== this.#heading) {
      this.#heading = heading;
      const to = current === null ? this.vehicle.base : isUnderWay ? current.ticket.report.place : here;
      const pace = current === null ? paceAt(this.#parts.speed) : current.manner.hops.driveMetresPerSecond;
      this.#motion = this.#towards(here, to, { pace, now });
    }
    if (!isUnderWay || current.held.reachedAt !== null) return;
    const reachedAt = this.#motion.kind === 'standing' ? now : this.position(now).reachedAt;
    if (reachedAt !== null) current.held.reachedAt = reachedAt;
  }

  #towards(here: Whereabouts, to: LonLat, { pace, now }: { readonly pace: number; readonly now: Instant }): Motion {
    if (distanceMetres(here, to) < THERE_WITHIN_M) {
      const { lon, lat, headingDeg } = here;
      return { kind: 'standing', at: { lon, lat }, headingDeg };
    }
    return { kind: 'driving', route: this.#parts.roads.route(here, to), since: now, metresPerSecond: pace };
  }

  #perform({ ticket, leg, manner, held }: Errand & { readonly held: Held }, deed: Deed, now: Instant): void {
    held.said[deed] = now;
    const about = { ticketId: ticket.id, legNo: leg.no };
    if (deed === 'set-off') return;
    if (deed !== 'record') return this.#say(about, deed);
    // A call that was withdrawn too late was the customer's own affair.
    const record = manner.outcome.kind === 'repaired' ? manner.outcome.record : CUSTOMER_SIDE_RECORD;
    const id = messageId(about, deed);
    this.link.say({ type: deed, id, ...about, claimedAt: now, record });
  }

  #say(
    about: { readonly ticketId: string; readonly legNo: number },
    type: 'receipt' | 'accept' | 'depart' | 'arrive' | 'clear' | 'confirm-recall',
  ): void {
    this.link.say({ type, id: messageId(about, type), ...about, claimedAt: this.#now() });
  }

  #report(now: Instant): void {
    const { lon, lat, headingDeg, metresPerSecond } = this.position(now);
    if (now < this.#reportedAt + (metresPerSecond > 0 ? MOVING_EVERY : STANDING_EVERY)) return;
    this.#reportedAt = now;
    this.link.report({
      fixedAt: now,
      lon: Number(lon.toFixed(6)),
      lat: Number(lat.toFixed(6)),
      speedMps: Number(metresPerSecond.toFixed(1)),
      headingDeg: headingDeg === null ? null : Math.round(headingDeg) % 360,
      accuracyM: ACCURACY_M,
    });
  }
}

/** The same word about the same leg has the same id in every run, so that it has one effect. */
function messageId({ ticketId, legNo }: { readonly ticketId: string; readonly legNo: number }, type: string): string {
  return `${ticketId}-${type}-${legNo}`;
}

function isDeed(type: string): type is Deed {
  return type === 'depart' || type === 'arrive' || type === 'clear' || type === 'record';
}
