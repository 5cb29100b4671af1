import { mayReadCallTask, mayReadContactsOf } from '@faultline/shared/access/access.ts';
import { callSteps, isLadderSpent, nextCallStep } from '@faultline/shared/escalation/call-task.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { CallTasksAnswer } from '@faultline/shared/wire/http.ts';
import { callTasksAnswerSchema, contactsAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';
import type { ManualLine } from './manual-line.ts';

/** Who has to be phoned by hand now, and whom to ring next: told to those who send the tickets. [E1] [E2] */
export const escalationRoutes: FastifyPluginCallbackZod<{
  readonly store: JournalStore;
  readonly directory: Directory;
  readonly line: ManualLine;
}> = (app, { store, directory, line }, done) => {
  app.get(
    '/api/call-tasks',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'Calls that the asking office has to make or to watch, each with its people in order',
        tags: ['escalation'],
        response: { 200: callTasksAnswerSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const tasks: CallTasksAnswer['tasks'] = [];
      const viewer = viewerOf(request);
      for (const call of line.tasks(viewer.district)) {
        const ticket = await store.ticket(call.ticketId);
        const feedback = ticket?.feedbacks.find((candidate) => candidate.key === call.feedbackKey);
        if (!ticket || !feedback || !mayReadCallTask(viewer, ticket, feedback)) continue;
        const steps = callSteps(directory.contacts(call.departmentId), feedback.attempts);
        tasks.push({
          ticketId: ticket.id,
          number: ticket.report.number,
          key: feedback.key,
          kind: feedback.kind,
          departmentId: feedback.departmentId,
          raisedAt: feedback.raisedAt,
          steps: steps.map((step) => ({ ...step })),
          nextContactId: nextCallStep(steps)?.contact.id ?? null,
          isLadderSpent: isLadderSpent(steps),
        });
      }
      return reply.send({ tasks });
    },
  );

  app.get(
    '/api/contacts/:departmentId',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'The duty phone and the chiefs of a department',
        tags: ['escalation'],
        params: z.strictObject({ departmentId: z.string().max(64) }),
        response: { 200: contactsAnswerSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const department = directory.department(request.params.departmentId);
      if (department?.district !== viewer.district) return sendRefusal(reply, { code: 'not-found' });
      if (!mayReadContactsOf(viewer, department)) return sendRefusal(reply, { code: 'not-allowed' });
      return reply.send({ contacts: [...directory.contacts(department.id)] });
    },
  );
  done();
};
