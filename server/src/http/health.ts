import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** A part that must work before the server takes work; one that throws does not work. */
export type Probes = Readonly<Record<string, () => boolean | Promise<boolean>>>;

const livenessSchema = z.strictObject({ status: z.literal('ok') });
const readinessSchema = z.strictObject({
  isReady: z.boolean(),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
});

/** `GET /healthz`: the process answers. `GET /readyz`: its parts work, each by name; 503 when one does not. */
export const healthRoutes: FastifyPluginCallbackZod<{ readonly probes: Probes }> = (app, { probes }, done) => {
  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: { summary: 'Whether the process answers', tags: ['operations'], response: { 200: livenessSchema } },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether database, migrations and timers work',
        tags: ['operations'],
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const checked = await Promise.all(
        Object.entries(probes).map(
          async ([name, probe]) => [name, (await isWorking(probe)) ? 'ok' : 'failed'] as const,
        ),
      );
      const isReady = checked.every(([, state]) => state === 'ok');
      reply.header('cache-control', 'no-store');
      return reply.code(isReady ? 200 : 503).send({ isReady, checks: Object.fromEntries(checked) });
    },
  );
  done();
};

async function isWorking(probe: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await probe();
  } catch {
    return false;
  }
}
