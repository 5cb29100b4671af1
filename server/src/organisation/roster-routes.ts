import { namedBy } from '@faultline/shared/organisation/on-duty.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { RosterEntryInput } from '@faultline/shared/wire/escalation.ts';
import { rosterAnswerSchema, rosterEntryInputSchema, rosterEntrySchema } from '@faultline/shared/wire/escalation.ts';
import { doneSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from './directory.ts';
import type { Decision, OrganisationRefusal } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf } from './route-parts.ts';

/** Who is on duty when: weekly shifts, rotations, and who stands in for somebody once. [E8] */
export const rosterRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, random } = parts;

  app.get(
    '/api/organisation/roster',
    {
      config: { access: 'contact.read' },
      schema: {
        summary: 'The rosters of all departments of the district',
        tags: ['organisation'],
        response: { 200: rosterAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const departments = directory.departments(viewerOf(request).district);
      return reply.send({ entries: departments.flatMap(({ id }) => directory.roster(id)) });
    },
  );

  app.post(
    '/api/organisation/roster',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add a shift, a rotation or an override',
        tags: ['organisation'],
        body: rosterEntryInputSchema,
        response: { 200: rosterEntrySchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const id = makeId(random);
      const added = await organisation.change(by, () => putEntry(directory, id, request.body, by.district, 'added'));
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/roster/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Change an entry of the roster',
        tags: ['organisation'],
        params: idParams,
        body: rosterEntryInputSchema,
        response: { 200: rosterEntrySchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const changed = await organisation.change(by, () => {
        if (!isOwnEntry(directory, id, by.district)) return refuse({ code: 'roster-entry-unknown' });
        return putEntry(directory, id, request.body, by.district, 'changed');
      });
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.delete(
    '/api/organisation/roster/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Remove an entry of the roster',
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const removed = await organisation.change(by, () => {
        if (!isOwnEntry(directory, id, by.district)) return refuse({ code: 'roster-entry-unknown' });
        return accept({
          change: { what: 'roster' as const, id, how: 'removed' as const },
          writes: [{ row: 'roster-removed' as const, id }],
          value: {},
        });
      });
      return removed.ok ? reply.send(removed.value) : sendRefusal(reply, removed.refusal);
    },
  );
  done();
};

function isOwnEntry(directory: Directory, id: string, district: string): boolean {
  const entry = directory.rosterEntry(id);
  return entry !== null && ownOf(directory.department(entry.departmentId), district) !== null;
}

function putEntry(
  directory: Directory,
  id: string,
  input: RosterEntryInput,
  district: string,
  how: 'added' | 'changed',
): Decision<RosterEntry> {
  const entry: RosterEntry = { id, ...input };
  if (!ownOf(directory.department(entry.departmentId), district)) return refuse({ code: 'not-found' });
  const refusal = slipIn(entry) ?? strangerIn(entry, directory);
  if (refusal) return refuse(refusal);
  return accept({ change: { what: 'roster', id, how }, writes: [{ row: 'roster', entry }], value: entry });
}

/** What a schema cannot tell of one entry. */
function slipIn(entry: RosterEntry): OrganisationRefusal | null {
  // Which vehicle a hop means is known from its ticket, and whose phone is in it from the contact.
  if (entry.role === 'vehicle') return { code: 'malformed', path: '/role' };
  if (entry.kind === 'override' && entry.until <= entry.from) return { code: 'malformed', path: '/until' };
  if (entry.kind === 'shift' && new Set(entry.days).size < entry.days.length) {
    return { code: 'malformed', path: '/days' };
  }
  return null;
}

/** A roster names people of its own department; the phone of a vehicle goes where the vehicle goes. */
function strangerIn(entry: RosterEntry, directory: Directory): OrganisationRefusal | null {
  const isOwn = (contactId: string): boolean => {
    const contact = directory.contact(contactId);
    return contact !== null && contact.departmentId === entry.departmentId && contact.role !== 'vehicle';
  };
  const index = namedBy(entry).findIndex((contactId) => !isOwn(contactId));
  if (index < 0) return null;
  return { code: 'contact-unknown', path: entry.kind === 'rotation' ? `/contactIds/${index}` : '/contactId' };
}
