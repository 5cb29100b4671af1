import { RUNG_DEPARTMENT } from '@faultline/shared/escalation/readiness.ts';
import { rehearse } from '@faultline/shared/escalation/rehearsal.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import { policyAt } from '@faultline/shared/ticket/policy.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { rehearsalAnswerSchema, rehearsalQuerySchema } from '@faultline/shared/wire/escalation.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';

export interface RehearsalRouteParts {
  readonly directory: Directory;
  readonly clock: Clock;
  /** The first line that would reach him as things are now; `manual` when none does. */
  readonly lineFor: (contact: Contact) => string;
}

/** A ladder played through without a ring, so that whoever plans a roster sees what the night will do. [E7] */
export const rehearsalRoutes: FastifyPluginCallbackZod<RehearsalRouteParts> = (app, parts, done) => {
  const { directory, clock, lineFor } = parts;

  app.get(
    '/api/escalation/rehearsal',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'Whom a ladder of this department would ring, and when, if nobody ever answered; nothing is dialled',
        tags: ['escalation'],
        querystring: rehearsalQuerySchema,
        response: { 200: rehearsalAnswerSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const { district } = viewerOf(request);
      const { departmentId, kind, at = clock.now() } = request.query;
      const department = directory.department(departmentId);
      const home = directory.district(district);
      if (home === null || department?.district !== district) return sendRefusal(reply, { code: 'not-found' });
      if (department.kind !== RUNG_DEPARTMENT[kind]) return sendRefusal(reply, { code: 'malformed', path: '/kind' });
      const { calls, spentAt } = rehearse({
        roster: {
          contacts: directory.contacts(departmentId),
          entries: directory.roster(departmentId),
          timeZone: home.timeZone,
        },
        departmentId,
        kind,
        // The rules of today: those of a later day may still be changed, and an earlier one is over.
        policy: policyAt(directory.policies(district), clock.now()).ladder,
        at,
        lineFor,
      });
      return reply.send({ calls: [...calls], spentAt });
    },
  );
  done();
};
