import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { policiesAnswerSchema, policyInputSchema, policySchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf } from './route-parts.ts';

/** "From now on" takes a moment to type and to travel; it is moved to the server's now, never kept in the past. */
const NOW_TAKES: Duration = MINUTE;

/** Policies are only added: a ticket is judged for ever by the version that was valid at its A. [B2] */
export const policyRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, clock } = parts;

  app.get(
    '/api/organisation/policies',
    {
      config: { access: 'organisation.read' },
      schema: {
        summary: 'All versions of the policy of budgets, the oldest first',
        tags: ['organisation'],
        response: { 200: policiesAnswerSchema, ...answers },
      },
    },
    async (request, reply) => reply.send({ policies: [...directory.policies(viewerOf(request).district)] }),
  );

  app.post(
    '/api/organisation/policies',
    {
      config: { access: 'policy.write' },
      schema: {
        summary: 'Add a version of the policy that is valid from now or later',
        tags: ['organisation'],
        body: policyInputSchema,
        response: { 200: policySchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const added = await organisation.change<Policy>(by, () => {
        const now = clock.now();
        if (request.body.validFrom < now - NOW_TAKES) return refuse({ code: 'policy-in-past', now });
        const version = 1 + Math.max(0, ...directory.policies(by.district).map((known) => known.version));
        const policy: Policy = { ...request.body, version, validFrom: Math.max(request.body.validFrom, now) };
        return accept({
          change: { what: 'policy', id: String(version), how: 'added' },
          writes: [{ row: 'policy', district: by.district, policy }],
          value: policy,
        });
      });
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );
  done();
};
