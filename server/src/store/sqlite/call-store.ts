import { assert } from '@faultline/shared/assert.ts';
import type { LastReached } from '@faultline/shared/escalation/readiness.ts';
import type { CallProgress, CallRow, CallStore } from '../call-store.ts';
import { ENDS_OF_OURS, NOT_WRITTEN } from '../call-store.ts';
import type { SqliteDatabase } from './database.ts';
import { faultOf } from './database.ts';
import { and, asc, count, desc, eq, gte, isNull, ne, sql } from './drizzle.ts';
import { createGroupCommit } from './group-commit.ts';
import { call } from './schema-call.ts';

/** The calls in SQLite. Every acknowledged row is on the disk before its phone rings. [E6] */
export function createCallStore(database: SqliteDatabase): CallStore {
  const statements = prepareStatements(database);
  const write = createGroupCommit(database);

  return {
    async insertCall(row) {
      const outcome = await write(() => insert(statements, row));
      assert(outcome !== 'id-taken', `the id of a new call is new: ${row.id}`);
      return outcome;
    },
    progress: (id, change) => write(() => progress(statements, id, change)),
    call: (id) => answer(() => readCall(statements, id)),
    liveCalls: () => answer(() => statements.live.all().map(rowOf)),
    countSince: (phone, since) => answer(() => statements.countSince.get({ phone, since })?.calls ?? 0),
    lastReached: (district) =>
      answer(() =>
        statements.lastReached.all({ district, ends: JSON.stringify(ENDS_OF_OURS), notWritten: NOT_WRITTEN }),
      ),
    recentCalls: (district, limit) => answer(() => statements.recent.all({ district, limit }).map(rowOf)),
  };
}

async function answer<Value>(work: () => Value): Promise<Value> {
  try {
    return work();
  } catch (error) {
    throw faultOf(error);
  }
}

type Inserted = Awaited<ReturnType<CallStore['insertCall']>>;

/** The unique indexes refuse; only then is it asked which of them did, in the same transaction. */
function insert(statements: Statements, row: CallRow): Inserted | 'id-taken' {
  if (statements.insert.run(valuesOf(row)).changes > 0) return 'inserted';
  if (statements.byKey.get({ idempotencyKey: row.idempotencyKey })) return 'repeated';
  return statements.liveOfNumber.get({ phone: row.phone }) ? 'number-busy' : 'id-taken';
}

function progress(statements: Statements, id: string, change: CallProgress): CallRow | null {
  const before = readCall(statements, id);
  if (before === null) return null;
  const { providerId = before.providerId } = change;
  const after: CallRow = before.endedAt === null ? { ...before, ...change } : { ...before, providerId };
  statements.update.run(valuesOf(after));
  return after;
}

function readCall(statements: Statements, id: string): CallRow | null {
  const row = statements.byId.get({ id });
  return row ? rowOf(row) : null;
}

type Stored = typeof call.$inferSelect;

function valuesOf({ callee, hops, ...row }: CallRow): Stored {
  return { ...row, ...callee, hops: JSON.stringify(hops) };
}

// Rows are written by this store and by nothing else, so what stands in them is of the domain's own types.
type Worded = Pick<CallRow, 'purpose' | 'language' | 'outcome'> & Pick<CallRow['callee'], 'foundBy'>;

function rowOf({ contactId, contactRole, contactName, number, hops, ...row }: Stored): CallRow {
  const { foundBy, ...rest } = row as Omit<typeof row, keyof Worded> & Worded;
  const callee = { contactId, contactRole, contactName, number, foundBy };
  return { ...rest, callee, hops: JSON.parse(hops) as CallRow['hops'] };
}

type Statements = ReturnType<typeof prepareStatements>;
const slot = sql.placeholder;

/** Prepared once: built per call they cost ten times as much. */
function prepareStatements({ orm, raw }: SqliteDatabase) {
  const changing = Object.fromEntries(CHANGING.map((column) => [column, sql`${slot(column)}`]));
  const isLive = isNull(call.endedAt);
  const isByLine = ne(call.line, 'manual');
  return {
    insert: orm.insert(call).values(INSERTED).onConflictDoNothing().prepare(),
    update: orm
      .update(call)
      .set(changing)
      .where(eq(call.id, slot('id')))
      .prepare(),
    byId: orm
      .select()
      .from(call)
      .where(eq(call.id, slot('id')))
      .prepare(),
    byKey: orm
      .select({ id: call.id })
      .from(call)
      .where(and(eq(call.idempotencyKey, slot('idempotencyKey')), isNull(call.endedAt)))
      .prepare(),
    liveOfNumber: orm
      .select({ id: call.id })
      .from(call)
      .where(and(eq(call.phone, slot('phone')), isLive, isByLine))
      .prepare(),
    live: orm.select().from(call).where(isLive).orderBy(asc(call.placedAt), asc(sql`rowid`)).prepare(),
    countSince: orm
      .select({ calls: count() })
      .from(call)
      .where(and(eq(call.phone, slot('phone')), gte(call.placedAt, slot('since')), isByLine))
      .prepare(),
    lastReached: prepareLastReached(raw),
    recent: orm
      .select()
      .from(call)
      .where(eq(call.district, slot('district')))
      .orderBy(desc(call.placedAt), desc(sql`rowid`))
      .limit(slot('limit'))
      .prepare(),
  };
}

/**
 * Goes from contact to contact along the index and looks back from each one's newest call: as quick after years of calls
 * as on the first day, where grouping would read them all.
 */
function prepareLastReached(raw: SqliteDatabase['raw']) {
  return raw.prepare<{ district: string; ends: string; notWritten: string }, LastReached>(`
    WITH RECURSIVE called (id) AS (
      SELECT min(contact_id) FROM call WHERE district = :district
      UNION ALL
      SELECT (SELECT min(contact_id) FROM call WHERE district = :district AND contact_id > called.id)
      FROM called WHERE called.id IS NOT NULL
    )
    SELECT contact_id AS contactId, ended_at AS at, outcome
    FROM called CROSS JOIN call ON call.rowid = (
      SELECT rowid FROM call
      WHERE district = :district AND contact_id = called.id AND ended_at IS NOT NULL
        AND outcome NOT IN (SELECT value FROM json_each(:ends))
        AND (line <> 'manual' OR code <> :notWritten)
      ORDER BY ended_at DESC LIMIT 1
    )`);
}

/** What `progress` may change; the type keeps the list complete. */
const CHANGING = Object.keys({
  providerId: true,
  ringingAt: true,
  answeredAt: true,
  endedAt: true,
  outcome: true,
  pressed: true,
  code: true,
  hops: true,
  opening: true,
} satisfies Record<keyof CallProgress, true>);

const INSERTED = {
  id: slot('id'),
  district: slot('district'),
  purpose: slot('purpose'),
  contactId: slot('contactId'),
  contactRole: slot('contactRole'),
  contactName: slot('contactName'),
  number: slot('number'),
  foundBy: slot('foundBy'),
  departmentId: slot('departmentId'),
  language: slot('language'),
  phone: slot('phone'),
  line: slot('line'),
  idempotencyKey: slot('idempotencyKey'),
  opening: slot('opening'),
  placedAt: slot('placedAt'),
  ringUntil: slot('ringUntil'),
  talkUntil: slot('talkUntil'),
  hops: slot('hops'),
  providerId: slot('providerId'),
  ringingAt: slot('ringingAt'),
  answeredAt: slot('answeredAt'),
  endedAt: slot('endedAt'),
  outcome: slot('outcome'),
  pressed: slot('pressed'),
  code: slot('code'),
};
