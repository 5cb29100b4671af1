import { once } from 'node:events';
import { connectHandset } from '@faultline/server/src/shift/phone-handset.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Ring } from '@faultline/shared/wire/phone.ts';
import { MAX_PHONE_FRAME, PHONE_CLOSE, PHONE_PATH, PHONE_PROTOCOL } from '@faultline/shared/wire/phone.ts';
import { BEARER_PROTOCOL_PREFIX } from '@faultline/shared/wire/vehicle.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PhoneClient } from '../support/phone-client.ts';
import { pairPhone, phoneClient } from '../support/phone-client.ts';
import type { PhoneServer } from '../support/phone-server.ts';
import { startPhoneServer } from '../support/phone-server.ts';
import { refusedUpgrade } from '../support/refused-upgrade.ts';

const DUTY = 'contact-crew-qianmen-duty';
const CHIEF = 'contact-crew-qianmen-chief-1';

let server: PhoneServer;
const cuts: (() => void)[] = [];

beforeEach(async () => {
  server = await startPhoneServer();
});

afterEach(async () => {
  for (const cut of cuts.splice(0)) cut();
  await server.stop();
  expect(server.faults).toEqual([]);
});

async function phoneOf(contactId = DUTY, options: { readonly showsCards?: boolean } = {}): Promise<PhoneClient> {
  const { token } = await pairPhone(server.origin, { contactId });
  const client = phoneClient({ url: server.origin, token, ...options });
  cuts.push(client.cut);
  await client.connect();
  return client;
}

const codeFor = async (contactId: string): Promise<string> =>
  (await server.request('POST', `/api/organisation/contacts/${contactId}/phone`, { login: 'admin' })).json.code;

describe('pairing', () => {
  test('a code of the administrator makes a browser the duty phone of the contact', async () => {
    const { token, contact } = await pairPhone(server.origin, { code: await codeFor(DUTY) });
    expect(contact).toEqual({
      id: DUTY,
      name: '前门供电站值班电话',
      role: 'duty',
      language: 'zh',
      departmentName: { zh: '前门供电站', en: 'Qianmen supply station' },
    });
    const client = phoneClient({ url: server.origin, token });
    cuts.push(client.cut);
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ contact, ring: null, timeZone: 'Asia/Shanghai' });
    expect(Math.abs(welcome.now - server.clock.now())).toBeLessThan(SECOND);
    const acts = await server.audit.entries('beijing', 10);
    expect(acts.map(({ act, subject }) => [act, subject])).toContainEqual(['phone.pairing-code', DUTY]);
  });

  test('a contact keeps its five newest devices, and each rings', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      tokens.push((await pairPhone(server.origin, { code: await codeFor(DUTY) })).token);
    }
    const alive = await Promise.all(
      tokens.map(async (token) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await server.access.authenticate(headers)) !== null;
      }),
    );
    expect(alive).toEqual([false, true, true, true, true, true]);
  });

  test('a code is used once, and a code for something else pairs no phone', async () => {
    const code = await codeFor(DUTY);
    await pairPhone(server.origin, { code });
    const pair = (typed: string) => server.request('POST', '/api/phone/pair', { body: { code: typed } });
    expect(await pair(code)).toMatchObject({ status: 409, json: { code: 'code-used' } });
    const vehicle = await server.request('POST', '/api/organisation/vehicles/vehicle-01/enrolment', { login: 'admin' });
    expect((await pair(vehicle.json.code)).json).toEqual({ code: 'code-unknown' });
  });

  test.each([
    ['a lead', 'lead', DUTY, 'not-allowed'],
    ['an administrator, for nobody,', 'admin', 'contact-of-nobody', 'contact-unknown'],
  ])('%s gets no code', async (_who, login, contactId, code) => {
    for (const path of ['phone', 'phone/revoke']) {
      const answer = await server.request('POST', `/api/organisation/contacts/${contactId}/${path}`, { login });
      expect(answer.json).toEqual({ code });
    }
  });

  test('a revoked phone is cut off at once and is not let in again', async () => {
    const { token } = await pairPhone(server.origin, { code: await codeFor(DUTY) });
    const client = phoneClient({ url: server.origin, token });
    await client.connect();
    const closed = client.closed();
    await server.request('POST', `/api/organisation/contacts/${DUTY}/phone/revoke`, { login: 'admin' });
    expect(await closed).toEqual({ code: PHONE_CLOSE.revoked, reason: 'revoked' });
    expect(await refusedUpgrade(server, PHONE_PATH, { authorization: `Bearer ${token}` })).toEqual({
      status: 401,
      code: 'token-revoked',
    });
  });

  test('the administrator sees who has a phone and whose is connected', async () => {
    await pairPhone(server.origin, { code: await codeFor(CHIEF) });
    await phoneOf(DUTY);
    const { json } = await server.request('GET', '/api/organisation/phones', { login: 'admin' });
    expect(Object.keys(json.pairedAt).sort()).toEqual([CHIEF, DUTY].sort());
    expect(json.connectedContactIds).toEqual([DUTY]);
  });

  test('a device that leaves ends its own token and no other', async () => {
    const [first, second] = [
      await pairPhone(server.origin, { contactId: DUTY }),
      await pairPhone(server.origin, { contactId: DUTY }),
    ];
    expect((await server.request('DELETE', '/api/session', { token: first.token })).status).toBe(200);
    const alive = (token: string) => server.access.authenticate({ authorization: `Bearer ${token}` });
    expect(await alive(first.token)).toBeNull();
    expect(await alive(second.token)).toMatchObject({ kind: 'device', role: 'phone', id: DUTY });
  });

  test('in the demo the phones that ring soonest are offered first', async () => {
    server.nextRings.set(CHIEF, server.clock.now() + 9_000).set(DUTY, server.clock.now() + 5_000);
    const { json } = await server.request('GET', '/api/demo');
    expect(json.phones.slice(0, 3)).toMatchObject([
      { contactId: DUTY, ringsAt: expect.any(Number) },
      { contactId: CHIEF, ringsAt: expect.any(Number) },
      { ringsAt: null },
    ]);
    expect(JSON.stringify(json.phones)).not.toMatch(/"0{3,}\d+"/);
    const unknown = await server.request('POST', '/api/demo/phone', { body: { contactId: 'nobody' } });
    expect(unknown.json).toEqual({ code: 'contact-unknown' });
  });
});

describe('the door', () => {
  test('lets nobody in but a phone, and no phone into another room', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    expect(await refusedUpgrade(server, PHONE_PATH, { origin: server.origin })).toMatchObject({ status: 401 });
    expect(await refusedUpgrade(server, PHONE_PATH, {})).toMatchObject({ code: 'foreign-origin' });
    const lead = await server.cookieOf('lead');
    expect(await refusedUpgrade(server, PHONE_PATH, { origin: server.origin, cookie: lead })).toMatchObject({
      code: 'not-allowed',
    });
    const bearer = { authorization: `Bearer ${token}` };
    for (const path of ['/live', '/vehicle/ws']) {
      expect(await refusedUpgrade(server, path, bearer)).toMatchObject({ code: 'not-allowed' });
    }
    const vehicle = await server.request('POST', '/api/demo/vehicle', { body: { vehicleId: 'vehicle-01' } });
    expect(await refusedUpgrade(server, PHONE_PATH, { authorization: `Bearer ${vehicle.json.token}` })).toMatchObject({
      code: 'not-allowed',
    });
  });

  test("a phone's token reads nothing of the service", async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    for (const path of ['/api/session', '/api/organisation/contacts', '/api/organisation/phones']) {
      expect(await server.request('GET', path, { token })).toMatchObject({
        status: 403,
        json: { code: 'not-allowed' },
      });
    }
  });

  test('a browser comes in with its token as a subprotocol, which is not echoed', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const url = `${server.origin.replace('http', 'ws')}${PHONE_PATH}`;
    const socket = new WebSocket(url, [PHONE_PROTOCOL, `${BEARER_PROTOCOL_PREFIX}${token}`], { origin: server.origin });
    cuts.push(() => socket.terminate());
    await once(socket, 'open');
    expect(socket.protocol).toBe(PHONE_PROTOCOL);
  });
});

describe('a call', () => {
  test('[E4] rings, is answered, hears the key, and ends behind the last word', async () => {
    const phone = await phoneOf();
    const rung = phone.rung();
    const call = server.callTo(DUTY);
    const ringing = server.told(({ type }) => type === 'ringing');
    await server.line.place(call);
    expect(await rung).toEqual({
      callId: call.id,
      purpose: 'ladder',
      language: 'zh',
      opening: call.opening,
      tickets: call.tickets,
      ringUntil: call.ringUntil,
      answeredAt: null,
      said: null,
    });
    await ringing;
    await phone.answer();
    const key = server.told(({ type }) => type === 'key');
    const said = phone.press('1');
    expect(await key).toEqual({ type: 'key', callId: call.id, key: '1' });
    await server.line.say(call.id, '已接单', true);
    expect(await said).toEqual({ type: 'say', callId: call.id, text: '已接单', isLast: true });
    const ended = server.told(({ type }) => type === 'ended');
    phone.hangUp();
    expect(await ended).toMatchObject({ cause: 'hung-up' });
  });

  test('[E2] two devices ring, the first answer wins', async () => {
    const [first, second] = [await phoneOf(), await phoneOf()];
    const rings = [first.rung(), second.rung()];
    await server.line.place(server.callTo(DUTY));
    await Promise.all(rings);
    const stopped = second.stopped();
    await first.answer();
    expect(await stopped).toMatchObject({ reason: 'answered-elsewhere' });
  });

  test('[E3] what is done elsewhere is silent at the phone within a second', async () => {
    const phone = await phoneOf();
    const rung = phone.rung();
    await server.line.place(server.callTo(DUTY));
    await rung;
    const stopped = phone.stopped();
    const before = performance.now();
    await server.line.cancel(`call-${DUTY}`, 'done-elsewhere', '王五已接单');
    expect(await stopped).toMatchObject({ reason: 'done-elsewhere', text: '王五已接单' });
    expect(performance.now() - before).toBeLessThan(SECOND);
  });

  test('[E6] a phone that comes in while its contact is rung is told so in its welcome', async () => {
    const first = await phoneOf();
    const rung = first.rung();
    await server.line.place(server.callTo(DUTY));
    await rung;
    first.cut();
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const second = phoneClient({ url: server.origin, token });
    cuts.push(second.cut);
    expect((await second.connect()).ring).toMatchObject({ callId: `call-${DUTY}`, answeredAt: null });
  });

  test('[E6] a phone that is connected and shows nothing does not keep the ladder waiting', async () => {
    const phone = await phoneOf(DUTY, { showsCards: false });
    const rung = phone.rung();
    const call = server.callTo(DUTY);
    await server.line.place(call);
    await rung;
    const closed = phone.closed();
    const ended = server.told(({ type }) => type === 'ended');
    server.clock.advance(5 * SECOND);
    expect(await ended).toMatchObject({ cause: 'line-down', code: 'not-shown' });
    await closed;
    expect(server.line.canReach(call.person)).toBe(false);
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', '{'],
    ['no known form', '{"type":"dial","callId":"x"}'],
    ['a key that no phone has', '{"type":"key","callId":"x","key":"12"}'],
    ['more than it should say', '{"type":"answer","callId":"x","ticketId":"t1"}'],
    ['an endless call', `{"type":"answer","callId":"${'x'.repeat(65)}"}`],
  ])('%s is answered and has no effect', async (_what, frame) => {
    const phone = await phoneOf();
    const malformed = phone.next('malformed');
    phone.raw()?.send(frame);
    expect((await malformed).detail).not.toBe('');
  });

  test('binary frames are not read, frames that are too long end the connection', async () => {
    const phone = await phoneOf();
    const malformed = phone.next('malformed');
    phone.raw()?.send(Buffer.from('{"type":"pong"}'));
    await malformed;
    const closed = phone.closed();
    phone.raw()?.send('x'.repeat(MAX_PHONE_FRAME + 1));
    expect((await closed).code).toBe(1009);
  });

  test('a phone that floods is sent away', async () => {
    const phone = await phoneOf();
    const closed = phone.closed();
    for (let count = 0; count < 80; count += 1) phone.send({ type: 'pong' });
    expect(await closed).toEqual({ code: PHONE_CLOSE.flooding, reason: 'flooding' });
  });

  test('[E4] a word about an unknown call is answered by its end', async () => {
    const phone = await phoneOf();
    const stopped = phone.stopped();
    phone.send({ type: 'key', callId: 'never', key: '1' });
    expect(await stopped).toEqual({ type: 'stopped', callId: 'never', reason: 'ended', text: '' });
  });

  test('a phone that answers no ping is not counted as reachable', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${PHONE_PATH}`, PHONE_PROTOCOL, {
      headers: { authorization: `Bearer ${token}` },
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    server.clock.advance(30 * SECOND);
    expect((await closed)[0]).toBe(PHONE_CLOSE.idle);
    expect(server.line.canReach(server.callTo(DUTY).person)).toBe(false);
  });
});

describe('the organisation', () => {
  test('a contact whose name was changed is greeted anew, one that was removed is sent away', async () => {
    const phone = await phoneOf();
    const contact = server.directory.contact(DUTY);
    const { id: _id, ...body } = { ...contact, name: '新名字' };
    const welcome = phone.next('welcome');
    await server.request('PUT', `/api/organisation/contacts/${DUTY}`, { login: 'admin', body });
    expect((await welcome).contact.name).toBe('新名字');
    const closed = phone.closed();
    await server.request('DELETE', `/api/organisation/contacts/${DUTY}`, { login: 'admin' });
    expect((await closed).code).toBe(PHONE_CLOSE.revoked);
  });
});

describe("the simulation's handset", () => {
  function handset(token: string) {
    const heard: string[] = [];
    const waiting = new Map<string, (value: never) => void>();
    const tell = (what: string, value: unknown): void => {
      heard.push(what);
      waiting.get(what)?.(value as never);
      waiting.delete(what);
    };
    const phone = connectHandset({
      url: new URL(server.origin),
      token,
      clock: server.clock,
      listener: {
        onRing: (ring) => tell('ring', ring),
        onSay: (_callId, text, isLast) => tell('say', { text, isLast }),
        onStopped: (_callId, word) => tell('stopped', word),
        onRevoked: () => tell('revoked', null),
      },
    });
    cuts.push(() => phone.close());
    const next = <Value>(what: string): Promise<Value> =>
      new Promise((resolve) => waiting.set(what, resolve as (value: never) => void));
    return { phone, heard, next };
  }
  const connected = () => server.told(({ type }) => type === 'changed');

  test('[E6] comes back when the connection is lost', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const arrived = connected();
    handset(token);
    await arrived;
    const lost = connected();
    server.dropConnections();
    await lost;
    expect(server.line.isConnected(DUTY)).toBe(false);
    await connected();
    expect(server.line.isConnected(DUTY)).toBe(true);
  });

  test('answers, presses and hangs up', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const arrived = connected();
    const { phone, heard, next } = handset(token);
    await arrived;
    const rung = next<Ring>('ring');
    await server.line.place(server.callTo(DUTY));
    const { callId } = await rung;
    const opening = next('say');
    phone.answer(callId);
    expect(await opening).toMatchObject({ isLast: false });
    const key = server.told(({ type }) => type === 'key');
    phone.press(callId, '1');
    expect(await key).toMatchObject({ key: '1' });
    const stopped = next('stopped');
    phone.hangUp(callId);
    expect(await stopped).toEqual({ reason: 'ended', text: '' });
    expect(heard).toEqual(['ring', 'say', 'stopped']);
  });

  test('goes for good when its token is taken back', async () => {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const arrived = connected();
    const { phone, next } = handset(token);
    await arrived;
    const revoked = next('revoked');
    await server.request('POST', `/api/organisation/contacts/${DUTY}/phone/revoke`, { login: 'admin' });
    await revoked;
    expect(phone.isOnline()).toBe(false);
  });
});
