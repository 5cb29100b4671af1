import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** The pages by the first part of their address; each is an entry of its own. */
const PAGES = {
  wall: 'wall.html',
  desk: 'desk.html',
  ticket: 'ticket.html',
  vehicle: 'vehicle.html',
  crew: 'crew.html',
  admin: 'admin.html',
  late: 'late.html',
  phone: 'phone.html',
} as const;
const START_PAGE = 'index.html';

const NOT_BUILT =
  '界面还没有构建。请在项目目录运行 npm start（演示）或 npm run serve（正式），它们会先构建界面。\n' +
  'The console has not been built. Run `npm start` (demo) or `npm run serve` in the project folder: both build it.\n';

/** Everything under `assets/` has a hash of its content in its name. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_ALWAYS = 'no-cache';

/** Serves the built console. Without one every page says plainly what to run; the API works all the same. */
export async function addPages(app: FastifyInstance, clientDist: string): Promise<void> {
  const isBuilt = existsSync(join(clientDist, START_PAGE));
  const page = async (reply: FastifyReply, file: string): Promise<FastifyReply> => {
    if (!isBuilt) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    return reply.header('cache-control', ASK_ALWAYS).sendFile(file);
  };
  const options = { config: { access: 'public' }, schema: { hide: true } } as const;
  if (isBuilt) await app.register(fastifyStatic, { root: clientDist, serve: false, cacheControl: false });

  app.get('/', options, (_request, reply) => page(reply, START_PAGE));
  for (const [name, file] of Object.entries(PAGES)) {
    app.get(`/${name}`, options, (_request, reply) => page(reply, file));
    // `/ticket/17` and the like: the page itself reads the rest of its address.
    app.get(`/${name}/*`, options, (_request, reply) => page(reply, file));
  }
  if (!isBuilt) return;
  app.get<{ Params: { '*': string } }>('/assets/*', options, (request, reply) =>
    reply.header('cache-control', FOR_EVER).sendFile(`assets/${request.params['*']}`),
  );
  for (const entry of readdirSync(clientDist, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.html')) continue;
    app.get(`/${entry.name}`, options, (_request, reply) =>
      reply.header('cache-control', ASK_ALWAYS).sendFile(entry.name),
    );
  }
}
