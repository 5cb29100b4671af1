import type { Duration, Instant } from '../time.ts';

export interface Position {
  /** WGS-84, degrees. */
  readonly lon: number;
  readonly lat: number;
}

/** One report of where a vehicle is, whatever device it came from. */
export interface Fix extends Position {
  readonly fixedAt: Instant;
  readonly receivedAt: Instant;
  readonly speedMps: number | null;
  /** Degrees clockwise from north, 0 ≤ heading < 360. */
  readonly headingDeg: number | null;
  readonly accuracyM: number | null;
}

/** What the vehicle is doing, derived from its open legs and its declared duty. [V2] */
export const VEHICLE_STATES = ['standby', 'travelling', 'on-site', 'paused', 'off-duty'] as const;
export type VehicleState = (typeof VEHICLE_STATES)[number];

/** Mean radius of the earth, IUGG. */
const EARTH_RADIUS_M = 6_371_008.8;

/** Great-circle distance in metres by the haversine formula. */
export function distanceM(from: Position, to: Position): number {
  const radians = Math.PI / 180;
  const dLat = (to.lat - from.lat) * radians;
  const dLon = (to.lon - from.lon) * radians;
  const a =
    Math.sin(dLat / 2) ** 2 + Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(a)));
}

/**
 * Expected driving time from the straight distance, `T = a · d^b`. The prior is of the 13 km/h class that urban
 * driving in Beijing shows door to door: 5 km straight take about 23 minutes, 1 km about 6.
 */
export function travelTime(from: Position, to: Position): Duration {
  const km = distanceM(from, to) / 1_000;
  return Math.round(TRAVEL_PRIOR.minutesAtOneKm * km ** TRAVEL_PRIOR.exponent * 60_000);
}

const TRAVEL_PRIOR = { minutesAtOneKm: 6, exponent: 0.83 } as const;
