import { RUNG_DEPARTMENT } from '@faultline/shared/escalation/readiness.ts';
import type { DepartmentKind } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import {
  demoAccountsSchema,
  demoSignInBodySchema,
  demoVehicleBodySchema,
  sessionSchema,
} from '@faultline/shared/wire/http.ts';
import { demoPhoneBodySchema, phonePairingSchema } from '@faultline/shared/wire/phone.ts';
import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { pairedContactOf } from '../escalation/console/paired-contact.ts';
import { sendRefusal } from '../http/refusal.ts';
import { isFromThisMachine } from '../http/request-origin.ts';
import type { Directory } from '../organisation/directory.ts';
import type { AccessControl } from './access.ts';
import { sessionFor } from './routes.ts';

export interface DemoRouteParts {
  readonly access: AccessControl;
  readonly directory: Directory;
  /** Elsewhere the routes exist and refuse, so that a page can ask. */
  readonly isDemo: boolean;
  readonly simulation: () => DemoAccounts['simulation'];
  /** When contacts are rung next if nobody does anything, by their id. */
  readonly nextRings: () => Promise<ReadonlyMap<string, Instant>>;
  /** Whether a device of this contact is connected now. */
  readonly isPhoneConnected: (contactId: string) => boolean;
}

const answers = { '4xx': refusalSchema, '5xx': refusalSchema };

/** One-click accounts: only in the demo, and only for somebody who sits at this machine. */
export const demoRoutes: FastifyPluginCallbackZod<DemoRouteParts> = (app, parts, done) => {
  const { access, directory, isDemo } = parts;
  const isOpenTo = (request: FastifyRequest): boolean =>
    isDemo && isFromThisMachine(request.socket.remoteAddress, request.headers);

  app.get(
    '/api/demo',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The demo accounts, vehicles and duty phones, and which simulation runs',
        tags: ['demo'],
        response: { 200: demoAccountsSchema, ...answers },
      },
    },
    async (request, reply) => {
      if (!isOpenTo(request)) return sendRefusal(reply, { code: 'demo-only' });
      const phones = phonesOf(directory, { nextRings: await parts.nextRings(), isConnected: parts.isPhoneConnected });
      return reply.send({ ...accountsOf(directory), phones, simulation: parts.simulation() });
    },
  );

  app.post(
    '/api/demo/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in as a demo account without a password',
        tags: ['demo'],
        body: demoSignInBodySchema,
        response: { 200: sessionSchema, ...answers },
      },
    },
    async (request, reply) => {
      if (!isOpenTo(request)) return sendRefusal(reply, { code: 'demo-only' });
      const users = directory.districts().flatMap(({ id }) => directory.users(id));
      const user = users.find(({ login, isActive }) => isActive && login === request.body.login);
      if (!user) return sendRefusal(reply, { code: 'not-found' });
      const { expiresAt, cookie } = await access.openSession(user, 'demo');
      return reply.header('set-cookie', cookie).send(sessionFor(user, expiresAt, { directory, isDemo }));
    },
  );

  app.post(
    '/api/demo/vehicle',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A token for a vehicle of the demo, beside those it has',
        tags: ['demo'],
        body: demoVehicleBodySchema,
        response: { 200: enrolAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      if (!isOpenTo(request)) return sendRefusal(reply, { code: 'demo-only' });
      const vehicle = directory.vehicle(request.body.vehicleId);
      if (!vehicle?.isActive) return sendRefusal(reply, { code: 'vehicle-unknown' });
      const { token } = await access.devices.addToken('vehicle', vehicle.id);
      return reply.send({ token, vehicleId: vehicle.id, callSign: vehicle.callSign, plate: vehicle.plate });
    },
  );

  app.post(
    '/api/demo/phone',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A token for the duty phone of a contact of the demo, beside those it has',
        tags: ['demo'],
        body: demoPhoneBodySchema,
        response: { 200: phonePairingSchema, ...answers },
      },
    },
    async (request, reply) => {
      if (!isOpenTo(request)) return sendRefusal(reply, { code: 'demo-only' });
      const contact = pairedContactOf(directory, request.body.contactId);
      if (!contact) return sendRefusal(reply, { code: 'contact-unknown' });
      const { token } = await access.devices.addToken('phone', contact.id);
      return reply.send({ token, contact });
    },
  );
  done();
};

/**
 * The duty phones that a ladder can ring, and whoever else is about to be rung. First those that nobody has: where a
 * simulation answers all the others, these wait for a visitor. Then the soonest, then the crews', whose key 1 accepts.
 */
function phonesOf(
  directory: Directory,
  facts: { readonly nextRings: ReadonlyMap<string, Instant>; readonly isConnected: (contactId: string) => boolean },
): DemoAccounts['phones'] {
  const { nextRings, isConnected } = facts;
  const rung: ReadonlySet<DepartmentKind> = new Set(Object.values(RUNG_DEPARTMENT));
  const departments = directory.districts().flatMap(({ id }) => directory.departments(id));
  return departments
    .filter(({ isActive, kind }) => isActive && rung.has(kind))
    .sort((a, b) => Number(b.kind === 'crew') - Number(a.kind === 'crew'))
    .flatMap(({ id, name }) => directory.contacts(id).map((contact) => ({ contact, departmentName: { ...name } })))
    .filter(({ contact }) => contact.phone !== '' && (contact.role === 'duty' || nextRings.has(contact.id)))
    .map(({ contact: { id: contactId, name }, departmentName }) => {
      const ringsAt = nextRings.get(contactId) ?? null;
      return { contactId, name, departmentName, ringsAt, isConnected: isConnected(contactId) };
    })
    .sort(
      (a, b) =>
        Number(a.isConnected) - Number(b.isConnected) ||
        (a.ringsAt ?? Number.MAX_SAFE_INTEGER) - (b.ringsAt ?? Number.MAX_SAFE_INTEGER),
    );
}

function accountsOf(directory: Directory): Pick<DemoAccounts, 'accounts' | 'vehicles'> {
  const districts = directory.districts();
  const nameOf = (departmentId: string | null) =>
    (departmentId === null ? null : directory.department(departmentId)?.name) ?? null;
  const users = districts.flatMap(({ id }) => directory.users(id)).filter(({ isActive }) => isActive);
  const vehicles = districts.flatMap(({ id }) => directory.vehicles(id)).filter(({ isActive }) => isActive);
  return {
    accounts: users.map(({ login, name, role, departmentId }) => ({
      login,
      name,
      role,
      departmentName: nameOf(departmentId),
    })),
    vehicles: vehicles.map(({ id, callSign, crewId }) => ({
      id,
      callSign,
      crewName: nameOf(crewId) ?? { zh: crewId, en: crewId },
    })),
  };
}
