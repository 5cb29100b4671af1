import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';

const PROTOCOL = new URL('../../asyncapi.yaml', import.meta.url);

/** `GET /api/asyncapi.yaml`: what a stranger needs to write a vehicle's client or a console. */
export const protocolRoutes: FastifyPluginAsync = async (app) => {
  const protocol = await readFile(PROTOCOL, 'utf8');
  app.get('/api/asyncapi.yaml', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(protocol),
  );
};
