import { SECOND } from '@faultline/shared/time.ts';
import type { JournalRow, Pulled } from '@faultline/shared/wire/live.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema, ticketSchema } from '@faultline/shared/wire/ticket.ts';
import { VEHICLE_CLOSE } from '@faultline/shared/wire/vehicle.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConsoleSocket } from '../support/console-client.ts';
import { connectConsole, followJournal } from '../support/console-client.ts';
import { refusedUpgrade } from '../support/refused-upgrade.ts';
import { vehicleClient } from '../support/vehicle-client.ts';
import type { WholeApp } from '../support/whole-app.ts';
import { openWholeApp } from '../support/whole-app.ts';

let whole: WholeApp;
let origin = '';
const ends: (() => void)[] = [];
let commands = 0;

beforeAll(async () => {
  whole = await openWholeApp();
  origin = await whole.app.listen();
});

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

afterAll(async () => {
  await whole.close();
});

async function consoleOf(login: string): Promise<{ socket: ConsoleSocket; journal: ReturnType<typeof followJournal> }> {
  const socket = connectConsole(origin, { cookie: await whole.cookieOf(login), origin });
  ends.push(() => socket.disconnect());
  const journal = followJournal(socket, 0);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, journal };
}

async function vehicleOf(vehicleId: string) {
  const answer = await whole.ask('POST', '/api/demo/vehicle', { body: { vehicleId } });
  const client = vehicleClient({ url: origin, token: answer.json().token, now: whole.clock.now });
  ends.push(() => client.cut());
  return client;
}

async function openTicket(): Promise<string> {
  commands += 1;
  const place = { lon: 116.4, lat: 39.9, street: 'Main Street', area: 'Centre' };
  const caller = { name: 'Wang Canary', phone: '13900000777', address: 'Canary Lane 7', note: '' };
  const body = {
    commandId: `open-${commands}`,
    areaClass: 'urban',
    place,
    faultClass: 'low-voltage',
    faultText: 'no power',
    caller,
  };
  const answer = await whole.ask('POST', '/api/tickets', { cookie: await whole.cookieOf('agent'), body });
  return commandAnswerSchema.parse(answer.json()).ticketId;
}

async function give(login: string, ticketId: string, action: PersonalAction): Promise<number> {
  commands += 1;
  const body = { commandId: `give-${commands}`, expectedRevision: null, action };
  const answer = await whole.ask('POST', `/api/tickets/${ticketId}/commands`, {
    cookie: await whole.cookieOf(login),
    body,
  });
  return commandAnswerSchema.parse(answer.json()).seq;
}

async function ticketOf(ticketId: string) {
  const answer = await whole.ask('GET', `/api/tickets/${ticketId}`, { cookie: await whole.cookieOf('lead') });
  return ticketSchema.parse(answer.json().ticket);
}

function once<Value>(socket: ConsoleSocket, event: 'disconnect' | 'signed-out'): Promise<Value> {
  return new Promise((resolve) => {
    // Socket.IO types its listeners by name; one function for two names fits neither.
    (socket as unknown as NodeJS.EventEmitter).once(event, resolve);
  });
}

describe('the product as it is', () => {
  test('[V2] a vehicle hears at once when its office has changed its duty', async () => {
    const client = await vehicleOf('vehicle-03');
    await client.connect();
    const told = client.next('welcome');
    const { vehicles } = (await whole.ask('GET', '/api/board', { cookie: await whole.cookieOf('lead') })).json();
    const { crewId } = vehicles.find(({ id }: { id: string }) => id === 'vehicle-03');
    const { departments } = (await whole.ask('GET', '/api/board', { cookie: await whole.cookieOf('lead') })).json();
    const { centreId } = departments.find(({ id }: { id: string }) => id === crewId);
    const dispatcher = centreId === 'centre-inner' ? 'centre1' : 'centre2';
    const answer = await whole.ask('POST', '/api/vehicles/vehicle-03/duty', {
      cookie: await whole.cookieOf(dispatcher),
      body: { duty: 'off-duty' },
    });
    expect(answer.statusCode).toBe(200);
    expect((await told).vehicle).toMatchObject({ id: 'vehicle-03', duty: 'off-duty' });
  });

  test('[T1] one ticket goes from the call to the arrival over every socket there is', async () => {
    const [vehicle] = (await whole.ask('GET', '/api/demo')).json().vehicles;
    const { vehicles } = (await whole.ask('GET', '/api/board', { cookie: await whole.cookieOf('lead') })).json();
    const { crewId } = vehicles.find(({ id }: { id: string }) => id === vehicle.id);
    const [lead, wall, desk] = await Promise.all(['lead', 'wall', 'centre1'].map(consoleOf));
    const client = await vehicleOf(vehicle.id);
    await client.connect();

    const ticketId = await openTicket();
    await give('lead', ticketId, { type: 'issue', centreId: 'centre-inner' });
    expect(await desk?.socket.emitWithAck('receipt', { of: 'issue', ticketId, no: 1 })).toEqual({ ok: true });
    const pushed = client.next('leg');
    await give('centre1', ticketId, { type: 'dispatch', crewId, vehicleId: vehicle.id, supportVehicleIds: [] });
    expect((await pushed).leg).toMatchObject({ legNo: 1, caller: { name: 'Wang Canary' }, ticket: { id: ticketId } });
    for (const type of ['receipt', 'accept', 'depart', 'arrive']) {
      whole.clock.move(20 * SECOND);
      client.send({ type: 'clock', t: whole.clock.now() });
      expect(await client.say({ type, ticketId, legNo: 1, claimedAt: whole.clock.now() })).toMatchObject({ ok: true });
    }

    const ticket = await ticketOf(ticketId);
    expect(ticket.issues[0]).toMatchObject({ wasReceiverConnected: true, C: { evidence: 'device-online' } });
    expect(ticket.legs[0]).toMatchObject({ wasReceiverConnected: true, H: { evidence: 'device-online' } });
    const head = (await (await consoleOf('agent')).socket.emitWithAck('since', { cursor: 0 })) as Pulled;
    for (const one of [lead, wall]) {
      await one?.journal.reaches(head.head.seq);
      expect(one?.journal.applied.map(({ seq }) => seq)).toEqual(head.rows.map(({ seq }) => seq));
    }
    expect(JSON.stringify(wall?.journal.applied)).not.toContain('Canary');
  });

  test('[F17] the administrator revokes a vehicle, and its connection is closed', async () => {
    const [vehicle] = (await whole.ask('GET', '/api/demo')).json().vehicles;
    const client = await vehicleOf(vehicle.id);
    await client.connect();
    const closed = client.closed();
    const cookie = await whole.cookieOf('admin');
    const answer = await whole.ask('POST', `/api/organisation/vehicles/${vehicle.id}/revoke`, { cookie, body: {} });
    expect(answer.statusCode).toBe(200);
    expect((await closed).code).toBe(VEHICLE_CLOSE.revoked);
  });

  test('[V3] a duty announced by the vehicle reaches the consoles as a change of the organisation', async () => {
    const [vehicle] = (await whole.ask('GET', '/api/demo')).json().vehicles;
    const { socket } = await consoleOf('wall');
    const events = new Promise<readonly JournalRow[]>((resolve) => socket.once('events', resolve));
    const client = await vehicleOf(vehicle.id);
    await client.connect();
    expect(await client.say({ type: 'duty', duty: 'off-duty' })).toMatchObject({ ok: true });
    expect(await events).toMatchObject([
      { kind: 'organisation', change: { what: 'vehicle', id: vehicle.id, how: 'changed' } },
    ]);
  });

  test('[F17] signing out, and the end of a session by itself, close its console', async () => {
    const cookie = await whole.cookieOf('lead');
    const leaving = connectConsole(origin, { cookie, origin });
    ends.push(() => leaving.disconnect());
    await new Promise<void>((resolve) => leaving.once('connect', resolve));
    const { socket: staying } = await consoleOf('agent');
    const reason = once(leaving, 'signed-out');
    await whole.ask('DELETE', '/api/session', { cookie });
    expect(await reason).toBe('signed-out');
    expect(staying.connected).toBe(true);

    const closed = once(staying, 'disconnect');
    const told = once(staying, 'signed-out');
    // Second by second and with time to breathe: a console that hears nothing for long is cut off for another reason.
    for (let second = 0; second < 31 * 60 && staying.connected; second += 5) await whole.clock.settle(5 * SECOND);
    expect(await told).toBe('expired');
    await closed;
    const upgrade = { port: Number(new URL(origin).port) };
    const path = '/live/?EIO=4&transport=websocket';
    expect(await refusedUpgrade(upgrade, path, { cookie, origin })).toMatchObject({ status: 401 });
    expect(await refusedUpgrade(upgrade, path, { cookie, origin: 'http://127.0.0.1:1' })).toMatchObject({
      code: 'foreign-origin',
    });
    expect(await refusedUpgrade(upgrade, path, { cookie, origin, host: 'elsewhere.example' })).toMatchObject({
      code: 'foreign-host',
    });
  });
});
