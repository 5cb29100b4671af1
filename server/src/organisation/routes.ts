import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { contactRoutes } from './contact-routes.ts';
import { departmentRoutes } from './department-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { pronunciationRoutes } from './pronunciation-routes.ts';
import { rosterRoutes } from './roster-routes.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { tradeRoutes } from './trade-routes.ts';
import { userRoutes } from './user-routes.ts';
import { vehicleRoutes } from './vehicle-routes.ts';
import { wallRoutes } from './wall-routes.ts';

/** Everything an administrator sets up, and what the pages read of it. */
export const organisationRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const people = [departmentRoutes, userRoutes, contactRoutes, rosterRoutes, pronunciationRoutes];
  const rooms = [...people, tradeRoutes, vehicleRoutes, policyRoutes, wallRoutes];
  for (const routes of rooms) app.register(routes, parts);
  done();
};
