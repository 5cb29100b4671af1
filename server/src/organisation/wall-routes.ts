import type { Wall } from '@faultline/shared/organisation/organisation.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import {
  enrolmentCodeSchema,
  wallAnswerSchema,
  wallInputSchema,
  wallSchema,
  wallsAnswerSchema,
} from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf, recordAct } from './route-parts.ts';

/** Wall screens: each is paired by a code once and can be cut off at any time. */
export const wallRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, access, random } = parts;
  const change = (wall: Wall, how: 'added' | 'changed') =>
    accept({
      change: { what: 'wall' as const, id: wall.id, how },
      writes: [{ row: 'wall' as const, wall }],
      value: wall,
    });

  app.get(
    '/api/organisation/walls',
    {
      config: { access: 'wall.pair' },
      schema: {
        summary: 'The wall screens of the district',
        tags: ['organisation'],
        response: { 200: wallsAnswerSchema, ...answers },
      },
    },
    async (request, reply) =>
      reply.send({ walls: directory.walls(viewerOf(request).district).map((wall) => ({ ...wall })) }),
  );

  app.post(
    '/api/organisation/walls',
    {
      config: { access: 'wall.pair' },
      schema: {
        summary: 'Add a wall screen; the code is typed into its browser once',
        tags: ['organisation'],
        body: wallInputSchema,
        response: { 200: wallAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { name } = request.body;
      const wall = { id: makeId(random), district: by.district, name, pairedAt: null, isRevoked: false };
      const added = await organisation.change(by, () => change(wall, 'added'));
      if (!added.ok) return sendRefusal(reply, added.refusal);
      return reply.send({ wall: { ...added.value }, enrolment: await access.devices.issueCode('wall', wall.id) });
    },
  );

  app.post(
    '/api/organisation/walls/:id/enrolment',
    {
      config: { access: 'wall.pair' },
      schema: {
        summary: 'Another code for a wall screen, for a new browser; the old one goes on until the code is used',
        tags: ['organisation'],
        params: idParams,
        response: { 200: enrolmentCodeSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const renewed = await organisation.change(by, () => {
        const wall = ownOf(directory.wall(request.params.id), by.district);
        if (!wall) return refuse({ code: 'not-found' });
        return change({ ...wall, isRevoked: false }, 'changed');
      });
      if (!renewed.ok) return sendRefusal(reply, renewed.refusal);
      await recordAct(parts, by.viewer, 'wall.enrolment-code', renewed.value.id);
      return reply.send(await access.devices.issueCode('wall', renewed.value.id));
    },
  );

  app.post(
    '/api/organisation/walls/:id/revoke',
    {
      config: { access: 'wall.pair' },
      schema: {
        summary: 'Cut a wall screen off at once',
        tags: ['organisation'],
        params: idParams,
        response: { 200: wallSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const revoked = await organisation.change(by, async () => {
        const wall = ownOf(directory.wall(request.params.id), by.district);
        if (!wall) return refuse({ code: 'not-found' });
        await access.devices.revoke('wall', wall.id);
        return change({ ...wall, isRevoked: true }, 'changed');
      });
      return revoked.ok ? reply.send({ ...revoked.value }) : sendRefusal(reply, revoked.refusal);
    },
  );
  done();
};
