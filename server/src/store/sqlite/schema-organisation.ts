import { index, integer, sqliteTable, text, uniqueIndex } from './drizzle.ts';

export const district = sqliteTable('district', {
  id: text().primaryKey(),
  nameZh: text().notNull(),
  nameEn: text().notNull(),
  timeZone: text().notNull(),
  /** West, south, east, north as a JSON array. */
  bounds: text().notNull(),
});

export const department = sqliteTable('department', {
  id: text().primaryKey(),
  district: text().notNull(),
  kind: text().notNull(),
  nameZh: text().notNull(),
  nameEn: text().notNull(),
  crewKind: text(),
  centreId: text(),
  site: text().notNull(),
  areas: text().notNull(),
  isActive: integer({ mode: 'boolean' }).notNull(),
});

export const trade = sqliteTable('trade', {
  id: text().primaryKey(),
  district: text().notNull(),
  nameZh: text().notNull(),
  nameEn: text().notNull(),
});

export const vehicle = sqliteTable(
  'vehicle',
  {
    id: text().primaryKey(),
    district: text().notNull(),
    index: integer().notNull(),
    crewId: text().notNull(),
    callSign: text().notNull(),
    plate: text().notNull(),
    tradeIds: text().notNull(),
    duty: text().notNull(),
    isActive: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [uniqueIndex('vehicle_index').on(table.district, table.index)],
);

export const contact = sqliteTable(
  'contact',
  {
    id: text().primaryKey(),
    departmentId: text().notNull(),
    role: text().notNull(),
    vehicleId: text(),
    name: text().notNull(),
    phone: text().notNull(),
    language: text().notNull(),
  },
  (table) => [index('contact_by_department').on(table.departmentId)],
);

/** Who fills a role of a department at which time. [E1] */
export const rosterEntry = sqliteTable(
  'roster_entry',
  {
    id: text().primaryKey(),
    departmentId: text().notNull(),
    role: text().notNull(),
    kind: text().notNull(),
    /** What only this kind of entry has, as JSON. */
    body: text().notNull(),
  },
  (table) => [index('roster_entry_by_department').on(table.departmentId)],
);

/** How a written word is spoken on the phone. */
export const pronunciation = sqliteTable(
  'pronunciation',
  {
    id: text().primaryKey(),
    district: text().notNull(),
    language: text().notNull(),
    written: text().notNull(),
    spoken: text().notNull(),
  },
  (table) => [uniqueIndex('pronunciation_of_word').on(table.district, table.language, table.written)],
);

/** Policies are added, never changed: a ticket is judged for ever by the version that was valid at its A. [B2] */
export const policy = sqliteTable(
  'policy',
  {
    district: text().notNull(),
    version: integer().notNull(),
    validFrom: integer().notNull(),
    body: text().notNull(),
  },
  (table) => [uniqueIndex('policy_version').on(table.district, table.version)],
);

export const userAccount = sqliteTable(
  'user_account',
  {
    id: text().primaryKey(),
    district: text().notNull(),
    login: text().notNull(),
    name: text().notNull(),
    role: text().notNull(),
    departmentId: text(),
    isActive: integer({ mode: 'boolean' }).notNull(),
    /** argon2id with its parameters and salt, in the PHC string format. */
    passwordHash: text().notNull(),
  },
  (table) => [uniqueIndex('user_login').on(table.login)],
);

/** A signed-in browser: only the hash of its token is kept. */
export const session = sqliteTable(
  'session',
  {
    tokenHash: text().primaryKey(),
    userId: text().notNull(),
    createdAt: integer().notNull(),
    seenAt: integer().notNull(),
    endedAt: integer(),
  },
  (table) => [index('session_by_user').on(table.userId)],
);

/** A paired device (a vehicle's client, a wall, a duty phone): only the hash of its token is kept. */
export const deviceToken = sqliteTable(
  'device_token',
  {
    tokenHash: text().primaryKey(),
    kind: text().notNull(),
    /** The vehicle, the wall or the contact it stands for. */
    subjectId: text().notNull(),
    createdAt: integer().notNull(),
    revokedAt: integer(),
  },
  (table) => [index('device_token_by_subject').on(table.subjectId)],
);

/** Short codes that are exchanged once for a device token. */
export const enrolmentCode = sqliteTable('enrolment_code', {
  codeHash: text().primaryKey(),
  kind: text().notNull(),
  subjectId: text().notNull(),
  expiresAt: integer().notNull(),
  usedAt: integer(),
});

export const wall = sqliteTable('wall', {
  id: text().primaryKey(),
  district: text().notNull(),
  name: text().notNull(),
  pairedAt: integer(),
  isRevoked: integer({ mode: 'boolean' }).notNull(),
});

/** Failed sign-ins per account and address together, for the lockout. */
export const signInFailure = sqliteTable(
  'sign_in_failure',
  { id: integer().primaryKey({ autoIncrement: true }), key: text().notNull(), at: integer().notNull() },
  (table) => [index('sign_in_failure_by_key').on(table.key, table.at)],
);

/** Readings of personal data and other acts that change no ticket; append-only. */
export const auditEntry = sqliteTable('audit_entry', {
  id: integer().primaryKey({ autoIncrement: true }),
  district: text().notNull(),
  at: integer().notNull(),
  actorId: text().notNull(),
  act: text().notNull(),
  subject: text().notNull(),
  detail: text().notNull(),
});

/** Facts about this database itself, such as whether it is a demo. */
export const setting = sqliteTable('setting', { key: text().primaryKey(), value: text().notNull() });
