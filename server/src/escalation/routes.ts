import { mayReadContactsOf } from '@faultline/shared/access/access.ts';
import { onDuty } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact, Department } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { callLogSchema, escalationStatusSchema, testCallAnswerSchema } from '@faultline/shared/wire/escalation.ts';
import { contactsAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from '../organisation/directory.ts';
import type { CallRow, CallStore } from '../store/call-store.ts';
import type { Escalation } from './engine.ts';
import type { StatusBoard } from './status.ts';

export interface EscalationRouteParts {
  readonly directory: Directory;
  readonly calls: Pick<CallStore, 'recentCalls'>;
  readonly escalation: Pick<Escalation, 'testCall'>;
  readonly status: Pick<StatusBoard, 'of'>;
  readonly clock: Clock;
}

const LOG_LENGTH = 200;

/** Whether ladders would work, what was rung, and a test call; the ladders themselves stand in their tickets. [E1] [E7] */
export const escalationRoutes: FastifyPluginCallbackZod<EscalationRouteParts> = (app, parts, done) => {
  const { directory, calls, escalation, status, clock } = parts;

  app.get(
    '/api/escalation/status',
    {
      config: { access: 'escalation.read' },
      schema: {
        summary: 'The phone lines, what waits before them, and what would make a ladder fail',
        tags: ['escalation'],
        response: { 200: escalationStatusSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => reply.send(await status.of(viewerOf(request).district)),
  );

  app.get(
    '/api/escalation/calls',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'The newest calls of the district, test calls included; numbers are masked',
        tags: ['escalation'],
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(LOG_LENGTH).default(100) }),
        response: { 200: callLogSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const rows = await calls.recentCalls(viewer.district, request.query.limit);
      const isReadable = ({ departmentId }: CallRow): boolean => {
        const department = directory.department(departmentId);
        return department !== null && mayReadContactsOf(viewer, department);
      };
      return reply.send({ calls: rows.filter(isReadable).map(logged) });
    },
  );

  app.post(
    '/api/escalation/test-calls',
    {
      config: { access: 'phone.test' },
      schema: {
        summary: 'Ring somebody to see whether he can be reached; about no ticket',
        tags: ['escalation'],
        body: z.strictObject({ contactId: z.string().max(64) }),
        response: { 200: testCallAnswerSchema, '4xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const contact = directory.contact(request.body.contactId);
      const department = directory.department(contact?.departmentId ?? '');
      if (!contact || department?.district !== viewer.district) return sendRefusal(reply, { code: 'contact-unknown' });
      if (!mayReadContactsOf(viewer, department)) return sendRefusal(reply, { code: 'not-allowed' });
      const placed = await escalation.testCall(contact.id);
      return placed.ok ? reply.send({ ...placed.value }) : sendRefusal(reply, placed.refusal);
    },
  );

  app.get(
    '/api/contacts/:departmentId',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'The duty phones and the chiefs of a department; of each role whoever is on duty now comes first',
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
      return reply.send({ contacts: onDutyFirst(directory, department, clock.now()) });
    },
  );
  done();
};

/** Who rings by hand rings the one whom the ladder would ring. [E8] */
function onDutyFirst(directory: Directory, { id, district }: Department, now: Instant): Contact[] {
  const contacts = directory.contacts(id);
  const timeZone = directory.district(district)?.timeZone ?? 'UTC';
  const roster = { contacts, entries: directory.roster(id), timeZone };
  const onDutyIds = new Set(CONTACT_ROLES.map((role) => onDuty(roster, id, role, now)?.contact.id));
  return [...contacts].sort((a, b) => Number(onDutyIds.has(b.id)) - Number(onDutyIds.has(a.id)));
}

function logged(row: CallRow) {
  const { id, purpose, callee, line, placedAt, ringingAt, answeredAt, endedAt, outcome, pressed, code, hops } = row;
  return {
    id,
    purpose,
    contactId: callee.contactId,
    contactName: callee.contactName,
    number: callee.number,
    line,
    placedAt,
    ringingAt,
    answeredAt,
    endedAt,
    outcome,
    pressed,
    code,
    ticketIds: hops.map(({ ticketId }) => ticketId),
  };
}
