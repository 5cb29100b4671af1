import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import type { OrganisationWrite } from '@faultline/server/src/store/organisation-store.ts';
import { accept } from '@faultline/shared/outcome.ts';
import { FIRST_POLICY, policyAt } from '@faultline/shared/ticket/policy.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { make } from '../rules/story.ts';
import type { Method, Office } from '../support/office.ts';
import { openOffice } from '../support/office.ts';

let office: Office;
let admin: string;

beforeEach(async () => {
  office = await openOffice();
  admin = await office.cookieOf('admin');
});
afterEach(() => office.close());

const send = async (method: Method, path: string, body?: object, cookie = admin) => {
  const answer = await office.ask(method, `/api/organisation/${path}`, { cookie, ...(body ? { body } : {}) });
  return { status: answer.statusCode, ...answer.json() };
};

const CREW = {
  kind: 'crew',
  name: { zh: '东直门供电站', en: 'Dongzhimen supply station' },
  crewKind: 'city-supply-station',
  centreId: 'centre-inner',
  site: '东直门',
  areas: ['东城区'],
  isActive: true,
};
const VEHICLE = { crewId: 'crew-qianmen', callSign: '抢修99', plate: '京A·F0099', tradeIds: ['cable'], isActive: true };
const CONTACT = {
  departmentId: 'crew-qianmen',
  role: 'duty',
  vehicleId: null,
  name: '夜班',
  phone: '00000000999',
  language: 'zh',
};
const SHIFT = {
  departmentId: 'crew-qianmen',
  role: 'duty',
  kind: 'shift',
  contactId: 'contact-crew-qianmen-duty',
  days: [1],
  from: '08:00',
  to: '20:00',
};
const USER = {
  login: 'wang.w',
  name: '王五',
  role: 'agent',
  departmentId: 'service-centre',
  isActive: true,
  password: 'correct horse battery',
};

/** Opens a ticket and takes it as far as the vehicle, through the real dispatcher. */
async function ticketOnTheWay(id: string, facts: { centreId: string; crewId: string; vehicleId: string }) {
  const { journal } = office.stores;
  const dispatcher = createDispatcher({
    store: journal,
    clock: office.clock,
    policies: office.directory.policies,
    onListenerFault: (error) => office.faults.push(error),
  });
  const submitted = await dispatcher.submit({
    commandId: `open-${id}`,
    district: 'beijing',
    ticketId: id,
    commands: [
      make.open(undefined, { district: 'beijing' }),
      make.issue(undefined, { centreId: facts.centreId }),
      make.take(),
      make.dispatch(undefined, facts),
    ],
    by: { kind: 'system' },
    expectedRevision: null,
  });
  expect(submitted).toMatchObject({ ok: true });
  return dispatcher;
}

describe('a change and its row of the journal', () => {
  test('are one: the row names what changed and who did it, and the mirror shows it at once', async () => {
    const headBefore = await office.stores.journal.head('beijing');
    const added = await send('POST', 'departments', CREW);
    expect(added).toMatchObject({ status: 200, district: 'beijing', name: CREW.name });
    expect(office.announced).toEqual([
      {
        kind: 'organisation',
        seq: headBefore + 1,
        recordedAt: office.clock.now(),
        by: { kind: 'person', id: 'user-admin', role: 'admin', departmentId: null },
        change: { what: 'department', id: added.id, how: 'added' },
      },
    ]);
    expect(await office.stores.journal.since('beijing', headBefore, 10)).toEqual(office.announced);
    expect(office.directory.department(added.id)).toMatchObject({ site: '东直门' });
    expect(await office.stores.journal.checkChain('beijing')).toEqual([]);
  });

  test('a change that the store refuses leaves nothing behind, neither row nor mirror', async () => {
    const head = await office.stores.journal.head('beijing');
    const broken = { row: 'policy', district: 'beijing', policy: FIRST_POLICY } as const;
    const fresh: OrganisationWrite = {
      row: 'trade',
      district: 'beijing',
      trade: { id: 'new', name: { zh: '新', en: 'n' } },
    };
    const changed = office.organisation.change({ district: 'beijing', actor: { kind: 'system' } }, () =>
      // The version is there already: the second write fails after the first.
      accept({ change: { what: 'trade', id: 'new', how: 'added' }, writes: [fresh, broken], value: null }),
    );
    await expect(changed).rejects.toThrow();
    expect(await office.stores.journal.head('beijing')).toBe(head);
    expect((await office.stores.organisation.readAll()).trades.map(({ id }) => id)).not.toContain('new');
    expect(office.directory.trades('beijing').map(({ id }) => id)).not.toContain('new');
    expect((await send('POST', 'trades', { name: { zh: '照明', en: 'Lighting' } })).status).toBe(200);
  });

  test('changes asked for in the same moment are decided one after the other', async () => {
    const { directory, organisation } = office;
    const first = directory.vehicle('vehicle-01');
    if (!first) throw new Error('the sample has it');
    const add = (id: string) =>
      organisation.change({ district: 'beijing', actor: { kind: 'system' } }, async () => {
        const vehicle = { ...first, id, index: directory.vehicles('beijing').length };
        const change = { what: 'vehicle', id, how: 'added' } as const;
        return accept({ change, writes: [{ row: 'vehicle', vehicle }], value: vehicle.index });
      });
    expect(await Promise.all([add('a'), add('b'), add('c')])).toEqual([accept(40), accept(41), accept(42)]);
  });

  test('a full disk is said plainly, nothing is half written, and it goes on when there is room', async () => {
    office.limitDisk(0);
    const name = { zh: '长'.repeat(60), en: 'long'.repeat(15) };
    let answered = { status: 200 };
    let written = 0;
    for (; answered.status === 200 && written < 300; written += 1) answered = await send('POST', 'trades', { name });
    expect(answered).toMatchObject({ status: 507, code: 'storage-full' });
    const kept = (await office.stores.organisation.readAll()).trades;
    expect(kept).toHaveLength(office.directory.trades('beijing').length);
    expect(office.announced).toHaveLength(written - 1);
    expect(await office.stores.journal.checkChain('beijing')).toEqual([]);
    office.limitDisk(null);
    expect((await send('POST', 'trades', { name })).status).toBe(200);
  });

  test('what is written is what is read after a restart', async () => {
    await send('POST', 'departments', CREW);
    await send('POST', 'vehicles', VEHICLE);
    await send('POST', 'contacts', CONTACT);
    await send('POST', 'users', USER);
    const rows = await office.stores.organisation.readAll();
    const { directory } = office;
    expect(rows.departments).toEqual(directory.departments('beijing'));
    expect(rows.vehicles).toEqual(directory.vehicles('beijing'));
    expect(rows.users).toEqual(directory.users('beijing'));
    expect(rows.policies.map(({ policy }) => policy)).toEqual(directory.policies('beijing'));
    for (const contact of rows.contacts) expect(directory.contact(contact.id)).toEqual(contact);
  });
});

describe('departments', () => {
  test.each([
    ['a crew without a centre', { centreId: null }, 400, 'malformed'],
    ['a crew without a kind', { crewKind: null }, 400, 'malformed'],
    ['a centre with a centre', { kind: 'repair-centre', crewKind: null }, 400, 'malformed'],
    ['a crew of no centre there is', { centreId: 'nowhere' }, 404, 'centre-unknown'],
    ['a crew of a crew', { centreId: 'crew-qianmen' }, 404, 'centre-unknown'],
    ['a crew of the service centre', { centreId: 'service-centre' }, 404, 'centre-unknown'],
    ['a nameless one', { name: { zh: ' ', en: 'x' } }, 400, 'malformed'],
  ])('%s is refused', async (_what, fields, status, code) => {
    expect(await send('POST', 'departments', { ...CREW, ...fields })).toMatchObject({ status, code });
    expect(office.announced).toEqual([]);
  });

  test('an office stays what it is', async () => {
    const body = { ...CREW, kind: 'repair-centre', crewKind: null, centreId: null };
    expect(await send('PUT', 'departments/crew-qianmen', body)).toMatchObject({ code: 'still-in-use', use: 'kind' });
  });

  test('nobody is left behind: people, vehicles, crews and open work come first', async () => {
    const close = (id: string) => {
      const { id: _, district: __, ...body } = office.directory.department(id) ?? { id: '', district: '' };
      return send('PUT', `departments/${id}`, { ...body, isActive: false });
    };
    expect(await close('centre-inner')).toMatchObject({ status: 409, code: 'still-in-use', use: 'crew' });
    expect(await close('crew-qianmen')).toMatchObject({ code: 'still-in-use', use: 'vehicle' });
    const { id } = await send('POST', 'departments', CREW);
    await ticketOnTheWay('t1', { centreId: 'centre-inner', crewId: id, vehicleId: 'vehicle-01' });
    expect(await close(id)).toMatchObject({ code: 'still-in-use', use: 'ticket' });
    const other = await send('POST', 'departments', CREW);
    await send('POST', 'users', { ...USER, role: 'crew', departmentId: other.id });
    expect(await close(other.id)).toMatchObject({ code: 'still-in-use', use: 'user' });
  });

  test('one that nothing names is removed; one that a ticket has named stays for good', async () => {
    const { id } = await send('POST', 'departments', CREW);
    const named = await send('POST', 'departments', CREW);
    await ticketOnTheWay('t1', { centreId: 'centre-inner', crewId: named.id, vehicleId: 'vehicle-01' });
    expect(await send('DELETE', `departments/${named.id}`)).toMatchObject({ status: 409, code: 'still-in-use' });
    expect(await send('DELETE', 'departments/crew-qianmen')).toMatchObject({ code: 'still-in-use' });
    expect(await send('DELETE', `departments/${id}`)).toMatchObject({ status: 200 });
    expect(office.directory.department(id)).toBeNull();
    expect(await send('DELETE', `departments/${id}`)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await send('PUT', `departments/${id}`, CREW)).toMatchObject({ code: 'not-found' });
  });
});

describe('vehicles', () => {
  test('get the next number of the frame, without gaps, and begin off duty', async () => {
    const added = [await send('POST', 'vehicles', VEHICLE), await send('POST', 'vehicles', VEHICLE)];
    expect(added).toMatchObject([
      { index: 40, duty: 'off-duty' },
      { index: 41, duty: 'off-duty' },
    ]);
    expect(office.directory.vehicles('beijing').map(({ index }) => index)).toEqual(
      Array.from({ length: 42 }, (_, i) => i),
    );
  });

  test('added side by side they do not take the same number', async () => {
    const added = await Promise.all(Array.from({ length: 10 }, () => send('POST', 'vehicles', VEHICLE)));
    expect(new Set(added.map(({ index }) => index)).size).toBe(10);
  });

  test.each([
    [{ crewId: 'nowhere' }, 'crew-unknown'],
    [{ crewId: 'centre-inner' }, 'crew-unknown'],
    [{ tradeIds: ['cable', 'magic'] }, 'malformed'],
    [{ tradeIds: ['cable', 'cable'] }, 'malformed'],
    [{ callSign: '' }, 'malformed'],
    [{ index: 3 }, 'malformed'],
  ])('%j is refused', async (fields, code) => {
    expect(await send('POST', 'vehicles', { ...VEHICLE, ...fields })).toMatchObject({ code });
  });

  test('one with an open leg keeps its crew and stays in service', async () => {
    await ticketOnTheWay('t1', { centreId: 'centre-inner', crewId: 'crew-qianmen', vehicleId: 'vehicle-01' });
    const refused = { status: 409, code: 'still-in-use', use: 'ticket' };
    expect(await send('PUT', 'vehicles/vehicle-01', { ...VEHICLE, isActive: false })).toMatchObject(refused);
    expect(await send('PUT', 'vehicles/vehicle-01', { ...VEHICLE, crewId: 'crew-xidan' })).toMatchObject(refused);
    expect(await send('PUT', 'vehicles/vehicle-01', VEHICLE)).toMatchObject({
      status: 200,
      plate: '京A·F0099',
      index: 0,
    });
    expect(await send('PUT', 'vehicles/none', VEHICLE)).toMatchObject({ status: 404, code: 'vehicle-unknown' });
  });
});

describe('duty', () => {
  const duty = async (login: string, id: string, wanted: string) => {
    const cookie = await office.cookieOf(login);
    const answer = await office.ask('POST', `/api/vehicles/${id}/duty`, { cookie, body: { duty: wanted } });
    return answer.statusCode === 200 ? answer.json().duty : answer.json().code;
  };
  /** The squad's generator vehicle is the only one of its trade. */
  const GENERATOR = 'vehicle-20';

  test('[V3] the crew pauses one vehicle of a trade, and no second one', async () => {
    expect(await duty('crew1', 'vehicle-01', 'paused')).toBe('paused');
    expect(await duty('crew1', 'vehicle-02', 'paused')).toBe('another-vehicle-paused');
    expect(await duty('crew1', 'vehicle-01', 'on-duty')).toBe('on-duty');
    expect(await duty('crew1', 'vehicle-02', 'paused')).toBe('paused');
  });

  test('[V3] the only vehicle of its trade pauses when its centre says so', async () => {
    expect(office.directory.vehicle(GENERATOR)?.tradeIds).toEqual(['emergency-power']);
    expect(await duty('crew5', GENERATOR, 'paused')).toBe('vehicle-is-last-of-trade');
    expect(await duty('centre2', GENERATOR, 'paused')).toBe('not-allowed');
    expect(await duty('centre1', GENERATOR, 'paused')).toBe('paused');
  });

  test('is nobody else’s: other crews, other centres, other roles', async () => {
    expect(await duty('crew2', 'vehicle-01', 'paused')).toBe('not-allowed');
    expect(await duty('lead', 'vehicle-01', 'paused')).toBe('not-allowed');
    expect(await duty('crew1', 'none', 'paused')).toBe('vehicle-unknown');
  });

  test('the vehicle itself asks under the same rule, and another vehicle cannot ask for it', async () => {
    const { token } = (await office.ask('POST', '/api/demo/vehicle', { body: { vehicleId: GENERATOR } })).json();
    const by = await office.access.authenticate({ authorization: `Bearer ${token}` });
    if (!by) throw new Error('the token is fresh');
    const { changeDuty } = office.organisation;
    expect(await changeDuty({ vehicleId: GENERATOR, duty: 'paused', by })).toMatchObject({
      refusal: { code: 'vehicle-is-last-of-trade', tradeId: 'emergency-power' },
    });
    expect(await changeDuty({ vehicleId: GENERATOR, duty: 'off-duty', by })).toMatchObject({ ok: true });
    expect(await changeDuty({ vehicleId: 'vehicle-01', duty: 'off-duty', by })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
  });

  test('said again it is a quiet yes and no row', async () => {
    await duty('crew1', 'vehicle-01', 'paused');
    const rows = office.announced.length;
    expect(await duty('crew1', 'vehicle-01', 'paused')).toBe('paused');
    expect(office.announced).toHaveLength(rows);
  });
});

describe('contacts', () => {
  test.each([
    ['agent', false],
    ['lead', false],
    ['admin', false],
    ['crew1', true],
    ['supervisor', true],
  ])('%s sees the numbers masked: %s', async (login, isMasked) => {
    const { contacts } = await send('GET', 'contacts', undefined, await office.cookieOf(login));
    expect(contacts.length).toBe(47);
    for (const { phone } of contacts) expect(phone).toMatch(isMasked ? /^000\*{4}\d{4}$/ : /^\d{11}$/);
  });

  test('[F16] a repair centre sees the numbers of its own people and of the crews', async () => {
    const { contacts } = await send('GET', 'contacts', undefined, await office.cookieOf('centre1'));
    const masked = new Set<string>();
    for (const { departmentId, phone } of contacts) if (phone.includes('*')) masked.add(departmentId);
    expect([...masked].sort()).toEqual(['centre-chaoyang', 'service-centre']);
  });

  test.each(['12', '1-800-CALL', '+86 10 1234', '１２３４５', '000;rm', '0'.repeat(21), '+'])(
    '%j is no phone',
    async (phone) => {
      expect(await send('POST', 'contacts', { ...CONTACT, phone })).toMatchObject({ status: 400, path: '/phone' });
    },
  );

  test.each(['', '01000000101,,204', '01000000101;ext=204'])('%j is a number or the lack of one', async (phone) => {
    expect(await send('POST', 'contacts', { ...CONTACT, phone })).toMatchObject({ status: 200, phone });
  });

  test('the phone of a vehicle is that of one of the crew’s vehicles', async () => {
    const phone = { ...CONTACT, role: 'vehicle', vehicleId: 'vehicle-01' };
    expect(await send('POST', 'contacts', phone)).toMatchObject({ status: 200, vehicleId: 'vehicle-01' });
    for (const vehicleId of ['vehicle-05', 'none']) {
      const refused = { status: 422, code: 'vehicle-not-of-crew' };
      expect(await send('POST', 'contacts', { ...phone, vehicleId })).toMatchObject(refused);
    }
    const malformed = { status: 400, code: 'malformed', path: '/vehicleId' };
    expect(await send('POST', 'contacts', { ...phone, vehicleId: null })).toMatchObject(malformed);
    expect(await send('POST', 'contacts', { ...CONTACT, vehicleId: 'vehicle-01' })).toMatchObject(malformed);
  });

  test('the phone of a vehicle follows it to another crew', async () => {
    const vehicle = { ...VEHICLE, callSign: '抢修01', plate: '京A·F0001' };
    await send('PUT', 'vehicles/vehicle-01', { ...vehicle, crewId: 'crew-xidan' });
    expect(office.directory.contact('contact-vehicle-01')?.departmentId).toBe('crew-xidan');
    expect(office.directory.contact('contact-vehicle-02')?.departmentId).toBe('crew-qianmen');
    const { contacts } = await office.stores.organisation.readAll();
    expect(contacts.find(({ id }) => id === 'contact-vehicle-01')?.departmentId).toBe('crew-xidan');
  });

  test('[E8] who stands in the roster is removed or moved only when he no longer does, and it says where', async () => {
    const id = 'contact-centre-chaoyang-duty-night';
    const known = office.directory.contact(id);
    if (!known) throw new Error('the sample has it');
    const { id: _, ...body } = known;
    const refused = { status: 409, code: 'still-in-use', use: 'roster', entryIds: ['roster-night'] };
    expect(await send('DELETE', `contacts/${id}`)).toMatchObject(refused);
    expect(await send('PUT', `contacts/${id}`, { ...body, departmentId: 'centre-inner' })).toMatchObject(refused);
    expect(await send('PUT', `contacts/${id}`, { ...body, role: 'chief-2', name: '夜班' })).toMatchObject({
      status: 200,
    });
    await send('DELETE', 'roster/roster-night');
    expect(await send('DELETE', `contacts/${id}`)).toMatchObject({ status: 200 });
  });

  test('are added, changed and removed', async () => {
    const { id } = await send('POST', 'contacts', CONTACT);
    expect(await send('PUT', `contacts/${id}`, { ...CONTACT, phone: '+00000000998' })).toMatchObject({
      phone: '+00000000998',
    });
    expect(office.directory.contacts('crew-qianmen').map((contact) => contact.id)).toContain(id);
    expect(await send('POST', 'contacts', { ...CONTACT, departmentId: 'none' })).toMatchObject({ code: 'not-found' });
    expect(await send('DELETE', `contacts/${id}`)).toMatchObject({ status: 200 });
    expect(await send('DELETE', `contacts/${id}`)).toMatchObject({ status: 404, code: 'contact-unknown' });
    expect(await send('PUT', `contacts/${id}`, CONTACT)).toMatchObject({ code: 'contact-unknown' });
  });
});

describe('users', () => {
  test.each([
    ['no password', { password: undefined }, 'malformed'],
    ['a short password', { password: 'short' }, 'malformed'],
    ['a taken login', { login: 'lead' }, 'login-taken'],
    ['an agent without a department', { departmentId: null }, 'malformed'],
    ['an administrator with one', { role: 'admin' }, 'malformed'],
    ['an agent of a repair centre', { departmentId: 'centre-inner' }, 'centre-unknown'],
    ['a dispatcher of the service centre', { role: 'centre-dispatcher' }, 'centre-unknown'],
    ['a crew’s person at no crew', { role: 'crew', departmentId: 'centre-inner' }, 'crew-unknown'],
    ['a login in capitals', { login: 'Wang' }, 'malformed'],
    ['a role of devices', { role: 'vehicle' }, 'malformed'],
  ])('%s is refused', async (_what, fields, code) => {
    expect(await send('POST', 'users', { ...USER, ...fields })).toMatchObject({ code });
  });

  test('a new account signs in with its password, which nobody can read', async () => {
    const added = await send('POST', 'users', USER);
    expect(added).toMatchObject({ status: 200, login: 'wang.w', role: 'agent' });
    const { login, password } = USER;
    expect((await office.ask('POST', '/api/session', { body: { login, password } })).statusCode).toBe(200);
    const everything = JSON.stringify([await send('GET', 'users'), await office.stores.organisation.readAll()]);
    expect(everything).not.toMatch(/argon2|battery|passwordHash/);
    expect((await office.stores.access.credentials('wang.w'))?.passwordHash).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
    );
  });

  test('the same login twice at the same moment is given once', async () => {
    const added = await Promise.all([send('POST', 'users', USER), send('POST', 'users', USER)]);
    expect(added.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('the last administrator stays', async () => {
    const body = { login: 'admin', name: '管理员甲', role: 'admin', departmentId: null, isActive: true };
    const refused = { status: 409, code: 'still-in-use', use: 'last-admin' };
    expect(await send('PUT', 'users/user-admin', { ...body, isActive: false })).toMatchObject(refused);
    expect(await send('PUT', 'users/user-admin', { ...body, role: 'supervisor' })).toMatchObject(refused);
    await send('POST', 'users', { ...USER, login: 'admin2', role: 'admin', departmentId: null });
    expect(await send('PUT', 'users/user-admin', { ...body, role: 'supervisor' })).toMatchObject({ status: 200 });
    expect(await send('GET', 'users')).toMatchObject({ status: 401 });
  });
});

describe('policies', () => {
  const { version: _, ...figures } = FIRST_POLICY;

  test('[B2] a policy is added from now on or later, under the next number', async () => {
    const now = office.clock.now();
    const later = await send('POST', 'policies', { ...figures, validFrom: now + HOUR, warnShare: 0.5 });
    expect(later).toMatchObject({ status: 200, version: 2, validFrom: now + HOUR });
    const policies = office.directory.policies('beijing');
    expect(policyAt(policies, now).version).toBe(1);
    expect(policyAt(policies, now + HOUR).version).toBe(2);
  });

  test('[B2] "now" as the desk’s clock has it is the server’s now, and the past is refused', async () => {
    const now = office.clock.now();
    expect(await send('POST', 'policies', { ...figures, validFrom: now - 20 * SECOND })).toMatchObject({
      validFrom: now,
    });
    expect(await send('POST', 'policies', { ...figures, validFrom: now - 2 * MINUTE })).toMatchObject({
      status: 422,
      code: 'policy-in-past',
    });
    expect(await send('POST', 'policies', { ...figures, validFrom: 0 })).toMatchObject({ code: 'policy-in-past' });
  });

  test('[B2] no policy is ever changed or removed', async () => {
    for (const method of ['PUT', 'DELETE'] as const) {
      expect(await send(method, 'policies/1', method === 'PUT' ? figures : undefined)).toMatchObject({ status: 404 });
    }
  });
});

describe('trades', () => {
  test('are renamed, and removed when no vehicle has them', async () => {
    const { id } = await send('POST', 'trades', { name: { zh: '照明', en: 'Lighting' } });
    expect(await send('PUT', `trades/${id}`, { name: { zh: '照明车', en: 'Lighting' } })).toMatchObject({
      name: { zh: '照明车' },
    });
    expect(await send('DELETE', 'trades/cable')).toMatchObject({ status: 409, code: 'still-in-use' });
    expect(await send('DELETE', `trades/${id}`)).toMatchObject({ status: 200 });
    expect(await send('DELETE', `trades/${id}`)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await send('PUT', `trades/${id}`, { name: { zh: '无', en: 'none' } })).toMatchObject({ code: 'not-found' });
  });
});

describe('another district', () => {
  const district = {
    id: 'south',
    name: { zh: '南区', en: 'South' },
    timeZone: 'Asia/Shanghai',
    bounds: [1, 1, 2, 2] as const,
  };

  /** A second district with one of everything, whose ids the first one's administrator knows. */
  async function openSouth(): Promise<void> {
    const of = { district: 'south' };
    const centre = {
      id: 's-centre',
      kind: 'repair-centre',
      name: district.name,
      crewKind: null,
      centreId: null,
    } as const;
    const crew = {
      id: 's-crew',
      kind: 'crew',
      name: district.name,
      crewKind: 'suburban-station',
      centreId: 's-centre',
    } as const;
    const place = { ...of, site: 's', areas: [], isActive: true };
    const user = {
      id: 's-admin',
      login: 's-admin',
      name: 'S',
      role: 'admin',
      departmentId: null,
      isActive: true,
    } as const;
    const person = { role: 'duty', vehicleId: null, language: 'zh' } as const;
    const turn = { role: 'duty', kind: 'shift', days: [1], from: '08:00', to: '20:00' } as const;
    const wall = { id: 's-wall', name: 'S', pairedAt: null, isRevoked: false };
    const vehicle = { id: 's-vehicle', index: 0, crewId: 's-crew', callSign: 'S1', plate: 'S1', tradeIds: [] } as const;
    const writes: OrganisationWrite[] = [
      { row: 'district', district },
      { row: 'policy', district: 'south', policy: FIRST_POLICY },
      { row: 'department', department: { ...centre, ...place } },
      { row: 'department', department: { ...crew, ...place } },
      { row: 'trade', district: 'south', trade: { id: 's-trade', name: district.name } },
      { row: 'vehicle', vehicle: { ...vehicle, ...of, duty: 'on-duty', isActive: true } },
      {
        row: 'contact',
        contact: { ...person, id: 's-contact', departmentId: 's-crew', name: 'S', phone: '000' },
      },
      {
        row: 'roster',
        entry: { ...turn, id: 's-entry', departmentId: 's-crew', contactId: 's-contact' },
      },
      {
        row: 'pronunciation',
        district: 'south',
        pronunciation: { id: 's-word', language: 'zh', written: '南', spoken: 'nan2' },
      },
      { row: 'user', user: { ...user, ...of }, passwordHash: '!', endSessionsAt: null },
      { row: 'wall', wall: { ...wall, ...of } },
    ];
    const change = { what: 'user', id: 's-admin', how: 'added' } as const;
    await office.organisation.change({ ...of, actor: { kind: 'system' } }, () =>
      accept({ change, writes, value: null }),
    );
  }

  const user = { ...USER, role: 'admin', departmentId: null };
  test.each([
    ['PUT', 'departments/s-crew', { ...CREW, centreId: 's-centre' }, 'not-found'],
    ['DELETE', 'departments/s-crew', undefined, 'not-found'],
    ['POST', 'departments', { ...CREW, centreId: 's-centre' }, 'centre-unknown'],
    ['PUT', 'vehicles/s-vehicle', VEHICLE, 'vehicle-unknown'],
    ['POST', 'vehicles', { ...VEHICLE, crewId: 's-crew' }, 'crew-unknown'],
    ['POST', 'vehicles', { ...VEHICLE, tradeIds: ['s-trade'] }, 'malformed'],
    ['POST', 'vehicles/s-vehicle/enrolment', undefined, 'vehicle-unknown'],
    ['POST', 'vehicles/s-vehicle/revoke', undefined, 'vehicle-unknown'],
    ['PUT', 'trades/s-trade', { name: { zh: '一', en: 'a' } }, 'not-found'],
    ['DELETE', 'trades/s-trade', undefined, 'not-found'],
    ['PUT', 'contacts/s-contact', CONTACT, 'contact-unknown'],
    ['DELETE', 'contacts/s-contact', undefined, 'contact-unknown'],
    ['POST', 'contacts', { ...CONTACT, departmentId: 's-crew' }, 'not-found'],
    ['POST', 'contacts', { ...CONTACT, role: 'vehicle', vehicleId: 's-vehicle' }, 'vehicle-not-of-crew'],
    ['POST', 'roster', { ...SHIFT, departmentId: 's-crew', contactId: 's-contact' }, 'not-found'],
    ['POST', 'roster', { ...SHIFT, contactId: 's-contact' }, 'contact-unknown'],
    ['PUT', 'roster/s-entry', SHIFT, 'roster-entry-unknown'],
    ['DELETE', 'roster/s-entry', undefined, 'roster-entry-unknown'],
    ['PUT', 'pronunciations/s-word', { language: 'zh', written: '北', spoken: 'bei3' }, 'not-found'],
    ['DELETE', 'pronunciations/s-word', undefined, 'not-found'],
    ['PUT', 'users/s-admin', user, 'not-found'],
    ['POST', 'users', { ...USER, role: 'crew', departmentId: 's-crew' }, 'crew-unknown'],
    ['POST', 'users', { ...user, login: 's-admin' }, 'login-taken'],
    ['POST', 'walls/s-wall/enrolment', undefined, 'not-found'],
    ['POST', 'walls/s-wall/revoke', undefined, 'not-found'],
  ] as const)('%s %s does not exist for this administrator', async (method, path, body, code) => {
    await openSouth();
    const before = JSON.stringify(await office.stores.organisation.readAll());
    expect(await send(method, path, body)).toMatchObject({ code });
    expect(JSON.stringify(await office.stores.organisation.readAll())).toBe(before);
  });

  test('no list holds anything of it, and its journal counts for itself', async () => {
    await openSouth();
    for (const list of [
      'departments',
      'trades',
      'vehicles',
      'contacts',
      'roster',
      'pronunciations',
      'users',
      'walls',
      'policies',
    ]) {
      expect(JSON.stringify(await send('GET', list))).not.toMatch(/"s-/);
    }
    const cookie = await office.cookieOf('centre1');
    const answer = await office.ask('POST', '/api/vehicles/s-vehicle/duty', { cookie, body: { duty: 'paused' } });
    expect(answer.json()).toEqual({ code: 'vehicle-unknown' });
    expect(await office.stores.journal.head('south')).toBe(1);
    const south = await office.cookieOf('s-admin');
    expect((await send('GET', 'departments', undefined, south)).departments).toHaveLength(2);
  });
});
