import { z } from 'zod';
import type { OrganisationChange as Change, JournalRow as Row } from '../journal.ts';
import { idSchema } from './common.ts';
import type { EscalationStatus } from './escalation.ts';
import { actorSchema, eventSchema } from './ticket.ts';

/** Where the consoles' Socket.IO endpoint listens. */
export const LIVE_PATH = '/live';

/** The rows of the journal cross the wire as they are; what a viewer may not see is taken out before. */
export type JournalRow = Row;
export type OrganisationChange = Change;

const changeSchema = z.strictObject({
  what: z.enum(['department', 'trade', 'vehicle', 'contact', 'roster', 'pronunciation', 'user', 'policy', 'wall']),
  id: z.string(),
  how: z.enum(['added', 'changed', 'removed']),
});

export const journalRowSchema: z.ZodType<JournalRow> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ticket'),
    seq: z.int(),
    recordedAt: z.int(),
    ticketId: z.string(),
    ticketVersion: z.int(),
    by: actorSchema,
    event: eventSchema,
  }),
  z.strictObject({
    kind: z.literal('organisation'),
    seq: z.int(),
    recordedAt: z.int(),
    by: actorSchema,
    change: changeSchema,
  }),
  z.strictObject({ kind: z.literal('stub'), seq: z.int() }),
]);

/** The newest row and the server's time, sent once a second: who is behind pulls, who hears nothing is cut off. */
export interface Head {
  readonly seq: number;
  readonly now: number;
}

/**
 * Where the vehicles are: a flat run of six integers per vehicle that moved since the last frame:
 * `[index, lonE6, latE6, headingDeg or -1, speedKmhX10 or -1, ageSeconds]`.
 */
export interface PositionFrame {
  /** Server time of the frame, ms. */
  readonly t: number;
  readonly v: readonly number[];
}
export const FRAME_STRIDE = 6;

export const MAX_PULL = 500;

/** `since`: the rows after a cursor, oldest first; more follow when `rows` is as long as MAX_PULL. */
export const sinceSchema = z.strictObject({ cursor: z.int().min(0) });
export interface Pulled {
  readonly rows: readonly JournalRow[];
  readonly head: Head;
}

/** A desk or a crew office has stored a ticket that was sent to it: the receipt is C or E. */
export const receiptSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('issue'), ticketId: idSchema, no: z.int().min(1) }),
  z.strictObject({ of: z.literal('leg'), ticketId: idSchema, no: z.int().min(1) }),
]);
export type Receipt = z.infer<typeof receiptSchema>;

export type Acknowledged = { readonly ok: true } | { readonly ok: false; readonly code: string };

export interface ServerToConsole {
  events: (rows: readonly JournalRow[]) => void;
  head: (head: Head) => void;
  positions: (frame: PositionFrame) => void;
  /** The lines, the queue before them and what would go wrong: at the beginning, and whenever it has changed. */
  escalation: (status: EscalationStatus) => void;
  /** The session or token behind this socket has ended; the socket is closed right after. */
  'signed-out': (reason: 'signed-out' | 'expired' | 'revoked') => void;
}

export interface ConsoleToServer {
  since: (request: z.infer<typeof sinceSchema>, answer: (pulled: Pulled | { readonly code: string }) => void) => void;
  receipt: (receipt: Receipt, answer: (acknowledged: Acknowledged) => void) => void;
  /** Measures the clock difference: answers with the server's time at once. */
  clock: (answer: (now: number) => void) => void;
}
