import { distanceMetres } from '../map/local-metres.ts';
import type { RoadNetwork } from './road-network.ts';
import { at, FASTEST_METRES_PER_SECOND } from './road-network.ts';

/** The nodes of the fastest path, both ends included (A* with the straight line at top speed as its lower bound, which
 *  never exceeds the true rest, so the first arrival is the best one). Throws `RangeError` when there is no path,
 *  which cannot happen inside one strongly connected network. */
export function fastestPath(network: RoadNetwork, from: number, to: number): number[] {
  const target = { lon: at(network.lon, to), lat: at(network.lat, to) };
  const atLeastSeconds = (node: number): number =>
    distanceMetres({ lon: at(network.lon, node), lat: at(network.lat, node) }, target) / FASTEST_METRES_PER_SECOND;

  const seconds = new Float64Array(network.nodeCount).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(network.nodeCount).fill(-1);
  const isSettled = new Uint8Array(network.nodeCount);
  const queue = new MinHeap();
  seconds[from] = 0;
  queue.push(from, atLeastSeconds(from));

  for (let node = queue.pop(); node !== null; node = queue.pop()) {
    if (node === to) return backtrack(cameFrom, to);
    // A node is queued again when a faster way to it is found; the older entries are passed over here.
    if (isSettled[node] === 1) continue;
    isSettled[node] = 1;
    for (let edge = at(network.firstEdge, node); edge < at(network.firstEdge, node + 1); edge++) {
      const neighbour = at(network.edgeTo, edge);
      const arrival = at(seconds, node) + at(network.edgeSeconds, edge);
      if (arrival >= at(seconds, neighbour)) continue;
      seconds[neighbour] = arrival;
      cameFrom[neighbour] = node;
      queue.push(neighbour, arrival + atLeastSeconds(neighbour));
    }
  }
  throw new RangeError(`no path from node ${from} to node ${to}`);
}

function backtrack(cameFrom: Int32Array, to: number): number[] {
  const path = [to];
  for (let node = at(cameFrom, to); node !== -1; node = at(cameFrom, node)) path.push(node);
  return path.reverse();
}

/** A binary heap of numbered nodes, the smallest key first. */
export class MinHeap {
  readonly #nodes: number[] = [];
  readonly #keys: number[] = [];

  push(node: number, key: number): void {
    let slot = this.#nodes.push(node) - 1;
    this.#keys.push(key);
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (this.#key(parent) <= key) break;
      this.#swap(slot, parent);
      slot = parent;
    }
  }

  pop(): number | null {
    const top = this.#nodes[0];
    if (top === undefined) return null;
    this.#swap(0, this.#nodes.length - 1);
    this.#nodes.pop();
    this.#keys.pop();
    this.#sink();
    return top;
  }

  #sink(): void {
    let slot = 0;
    for (;;) {
      let smallest = slot;
      for (const child of [2 * slot + 1, 2 * slot + 2]) {
        if (child < this.#nodes.length && this.#key(child) < this.#key(smallest)) smallest = child;
      }
      if (smallest === slot) return;
      this.#swap(slot, smallest);
      slot = smallest;
    }
  }

  #key(slot: number): number {
    return this.#keys[slot] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [nodeA, nodeB, keyA, keyB] = [this.#nodes[a], this.#nodes[b], this.#keys[a], this.#keys[b]];
    if (nodeA === undefined || nodeB === undefined || keyA === undefined || keyB === undefined) return;
    this.#nodes[a] = nodeB;
    this.#nodes[b] = nodeA;
    this.#keys[a] = keyB;
    this.#keys[b] = keyA;
  }
}
