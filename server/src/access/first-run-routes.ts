import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { FirstRunBody } from '@faultline/shared/wire/http.ts';
import { firstRunBodySchema, firstRunStateSchema, sessionSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { FirstRun } from '../organisation/first-run.ts';
import type { AccessControl } from './access.ts';
import { sessionFor } from './routes.ts';

const answers = { '4xx': refusalSchema, '5xx': refusalSchema };

/** An empty database is put to work by whoever can read the server's terminal, once. */
export const firstRunRoutes: FastifyPluginCallbackZod<{
  readonly access: AccessControl;
  readonly directory: Directory;
  readonly firstRun: FirstRun;
}> = (app, { access, directory, firstRun }, done) => {
  app.get(
    '/api/first-run',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the database waits for its first district and administrator',
        tags: ['access'],
        response: { 200: firstRunStateSchema, ...answers },
      },
    },
    async (_request, reply) => reply.send({ isNeeded: firstRun.isNeeded() }),
  );

  app.post(
    '/api/first-run',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Create the district and its administrator with the code that the server printed',
        tags: ['access'],
        body: firstRunBodySchema,
        response: { 200: sessionSchema, ...answers },
      },
    },
    async (request, reply) => {
      const body: FirstRunBody = request.body;
      const counted = await access.tryCode(request.ip);
      if ('code' in counted) return sendRefusal(reply, counted);
      const created = await firstRun.create(body);
      if (!created.ok) return sendRefusal(reply, created.refusal);
      await counted.forgive(true);
      const { expiresAt, cookie } = await access.openSession(created.value, 'first-run-code');
      return reply
        .header('set-cookie', cookie)
        .send(sessionFor(created.value, expiresAt, { directory, isDemo: false }));
    },
  );
  done();
};
