import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { boardSchema } from '@faultline/shared/wire/http.ts';
import { FRAME_STRIDE } from '@faultline/shared/wire/live.ts';
import type { Clock } from '../clock.ts';
import type { LonLat } from '../map/local-metres.ts';
import type { ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import type { Candidate } from './assignment.ts';
import { backoff, until } from './backoff.ts';
import { Conductor } from './conductor.ts';
import { shiftVehicles } from './depots.ts';
import type { Desks } from './desks.ts';
import { openDesks } from './desks.ts';
import { Driver } from './driver.ts';
import { follow } from './follower.ts';
import { Intake } from './intake.ts';
import { LiveBoard } from './live-board.ts';
import type { Manner } from './manner.ts';
import { leftoverManner, plannedManner, visitorsManner } from './manner.ts';
import { Office } from './office.ts';
import type { PaperTicket } from './paper-tickets.ts';
import { PhoneDesk } from './phone-desk.ts';
import type { ShiftPlan } from './plan.ts';
import type { ShiftVehicle } from './planned-ticket.ts';
import type { Roads } from './roads.ts';
import { alongRoute } from './roads.ts';
import { Silence } from './silence.ts';
import { createStatistics } from './statistics.ts';
import { connectVehicle } from './vehicle-link.ts';

export interface ShiftSettings {
  readonly url: URL;
  readonly seed: number;
  readonly speed: number;
  /** At most so many vehicles of the district take part. */
  readonly vehicles: number;
  readonly clock: Clock;
  readonly roads: Roads;
  readonly plan: (given: { readonly vehicles: readonly ShiftVehicle[]; readonly startAt: Instant }) => ShiftPlan;
  /** Told one line a minute, and what an operator has to know. */
  readonly say: (line: string) => void;
  /** Ends the shift; everything stays as it is, and the next run goes on from there. */
  readonly signal: AbortSignal;
  /** How often the simulation looks at what is due; a second when not given. */
  readonly beatEvery?: Duration;
}

export type ShiftEnd = 'stopped' | 'server-away';

/** A server that is started again is back sooner; one that is away for longer has been stopped. */
const AWAY_AFTER: Duration = MINUTE;
const BEAT: Duration = SECOND;
const REPORT_EVERY: Duration = MINUTE;
const CHECK_YIELDED_EVERY: Duration = 15 * SECOND;
/** A visitor who closes the vehicle's page for a moment keeps the vehicle. */
const TAKEN_BACK_AFTER: Duration = 45 * SECOND;
/** More open tickets than that are never served, so that a small fleet with a high speed does not drown. */
const OPEN_PER_VEHICLE = 1.5;
/** As many tickets as a board shows at its first sight; what an earlier shift left over counts among them. */
const OPENING_TICKETS = 8;

/**
 * Plays a shift against a server as its people and vehicles would: by HTTP, the consoles' sockets, and the vehicles'.
 * It decides from the tickets as they stand, so whatever a visitor does by hand is simply where it goes on from.
 */
export async function playShift(settings: ShiftSettings): Promise<ShiftEnd> {
  const { clock, signal } = settings;
  const silence = new Silence(clock.now());
  const server: ServerAddress = { url: settings.url, signal, onAnswer: () => silence.heard() };
  const isAway = (): boolean => silence.look(clock.now()) > AWAY_AFTER;
  const desks = await patiently(settings, isAway, () => openDesks(server));
  if (desks === null) return signal.aborted ? 'stopped' : 'server-away';
  const shift = new Shift(settings, server, desks);
  while (!signal.aborted) {
    if (isAway()) return 'server-away';
    shift.beat(clock.now());
    await until(clock, clock.now() + (settings.beatEvery ?? BEAT), signal);
  }
  return 'stopped';
}

/** Tries until it works; `null` when the shift was stopped or the server stayed away. */
async function patiently<Value>(
  { clock, signal, say }: ShiftSettings,
  isAway: () => boolean,
  make: () => Promise<Value>,
): Promise<Value | null> {
  for (let failures = 1; !signal.aborted && !isAway(); failures++) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
      if (failures === 1 && !signal.aborted) say(`${error.message}; trying again`);
    }
    await until(clock, clock.now() + backoff(failures, SECOND / 2, 8 * SECOND), signal);
  }
  return null;
}

/** One run of the player, from its first board on. */
class Shift {
  readonly #settings: ShiftSettings;
  readonly #server: ServerAddress;
  readonly #desks: Desks;
  readonly #statistics = createStatistics();
  readonly #board: LiveBoard;
  readonly #manners = new Map<string, Manner>();
  #drivers = new Map<string, Driver>();
  #plan: ShiftPlan | null = null;
  #nextCall = 0;
  #intake: Intake | null = null;
  #conductor: Conductor | null = null;
  #phones: PhoneDesk | null = null;
  #paper: PaperTicket[] = [];
  #reportAt: Instant;
  #checkYieldedAt: Instant = 0;
  #isChecking = false;

  constructor(settings: ShiftSettings, server: ServerAddress, desks: Desks) {
    this.#settings = settings;
    this.#server = server;
    this.#desks = desks;
    this.#reportAt = settings.clock.now() + REPORT_EVERY;
    const { clock } = settings;
    const onRefusal = this.#statistics.refused;
    this.#board = new LiveBoard({
      onOver: ({ id }) => {
        this.#statistics.closed();
        this.#manners.delete(id);
      },
      onOrganisation: () => lead.restart(),
    });
    const lead = follow({ server, clock, account: desks.lead, district: this.#board, onRefusal });
    for (const [departmentId, account] of [...desks.centres, ...desks.crews]) {
      const office = new Office(departmentId, (receipt) => follower.receipt(receipt));
      const follower = follow({ server, clock, account, district: office, onRefusal });
    }
  }

  beat(now: Instant): void {
    const district = this.#board.district;
    if (district === null) return;
    if (this.#plan === null) this.#begin(district, now);
    else if (this.#nextCall > 0 && this.#nextCall === this.#plan.tickets.length) this.#continue(now);
    this.#loseNetworks(now);
    for (const driver of this.#drivers.values()) driver.beat(now);
    this.#enterPaper();
    this.#takeCalls(now);
    this.#intake?.beat(now);
    this.#conductor?.beat(now);
    this.#phones?.beat(now);
    this.#takeBackVehicles(now);
    if (now >= this.#reportAt) {
      this.#reportAt += REPORT_EVERY;
      this.#settings.say(this.report());
    }
  }

  report(): string {
    const drivers = [...this.#drivers.values()];
    return this.#statistics.report({
      open: this.#board.tickets.size,
      online: drivers.filter(({ link }) => link.isOnline()).length,
      vehicles: drivers.length,
      fixes: drivers.reduce((sum, { link }) => sum + link.fixesSent(), 0),
    });
  }

  #begin(board: Board, now: Instant): void {
    const { roads, seed, speed, say } = this.#settings;
    const { departments, vehicles, district } = board;
    const fleet = shiftVehicles({ departments, vehicles, bounds: district.bounds }, roads, this.#settings.vehicles);
    if (fleet.length === 0) throw new ServerFault('the district has no vehicle that could take part in a shift');
    const plan = this.#settings.plan({ vehicles: fleet, startAt: now });
    this.#plan = plan;
    for (const ticket of board.tickets) this.#manners.set(ticket.id, leftoverManner(ticket, { seed, speed, now }));
    this.#paper = this.#usablePaper(plan, board);
    const starts = this.#startPlaces(board);
    for (const vehicle of fleet) this.#drivers.set(vehicle.vehicleId, this.#crewOf(vehicle, starts));
    this.#intake = this.#openIntake();
    this.#conductor = this.#openConductor();
    this.#phones = new PhoneDesk({
      desks: this.#desks,
      ticket: (id) => this.#board.tickets.get(id),
      temperOf: (crewId) => plan.crewTempers.get(crewId),
      seed,
      onRefusal: this.#statistics.refused,
    });
    say(
      `a shift begins: seed ${seed}, speed ${speed}, ${fleet.length} vehicles, ${board.tickets.length} tickets left over`,
    );
  }

  /** The plan is played to its end: the next one begins with its first call, nothing of it lies on paper. */
  #continue(now: Instant): void {
    this.#plan = this.#settings.plan({
      vehicles: [...this.#drivers.values()].map(({ vehicle }) => vehicle),
      startAt: now,
    });
    this.#nextCall = 0;
  }

  #usablePaper(plan: ShiftPlan, board: Board): PaperTicket[] {
    const held = new Set(board.tickets.map((ticket) => openLeg(ticket)?.vehicleId));
    const free = plan.paper.filter(({ vehicleId }) => vehicleId === null || !held.has(vehicleId));
    return free.slice(0, Math.max(0, OPENING_TICKETS - board.tickets.length));
  }

  /** Where each vehicle was last seen, and those of the paper tickets as far on their way as they say. */
  #startPlaces(board: Board): ReadonlyMap<string, LonLat> {
    const { v } = board.positions;
    const places = new Map<string, LonLat>();
    for (let start = 0; start + FRAME_STRIDE <= v.length; start += FRAME_STRIDE) {
      const [index, lonE6, latE6] = v.slice(start, start + 3);
      const vehicle = board.vehicles.find((candidate) => candidate.index === index);
      if (vehicle && lonE6 !== undefined && latE6 !== undefined) {
        places.set(vehicle.id, { lon: lonE6 / 1e6, lat: latE6 / 1e6 });
      }
    }
    return places;
  }

  #crewOf(vehicle: ShiftVehicle, places: ReadonlyMap<string, LonLat>): Driver {
    const { roads, seed, speed, clock } = this.#settings;
    const server = this.#server;
    const paper = this.#paper.find(({ vehicleId }) => vehicleId === vehicle.vehicleId);
    const start = paper ? this.#onItsWay(vehicle, paper) : (places.get(vehicle.vehicleId) ?? vehicle.base);
    return new Driver(
      {
        vehicle,
        roads,
        seed,
        speed,
        temper: this.#plan?.crewTempers.get(vehicle.crewId),
        mannerOf: this.#mannerOf,
        onRefusal: this.#statistics.refused,
        connect: (listener) => connectVehicle({ server, clock, vehicleId: vehicle.vehicleId, listener }),
      },
      start,
      clock.now,
    );
  }

  #onItsWay({ base }: ShiftVehicle, { ticket, drivenShare }: PaperTicket): LonLat {
    const route = this.#settings.roads.route(base, ticket.place);
    return alongRoute(route, drivenShare * route.lengthM);
  }

  readonly #mannerOf = (ticket: Ticket): Manner => {
    const { seed, speed } = this.#settings;
    return this.#manners.get(ticket.id) ?? visitorsManner(ticket, { seed, speed });
  };

  readonly #centreOf = (vehicleId: string): string => {
    const crewId = this.#crewIdOf(vehicleId);
    const centreId = this.#board.district?.departments.find(({ id }) => id === crewId)?.centreId;
    return centreId ?? this.#anyCentre();
  };

  readonly #crewIdOf = (vehicleId: string): string => this.#drivers.get(vehicleId)?.vehicle.crewId ?? '';

  #anyCentre(): string {
    const [centreId] = this.#desks.centres.keys();
    if (centreId === undefined) throw new ServerFault('the demo has no repair centre');
    return centreId;
  }

  #openIntake(): Intake {
    const { clock } = this.#settings;
    return new Intake({
      agent: this.#desks.agent,
      centreOf: this.#centreOf,
      crewOf: this.#crewIdOf,
      onOpened: (ticketId, ticket) => {
        this.#statistics.opened();
        this.#manners.set(ticketId, plannedManner(ticket));
      },
      onRefusal: this.#statistics.refused,
      now: clock.now,
    });
  }

  #openConductor(): Conductor {
    return new Conductor({
      desks: this.#desks,
      board: this.#board,
      mannerOf: this.#mannerOf,
      temperOf: (crewId) => this.#plan?.crewTempers.get(crewId),
      candidates: () => this.#candidates(),
      centreFor: (ticket, manner) => {
        if (manner.homeVehicleId !== null) return this.#centreOf(manner.homeVehicleId);
        const departments = this.#board.district?.departments ?? [];
        const serves = departments.find(
          ({ kind, areas, isActive }) =>
            kind === 'repair-centre' && isActive && areas.includes(ticket.report.place.area),
        );
        return serves?.id ?? this.#anyCentre();
      },
      acceptInVehicle: (ticket, legNo) => {
        const vehicleId = openLeg(ticket)?.vehicleId;
        if (vehicleId !== undefined) this.#drivers.get(vehicleId)?.accept(ticket.id, legNo);
      },
      onRefusal: this.#statistics.refused,
      now: this.#settings.clock.now,
    });
  }

  /** Vehicles that are on duty, connected, and not driven by a visitor. */
  #candidates(): Candidate[] {
    const now = this.#settings.clock.now();
    const held = new Map<string, number>();
    for (const ticket of this.#board.tickets.values()) {
      const leg = openLeg(ticket);
      if (leg && ticket.recorded === null) held.set(leg.vehicleId, (held.get(leg.vehicleId) ?? 0) + 1);
    }
    const onDuty = new Set(
      this.#board.district?.vehicles.flatMap(({ id, duty, isActive }) => (isActive && duty === 'on-duty' ? [id] : [])),
    );
    return [...this.#drivers.values()]
      .filter(({ vehicle, link }) => link.isOnline() && onDuty.has(vehicle.vehicleId))
      .map((driver) => ({
        ...driver.vehicle,
        centreId: this.#centreOf(driver.vehicle.vehicleId),
        position: driver.position(now),
        load: held.get(driver.vehicle.vehicleId) ?? 0,
      }));
  }

  /** A paper ticket waits for the client of its vehicle, so that the vehicle knows where it is to go. */
  #enterPaper(): void {
    const ready = this.#paper.filter(({ vehicleId }) => {
      return vehicleId === null || (this.#drivers.get(vehicleId)?.link.isOnline() ?? false);
    });
    if (ready.length === 0) return;
    this.#paper = this.#paper.filter((paper) => !ready.includes(paper));
    for (const paper of ready) this.#intake?.enterPaper(paper);
  }

  #takeCalls(now: Instant): void {
    const tickets = this.#plan?.tickets ?? [];
    for (let next = tickets[this.#nextCall]; next && next.hangUpAt <= now; next = tickets[this.#nextCall]) {
      this.#nextCall += 1;
      if (this.#board.tickets.size < this.#drivers.size * OPEN_PER_VEHICLE) this.#intake?.takeCall(next);
      else this.#statistics.leftOut();
    }
  }

  #loseNetworks(now: Instant): void {
    for (const { vehicleId, from, until: back } of this.#plan?.networkLosses ?? []) {
      const link = this.#drivers.get(vehicleId)?.link;
      if (link === undefined || link.yieldedSince() !== null) continue;
      if (now >= from && now < back && !link.isCutOff()) link.cutOff();
      if (now >= back && link.isCutOff()) link.resume();
    }
  }

  /** A vehicle that a visitor drove is driven on, when nobody speaks for it any more. */
  #takeBackVehicles(now: Instant): void {
    const isLongYielded = ({ link }: Driver): boolean => now > (link.yieldedSince() ?? now) + TAKEN_BACK_AFTER;
    const yielded = [...this.#drivers.values()].filter(isLongYielded);
    if (yielded.length === 0 || this.#isChecking || now < this.#checkYieldedAt) return;
    this.#isChecking = true;
    this.#checkYieldedAt = now + CHECK_YIELDED_EVERY;
    const look = async (): Promise<void> => {
      try {
        const board = await this.#desks.lead.get('/api/board', boardSchema);
        if (!board.ok) return;
        const connected = new Set(board.value.connectedVehicleIds);
        for (const { vehicle, link } of yielded) if (!connected.has(vehicle.vehicleId)) link.resume();
      } catch (error) {
        if (!(error instanceof ServerFault)) throw error;
      }
    };
    void look().finally(() => {
      this.#isChecking = false;
    });
  }
}
