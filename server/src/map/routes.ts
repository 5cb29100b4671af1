import { gunzipSync } from 'node:zlib';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import { mapAnswerSchema, streetAnswerSchema, streetQuerySchema } from '@faultline/shared/wire/http.ts';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CityMap } from './city-map.ts';
import { MAX_TILE_ZOOM } from './tiles.ts';

/** Plain decimal digits only: `Number` alone would let `1e1`, ` 7` and `0x8` through as tile numbers. */
const tileNumber = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

const tileParams = z
  .strictObject({ z: tileNumber, x: tileNumber, y: tileNumber })
  .refine((tile) => tile.z <= MAX_TILE_ZOOM, { path: ['z'], message: `zoom is 0 to ${MAX_TILE_ZOOM}` })
  .refine((tile) => tile.x < 2 ** tile.z && tile.y < 2 ** tile.z, { path: ['x'], message: 'x and y are below 2^z' });

/** Tiles change only with the shipped data, whose revision is in the validator: a day without asking, then a cheap 304. */
const CACHE_CONTROL = 'public, max-age=86400, stale-while-revalidate=604800';

const refusals = { '4xx': refusalSchema, '5xx': refusalSchema };

/**
 * The offline base map. `GET /tiles/:z/:x/:y.pbf` as Mapbox Vector Tiles: 200 with the tile, 204 where nothing lies,
 * 304 for a known revision; numbers that name no tile are a validation error of the root's error handler. The map's
 * data is public (ODbL), so it asks for no session; what street lies at a place is asked at a desk and does.
 */
export const mapRoutes: FastifyPluginCallbackZod<{ readonly map: CityMap }> = (app, { map }, done) => {
  app.get(
    '/tiles/:z/:x/:y.pbf',
    {
      config: { access: 'public' },
      schema: { summary: 'Vector tile of the offline base map', tags: ['map'], params: tileParams },
    },
    async (request, reply) => {
      const tiles = await map.tiles();
      // The validator is weak because the same tile leaves both gzipped and plain.
      const etag = `W/"${tiles.revision}"`;
      reply.header('cache-control', CACHE_CONTROL).header('etag', etag).header('vary', 'accept-encoding');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      const tile = tiles.tile(request.params.z, request.params.x, request.params.y);
      if (tile === null) return reply.code(204).send();
      reply.type('application/vnd.mapbox-vector-tile');
      if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(gunzipSync(tile));
      return reply.header('content-encoding', 'gzip').send(tile);
    },
  );

  app.get(
    '/api/map',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The attribution that a map of these tiles must show',
        tags: ['map'],
        response: { 200: mapAnswerSchema, ...refusals },
      },
    },
    async () => {
      const { attribution, revision } = await map.tiles();
      return { attribution, revision };
    },
  );

  app.get(
    '/api/streets',
    {
      config: { access: 'board.read' },
      schema: {
        summary: 'The nearest named street and the district of a place',
        tags: ['map'],
        querystring: streetQuerySchema,
        response: { 200: streetAnswerSchema, ...refusals },
      },
    },
    async (request) => {
      const streets = await map.streets();
      return { street: streets.nearestStreetName(request.query), area: streets.districtName(request.query) };
    },
  );
  done();
};

function acceptsGzip(header: string | string[] | undefined): boolean {
  const offers = String(header ?? '').toLowerCase();
  return /(^|[,\s])gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+)?\s*(,|$)/.test(offers);
}
