import type { District } from '@faultline/shared/organisation/organisation.ts';
import { Map as LeafletMap, latLngBounds } from 'leaflet';
import type { RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';
import './map.css';
import { BaseLayer } from './base-layer.ts';
import { readPalette } from './palette.ts';

/** The only place that tiles come from: the console's own server. */
const TILES = '/tiles/{z}/{x}/{y}.pbf';
const MIN_ZOOM = 8;
const MAX_ZOOM = 18;

/** West, south, east, north: WGS-84, degrees. */
export type MapHome = District['bounds'];

export interface MapOptions {
  /** What the map shows at first: the district. Read once. */
  readonly home: MapHome;
  /** Streets that could not be loaded are asked for again when this becomes true. */
  readonly isConnected: boolean;
}

/** A map with its streets in the page's palette, in the element of `container`; `null` until it stands. */
export function useMap(container: RefObject<HTMLElement | null>, options: MapOptions): LeafletMap | null {
  const [map, setMap] = useState<LeafletMap | null>(null);
  const base = useRef<BaseLayer | null>(null);
  const home = useRef(options.home);

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const created = new LeafletMap(element, {
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      zoomControl: false,
      attributionControl: false,
    });
    created.fitBounds(boundsOf(home.current), { animate: false });
    base.current = new BaseLayer(TILES, readPalette(element)).addTo(created);
    const resized = new ResizeObserver(() => created.invalidateSize({ animate: false }));
    resized.observe(element);
    setMap(created);
    return () => {
      resized.disconnect();
      base.current = null;
      setMap(null);
      created.remove();
    };
  }, [container]);

  useEffect(() => {
    if (options.isConnected && base.current?.hasFailed) base.current.redraw();
  }, [options.isConnected]);

  return map;
}

export function boundsOf(home: MapHome): ReturnType<typeof latLngBounds> {
  const [west, south, east, north] = home;
  return latLngBounds([south, west], [north, east]);
}
