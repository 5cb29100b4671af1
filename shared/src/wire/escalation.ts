import { z } from 'zod';
import type { Finding, LineStatus } from '../escalation/readiness.ts';
import { CONTACT_ROLES } from '../organisation/organisation.ts';
import type { RosterEntry } from '../organisation/roster.ts';
import { FEEDBACK_KINDS } from '../ticket/policy.ts';
import { CALL_OUTCOMES, FOUND_BY } from '../ticket/ticket.ts';
import { filledLineSchema, idSchema, instantSchema, lineSchema } from './common.ts';

const roleSchema = z.enum(CONTACT_ROLES);
const timeOfDaySchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const weekdaySchema = z.union([1, 2, 3, 4, 5, 6, 7].map((day) => z.literal(day as 1 | 2 | 3 | 4 | 5 | 6 | 7)));
const ownerShape = { departmentId: idSchema, role: roleSchema };
const shiftShape = {
  ...ownerShape,
  kind: z.literal('shift'),
  contactId: idSchema,
  days: z.array(weekdaySchema).min(1).max(7),
  from: timeOfDaySchema,
  to: timeOfDaySchema,
};
const rotationShape = {
  ...ownerShape,
  kind: z.literal('rotation'),
  contactIds: z.array(idSchema).min(1).max(20),
  firstDay: z.iso.date(),
  daysEach: z.int().min(1).max(60),
  handOverAt: timeOfDaySchema,
};
const overrideShape = {
  ...ownerShape,
  kind: z.literal('override'),
  contactId: idSchema,
  from: instantSchema,
  until: instantSchema,
  reason: lineSchema(200),
};

export const rosterEntrySchema: z.ZodType<RosterEntry> = z.discriminatedUnion('kind', [
  z.strictObject({ id: z.string(), ...shiftShape }),
  z.strictObject({ id: z.string(), ...rotationShape }),
  z.strictObject({ id: z.string(), ...overrideShape }),
]);
/** A new or changed entry; its id is the server's. */
export const rosterEntryInputSchema = z.discriminatedUnion('kind', [
  z.strictObject(shiftShape),
  z.strictObject(rotationShape),
  z.strictObject(overrideShape),
]);
export type RosterEntryInput = z.infer<typeof rosterEntryInputSchema>;
export const rosterAnswerSchema = z.strictObject({ entries: z.array(rosterEntrySchema) });

/** How a written word is to be spoken: pinyin with tone numbers for Chinese, another spelling for English. */
const pronunciationShape = {
  language: z.enum(['zh', 'en']),
  written: filledLineSchema(40),
  spoken: filledLineSchema(80),
};
const HAN_ONLY = /^\p{Script=Han}+$/u;
const SYLLABLES = /^(?:[a-zü]{1,6}[1-5]\s*)+$/;
export const pronunciationInputSchema = z
  .strictObject(pronunciationShape)
  .refine(
    ({ language, written, spoken }) => language !== 'zh' || !HAN_ONLY.test(written) || isPinyinOf(written, spoken),
    {
      path: ['spoken'],
      message: 'one syllable of pinyin with its tone 1 to 5 for each character',
    },
  );
export const pronunciationSchema = z.strictObject({ ...pronunciationShape, id: z.string() });
export type Pronunciation = z.infer<typeof pronunciationSchema>;
export const pronunciationsAnswerSchema = z.strictObject({
  pronunciations: z.array(pronunciationSchema),
  /** Whether this server can speak at all, so that a person can listen before he saves. */
  isSpeechInstalled: z.boolean(),
});

const lineStatusSchema: z.ZodType<LineStatus> = z.strictObject({
  id: z.string(),
  state: z.enum(['up', 'down']),
  since: z.int(),
  detail: z.string(),
  channels: z.int(),
  inUse: z.int(),
});

const findingSchema: z.ZodType<Finding> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gap'), departmentId: z.string(), role: roleSchema, from: z.int(), until: z.int() }),
  z.strictObject({ kind: z.literal('no-contact'), departmentId: z.string(), role: roleSchema }),
  z.strictObject({ kind: z.enum(['no-number']), departmentId: z.string(), role: roleSchema, contactId: z.string() }),
  z.strictObject({ kind: z.enum(['no-line']), departmentId: z.string(), role: roleSchema, contactId: z.string() }),
  z.strictObject({
    kind: z.literal('not-reached'),
    departmentId: z.string(),
    role: roleSchema,
    contactId: z.string(),
    at: z.int(),
    outcome: z.enum(CALL_OUTCOMES),
  }),
  z.strictObject({ kind: z.literal('line-down'), line: z.string(), since: z.int(), detail: z.string() }),
]);

/** Whether ladders would work now, and what waits before the lines. Holds no name and no number. [D3] [E7] */
export const escalationStatusSchema = z.strictObject({
  at: z.int(),
  lines: z.array(lineStatusSchema),
  findings: z.array(findingSchema),
  waiting: z.array(z.strictObject({ ticketId: z.string(), key: z.string(), expectedWait: z.int() })),
});
export type EscalationStatus = z.infer<typeof escalationStatusSchema>;

/** Whom a ladder would ring if it began at `at`, and when, if nobody ever answered; nothing is dialled. */
export const rehearsalQuerySchema = z.strictObject({
  departmentId: idSchema,
  kind: z.enum(FEEDBACK_KINDS),
  at: z.coerce.number().pipe(instantSchema).optional(),
});
export const rehearsalAnswerSchema = z.strictObject({
  calls: z.array(
    z.strictObject({
      at: z.int(),
      step: z.int(),
      tryNo: z.int(),
      role: roleSchema,
      /** `null`: nobody is on duty then, and the ladder goes on at once. */
      contactId: z.string().nullable(),
      contactName: z.string().nullable(),
      foundBy: z.enum(FOUND_BY).nullable(),
      /** The first line that would reach him as things are now; `manual` when none does. */
      line: z.string(),
      /** When it is given up. */
      until: z.int(),
    }),
  ),
  /** When everybody has been rung in vain; `null` when the policy rings nobody. */
  spentAt: z.int().nullable(),
});
export type RehearsalAnswer = z.infer<typeof rehearsalAnswerSchema>;

/** One call of the call log: test calls and ladder calls, the newest first. */
export const callLogSchema = z.strictObject({
  calls: z.array(
    z.strictObject({
      id: z.string(),
      purpose: z.enum(['ladder', 'test']),
      contactId: z.string(),
      contactName: z.string(),
      /** Masked. */
      number: z.string(),
      line: z.string(),
      placedAt: z.int(),
      ringingAt: z.int().nullable(),
      answeredAt: z.int().nullable(),
      endedAt: z.int().nullable(),
      outcome: z.enum(CALL_OUTCOMES).nullable(),
      pressed: z.string().nullable(),
      code: z.string(),
      ticketIds: z.array(z.string()),
    }),
  ),
});
export type CallLog = z.infer<typeof callLogSchema>;
export const testCallAnswerSchema = z.strictObject({ callId: z.string(), line: z.string() });

function isPinyinOf(written: string, spoken: string): boolean {
  const syllables = spoken.match(/[1-5]/g) ?? [];
  return SYLLABLES.test(spoken) && syllables.length === [...written].length;
}
