import { maySee } from '@faultline/shared/access/access.ts';
import { redactTicket } from '@faultline/shared/access/redact.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { boardSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { Presence } from '../live/presence.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';
import type { Fleet } from '../vehicle/fleet.ts';

export interface BoardParts {
  readonly store: JournalStore;
  readonly directory: Directory;
  readonly fleet: Fleet;
  readonly presence: Presence;
  readonly clock: Clock;
}

/** The one answer a console begins with; from its cursor on, the console follows the journal. */
export const boardRoutes: FastifyPluginCallbackZod<BoardParts> = (app, parts, done) => {
  const { store, directory, fleet, presence, clock } = parts;
  app.get(
    '/api/board',
    {
      config: { access: 'board.read' },
      schema: {
        summary: 'Open tickets, vehicles and policies at one point of the journal',
        tags: ['live'],
        response: { 200: boardSchema, '4xx': refusalSchema, '5xx': refusalSchema },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const district = directory.district(viewer.district);
      if (!district) return sendRefusal(reply, { code: 'not-found' });
      // Read before the tickets: a commit in between is then applied twice by version, never missed.
      const cursor = await store.head(district.id);
      const tickets = await store.openTickets(district.id);
      const now = clock.now();
      return reply.send({
        cursor,
        now,
        district,
        departments: [...directory.departments(district.id)],
        trades: [...directory.trades(district.id)],
        vehicles: [...directory.vehicles(district.id)],
        policies: [...directory.policies(district.id)],
        tickets: tickets.filter((ticket) => maySee(viewer, ticket)).map((ticket) => redactTicket(viewer, ticket)),
        positions: fleet.snapshot(district.id, now),
        connectedVehicleIds: presence.connectedVehicleIds(district.id),
      });
    },
  );
  done();
};
