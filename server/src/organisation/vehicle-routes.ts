import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import {
  doneSchema,
  dutyBodySchema,
  enrolmentCodeSchema,
  vehicleInputSchema,
  vehicleSchema,
  vehiclesAnswerSchema,
} from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { OrganisationWrite } from '../store/organisation-store.ts';
import type { Directory } from './directory.ts';
import { useOfVehicle } from './in-use.ts';
import type { Decision } from './organisation.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams, ownOf, recordAct } from './route-parts.ts';

/** Vehicles, their devices and their duty. A vehicle is never removed: its index would be given to another one. */
export const vehicleRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, access, random } = parts;

  app.get(
    '/api/organisation/vehicles',
    {
      config: { access: 'organisation.read' },
      schema: {
        summary: 'The vehicles of the district, and which of them have a paired device',
        tags: ['organisation'],
        response: { 200: vehiclesAnswerSchema, ...answers },
      },
    },
    async (request, reply) => {
      const vehicles = directory.vehicles(viewerOf(request).district);
      const paired = access.devices.pairedAt('vehicle');
      const pairedAt = Object.fromEntries([...paired].filter(([id]) => vehicles.some((vehicle) => vehicle.id === id)));
      return reply.send({ vehicles: vehicles.map(copyOf), pairedAt });
    },
  );

  app.post(
    '/api/organisation/vehicles',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add a vehicle; it begins off duty',
        tags: ['organisation'],
        body: vehicleInputSchema,
        response: { 200: vehicleSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const id = makeId(random);
      const added = await organisation.change(by, () => {
        const index = directory.vehicles(by.district).length;
        return putVehicle(directory, { ...request.body, id, district: by.district, index, duty: 'off-duty' }, 'added');
      });
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/vehicles/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Change a vehicle, or take it out of service, which ends its device',
        tags: ['organisation'],
        params: idParams,
        body: vehicleInputSchema,
        response: { 200: vehicleSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const changed = await organisation.change(by, async () => {
        const known = ownOf(directory.vehicle(id), by.district);
        if (!known) return refuse({ code: 'vehicle-unknown' });
        const isLeaving = known.crewId !== request.body.crewId || (known.isActive && !request.body.isActive);
        const use = isLeaving && (await useOfVehicle(id, by.district, parts.journal));
        if (use) return refuse({ code: 'still-in-use', use });
        return putVehicle(directory, { ...known, ...request.body }, 'changed');
      });
      if (changed.ok && !changed.value.isActive) await access.devices.revoke('vehicle', id);
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.post(
    '/api/organisation/vehicles/:id/enrolment',
    {
      config: { access: 'vehicle.enrol' },
      schema: {
        summary: "A one-time code for the vehicle's device; older codes are void",
        tags: ['organisation'],
        params: idParams,
        response: { 200: enrolmentCodeSchema, ...answers },
      },
    },
    async (request, reply) => {
      const vehicle = ownOf(directory.vehicle(request.params.id), viewerOf(request).district);
      if (!vehicle?.isActive) return sendRefusal(reply, { code: 'vehicle-unknown' });
      await recordAct(parts, viewerOf(request), 'vehicle.enrolment-code', vehicle.id);
      return reply.send(await access.devices.issueCode('vehicle', vehicle.id));
    },
  );

  app.post(
    '/api/organisation/vehicles/:id/revoke',
    {
      config: { access: 'vehicle.enrol' },
      schema: {
        summary: "End the vehicle's device and its codes at once",
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const vehicle = ownOf(directory.vehicle(request.params.id), viewerOf(request).district);
      if (!vehicle) return sendRefusal(reply, { code: 'vehicle-unknown' });
      await access.devices.revoke('vehicle', vehicle.id);
      await recordAct(parts, viewerOf(request), 'vehicle.revoke', vehicle.id);
      return reply.send({});
    },
  );

  app.post(
    '/api/vehicles/:id/duty',
    {
      config: { access: 'vehicle.duty' },
      schema: {
        summary: 'Put a vehicle on duty, on a pause or off duty',
        tags: ['vehicles'],
        params: idParams,
        body: dutyBodySchema,
        response: { 200: vehicleSchema, ...answers },
      },
    },
    async (request, reply) => {
      const { duty } = request.body;
      const changed = await organisation.changeDuty({ vehicleId: request.params.id, duty, by: viewerOf(request) });
      return changed.ok ? reply.send(copyOf(changed.value)) : sendRefusal(reply, changed.refusal);
    },
  );
  done();
};

type VehicleAnswer = z.infer<typeof vehicleSchema>;

function copyOf(vehicle: Vehicle): VehicleAnswer {
  return { ...vehicle, tradeIds: [...vehicle.tradeIds] };
}

function putVehicle(directory: Directory, vehicle: Vehicle, how: 'added' | 'changed'): Decision<VehicleAnswer> {
  const crew = ownOf(directory.department(vehicle.crewId), vehicle.district);
  if (crew?.kind !== 'crew' || (vehicle.isActive && !crew.isActive)) return refuse({ code: 'crew-unknown' });
  const known = new Set(directory.trades(vehicle.district).map(({ id }) => id));
  const unknown = vehicle.tradeIds.findIndex((id) => !known.has(id));
  if (unknown >= 0) return refuse({ code: 'malformed', path: `/tradeIds/${unknown}` });
  if (new Set(vehicle.tradeIds).size < vehicle.tradeIds.length) return refuse({ code: 'malformed', path: '/tradeIds' });
  return accept({
    change: { what: 'vehicle', id: vehicle.id, how },
    writes: [{ row: 'vehicle', vehicle }, ...movedPhones(directory, vehicle)],
    value: copyOf(vehicle),
  });
}

/** Its phone is in the vehicle: where the one goes, the other does. */
function movedPhones(directory: Directory, { id, crewId }: Vehicle): readonly OrganisationWrite[] {
  const was = directory.vehicle(id)?.crewId ?? crewId;
  if (was === crewId) return [];
  const phones = directory.contacts(was).filter(({ vehicleId }) => vehicleId === id);
  return phones.map((phone) => ({ row: 'contact', contact: { ...phone, departmentId: crewId } }));
}
