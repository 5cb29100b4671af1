import type { SqliteDatabase } from './database.ts';
import { and, asc, desc, eq, gt, gte, isNotNull, lt, lte, or, sql } from './drizzle.ts';
import { caller, callerKey, command, journal, journalHead, numbering, ticket } from './schema-journal.ts';

const slot = sql.placeholder;

/** Every statement of the journal, prepared once: built per call they cost ten times as much. */
export function prepareStatements({ orm }: SqliteDatabase) {
  return { ...prepareWrites(orm), ...prepareReads(orm), ...prepareJournalReads(orm) };
}

export type Statements = ReturnType<typeof prepareStatements>;
type Orm = SqliteDatabase['orm'];

function prepareWrites(orm: Orm) {
  const ticketRow = {
    id: slot('id'),
    district: slot('district'),
    number: slot('number'),
    street: slot('street'),
    version: slot('version'),
    isUnsettled: slot('isUnsettled'),
    calledAt: slot('calledAt'),
    dueAt: slot('dueAt'),
    state: slot('state'),
  };
  const { id: _, district: __, number: ___, ...changing } = ticketRow;
  return {
    insertRow: orm
      .insert(journal)
      .values({
        district: slot('district'),
        seq: slot('seq'),
        ticketId: slot('ticketId'),
        ticketVersion: slot('ticketVersion'),
        recordedAt: slot('recordedAt'),
        body: slot('body'),
        hash: slot('hash'),
      })
      .prepare(),
    upsertHead: orm
      .insert(journalHead)
      .values({ district: slot('district'), seq: slot('seq'), hash: slot('hash') })
      .onConflictDoUpdate({ target: journalHead.district, set: { seq: sql`excluded.seq`, hash: sql`excluded.hash` } })
      .prepare(),
    insertAnswer: orm
      .insert(command)
      .values({ id: slot('id'), fingerprint: slot('fingerprint'), answer: slot('answer') })
      .prepare(),
    upsertTicket: orm
      .insert(ticket)
      .values(ticketRow)
      .onConflictDoUpdate({
        target: ticket.id,
        set: Object.fromEntries(Object.keys(changing).map((key) => [key, sql.raw(`excluded.${snakeCase(key)}`)])),
      })
      .prepare(),
    deleteTickets: orm.delete(ticket).prepare(),
    insertCaller: orm
      .insert(caller)
      .values({ id: slot('id'), sealed: slot('sealed') })
      .prepare(),
    insertCallerKey: orm
      .insert(callerKey)
      .values({ callerId: slot('callerId'), key: slot('key') })
      .prepare(),
    nextNumber: orm
      .insert(numbering)
      .values({ district: slot('district'), day: slot('day'), last: 1 })
      .onConflictDoUpdate({ target: [numbering.district, numbering.day], set: { last: sql`${numbering.last} + 1` } })
      .returning({ last: numbering.last })
      .prepare(),
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function prepareReads(orm: Orm) {
  const isOverdue = and(isNotNull(ticket.dueAt), lte(ticket.dueAt, slot('now')));
  return {
    answer: orm
      .select()
      .from(command)
      .where(eq(command.id, slot('id')))
      .prepare(),
    ticket: orm
      .select({ state: ticket.state })
      .from(ticket)
      .where(eq(ticket.id, slot('id')))
      .prepare(),
    ticketVersion: orm
      .select({ version: ticket.version })
      .from(ticket)
      .where(eq(ticket.id, slot('id')))
      .prepare(),
    openTickets: orm
      .select({ state: ticket.state })
      .from(ticket)
      .where(and(eq(ticket.district, slot('district')), eq(ticket.isUnsettled, true)))
      .orderBy(asc(ticket.calledAt))
      .prepare(),
    search: orm
      .select({ state: ticket.state })
      .from(ticket)
      .where(
        and(
          eq(ticket.district, slot('district')),
          or(sql`${slot('open')} is null`, eq(ticket.isUnsettled, sql`${slot('open')}`)),
          gte(ticket.calledAt, slot('from')),
          lt(ticket.calledAt, slot('to')),
          or(
            sql`${ticket.number} like ${slot('pattern')} escape '\\'`,
            sql`${ticket.street} like ${slot('pattern')} escape '\\'`,
          ),
        ),
      )
      .orderBy(desc(ticket.calledAt), asc(ticket.id))
      .limit(slot('limit'))
      .offset(slot('offset'))
      .prepare(),
    dueTickets: orm
      .select({ id: ticket.id, dueAt: sql<number>`${ticket.dueAt}` })
      .from(ticket)
      .where(isOverdue)
      .orderBy(asc(ticket.dueAt))
      .limit(slot('limit'))
      .prepare(),
    nextDueAt: orm
      .select({ dueAt: ticket.dueAt })
      .from(ticket)
      .where(isNotNull(ticket.dueAt))
      .orderBy(asc(ticket.dueAt))
      .limit(1)
      .prepare(),
    caller: orm
      .select({ sealed: caller.sealed, key: callerKey.key })
      .from(caller)
      .innerJoin(callerKey, eq(callerKey.callerId, caller.id))
      .where(eq(caller.id, slot('id')))
      .prepare(),
  };
}

function prepareJournalReads(orm: Orm) {
  const row = { seq: journal.seq, body: journal.body };
  return {
    head: orm
      .select({ seq: journalHead.seq, hash: journalHead.hash })
      .from(journalHead)
      .where(eq(journalHead.district, slot('district')))
      .prepare(),
    newestAt: orm
      .select({ at: sql<number | null>`max(${journal.recordedAt})` })
      .from(journalHead)
      .innerJoin(journal, and(eq(journal.district, journalHead.district), eq(journal.seq, journalHead.seq)))
      .prepare(),
    since: orm
      .select(row)
      .from(journal)
      .where(and(eq(journal.district, slot('district')), gt(journal.seq, slot('cursor'))))
      .orderBy(asc(journal.seq))
      .limit(slot('limit'))
      .prepare(),
    chain: orm
      .select({
        ...row,
        hash: journal.hash,
        ticketId: journal.ticketId,
        ticketVersion: journal.ticketVersion,
        recordedAt: journal.recordedAt,
      })
      .from(journal)
      .where(and(eq(journal.district, slot('district')), gt(journal.seq, slot('cursor'))))
      .orderBy(asc(journal.seq))
      .limit(slot('limit'))
      .prepare(),
    districts: orm.select({ district: journalHead.district }).from(journalHead).prepare(),
    journalOf: orm
      .select(row)
      .from(journal)
      .where(eq(journal.ticketId, slot('ticketId')))
      .orderBy(asc(journal.ticketVersion))
      .prepare(),
  };
}
