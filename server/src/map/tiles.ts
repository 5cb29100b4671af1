import { gzipSync } from 'node:zlib';
import type { LegacyFeature, LegacyTile } from 'geojson-vt';
import GeoJSONVT from 'geojson-vt';
import { fromGeojsonVt } from 'vt-pbf';
import type { District, GeoData, RoadKind, RoadWay } from './geodata.ts';

/**
 * Vector tiles of the bundled map, in three layers:
 * `roads` (lines: `kind` of `ROAD_KINDS`, `link` = true on ramps, `name` where known),
 * `districts` (polygons: `name`, `adcode`) and `district_labels` (one point per district: `name`, `adcode`).
 */
export interface TileService {
  /** The gzipped Mapbox Vector Tile (version 2, extent 4096), or `null` when nothing lies in the tile.
   *  `z` in 0…`maxZoom`, `x` and `y` in 0…2^z − 1; a viewer enlarges `maxZoom` tiles beyond that (0.15 m per unit). */
  tile(z: number, x: number, y: number): Buffer | null;
  readonly maxZoom: number;
  readonly attribution: string;
  /** Changes with the data and with the way it is cut. */
  readonly revision: string;
}

export interface TileLimits {
  /** Sum of the gzipped tiles kept for the next request. */
  readonly cacheBytes: number;
  /** `geojson-vt` keeps every tile that it ever cut. After this many its index is built afresh (about 0.1 s), so that
   *  a crawler walking all of zoom 16 cannot fill the memory. */
  readonly cutTiles: number;
}

export const MAX_TILE_ZOOM = 16;
const EXTENT = 4096;
/** Part of every cache validator: to be raised when the layers, their properties or the zoom rules below change. */
const CUT_VERSION = 1;
const DEFAULT_LIMITS: TileLimits = { cacheBytes: 24 * 1024 * 1024, cutTiles: 1_000 };

/** The first zoom at which a road of the kind is in the tile: below it, it would be a grey smear and half the bytes. */
const ROADS_FROM_ZOOM: Readonly<Record<RoadKind, number>> = {
  motorway: 6,
  trunk: 7,
  primary: 9,
  secondary: 10,
  tertiary: 11,
  minor: 13,
  path: 15,
};
const LINKS_LATER_BY = 2;

interface Layer {
  readonly name: string;
  readonly build: () => GeoJSONVT;
  index: GeoJSONVT;
}

export function createTiles(data: GeoData, limits: TileLimits = DEFAULT_LIMITS): TileService {
  const layers = [
    layer('districts', () => indexOf(data.districts.map(districtFeature))),
    layer('roads', () => indexOf(data.ways.map(roadFeature))),
    layer('district_labels', () => indexOf(data.districts.map(labelFeature))),
  ];
  const cache = new ByteBoundCache(limits.cacheBytes);
  return {
    tile(z, x, y) {
      const key = `${z}/${x}/${y}`;
      const known = cache.get(key);
      if (known !== undefined) return known;
      const cut = cutTile(layers, z, x, y);
      for (const each of layers) {
        if (each.index.tileCoords.length > limits.cutTiles) each.index = each.build();
      }
      if (cut === null) return null;
      cache.set(key, cut);
      return cut;
    },
    maxZoom: MAX_TILE_ZOOM,
    attribution: data.attribution,
    revision: `${data.digest}.${CUT_VERSION}`,
  };
}

function layer(name: string, build: () => GeoJSONVT): Layer {
  return { name, build, index: build() };
}

function cutTile(layers: readonly Layer[], z: number, x: number, y: number): Buffer | null {
  const filled: Record<string, LegacyTile> = {};
  for (const { name, index } of layers) {
    const features = (index.getTile(z, x, y)?.features ?? []).filter((feature) => isShownAt(feature, z));
    if (features.length > 0) filled[name] = { features };
  }
  if (Object.keys(filled).length === 0) return null;
  return gzipSync(fromGeojsonVt(filled, { version: 2, extent: EXTENT }));
}

function isShownAt(feature: LegacyFeature, z: number): boolean {
  const kind = feature.tags?.['kind'];
  if (typeof kind !== 'string' || !isRoadKind(kind)) return true;
  return z >= ROADS_FROM_ZOOM[kind] + (feature.tags?.['link'] === true ? LINKS_LATER_BY : 0);
}

function isRoadKind(kind: string): kind is RoadKind {
  return Object.hasOwn(ROADS_FROM_ZOOM, kind);
}

type TileFeature =
  | ReturnType<typeof roadFeature>
  | ReturnType<typeof districtFeature>
  | ReturnType<typeof labelFeature>;

function indexOf(features: TileFeature[]): GeoJSONVT {
  return new GeoJSONVT({ type: 'FeatureCollection', features }, { maxZoom: MAX_TILE_ZOOM, extent: EXTENT });
}

function roadFeature(way: RoadWay) {
  return {
    type: 'Feature' as const,
    properties: {
      kind: way.kind,
      ...(way.isLink ? { link: true } : {}),
      ...(way.name === null ? {} : { name: way.name }),
    },
    geometry: { type: 'LineString' as const, coordinates: way.line.map(([lon, lat]) => [lon, lat]) },
  };
}

function districtFeature(district: District) {
  return {
    type: 'Feature' as const,
    properties: { name: district.name, adcode: district.adcode },
    geometry: {
      type: 'MultiPolygon' as const,
      coordinates: district.polygons.map((rings) => rings.map((ring) => ring.map(([lon, lat]) => [lon, lat]))),
    },
  };
}

function labelFeature(district: District) {
  return {
    type: 'Feature' as const,
    properties: { name: district.name, adcode: district.adcode },
    geometry: { type: 'Point' as const, coordinates: [district.labelAt.lon, district.labelAt.lat] },
  };
}

/** Least recently used first out; a `Map` keeps the order of insertion, so a read moves its entry to the end. */
class ByteBoundCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Buffer>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Buffer | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: Buffer): void {
    this.#entries.set(key, value);
    this.#bytes += value.byteLength;
    for (const [oldestKey, oldest] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldestKey);
      this.#bytes -= oldest.byteLength;
    }
  }
}
