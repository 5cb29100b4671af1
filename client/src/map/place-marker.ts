import type { Map as LeafletMap } from 'leaflet';
import { DivIcon, Marker } from 'leaflet';

/** The place that a person is choosing for a ticket: one element, because there is never more than one. */
export class PlaceMarker {
  readonly #map: LeafletMap;
  readonly #marker = new Marker([0, 0], {
    icon: new DivIcon({ className: 'map-place', iconSize: [28, 28] }),
    interactive: false,
    keyboard: false,
  });

  constructor(map: LeafletMap) {
    this.#map = map;
  }

  show(place: { readonly lon: number; readonly lat: number } | null): void {
    if (!place) {
      this.#marker.remove();
      return;
    }
    this.#marker.setLatLng([place.lat, place.lon]);
    this.#marker.addTo(this.#map);
  }
}
