import { mayReadContactsOf } from '@faultline/shared/access/access.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import { maskPhone } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import { contactInputSchema, contactSchema, contactsAnswerSchema, doneSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from './directory.ts';
import { rosterUseOf } from './in-use.ts';
import type { Decision, OrganisationRefusal } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf } from './route-parts.ts';

/** Duty phones, chiefs and the phones of vehicles. A call that was made keeps the name and role it was made to, whatever becomes of the contact. */
export const contactRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, random } = parts;

  app.get(
    '/api/organisation/contacts',
    {
      config: { access: 'organisation.read' },
      schema: {
        summary: 'All contacts of the district; numbers are masked for an office that has no right to them',
        tags: ['organisation'],
        response: { 200: contactsAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const contacts = directory.departments(viewer.district).flatMap((department) => {
        const isEntitled = mayReadContactsOf(viewer, department);
        return directory.contacts(department.id).map((contact) => shown(contact, isEntitled));
      });
      return reply.send({ contacts });
    },
  );

  app.post(
    '/api/organisation/contacts',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add a contact of a department',
        tags: ['organisation'],
        body: contactInputSchema,
        response: { 200: contactSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const contact = { ...request.body, id: makeId(random) };
      const added = await organisation.change(by, () => putContact(directory, contact, by.district, 'added'));
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/contacts/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Change a contact',
        tags: ['organisation'],
        params: idParams,
        body: contactInputSchema,
        response: { 200: contactSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const contact = { ...request.body, id: request.params.id };
      const changed = await organisation.change(by, () => {
        const known = ownContact(directory, contact.id, by.district);
        if (!known) return refuse({ code: 'contact-unknown' });
        const isLeaving = known.departmentId !== contact.departmentId || contact.role === 'vehicle';
        const entries = isLeaving ? rosterUseOf(known, directory) : [];
        if (entries.length > 0) return refuse(namedIn(entries));
        return putContact(directory, contact, by.district, 'changed');
      });
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.delete(
    '/api/organisation/contacts/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Remove a contact whom the roster does not name',
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const removed = await organisation.change(by, () => {
        const known = ownContact(directory, id, by.district);
        if (!known) return refuse({ code: 'contact-unknown' });
        const entries = rosterUseOf(known, directory);
        if (entries.length > 0) return refuse(namedIn(entries));
        return accept({
          change: { what: 'contact' as const, id, how: 'removed' as const },
          writes: [{ row: 'contact-removed' as const, id }],
          value: {},
        });
      });
      return removed.ok ? reply.send(removed.value) : sendRefusal(reply, removed.refusal);
    },
  );
  done();
};

function shown(contact: Contact, isEntitled: boolean): Contact {
  return isEntitled ? { ...contact } : { ...contact, phone: maskPhone(contact.phone) };
}

function ownContact(directory: Directory, id: string, district: string): Contact | null {
  const contact = directory.contact(id);
  return contact && ownOf(directory.department(contact.departmentId), district) ? contact : null;
}

/** A shift without its person would be a hole that nobody has decided on. */
function namedIn(entries: readonly RosterEntry[]): OrganisationRefusal {
  return { code: 'still-in-use', use: 'roster', entryIds: entries.map(({ id }) => id) };
}

function putContact(
  directory: Directory,
  contact: Contact,
  district: string,
  how: 'added' | 'changed',
): Decision<Contact> {
  if (!ownOf(directory.department(contact.departmentId), district)) return refuse({ code: 'not-found' });
  if (contact.vehicleId !== null) {
    const vehicle = ownOf(directory.vehicle(contact.vehicleId), district);
    if (vehicle?.crewId !== contact.departmentId) return refuse({ code: 'vehicle-not-of-crew' });
  }
  return accept({
    change: { what: 'contact', id: contact.id, how },
    writes: [{ row: 'contact', contact }],
    value: contact,
  });
}
