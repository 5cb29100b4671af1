import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreMismatchFault } from '@faultline/server/src/store/store.ts';
import { gapsOf } from '@faultline/shared/escalation/readiness.ts';
import { namedBy } from '@faultline/shared/organisation/on-duty.ts';
import { CREW_KINDS, isPhone, USER_ROLES } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Office } from '../support/office.ts';
import { cookieIn, openOffice } from '../support/office.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-start-'));
  path = join(folder, 'faultline.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Beijing sample', () => {
  test('has everything a district needs, and nothing that could be real', async () => {
    const office = await openOffice();
    const { directory } = office;
    const departments = directory.departments('beijing');
    const crews = departments.filter(({ kind }) => kind === 'crew');
    expect(departments.map(({ kind }) => kind).filter((kind) => kind !== 'crew')).toEqual([
      'service-centre',
      'repair-centre',
      'repair-centre',
    ]);
    expect(new Set(crews.map(({ crewKind }) => crewKind))).toEqual(new Set(CREW_KINDS));
    const isCoLocated = crews.map(({ centreId, site }) => directory.department(centreId ?? '')?.site === site);
    expect(isCoLocated.filter(Boolean).length).toBeGreaterThan(2);
    expect(isCoLocated.filter((is) => !is).length).toBeGreaterThan(2);
    const vehicles = directory.vehicles('beijing');
    expect(vehicles.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    for (const { plate, crewId, tradeIds } of vehicles) {
      expect(plate).toMatch(/^京A·F00\d\d$/);
      expect(crews.map(({ id }) => id)).toContain(crewId);
      expect(tradeIds.length).toBeGreaterThan(0);
    }
    const contacts = departments.map(({ id }) => directory.contacts(id));
    for (const of of contacts) expect(of.slice(0, 3).map(({ role }) => role)).toEqual(['duty', 'chief-1', 'chief-2']);
    const phones = contacts.flat().map(({ phone }) => phone);
    expect(new Set(phones).size).toBe(phones.length);
    for (const phone of phones) expect(isPhone(phone) && /^0{8}\d{3}$/.test(phone)).toBe(true);
    expect(new Set(directory.users('beijing').map(({ role }) => role))).toEqual(new Set(USER_ROLES));
    await office.close();
  });

  test('[E7] has shifts, a rotation, somebody who stands in next week, and one gap that the console points at', async () => {
    const office = await openOffice();
    const { directory } = office;
    const departments = directory.departments('beijing');
    const roster = departments.flatMap(({ id }) => directory.roster(id));
    expect(roster.map(({ kind }) => kind).sort()).toEqual(['override', 'rotation', 'shift', 'shift', 'shift']);
    const now = office.clock.now();
    const contacts = departments.flatMap(({ id }) => directory.contacts(id));
    for (const entry of roster) {
      for (const id of namedBy(entry)) {
        expect(contacts.find((contact) => contact.id === id)?.departmentId).toBe(entry.departmentId);
      }
      if (entry.kind !== 'override') continue;
      expect(entry.from - now).toBeGreaterThan(2 * 24 * HOUR);
      expect(entry.until - now).toBeLessThan(14 * 24 * HOUR);
    }
    const gaps = gapsOf(
      { departments, contacts, roster, timeZone: 'Asia/Shanghai', policy: FIRST_POLICY },
      now,
      now + 24 * HOUR,
    );
    // The test's morning is eight o'clock in Beijing.
    const noon = now + 4 * HOUR;
    expect(gaps).toEqual([{ departmentId: 'crew-nanyuan', role: 'chief-2', from: noon, until: noon + HOUR }]);
    for (const { vehicleId, role } of contacts) expect(role === 'vehicle').toBe(vehicleId !== null);
    expect(contacts.filter(({ role }) => role === 'vehicle')).toHaveLength(4);
    expect(directory.pronunciations('beijing').map(({ written }) => written)).toContain('重合闸');
    await office.close();
  });

  test('is written once: a second start finds it, with the same password, as it was left', async () => {
    const first = await openOffice({ path });
    const admin = await first.cookieOf('admin');
    const vehicle = { crewId: 'crew-xidan', callSign: '改名01', plate: '京A·F0001', tradeIds: [], isActive: true };
    await first.ask('PUT', '/api/organisation/vehicles/vehicle-01', { cookie: admin, body: vehicle });
    const head = await first.stores.journal.head('beijing');
    await first.close();
    const second = await openOffice({ path, clock: first.clock });
    expect(second.sample).toEqual(first.sample);
    expect(second.directory.vehicle('vehicle-01')?.callSign).toBe('改名01');
    expect(await second.stores.journal.head('beijing')).toBe(head);
    await second.close();
  });

  test('the terminal’s password opens each account', async () => {
    const office = await openOffice();
    for (const { login, password } of office.sample?.accounts.slice(0, 3) ?? []) {
      expect((await office.ask('POST', '/api/session', { body: { login, password } })).statusCode).toBe(200);
    }
    await office.close();
  });
});

describe('a restart', () => {
  test('keeps people and devices signed in, and ends what expired meanwhile', async () => {
    const first = await openOffice({ path });
    const cookie = await first.cookieOf('lead');
    const { token } = (await first.ask('POST', '/api/demo/vehicle', { body: { vehicleId: 'vehicle-01' } })).json();
    await first.close();
    const second = await openOffice({ path, clock: first.clock });
    expect((await second.ask('GET', '/api/session', { cookie })).statusCode).toBe(200);
    expect(await second.access.authenticate({ authorization: `Bearer ${token}` })).toMatchObject({ id: 'vehicle-01' });
    await second.close();
    second.clock.move(31 * MINUTE);
    const third = await openOffice({ path, clock: second.clock });
    expect((await third.ask('GET', '/api/session', { cookie })).statusCode).toBe(401);
    expect(await third.stores.access.sessions(0)).toEqual([]);
    expect(await third.access.authenticate({ authorization: `Bearer ${token}` })).toMatchObject({ id: 'vehicle-01' });
    await third.close();
  });
});

describe('a database is for one purpose', () => {
  test('service refuses the demo’s, saying what to do', async () => {
    await (await openOffice({ path })).close();
    const refused = openOffice({ path, mode: 'serve' });
    await expect(refused).rejects.toThrow(StoreMismatchFault);
    await expect(refused).rejects.toThrow('DATA_DIR');
  });

  test('the demo refuses one in service', async () => {
    const service = await openOffice({ path, mode: 'serve' });
    await put(service);
    await service.close();
    await expect(openOffice({ path, mode: 'demo' })).rejects.toThrow(StoreMismatchFault);
    await (await openOffice({ path, mode: 'serve' })).close();
  });
});

const BODY = {
  districtName: { zh: '丽水', en: 'Lishui' },
  timeZone: 'Asia/Shanghai',
  bounds: [119.8, 28.3, 120.1, 28.6],
  login: 'chief',
  name: '赵六',
  password: 'a long first password',
};

function put(office: Office, fields: object = {}, address = '127.0.0.1') {
  return office.ask('POST', '/api/first-run', { body: { ...BODY, code: office.firstRun.code, ...fields }, address });
}

describe('the first run of a service', () => {
  let office: Office;
  beforeEach(async () => {
    office = await openOffice({ mode: 'serve' });
  });
  afterEach(() => office.close());

  test('begins empty and is put to work by the code of the terminal, once', async () => {
    expect((await office.ask('GET', '/api/first-run')).json()).toEqual({ isNeeded: true });
    const answer = await put(office);
    expect(answer.json()).toMatchObject({
      user: { login: 'chief', role: 'admin' },
      district: { name: BODY.districtName },
      isDemo: false,
    });
    expect((await office.ask('GET', '/api/session', { cookie: cookieIn(answer) })).statusCode).toBe(200);
    expect((await office.ask('GET', '/api/first-run')).json()).toEqual({ isNeeded: false });
    expect((await put(office)).json()).toEqual({ code: 'code-used' });
    const { id } = answer.json().district;
    expect(office.directory.policies(id)).toHaveLength(1);
    expect(await office.stores.journal.head(id)).toBe(1);
    const { login, password } = BODY;
    expect((await office.ask('POST', '/api/session', { body: { login, password } })).statusCode).toBe(200);
  });

  test.each([
    ['another code', { code: '0000-0000' }, 404, 'code-unknown'],
    ['a zone that nobody knows', { timeZone: 'Moon/Crater' }, 400, 'malformed'],
    ['a map the wrong way round', { bounds: [120.1, 28.3, 119.8, 28.6] }, 400, 'malformed'],
    ['a short password', { password: 'short' }, 400, 'malformed'],
  ])('%s is refused and nothing is written', async (_what, fields, status, code) => {
    const answer = await put(office, fields);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(office.directory.districts()).toEqual([]);
    expect((await office.ask('GET', '/api/first-run')).json()).toEqual({ isNeeded: true });
  });

  test('the code cannot be guessed at leisure', async () => {
    for (let guess = 0; guess < 10; guess += 1) await put(office, { code: `0000-000${guess}` }, '203.0.113.7');
    expect((await put(office, {}, '203.0.113.7')).json().code).toBe('too-many-tries');
  });

  test('two people with the code at the same moment make one district', async () => {
    const answers = await Promise.all([put(office), put(office, { login: 'other' })]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(office.directory.districts()).toHaveLength(1);
  });

  test('a service that has its district prints no code', async () => {
    const service = await openOffice({ mode: 'serve', path });
    expect(service.firstRun.code).toMatch(/^\w{4}-\w{4}$/);
    await put(service);
    await service.close();
    const again = await openOffice({ mode: 'serve', path });
    expect(again.firstRun.code).toBeNull();
    await again.close();
  });
});
