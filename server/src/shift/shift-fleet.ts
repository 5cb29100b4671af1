import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { boardSchema } from '@faultline/shared/wire/http.ts';
import { FRAME_STRIDE } from '@faultline/shared/wire/live.ts';
import type { Clock } from '../clock.ts';
import type { LonLat } from '../map/local-metres.ts';
import type { Account, ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import type { Candidate } from './assignment.ts';
import type { TemperOf } from './desk-steps.ts';
import type { DriverParts } from './driver.ts';
import { Driver } from './driver.ts';
import type { LiveBoard } from './live-board.ts';
import type { PaperTicket } from './paper-tickets.ts';
import type { NetworkLoss } from './plan.ts';
import type { ShiftVehicle } from './planned-ticket.ts';
import type { Roads } from './roads.ts';
import { alongRoute } from './roads.ts';
import { isUnaccepted } from './silent-crew.ts';
import { connectVehicle } from './vehicle-link.ts';

export interface FleetParts {
  readonly vehicles: readonly ShiftVehicle[];
  /** Tickets that some of them had already been given, and were driving to. */
  readonly paper: readonly PaperTicket[];
  readonly board: Pick<LiveBoard, 'tickets' | 'district'>;
  readonly district: Board;
  readonly server: ServerAddress;
  readonly lead: Account;
  readonly driving: Pick<DriverParts, 'seed' | 'speed' | 'mannerOf' | 'onRefusal'> & { readonly roads: Roads };
  readonly temperOf: TemperOf;
  readonly clock: Clock;
}

/** How often it is looked whether a visitor has left a vehicle. */
const LOOK_EVERY: Duration = 15 * SECOND;
/** By then an attentive crew has accepted. */
const LIES_AFTER: Duration = 2 * MINUTE;
/** A visitor who closes the vehicle's page for a moment keeps the vehicle. */
const TAKEN_BACK_AFTER: Duration = 45 * SECOND;

/** All vehicles of the shift with their drivers. */
export class Fleet {
  readonly vehicles: readonly ShiftVehicle[];
  readonly #parts: FleetParts;
  readonly #drivers: ReadonlyMap<string, Driver>;
  #lookAt: Instant = 0;
  #isLooking = false;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.vehicles = parts.vehicles;
    const seen = lastSeen(parts.district);
    this.#drivers = new Map(parts.vehicles.map((vehicle) => [vehicle.vehicleId, this.#driverOf(vehicle, seen)]));
  }

  beat(now: Instant): void {
    for (const driver of this.#drivers.values()) driver.beat(now);
    this.#takeBack(now);
  }

  isOnline(vehicleId: string): boolean {
    return this.#drivers.get(vehicleId)?.link.isOnline() ?? false;
  }

  crewOf(vehicleId: string): string {
    const driver = this.#drivers.get(vehicleId);
    if (driver === undefined) throw new RangeError(`${vehicleId} is no vehicle of the shift`);
    return driver.vehicle.crewId;
  }

  centreOf(vehicleId: string): string | null {
    const crewId = this.crewOf(vehicleId);
    return this.#now().departments.find(({ id }) => id === crewId)?.centreId ?? null;
  }

  accept(ticket: Ticket, legNo: number): void {
    this.#drivers.get(openLeg(ticket)?.vehicleId ?? '')?.accept(ticket.id, legNo);
  }

  /** As a dispatcher sees it: the vehicles that are on duty, connected, and not driven by a visitor. */
  candidates(now: Instant): Candidate[] {
    const held = new Map<string, number>();
    const lettingOneLie = new Set<string>();
    for (const ticket of this.#parts.board.tickets.values()) {
      const leg = openLeg(ticket);
      if (leg && ticket.recorded === null) held.set(leg.vehicleId, (held.get(leg.vehicleId) ?? 0) + 1);
      if (leg && isUnaccepted(ticket, leg.crewId) && now > leg.D.at + LIES_AFTER) lettingOneLie.add(leg.crewId);
    }
    const onDuty = new Set(
      this.#now().vehicles.flatMap(({ id, duty, isActive }) => (isActive && duty === 'on-duty' ? [id] : [])),
    );
    return [...this.#drivers.values()]
      .filter(({ vehicle, link }) => link.isOnline() && onDuty.has(vehicle.vehicleId))
      .map((driver) => ({
        ...driver.vehicle,
        centreId: this.centreOf(driver.vehicle.vehicleId),
        position: driver.position(now),
        load: held.get(driver.vehicle.vehicleId) ?? 0,
        letsOneLie: lettingOneLie.has(driver.vehicle.crewId),
      }));
  }

  /** Cuts off and reconnects the clients as planned; a vehicle that a visitor drives has his network. */
  loseNetworks(losses: readonly NetworkLoss[], now: Instant): void {
    for (const { vehicleId, from, until } of losses) {
      const link = this.#drivers.get(vehicleId)?.link;
      if (link === undefined || link.yieldedSince() !== null) continue;
      if (now >= from && now < until && !link.isCutOff()) link.cutOff();
      if (now >= until && link.isCutOff()) link.resume();
    }
  }

  figures(): { readonly online: number; readonly vehicles: number; readonly fixes: number } {
    const links = [...this.#drivers.values()].map(({ link }) => link);
    return {
      online: links.filter((link) => link.isOnline()).length,
      vehicles: links.length,
      fixes: links.reduce((sum, link) => sum + link.fixesSent(), 0),
    };
  }

  #now(): Board {
    return this.#parts.board.district ?? this.#parts.district;
  }

  #driverOf(vehicle: ShiftVehicle, seen: ReadonlyMap<string, LonLat>): Driver {
    const { server, clock, driving, temperOf, paper } = this.#parts;
    const held = paper.find(({ vehicleId }) => vehicleId === vehicle.vehicleId);
    const start = held ? this.#onItsWay(vehicle, held) : (seen.get(vehicle.vehicleId) ?? vehicle.base);
    return new Driver(
      {
        ...driving,
        vehicle,
        temper: temperOf(vehicle.crewId),
        connect: (listener) => connectVehicle({ server, clock, vehicleId: vehicle.vehicleId, listener }),
      },
      start,
      clock.now,
    );
  }

  #onItsWay({ base }: ShiftVehicle, { ticket, drivenShare }: PaperTicket): LonLat {
    const route = this.#parts.driving.roads.route(base, ticket.place);
    return alongRoute(route, drivenShare * route.lengthM);
  }

  /** A vehicle that a visitor drove is driven on, when nobody speaks for it any more. */
  #takeBack(now: Instant): void {
    if (this.#isLooking || now < this.#lookAt) return;
    this.#lookAt = now + LOOK_EVERY;
    const yielded = [...this.#drivers.values()].filter(
      ({ link }) => now > (link.yieldedSince() ?? now) + TAKEN_BACK_AFTER,
    );
    if (yielded.length === 0) return;
    this.#isLooking = true;
    void this.#resumeAbandoned(yielded).finally(() => {
      this.#isLooking = false;
    });
  }

  /** Never rejects: what is not found out now is found out by the next look. */
  async #resumeAbandoned(yielded: readonly Driver[]): Promise<void> {
    try {
      const board = await this.#parts.lead.get('/api/board', boardSchema);
      if (!board.ok) return;
      const connected = new Set(board.value.connectedVehicleIds);
      for (const { vehicle, link } of yielded) if (!connected.has(vehicle.vehicleId)) link.resume();
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
  }
}

/** The last known positions of the board, by vehicle. */
function lastSeen({ positions, vehicles }: Board): ReadonlyMap<string, LonLat> {
  const byIndex = new Map(vehicles.map(({ index, id }) => [index, id]));
  const places = new Map<string, LonLat>();
  for (let start = 0; start + FRAME_STRIDE <= positions.v.length; start += FRAME_STRIDE) {
    const [index = -1, lonE6 = 0, latE6 = 0] = positions.v.slice(start, start + 3);
    const vehicleId = byIndex.get(index);
    if (vehicleId !== undefined) places.set(vehicleId, { lon: lonE6 / 1e6, lat: latE6 / 1e6 });
  }
  return places;
}
