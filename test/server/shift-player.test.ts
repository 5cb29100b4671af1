import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import type { Account } from '@faultline/server/src/shift/account.ts';
import { ask, openAccount } from '@faultline/server/src/shift/account.ts';
import type { District } from '@faultline/server/src/shift/follower.ts';
import { follow } from '@faultline/server/src/shift/follower.ts';
import type { CrewTemper, ShiftPlan } from '@faultline/server/src/shift/plan.ts';
import type { PlannedHops, PlannedTicket, ShiftVehicle } from '@faultline/server/src/shift/planned-ticket.ts';
import type { ShiftEnd, ShiftSettings } from '@faultline/server/src/shift/player.ts';
import { playShift } from '@faultline/server/src/shift/player.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BundledCity } from '../support/bundled-city.ts';
import { bundledCity } from '../support/bundled-city.ts';
import { runningClock } from '../support/running-clock.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

let city: BundledCity;
beforeAll(async () => {
  city = await bundledCity();
});

let folder: string;
let app: App;
let url: URL;
let clock: ReturnType<typeof runningClock>;
let stop: AbortController;
let ends: Promise<ShiftEnd>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-shift-'));
  clock = runningClock();
  app = await createApp(
    {
      mode: 'demo',
      host: '127.0.0.1',
      port: 0,
      dataDir: folder,
      publicUrl: null,
      tls: null,
      trustProxy: false,
      clientDist: null,
      frameIntervalMs: 100,
      logLevel: 'silent',
      shift: null,
    },
    { clock, random: randomBytes, log: createLog({ write: () => {} }, 'warn') },
  );
  url = new URL(await app.listen());
  stop = new AbortController();
  ends = [];
});

afterEach(async () => {
  stop.abort();
  await Promise.all(ends);
  await app.close();
  await rm(folder, { recursive: true });
});

/** A visitor at a console: sees every ticket change, and can do whatever his account may. */
class Visitor implements District {
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

  /** The first ticket that is as described, now or after any later event. */
  see(isMeant: (ticket: Ticket) => boolean): Promise<Ticket> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = [...this.tickets.values()].find(isMeant);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function server() {
  return { url, signal: stop.signal, onAnswer: () => {} };
}

async function watch(): Promise<Visitor> {
  const account = await openAccount(server(), 'supervisor');
  const visitor = new Visitor(account);
  follow({ server: server(), clock, account, district: visitor, onRefusal: () => {}, onTrouble: () => {} });
  return visitor;
}

let commands = 0;
async function command(account: Account, ticket: Ticket, action: PersonalAction): Promise<string> {
  const body = { commandId: `visitor-${++commands}`, expectedRevision: ticket.revision, action };
  const answer = await account.post(`/api/tickets/${ticket.id}/commands`, body, commandAnswerSchema);
  return answer.ok ? 'yes' : answer.refusal.code;
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

/** A call at a street near the yard of the vehicle. */
function call(street: string, home: ShiftVehicle, hangUpAt: number, hops: Partial<PlannedHops> = {}): PlannedTicket {
  const place = city.roads.nodePlace(
    city.roads.nearestNode({ lon: home.base.lon + 0.004, lat: home.base.lat + 0.003 }),
  );
  return {
    key: `test-${hangUpAt}`,
    hangUpAt,
    place: { ...place, street, area: '朝阳区' },
    faultClass: 'low-voltage',
    faultText: { zh: '整栋楼停电', en: 'Whole building dark' },
    caller: { name: '王女士（模拟）', phone: '000-0000-0001' },
    homeVehicleId: home.vehicleId,
    hops: { ...QUICK, ...hops },
    outcome: { kind: 'repaired', record: { found: '熔断器熔断', cause: '过负荷', done: '更换熔断器' } },
  };
}

type Draft = (vehicles: readonly ShiftVehicle[], startAt: number) => Partial<ShiftPlan>;

interface Playing {
  /** Resolves with the first line that the player has said, or says, of this kind. */
  said(kind: RegExp): Promise<string>;
  readonly end: Promise<ShiftEnd>;
}

function play(draft: Draft, changes: Partial<ShiftSettings> = {}): Playing {
  const lines: string[] = [];
  let plans = 0;
  const listeners = new Set<(line: string) => void>();
  const end = playShift({
    url,
    seed: 1,
    speed: 4,
    vehicles: 10,
    clock,
    roads: city.roads,
    plan: ({ vehicles, startAt }) => ({
      seed: 1,
      startAt,
      speed: 4,
      tickets: [],
      paper: [],
      crewTempers: new Map<string, CrewTemper>(),
      networkLosses: [],
      // Played to its end, a shift asks for its next plan: nothing more happens in these.
      ...draft(vehicles, startAt),
      ...(plans++ === 0 ? {} : { tickets: [] }),
    }),
    say: (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    },
    signal: stop.signal,
    beatEvery: 50,
    ...changes,
  });
  ends.push(end);
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

function vehicleAt(vehicles: readonly ShiftVehicle[], index: number): ShiftVehicle {
  const vehicle = vehicles[index];
  if (vehicle === undefined) throw new Error(`the sample has no vehicle ${index}`);
  return vehicle;
}

describe('the player', () => {
  test('[shift] brings a ticket from the call to its closing with all eight points, C and E by receipts', async () => {
    const visitor = await watch();
    play((vehicles, startAt) => ({ tickets: [call('安宁路', vehicleAt(vehicles, 0), startAt)] }));
    const closed = await visitor.see((ticket) => ticket.closed !== null);
    const leg = openLeg(closed);
    const stamps = [closed.A, openIssue(closed)?.B, openIssue(closed)?.C, leg?.D, leg?.E, leg?.F, leg?.G, leg?.H];
    const times = stamps.map((stamp) => stamp?.at);
    expect(times).toEqual(times.toSorted((a = 0, b = 0) => a - b));
    expect(times).not.toContain(undefined);
    // The agent says when the call ended and goes on typing; everything after that is a device's word as it happens.
    const [called, ...live] = stamps.map((stamp) => stamp?.evidence);
    expect(called).toBe('entered-by-dispatcher');
    expect(new Set(live)).toEqual(new Set(['device-online']));
    expect(closed.contradictions).toHaveLength(0);
    expect(closed.recorded?.record.done).toBe('更换熔断器');
  });

  test('[shift] goes on from wherever a visitor has brought a ticket by hand', async () => {
    const visitor = await watch();
    const lead = await openAccount(server(), 'lead');
    const centre = await openAccount(server(), 'centre2');
    // Left to itself the lead of the simulation would let this one lie for an hour, and the centre would not take it.
    const asleep = { issueAfter: HOUR, takeAfter: HOUR, dispatchAfter: HOUR };
    let chosen: ShiftVehicle | undefined;
    const shift = play((vehicles, startAt) => {
      chosen = vehicles.find(({ crewId }) => crewId === 'crew-guomao');
      return { tickets: [call('和平路', vehicleAt(vehicles, 0), startAt, asleep)] };
    });
    // The agent types for a while before the ticket is there.
    await shift.said(/a shift begins/);
    clock.advance(25 * SECOND);
    const opened = await visitor.see(() => true);
    expect(await command(lead, opened, { type: 'issue', centreId: 'centre-chaoyang', entered: undefined })).toBe('yes');
    const received = await visitor.see((ticket) => (openIssue(ticket)?.C ?? null) !== null);
    if (chosen === undefined) throw new Error('the sample has a crew at Guomao');
    const { crewId, vehicleId } = chosen;
    const dispatch: PersonalAction = { type: 'dispatch', crewId, vehicleId, supportVehicleIds: [], entered: undefined };
    expect(await command(centre, received, dispatch)).toBe('yes');
    const cleared = await visitor.see((ticket) => ticket.cleared !== null);
    expect(openLeg(cleared)).toMatchObject({ vehicleId, crewId });
    expect(openLeg(cleared)?.H).not.toBeNull();
    expect(cleared.issues).toHaveLength(1);
    expect(cleared.legs).toHaveLength(1);
  });

  test('[R1] a crew that does not answer loses the ticket to another one, and its vehicle confirms', async () => {
    const visitor = await watch();
    let silent = '';
    play((vehicles, startAt) => {
      const home = vehicleAt(vehicles, 0);
      silent = home.crewId;
      return {
        tickets: [call('光明路', home, startAt)],
        crewTempers: new Map([[silent, { kind: 'does-not-accept', recalledAfter: 400 }]]),
      };
    });
    await visitor.see((ticket) => ticket.legs.length === 2);
    clock.advance(35 * SECOND);
    const ticket = await visitor.see(({ legs, cleared }) => cleared !== null && legs[0]?.recallReceipt !== 'owed');
    expect(ticket.legs[0]).toMatchObject({
      crewId: silent,
      F: null,
      ending: { how: 'recalled', reason: 'no-response' },
    });
    expect(openLeg(ticket)?.crewId).not.toBe(silent);
  });

  test('[T4] what a vehicle did without a network is sent later with its own times', async () => {
    const visitor = await watch();
    let begunAt = 0;
    const shift = play((vehicles, startAt) => {
      const home = vehicleAt(vehicles, 0);
      begunAt = startAt;
      const losses = [{ vehicleId: home.vehicleId, from: startAt + 20 * SECOND, until: startAt + 5 * MINUTE }];
      return {
        tickets: [call('胜利路', home, startAt, { driveMetresPerSecond: 50 })],
        networkLosses: losses,
      };
    });
    await visitor.see((ticket) => (openLeg(ticket)?.G ?? null) !== null);
    // Each report is the end of a beat: cut off in the first minute, there in the third.
    for (const minute of [1, 2, 3]) {
      clock.advance(MINUTE);
      await shift.said(new RegExp(`minute ${minute}`));
    }
    expect(openLeg(await visitor.see(() => true))?.H).toBeNull();
    clock.advance(begunAt + 5 * MINUTE - clock.now());
    const arrived = await visitor.see((ticket) => (openLeg(ticket)?.H ?? null) !== null);
    const H = openLeg(arrived)?.H;
    expect(H?.evidence).toBe('device-synced-late');
    expect((H?.receivedAt ?? 0) - (H?.at ?? 0)).toBeGreaterThan(MINUTE);
  });

  test('[shift] a vehicle that a visitor drives is his for as long as he stays connected', async () => {
    const visitor = await watch();
    let home: ShiftVehicle | undefined;
    const shift = play((vehicles, startAt) => {
      home = vehicleAt(vehicles, 0);
      return { tickets: [call('友谊路', home, startAt, { departAfter: HOUR })] };
    });
    const accepted = await visitor.see((ticket) => (openLeg(ticket)?.F ?? null) !== null);
    if (home === undefined) throw new Error('the shift has begun');
    const enrolled = await ask(
      server(),
      { path: '/api/demo/vehicle', body: { vehicleId: home.vehicleId } },
      enrolAnswerSchema,
    );
    if (!enrolled.ok) throw new Error(enrolled.refusal.code);
    const vehicle = vehicleClient({ url: url.href, token: enrolled.value.token, now: clock.now });
    expect((await vehicle.connect()).legs).toHaveLength(1);
    let wasClosed = false;
    void vehicle.closed().then(() => {
      wasClosed = true;
    });
    for (const type of ['depart', 'arrive'] as const) {
      const said = await vehicle.say({ type, ticketId: accepted.id, legNo: 1, claimedAt: clock.now() });
      expect(said.ok).toBe(true);
    }
    for (const minute of [1, 2]) {
      clock.advance(MINUTE);
      vehicle.send({ type: 'clock', t: clock.now() });
      await shift.said(new RegExp(`minute ${minute}: .*online 9 of 10`));
    }
    expect(wasClosed).toBe(false);
    // He goes; the simulation takes the wheel where he left it.
    vehicle.cut();
    clock.advance(MINUTE);
    const cleared = await visitor.see((ticket) => ticket.cleared !== null);
    expect(cleared.legs).toHaveLength(1);
  });

  test('[shift] what an earlier shift left open for hours is cancelled with a reason', async () => {
    const visitor = await watch();
    const agent = await openAccount(server(), 'agent');
    const body = {
      commandId: 'left-over',
      areaClass: 'urban',
      place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
      faultClass: 'low-voltage',
      faultText: '整栋楼停电',
      caller: null,
      paper: { at: clock.now() - 5 * HOUR, steps: [] },
    };
    expect(await agent.post('/api/tickets', body, commandAnswerSchema)).toMatchObject({ ok: true });
    const shift = play(() => ({}));
    await shift.said(/a shift begins: .* 1 tickets left over/);
    clock.advance(30 * SECOND);
    const over = await visitor.see(({ cancelled }) => cancelled !== null);
    expect(over.cancelled).toMatchObject({ reason: 'restored-meanwhile' });
    expect(over.cancelled?.text).not.toBe('');
  });

  test('[shift] a server that stays away ends the shift', async () => {
    const shift = play(() => ({}), { url: new URL('http://127.0.0.1:1') });
    await shift.said(/was not answered; trying again/);
    // A process that slept for an hour has not listened for an hour, so the minute is made of several looks.
    let hasEnded = false;
    const end = shift.end.finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      clock.advance(8 * SECOND);
      await new Promise((turn) => setImmediate(turn));
    }
    await expect(end).resolves.toBe('server-away');
  });

  test('[shift] ends quietly when it is asked to, also before it has begun', async () => {
    const shift = play(() => ({}));
    stop.abort();
    await expect(shift.end).resolves.toBe('stopped');
  });
});
