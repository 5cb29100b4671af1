import { index, integer, primaryKey, sqliteTable, text } from './drizzle.ts';

/** The head of each district's journal: the newest `seq` and the hash of its row. */
export const journalHead = sqliteTable('journal_head', {
  district: text().primaryKey(),
  seq: integer().notNull(),
  hash: text().notNull(),
});

/** What happened, append-only. `body` is the exact text that was hashed. [A1] */
export const journal = sqliteTable(
  'journal',
  {
    district: text().notNull(),
    seq: integer().notNull(),
    ticketId: text(),
    ticketVersion: integer(),
    recordedAt: integer().notNull(),
    body: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.district, table.seq] }),
    index('journal_by_ticket').on(table.ticketId, table.ticketVersion),
  ],
);

/** Answers already given, so that a repeated command is a quiet yes. [T2] */
export const command = sqliteTable('command', {
  id: text().primaryKey(),
  fingerprint: text().notNull(),
  answer: text().notNull(),
});

/** The projection of each ticket; can be thrown away and made again from the journal. */
export const ticket = sqliteTable(
  'ticket',
  {
    id: text().primaryKey(),
    district: text().notNull(),
    number: text().notNull(),
    street: text().notNull(),
    version: integer().notNull(),
    isUnsettled: integer({ mode: 'boolean' }).notNull(),
    calledAt: integer().notNull(),
    /** When the clock has to look at it again; null when nothing will fall due. */
    dueAt: integer(),
    state: text().notNull(),
  },
  (table) => [
    index('ticket_open').on(table.district, table.isUnsettled, table.calledAt),
    index('ticket_due').on(table.dueAt),
  ],
);

/** Who called: apart from the chained journal, encrypted, each under its own key. */
export const caller = sqliteTable('caller', {
  id: text().primaryKey(),
  /** Initialisation vector, tag and ciphertext of the caller's data, base64. */
  sealed: text().notNull(),
});

/** The keys of the callers; deleting a row makes that caller's data unreadable for ever. */
export const callerKey = sqliteTable('caller_key', {
  callerId: text().primaryKey(),
  key: text().notNull(),
});

/** Ticket numbers given per district and day. */
export const numbering = sqliteTable(
  'numbering',
  { district: text().notNull(), day: text().notNull(), last: integer().notNull() },
  (table) => [primaryKey({ columns: [table.district, table.day] })],
);
