import type { DepartmentKind, User, UserRole } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import { userInputSchema, userSchema, usersAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import type { Passwords } from '../access/password.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from './directory.ts';
import type { OrganisationRefusal } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf } from './route-parts.ts';

/** People who sign in. Nobody is ever removed: the journal names them for good. */
export const userRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, access, clock, random } = parts;

  app.get(
    '/api/organisation/users',
    {
      config: { access: 'user.write' },
      schema: {
        summary: 'The accounts of the district',
        tags: ['organisation'],
        response: { 200: usersAnswerSchema, ...answers },
      },
    },
    async (request, reply) =>
      reply.send({ users: directory.users(viewerOf(request).district).map((user) => ({ ...user })) }),
  );

  app.post(
    '/api/organisation/users',
    {
      config: { access: 'user.write' },
      schema: {
        summary: 'Add an account',
        tags: ['organisation'],
        body: userInputSchema,
        response: { 200: userSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { password, ...input } = request.body;
      if (password === undefined) return sendRefusal(reply, { code: 'malformed', path: '/password' });
      const hashed = await hash(access.passwords, password);
      if (!hashed.ok) return sendRefusal(reply, hashed.refusal);
      const user: User = { ...input, id: makeId(random), district: by.district };
      const added = await organisation.change(by, () => {
        const problem = problemOf(directory, user);
        if (problem) return refuse(problem);
        return accept({
          change: { what: 'user' as const, id: user.id, how: 'added' as const },
          writes: [{ row: 'user' as const, user, passwordHash: hashed.value, endSessionsAt: null }],
          value: user,
        });
      });
      return added.ok ? reply.send({ ...added.value }) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/users/:id',
    {
      config: { access: 'user.write' },
      schema: {
        summary: 'Change an account; a new role, department or password, or disabling it, ends its sessions',
        tags: ['organisation'],
        params: idParams,
        body: userInputSchema,
        response: { 200: userSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { password, ...input } = request.body;
      const hashed = await hash(access.passwords, password);
      if (!hashed.ok) return sendRefusal(reply, hashed.refusal);
      const user: User = { ...input, id: request.params.id, district: by.district };
      const changed = await organisation.change(by, () => {
        const known = ownOf(directory.user(user.id), by.district);
        if (!known) return refuse({ code: 'not-found' });
        const problem = problemOf(directory, user) ?? lastAdminProblem(directory, known, user);
        if (problem) return refuse(problem);
        const isEnding = hashed.value !== null || !isSamePost(known, user);
        const endSessionsAt = isEnding ? clock.now() : null;
        return accept({
          change: { what: 'user' as const, id: user.id, how: 'changed' as const },
          writes: [{ row: 'user' as const, user, passwordHash: hashed.value, endSessionsAt }],
          value: { user, isEnding },
        });
      });
      if (!changed.ok) return sendRefusal(reply, changed.refusal);
      if (changed.value.isEnding) access.forgetSessionsOf(user.id);
      return reply.send({ ...changed.value.user });
    },
  );
  done();
};

/** @returns `null` where no password was given. */
async function hash(
  passwords: Passwords,
  password: string | undefined,
): Promise<Outcome<string | null, OrganisationRefusal>> {
  if (password === undefined) return accept(null);
  const hashed = await passwords.hash(password);
  return hashed === null ? refuse({ code: 'busy' }) : accept(hashed);
}

const WORKPLACE: Readonly<Record<UserRole, DepartmentKind | null>> = {
  agent: 'service-centre',
  lead: 'service-centre',
  'centre-dispatcher': 'repair-centre',
  crew: 'crew',
  supervisor: null,
  admin: null,
  wall: null,
};

function problemOf(directory: Directory, user: User): OrganisationRefusal | null {
  const everybody = directory.districts().flatMap(({ id }) => directory.users(id));
  if (everybody.some(({ id, login }) => login === user.login && id !== user.id)) return { code: 'login-taken' };
  const kind = WORKPLACE[user.role];
  if (kind === null || user.departmentId === null) return null;
  const department = ownOf(directory.department(user.departmentId), user.district);
  if (department?.kind === kind && (department.isActive || !user.isActive)) return null;
  return { code: kind === 'crew' ? 'crew-unknown' : 'centre-unknown' };
}

/** A district without an administrator could never get one again. */
function lastAdminProblem(directory: Directory, known: User, user: User): OrganisationRefusal | null {
  if (known.role !== 'admin' || !known.isActive || (user.role === 'admin' && user.isActive)) return null;
  const others = directory.users(known.district).filter(({ id, role, isActive }) => {
    return id !== known.id && role === 'admin' && isActive;
  });
  return others.length > 0 ? null : { code: 'still-in-use', use: 'last-admin' };
}

function isSamePost(known: User, user: User): boolean {
  return known.role === user.role && known.departmentId === user.departmentId && known.isActive === user.isActive;
}
