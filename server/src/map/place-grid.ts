import type { LonLat } from './local-metres.ts';

/** Cell edge in degrees: about 430 m by 560 m at the latitude of Beijing, some twenty nodes in a dense quarter. */
const CELL_DEGREES = 0.005;
/** The shorter edge of a cell in metres anywhere south of 60° north: what a ring of cells is sure to cover. */
const CELL_AT_LEAST_M = 275;
/** 60 rings are at least 16 km. A place farther off than that is compared with everything there is. */
const MAX_RINGS = 60;

/** Things at places, found again by nearness: only the cells around a place are looked at, ring by ring. */
export class PlaceGrid<Item> {
  readonly #cells = new Map<string, Item[]>();

  add(place: LonLat, item: Item): void {
    this.#cell(cellOf(place.lon), cellOf(place.lat)).push(item);
  }

  /** Enters the item in every cell that the box around the stretch touches, so that no part of it is missed. */
  addAlong(start: LonLat, end: LonLat, item: Item): void {
    const [west, east] = [cellOf(Math.min(start.lon, end.lon)), cellOf(Math.max(start.lon, end.lon))];
    const [south, north] = [cellOf(Math.min(start.lat, end.lat)), cellOf(Math.max(start.lat, end.lat))];
    for (let column = west; column <= east; column++) {
      for (let row = south; row <= north; row++) this.#cell(column, row).push(item);
    }
  }

  /** The item with the smallest `distanceM`, or null when none is within `withinM`. */
  nearest(place: LonLat, distanceM: (item: Item) => number, withinM = Number.POSITIVE_INFINITY): Item | null {
    let best: { readonly item: Item; readonly distance: number } | null = null;
    for (let ring = 0; ring <= MAX_RINGS; ring++) {
      // Everything nearer than the rings already seen has been seen.
      const seenM = (ring - 1) * CELL_AT_LEAST_M;
      if (seenM > withinM || (best !== null && best.distance <= seenM)) break;
      const isLast = ring === MAX_RINGS;
      const items = isLast ? this.#everything() : this.#ring(cellOf(place.lon), cellOf(place.lat), ring);
      for (const item of items) {
        const distance = distanceM(item);
        if (distance <= withinM && (best === null || distance < best.distance)) best = { item, distance };
      }
    }
    return best?.item ?? null;
  }

  *#ring(column: number, row: number, ring: number): Generator<Item> {
    for (let dx = -ring; dx <= ring; dx++) {
      const isSide = Math.abs(dx) === ring;
      for (let dy = -ring; dy <= ring; dy += isSide || ring === 0 ? 1 : 2 * ring) {
        yield* this.#cells.get(`${column + dx},${row + dy}`) ?? [];
      }
    }
  }

  *#everything(): Generator<Item> {
    for (const items of this.#cells.values()) yield* items;
  }

  #cell(column: number, row: number): Item[] {
    const key = `${column},${row}`;
    const cell = this.#cells.get(key);
    if (cell !== undefined) return cell;
    const created: Item[] = [];
    this.#cells.set(key, created);
    return created;
  }
}

function cellOf(degrees: number): number {
  return Math.floor(degrees / CELL_DEGREES);
}
