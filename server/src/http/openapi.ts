import swagger from '@fastify/swagger';
import { WIRE_CONTRACT } from '@faultline/shared/wire/contract.ts';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** `GET /api/openapi.json`: the HTTP interface, made from the very schemas that check it. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '抢修调度台 · Faultline',
        version: String(WIRE_CONTRACT.version),
        description:
          'Answers that are not a yes carry `code`, a word of a closed set, and what belongs to it. What changes ' +
          'something needs a page of this server (Origin or Sec-Fetch-Site) or a bearer token.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'faultline' },
          device: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
}
