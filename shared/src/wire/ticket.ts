import { z } from 'zod';
import type { Recorded } from '../ticket/evolve.ts';
import { AFTERMATH, EVIDENCE, POINTS } from '../ticket/points.ts';
import { AREA_CLASSES, FEEDBACK_KINDS } from '../ticket/policy.ts';
import type { Ticket } from '../ticket/ticket.ts';
import {
  CALL_OUTCOMES,
  CANCEL_REASONS,
  END_REASONS,
  FAULT_CLASSES,
  FOUND_BY,
  HAND_OUTCOMES,
} from '../ticket/ticket.ts';
import { filledLineSchema, idSchema, instantSchema, latSchema, lineSchema, lonSchema } from './common.ts';

const pointSchema = z.enum(POINTS);
const numberSchema = z.int().min(1).max(1_000);
const evidenceSchema = z.enum(EVIDENCE);

const stampSchema = z.strictObject({
  at: z.int(),
  claimedAt: z.int().nullable(),
  receivedAt: z.int(),
  evidence: evidenceSchema,
});

export const actorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('person'), id: z.string(), role: z.string(), departmentId: z.string().nullable() }),
  z.strictObject({ kind: z.literal('device'), id: z.string(), departmentId: z.string().nullable() }),
  z.strictObject({ kind: z.literal('phone'), id: z.string(), departmentId: z.string().nullable() }),
  z.strictObject({ kind: z.literal('system') }),
]);

const placeSchema = z.strictObject({
  lon: lonSchema,
  lat: latSchema,
  street: filledLineSchema(120),
  area: lineSchema(60),
});

export const recordSchema = z.strictObject({
  found: filledLineSchema(500),
  cause: filledLineSchema(200),
  done: filledLineSchema(500),
});

const reportSchema = z.strictObject({
  number: z.string(),
  district: z.string(),
  areaClass: z.enum(AREA_CLASSES),
  place: placeSchema,
  faultClass: z.enum(FAULT_CLASSES),
  faultText: z.string(),
  callerId: z.string().nullable(),
  isFromPaper: z.boolean(),
});

const endingSchema = z.strictObject({
  how: z.enum(['returned', 'recalled', 'cancelled']),
  reason: z.enum(END_REASONS).nullable(),
  text: z.string(),
  at: z.int(),
  by: actorSchema,
});

const issueSchema = z.strictObject({
  no: numberSchema,
  centreId: z.string(),
  wasReceiverConnected: z.boolean(),
  B: stampSchema,
  C: stampSchema.nullable(),
  taken: z.strictObject({ at: z.int(), by: actorSchema }).nullable(),
  ending: endingSchema.nullable(),
});

const legSchema = z.strictObject({
  no: numberSchema,
  issueNo: numberSchema,
  crewId: z.string(),
  vehicleId: z.string(),
  supportVehicleIds: z.array(z.string()),
  isCoLocated: z.boolean(),
  wasReceiverConnected: z.boolean(),
  travelMs: z.int().nullable(),
  D: stampSchema,
  E: stampSchema.nullable(),
  F: stampSchema.nullable(),
  G: stampSchema.nullable(),
  H: stampSchema.nullable(),
  ending: endingSchema.nullable(),
  recallReceipt: z.union([z.literal('not-owed'), z.literal('owed'), stampSchema]),
});

const calleeShape = {
  contactId: z.string(),
  contactRole: z.string(),
  contactName: z.string(),
  number: z.string(),
  foundBy: z.enum(FOUND_BY).nullable(),
};
const calleeSchema = z.strictObject(calleeShape);

const attemptSchema = z.strictObject({
  ...calleeShape,
  callId: z.string().nullable(),
  step: z.int().nullable(),
  line: z.string(),
  text: z.string(),
  at: z.int(),
  answeredAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  outcome: z.enum(CALL_OUTCOMES).nullable(),
  pressed: z.string().nullable(),
  code: z.string(),
  note: z.string(),
  by: actorSchema,
  endedBy: actorSchema.nullable(),
});

const eventTypeSchema = z.string() as unknown as z.ZodType<Ticket['lastChange']['type']>;

const feedbackSchema = z.strictObject({
  key: z.string(),
  kind: z.enum(FEEDBACK_KINDS),
  raisedAt: z.int(),
  departmentId: z.string(),
  issueNo: z.int(),
  legNo: z.int().nullable(),
  policyVersion: z.int(),
  attempts: z.array(attemptSchema),
  spentRounds: z.int(),
  held: z.strictObject({ at: z.int(), until: z.int(), by: actorSchema }).nullable(),
  ended: z.strictObject({ at: z.int(), cause: eventTypeSchema }).nullable(),
});

const correctionShape = {
  point: pointSchema,
  issueNo: z.int().nullable(),
  legNo: z.int().nullable(),
  was: stampSchema,
  now: stampSchema,
  reason: z.string(),
};

const contradictionSchema = z.strictObject({
  point: z.enum([...POINTS, ...AFTERMATH]),
  legNo: z.int().nullable(),
  claimed: stampSchema,
  because: z.enum(['before-earlier-point', 'after-later-point', 'leg-ended']),
});

/** The state of one ticket, as `evolve` makes it of its journal. Carries nothing of the caller. */
export const ticketSchema: z.ZodType<Ticket> = z.strictObject({
  id: z.string(),
  report: reportSchema,
  policyVersion: z.int(),
  A: stampSchema,
  issues: z.array(issueSchema),
  legs: z.array(legSchema),
  cleared: stampSchema.nullable(),
  recorded: stampSchema.extend({ record: recordSchema }).nullable(),
  closed: stampSchema.nullable(),
  cancelled: z.strictObject({ at: z.int(), reason: z.enum(CANCEL_REASONS), text: z.string() }).nullable(),
  fired: z.record(z.string(), z.int()),
  acknowledged: z.record(z.string(), z.strictObject({ at: z.int(), by: actorSchema })),
  feedbacks: z.array(feedbackSchema),
  corrections: z.array(z.strictObject({ ...correctionShape, by: actorSchema })),
  contradictions: z.array(contradictionSchema),
  version: z.int(),
  revision: z.int(),
  lastChange: z.strictObject({ type: eventTypeSchema, at: z.int(), by: actorSchema }),
});

const endShape = {
  target: z.enum(['issue', 'leg']),
  no: numberSchema,
  reason: z.enum(END_REASONS),
  text: z.string(),
  at: z.int(),
};

/** What happened, in the order of the journal. The shapes are those of `TicketEvent`. */
export const eventSchema: z.ZodType<Recorded['event']> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('opened'), report: reportSchema, A: stampSchema, policyVersion: z.int() }),
  z.strictObject({
    type: z.literal('issued'),
    issueNo: numberSchema,
    centreId: z.string(),
    wasReceiverConnected: z.boolean(),
    B: stampSchema,
  }),
  z.strictObject({
    type: z.literal('delivered-to-centre'),
    issueNo: numberSchema,
    deviceId: z.string(),
    C: stampSchema,
  }),
  z.strictObject({ type: z.literal('taken'), issueNo: numberSchema, at: z.int() }),
  z.strictObject({
    type: z.literal('dispatched'),
    legNo: numberSchema,
    issueNo: numberSchema,
    crewId: z.string(),
    vehicleId: z.string(),
    supportVehicleIds: z.array(z.string()),
    isCoLocated: z.boolean(),
    wasReceiverConnected: z.boolean(),
    travelMs: z.int().nullable(),
    D: stampSchema,
  }),
  z.strictObject({ type: z.literal('delivered-to-crew'), legNo: numberSchema, deviceId: z.string(), E: stampSchema }),
  z.strictObject({ type: z.literal('accepted'), legNo: numberSchema, F: stampSchema }),
  z.strictObject({ type: z.literal('departed'), legNo: numberSchema, G: stampSchema }),
  z.strictObject({ type: z.literal('arrived'), legNo: numberSchema, H: stampSchema }),
  z.strictObject({ type: z.literal('cleared'), stamp: stampSchema }),
  z.strictObject({ type: z.literal('recorded'), stamp: stampSchema, record: recordSchema }),
  z.strictObject({ type: z.literal('closed'), stamp: stampSchema }),
  z.strictObject({ type: z.enum(['returned', 'recalled']), ...endShape }),
  z.strictObject({ type: z.literal('recall-confirmed'), legNo: numberSchema, stamp: stampSchema }),
  z.strictObject({ type: z.literal('cancelled'), reason: z.enum(CANCEL_REASONS), text: z.string(), at: z.int() }),
  z.strictObject({ type: z.literal('corrected'), ...correctionShape, policyVersion: z.int() }),
  z.strictObject({ type: z.literal('contradicted'), contradiction: contradictionSchema }),
  z.strictObject({ type: z.literal('duty-fired'), key: z.string(), kind: z.string(), dueAt: z.int(), at: z.int() }),
  z.strictObject({
    type: z.literal('feedback-raised'),
    key: z.string(),
    kind: z.enum(FEEDBACK_KINDS),
    departmentId: z.string(),
    issueNo: z.int(),
    legNo: z.int().nullable(),
    policyVersion: z.int(),
    dueAt: z.int(),
    at: z.int(),
  }),
  z.strictObject({
    type: z.literal('call-placed'),
    key: z.string(),
    callId: z.string(),
    step: z.int(),
    callee: calleeSchema,
    line: z.string(),
    text: z.string(),
    at: z.int(),
  }),
  z.strictObject({ type: z.literal('call-answered'), key: z.string(), callId: z.string(), at: z.int() }),
  z.strictObject({
    type: z.literal('call-ended'),
    key: z.string(),
    callId: z.string(),
    outcome: z.enum(CALL_OUTCOMES),
    pressed: z.string().nullable(),
    code: z.string(),
    note: z.string(),
    at: z.int(),
  }),
  z.strictObject({
    type: z.literal('call-recorded'),
    key: z.string(),
    callee: calleeSchema,
    outcome: z.enum(HAND_OUTCOMES),
    note: z.string(),
    at: z.int(),
  }),
  z.strictObject({ type: z.literal('ladder-spent'), key: z.string(), round: z.int(), at: z.int() }),
  z.strictObject({ type: z.literal('calls-held'), key: z.string(), until: z.int(), at: z.int() }),
  z.strictObject({ type: z.literal('calls-released'), key: z.string(), at: z.int() }),
  z.strictObject({ type: z.literal('alarm-acknowledged'), key: z.string(), at: z.int() }),
]);

/** A time that a person states instead of "now". */
const enteredSchema = z
  .strictObject({ at: instantSchema, evidence: z.enum(['declared-by-phone', 'entered-by-dispatcher']) })
  .optional();

const reasonText = lineSchema(300);

/** What a person at a desk or in a crew office asks of a ticket. */
export const personalActionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('issue'), centreId: idSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('take'), entered: enteredSchema }),
  z.strictObject({
    type: z.literal('dispatch'),
    crewId: idSchema,
    vehicleId: idSchema,
    supportVehicleIds: z.array(idSchema).max(10).default([]),
    entered: enteredSchema,
  }),
  z.strictObject({ type: z.literal('deliver-to-centre'), issueNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('deliver-to-crew'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('accept'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('depart'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('arrive'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('clear'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('record'), record: recordSchema, entered: enteredSchema }),
  z.strictObject({ type: z.literal('close'), entered: enteredSchema }),
  z.strictObject({
    type: z.literal('return'),
    target: z.enum(['issue', 'leg']),
    no: numberSchema,
    reason: z.enum(END_REASONS),
    text: reasonText,
  }),
  z.strictObject({
    type: z.literal('recall'),
    target: z.enum(['issue', 'leg']),
    no: numberSchema,
    reason: z.enum(END_REASONS),
    text: reasonText,
  }),
  z.strictObject({ type: z.literal('cancel'), reason: z.enum(CANCEL_REASONS), text: reasonText }),
  z.strictObject({ type: z.literal('confirm-recall'), legNo: numberSchema, entered: enteredSchema }),
  z.strictObject({
    type: z.literal('correct'),
    point: pointSchema,
    issueNo: numberSchema.nullable(),
    legNo: numberSchema.nullable(),
    at: instantSchema,
    reason: reasonText,
  }),
  z.strictObject({
    type: z.literal('record-call'),
    key: z.string().max(80),
    contactId: idSchema,
    outcome: z.enum(HAND_OUTCOMES),
    note: reasonText,
  }),
  z.strictObject({ type: z.literal('hold-calls'), key: z.string().max(80) }),
  z.strictObject({ type: z.literal('release-calls'), key: z.string().max(80) }),
  z.strictObject({ type: z.literal('acknowledge-alarm'), key: z.string().max(80) }),
]);
export type PersonalAction = z.infer<typeof personalActionSchema>;

export const commandBodySchema = z.strictObject({
  commandId: idSchema,
  /** The `revision` of the ticket the person was looking at; a stale one is refused with what changed. */
  expectedRevision: z.int().min(0).nullable(),
  action: personalActionSchema,
});
export type CommandBody = z.infer<typeof commandBodySchema>;

/** The answer of a command, the first and every repeated time. */
export const commandAnswerSchema = z.strictObject({
  ticketId: z.string(),
  number: z.string(),
  /** The newest `seq` of the district when the command had been written. */
  seq: z.int(),
  version: z.int(),
  revision: z.int(),
});
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;

export const callerSchema = z.strictObject({
  name: lineSchema(60),
  phone: z.union([z.literal(''), z.string().regex(/^\+?\d{3,20}$/)]),
  /** House number, entrance, floor: finer than the street, never on the wall. */
  address: lineSchema(200),
  note: lineSchema(300),
});
export type Caller = z.infer<typeof callerSchema>;

/** The way a ticket had already gone on paper, each step with its own time. */
const paperStepSchema = z.discriminatedUnion('point', [
  z.strictObject({ point: z.literal('B'), at: instantSchema, centreId: idSchema }),
  z.strictObject({ point: z.literal('C'), at: instantSchema }),
  z.strictObject({ point: z.literal('D'), at: instantSchema, crewId: idSchema, vehicleId: idSchema }),
  z.strictObject({ point: z.enum(['E', 'F', 'G', 'H']), at: instantSchema }),
]);

export const openBodySchema = z.strictObject({
  commandId: idSchema,
  areaClass: z.enum(AREA_CLASSES),
  place: placeSchema,
  faultClass: z.enum(FAULT_CLASSES),
  faultText: filledLineSchema(300),
  caller: callerSchema.nullable(),
  /** When the customer hung up, by the agent's "call ended" or as he typed it; absent: now. */
  callEndedAt: instantSchema.optional(),
  /** Set for a ticket that was taken on paper: its A and the way it has gone since. */
  paper: z.strictObject({ at: instantSchema, steps: z.array(paperStepSchema).max(12) }).optional(),
});
export type OpenBody = z.infer<typeof openBodySchema>;
