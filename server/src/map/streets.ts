import type { GeoData } from './geodata.ts';
import { contains } from './geodata.ts';
import type { LonLat } from './local-metres.ts';
import { distanceToSegmentMetres } from './local-metres.ts';
import { PlaceGrid } from './place-grid.ts';

/** What an agent would type for a place on the map. */
export interface Streets {
  /** The Chinese name of the nearest street that has one, within `withinM` metres (default 400), or null. */
  nearestStreetName(place: LonLat, withinM?: number): string | null;
  /** The district that contains the place, or null outside all of them. */
  districtName(place: LonLat): string | null;
}

/** A person gives the street that he can see: beyond this the name of a street says nothing about the place. */
const STREET_WITHIN_M = 400;

interface NamedStretch {
  readonly name: string;
  readonly start: LonLat;
  readonly end: LonLat;
}

export function createStreets(data: GeoData): Streets {
  const streets = namedStreets(data);
  return {
    nearestStreetName(place, withinM = STREET_WITHIN_M) {
      const distance = (street: NamedStretch) => distanceToSegmentMetres(place, street.start, street.end);
      return streets.nearest(place, distance, withinM)?.name ?? null;
    },
    districtName: (place) => data.districts.find(({ polygons }) => contains(polygons, place))?.name ?? null,
  };
}

/** The Chinese part of a street's name ("安翔路 (ānxiáng lù)" is 安翔路), as an agent would type it. Null for names that
 *  are romanised throughout, for bridges (which lie across the street they are asked for), and for broken text. */
export function chineseStreetName(name: string | null): string | null {
  const chinese = name?.match(/^[\p{Script=Han}\d]+/u)?.[0] ?? '';
  const isUsable = /^\p{Script=Han}{2}/u.test(chinese) && !chinese.endsWith('桥') && !name?.includes('?');
  return isUsable ? chinese : null;
}

function namedStreets(data: GeoData): PlaceGrid<NamedStretch> {
  const grid = new PlaceGrid<NamedStretch>();
  for (const { name, kind, isLink, line } of data.ways) {
    // Nobody lives on a motorway, and a ramp's name is that of an interchange.
    const street = isLink || kind === 'motorway' || kind === 'path' ? null : chineseStreetName(name);
    if (street === null) continue;
    for (const [index, [endLon, endLat]] of line.entries()) {
      const before = line[index - 1];
      if (before === undefined) continue;
      const stretch = { name: street, start: { lon: before[0], lat: before[1] }, end: { lon: endLon, lat: endLat } };
      grid.addAlong(stretch.start, stretch.end, stretch);
    }
  }
  return grid;
}
