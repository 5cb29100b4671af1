import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendRefusal } from '../../http/refusal.ts';
import { CALLBACK_RESULTS } from './messages.ts';
import type { WebhookLine } from './webhook-line.ts';

/** An event of a call is a few hundred bytes. */
const BODY_LIMIT = 16 * 1_024;

export interface WebhookRouteParts {
  readonly line: Pick<WebhookLine, 'receive'>;
  /** Whether the calls of an earlier run are known again: before that a word about one of them would be lost. */
  readonly isReady: () => boolean;
}

/** Where the site's telephone system tells what happens to the calls that it was asked for. */
export const webhookRoutes: FastifyPluginCallbackZod<WebhookRouteParts> = (app, { line, isReady }, done) => {
  // What was signed are the bytes; a parser would lose them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));

  app.post(
    '/api/webhook/calls',
    {
      bodyLimit: BODY_LIMIT,
      config: { access: 'signed' },
      schema: {
        summary:
          'An event of a call, told by the telephone system behind the webhook line; signed like our own messages',
        tags: ['escalation'],
        response: {
          200: z.strictObject({ result: z.enum(CALLBACK_RESULTS) }),
          '4xx': refusalSchema,
          '5xx': refusalSchema,
        },
      },
    },
    async (request, reply) => {
      if (!isReady()) return sendRefusal(reply, { code: 'busy' });
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const received = line.receive(request.headers, body);
      if (!received.ok) return sendRefusal(reply, received.refusal);
      return reply.send({ result: received.value });
    },
  );
  done();
};
