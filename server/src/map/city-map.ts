import type { GeoData } from './geodata.ts';
import { loadGeoData } from './geodata.ts';
import type { Streets } from './streets.ts';
import { createStreets } from './streets.ts';
import type { TileService } from './tiles.ts';
import { createTiles } from './tiles.ts';

/** What the server knows of the city: read when it is first asked for, so that it is up before the map is. */
export interface CityMap {
  tiles(): Promise<TileService>;
  streets(): Promise<Streets>;
}

/**
 * The data is read once, by the first who asks (about half a second of a core for the bundled city). A failed reading
 * is forgotten, so that a file put right is found by the next request.
 */
export function createCityMap(load: () => Promise<GeoData> = loadGeoData): CityMap {
  const data = once(load);
  return {
    tiles: once(async () => createTiles(await data())),
    streets: once(async () => createStreets(await data())),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
