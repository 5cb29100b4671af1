import { makeCode, normalCode } from '@faultline/server/src/access/tokens.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Office } from '../support/office.ts';
import { cookieIn, openOffice } from '../support/office.ts';

let office: Office;
let admin: string;

beforeEach(async () => {
  office = await openOffice();
  admin = await office.cookieOf('admin');
});
afterEach(() => office.close());

const vehicleCode = async (id = 'vehicle-01'): Promise<string> =>
  (await office.ask('POST', `/api/organisation/vehicles/${id}/enrolment`, { cookie: admin })).json().code;
const enrol = (code: string, address = '127.0.0.1') =>
  office.ask('POST', '/api/vehicle/enrol', { body: { code }, address });
const viewerOf = (token: string) => office.access.authenticate({ authorization: `Bearer ${token}` });

describe("a vehicle's device", () => {
  test('a code is exchanged once for a token, which speaks for the vehicle', async () => {
    const code = await vehicleCode();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const answer = await enrol(code);
    expect(answer.json()).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      vehicleId: 'vehicle-01',
      callSign: '抢修01',
      plate: '京A·F0001',
    });
    expect(await viewerOf(answer.json().token)).toMatchObject({
      kind: 'device',
      role: 'vehicle',
      id: 'vehicle-01',
      departmentId: 'crew-qianmen',
      district: 'beijing',
    });
    expect((await enrol(code)).json()).toEqual({ code: 'code-used' });
  });

  test('a browser offers the token as a subprotocol', async () => {
    const { token } = (await enrol(await vehicleCode())).json();
    const headers = { 'sec-websocket-protocol': `faultline.vehicle.v1, bearer.${token}` };
    expect(await office.access.authenticate(headers)).toMatchObject({ id: 'vehicle-01' });
  });

  test('a code is read as it was heard: case, hyphen, O for 0 and l for 1 do not matter', async () => {
    expect(normalCode(' 7k3m 9xo2 ')).toBe('7K3M9X02');
    expect(normalCode('IL1-0oO')).toBe('111000');
    const code = await vehicleCode();
    expect((await enrol(` ${code.toLowerCase().replace('-', '')} `)).statusCode).toBe(200);
  });

  test('codes are drawn from the whole alphabet', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const letters = new Set(
      Array.from({ length: 32 }, (_, turn) => makeCode((size) => bytes.subarray(turn * 8, turn * 8 + size))).join(''),
    );
    expect([...letters].filter((letter) => letter !== '-')).toHaveLength(32);
  });

  test('a code lives a quarter of an hour', async () => {
    const code = await vehicleCode();
    await office.clock.settle(15 * MINUTE);
    expect((await enrol(code)).json()).toEqual({ code: 'code-used' });
  });

  test('a newer code voids the older one', async () => {
    const [older, newer] = [await vehicleCode(), await vehicleCode()];
    expect((await enrol(older)).json()).toEqual({ code: 'code-unknown' });
    expect((await enrol(newer)).statusCode).toBe(200);
  });

  test("a wall's code enrols no vehicle", async () => {
    const wall = await office.ask('POST', '/api/organisation/walls', { cookie: admin, body: { name: '一号屏' } });
    expect((await enrol(wall.json().enrolment.code)).json()).toEqual({ code: 'code-unknown' });
  });

  test('an address has ten guesses at codes in a quarter of an hour, also when the next would be right', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await enrol(`0000-000${guess}`, '203.0.113.7')).json()).toEqual({ code: 'code-unknown' });
    }
    expect((await enrol(await vehicleCode(), '203.0.113.7')).statusCode).toBe(429);
    expect((await enrol(await vehicleCode(), '203.0.113.8')).statusCode).toBe(200);
  });

  test('a new device ends the one before it', async () => {
    const first = (await enrol(await vehicleCode())).json().token;
    const second = (await enrol(await vehicleCode())).json().token;
    expect(office.ended.map(({ reason }) => reason)).toEqual(['revoked']);
    expect(await viewerOf(first)).toBeNull();
    expect(await viewerOf(second)).not.toBeNull();
  });

  test('a revoked token is told so, and its sockets are told to close', async () => {
    const { token } = (await enrol(await vehicleCode())).json();
    const credential = (await viewerOf(token))?.credential;
    await office.ask('POST', '/api/organisation/vehicles/vehicle-01/revoke', { cookie: admin });
    expect(office.ended).toEqual([{ credential, reason: 'revoked' }]);
    expect(office.access.identify({ authorization: `Bearer ${token}` })).toEqual({
      ok: false,
      refusal: { code: 'token-revoked' },
    });
    const acts = await office.stores.access.entries('beijing', 10);
    expect(acts.map(({ act, subject, actorId }) => [act, subject, actorId])).toEqual([
      ['vehicle.revoke', 'vehicle-01', 'user-admin'],
      ['vehicle.enrolment-code', 'vehicle-01', 'user-admin'],
      ['sign-in', 'user-admin', 'user-admin'],
    ]);
  });

  test('a vehicle out of service has no device', async () => {
    const { token } = (await enrol(await vehicleCode())).json();
    const vehicle = office.directory.vehicle('vehicle-01');
    const { crewId, callSign, plate, tradeIds } = vehicle ?? {};
    const body = { crewId, callSign, plate, tradeIds, isActive: false };
    expect((await office.ask('PUT', '/api/organisation/vehicles/vehicle-01', { cookie: admin, body })).statusCode).toBe(
      200,
    );
    expect(office.ended.map(({ reason }) => reason)).toEqual(['revoked']);
    expect(await viewerOf(token)).toBeNull();
    const code = await office.ask('POST', '/api/organisation/vehicles/vehicle-01/enrolment', { cookie: admin });
    expect(code.json()).toEqual({ code: 'vehicle-unknown' });
  });

  test('the administrator sees which vehicles have a device', async () => {
    await enrol(await vehicleCode('vehicle-07'));
    const answer = await office.ask('GET', '/api/organisation/vehicles', { cookie: admin });
    expect(answer.json().pairedAt).toEqual({ 'vehicle-07': office.clock.now() });
  });
});

describe('a wall screen', () => {
  const addWall = async () =>
    (await office.ask('POST', '/api/organisation/walls', { cookie: admin, body: { name: '一号屏' } })).json();
  const pair = (code: string) => office.ask('POST', '/api/wall/pair', { body: { code } });

  test('is paired once and keeps its cookie beyond any session', async () => {
    const { wall, enrolment } = await addWall();
    const answer = await pair(enrolment.code);
    expect(answer.headers['set-cookie']).toMatch(/Max-Age=34560000;.*HttpOnly; SameSite=Strict/);
    expect(answer.json()).toMatchObject({
      user: { id: wall.id, role: 'wall', name: '一号屏' },
      district: { id: 'beijing' },
    });
    const cookie = cookieIn(answer);
    await office.clock.settle(40 * 24 * 60 * MINUTE);
    const session = await office.ask('GET', '/api/session', { cookie });
    expect(session.json()).toEqual(answer.json());
    expect(session.headers['set-cookie']).toBe(answer.headers['set-cookie']);
    expect(office.directory.wall(wall.id)?.pairedAt).not.toBeNull();
    expect((await pair(enrolment.code)).json()).toEqual({ code: 'code-used' });
  });

  test('is cut off at once', async () => {
    const { wall, enrolment } = await addWall();
    const cookie = cookieIn(await pair(enrolment.code));
    await office.ask('POST', `/api/organisation/walls/${wall.id}/revoke`, { cookie: admin });
    expect((await office.ask('GET', '/api/session', { cookie })).json()).toEqual({ code: 'token-revoked' });
    expect(office.ended.map(({ reason }) => reason)).toEqual(['revoked']);
    const again = await office.ask('POST', `/api/organisation/walls/${wall.id}/enrolment`, { cookie: admin });
    expect((await pair(again.json().code)).statusCode).toBe(200);
  });

  test('signing out ends its pairing', async () => {
    const { enrolment } = await addWall();
    const cookie = cookieIn(await pair(enrolment.code));
    await office.ask('DELETE', '/api/session', { cookie });
    expect((await office.ask('GET', '/api/session', { cookie })).json()).toEqual({ code: 'token-revoked' });
  });
});

describe('the demo', () => {
  test('shows its accounts and vehicles to whoever sits at the machine', async () => {
    const answer = await office.ask('GET', '/api/demo');
    expect(answer.json().accounts).toContainEqual({
      login: 'crew1',
      name: '前门供电站值班员',
      role: 'crew',
      departmentName: { zh: '前门供电站', en: 'Qianmen supply station' },
    });
    expect(answer.json().vehicles).toHaveLength(40);
  });

  test('a visitor looks through the eyes of a vehicle without pushing out who drives it', async () => {
    const open = async () =>
      (await office.ask('POST', '/api/demo/vehicle', { body: { vehicleId: 'vehicle-03' } })).json();
    const [driver, visitor] = [await open(), await open()];
    expect(await viewerOf(driver.token)).toMatchObject({ id: 'vehicle-03' });
    expect(await viewerOf(visitor.token)).toMatchObject({ id: 'vehicle-03' });
    expect((await office.ask('POST', '/api/demo/vehicle', { body: { vehicleId: 'none' } })).json()).toEqual({
      code: 'vehicle-unknown',
    });
  });

  test('a vehicle keeps its eight newest demo tokens', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      tokens.push((await office.ask('POST', '/api/demo/vehicle', { body: { vehicleId: 'vehicle-03' } })).json().token);
    }
    const alive = await Promise.all(tokens.map(async (token) => (await viewerOf(token)) !== null));
    expect(alive).toEqual([false, false, ...Array.from({ length: 8 }, () => true)]);
  });

  const DOORS = [
    ['GET', '/api/demo', undefined],
    ['POST', '/api/demo/session', { login: 'admin' }],
    ['POST', '/api/demo/vehicle', { vehicleId: 'vehicle-01' }],
  ] as const;

  test.each(DOORS)('%s %s is closed to other machines, and to proxies on this one', async (method, url, body) => {
    const closed = { statusCode: 404, code: 'demo-only' };
    const seen = async (asked: object) => {
      const answer = await office.ask(method, url, { body, ...asked });
      return { statusCode: answer.statusCode, code: answer.json().code };
    };
    expect(await seen({ address: '192.0.2.9' })).toEqual(closed);
    for (const header of ['x-forwarded-for', 'x-forwarded-host', 'forwarded']) {
      expect(await seen({ headers: { [header]: '127.0.0.1' } })).toEqual(closed);
    }
    const named = await openOffice({ publicUrl: 'http://repair.example' });
    const answer = await named.ask(method, url, { body, headers: { host: 'repair.example' } });
    expect(answer.json()).toEqual({ code: 'demo-only' });
    await named.close();
  });

  test.each(DOORS)('%s %s does not exist in service', async (method, url, body) => {
    const service = await openOffice({ mode: 'serve' });
    expect((await service.ask(method, url, { body })).json()).toEqual({ code: 'demo-only' });
    await service.close();
  });

  test('an unknown account is not found', async () => {
    expect((await office.ask('POST', '/api/demo/session', { body: { login: 'nobody' } })).json()).toEqual({
      code: 'not-found',
    });
  });
});
