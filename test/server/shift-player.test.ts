import { ask, openAccount } from '@faultline/server/src/shift/account.ts';
import type { ShiftVehicle } from '@faultline/server/src/shift/planned-ticket.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BundledCity } from '../support/bundled-city.ts';
import { bundledCity } from '../support/bundled-city.ts';
import type { ShiftRoom } from '../support/shift-room.ts';
import { openShiftRoom, vehicleAt } from '../support/shift-room.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

let city: BundledCity;
beforeAll(async () => {
  city = await bundledCity();
});

let room: ShiftRoom;
beforeEach(async () => {
  room = await openShiftRoom(city);
});
afterEach(() => room.close());

describe('the player', () => {
  test('[shift] brings a ticket from the call to its closing with all eight points, C and E by receipts', async () => {
    const visitor = await room.watch();
    room.play((vehicles, startAt) => ({ tickets: [room.call('安宁路', vehicleAt(vehicles, 0), startAt)] }));
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
    const visitor = await room.watch();
    const lead = await openAccount(room.server, 'lead');
    const centre = await openAccount(room.server, 'centre2');
    // Left to itself the lead of the simulation would let this one lie for an hour, and the centre would not take it.
    const asleep = { issueAfter: HOUR, takeAfter: HOUR, dispatchAfter: HOUR };
    let chosen: ShiftVehicle | undefined;
    const shift = room.play((vehicles, startAt) => {
      chosen = vehicles.find(({ crewId }) => crewId === 'crew-guomao');
      return { tickets: [room.call('和平路', vehicleAt(vehicles, 0), startAt, asleep)] };
    });
    // The agent types for a while before the ticket is there.
    await shift.said(/a shift begins/);
    room.clock.advance(25 * SECOND);
    const opened = await visitor.see(() => true);
    expect(await room.command(lead, opened, { type: 'issue', centreId: 'centre-chaoyang', entered: undefined })).toBe(
      'yes',
    );
    const received = await visitor.see((ticket) => (openIssue(ticket)?.C ?? null) !== null);
    if (chosen === undefined) throw new Error('the sample has a crew at Guomao');
    const { crewId, vehicleId } = chosen;
    const dispatch: PersonalAction = { type: 'dispatch', crewId, vehicleId, supportVehicleIds: [], entered: undefined };
    expect(await room.command(centre, received, dispatch)).toBe('yes');
    const cleared = await visitor.see((ticket) => ticket.cleared !== null);
    expect(openLeg(cleared)).toMatchObject({ vehicleId, crewId });
    expect(openLeg(cleared)?.H).not.toBeNull();
    expect(cleared.issues).toHaveLength(1);
    expect(cleared.legs).toHaveLength(1);
  });

  test('[R1] a crew that does not answer loses the ticket to another one, and its vehicle confirms', async () => {
    const visitor = await room.watch();
    let silent = '';
    room.play((vehicles, startAt) => {
      const home = vehicleAt(vehicles, 0);
      silent = home.crewId;
      return {
        tickets: [room.call('光明路', home, startAt)],
        crewTempers: new Map([[silent, { kind: 'does-not-accept', recalledAfter: 400, heedsChiefs: true }]]),
      };
    });
    await visitor.see((ticket) => ticket.legs.length === 2);
    room.clock.advance(35 * SECOND);
    const ticket = await visitor.see(({ legs, cleared }) => cleared !== null && legs[0]?.recallReceipt !== 'owed');
    expect(ticket.legs[0]).toMatchObject({
      crewId: silent,
      F: null,
      ending: { how: 'recalled', reason: 'no-response' },
    });
    expect(openLeg(ticket)?.crewId).not.toBe(silent);
  });

  test('[T4] what a vehicle did without a network is sent later with its own times', async () => {
    const visitor = await room.watch();
    let begunAt = 0;
    const shift = room.play((vehicles, startAt) => {
      const home = vehicleAt(vehicles, 0);
      begunAt = startAt;
      const losses = [{ vehicleId: home.vehicleId, from: startAt + 20 * SECOND, until: startAt + 5 * MINUTE }];
      return {
        tickets: [room.call('胜利路', home, startAt, { driveMetresPerSecond: 50 })],
        networkLosses: losses,
      };
    });
    await visitor.see((ticket) => (openLeg(ticket)?.G ?? null) !== null);
    // Each report is the end of a beat: cut off in the first minute, there in the third.
    for (const minute of [1, 2, 3]) {
      room.clock.advance(MINUTE);
      await shift.said(new RegExp(`minute ${minute}`));
    }
    expect(openLeg(await visitor.see(() => true))?.H).toBeNull();
    room.clock.advance(begunAt + 5 * MINUTE - room.clock.now());
    const arrived = await visitor.see((ticket) => (openLeg(ticket)?.H ?? null) !== null);
    const H = openLeg(arrived)?.H;
    expect(H?.evidence).toBe('device-synced-late');
    expect((H?.receivedAt ?? 0) - (H?.at ?? 0)).toBeGreaterThan(MINUTE);
  });

  test('[shift] a vehicle that a visitor drives is his for as long as he stays connected', async () => {
    const visitor = await room.watch();
    let home: ShiftVehicle | undefined;
    const shift = room.play((vehicles, startAt) => {
      home = vehicleAt(vehicles, 0);
      return { tickets: [room.call('友谊路', home, startAt, { departAfter: HOUR })] };
    });
    const accepted = await visitor.see((ticket) => (openLeg(ticket)?.F ?? null) !== null);
    if (home === undefined) throw new Error('the shift has begun');
    const enrolled = await ask(
      room.server,
      { path: '/api/demo/vehicle', body: { vehicleId: home.vehicleId } },
      enrolAnswerSchema,
    );
    if (!enrolled.ok) throw new Error(enrolled.refusal.code);
    const vehicle = vehicleClient({ url: room.url.href, token: enrolled.value.token, now: room.clock.now });
    expect((await vehicle.connect()).legs).toHaveLength(1);
    let wasClosed = false;
    void vehicle.closed().then(() => {
      wasClosed = true;
    });
    for (const type of ['depart', 'arrive'] as const) {
      const said = await vehicle.say({ type, ticketId: accepted.id, legNo: 1, claimedAt: room.clock.now() });
      expect(said.ok).toBe(true);
    }
    for (const minute of [1, 2]) {
      room.clock.advance(MINUTE);
      vehicle.send({ type: 'clock', t: room.clock.now() });
      await shift.said(new RegExp(`minute ${minute}: .*online 9 of 10`));
    }
    expect(wasClosed).toBe(false);
    // He goes; the simulation takes the wheel where he left it.
    vehicle.cut();
    room.clock.advance(MINUTE);
    const cleared = await visitor.see((ticket) => ticket.cleared !== null);
    expect(cleared.legs).toHaveLength(1);
  });

  test('[shift] what an earlier shift left open for hours is cancelled with a reason', async () => {
    const visitor = await room.watch();
    const agent = await openAccount(room.server, 'agent');
    const body = {
      commandId: 'left-over',
      areaClass: 'urban',
      place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
      faultClass: 'low-voltage',
      faultText: '整栋楼停电',
      caller: null,
      paper: { at: room.clock.now() - 5 * HOUR, steps: [] },
    };
    expect(await agent.post('/api/tickets', body, commandAnswerSchema)).toMatchObject({ ok: true });
    const shift = room.play(() => ({}));
    await shift.said(/a shift begins: .* 1 tickets left over/);
    room.clock.advance(30 * SECOND);
    const over = await visitor.see(({ cancelled }) => cancelled !== null);
    expect(over.cancelled).toMatchObject({ reason: 'restored-meanwhile' });
    expect(over.cancelled?.text).not.toBe('');
  });

  test('[shift] a server that stays away ends the shift', async () => {
    const shift = room.play(() => ({}), { url: new URL('http://127.0.0.1:1') });
    await shift.said(/was not answered; trying again/);
    // A process that slept for an hour has not listened for an hour, so the minute is made of several looks.
    let hasEnded = false;
    const end = shift.end.finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      room.clock.advance(8 * SECOND);
      await new Promise((turn) => setImmediate(turn));
    }
    await expect(end).resolves.toBe('server-away');
  });

  test('[shift] ends quietly when it is asked to, also before it has begun', async () => {
    const shift = room.play(() => ({}));
    room.stop.abort();
    await expect(shift.end).resolves.toBe('stopped');
  });
});
