import type { RoadWay } from '@faultline/server/src/map/geodata.ts';
import { distanceMetres } from '@faultline/server/src/map/local-metres.ts';
import { chineseStreetName } from '@faultline/server/src/map/streets.ts';
import { MinHeap } from '@faultline/server/src/shift/fastest-path.ts';
import { buildRoadNetwork, drivingKmh } from '@faultline/server/src/shift/road-network.ts';
import { alongRoute, createRoads } from '@faultline/server/src/shift/roads.ts';
import { seededRandom } from '@faultline/server/src/shift/seeded-random.ts';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BundledCity } from '../support/bundled-city.ts';
import { bundledCity } from '../support/bundled-city.ts';

let city: BundledCity;
/** Every stretch that may be driven, as "from>to". */
let drivable: Set<string>;

const key = ([lon, lat]: readonly [number, number]) => `${lon.toFixed(6)},${lat.toFixed(6)}`;

function stretchesOf(ways: readonly RoadWay[]): Set<string> {
  const stretches = new Set<string>();
  for (const way of ways) {
    if (drivingKmh(way) === 0) continue;
    for (const [index, end] of way.line.entries()) {
      const start = way.line[index - 1];
      if (start === undefined) continue;
      stretches.add(`${key(start)}>${key(end)}`);
      if (!way.isOneway) stretches.add(`${key(end)}>${key(start)}`);
    }
  }
  return stretches;
}

beforeAll(async () => {
  city = await bundledCity();
  drivable = stretchesOf(city.data.ways);
});

describe('routes in the bundled city', () => {
  test('[shift] every metre of a route is a real way in its allowed direction', () => {
    const random = seededRandom(20, 'routes');
    for (let trip = 0; trip < 40; trip++) {
      const from = city.roads.nodePlace(random.below(city.roads.nodeCount));
      const to = city.roads.nodePlace(random.below(city.roads.nodeCount));
      const route = city.roads.route(from, to);
      const forbidden: string[] = [];
      expect(route.points[0]).toEqual([from.lon, from.lat]);
      expect(route.points.at(-1)).toEqual([to.lon, to.lat]);
      for (const [index, end] of route.points.entries()) {
        const start = route.points[index - 1];
        if (start !== undefined && !drivable.has(`${key(start)}>${key(end)}`))
          forbidden.push(`${key(start)}>${key(end)}`);
      }
      expect(forbidden).toEqual([]);
      expect(route.lengthM).toBeGreaterThanOrEqual(distanceMetres(from, to) * 0.999);
      expect(route.cumulative).toHaveLength(route.points.length);
      expect(route.cumulative.at(-1)).toBe(route.lengthM);
    }
  });

  test('[shift] the way there and the way back differ where streets are one-way', () => {
    const east = { lon: 116.46, lat: 39.91 };
    const west = { lon: 116.33, lat: 39.91 };
    const there = city.roads.route(west, east).points.map(key);
    const back = city.roads.route(east, west).points.map(key);
    expect(back.toReversed()).not.toEqual(there);
  });

  test('[shift] a place off the road is joined to its nearest node, and staying is a route of one point', () => {
    const yard = { lon: 116.391, lat: 39.918 };
    const node = city.roads.nodePlace(city.roads.nearestNode(yard));
    const route = city.roads.route(yard, node);
    expect(route.points).toHaveLength(2);
    expect(route.lengthM).toBeCloseTo(distanceMetres(yard, node), 6);
    const staying = city.roads.route(node, node);
    expect(staying).toMatchObject({ lengthM: 0, cumulative: [0] });
    expect(alongRoute(staying, 5)).toMatchObject(node);
  });

  test('[shift] the nearest node is the nearest of all', () => {
    const random = seededRandom(4, 'places');
    for (let round = 0; round < 60; round++) {
      const place = { lon: 116.0 + random.unit(), lat: 39.7 + 0.6 * random.unit() };
      const found = distanceMetres(place, city.roads.nodePlace(city.roads.nearestNode(place)));
      let best = Number.POSITIVE_INFINITY;
      for (let node = 0; node < city.roads.nodeCount; node++) {
        best = Math.min(best, distanceMetres(place, city.roads.nodePlace(node)));
      }
      expect(found).toBeCloseTo(best, 6);
    }
  });

  test('[shift] a vehicle moves along its route without a jump and looks where it goes', () => {
    const route = city.roads.route({ lon: 116.3, lat: 39.98 }, { lon: 116.46, lat: 39.87 });
    let previous = alongRoute(route, -10);
    expect(previous).toMatchObject({ lon: 116.3, lat: 39.98 });
    for (let metres = 50; metres <= route.lengthM + 50; metres += 50) {
      const here = alongRoute(route, metres);
      expect(distanceMetres(previous, here)).toBeLessThan(50.5);
      expect(here.headingDeg).toBeGreaterThanOrEqual(0);
      expect(here.headingDeg).toBeLessThan(360);
      previous = here;
    }
    expect(previous).toMatchObject({ lon: 116.46, lat: 39.87 });
  });

  test('[shift] a place gets the street and the district that it lies in, no finer', () => {
    const square = { lon: 116.3934, lat: 39.9009 };
    expect(city.roads.nearestStreetName(square)).toBe('广场东侧路');
    expect(city.roads.districtName(square)).toBe('东城区');
    expect(city.roads.districtName({ lon: 116.3, lat: 39.99 })).toBe('海淀区');
    expect(city.roads.districtName({ lon: 121.47, lat: 31.23 })).toBeNull();
    expect(city.roads.nearestStreetName({ lon: 121.47, lat: 31.23 })).toBeNull();
  });
});

describe('a town of one block', () => {
  const A = [116.4, 39.9] as const;
  const B = [116.401, 39.9] as const;
  const C = [116.401, 39.901] as const;
  const D = [116.4, 39.901] as const;
  const way = (line: RoadWay['line'], rest: Partial<RoadWay> = {}): RoadWay => ({
    kind: 'minor',
    isLink: false,
    isOneway: false,
    name: null,
    maxSpeedKmh: null,
    line,
    ...rest,
  });
  const town = (...ways: RoadWay[]) => ({ ways, districts: [], attribution: '', digest: '' });
  const place = ([lon, lat]: readonly [number, number]) => ({ lon, lat });

  test('[shift] a one-way street is driven in its direction only', () => {
    const roads = createRoads(town(way([A, B], { isOneway: true }), way([B, C, D, A])));
    expect(roads.route(place(A), place(B)).points.map(key)).toEqual([A, B].map(key));
    expect(roads.route(place(B), place(A)).points.map(key)).toEqual([B, C, D, A].map(key));
  });

  test('[shift] the faster way round is taken, not the shorter one', () => {
    const roads = createRoads(town(way([A, B]), way([B, C, D, A], { kind: 'motorway' })));
    expect(roads.route(place(A), place(B)).points.map(key)).toEqual([A, D, C, B].map(key));
  });

  test('[shift] a dead end that one cannot leave, footpaths and islands are no part of the network', () => {
    const island = [
      [116.5, 39.95],
      [116.501, 39.95],
    ] as const;
    const roads = createRoads(
      town(way([A, B, C, A]), way([C, D], { isOneway: true }), way([A, D], { kind: 'path' }), way(island)),
    );
    expect(roads.nodeCount).toBe(3);
    expect(buildRoadNetwork(town(way([A, D], { kind: 'path' }))).nodeCount).toBe(0);
  });

  test('[shift] a speed sign slows a street down and never makes it faster than its class', () => {
    expect(drivingKmh(way([A, B], { maxSpeedKmh: 10 }))).toBeLessThan(drivingKmh(way([A, B])));
    expect(drivingKmh(way([A, B], { maxSpeedKmh: 60 }))).toBe(drivingKmh(way([A, B])));
  });
});

test('[shift] the heap hands out its nodes by rising key', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (keys) => {
      const heap = new MinHeap();
      for (const [node, nodeKey] of keys.entries()) heap.push(node, nodeKey);
      const popped: number[] = [];
      for (let node = heap.pop(); node !== null; node = heap.pop()) popped.push(keys[node] ?? Number.NaN);
      // -0 and 0 are one key: comparing by difference leaves their order open, as the heap does.
      expect(popped.map((popKey) => popKey + 0)).toEqual(keys.map((nodeKey) => nodeKey + 0).toSorted((a, b) => a - b));
    }),
  );
});

test.each([
  ['安翔路 (ānxiáng lù)', '安翔路'],
  ['东四四条 Dongsi 4th Alley', '东四四条'],
  ['软件园2号路', '软件园2号路'],
  ['北苑桥 (běiyuàn qiáo)', null],
  ['龙?东路', null],
  ["Mao'er Hutong", null],
  ['798 Lu', null],
  [null, null],
])('[shift] the street name %s is written %s', (name, written) => {
  expect(chineseStreetName(name)).toBe(written);
});
