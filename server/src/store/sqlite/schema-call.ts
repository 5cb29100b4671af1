import { index, integer, sql, sqliteTable, text, uniqueIndex } from './drizzle.ts';

/** A call stands here before it rings, and for ever. [E6] */
export const call = sqliteTable(
  'call',
  {
    id: text().primaryKey(),
    district: text().notNull(),
    purpose: text().notNull(),
    contactId: text().notNull(),
    contactRole: text().notNull(),
    contactName: text().notNull(),
    /** Masked; the dial string is `phone`. */
    number: text().notNull(),
    foundBy: text(),
    departmentId: text().notNull(),
    language: text().notNull(),
    phone: text().notNull(),
    line: text().notNull(),
    idempotencyKey: text().notNull(),
    /** The hops that the call is about, as a JSON array. */
    hops: text().notNull(),
    opening: text().notNull(),
    placedAt: integer().notNull(),
    ringUntil: integer().notNull(),
    talkUntil: integer().notNull(),
    providerId: text(),
    ringingAt: integer(),
    answeredAt: integer(),
    endedAt: integer(),
    outcome: text(),
    pressed: text(),
    code: text().notNull(),
  },
  (table) => [
    // One person is never rung twice at the same moment; a person who rings by hand sees for himself. [E5]
    uniqueIndex('call_of_number').on(table.phone).where(sql`ended_at is null and line <> 'manual'`),
    // The same attempts are not rung twice at once; after a crash between the two books they are rung again. [E6]
    uniqueIndex('call_of_attempts').on(table.idempotencyKey).where(sql`ended_at is null`),
    index('call_live').on(table.placedAt).where(sql`ended_at is null`),
    index('call_by_number').on(table.phone, table.placedAt),
    index('call_by_district').on(table.district, table.placedAt),
    index('call_by_contact').on(table.district, table.contactId, table.endedAt),
  ],
);
