/**
 * Web Mercator with the whole world as the unit square, x to the east and y to the south: a position is projected once
 * when it arrives and only scaled and shifted at every drawing after that.
 */
export const WORLD_SIZE_AT_ZOOM_0 = 256;

/** Beyond this latitude the projection has no square; nothing that is shown here lies there. */
const MAX_LATITUDE = 85.0511287798;

export function worldX(lon: number): number {
  return (lon + 180) / 360;
}

export function worldY(lat: number): number {
  const bounded = Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat));
  const sine = Math.sin((bounded * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
