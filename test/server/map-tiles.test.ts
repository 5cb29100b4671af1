import { gunzipSync } from 'node:zlib';
import { createCityMap } from '@faultline/server/src/map/city-map.ts';
import type { GeoData } from '@faultline/server/src/map/geodata.ts';
import { contains, GeoDataError, loadGeoData, ROAD_KINDS } from '@faultline/server/src/map/geodata.ts';
import { mapRoutes } from '@faultline/server/src/map/routes.ts';
import type { TileService } from '@faultline/server/src/map/tiles.ts';
import { createTiles, MAX_TILE_ZOOM } from '@faultline/server/src/map/tiles.ts';
import { VectorTile } from '@mapbox/vector-tile';
import type { FastifyError, LightMyRequestResponse } from 'fastify';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import Pbf from 'pbf';
import { beforeAll, describe, expect, test } from 'vitest';

let data: GeoData;
let tiles: TileService;

beforeAll(async () => {
  data = await loadGeoData();
  tiles = createTiles(data);
});

/** Read by the same library as the one inside the console's map, which is not the one that wrote it. */
function decode(bytes: Uint8Array): VectorTile {
  return new VectorTile(new Pbf(bytes));
}

function tileAt(lon: number, lat: number, z: number): { x: number; y: number } {
  const radians = (lat * Math.PI) / 180;
  return {
    x: Math.floor(((lon + 180) / 360) * 2 ** z),
    y: Math.floor(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** z),
  };
}

function featuresAt(z: number, layer: string, lon = 116.3975, lat = 39.9085) {
  const { x, y } = tileAt(lon, lat, z);
  const tile = tiles.tile(z, x, y);
  const found = tile === null ? undefined : decode(gunzipSync(tile)).layers[layer];
  return Array.from({ length: found?.length ?? 0 }, (_, index) => {
    const feature = found?.feature(index);
    if (feature === undefined) throw new Error(`feature ${index} is missing`);
    return { properties: feature.properties, geometry: feature.toGeoJSON(x, y, z).geometry };
  });
}

describe('the data', () => {
  test('[map] a missing data file is a fault that names the file', async () => {
    const loading = loadGeoData(new URL('file:///nowhere/'));
    await expect(loading).rejects.toThrow(GeoDataError);
    await expect(loading).rejects.toThrow('/nowhere/maps/');
  });

  test('[map] every label of a district lies inside it', () => {
    expect(data.districts).toHaveLength(16);
    for (const district of data.districts)
      expect(contains(district.polygons, district.labelAt), district.name).toBe(true);
  });
});

describe('tiles', () => {
  test('[map] a tile of the centre holds the real roads around Tiananmen', () => {
    const roads = featuresAt(14, 'roads');
    const names = new Set(roads.map(({ properties }) => properties['name']));
    expect(names).toContain('广场东侧路');
    expect(names).toContain('西长安街');
    for (const { properties } of roads) expect(ROAD_KINDS).toContain(properties['kind']);
  });

  test('[map] a line comes back where the source has it', () => {
    const line = featuresAt(16, 'roads', 116.3934, 39.9009).find(
      ({ properties }) => properties['name'] === '广场东侧路',
    );
    const coordinates = line?.geometry.type === 'LineString' ? line.geometry.coordinates : [];
    const nearest = Math.min(...coordinates.map(([lon = 0, lat = 0]) => Math.hypot(lon - 116.393373, lat - 39.900616)));
    expect(nearest).toBeLessThan(0.000_01);
  });

  test('[map] the wider roads come first and every kind has come by the last zoom', () => {
    const kinds = (z: number) => new Set(featuresAt(z, 'roads').map(({ properties }) => properties['kind']));
    expect(kinds(5)).toEqual(new Set());
    expect(kinds(8)).toEqual(new Set(['motorway', 'trunk']));
    expect(kinds(11)).not.toContain('minor');
    expect(kinds(14)).toContain('minor');
    expect(kinds(14)).not.toContain('path');
  });

  test('[map] districts are drawn with one label each', () => {
    const outlines = featuresAt(6, 'districts').map(({ properties }) => properties['name']);
    const labels = featuresAt(6, 'district_labels').map(({ properties }) => properties['name']);
    expect(outlines).toContain('朝阳区');
    expect(labels).toContain('海淀区');
    expect(labels).toHaveLength(16);
    expect(new Set(labels)).toEqual(new Set(outlines));
  });

  test('[map] nothing lies in the ocean', () => {
    expect(tiles.tile(10, 0, 0)).toBeNull();
    expect(tiles.tile(MAX_TILE_ZOOM, 2 ** MAX_TILE_ZOOM - 1, 0)).toBeNull();
  });

  test('[map] a tile is the same from the cache, cut again, and after the index was thrown away', () => {
    const forgetful = createTiles(data, { cacheBytes: 0, cutTiles: 8 });
    for (const z of [9, 12, 15]) {
      const { x, y } = tileAt(116.3975, 39.9085, z);
      const first = tiles.tile(z, x, y);
      expect(first).not.toBeNull();
      expect(tiles.tile(z, x, y)).toBe(first);
      expect(forgetful.tile(z, x, y)).toEqual(first);
      expect(forgetful.tile(z, x, y)).toEqual(first);
    }
  });
});

function get(path: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    reply.code(error.statusCode ?? 500).send({ code: error.validation ? 'malformed' : 'fault' });
  });
  app.register(mapRoutes, { map: createCityMap(async () => data) });
  return app.inject({ url: path, headers });
}

describe('GET /tiles/:z/:x/:y.pbf', () => {
  const CENTRE = { z: 12, ...tileAt(116.3975, 39.9085, 12) };
  const url = `/tiles/${CENTRE.z}/${CENTRE.x}/${CENTRE.y}.pbf`;

  test('[map] answers gzipped to who takes it and plain to who does not', async () => {
    const zipped = await get(url, { 'accept-encoding': 'br, gzip;q=0.8' });
    expect(zipped.statusCode).toBe(200);
    expect(zipped.headers['content-type']).toBe('application/vnd.mapbox-vector-tile');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers['cache-control']).toContain('max-age=86400');

    for (const header of ['identity', 'br', 'gzip;q=0', 'gzip;q=0.000, br', 'x-gzipped']) {
      const plain = await get(url, { 'accept-encoding': header });
      expect(plain.headers['content-encoding'], header).toBeUndefined();
      expect(plain.rawPayload, header).toEqual(gunzipSync(zipped.rawPayload));
    }
    expect(decode(gunzipSync(zipped.rawPayload)).layers['roads']?.length).toBeGreaterThan(100);
  });

  test('[map] a known revision is not sent again', async () => {
    const first = await get(url);
    const again = await get(url, { 'if-none-match': String(first.headers['etag']) });
    expect(again.statusCode).toBe(304);
    expect(again.rawPayload).toHaveLength(0);
  });

  test('[map] an empty tile is 204', async () => {
    const reply = await get('/tiles/10/0/0.pbf');
    expect(reply.statusCode).toBe(204);
  });

  test.each([
    '/tiles/17/107912/49658.pbf',
    '/tiles/3/8/0.pbf',
    '/tiles/3/0/8.pbf',
    '/tiles/-1/0/0.pbf',
    '/tiles/1e1/0/0.pbf',
    '/tiles/0x8/0/0.pbf',
    '/tiles/3/%201/0.pbf',
    '/tiles/3/1.5/0.pbf',
    '/tiles/3/1/a.pbf',
    '/tiles/3/99999999999999999999/0.pbf',
  ])('[map] %s names no tile and is refused', async (nonsense) => {
    const reply = await get(nonsense);
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toEqual({ code: 'malformed' });
  });
});

describe('what stands beside the tiles', () => {
  test('[map] a place has a street and a district, and the open country has neither', async () => {
    const centre = await get('/api/streets?lon=116.3934&lat=39.9009');
    expect(centre.json()).toEqual({ street: '广场东侧路', area: '东城区' });
    const sea = await get('/api/streets?lon=121.5&lat=38');
    expect(sea.json()).toEqual({ street: null, area: null });
  });

  test.each(['lon=&lat=39.9', 'lon=116.4', 'lon=1e2&lat=39.9', 'lon=200&lat=39.9', 'lon=116.4&lat=39.9&zoom=3'])(
    '[map] "%s" names no place and is refused',
    async (query) => {
      const reply = await get(`/api/streets?${query}`);
      expect(reply.statusCode).toBe(400);
      expect(reply.json()).toEqual({ code: 'malformed' });
    },
  );

  test('[map] the attribution names the source and the schematic districts', async () => {
    const reply = await get('/api/map');
    expect(reply.json()).toEqual({ attribution: tiles.attribution, revision: tiles.revision });
    expect(tiles.attribution).toMatch(/OpenStreetMap.*示意/);
  });

  test('[map] the data is read when it is first asked for, once, and again after a failed reading', async () => {
    const readings: string[] = [];
    const map = createCityMap(async () => {
      readings.push('read');
      if (readings.length === 1) throw new GeoDataError('not there yet');
      return data;
    });
    expect(readings).toHaveLength(0);
    await expect(map.tiles()).rejects.toThrow('not there yet');
    const [first, second, streets] = await Promise.all([map.tiles(), map.tiles(), map.streets()]);
    expect(first).toBe(second);
    expect(streets.districtName({ lon: 116.3934, lat: 39.9009 })).toBe('东城区');
    expect(readings).toHaveLength(2);
  });
});
