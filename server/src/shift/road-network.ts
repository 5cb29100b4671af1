import type { GeoData, RoadKind, RoadWay } from '../map/geodata.ts';
import type { LonLat } from '../map/local-metres.ts';
import { distanceMetres } from '../map/local-metres.ts';

/** Junctions and bends as nodes, drivable stretches as directed edges, in compressed rows: the edges that leave node
 *  `n` are `firstEdge[n]` up to (not including) `firstEdge[n + 1]`. Flat arrays because a route visits 10,000 of them. */
export interface RoadNetwork {
  readonly nodeCount: number;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly firstEdge: Int32Array;
  readonly edgeTo: Int32Array;
  readonly edgeLengthM: Float64Array;
  readonly edgeSeconds: Float64Array;
  /** 1 where a fault may be placed: some road at the node is neither a motorway, nor a trunk road, nor a ramp. */
  readonly isKerbside: Uint8Array;
}

/** Free-flow limits by class in km/h. The `maxspeed` of the source repeats a value by class (60 for every alley), so
 *  it may only lower these, never raise them. */
const CLASS_KMH: Readonly<Record<Exclude<RoadKind, 'path'>, number>> = {
  motorway: 100,
  trunk: 80,
  primary: 60,
  secondary: 50,
  tertiary: 40,
  minor: 25,
};
const LINK_FACTOR = 0.6;

/** Share of the free-flow speed that remains by day: lights, queues, turning. It only scales all drives alike; which
 *  road a route prefers depends on the ratios above. */
const URBAN_FACTOR = 0.5;

/** No stretch is faster than this, which the search's lower bound relies on. */
export const FASTEST_METRES_PER_SECOND = (CLASS_KMH.motorway * URBAN_FACTOR) / 3.6;

export function drivingKmh(way: RoadWay): number {
  if (way.kind === 'path') return 0;
  const freeFlow = Math.min(CLASS_KMH[way.kind], way.maxSpeedKmh ?? Number.POSITIVE_INFINITY);
  return freeFlow * URBAN_FACTOR * (way.isLink ? LINK_FACTOR : 1);
}

interface Draft {
  readonly places: LonLat[];
  readonly kerbside: boolean[];
  readonly edges: { readonly from: number; readonly to: number; readonly lengthM: number; readonly seconds: number }[];
}

/** The largest part of the bundled roads in which every node can be reached from every other one: a vehicle that is
 *  snapped to it always finds a way and always finds a way back. */
export function buildRoadNetwork(data: GeoData): RoadNetwork {
  const draft = collectEdges(data.ways);
  const kept = largestStrongComponent(compress(draft));
  return compress(restrict(draft, kept));
}

function collectEdges(ways: readonly RoadWay[]): Draft {
  const draft: Draft = { places: [], kerbside: [], edges: [] };
  const nodeByKey = new Map<string, number>();
  for (const way of ways) {
    const metresPerSecond = drivingKmh(way) / 3.6;
    if (metresPerSecond === 0) continue;
    const isKerbside = !way.isLink && way.kind !== 'motorway' && way.kind !== 'trunk';
    let previous: number | null = null;
    for (const [lon, lat] of way.line) {
      // Two ways meet where they share a position; the source rounds to six places (0.1 m), so text is an exact key.
      const key = `${lon.toFixed(6)},${lat.toFixed(6)}`;
      let node = nodeByKey.get(key);
      if (node === undefined) {
        node = draft.places.push({ lon, lat }) - 1;
        draft.kerbside.push(false);
        nodeByKey.set(key, node);
      }
      if (isKerbside) draft.kerbside[node] = true;
      if (previous !== null && previous !== node) addStretch(draft, previous, node, metresPerSecond, way.isOneway);
      previous = node;
    }
  }
  return draft;
}

function addStretch(draft: Draft, from: number, to: number, metresPerSecond: number, isOneway: boolean): void {
  const [start, end] = [draft.places[from], draft.places[to]];
  if (start === undefined || end === undefined) return;
  const lengthM = distanceMetres(start, end);
  const seconds = lengthM / metresPerSecond;
  draft.edges.push({ from, to, lengthM, seconds });
  if (!isOneway) draft.edges.push({ from: to, to: from, lengthM, seconds });
}

function compress(draft: Draft): RoadNetwork {
  const nodeCount = draft.places.length;
  const edges = draft.edges.toSorted((a, b) => a.from - b.from);
  const firstEdge = new Int32Array(nodeCount + 1);
  for (const edge of edges) firstEdge[edge.from + 1] = at(firstEdge, edge.from + 1) + 1;
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1] = at(firstEdge, node + 1) + at(firstEdge, node);
  return {
    nodeCount,
    lon: Float64Array.from(draft.places, (place) => place.lon),
    lat: Float64Array.from(draft.places, (place) => place.lat),
    firstEdge,
    edgeTo: Int32Array.from(edges, (edge) => edge.to),
    edgeLengthM: Float64Array.from(edges, (edge) => edge.lengthM),
    edgeSeconds: Float64Array.from(edges, (edge) => edge.seconds),
    isKerbside: Uint8Array.from(draft.kerbside, (isKerbside) => (isKerbside ? 1 : 0)),
  };
}

function restrict(draft: Draft, kept: ReadonlySet<number>): Draft {
  const renamed = new Map([...kept].toSorted((a, b) => a - b).map((node, index) => [node, index]));
  const restricted: Draft = { places: [], kerbside: [], edges: [] };
  for (const node of renamed.keys()) {
    const place = draft.places[node];
    if (place === undefined) continue;
    restricted.places.push(place);
    restricted.kerbside.push(draft.kerbside[node] === true);
  }
  for (const edge of draft.edges) {
    const from = renamed.get(edge.from);
    const to = renamed.get(edge.to);
    if (from !== undefined && to !== undefined) restricted.edges.push({ ...edge, from, to });
  }
  return restricted;
}

/** Tarjan's strongly connected components with an explicit stack: the recursion would be as deep as the city is wide. */
function largestStrongComponent(network: RoadNetwork): ReadonlySet<number> {
  const { nodeCount, firstEdge, edgeTo } = network;
  const order = new Int32Array(nodeCount).fill(-1);
  const low = new Int32Array(nodeCount);
  const nextEdge = firstEdge.slice(0, nodeCount);
  const isOpen = new Uint8Array(nodeCount);
  const open: number[] = [];
  let counter = 0;
  let largest: readonly number[] = [];

  for (let root = 0; root < nodeCount; root++) {
    if (at(order, root) !== -1) continue;
    const path = [root];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (at(order, node) === -1) {
        order[node] = low[node] = counter++;
        isOpen[node] = 1;
        open.push(node);
      }
      if (at(nextEdge, node) < at(firstEdge, node + 1)) {
        const neighbour = at(edgeTo, at(nextEdge, node));
        nextEdge[node] = at(nextEdge, node) + 1;
        if (at(order, neighbour) === -1) path.push(neighbour);
        else if (isOpen[neighbour] === 1) low[node] = Math.min(at(low, node), at(order, neighbour));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(at(low, parent), at(low, node));
      if (at(low, node) !== at(order, node)) continue;
      const component = open.splice(open.lastIndexOf(node));
      for (const member of component) isOpen[member] = 0;
      if (component.length > largest.length) largest = component;
    }
  }
  return new Set(largest);
}

/** Reads a flat array at an index that the algorithm keeps in range; out of range is a bug, not a zero. */
export function at(array: Int32Array | Float64Array, index: number): number {
  const value = array[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${array.length}`);
  return value;
}
