import type { Department } from '@faultline/shared/organisation/organisation.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import {
  departmentInputSchema,
  departmentSchema,
  departmentsAnswerSchema,
  doneSchema,
} from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Directory } from './directory.ts';
import { useOfDepartment } from './in-use.ts';
import type { Decision } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf } from './route-parts.ts';

/** The service centre, the repair centres and the crews of a district. */
export const departmentRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, store, random } = parts;

  app.get(
    '/api/organisation/departments',
    {
      config: { access: 'organisation.read' },
      schema: {
        summary: 'The departments of the district',
        tags: ['organisation'],
        response: { 200: departmentsAnswerSchema, ...answers },
      },
    },
    async (request, reply) =>
      reply.send({ departments: directory.departments(viewerOf(request).district).map(copyOf) }),
  );

  app.post(
    '/api/organisation/departments',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add a department',
        tags: ['organisation'],
        body: departmentInputSchema,
        response: { 200: departmentSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const department = { ...request.body, id: makeId(random), district: by.district };
      const added = await organisation.change(by, () => putDepartment(directory, department, 'added'));
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/departments/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Change a department, or take it out of service',
        tags: ['organisation'],
        params: idParams,
        body: departmentInputSchema,
        response: { 200: departmentSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const changed = await organisation.change(by, async () => {
        const known = ownOf(directory.department(id), by.district);
        if (!known) return refuse({ code: 'not-found' });
        const isEnding = known.isActive && !request.body.isActive;
        // What an office is decides who may command what; another kind of office is another office.
        const use =
          known.kind !== request.body.kind ? 'kind' : isEnding && (await useOfDepartment(id, by.district, parts));
        if (use) return refuse({ code: 'still-in-use', use });
        return putDepartment(directory, { ...request.body, id, district: by.district }, 'changed');
      });
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.delete(
    '/api/organisation/departments/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Remove a department that nothing has ever named; any other one is taken out of service instead',
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const removed = await organisation.change(by, async () => {
        if (!ownOf(directory.department(id), by.district)) return refuse({ code: 'not-found' });
        const isNamed =
          isNamedInDirectory(directory, id, by.district) || (await store.isNamedByTicket(by.district, id));
        if (isNamed) return refuse({ code: 'still-in-use' });
        return accept({
          change: { what: 'department' as const, id, how: 'removed' as const },
          writes: [{ row: 'department-removed' as const, id }],
          value: {},
        });
      });
      return removed.ok ? reply.send(removed.value) : sendRefusal(reply, removed.refusal);
    },
  );
  done();
};

type DepartmentAnswer = z.infer<typeof departmentSchema>;

function copyOf(department: Department): DepartmentAnswer {
  return { ...department, name: { ...department.name }, areas: [...department.areas] };
}

/** A crew belongs to a repair centre of its own district that is in service. */
function putDepartment(
  directory: Directory,
  department: Department,
  how: 'added' | 'changed',
): Decision<DepartmentAnswer> {
  if (department.centreId !== null) {
    const centre = ownOf(directory.department(department.centreId), department.district);
    const isFit = centre?.kind === 'repair-centre' && (centre.isActive || !department.isActive);
    if (!isFit) return refuse({ code: 'centre-unknown' });
  }
  return accept({
    change: { what: 'department', id: department.id, how },
    writes: [{ row: 'department', department }],
    value: copyOf(department),
  });
}

function isNamedInDirectory(directory: Directory, id: string, district: string): boolean {
  return (
    directory.departments(district).some(({ centreId }) => centreId === id) ||
    directory.vehicles(district).some(({ crewId }) => crewId === id) ||
    directory.users(district).some(({ departmentId }) => departmentId === id) ||
    directory.contacts(id).length > 0
  );
}
