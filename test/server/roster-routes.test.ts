import { addGuard } from '@faultline/server/src/access/guard.ts';
import { rehearsalRoutes } from '@faultline/server/src/escalation/rehearsal-routes.ts';
import { addErrorAnswers } from '@faultline/server/src/http/errors.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { rehearsalAnswerSchema } from '@faultline/shared/wire/escalation.ts';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Method, Office } from '../support/office.ts';
import { openOffice, requestOf } from '../support/office.ts';

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

const place = { departmentId: 'crew-qianmen', role: 'duty' } as const;
const OWN = 'contact-crew-qianmen-duty';
const CHIEF = 'contact-crew-qianmen-chief-1';
const SHIFT = { ...place, kind: 'shift', contactId: OWN, days: [1, 7], from: '22:00', to: '06:00' } as const;
const ROTATION = {
  ...place,
  kind: 'rotation',
  contactIds: [OWN, CHIEF],
  firstDay: '2026-11-02',
  daysEach: 7,
  handOverAt: '08:30',
} as const;
const OVERRIDE = {
  ...place,
  kind: 'override',
  contactId: CHIEF,
  from: Date.parse('2026-12-01T08:00+08:00'),
  until: Date.parse('2026-12-01T18:00+08:00'),
  reason: '培训',
} as const;
const KINDS: readonly (readonly [string, object])[] = [
  ['a shift', SHIFT],
  ['a rotation', ROTATION],
  ['an override', OVERRIDE],
];

describe('the roster', () => {
  test.each(KINDS)(
    '[E8] %s is entered, changed and removed, each with its row of the journal',
    async (_what, entry) => {
      const { status, ...added } = await send('POST', 'roster', entry);
      const { id } = added;
      expect([status, added]).toEqual([200, { ...entry, id }]);
      expect(office.directory.rosterEntry(id)).toEqual(added);
      expect(await send('PUT', `roster/${id}`, { ...entry, role: 'chief-2' })).toMatchObject({ id, role: 'chief-2' });
      expect((await office.stores.organisation.readAll()).roster).toContainEqual({ ...entry, id, role: 'chief-2' });
      expect((await send('GET', 'roster')).entries).toContainEqual({ ...entry, id, role: 'chief-2' });
      expect(await send('DELETE', `roster/${id}`)).toMatchObject({ status: 200 });
      expect(office.directory.rosterEntry(id)).toBeNull();
      expect(office.announced).toMatchObject(
        (['added', 'changed', 'removed'] as const).map((how) => ({ change: { what: 'roster', id, how } })),
      );
    },
  );

  test('[E8] an entry may become one of another kind', async () => {
    const { id } = await send('POST', 'roster', SHIFT);
    expect(await send('PUT', `roster/${id}`, ROTATION)).toEqual({ status: 200, ...ROTATION, id });
    expect((await office.stores.organisation.readAll()).roster).toContainEqual({ ...ROTATION, id });
  });

  test.each([
    ['a stranger', { ...SHIFT, contactId: 'contact-crew-xidan-duty' }, 404, 'contact-unknown', '/contactId'],
    ['somebody who is not there', { ...SHIFT, contactId: 'none' }, 404, 'contact-unknown', '/contactId'],
    ['the phone of a vehicle', { ...SHIFT, contactId: 'contact-vehicle-01' }, 404, 'contact-unknown', '/contactId'],
    ['a stranger in turn', { ...ROTATION, contactIds: [OWN, 'none'] }, 404, 'contact-unknown', '/contactIds/1'],
    ['nobody in turn', { ...ROTATION, contactIds: [] }, 400, 'malformed', '/contactIds'],
    ['a role of vehicles', { ...SHIFT, role: 'vehicle' }, 400, 'malformed', '/role'],
    ['a day twice', { ...SHIFT, days: [1, 1] }, 400, 'malformed', '/days'],
    ['no day', { ...SHIFT, days: [] }, 400, 'malformed', '/days'],
    ['an eighth day', { ...SHIFT, days: [8] }, 400, 'malformed', '/days/0'],
    ['a time that no clock shows', { ...SHIFT, from: '24:00' }, 400, 'malformed', '/from'],
    ['a date that no calendar has', { ...ROTATION, firstDay: '2026-02-30' }, 400, 'malformed', '/firstDay'],
    ['half a day each', { ...ROTATION, daysEach: 0.5 }, 400, 'malformed', '/daysEach'],
    ['an override without length', { ...OVERRIDE, until: OVERRIDE.from }, 400, 'malformed', '/until'],
    ['an override backwards', { ...OVERRIDE, until: OVERRIDE.from - 1 }, 400, 'malformed', '/until'],
    ['fields of another kind', { ...SHIFT, daysEach: 7 }, 400, 'malformed', undefined],
    ['no department', { ...SHIFT, departmentId: 'none' }, 404, 'not-found', undefined],
  ])('%s is refused, and nothing is written', async (_what, entry, status, code, path) => {
    const refused = await send('POST', 'roster', entry);
    expect(refused).toMatchObject({ status, code });
    if (path !== undefined) expect(refused.path).toBe(path);
    const { id } = await send('POST', 'roster', SHIFT);
    expect(await send('PUT', `roster/${id}`, entry)).toMatchObject({ status, code });
    expect(office.directory.rosterEntry(id)).toEqual({ ...SHIFT, id });
    expect(office.announced).toHaveLength(1);
  });

  test('[F16] an entry that is not there is neither changed nor removed', async () => {
    expect(await send('PUT', 'roster/none', SHIFT)).toMatchObject({ status: 404, code: 'roster-entry-unknown' });
    expect(await send('DELETE', 'roster/none')).toMatchObject({ status: 404, code: 'roster-entry-unknown' });
  });

  test('[F16] is read by those who ring, and written by the administrator alone', async () => {
    const statuses = await Promise.all(
      ['agent', 'lead', 'centre1', 'admin', 'crew1', 'supervisor'].map(async (login) => {
        const cookie = await office.cookieOf(login);
        return [
          (await send('GET', 'roster', undefined, cookie)).status,
          (await send('POST', 'roster', SHIFT, cookie)).status,
        ];
      }),
    );
    expect(statuses).toEqual([
      [200, 403],
      [200, 403],
      [200, 403],
      [200, 200],
      [403, 403],
      [403, 403],
    ]);
  });

  test('[F1] is there after a restart as it was', async () => {
    for (const [, entry] of KINDS) await send('POST', 'roster', entry);
    const { roster } = await office.stores.organisation.readAll();
    const { directory } = office;
    const shown = directory.departments('beijing').flatMap(({ id }) => directory.roster(id));
    expect([...shown].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
      [...roster].sort((a, b) => a.id.localeCompare(b.id)),
    );
    expect(roster).toHaveLength(5 + KINDS.length);
  });
});

describe('a rehearsal', () => {
  let stage: FastifyInstance;
  beforeEach(async () => {
    const { access, directory, clock } = office;
    stage = fastify();
    stage.setValidatorCompiler(validatorCompiler);
    stage.setSerializerCompiler(serializerCompiler);
    addErrorAnswers(stage);
    addGuard(stage, access);
    const lineFor = ({ role }: Contact): string => (role === 'duty' ? 'sip' : 'manual');
    await stage.register(rehearsalRoutes, { directory, clock, lineFor });
  });
  afterEach(() => stage.close());

  const play = async (query: string, login = 'lead') => {
    const cookie = await office.cookieOf(login);
    const answer = await stage.inject(requestOf('GET', `/api/escalation/rehearsal?${query}`, { cookie }));
    return { status: answer.statusCode, body: answer.json() };
  };

  test('[E7] tells whom the ladder of an office would ring now, by which line, and when it is spent', async () => {
    const now = office.clock.now();
    const { status, body } = await play('departmentId=crew-qianmen&kind=crew-not-accepted');
    expect(status).toBe(200);
    const { calls, spentAt } = rehearsalAnswerSchema.parse(body);
    expect(calls.map(({ contactId, line }) => `${contactId} ${line}`)).toEqual([
      'contact-crew-qianmen-duty sip',
      'contact-crew-qianmen-duty sip',
      'contact-crew-qianmen-chief-1 manual',
      'contact-crew-qianmen-chief-1 manual',
      'contact-crew-qianmen-chief-2 manual',
      'contact-crew-qianmen-chief-2 manual',
    ]);
    expect(calls[0]).toMatchObject({ at: now, foundBy: 'standing', contactName: '前门供电站值班电话' });
    expect(spentAt).toBe(calls.at(-1)?.until);
    expect(JSON.stringify(body)).not.toContain('0000000');
  });

  test('[E8] at another time it is somebody else', async () => {
    const evening = Date.parse('2026-11-23T20:00+08:00');
    const first = async (at: number) =>
      (await play(`departmentId=centre-chaoyang&kind=centre-not-taken&at=${at}`)).body.calls[0];
    expect(await first(evening - 1)).toMatchObject({ contactId: 'contact-centre-chaoyang-duty', foundBy: 'shift' });
    expect(await first(evening)).toMatchObject({ contactId: 'contact-centre-chaoyang-duty-night', foundBy: 'shift' });
    const noon = Date.parse('2026-11-24T12:00+08:00');
    const { calls } = (await play(`departmentId=crew-nanyuan&kind=crew-not-departed&at=${noon}`)).body;
    expect(calls.at(-1)).toMatchObject({ role: 'chief-2', contactId: null, foundBy: null });
    expect(calls.at(-1).until - noon).toBeLessThan(HOUR - MINUTE);
  });

  test.each([
    ['an office that is not there', 'departmentId=none&kind=crew-not-accepted', 'lead', 404, 'not-found'],
    ['a ladder of other offices', 'departmentId=crew-xidan&kind=centre-not-taken', 'lead', 400, 'malformed'],
    ['a ladder of nobody', 'departmentId=service-centre&kind=centre-not-taken', 'lead', 400, 'malformed'],
    ['an unknown ladder', 'departmentId=crew-xidan&kind=asleep', 'lead', 400, 'malformed'],
    ['a year that no clock shows', 'departmentId=crew-xidan&kind=crew-not-accepted&at=1e18', 'lead', 400, 'malformed'],
    ['a crew', 'departmentId=crew-qianmen&kind=crew-not-accepted', 'crew1', 403, 'not-allowed'],
  ])('[F14] %s is answered with a code', async (_what, query, login, status, code) => {
    expect(await play(query, login)).toMatchObject({ status, body: { code } });
  });
});
