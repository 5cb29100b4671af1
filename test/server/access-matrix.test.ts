import type { RouteAccess } from '@faultline/server/src/access/guard.ts';
import { addGuard } from '@faultline/server/src/access/guard.ts';
import type { Action, Role } from '@faultline/shared/access/access.ts';
import { ACTIONS, can } from '@faultline/shared/access/access.ts';
import { USER_ROLES } from '@faultline/shared/organisation/organisation.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { fastify } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Asked } from '../support/office.ts';
import type { WholeApp } from '../support/whole-app.ts';
import { openWholeApp } from '../support/whole-app.ts';

/** The accounts of the sample by role; the vehicle and the wall screen are devices. */
const LOGINS: Readonly<Record<(typeof USER_ROLES)[number], string>> = {
  agent: 'agent',
  lead: 'lead',
  'centre-dispatcher': 'centre1',
  crew: 'crew1',
  supervisor: 'supervisor',
  admin: 'admin',
  wall: 'wall',
};

/** Each asks every route: all roles, and everybody who has no right at all any more. */
const ASKERS = [
  ...USER_ROLES,
  'vehicle',
  'phone',
  'wall screen',
  'nobody',
  'signed out',
  'expired',
  'revoked vehicle',
] as const;
type Asker = (typeof ASKERS)[number];

function mayAsk(asker: Asker, access: RouteAccess): 'yes' | 'not-allowed' | 'not-signed-in' | 'token-revoked' {
  // Another server is judged by its signature, which is the route's own affair.
  if (access === 'public' || access === 'signed') return 'yes';
  if (asker === 'nobody' || asker === 'signed out' || asker === 'expired') return 'not-signed-in';
  if (asker === 'revoked vehicle') return 'token-revoked';
  const role: Role = asker === 'wall screen' ? 'wall' : asker;
  if (access === 'signed-in') return 'yes';
  if (access === 'vehicle' || access === 'phone') return role === access ? 'yes' : 'not-allowed';
  return can(role, access) ? 'yes' : 'not-allowed';
}

async function credentialsOf(office: WholeApp): Promise<Record<Asker, Asked>> {
  const expired = await office.cookieOf('lead');
  await office.clock.settle(31 * MINUTE);
  const signedOut = await office.cookieOf('lead');
  await office.ask('DELETE', '/api/session', { cookie: signedOut });
  const admin = await office.cookieOf('admin');
  const tokenOf = async (vehicleId: string): Promise<string> =>
    (await office.ask('POST', '/api/demo/vehicle', { body: { vehicleId } })).json().token;
  const revoked = await tokenOf('vehicle-02');
  await office.ask('POST', '/api/organisation/vehicles/vehicle-02/revoke', { cookie: admin });
  const wall = await office.ask('POST', '/api/organisation/walls', { cookie: admin, body: { name: '大屏一' } });
  const paired = await office.ask('POST', '/api/wall/pair', { body: { code: wall.json().enrolment.code } });
  const contactId = 'contact-crew-qianmen-duty';
  const people = await Promise.all(
    USER_ROLES.map(async (role) => [role, { cookie: await office.cookieOf(LOGINS[role]) }] as const),
  );
  return {
    ...(Object.fromEntries(people) as Record<(typeof USER_ROLES)[number], Asked>),
    vehicle: { token: await tokenOf('vehicle-01') },
    phone: { token: (await office.ask('POST', '/api/demo/phone', { body: { contactId } })).json().token },
    'wall screen': { cookie: String(paired.headers['set-cookie']).split(';')[0] ?? '' },
    nobody: {},
    'signed out': { cookie: signedOut },
    expired: { cookie: expired },
    'revoked vehicle': { token: revoked },
  };
}

describe('every route answers every role as the access table says', () => {
  let office: WholeApp;
  let credentials: Record<Asker, Asked>;
  beforeAll(async () => {
    office = await openWholeApp();
    credentials = await credentialsOf(office);
    return () => office.close();
  });

  test('the table was found', () => {
    expect(office.routes().length).toBeGreaterThan(60);
    expect(new Set(office.routes().map(({ access }) => access)).size).toBeGreaterThan(8);
  });

  test.each(ASKERS)('%s', async (asker) => {
    const wrong: string[] = [];
    for (const { method, url, access } of office.routes()) {
      // Signing out would end the very session that asks.
      if (method === 'HEAD' || (method === 'DELETE' && url === '/api/session')) continue;
      const path = url.replace(/:\w+|\*/g, 'nothing-of-this-name');
      const asked = { ...credentials[asker], ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }) };
      const answer = await office.ask(method as 'GET', path, asked);
      const expected = mayAsk(asker, access);
      const code: unknown = answer.headers['content-type']?.toString().includes('json')
        ? answer.json().code
        : undefined;
      const isDenied = code === 'not-allowed' || code === 'not-signed-in' || code === 'token-revoked';
      const seen = isDenied ? code : 'yes';
      if (seen !== expected) wrong.push(`${method} ${url} (${access}): ${String(seen)} instead of ${expected}`);
      if (answer.statusCode === 500) wrong.push(`${method} ${url}: ${answer.body}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the guard is closed where nobody has said what is open', () => {
  const nobody = {
    authenticate: async () => null,
    identify: () => ({ ok: false, refusal: { code: 'not-signed-in' } }) as const,
    touch: () => undefined,
    checkUpgradeOrigin: () => ({ ok: true }) as const,
    checkMutationOrigin: () => true,
    isOwnHost: () => true,
    onEnded: () => undefined,
  };

  test('a route without a declared access refuses to start, also one of a plugin', async () => {
    const app = fastify();
    addGuard(app, nobody);
    app.get('/open', { config: { access: 'public' } }, async () => ({}));
    app.register(async (plugin) => {
      plugin.post('/forgotten', async () => ({}));
    });
    await expect(app.ready()).rejects.toThrow('POST /forgotten');
  });

  test('an access that no table knows refuses to start', async () => {
    const app = fastify();
    addGuard(app, nobody);
    app.get('/misspelt', { config: { access: 'tickets.read' as Action } }, async () => ({}));
    await expect(app.ready()).rejects.toThrow('GET /misspelt');
  });

  test.each(ACTIONS)('nobody may %s without being somebody', async (action) => {
    const app = fastify();
    addGuard(app, nobody);
    app.get('/it', { config: { access: action } }, async () => ({ secret: true }));
    const answer = await app.inject('/it');
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ code: 'not-signed-in' });
  });
});
