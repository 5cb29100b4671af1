import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import type { Clock } from '@faultline/server/src/clock.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import type { Account, ServerAddress } from '@faultline/server/src/shift/account.ts';
import { ask, openAccount } from '@faultline/server/src/shift/account.ts';
import type { District } from '@faultline/server/src/shift/follower.ts';
import { follow } from '@faultline/server/src/shift/follower.ts';
import type { CrewTemper, ShiftPlan } from '@faultline/server/src/shift/plan.ts';
import type { PlannedHops, PlannedTicket, ShiftVehicle } from '@faultline/server/src/shift/planned-ticket.ts';
import type { PlanRequest, ShiftEnd, ShiftSettings } from '@faultline/server/src/shift/player.ts';
import { playShift } from '@faultline/server/src/shift/player.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { demoAccountsSchema, ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { BundledCity } from './bundled-city.ts';
import { runningClock } from './running-clock.ts';

/** A visitor at a console: sees every ticket change, and can do whatever his account may. */
export class Visitor implements District {
  readonly tickets = new Map<string, Ticket>();
  readonly #waiting = new Set<() => void>();
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  onBoard(board: Board): void {
    const open = new Set(board.tickets.map(({ id }) => id));
    for (const ticket of board.tickets) this.tickets.set(ticket.id, ticket);
    this.#look();
    // The server may cut a console off when its clock leaps; what ended meanwhile is looked up.
    for (const id of this.tickets.keys()) if (!open.has(id)) void this.#lookUp(id);
  }

  async #lookUp(id: string): Promise<void> {
    const answer = await this.#account.get(`/api/tickets/${id}`, ticketAnswerSchema);
    if (answer.ok) this.tickets.set(id, answer.value.ticket);
    this.#look();
  }

  onRow(row: JournalRow): void {
    if (row.kind !== 'ticket') return;
    const before = this.tickets.get(row.ticketId) ?? null;
    this.tickets.set(row.ticketId, evolve(before, row, row.ticketId));
    this.#look();
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }

  find(isMeant: (ticket: Ticket) => boolean): Ticket | undefined {
    return [...this.tickets.values()].find(isMeant);
  }

  /** The first ticket that is as described, now or after any later event. */
  see(isMeant: (ticket: Ticket) => boolean): Promise<Ticket> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.find(isMeant);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

const QUICK: PlannedHops = {
  issueAfter: 200,
  takeAfter: 100,
  dispatchAfter: 200,
  acceptAfter: 150,
  departAfter: 150,
  driveFor: 500,
  driveMetresPerSecond: 4_000,
  parkFor: 100,
  repairFor: 200,
  recordAfter: 100,
  closeAfter: 100,
  departureReport: 'on-departure',
  arrivalReport: 'on-arrival',
};

export type Draft = (vehicles: readonly ShiftVehicle[], startAt: number, request: PlanRequest) => Partial<ShiftPlan>;

export interface Playing {
  /** Resolves with the first line that the player has said, or says, of this kind. */
  said(kind: RegExp): Promise<string>;
  readonly end: Promise<ShiftEnd>;
}

/** The whole server as a demo, and shifts that are played against it over its sockets. */
export interface ShiftRoom {
  readonly url: URL;
  readonly clock: Clock & { advance(ms: number): void };
  readonly server: ServerAddress;
  readonly stop: AbortController;
  /** Somebody at the supervisor's console. */
  watch(): Promise<Visitor>;
  /** 'yes', or the code of the refusal. */
  command(account: Account, ticket: Ticket, action: PersonalAction): Promise<string>;
  play(draft: Draft, changes?: Partial<ShiftSettings>): Playing;
  /** A call at a street near the yard of the vehicle. */
  call(street: string, home: ShiftVehicle, hangUpAt: number, hops?: Partial<PlannedHops>): PlannedTicket;
  /** Moves the clock in small steps, so that every socket can speak in between. */
  pass(ms: number): Promise<void>;
  /** Moves the clock until it is so, and says how long that took; throws when it takes longer than `within`. */
  passUntil(within: number, isSo: () => boolean): Promise<number>;
  close(): Promise<void>;
}

/** Below everything after which a silent line counts as dead. */
const STEP = 2 * SECOND;

export async function openShiftRoom(city: BundledCity): Promise<ShiftRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-shift-'));
  const clock = runningClock();
  const app: App = await createApp(
    readConfig('demo', {
      PORT: '0',
      DATA_DIR: folder,
      CLIENT_DIST: join(folder, 'no-client'),
      FRAME_INTERVAL_MS: '100',
      LOG_LEVEL: 'silent',
      SHIFT: '0',
    }),
    { clock, random: randomBytes, log: createLog({ write: () => {} }, 'warn') },
  );
  const url = new URL(await app.listen());
  const stop = new AbortController();
  const server: ServerAddress = { url, signal: stop.signal, onAnswer: () => {} };
  const ends: Promise<ShiftEnd>[] = [];
  let commands = 0;

  /** One round trip, so that what the sockets had to say has arrived. */
  const settle = async (): Promise<void> => {
    const demo = await ask(server, { path: '/api/demo' }, demoAccountsSchema);
    if (!demo.ok) throw new Error(demo.refusal.code);
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP) {
      clock.advance(Math.min(left, STEP));
      await settle();
    }
  };

  return {
    url,
    clock,
    server,
    stop,
    pass,
    async passUntil(within, isSo) {
      const from = clock.now();
      while (!isSo()) {
        if (clock.now() > from + within) throw new Error(`not so within ${within / SECOND} s`);
        await pass(STEP);
      }
      return clock.now() - from;
    },
    async watch() {
      const account = await openAccount(server, 'supervisor');
      const visitor = new Visitor(account);
      follow({ server, clock, account, district: visitor, onRefusal: () => {}, onTrouble: () => {} });
      return visitor;
    },
    async command(account, ticket, action) {
      const body = { commandId: `visitor-${++commands}`, expectedRevision: ticket.revision, action };
      const answer = await account.post(`/api/tickets/${ticket.id}/commands`, body, commandAnswerSchema);
      return answer.ok ? 'yes' : answer.refusal.code;
    },
    call(street, home, hangUpAt, hops = {}) {
      const corner = city.roads.nearestNode({ lon: home.base.lon + 0.004, lat: home.base.lat + 0.003 });
      return {
        key: `test-${hangUpAt}`,
        hangUpAt,
        place: { ...city.roads.nodePlace(corner), street, area: '朝阳区' },
        faultClass: 'low-voltage',
        faultText: { zh: '整栋楼停电', en: 'Whole building dark' },
        caller: { name: '王女士（模拟）', phone: '000-0000-0001' },
        homeVehicleId: home.vehicleId,
        hops: { ...QUICK, ...hops },
        outcome: { kind: 'repaired', record: { found: '熔断器熔断', cause: '过负荷', done: '更换熔断器' } },
      };
    },
    play(draft, changes = {}) {
      const playing = startPlaying(draft, { url, clock, roads: city.roads, signal: stop.signal, ...changes });
      ends.push(playing.end);
      return playing;
    },
    async close() {
      stop.abort();
      await Promise.all(ends);
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

function startPlaying(
  draft: Draft,
  settings: Pick<ShiftSettings, 'url' | 'clock' | 'roads' | 'signal'> & Partial<ShiftSettings>,
): Playing {
  const lines: string[] = [];
  let plans = 0;
  const listeners = new Set<(line: string) => void>();
  const end = playShift({
    seed: 1,
    speed: 4,
    vehicles: 10,
    plan: (request) => ({
      seed: 1,
      startAt: request.startAt,
      speed: 4,
      tickets: [],
      paper: [],
      crewTempers: new Map<string, CrewTemper>(),
      networkLosses: [],
      silentCrewTickets: new Map<string, readonly PlannedTicket[]>(),
      // Played to its end, a shift asks for its next plan: nothing more happens in these.
      ...draft(request.vehicles, request.startAt, request),
      ...(plans++ === 0 ? {} : { tickets: [] }),
    }),
    say: (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    },
    beatEvery: 50,
    ...settings,
  });
  return {
    end,
    said: (kind) =>
      new Promise((resolve) => {
        const listener = (line: string): void => {
          if (kind.test(line)) resolve(line);
        };
        listeners.add(listener);
        lines.forEach(listener);
      }),
  };
}

export function vehicleAt(vehicles: readonly ShiftVehicle[], index: number): ShiftVehicle {
  const vehicle = vehicles[index];
  if (vehicle === undefined) throw new Error(`the sample has no vehicle ${index}`);
  return vehicle;
}
