import type { GeoData } from '../map/geodata.ts';
import type { LonLat } from '../map/local-metres.ts';
import { distanceMetres, headingDegrees } from '../map/local-metres.ts';
import { PlaceGrid } from '../map/place-grid.ts';
import type { Streets } from '../map/streets.ts';
import { createStreets } from '../map/streets.ts';
import { fastestPath } from './fastest-path.ts';
import { at, buildRoadNetwork } from './road-network.ts';

/** A way along real roads: from the start to the nearest node, node by node, and from the last node to the end. */
export interface Route {
  readonly points: readonly (readonly [lon: number, lat: number])[];
  /** Metres from the start to each point; same length as `points`, first 0, last `lengthM`. */
  readonly cumulative: readonly number[];
  readonly lengthM: number;
}

export interface Roads extends Streets {
  readonly nodeCount: number;
  /** Nodes on streets where an electric fault can lie, by rising number: what places are drawn from. */
  readonly kerbsideNodes: readonly number[];
  nodePlace(node: number): LonLat;
  nearestNode(place: LonLat): number;
  /** The fastest way in ordinary traffic. It always exists: all nodes lie in one strongly connected part. */
  route(from: LonLat, to: LonLat): Route;
}

/** Closer than this a start or end is the node itself, and the route gets no stub towards it. */
const SAME_PLACE_M = 1;

/** Builds the graph and the look-ups once (about half a second for the bundled city). */
export function createRoads(data: GeoData): Roads {
  const network = buildRoadNetwork(data);
  const nodePlace = (node: number): LonLat => ({ lon: at(network.lon, node), lat: at(network.lat, node) });
  const nodes = new PlaceGrid<number>();
  const kerbsideNodes: number[] = [];
  for (let node = 0; node < network.nodeCount; node++) {
    nodes.add(nodePlace(node), node);
    if (network.isKerbside[node] === 1) kerbsideNodes.push(node);
  }

  const nearestNode = (place: LonLat): number => {
    const found = nodes.nearest(place, (node) => distanceMetres(place, nodePlace(node)));
    if (found === null) throw new RangeError('the road network has no nodes');
    return found;
  };
  return {
    nodeCount: network.nodeCount,
    kerbsideNodes,
    nodePlace,
    nearestNode,
    route(from, to) {
      const path = fastestPath(network, nearestNode(from), nearestNode(to)).map(nodePlace);
      return measure([from, ...path, to]);
    },
    ...createStreets(data),
  };
}

/** Where a vehicle is after `metres` of the route, and which way it looks; clamped to the route's two ends. */
export function alongRoute(route: Route, metres: number): LonLat & { readonly headingDeg: number } {
  const { points, cumulative } = route;
  const wanted = Math.min(Math.max(metres, 0), route.lengthM);
  let below = 0;
  let above = cumulative.length - 1;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if ((cumulative[middle] ?? 0) <= wanted) below = middle;
    else above = middle;
  }
  const [startPoint, endPoint] = [points[below], points[above]];
  if (startPoint === undefined || endPoint === undefined) throw new RangeError('a route has at least one point');
  const start = { lon: startPoint[0], lat: startPoint[1] };
  const end = { lon: endPoint[0], lat: endPoint[1] };
  const startM = cumulative[below] ?? 0;
  const stretchM = (cumulative[above] ?? 0) - startM;
  const share = stretchM === 0 ? 0 : (wanted - startM) / stretchM;
  return {
    lon: start.lon + share * (end.lon - start.lon),
    lat: start.lat + share * (end.lat - start.lat),
    headingDeg: headingDegrees(start, end),
  };
}

function measure(places: readonly LonLat[]): Route {
  const points: [number, number][] = [];
  const cumulative: number[] = [];
  let lengthM = 0;
  let previous: LonLat | null = null;
  for (const place of places) {
    const step = previous === null ? 0 : distanceMetres(previous, place);
    if (previous !== null && step < SAME_PLACE_M) continue;
    lengthM += step;
    points.push([place.lon, place.lat]);
    cumulative.push(lengthM);
    previous = place;
  }
  return { points, cumulative, lengthM };
}
