import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '@faultline/shared/time.ts';
import { VEHICLE_CLOSE } from '@faultline/shared/wire/vehicle.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveServer } from '../support/live-server.ts';
import { CALLER, dispatch, fixAt, issue, open, recallLeg, startLiveServer } from '../support/live-server.ts';
import { refusedUpgrade } from '../support/refused-upgrade.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

let server: LiveServer;
const cuts: (() => void)[] = [];

beforeEach(async () => {
  server = await startLiveServer();
});

afterEach(async () => {
  for (const cut of cuts.splice(0)) cut();
  await server.stop();
  expect(server.faults).toEqual([]);
});

function vehicle(token = 'v1') {
  const client = vehicleClient({ url: server.origin, token, now: server.clock.now });
  cuts.push(() => client.cut());
  return client;
}

async function dispatched(ticketId = 't1', ...args: Parameters<typeof dispatch>) {
  await server.submit(ticketId, open(ticketId));
  await server.submit(ticketId, issue());
  await server.submit(ticketId, dispatch(...args));
}

describe('tickets', () => {
  test('[T4] a vehicle walks a ticket from its receipt to its record', async () => {
    const client = vehicle();
    const { vehicle: itself, crewName, legs } = await client.connect();
    expect(itself).toEqual({ id: 'v1', callSign: 'A1', plate: '京A·F0001', duty: 'on-duty' });
    expect(crewName.en).toBe('Office crew1');
    expect(legs).toEqual([]);

    const pushed = client.next('leg');
    await dispatched();
    const { leg } = await pushed;
    expect(leg).toMatchObject({ legNo: 1, ticket: { id: 't1' }, caller: CALLER });

    const about = () => ({ ticketId: 't1', legNo: 1, claimedAt: server.clock.now() });
    for (const type of ['receipt', 'accept', 'depart', 'arrive', 'clear']) {
      expect(await client.say({ type, ...about() })).toMatchObject({ ok: true });
    }
    const record = { found: 'a burnt joint', cause: 'overload', done: 'joint renewed' };
    expect(await client.say({ type: 'record', ...about(), record })).toMatchObject({ ok: true });

    const ticket = await server.store.ticket('t1');
    expect(ticket?.legs[0]?.E?.evidence).toBe('device-online');
    expect(ticket?.legs[0]?.H).not.toBeNull();
    expect(ticket?.recorded?.record).toEqual(record);
    expect(client.outbox.size).toBe(0);
  });

  test('[T1] a vehicle that was away finds its open legs in the welcome', async () => {
    await dispatched();
    const { legs } = await vehicle().connect();
    expect(legs).toMatchObject([{ legNo: 1, ticket: { id: 't1' }, caller: CALLER }]);
  });

  test('[T1] a supporting vehicle gets the leg without the caller, and its stamps are refused', async () => {
    const support = vehicle('v2');
    await support.connect();
    const pushed = support.next('leg');
    await dispatched('t1', 'v1', 'crew1', ['v2']);
    const { leg } = await pushed;
    expect(leg).toMatchObject({ legNo: 1, caller: null });
    const answer = await support.say({ type: 'accept', ticketId: 't1', legNo: 1, claimedAt: server.clock.now() });
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
  });

  test('[D3] another vehicle hears nothing of the ticket and cannot speak for it', async () => {
    const stranger = vehicle('v3');
    await stranger.connect();
    await dispatched();
    const answer = await stranger.say({ type: 'accept', ticketId: 't1', legNo: 1, claimedAt: server.clock.now() });
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
    expect(stranger.heard.filter(({ type }) => type === 'leg')).toEqual([]);
    expect(JSON.stringify(stranger.heard)).not.toContain('Canary');
  });

  test('[R2] a recall reaches the vehicle without the caller, and its receipt settles it', async () => {
    await dispatched();
    const client = vehicle();
    await client.connect();
    const pushed = client.next('leg');
    await server.submit('t1', recallLeg());
    const { leg } = await pushed;
    expect(leg.caller).toBeNull();
    expect(leg.ticket.legs[0]).toMatchObject({ ending: { how: 'recalled' }, recallReceipt: 'owed' });

    client.cut();
    const again = vehicle();
    expect((await again.connect()).legs).toHaveLength(1);
    const about = { ticketId: 't1', legNo: 1, claimedAt: server.clock.now() };
    expect(await again.say({ type: 'confirm-recall', ...about })).toMatchObject({ ok: true });
    expect((await server.store.ticket('t1'))?.legs[0]?.recallReceipt).toMatchObject({ evidence: 'device-online' });

    again.cut();
    expect((await vehicle().connect()).legs).toEqual([]);
  });

  test('[R2] a receipt that is owed for a cancelled ticket survives a restart of the server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-live-'));
    const databasePath = join(folder, 'tickets.db');
    const first = await startLiveServer({ databasePath });
    await first.submit('t9', open('t9'));
    await first.submit('t9', issue());
    await first.submit('t9', dispatch());
    await first.submit('t9', { type: 'cancel', reason: 'mistake', text: '' });
    await first.stop();

    const second = await startLiveServer({ databasePath });
    const client = vehicleClient({ url: second.origin, token: 'v1' });
    const { legs } = await client.connect();
    expect(legs).toMatchObject([{ legNo: 1, ticket: { id: 't9' }, caller: null }]);
    client.cut();
    await second.stop();
    rmSync(folder, { recursive: true });
  });

  test('[R1] a vehicle returns a leg with a reason', async () => {
    await dispatched();
    const client = vehicle();
    await client.connect();
    const about = { ticketId: 't1', legNo: 1, claimedAt: server.clock.now() };
    const answer = await client.say({ type: 'return', ...about, reason: 'receiver-unable', text: '' });
    expect(answer).toMatchObject({ ok: true });
    expect((await server.store.ticket('t1'))?.legs[0]?.ending).toMatchObject({
      how: 'returned',
      reason: 'receiver-unable',
    });
  });

  test('[V3] the duty goes through the organisation and its refusal comes back', async () => {
    const [free, last] = [vehicle('v1'), vehicle('v3')];
    await Promise.all([free.connect(), last.connect()]);
    expect(await free.say({ type: 'duty', duty: 'paused' })).toMatchObject({ ok: true });
    expect(await last.say({ type: 'duty', duty: 'paused' })).toMatchObject({
      ok: false,
      refusal: { code: 'vehicle-is-last-of-trade' },
    });
  });
});

describe('time', () => {
  test('[T4] what happened offline is kept with its own time, corrected by the measured clock difference', async () => {
    await dispatched();
    const ahead = 5 * MINUTE;
    const dispatchedAt = server.clock.now();
    server.clock.advance(10 * MINUTE);
    const client = vehicleClient({ url: server.origin, token: 'v1', now: () => server.clock.now() + ahead });
    cuts.push(() => client.cut());
    const about = { ticketId: 't1', legNo: 1 };
    const said = ['accept', 'depart'].map((type, at) =>
      client.say({ type, ...about, claimedAt: dispatchedAt + (at + 1) * MINUTE + ahead }),
    );
    await client.connect();
    expect(await Promise.all(said)).toMatchObject([{ ok: true }, { ok: true }]);

    const leg = (await server.store.ticket('t1'))?.legs[0];
    expect(leg?.F?.evidence).toBe('device-synced-late');
    // The way of the one clock message is all that is left of the difference.
    expect(Math.abs((leg?.F?.at ?? 0) - dispatchedAt - MINUTE)).toBeLessThan(200);
    expect(Math.abs((leg?.G?.at ?? 0) - dispatchedAt - 2 * MINUTE)).toBeLessThan(200);
    expect(leg?.F?.claimedAt).toBe(dispatchedAt + MINUTE + ahead);
  });

  test('[T2] a word that is said again over another connection has one effect and the same answer', async () => {
    await dispatched();
    const client = vehicle();
    await client.connect();
    const word = { id: 'w-7', type: 'accept', ticketId: 't1', legNo: 1, claimedAt: server.clock.now() };
    const bothAnswered = client.next('answer', () => client.heard.filter(({ type }) => type === 'answer').length === 2);
    client.send(word);
    client.send(word);
    await bothAnswered;
    client.cut();
    const again = vehicle();
    await again.connect();
    again.send({ type: 'clock', t: server.clock.now() + 2_000 });
    const repeated = again.next('answer', ({ id }) => id === 'w-7');
    again.send(word);
    expect(await repeated).toEqual({ type: 'answer', id: 'w-7', ok: true });
    const rows = await server.store.journalOf('t1');
    expect(rows.filter((row) => row.kind === 'ticket' && row.event.type === 'accepted')).toHaveLength(1);

    const reused = again.next('answer', ({ id }) => id === 'w-7');
    again.send({ ...word, claimedAt: word.claimedAt + 1 });
    expect(await reused).toMatchObject({ ok: false, refusal: { code: 'command-id-reused' } });
  });

  test('[T4] the clock is answered with both times', async () => {
    const client = vehicle();
    await client.connect();
    const answered = client.next('clock', ({ t }) => t === 1_234_567_890_123);
    client.send({ type: 'clock', t: 1_234_567_890_123 });
    expect(Math.abs((await answered).now - server.clock.now())).toBeLessThan(1_000);
  });
});

describe('the connection', () => {
  test('[F13] the newest connection of a vehicle stays, and only after it authenticated', async () => {
    const older = vehicle();
    await older.connect();
    expect(await refusedUpgrade(server, '/vehicle/ws', {})).toMatchObject({ code: 'foreign-origin' });
    expect(await refusedUpgrade(server, '/vehicle/ws', { authorization: 'Bearer v9' })).toMatchObject({ status: 401 });
    expect(await refusedUpgrade(server, '/vehicle/ws', { authorization: 'Bearer lead' })).toEqual({
      status: 403,
      code: 'not-allowed',
    });
    expect(server.presence.connectedVehicleIds('north')).toEqual(['v1']);

    const closed = older.closed();
    const newer = vehicle();
    await newer.connect();
    expect(await closed).toEqual({ code: VEHICLE_CLOSE.replaced, reason: 'replaced' });
    expect(server.presence.connectedVehicleIds('north')).toEqual(['v1']);
    expect(server.presence.isDepartmentConnected('crew1')).toBe(true);
    expect(server.presence.isDepartmentConnected('crew2')).toBe(false);

    const pushed = newer.next('leg');
    await dispatched();
    expect((await pushed).leg.legNo).toBe(1);
  });

  test('[F17] a revoked token closes the vehicle within a second and lets nobody in again', async () => {
    const client = vehicle();
    await client.connect();
    const closed = client.closed();
    const since = performance.now();
    server.access.end('v1', 'revoked');
    expect((await closed).code).toBe(VEHICLE_CLOSE.revoked);
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(await refusedUpgrade(server, '/vehicle/ws', { authorization: 'Bearer v1' })).toEqual({
      status: 401,
      code: 'token-revoked',
    });
  });

  test('[F17] a revoked vehicle that does not hang up is cut off', async () => {
    const client = vehicle();
    await client.connect();
    client.raw()?.pause();
    const gone = presenceLost('v1');
    server.access.end('v1', 'revoked');
    await gone;
  });

  test('[F13] a browser offers its token as a subprotocol and gets the protocol back, not the token', async () => {
    const url = `${server.origin.replace('http', 'ws')}/vehicle/ws`;
    const socket = new WebSocket(url, ['faultline.vehicle.v1', 'bearer.v1'], { origin: server.origin });
    cuts.push(() => socket.terminate());
    const [message] = await once(socket, 'message');
    expect(JSON.parse(String(message))).toMatchObject({ type: 'welcome' });
    expect(socket.protocol).toBe('faultline.vehicle.v1');
  });

  test('[F14] what cannot be read is answered, by its id where it has one, and changes nothing', async () => {
    const client = vehicle();
    await client.connect();
    for (const frame of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"type":"clock"}',
      '{"type":"fixes","fixes":[]}',
      '{"type":7}',
    ]) {
      const answered = client.next('malformed');
      client.raw()?.send(frame);
      expect((await answered).detail).not.toBe('');
    }
    const binary = client.next('malformed');
    client.raw()?.send(Buffer.from('{"type":"clock","t":1}'), { binary: true });
    await binary;
    expect(await client.say({ type: 'accept', ticketId: 't1', legNo: 1, claimedAt: 1, more: true })).toMatchObject({
      refusal: { code: 'malformed' },
    });
    expect(await client.say({ type: 'accept', ticketId: 'none', legNo: 1, claimedAt: 1 })).toMatchObject({
      refusal: { code: 'ticket-unknown' },
    });
    expect(client.raw()?.readyState).toBe(WebSocket.OPEN);
  });

  test('[F14] a frame that is too long or broken closes this connection only', async () => {
    const [long, broken, other] = [vehicle('v1'), vehicle('v2'), vehicle('v3')];
    await Promise.all([long.connect(), broken.connect(), other.connect()]);
    const closed = long.closed();
    long.raw()?.send(`"${'x'.repeat(20_000)}"`);
    expect((await closed).code).toBe(1009);
    const gone = presenceLost('v2');
    // A reserved bit: no frame of this protocol has one.
    rawConnection(broken).write(Buffer.from([0xff, 0xff, 0x00, 0x00]));
    await gone;
    const answered = other.next('clock', ({ t }) => t === 5);
    other.send({ type: 'clock', t: 5 });
    await answered;
  });

  test('[F14] whatever bytes and messages come, each is answered or closes its own connection, and nothing changes', async () => {
    await dispatched();
    const before = await server.store.ticket('t1');
    const message = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom('clock', 'fixes', 'accept', 'record', 'duty', 'x'),
        id: fc.jsonValue(),
        t: fc.jsonValue(),
      }),
      fc.record({
        type: fc.constantFrom('accept', 'return'),
        id: fc.constant('i1'),
        ticketId: fc.constant('t1'),
        legNo: fc.jsonValue(),
        claimedAt: fc.jsonValue(),
      }),
      fc.record({ type: fc.constant('fixes'), fixes: fc.array(fc.jsonValue(), { maxLength: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(message, async (content) => {
        const client = vehicle();
        await client.connect();
        const answered = Promise.race([
          client.next('malformed'),
          client.next('answer'),
          client.next('clock', ({ t }) => t === 77),
        ]);
        client.raw()?.send(JSON.stringify(content));
        client.send({ type: 'clock', t: 77 });
        await answered;
        client.cut();
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 80 }), async (bytes) => {
        const client = vehicle('v2');
        await client.connect();
        rawConnection(client).write(bytes);
        const gone = presenceLost('v2');
        client.cut();
        await gone;
      }),
      { numRuns: 60 },
    );
    expect(await server.store.ticket('t1')).toEqual(before);
  });

  test('[F13] a vehicle that floods is closed with its code', async () => {
    const client = vehicle();
    await client.connect();
    const closed = client.closed();
    for (let at = 0; at < 400; at += 1) client.send({ type: 'clock', t: at });
    expect((await closed).code).toBe(VEHICLE_CLOSE.flooding);
  });

  test('[F13] a vehicle that says nothing and answers no ping is closed after a minute', async () => {
    const client = vehicle();
    await client.connect();
    const gone = presenceLost('v1');
    // Nothing is read any more, so no pong goes back either.
    rawConnection(client).pause();
    server.clock.advance(2 * MINUTE);
    await gone;
  });
});

describe('positions', () => {
  test('[V4] a position moves the vehicle, a late one does not, an impossible one is dropped', async () => {
    const client = vehicle();
    await client.connect();
    client.send({ type: 'fixes', fixes: [fixAt(server.clock)] });
    client.send({ type: 'fixes', fixes: [fixAt(server.clock, { fixedAt: server.clock.now() - MINUTE, lon: 116.41 })] });
    client.send({ type: 'fixes', fixes: [fixAt(server.clock, { lon: 0, lat: 0 }), fixAt(server.clock, { lat: 91 })] });
    const answered = client.next('clock', ({ t }) => t === 9);
    client.send({ type: 'clock', t: 9 });
    await answered;
    expect(server.fleet.positionOf('v1')).toMatchObject({ lon: 116.4, lat: 39.9, headingDeg: 90 });
    expect(server.fleet.stats()).toMatchObject({
      moved: 1,
      held: { 'not-newer': 1 },
      dropped: { 'zero-zero': 1, 'out-of-range': 1 },
    });
    expect(server.fleet.snapshot('north', server.clock.now()).v.slice(0, 5)).toEqual([
      1, 116_400_000, 39_900_000, 90, 180,
    ]);
  });
});

/** Resolves when the server holds the vehicle for gone; asked every turn of the loop, because nobody announces it. */
async function presenceLost(vehicleId: string): Promise<void> {
  while (server.presence.connectedVehicleIds('north').includes(vehicleId)) await new Promise(setImmediate);
}

/** The bytes below the client's WebSocket. */
function rawConnection(client: ReturnType<typeof vehicle>): Socket {
  const socket = client.raw();
  if (!socket || !('_socket' in socket) || !(socket._socket instanceof Socket))
    throw new Error('the client is not connected');
  return socket._socket;
}
