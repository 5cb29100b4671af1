import type { Vehicle } from '../organisation/organisation.ts';
import type { Leg, Ticket } from '../ticket/ticket.ts';
import { isOpen } from '../ticket/ticket.ts';
import type { Duration, Instant } from '../time.ts';
import { MINUTE, SECOND } from '../time.ts';
import type { VehicleState } from './vehicle.ts';

/** Whether the vehicle still has something to do for this leg: drive, work, or write the record. */
export function isUnderWay(ticket: Ticket, leg: Leg): boolean {
  return leg.ending === null && isOpen(ticket) && ticket.recorded === null;
}

/** The vehicle was told to turn back and has not said that it knows. [R2] */
export function owesReceipt(leg: Leg): boolean {
  return leg.ending !== null && leg.recallReceipt === 'owed';
}

/** Main vehicle and supports; the supports have no clock. [T1] */
export function vehiclesOf(leg: Leg): readonly string[] {
  return [leg.vehicleId, ...leg.supportVehicleIds];
}

/** Legs a vehicle has to know of now: under way with it or with its support, and recalls it has not confirmed. */
export function legsOfVehicle(ticket: Ticket, vehicleId: string): readonly Leg[] {
  return ticket.legs.filter((leg) => {
    if (leg.vehicleId === vehicleId) return isUnderWay(ticket, leg) || owesReceipt(leg);
    return leg.supportVehicleIds.includes(vehicleId) && isUnderWay(ticket, leg);
  });
}

/**
 * What the vehicle is doing. The newest of its points decides, because a vehicle that holds several tickets is at one
 * place only; without a leg on the road it is as it has declared itself. [V1] [V2]
 */
export function vehicleStateOf(vehicle: Pick<Vehicle, 'id' | 'duty'>, tickets: Iterable<Ticket>): VehicleState {
  let newest: { readonly at: Instant; readonly state: 'travelling' | 'on-site' } | null = null;
  for (const ticket of tickets) {
    if (ticket.cleared) continue;
    for (const leg of ticket.legs) {
      if (leg.vehicleId !== vehicle.id || !isUnderWay(ticket, leg)) continue;
      const point = leg.H ?? leg.G;
      if (!point || (newest && point.at <= newest.at)) continue;
      newest = { at: point.at, state: leg.H ? 'on-site' : 'travelling' };
    }
  }
  if (newest) return newest.state;
  return vehicle.duty === 'on-duty' ? 'standby' : vehicle.duty;
}

/** How far the last position can be believed. `unknown`: there never was one. [V6] */
export const FRESHNESSES = ['live', 'stale', 'lost', 'unknown'] as const;
export type Freshness = (typeof FRESHNESSES)[number];

const LIVE_AT_LEAST: Duration = 60 * SECOND;
const LOST_AFTER: Duration = 10 * MINUTE;

/** @param interval how often the device reports; two missed reports make a position stale, not before a minute. [V6] */
export function freshnessOf(receivedAt: Instant | null, now: Instant, interval: Duration): Freshness {
  if (receivedAt === null) return 'unknown';
  const age = now - receivedAt;
  if (age > LOST_AFTER) return 'lost';
  return age < Math.max(2 * interval, LIVE_AT_LEAST) ? 'live' : 'stale';
}
