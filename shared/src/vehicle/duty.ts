import type { Vehicle, VehicleDuty } from '../organisation/organisation.ts';
import type { Outcome } from '../outcome.ts';
import { accept, refuse } from '../outcome.ts';

export type DutyRefusal =
  /** Nobody of the trade would be left in the crew; the centre may confirm the pause. */
  | { readonly code: 'vehicle-is-last-of-trade'; readonly tradeId: string }
  | { readonly code: 'another-vehicle-paused'; readonly tradeId: string; readonly vehicleId: string };

export interface DutyRequest {
  readonly vehicle: Vehicle;
  readonly duty: VehicleDuty;
  /** All vehicles of the same crew; the vehicle itself may be among them. */
  readonly crew: readonly Vehicle[];
  /** The repair centre asks, or agrees. */
  readonly isConfirmedByCentre: boolean;
}

/**
 * Whether a vehicle may change its duty. Of one trade in a crew one vehicle at most is paused at a time, and the only
 * one of its trade on duty pauses when the centre confirms. Everything but a pause is free. [V3]
 */
export function decideDuty({
  vehicle,
  duty,
  crew,
  isConfirmedByCentre,
}: DutyRequest): Outcome<VehicleDuty, DutyRefusal> {
  if (duty !== 'paused' || vehicle.duty === 'paused') return accept(duty);
  const others = crew.filter((other) => other.isActive && other.id !== vehicle.id);
  for (const tradeId of vehicle.tradeIds) {
    const ofTrade = others.filter((other) => other.tradeIds.includes(tradeId));
    const paused = ofTrade.find((other) => other.duty === 'paused');
    if (paused) return refuse({ code: 'another-vehicle-paused', tradeId, vehicleId: paused.id });
    const isLast = !ofTrade.some((other) => other.duty === 'on-duty');
    if (isLast && !isConfirmedByCentre) return refuse({ code: 'vehicle-is-last-of-trade', tradeId });
  }
  return accept(duty);
}
