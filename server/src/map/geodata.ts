import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import type { LonLat } from './local-metres.ts';

/** The classes that maps draw and routes prefer, from the widest road down; the source's finer ones are folded in. */
export const ROAD_KINDS = ['motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'minor', 'path'] as const;
export type RoadKind = (typeof ROAD_KINDS)[number];

/** Degrees as GeoJSON writes them: `[lon, lat]`, WGS-84. */
export type Position = readonly [lon: number, lat: number];

export interface RoadWay {
  readonly kind: RoadKind;
  /** A ramp or slip road between two roads of this kind. */
  readonly isLink: boolean;
  /** Traffic runs only in the order of `line`. */
  readonly isOneway: boolean;
  readonly name: string | null;
  /** As the source has it: mostly a value by class rather than a sign read on the street. */
  readonly maxSpeedKmh: number | null;
  readonly line: readonly Position[];
}

export interface District {
  readonly adcode: string;
  readonly name: string;
  /** Polygons of rings of positions: the first ring is the outline, further ones are holes. */
  readonly polygons: readonly (readonly (readonly Position[])[])[];
  /** Where a label stands well: inside the largest part, far from its edge. */
  readonly labelAt: LonLat;
}

export interface GeoData {
  readonly ways: readonly RoadWay[];
  readonly districts: readonly District[];
  /** The sentence that every map showing this data must carry; the notice file says why. */
  readonly attribution: string;
  /** Changes whenever a data file changes: the revision in cache validators. */
  readonly digest: string;
}

/** The bundled map data is missing or not what it should be: a fault of the installation, not of a request. */
export class GeoDataError extends Error {
  override readonly name = 'GeoDataError';
}

const BUNDLED_ASSETS = new URL('../../assets/', import.meta.url);
const WAYS_FILE = 'maps/beijing-ways-wgs84.geojson.gz';
const DISTRICTS_FILE = 'maps/beijing-districts-simplified.geojson.gz';
const ATTRIBUTION = '© OpenStreetMap contributors (ODbL) · 区界为示意 Districts schematic';

/** A zip bomb in place of a data file must not take the process down: the bundled ones unpack to 4 MB. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]);
const waysFile = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        highway: z.string(),
        oneway: z.union([z.literal(0), z.literal(1)]),
        name: z.string().optional(),
        maxspeed: z.number().positive().optional(),
      }),
      geometry: z.object({ type: z.literal('LineString'), coordinates: z.array(position).min(2) }),
    }),
  ),
});
const districtsFile = z.object({
  features: z.array(
    z.object({
      properties: z.object({ adcode: z.string(), name: z.string() }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position).min(4)).min(1) }),
        z.object({
          type: z.literal('MultiPolygon'),
          coordinates: z.array(z.array(z.array(position).min(4)).min(1)).min(1),
        }),
      ]),
    }),
  ),
});

const unzip = promisify(gunzip);

/** Reads a gzipped data file whole. Throws `GeoDataError` naming the file when it cannot be read or unpacked. */
export async function readAsset(file: string, assets: URL = BUNDLED_ASSETS): Promise<Buffer> {
  const path = fileURLToPath(new URL(file, assets));
  try {
    return await unzip(await readFile(path), { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (cause) {
    throw new GeoDataError(`data file ${path} cannot be read`, { cause });
  }
}

/** Loads and checks the bundled roads and districts once (about a fifth of a second); the caller keeps the result. */
export async function loadGeoData(assets: URL = BUNDLED_ASSETS): Promise<GeoData> {
  const [waysBytes, districtsBytes] = await Promise.all([
    readAsset(WAYS_FILE, assets),
    readAsset(DISTRICTS_FILE, assets),
  ]);
  return {
    ways: parseFile(WAYS_FILE, waysFile, waysBytes).features.flatMap(({ properties, geometry }) => {
      const road = roadClass(properties.highway);
      if (road === null) return [];
      return {
        ...road,
        isOneway: properties.oneway === 1,
        name: properties.name ?? null,
        maxSpeedKmh: properties.maxspeed ?? null,
        line: geometry.coordinates,
      };
    }),
    districts: parseFile(DISTRICTS_FILE, districtsFile, districtsBytes).features.map(({ properties, geometry }) => {
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
      return { adcode: properties.adcode, name: properties.name, polygons, labelAt: labelPoint(polygons) };
    }),
    attribution: ATTRIBUTION,
    digest: createHash('sha256').update(waysBytes).update(districtsBytes).digest('hex').slice(0, 12),
  };
}

function parseFile<Schema extends z.ZodType>(file: string, schema: Schema, bytes: Buffer): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new GeoDataError(`data file ${file} has not the expected shape`, { cause });
  }
}

/** `null` for what is not a road at all: platforms, waterways filed as "other", and mistyped leftovers. */
function roadClass(highway: string): { readonly kind: RoadKind; readonly isLink: boolean } | null {
  const isLink = highway.endsWith('_link');
  const base = isLink ? highway.slice(0, -'_link'.length) : highway;
  switch (base) {
    case 'motorway':
    case 'trunk':
    case 'primary':
    case 'secondary':
    case 'tertiary':
      return { kind: base, isLink };
    case 'residential':
    case 'unclassified':
    case 'living_street':
    case 'service':
    case 'road':
      return { kind: 'minor', isLink: false };
    case 'footway':
    case 'cycleway':
    case 'pedestrian':
    case 'steps':
    case 'path':
    case 'track':
      return { kind: 'path', isLink: false };
    default:
      return null;
  }
}

/** True when the point lies in one of the polygons and in none of their holes (even-odd rule over all rings). */
export function contains(polygons: District['polygons'], point: LonLat): boolean {
  let isInside = false;
  for (const rings of polygons) {
    for (const ring of rings) {
      let previous = ring.at(-1);
      for (const corner of ring) {
        if (previous !== undefined && corner[1] > point.lat !== previous[1] > point.lat) {
          const crossingLon =
            corner[0] + ((point.lat - corner[1]) / (previous[1] - corner[1])) * (previous[0] - corner[0]);
          if (point.lon < crossingLon) isInside = !isInside;
        }
        previous = corner;
      }
    }
  }
  return isInside;
}

/** The inner point of a coarse grid that is farthest from the corners of the largest outline. A label needs no better,
 *  and a centroid would fall outside the crescent-shaped districts. */
function labelPoint(polygons: District['polygons']): LonLat {
  const outline = polygons.map((rings) => rings[0] ?? []).reduce((a, b) => (b.length > a.length ? b : a));
  const lons = outline.map(([lon]) => lon);
  const lats = outline.map(([, lat]) => lat);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  let best: { point: LonLat; clearance: number } = {
    point: { lon: (west + east) / 2, lat: (south + north) / 2 },
    clearance: -1,
  };
  const GRID = 24;
  for (let column = 1; column < GRID; column++) {
    for (let row = 1; row < GRID; row++) {
      const point = { lon: west + ((east - west) * column) / GRID, lat: south + ((north - south) * row) / GRID };
      if (!contains([[outline]], point)) continue;
      const clearance = Math.min(...outline.map(([lon, lat]) => Math.hypot(lon - point.lon, lat - point.lat)));
      if (clearance > best.clearance) best = { point, clearance };
    }
  }
  return best.point;
}
