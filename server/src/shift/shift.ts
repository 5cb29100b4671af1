import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import type { ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import { Conductor } from './conductor.ts';
import { shiftVehicles } from './depots.ts';
import type { TemperOf } from './desk-steps.ts';
import type { Desks } from './desks.ts';
import { DutyPhones } from './duty-phones.ts';
import { FreePhones } from './free-phones.ts';
import { Intake } from './intake.ts';
import type { LiveBoard } from './live-board.ts';
import type { Manner } from './manner.ts';
import { leftoverManner, plannedManner, visitorsManner } from './manner.ts';
import type { PaperTicket } from './paper-tickets.ts';
import { PhoneDesk } from './phone-desk.ts';
import type { ShiftPlan } from './plan.ts';
import type { ShiftVehicle } from './planned-ticket.ts';
import type { ShiftSettings } from './player.ts';
import { Fleet } from './shift-fleet.ts';
import { SilentCrews } from './silent-crew.ts';
import type { Statistics } from './statistics.ts';

interface Scene {
  readonly server: ServerAddress;
  readonly desks: Desks;
  readonly board: LiveBoard;
  /** The board as the shift found it. */
  readonly district: Board;
  readonly statistics: Statistics;
  /** Crews whose duty phone a visitor had opened by then. */
  readonly heldCrewIds: readonly string[];
}

const REPORT_EVERY: Duration = MINUTE;
/** More open tickets than that are never served, so that a small fleet with a high speed does not drown. */
const OPEN_PER_VEHICLE = 1.5;
/** As many tickets as a board shows at its first sight; what an earlier shift left over counts among them. */
const OPENING_TICKETS = 8;

/** One shift from its first board on: settles what it found, enters the paper tickets, then plays call after call. */
export class Shift {
  readonly #settings: ShiftSettings;
  readonly #scene: Scene;
  readonly #manners = new Map<string, Manner>();
  readonly #fleet: Fleet;
  readonly #intake: Intake;
  readonly #conductor: Conductor;
  readonly #phoneDesk: PhoneDesk;
  readonly #dutyPhones: DutyPhones;
  readonly #freePhones: FreePhones;
  readonly #silentCrews: SilentCrews;
  #plan: ShiftPlan;
  #nextCall = 0;
  #paper: readonly PaperTicket[];
  #reportAt: Instant;

  constructor(settings: ShiftSettings, scene: Scene) {
    this.#settings = settings;
    this.#scene = scene;
    const { roads, seed, speed, clock, say } = settings;
    const { district, desks, board, statistics, server, heldCrewIds } = scene;
    const now = clock.now();
    const { departments, vehicles } = district;
    const found = shiftVehicles({ departments, vehicles, bounds: district.district.bounds }, roads, settings.vehicles);
    if (found.length === 0) throw new ServerFault('the district has no vehicle that could take part in a shift');
    this.#plan = settings.plan({ vehicles: found, startAt: now, heldCrewIds });
    this.#paper = usablePaper(this.#plan, district);
    this.#reportAt = now + REPORT_EVERY;
    for (const ticket of district.tickets) this.#manners.set(ticket.id, leftoverManner(ticket, { seed, speed, now }));

    this.#dutyPhones = new DutyPhones({ ...this.#phoneParts(), server, clock, lead: desks.lead });
    this.#freePhones = new FreePhones({
      server,
      crewOf: (contactId) => this.#dutyPhones.crewOfFreePhone(contactId),
      now: clock.now,
      onLooked: (phones) => this.#silentCrews.serve(phones, clock.now()),
    });
    this.#fleet = this.#makeFleet(found);
    this.#intake = new Intake({
      agent: desks.agent,
      centreOf: (vehicleId) => this.#centreOf(vehicleId),
      crewOf: (vehicleId) => this.#fleet.crewOf(vehicleId),
      onOpened: (ticketId, ticket) => {
        statistics.opened();
        this.#manners.set(ticketId, plannedManner(ticket));
      },
      onRefusal: statistics.refused,
      now: clock.now,
    });
    this.#conductor = this.#makeConductor();
    this.#phoneDesk = new PhoneDesk({ ...this.#phoneParts(), desks });
    this.#silentCrews = new SilentCrews({
      board,
      tickets: () => this.#plan.silentCrewTickets,
      candidates: () => this.#fleet.candidates(clock.now()),
      enter: (paper) => this.#intake.enterPaper(paper),
      startedAt: now,
    });
    say(
      `a shift begins: seed ${seed}, speed ${speed}, ${found.length} vehicles, ` +
        `${district.tickets.length} tickets left over`,
    );
  }

  #phoneParts() {
    const { board, statistics } = this.#scene;
    const isSilentCrew = (crewId: string) => this.#plan.crewTempers.get(crewId)?.kind === 'does-not-accept';
    return { board, isSilentCrew, seed: this.#settings.seed, onRefusal: statistics.refused };
  }

  #makeFleet(vehicles: readonly ShiftVehicle[]): Fleet {
    const { roads, seed, speed, clock } = this.#settings;
    const { board, district, server, desks, statistics } = this.#scene;
    return new Fleet({
      vehicles,
      paper: this.#paper,
      board,
      district,
      server,
      lead: desks.lead,
      driving: { roads, seed, speed, mannerOf: this.#mannerOf, onRefusal: statistics.refused },
      temperOf: this.#temperOf,
      clock,
    });
  }

  #makeConductor(): Conductor {
    const { clock } = this.#settings;
    const { desks, board, statistics } = this.#scene;
    return new Conductor({
      desks,
      board,
      mannerOf: this.#mannerOf,
      temperOf: this.#temperOf,
      candidates: () => this.#fleet.candidates(clock.now()),
      centreFor: (ticket, { homeVehicleId }) =>
        homeVehicleId === null ? this.#centreNear(ticket) : this.#centreOf(homeVehicleId),
      acceptInVehicle: (ticket, leg) => this.#fleet.accept(ticket, leg),
      onRefusal: statistics.refused,
      now: clock.now,
    });
  }

  readonly #mannerOf = (ticket: Ticket): Manner =>
    this.#manners.get(ticket.id) ?? visitorsManner(ticket, this.#settings);

  /** While a visitor answers its duty phone, a silent crew accepts by him or not at all. */
  readonly #temperOf: TemperOf = (crewId) => {
    const temper = this.#plan.crewTempers.get(crewId);
    if (temper?.kind !== 'does-not-accept') return temper;
    return { ...temper, heedsChiefs: !this.#freePhones.isTaken(crewId) };
  };

  onOver({ id }: Ticket): void {
    this.#scene.statistics.closed();
    this.#manners.delete(id);
  }

  beat(now: Instant): void {
    if (this.#nextCall > 0 && this.#nextCall === this.#plan.tickets.length) this.#continue(now);
    this.#fleet.loseNetworks(this.#plan.networkLosses, now);
    this.#fleet.beat(now);
    this.#enterPaper();
    this.#takeCalls(now);
    this.#intake.beat(now);
    this.#conductor.beat(now);
    this.#phoneDesk.beat(now);
    this.#dutyPhones.beat(now);
    this.#freePhones.beat(now);
    this.#silentCrews.beat(now);
    if (now < this.#reportAt) return;
    this.#reportAt += REPORT_EVERY;
    const { statistics, board } = this.#scene;
    const figures = { ...this.#fleet.figures(), ...this.#dutyPhones.figures() };
    this.#settings.say(statistics.report({ open: board.tickets.size, ...figures }));
  }

  /** The plan is played to its end: the next one begins with its first call, nothing of it lies on paper. */
  #continue(now: Instant): void {
    const { heldCrewIds } = this.#scene;
    const next = this.#settings.plan({ vehicles: this.#fleet.vehicles, startAt: now, heldCrewIds });
    // Who is without a network now still has to get it back.
    const stillLost = this.#plan.networkLosses.filter((loss) => now < loss.until);
    this.#plan = { ...next, networkLosses: [...stillLost, ...next.networkLosses] };
    this.#nextCall = 0;
  }

  /** A paper ticket waits for the client of its vehicle, so that the vehicle knows where it is to go. */
  #enterPaper(): void {
    const isReady = ({ vehicleId }: PaperTicket) => vehicleId === null || this.#fleet.isOnline(vehicleId);
    const ready = this.#paper.filter(isReady);
    if (ready.length === 0) return;
    this.#paper = this.#paper.filter((paper) => !ready.includes(paper));
    for (const paper of ready) this.#intake.enterPaper(paper);
  }

  #takeCalls(now: Instant): void {
    const { tickets } = this.#plan;
    const { board, statistics } = this.#scene;
    for (let next = tickets[this.#nextCall]; next && next.hangUpAt <= now; next = tickets[this.#nextCall]) {
      this.#nextCall += 1;
      if (board.tickets.size < this.#fleet.vehicles.length * OPEN_PER_VEHICLE) this.#intake.takeCall(next);
      else statistics.leftOut();
    }
  }

  /** The repair centre whose crew holds the vehicle. */
  #centreOf(vehicleId: string): string {
    return this.#fleet.centreOf(vehicleId) ?? this.#anyCentre();
  }

  #centreNear(ticket: Ticket): string {
    const { departments } = this.#scene.board.district ?? this.#scene.district;
    const { area } = ticket.report.place;
    const serving = departments.find(
      ({ kind, areas, isActive }) => kind === 'repair-centre' && isActive && areas.includes(area),
    );
    return serving?.id ?? this.#anyCentre();
  }

  #anyCentre(): string {
    const [centreId] = this.#scene.desks.centres.keys();
    if (centreId === undefined) throw new ServerFault('the demo has no repair centre');
    return centreId;
  }
}

/** Of a vehicle that still holds a ticket nobody wrote another one on paper. */
function usablePaper(plan: ShiftPlan, { tickets }: Board): readonly PaperTicket[] {
  const holding = new Set(tickets.map((ticket) => openLeg(ticket)?.vehicleId));
  const free = plan.paper.filter(({ vehicleId }) => vehicleId === null || !holding.has(vehicleId));
  return free.slice(0, Math.max(0, OPENING_TICKETS - tickets.length));
}
