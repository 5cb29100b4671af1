import { z } from 'zod';
import type { LateHop, SegmentFigures } from '../audit/late-hops.ts';
import type { Department, District, Trade, UserRole, Vehicle } from '../organisation/organisation.ts';
import {
  CONTACT_ROLES,
  CREW_KINDS,
  DEPARTMENT_KINDS,
  USER_ROLES,
  VEHICLE_DUTIES,
} from '../organisation/organisation.ts';
import type { Party } from '../ticket/points.ts';
import { SEGMENTS } from '../ticket/points.ts';
import type { Policy } from '../ticket/policy.ts';
import { AREA_CLASSES } from '../ticket/policy.ts';
import { PHASES } from '../ticket/ticket.ts';
import { filledLineSchema, idSchema, instantSchema, latSchema, lonSchema, phoneSchema } from './common.ts';
import type { PositionFrame } from './live.ts';
import { journalRowSchema } from './live.ts';
import { callerSchema, ticketSchema } from './ticket.ts';

const nameSchema = z.strictObject({ zh: filledLineSchema(60), en: filledLineSchema(60) });

const districtSchema: z.ZodType<District> = z.strictObject({
  id: z.string(),
  name: nameSchema,
  timeZone: z.string(),
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});

export const departmentSchema: z.ZodType<Department> = z.strictObject({
  id: z.string(),
  district: z.string(),
  kind: z.enum(DEPARTMENT_KINDS),
  name: nameSchema,
  crewKind: z.enum(CREW_KINDS).nullable(),
  centreId: z.string().nullable(),
  site: filledLineSchema(60),
  areas: z.array(filledLineSchema(60)).max(40),
  isActive: z.boolean(),
});

export const tradeSchema: z.ZodType<Trade> = z.strictObject({ id: z.string(), name: nameSchema });

export const vehicleSchema: z.ZodType<Vehicle> = z.strictObject({
  id: z.string(),
  district: z.string(),
  index: z.int(),
  crewId: z.string(),
  callSign: filledLineSchema(20),
  plate: filledLineSchema(20),
  tradeIds: z.array(z.string()).max(10),
  duty: z.enum(VEHICLE_DUTIES),
  isActive: z.boolean(),
});

export const contactSchema = z.strictObject({
  id: z.string(),
  departmentId: z.string(),
  role: z.enum(CONTACT_ROLES),
  vehicleId: z.string().nullable(),
  name: filledLineSchema(60),
  /** Masked for a viewer who has no right to the number. */
  phone: z.string(),
  language: z.enum(['zh', 'en']),
});

export const userSchema = z.strictObject({
  id: z.string(),
  district: z.string(),
  login: z.string(),
  name: filledLineSchema(60),
  role: z.enum(USER_ROLES),
  departmentId: z.string().nullable(),
  isActive: z.boolean(),
});

const minuteSchema = z.number().min(0).max(1_440);
const perClass = z.strictObject({ urban: minuteSchema, rural: minuteSchema, remote: minuteSchema });
/** A ladder without a step rings nobody: its hop is phoned by hand from the beginning. */
const ladderStepsSchema = z
  .array(
    z.strictObject({
      role: z.enum(CONTACT_ROLES),
      tries: z.int().min(1).max(10),
      ringSec: z.int().min(5).max(120),
      retryAfterSec: z.int().min(0).max(600),
      busyRetryAfterSec: z.int().min(0).max(600),
    }),
  )
  .max(8);
const policyShape = {
  validFrom: instantSchema.or(z.literal(0)),
  promiseMin: perClass,
  budgetMin: z.strictObject({
    AB: minuteSchema,
    BC: minuteSchema,
    CD: minuteSchema,
    DE: z.strictObject({ coLocated: minuteSchema, apart: minuteSchema }),
    EF: minuteSchema,
    FG: minuteSchema,
    GH: perClass,
  }),
  warnShare: z.number().min(0.1).max(1),
  feedbackMin: z.strictObject({
    centreNotTakenAfterIssue: minuteSchema.nullable(),
    centreNotDispatchedAfterDeadline: minuteSchema.nullable(),
    crewNotAcceptedAfterDispatch: minuteSchema.nullable(),
    crewNotDepartedAfterDeadline: minuteSchema.nullable(),
    promiseAtRisk: z.boolean(),
  }),
  riskMarginMin: minuteSchema,
  recallReceiptMin: minuteSchema,
  ladder: z.strictObject({
    steps: z.strictObject({
      'centre-not-taken': ladderStepsSchema,
      'centre-not-dispatched': ladderStepsSchema,
      'crew-not-accepted': ladderStepsSchema,
      'crew-not-departed': ladderStepsSchema,
      'promise-at-risk': ladderStepsSchema,
    }),
    talkSec: z.int().min(20).max(600),
    manualSec: z.int().min(30).max(1_800),
    acknowledgedPauseMin: z.number().min(1).max(120),
    holdMin: z.number().min(1).max(60),
    roundGapMin: z.number().min(0.5).max(120),
    rounds: z.int().min(1).max(100).nullable(),
  }),
};
export const policySchema: z.ZodType<Policy> = z.strictObject({ version: z.int(), ...policyShape });
/** A new policy version; its number is given by the server. */
export const policyInputSchema = z.strictObject(policyShape);

export const signInBodySchema = z.strictObject({
  login: z.string().min(1).max(60),
  password: z.string().min(1).max(200),
});

/** Who is signed in here; also the answer of signing in. */
export const sessionSchema = z.strictObject({
  user: userSchema,
  district: districtSchema,
  /** Idle and absolute end of the session, whichever comes first, ms. */
  expiresAt: z.int(),
  isDemo: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

export const demoAccountsSchema = z.strictObject({
  accounts: z.array(
    z.strictObject({
      login: z.string(),
      name: z.string(),
      role: z.enum(USER_ROLES),
      departmentName: nameSchema.nullable(),
    }),
  ),
  /** Vehicles whose client can be opened by one click. */
  vehicles: z.array(z.strictObject({ id: z.string(), callSign: z.string(), crewName: nameSchema })),
  /** Duty phones that can be opened by one click: those that nobody has yet, and of them the one that rings soonest, first. */
  phones: z.array(
    z.strictObject({
      contactId: z.string(),
      name: z.string(),
      departmentName: nameSchema,
      /** When it will be rung if nobody does anything; `null` when nothing is due there. */
      ringsAt: z.int().nullable(),
      /** Whether a device of this contact is connected now. */
      isConnected: z.boolean(),
    }),
  ),
  simulation: z.strictObject({ speed: z.number(), seed: z.int(), vehicles: z.int() }).nullable(),
});
export type DemoAccounts = z.infer<typeof demoAccountsSchema>;
export const demoSignInBodySchema = z.strictObject({ login: z.string().max(60) });
export const demoVehicleBodySchema = z.strictObject({ vehicleId: idSchema });

const positionFrameSchema: z.ZodType<PositionFrame> = z.strictObject({ t: z.int(), v: z.array(z.int()) });

/** Everything a console needs to begin; from `cursor` on it follows the journal. */
export const boardSchema = z.strictObject({
  cursor: z.int(),
  now: z.int(),
  district: districtSchema,
  departments: z.array(departmentSchema),
  trades: z.array(tradeSchema),
  vehicles: z.array(vehicleSchema),
  policies: z.array(policySchema),
  /** The open tickets that this viewer may see. */
  tickets: z.array(ticketSchema),
  /** The last known position of every vehicle, as a position frame. */
  positions: positionFrameSchema,
  /** Vehicles whose client is connected now. */
  connectedVehicleIds: z.array(z.string()),
});
export type Board = z.infer<typeof boardSchema>;

export const ticketAnswerSchema = z.strictObject({
  ticket: ticketSchema,
  /** Events of the ticket, oldest first. */
  journal: z.array(journalRowSchema),
  /** The user names behind the actors of the journal, by id. */
  names: z.record(z.string(), z.string()),
});
export type TicketAnswer = z.infer<typeof ticketAnswerSchema>;

/** Plain decimals: `Number` alone would read an empty text as the equator. */
const degreesText = z
  .string()
  .regex(/^-?\d{1,3}(\.\d{1,15})?$/)
  .transform(Number);

/** A place on the map, as a person clicked it. */
export const streetQuerySchema = z.strictObject({
  lon: degreesText.pipe(lonSchema),
  lat: degreesText.pipe(latSchema),
});
/** What an agent would have typed for it; `null` where no named street is near, or outside the city's districts. */
export const streetAnswerSchema = z.strictObject({ street: z.string().nullable(), area: z.string().nullable() });

/** The bundled map: the sentence that must stand on it, and what changes when its data does. */
export const mapAnswerSchema = z.strictObject({ attribution: z.string(), revision: z.string() });

/** The caller's data, each reading of it recorded; `purpose` is what the reader gave as his reason. */
export const callerQuerySchema = z.strictObject({ purpose: filledLineSchema(120) });
export const callerAnswerSchema = z.strictObject({ caller: callerSchema.nullable() });

export const searchQuerySchema = z.strictObject({
  /** Part of the ticket's number or street. */
  text: z.string().trim().max(60).default(''),
  state: z.enum(['open', 'over', 'all']).default('all'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const searchAnswerSchema = z.strictObject({ tickets: z.array(ticketSchema) });

export const lateHopsQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0).optional(),
  to: z.coerce.number().int().min(0).optional(),
  segment: z.enum(['AB', 'BC', 'CD', 'DE', 'EF', 'FG', 'GH']).optional(),
  departmentId: idSchema.optional(),
  areaClass: z.enum(AREA_CLASSES).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});

const partySchema: z.ZodType<Party> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('service-centre') }),
  z.strictObject({ kind: z.literal('network'), towards: z.enum(['centre', 'crew']) }),
  z.strictObject({ kind: z.enum(['repair-centre', 'crew-duty', 'crew-team']), departmentId: z.string() }),
]);
const segmentSchema = z.enum(SEGMENTS);

const lateHopSchema: z.ZodType<LateHop> = z.strictObject({
  ticketId: z.string(),
  number: z.string(),
  policyVersion: z.int(),
  promiseState: z.enum(['running', 'at-risk', 'kept', 'lost', 'undetermined']),
  phase: z.enum(PHASES),
  areaClass: z.enum(AREA_CLASSES),
  centreId: z.string().nullable(),
  crewId: z.string().nullable(),
  segments: z.array(segmentSchema),
  party: partySchema.nullable(),
  chargedTo: partySchema.nullable(),
  from: z.int(),
  to: z.int().nullable(),
  budget: z.int(),
  spent: z.int(),
  overspend: z.int(),
  outcome: z.enum(['running', 'running-late', 'kept', 'late', 'undetermined']),
  effect: z.enum(['decisive', 'contributory', 'harmless', 'open']).nullable(),
});

const segmentFiguresSchema: z.ZodType<SegmentFigures> = z.strictObject({
  segment: segmentSchema,
  n: z.int(),
  keptCount: z.int(),
  keptShare: z.number().nullable(),
  p50: z.int().nullable(),
  p90: z.int().nullable(),
  p95: z.int().nullable(),
  mean: z.number().nullable(),
  excluded: z.strictObject({ running: z.int(), joint: z.int(), brokenOff: z.int() }),
});

/** Late hops of the calls in [from, to), the largest overspend first, and every segment's figures from the same tickets. */
export const lateHopsAnswerSchema = z.strictObject({
  from: z.int(),
  to: z.int(),
  /** Tickets that were judged. */
  ticketCount: z.int(),
  /** More tickets lie in the span than one answer judges: name a shorter one. */
  isTruncated: z.boolean(),
  /** Late hops in all; `hops` holds the first `limit` of them. */
  hopCount: z.int(),
  hops: z.array(lateHopSchema),
  figures: z.array(segmentFiguresSchema),
});
export type LateHopsAnswer = z.infer<typeof lateHopsAnswerSchema>;

/** What a walk along the journal's hash chain found; no finding means every row is there and unaltered. [A1] */
export const journalCheckSchema = z.strictObject({
  head: z.int(),
  checkedAt: z.int(),
  findings: z.array(z.strictObject({ seq: z.int(), problem: z.enum(['missing', 'altered', 'head-differs']) })),
});

export const contactsAnswerSchema = z.strictObject({ contacts: z.array(contactSchema) });

export const departmentInputSchema = z
  .strictObject({
    kind: z.enum(DEPARTMENT_KINDS),
    name: nameSchema,
    crewKind: z.enum(CREW_KINDS).nullable(),
    centreId: idSchema.nullable(),
    site: filledLineSchema(60),
    areas: z.array(filledLineSchema(60)).max(40),
    isActive: z.boolean(),
  })
  .refine(({ kind, crewKind }) => (kind === 'crew') === (crewKind !== null), {
    path: ['crewKind'],
    message: 'a crew has its kind, and nothing else has one',
  })
  .refine(({ kind, centreId }) => (kind === 'crew') === (centreId !== null), {
    path: ['centreId'],
    message: 'a crew works for a repair centre, and nothing else does',
  });
export const tradeInputSchema = z.strictObject({ name: nameSchema });
export const vehicleInputSchema = z.strictObject({
  crewId: idSchema,
  callSign: filledLineSchema(20),
  plate: filledLineSchema(20),
  tradeIds: z.array(idSchema).max(10),
  isActive: z.boolean(),
});
export const contactInputSchema = z
  .strictObject({
    departmentId: idSchema,
    role: z.enum(CONTACT_ROLES),
    vehicleId: idSchema.nullable(),
    name: filledLineSchema(60),
    /** Empty until somebody knows it; such a contact is shown as one that cannot be rung. */
    phone: z.union([z.literal(''), phoneSchema]),
    language: z.enum(['zh', 'en']),
  })
  .refine(({ role, vehicleId }) => (role === 'vehicle') === (vehicleId !== null), {
    path: ['vehicleId'],
    message: 'the phone of a vehicle names it, and no other phone does',
  });
/** The department a role works in: agents at the service centre, dispatchers and crews at their own office. */
const DEPARTMENT_ROLES: readonly UserRole[] = ['agent', 'lead', 'centre-dispatcher', 'crew'];
const loginSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,39}$/);
/** At least ten characters; a long sentence is welcome. */
const passwordSchema = z.string().min(10).max(200);
export const userInputSchema = z
  .strictObject({
    login: loginSchema,
    name: filledLineSchema(60),
    role: z.enum(USER_ROLES),
    departmentId: idSchema.nullable(),
    isActive: z.boolean(),
    /** Needed for a new account that signs in by password; later it sets a new one. */
    password: passwordSchema.optional(),
  })
  .refine(({ role, departmentId }) => DEPARTMENT_ROLES.includes(role) === (departmentId !== null), {
    path: ['departmentId'],
    message: 'agents, leads, dispatchers and crews belong to a department, the others to none',
  });
export const enrolmentCodeSchema = z.strictObject({ code: z.string(), expiresAt: z.int() });
export const wallSchema = z.strictObject({
  id: z.string(),
  district: z.string(),
  name: z.string(),
  pairedAt: z.int().nullable(),
  isRevoked: z.boolean(),
});

/** Nothing to tell but that it was done. */
export const doneSchema = z.strictObject({});

/** Whether the database is still empty and waits for its first district and administrator. */
export const firstRunStateSchema = z.strictObject({ isNeeded: z.boolean() });
export const firstRunBodySchema = z.strictObject({
  /** Printed once by the server when it started on an empty database. */
  code: z.string().trim().min(4).max(32),
  districtName: nameSchema,
  /** IANA name. */
  timeZone: z.string().min(1).max(60),
  /** West, south, east, north. */
  bounds: z
    .tuple([lonSchema, latSchema, lonSchema, latSchema])
    .refine(([west, south, east, north]) => west < east && south < north, { message: 'west < east and south < north' }),
  login: loginSchema,
  name: filledLineSchema(60),
  password: passwordSchema,
});
export type FirstRunBody = z.infer<typeof firstRunBodySchema>;

export const departmentsAnswerSchema = z.strictObject({ departments: z.array(departmentSchema) });
export const tradesAnswerSchema = z.strictObject({ trades: z.array(tradeSchema) });
export const vehiclesAnswerSchema = z.strictObject({
  vehicles: z.array(vehicleSchema),
  /** Vehicles with a living device token: when it was paired, by the vehicle's id. */
  pairedAt: z.record(z.string(), z.int()),
});
export const usersAnswerSchema = z.strictObject({ users: z.array(userSchema) });
export const policiesAnswerSchema = z.strictObject({ policies: z.array(policySchema) });
export const wallsAnswerSchema = z.strictObject({ walls: z.array(wallSchema) });
export const wallInputSchema = z.strictObject({ name: filledLineSchema(60) });
/** A new wall screen, and the code that its browser is paired by. */
export const wallAnswerSchema = z.strictObject({ wall: wallSchema, enrolment: enrolmentCodeSchema });
export const dutyBodySchema = z.strictObject({ duty: z.enum(VEHICLE_DUTIES) });
