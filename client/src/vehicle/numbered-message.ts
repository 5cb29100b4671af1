import type { VehicleMessage } from '@faultline/shared/wire/vehicle.ts';

/** What is answered under its id, and said again until it is. */
export type NumberedMessage = Extract<VehicleMessage, { readonly id: string }>;
/** What is said about one leg. */
export type StampMessage = Extract<VehicleMessage, { readonly legNo: number }>;

/** What somebody in the vehicle does on a leg, in the order of the way. */
export const STEPS = ['accept', 'depart', 'arrive', 'clear', 'record'] as const;
export type Step = (typeof STEPS)[number];
