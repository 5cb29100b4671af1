import type { Instant } from '@faultline/shared/time.ts';
import type { Map as LeafletMap, LeafletMouseEvent, Point } from 'leaflet';
import type { ReactNode } from 'react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverClock } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import type { AutoFit } from './auto-fit.ts';
import { createAutoFit } from './auto-fit.ts';
import type { MapHome } from './base-map.ts';
import { boundsOf, useMap } from './base-map.ts';
import type { FleetStore } from './fleet.ts';
import { readPalette } from './palette.ts';
import { PlaceMarker } from './place-marker.ts';
import type { MapTicket } from './ticket-layer.ts';
import { TicketLayer } from './ticket-layer.ts';
import { VehicleLayer } from './vehicle-layer.ts';

export interface MapPlace {
  /** WGS-84, degrees. */
  readonly lon: number;
  readonly lat: number;
}

export interface MapViewProps {
  readonly home: MapHome;
  /** Vehicles and their positions: read at every drawing, never rendered by React. */
  readonly fleet: FleetStore;
  readonly tickets: readonly MapTicket[];
  /** The picture is older than it may be: it stays and fades. [D1] */
  readonly isCutOff: boolean;
  readonly selectedTicketId?: string | null;
  readonly selectedVehicleId?: string | null;
  /** Whether the view follows the set of tickets; a wall does. */
  readonly fitsItself?: boolean;
  readonly onPickTicket?: (id: string) => void;
  readonly onPickVehicle?: (id: string) => void;
  /** Given, a click (or Enter, for the middle of the map) chooses a place instead. */
  readonly onPickPlace?: (place: MapPlace) => void;
  readonly place?: MapPlace | null;
}

/** Ages are drawn anew at least this often, also when no frame arrives. */
const AGEING_STEP = 5_000;

interface Layers {
  readonly map: LeafletMap;
  readonly vehicles: VehicleLayer;
  readonly tickets: TicketLayer;
  readonly place: PlaceMarker;
  readonly fit: AutoFit;
}

export function MapView(props: MapViewProps): ReactNode {
  const { home, fleet, tickets, isCutOff, selectedTicketId = null, selectedVehicleId = null, place = null } = props;
  const { t } = useTranslation('common');
  const container = useRef<HTMLDivElement>(null);
  const map = useMap(container, { home, isConnected: !isCutOff });
  const layers = useLayers(map, home, fleet);
  const isLocked = useFitLock(layers?.fit ?? null);
  usePicking(layers, props);

  useEffect(() => {
    layers?.tickets.setTickets(tickets);
    // Their names give way to the tickets, wherever these stand now.
    layers?.vehicles.requestDraw();
  }, [layers, tickets]);
  useEffect(() => layers?.tickets.select(selectedTicketId), [layers, selectedTicketId]);
  useEffect(() => layers?.vehicles.select(selectedVehicleId), [layers, selectedVehicleId]);
  useEffect(() => layers?.place.show(place), [layers, place]);
  useEffect(() => {
    if (props.fitsItself) layers?.fit.setTargets(tickets);
  }, [layers, tickets, props.fitsItself]);

  return (
    <section className="map" aria-label={t('map.label')} data-cut-off={isCutOff || undefined}>
      <div ref={container} className="map-ground" data-picks-place={props.onPickPlace !== undefined || undefined} />
      <div className="map-tools screen-only">
        {props.fitsItself && isLocked && (
          <Button label={`★ ${t('map.refit')}`} shortcut="r" onPress={() => layers?.fit.free()} />
        )}
        <Button label="+" name={t('map.zoomIn')} onPress={() => map?.zoomIn()} />
        <Button label="−" name={t('map.zoomOut')} onPress={() => map?.zoomOut()} />
      </div>
      <small className="map-attribution">
        <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noreferrer">
          {t('map.attribution')}
        </a>
      </small>
    </section>
  );
}

function useLayers(map: LeafletMap | null, home: MapHome, fleet: FleetStore): Layers | null {
  const [layers, setLayers] = useState<Layers | null>(null);
  const firstHome = useRef(home);
  useEffect(() => {
    if (!map) return;
    const palette = readPalette(map.getContainer());
    const textSize = Number.parseFloat(getComputedStyle(map.getContainer()).fontSize) * 0.8;
    const now = (): Instant => serverClock.now();
    const tickets = new TicketLayer({ palette, textSize });
    const blocked = () => tickets.boxes();
    const vehicles = new VehicleLayer({ store: fleet, palette, now, blocked, textSize });
    const created: Layers = {
      map,
      vehicles: vehicles.addTo(map),
      tickets: tickets.addTo(map),
      place: new PlaceMarker(map),
      fit: createAutoFit(map, boundsOf(firstHome.current)),
    };
    const stopFleet = fleet.subscribe(() => vehicles.requestDraw());
    const stopAgeing = serverClock.subscribe(() => {
      if (serverClock.second() % AGEING_STEP === 0) vehicles.requestDraw();
    });
    setLayers(created);
    return () => {
      stopFleet();
      stopAgeing();
      created.fit.remove();
      vehicles.remove();
      tickets.remove();
      setLayers(null);
    };
  }, [map, fleet]);
  return layers;
}

function useFitLock(fit: AutoFit | null): boolean {
  const [isLocked, setLocked] = useState(false);
  useEffect(() => {
    if (!fit) return;
    setLocked(fit.isLocked());
    return fit.subscribe(() => setLocked(fit.isLocked()));
  }, [fit]);
  return isLocked;
}

function usePicking(layers: Layers | null, props: MapViewProps): void {
  const pick = useEffectEvent((at: Point, place: MapPlace) => {
    if (props.onPickPlace) return props.onPickPlace(place);
    const ticketId = layers?.tickets.hit(at) ?? null;
    if (ticketId !== null && props.onPickTicket) return props.onPickTicket(ticketId);
    const vehicleId = layers?.vehicles.hit(at) ?? null;
    if (vehicleId !== null) props.onPickVehicle?.(vehicleId);
  });
  const hover = useEffectEvent((at: Point) => {
    if (!layers) return;
    const vehicleId = layers.vehicles.hit(at);
    layers.vehicles.hover(vehicleId);
    const isTouching =
      (vehicleId !== null && props.onPickVehicle) || (props.onPickTicket && layers.tickets.hit(at) !== null);
    layers.map.getContainer().classList.toggle('map-touching', Boolean(isTouching));
  });

  useEffect(() => {
    const map = layers?.map;
    if (!map) return;
    const onClick = ({ containerPoint, latlng }: LeafletMouseEvent): void =>
      pick(containerPoint, { lon: latlng.lng, lat: latlng.lat });
    const onMove = ({ containerPoint }: LeafletMouseEvent): void => hover(containerPoint);
    const onLeave = (): void => layers.vehicles.hover(null);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter') return;
      const { lng, lat } = map.getCenter();
      pick(map.getSize().divideBy(2), { lon: lng, lat });
    };
    map.on('click', onClick).on('mousemove', onMove).on('mouseout', onLeave);
    map.getContainer().addEventListener('keydown', onKey);
    return () => {
      map.off('click', onClick).off('mousemove', onMove).off('mouseout', onLeave);
      map.getContainer().removeEventListener('keydown', onKey);
    };
  }, [layers]);
}
