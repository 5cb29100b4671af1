import { accept, refuse } from '@faultline/shared/outcome.ts';
import { doneSchema, tradeInputSchema, tradeSchema, tradesAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { viewerOf } from '../access/guard.ts';
import { makeId } from '../access/tokens.ts';
import { sendRefusal } from '../http/refusal.ts';
import type { OrganisationRouteParts } from './route-parts.ts';
import { answers, changerOf, idParams } from './route-parts.ts';

/** What crews can do: distribution, cable, metering, live work. */
export const tradeRoutes: FastifyPluginCallbackZod<OrganisationRouteParts> = (app, parts, done) => {
  const { organisation, directory, random } = parts;
  const isOwn = (id: string, district: string): boolean => directory.trades(district).some((trade) => trade.id === id);

  app.get(
    '/api/organisation/trades',
    {
      config: { access: 'organisation.read' },
      schema: {
        summary: 'The trades of the district',
        tags: ['organisation'],
        response: { 200: tradesAnswerSchema, ...answers },
      },
    },
    async (request, reply) => reply.send({ trades: [...directory.trades(viewerOf(request).district)] }),
  );

  app.post(
    '/api/organisation/trades',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Add a trade',
        tags: ['organisation'],
        body: tradeInputSchema,
        response: { 200: tradeSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const trade = { id: makeId(random), name: request.body.name };
      const added = await organisation.change(by, () =>
        accept({
          change: { what: 'trade' as const, id: trade.id, how: 'added' as const },
          writes: [{ row: 'trade' as const, district: by.district, trade }],
          value: trade,
        }),
      );
      return added.ok ? reply.send(added.value) : sendRefusal(reply, added.refusal);
    },
  );

  app.put(
    '/api/organisation/trades/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Rename a trade',
        tags: ['organisation'],
        params: idParams,
        body: tradeInputSchema,
        response: { 200: tradeSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const trade = { id: request.params.id, name: request.body.name };
      const changed = await organisation.change(by, () => {
        if (!isOwn(trade.id, by.district)) return refuse({ code: 'not-found' });
        return accept({
          change: { what: 'trade' as const, id: trade.id, how: 'changed' as const },
          writes: [{ row: 'trade' as const, district: by.district, trade }],
          value: trade,
        });
      });
      return changed.ok ? reply.send(changed.value) : sendRefusal(reply, changed.refusal);
    },
  );

  app.delete(
    '/api/organisation/trades/:id',
    {
      config: { access: 'organisation.write' },
      schema: {
        summary: 'Remove a trade that no vehicle has',
        tags: ['organisation'],
        params: idParams,
        response: { 200: doneSchema, ...answers },
      },
    },
    async (request, reply) => {
      const by = changerOf(request);
      const { id } = request.params;
      const removed = await organisation.change(by, () => {
        if (!isOwn(id, by.district)) return refuse({ code: 'not-found' });
        const isUsed = directory.vehicles(by.district).some(({ tradeIds }) => tradeIds.includes(id));
        if (isUsed) return refuse({ code: 'still-in-use', use: 'vehicle' });
        return accept({
          change: { what: 'trade' as const, id, how: 'removed' as const },
          writes: [{ row: 'trade-removed' as const, id }],
          value: {},
        });
      });
      return removed.ok ? reply.send(removed.value) : sendRefusal(reply, removed.refusal);
    },
  );
  done();
};
