import type { LatLngBounds, LatLngExpression, Map as LeafletMap } from 'leaflet';
import { latLngBounds } from 'leaflet';

/** Keeps the open tickets in view until a person moves the map, and again from when he frees it. */
export interface AutoFit {
  /** Fits when the *set* of ids has changed since the last call; a ticket that only changes its state moves nothing. */
  setTargets(targets: readonly FitTarget[]): void;
  free(): void;
  isLocked(): boolean;
  subscribe(onChange: () => void): () => void;
  remove(): void;
}

export interface FitTarget {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
}

/** One ticket alone would otherwise be shown as a single street corner. */
const MAX_FIT_ZOOM = 14;
/** Room for symbols and their labels at the edges, as a share of the map's size. */
const EDGE_SHARE = 0.08;
/** A view that still shows every ticket stays as it is, unless the tickets fill less than this share of it. */
const SMALLEST_SHARE = 0.35;

/** @param home what is shown while there is no ticket: the district. */
export function createAutoFit(map: LeafletMap, home: LatLngBounds): AutoFit {
  const listeners = new Set<() => void>();
  let targets: readonly FitTarget[] = [];
  let fittedKey: string | null = null;
  let isLocked = false;
  let isMovingItself = false;

  const lock = (): void => {
    if (isMovingItself || isLocked) return;
    isLocked = true;
    for (const listener of listeners) listener();
  };

  const fit = (isForced: boolean): void => {
    const bounds =
      targets.length > 0 ? latLngBounds(targets.map(({ lat, lon }): LatLngExpression => [lat, lon])) : home;
    if (!isForced && targets.length > 0 && isWellShown(map, bounds)) return;
    isMovingItself = true;
    map.fitBounds(bounds, {
      animate: false,
      maxZoom: targets.length > 0 ? MAX_FIT_ZOOM : map.getMaxZoom(),
      padding: targets.length > 0 ? map.getSize().multiplyBy(EDGE_SHARE) : [0, 0],
    });
    isMovingItself = false;
  };

  map.on('dragstart zoomstart movestart', lock);
  const onResize = (): void => {
    if (!isLocked) fit(true);
  };
  map.on('resize', onResize);

  return {
    setTargets: (next) => {
      targets = next;
      const key = next
        .map(({ id }) => id)
        .sort()
        .join(' ');
      if (key === fittedKey || isLocked) return;
      const isFirst = fittedKey === null;
      fittedKey = key;
      fit(isFirst);
    },
    free: () => {
      isLocked = false;
      fit(true);
      for (const listener of listeners) listener();
    },
    isLocked: () => isLocked,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    remove: () => {
      map.off('dragstart zoomstart movestart', lock);
      map.off('resize', onResize);
      listeners.clear();
    },
  };
}

function isWellShown(map: LeafletMap, bounds: LatLngBounds): boolean {
  const size = map.getSize();
  const edge = size.multiplyBy(EDGE_SHARE / 2);
  const from = map.latLngToContainerPoint(bounds.getNorthWest());
  const to = map.latLngToContainerPoint(bounds.getSouthEast());
  const isInside = from.x >= edge.x && from.y >= edge.y && to.x <= size.x - edge.x && to.y <= size.y - edge.y;
  if (!isInside) return false;
  if (map.getZoom() >= MAX_FIT_ZOOM) return map.getZoom() === MAX_FIT_ZOOM;
  return Math.max((to.x - from.x) / size.x, (to.y - from.y) / size.y) >= SMALLEST_SHARE;
}
