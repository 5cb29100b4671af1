declare module 'vt-pbf' {
  import type { LegacyTile } from 'geojson-vt';

  /** Encodes one vector tile with the given layers; a layer without features is written empty. */
  export function fromGeojsonVt(
    layers: Readonly<Record<string, LegacyTile>>,
    options?: { readonly version?: 1 | 2; readonly extent?: number },
  ): Uint8Array;
}
