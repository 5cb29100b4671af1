import { assert } from '@faultline/shared/assert.ts';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { Session } from '@faultline/shared/wire/http.ts';
import { doneSchema, sessionSchema, signInBodySchema } from '@faultline/shared/wire/http.ts';
import { enrolAnswerSchema, enrolBodySchema } from '@faultline/shared/wire/vehicle.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { AccessControl } from './access.ts';
import { viewerOf } from './guard.ts';
import type { Viewer } from './viewer.ts';

export interface AccessRouteParts {
  readonly access: AccessControl;
  readonly directory: Directory;
  readonly isDemo: boolean;
  /** A wall screen was paired: the organisation writes it down. */
  readonly onWallPaired: (wallId: string) => Promise<void>;
}

const answers = { '4xx': refusalSchema, '5xx': refusalSchema };
/** What a device's "session" says about its end: it is revoked, it does not expire. Year 2100, the latest the wire knows. */
const NEVER: Instant = 4_102_444_800_000;

/** Signing in and out, and exchanging a one-time code for a device's token. */
export const accessRoutes: FastifyPluginCallbackZod<AccessRouteParts> = (app, parts, done) => {
  const { access, directory, isDemo } = parts;

  app.get(
    '/api/session',
    {
      config: { access: 'session.read' },
      schema: { summary: 'Who is signed in here', tags: ['access'], response: { 200: sessionSchema, ...answers } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const renewed = viewer.kind === 'device' ? access.renewedWallCookie(request.headers) : null;
      if (renewed !== null) reply.header('set-cookie', renewed);
      const session = sessionOf(viewer, { access, directory, isDemo });
      return session ? reply.send(session) : sendRefusal(reply, { code: 'not-signed-in' });
    },
  );

  app.post(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with login and password; the session is a cookie',
        tags: ['access'],
        body: signInBodySchema,
        response: { 200: sessionSchema, ...answers },
      },
    },
    async (request, reply) => {
      const signedIn = await access.signIn({ ...request.body, address: request.ip });
      if (!signedIn.ok) return sendRefusal(reply, signedIn.refusal);
      const { user, expiresAt, cookie } = signedIn.value;
      return reply.header('set-cookie', cookie).send(sessionFor(user, expiresAt, { directory, isDemo }));
    },
  );

  app.post(
    '/api/session/activity',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'A person is at work on this page: the idle time starts anew',
        tags: ['access'],
        response: { 200: doneSchema, ...answers },
      },
    },
    // The guard has put the end off, as for every request that changes something.
    async (_request, reply) => reply.send({}),
  );

  app.delete(
    '/api/session',
    {
      config: { access: 'signed-in' },
      schema: {
        summary: 'Sign out; a paired wall or duty phone loses its pairing',
        tags: ['access'],
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      if (viewer.kind === 'device' && viewer.role === 'wall') await access.devices.revoke('wall', viewer.id);
      if (viewer.kind === 'device' && viewer.role === 'phone') await access.devices.revokeToken(viewer.credential);
      return reply.header('set-cookie', await access.signOut(viewer.credential)).send({});
    },
  );

  app.post(
    '/api/vehicle/enrol',
    {
      config: { access: 'public' },
      schema: {
        summary: "Exchange a vehicle's one-time code for its token, which is shown once",
        tags: ['access'],
        body: enrolBodySchema,
        response: { 200: enrolAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const redeemed = await access.redeemCode('vehicle', { code: request.body.code, address: request.ip });
      if (!redeemed.ok) return sendRefusal(reply, redeemed.refusal);
      const vehicle = directory.vehicle(redeemed.value.subjectId);
      if (!vehicle) return sendRefusal(reply, { code: 'code-unknown' });
      const { id: vehicleId, callSign, plate } = vehicle;
      return reply.send({ token: redeemed.value.token, vehicleId, callSign, plate });
    },
  );

  app.post(
    '/api/wall/pair',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Pair this browser as a wall screen by its one-time code; the token is a cookie',
        tags: ['access'],
        body: enrolBodySchema,
        response: { 200: sessionSchema, ...answers },
      },
    },
    async (request, reply) => {
      const redeemed = await access.redeemCode('wall', { code: request.body.code, address: request.ip });
      if (!redeemed.ok) return sendRefusal(reply, redeemed.refusal);
      const { subjectId, token } = redeemed.value;
      await parts.onWallPaired(subjectId);
      const wall = directory.wall(subjectId);
      if (!wall) return sendRefusal(reply, { code: 'code-unknown' });
      const session = sessionFor(wallUser(wall), NEVER, { directory, isDemo });
      return reply.header('set-cookie', access.wallCookie(token)).send(session);
    },
  );
  done();
};

/** A paired screen looks to the pages like somebody with the wall's role. */
function wallUser(wall: { readonly id: string; readonly district: string; readonly name: string }): User {
  const { id, district, name } = wall;
  return { id, district, name, login: '', role: 'wall', departmentId: null, isActive: true };
}

function sessionOf(
  viewer: Viewer,
  parts: { readonly access: AccessControl; readonly directory: Directory; readonly isDemo: boolean },
): Session | null {
  if (viewer.kind === 'device') return sessionFor(wallUser(viewer), NEVER, parts);
  const user = parts.directory.user(viewer.id);
  const expiresAt = parts.access.expiresAt(viewer.credential);
  return user && expiresAt !== null ? sessionFor(user, expiresAt, parts) : null;
}

export function sessionFor(
  user: User,
  expiresAt: Instant,
  parts: { readonly directory: Directory; readonly isDemo: boolean },
): Session {
  const district = parts.directory.district(user.district);
  assert(district !== null, `the district of ${user.id} exists`);
  const [west, south, east, north] = district.bounds;
  return {
    user: { ...user },
    district: { ...district, bounds: [west, south, east, north] },
    expiresAt,
    isDemo: parts.isDemo,
  };
}
