import { z } from 'zod';
import { CONTACT_ROLES } from '../organisation/organisation.ts';
import { FEEDBACK_KINDS } from '../ticket/policy.ts';
import { VEHICLE_CLOSE } from './vehicle.ts';

/**
 * Where a browser that is paired as somebody's duty phone is connected: a raw WebSocket, one JSON text per message,
 * the token as `Authorization: Bearer …` or as a subprotocol, like a vehicle's.
 */
export const PHONE_PATH = '/phone/ws';
export const PHONE_PROTOCOL = 'faultline.phone.v1';
/** Longest frame a phone may send, bytes. */
export const MAX_PHONE_FRAME = 4_096;

/** The numbers of the vehicle's socket where the meaning is the same, so that one link serves both pages. */
export const PHONE_CLOSE = {
  revoked: VEHICLE_CLOSE.revoked,
  flooding: VEHICLE_CLOSE.flooding,
  idle: VEHICLE_CLOSE.idle,
} as const;

/** The server pings this often; a phone that has heard nothing for longer than `PHONE_SILENT_AFTER_MS` is cut off. */
export const PHONE_PING_EVERY_MS = 8_000;
export const PHONE_SILENT_AFTER_MS = 20_000;

const callIdSchema = z.string().min(1).max(64);

/** What a duty phone says. A word about a call that is over is answered by `stopped`, never by an error. */
export const phoneMessageSchema = z.discriminatedUnion('type', [
  /** The card of this call is on the screen. */
  z.strictObject({ type: z.literal('ringing'), callId: callIdSchema }),
  /** May be repeated: a phone whose server was restarted says it once more. */
  z.strictObject({ type: z.literal('answer'), callId: callIdSchema }),
  z.strictObject({ type: z.literal('key'), callId: callIdSchema, key: z.string().regex(/^[0-9*#]$/) }),
  /** Before the answer it declines. */
  z.strictObject({ type: z.literal('hang-up'), callId: callIdSchema }),
  /** Answers `ping`. */
  z.strictObject({ type: z.literal('pong') }),
]);
export type PhoneMessage = z.infer<typeof phoneMessageSchema>;

const languageSchema = z.enum(['zh', 'en']);
const ringSchema = z.strictObject({
  callId: z.string(),
  purpose: z.enum(['ladder', 'test']),
  /** Of what is spoken. */
  language: languageSchema,
  /** What is spoken first: no address and no fault, because a voicemail may be listening. */
  opening: z.string(),
  tickets: z.array(
    z.strictObject({ number: z.string(), area: z.string(), kind: z.enum(FEEDBACK_KINDS), since: z.int() }),
  ),
  ringUntil: z.int(),
  /** `null` while it rings; set when this device has answered and came back. */
  answeredAt: z.int().nullable(),
  /** What was spoken last instead of the opening, for a device that came back. */
  said: z.strictObject({ text: z.string(), isLast: z.boolean() }).nullable(),
});
export type Ring = z.infer<typeof ringSchema>;

/** Why a phone falls silent. */
export const STOP_REASONS = [
  'done-elsewhere',
  'no-answer',
  'answered-elsewhere',
  'ended',
  'taken-over',
  'line-down',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export const pairedContactSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(CONTACT_ROLES),
  language: languageSchema,
  departmentName: z.strictObject({ zh: z.string(), en: z.string() }),
});
/** Whose phone a device is. */
export type PairedContact = z.infer<typeof pairedContactSchema>;

/** What the server tells a duty phone. */
export const phoneWordSchema = z.discriminatedUnion('type', [
  /** First on every connection, and again when something of it was changed. */
  z.strictObject({
    type: z.literal('welcome'),
    now: z.int(),
    /** IANA name of the district's zone. */
    timeZone: z.string(),
    contact: pairedContactSchema,
    /** The call that is under way for this device; `null` also ends one that it still shows. */
    ring: ringSchema.nullable(),
  }),
  z.strictObject({ type: z.literal('ring'), ring: ringSchema }),
  /** This device has the call; the contact's other devices are told `stopped`. */
  z.strictObject({ type: z.literal('answered'), callId: z.string() }),
  /** Spoken instead of what is being spoken. After the last word the device hangs up. */
  z.strictObject({ type: z.literal('say'), callId: z.string(), text: z.string(), isLast: z.boolean() }),
  /** `text` says it in the contact's language, such as who has accepted the ticket meanwhile; it may be empty. */
  z.strictObject({ type: z.literal('stopped'), callId: z.string(), reason: z.enum(STOP_REASONS), text: z.string() }),
  z.strictObject({ type: z.literal('ping'), now: z.int() }),
  /** The frame could not be read; nothing of it had an effect. */
  z.strictObject({ type: z.literal('malformed'), detail: z.string() }),
]);
export type PhoneWord = z.infer<typeof phoneWordSchema>;

/** The answer of pairing: the token is shown once. */
export const phonePairingSchema = z.strictObject({ token: z.string(), contact: pairedContactSchema });
export type PhonePairing = z.infer<typeof phonePairingSchema>;

export const demoPhoneBodySchema = z.strictObject({ contactId: z.string().min(1).max(64) });

/** Devices of the district's contacts, for who pairs them. */
export const phonesAnswerSchema = z.strictObject({
  /** When the newest living device of a contact was paired, by the contact's id. */
  pairedAt: z.record(z.string(), z.int()),
  /** Contacts who could be rung on a screen at this moment. */
  connectedContactIds: z.array(z.string()),
});
