import { z } from 'zod';
import { VEHICLE_DUTIES } from '../organisation/organisation.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { END_REASONS } from '../ticket/ticket.ts';
import { idSchema, lineSchema } from './common.ts';
import type { RefusalCode } from './errors.ts';
import type { Caller } from './ticket.ts';
import { recordSchema } from './ticket.ts';

/** Where vehicles connect with a raw WebSocket, the token as `Authorization: Bearer …` or as a subprotocol. */
export const VEHICLE_PATH = '/vehicle/ws';
/** A browser cannot set a header, so it offers `faultline.vehicle.v1` and `bearer.<token>` as subprotocols. */
export const VEHICLE_PROTOCOL = 'faultline.vehicle.v1';
export const BEARER_PROTOCOL_PREFIX = 'bearer.';
/** Longest frame a vehicle may send, bytes. */
export const MAX_VEHICLE_FRAME = 16_384;
export const MAX_FIXES_PER_FRAME = 100;

/** A device's time is never trusted as typed: any whole number is read, the rules judge it. */
const deviceTimeSchema = z.int().min(0).max(8_640_000_000_000);

export const fixSchema = z.strictObject({
  fixedAt: deviceTimeSchema,
  lon: z.number(),
  lat: z.number(),
  speedMps: z.number().nullable().default(null),
  headingDeg: z.number().nullable().default(null),
  accuracyM: z.number().nullable().default(null),
});

const numbered = { id: idSchema, ticketId: idSchema, claimedAt: deviceTimeSchema };
const legNo = z.int().min(1).max(1_000);

/**
 * What a vehicle says. Everything with an `id` is answered with that id, and may be repeated until it is: the same
 * id has one effect. Fixes are not answered.
 */
export const vehicleMessageSchema = z.discriminatedUnion('type', [
  /** Measures the clock difference; also the heartbeat. `t` is the device's clock. */
  z.strictObject({ type: z.literal('clock'), t: deviceTimeSchema }),
  z.strictObject({ type: z.literal('fixes'), fixes: z.array(fixSchema).min(1).max(MAX_FIXES_PER_FRAME) }),
  /** The ticket is stored on the device: E. */
  z.strictObject({ type: z.literal('receipt'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('accept'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('depart'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('arrive'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('clear'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('record'), ...numbered, legNo, record: recordSchema }),
  z.strictObject({ type: z.literal('return'), ...numbered, legNo, reason: z.enum(END_REASONS), text: lineSchema(300) }),
  /** A person in the vehicle has read that the leg was taken back. */
  z.strictObject({ type: z.literal('confirm-recall'), ...numbered, legNo }),
  z.strictObject({ type: z.literal('duty'), id: idSchema, duty: z.enum(VEHICLE_DUTIES) }),
]);
export type VehicleMessage = z.infer<typeof vehicleMessageSchema>;
export type VehicleFix = z.infer<typeof fixSchema>;

/** A leg as its vehicle sees it: with the caller, because the crew has to find the door. */
export interface VehicleLeg {
  readonly ticket: Ticket;
  readonly legNo: number;
  readonly caller: Caller | null;
  /** The last instant at which an arrival keeps the promise: a vehicle knows no policies. [B4] */
  readonly promiseDue: number;
}

/** What the server tells a vehicle. */
export type ServerToVehicle =
  /** First on every connection: who it is, the open legs, and recalls whose receipt is still owed. */
  | {
      readonly type: 'welcome';
      readonly now: number;
      readonly vehicle: {
        readonly id: string;
        readonly callSign: string;
        readonly plate: string;
        readonly duty: string;
      };
      readonly crewName: { readonly zh: string; readonly en: string };
      readonly legs: readonly VehicleLeg[];
    }
  /** A leg was given to the vehicle, or one of its legs changed (also: it was taken back). */
  | { readonly type: 'leg'; readonly leg: VehicleLeg }
  | { readonly type: 'clock'; readonly t: number; readonly now: number }
  | { readonly type: 'answer'; readonly id: string; readonly ok: true }
  | {
      readonly type: 'answer';
      readonly id: string;
      readonly ok: false;
      readonly refusal: { readonly code: RefusalCode };
    }
  /** The frame could not be read; nothing of it had an effect. */
  | { readonly type: 'malformed'; readonly detail: string };

/** Close codes of the vehicle socket beyond the protocol's own. */
export const VEHICLE_CLOSE = { revoked: 4001, replaced: 4002, flooding: 4008, idle: 4009 } as const;

export const enrolBodySchema = z.strictObject({ code: z.string().trim().min(4).max(32) });
export const enrolAnswerSchema = z.strictObject({
  token: z.string(),
  vehicleId: z.string(),
  callSign: z.string(),
  plate: z.string(),
});
