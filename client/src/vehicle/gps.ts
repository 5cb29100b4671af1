import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { VehicleFix } from '@faultline/shared/wire/vehicle.ts';
import { create } from 'zustand';
import { serverClock } from '../live/clock.ts';
import { fixOf, isDue, STANDING_EVERY } from './fix-pace.ts';

/** What the browser lets this page know of its place. */
export type GpsState =
  /** Nothing was asked yet, or the vehicle is off duty. */
  | { readonly at: 'off' }
  /** The browser gives a place to secure origins only. */
  | { readonly at: 'insecure' }
  | { readonly at: 'unsupported' }
  | { readonly at: 'searching' }
  | { readonly at: 'denied' }
  /** The device was let, and finds nothing: a garage, a tunnel, a switched-off receiver. */
  | { readonly at: 'lost'; readonly last: Known | null }
  | { readonly at: 'known'; readonly last: Known };

export interface Known {
  /** On the monotonic clock, ms: the first fix may come before the server's time is known. */
  readonly takenAtMs: number;
  readonly accuracyM: number | null;
}

/** When the fix was taken, on the server's clock, so that its age is right on a device whose clock is wrong. */
export function takenAt({ takenAtMs }: Known): Instant {
  return serverClock.now() - (serverClock.monotonicMs() - takenAtMs);
}

export const useGps = create<{ readonly gps: GpsState }>(() => ({ gps: { at: 'off' } }));

/** A receiver that has found nothing by then says so; it goes on searching. */
const FOUND_WITHIN: Duration = 20 * SECOND;
const OPTIONS: PositionOptions = { enableHighAccuracy: true, maximumAge: 0, timeout: FOUND_WITHIN };

/** Follows the device's own receiver. @returns what ends it. */
export function followGps(deviceNow: () => Instant, onFix: (fix: VehicleFix) => void): () => void {
  if (!window.isSecureContext) return showOnly({ at: 'insecure' });
  if (!('geolocation' in navigator)) return showOnly({ at: 'unsupported' });
  const { geolocation } = navigator;
  let reported: VehicleFix | null = null;
  let heardAt = serverClock.monotonicMs();
  let isOver = false;
  show({ at: 'searching' });

  const onPosition = ({ coords, timestamp }: GeolocationPosition): void => {
    if (isOver) return;
    heardAt = serverClock.monotonicMs();
    const { longitude: lon, latitude: lat, speed, heading, accuracy } = coords;
    const fix = fixOf({ lon, lat, speed, heading, accuracy, at: timestamp });
    const age = Math.max(0, deviceNow() - timestamp);
    show({ at: 'known', last: { takenAtMs: heardAt - age, accuracyM: fix.accuracyM } });
    if (!isDue(reported, fix)) return;
    reported = fix;
    onFix(fix);
  };
  const onError = ({ code, PERMISSION_DENIED }: GeolocationPositionError): void => {
    if (isOver) return;
    const { gps } = useGps.getState();
    show(code === PERMISSION_DENIED ? { at: 'denied' } : { at: 'lost', last: 'last' in gps ? gps.last : null });
  };

  const watch = geolocation.watchPosition(onPosition, onError, OPTIONS);
  // A browser may be silent as long as nothing moves; a vehicle that stands is not one that is lost.
  const stopTicking = serverClock.subscribe(() => {
    const now = serverClock.monotonicMs();
    if (now - heardAt < STANDING_EVERY || useGps.getState().gps.at === 'denied') return;
    heardAt = now;
    geolocation.getCurrentPosition(onPosition, onError, OPTIONS);
  });
  return () => {
    isOver = true;
    stopTicking();
    geolocation.clearWatch(watch);
    show({ at: 'off' });
  };
}

function show(gps: GpsState): void {
  useGps.setState({ gps });
}

function showOnly(gps: GpsState): () => void {
  show(gps);
  return () => show({ at: 'off' });
}
