import type { Position } from '@faultline/shared/vehicle/vehicle.ts';

/**
 * The address that opens a navigation to the fault: the device's own choice of apps on Android, the maps of Apple's
 * devices, and the web page of AMap elsewhere. All three take WGS-84; AMap has to be told so.
 * @param agent the browser's `navigator.userAgent`.
 */
export function navigationLink({ lon, lat }: Position, label: string, agent: string): string {
  const name = encodeURIComponent(label);
  if (/Android/i.test(agent)) return `geo:${lat},${lon}?q=${lat},${lon}(${name})`;
  if (/iPhone|iPad|Macintosh/i.test(agent)) return `https://maps.apple.com/?daddr=${lat},${lon}&dirflg=d`;
  return `https://uri.amap.com/navigation?to=${lon},${lat},${name}&mode=car&coordinate=wgs84&callnative=1`;
}
