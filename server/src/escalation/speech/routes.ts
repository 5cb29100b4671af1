import { createReadStream } from 'node:fs';
import { filledLineSchema, refusalSchema } from '@faultline/shared/wire/common.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendRefusal } from '../../http/refusal.ts';
import type { Speech } from './speech.ts';

const querySchema = z.strictObject({ text: filledLineSchema(200), language: z.enum(['zh', 'en']) });

/** To hear how a sentence or a pronunciation sounds before it is saved: what a phone would play. */
export const speechRoutes: FastifyPluginCallbackZod<{ readonly speech: Speech }> = (app, { speech }, done) => {
  app.get(
    '/api/speech',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'A sentence as the phone lines speak it, WAV; not found when this server has no speech program',
        tags: ['escalation'],
        querystring: querySchema,
        response: { 200: z.unknown().describe('8 kHz, mono, 16 bits; audio/wav'), '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      if (!(await speech.isInstalled())) return sendRefusal(reply, { code: 'not-found' });
      const path = await speech.wav(request.query.text, request.query.language);
      return reply.type('audio/wav').send(createReadStream(path));
    },
  );
  done();
};
