import { assert } from '@faultline/shared/assert.ts';
import type { AccessStore, AuditEntry, DeviceKind, DeviceRow, Redeemed, TryLimit, TryResult } from '../access-store.ts';
import { DEVICE_KINDS } from '../access-store.ts';
import type { SqliteDatabase } from './database.ts';
import { faultOf } from './database.ts';
import { and, asc, count, desc, eq, gte, inArray, isNull, lt, min, or, sql } from './drizzle.ts';
import { auditEntry, deviceToken, enrolmentCode, session, signInFailure, userAccount } from './schema-organisation.ts';

/** Sessions, device tokens, codes and tries in SQLite; seldom written, so the statements are built as they are needed. */
export function createAccessStore({ raw, orm }: SqliteDatabase): AccessStore {
  const inTransaction = <Value>(work: () => Value): Value => raw.transaction(work).immediate();

  return {
    sessions: (since) =>
      answer(() => {
        orm.delete(session).where(lt(session.createdAt, since)).run();
        const { tokenHash, userId, createdAt, seenAt } = session;
        return orm.select({ tokenHash, userId, createdAt, seenAt }).from(session).where(isNull(session.endedAt)).all();
      }),
    addSession: (row) => answer(() => void orm.insert(session).values(row).run()),
    markSeen: (tokenHash, seenAt) =>
      answer(() => void orm.update(session).set({ seenAt }).where(eq(session.tokenHash, tokenHash)).run()),
    endSessions: (tokenHashes, endedAt) =>
      answer(() => {
        const isMeant = and(inArray(session.tokenHash, [...tokenHashes]), isNull(session.endedAt));
        orm.update(session).set({ endedAt }).where(isMeant).run();
      }),
    credentials: (login) =>
      answer(() => {
        const { id: userId, passwordHash } = userAccount;
        return orm.select({ userId, passwordHash }).from(userAccount).where(eq(userAccount.login, login)).get() ?? null;
      }),

    devices: () => answer(() => orm.select().from(deviceToken).orderBy(asc(deviceToken.createdAt)).all().map(deviceOf)),
    addDevice: (device) => answer(() => void orm.insert(deviceToken).values(device).run()),
    revokeDevices: (kind, subjectId, revokedAt) =>
      answer(() =>
        inTransaction(() => {
          voidCodes(orm, kind, subjectId, revokedAt);
          return revokeTokens(orm, kind, subjectId, revokedAt);
        }),
      ),
    revokeTokens: (tokenHashes, revokedAt) =>
      answer(() => {
        const isMeant = and(inArray(deviceToken.tokenHash, [...tokenHashes]), isNull(deviceToken.revokedAt));
        orm.update(deviceToken).set({ revokedAt }).where(isMeant).run();
      }),
    addCode: (code) =>
      answer(() =>
        inTransaction(() => {
          orm
            .delete(enrolmentCode)
            .where(and(eq(enrolmentCode.kind, code.kind), eq(enrolmentCode.subjectId, code.subjectId)))
            .run();
          orm.insert(enrolmentCode).values(code).run();
        }),
      ),
    redeemCode: (code, tokenHash) => answer(() => inTransaction(() => redeem(orm, code, tokenHash))),

    countTry: (limits, at, windowStart) =>
      answer(() => inTransaction(() => countTry(orm, limits, { at, windowStart }))),
    forgiveTry: (tryIds, clearKey) =>
      answer(() => {
        const isOfKey = clearKey === null ? sql`0` : eq(signInFailure.key, clearKey);
        orm
          .delete(signInFailure)
          .where(or(inArray(signInFailure.id, [...tryIds]), isOfKey))
          .run();
      }),

    record: (entry) => answer(() => void orm.insert(auditEntry).values(entry).run()),
    entries: (district, limit) => answer(() => readAudit(orm, district, limit)),
  };
}

type Orm = SqliteDatabase['orm'];

async function answer<Value>(work: () => Value): Promise<Value> {
  try {
    return work();
  } catch (error) {
    throw faultOf(error);
  }
}

function deviceOf(row: typeof deviceToken.$inferSelect): DeviceRow {
  const kind = DEVICE_KINDS.find((known) => known === row.kind);
  assert(kind !== undefined, 'only kinds of devices that there are get a token');
  return { ...row, kind };
}

function revokeTokens(orm: Orm, kind: DeviceKind, subjectId: string, revokedAt: number): readonly string[] {
  return orm
    .update(deviceToken)
    .set({ revokedAt })
    .where(and(eq(deviceToken.kind, kind), eq(deviceToken.subjectId, subjectId), isNull(deviceToken.revokedAt)))
    .returning({ tokenHash: deviceToken.tokenHash })
    .all()
    .map(({ tokenHash }) => tokenHash);
}

/** Tokens of the same millisecond are told apart by the order in which they were written. */
function revokeAllButNewest(
  orm: Orm,
  { kind, subjectId }: Pick<DeviceRow, 'kind' | 'subjectId'>,
  kept: number,
  revokedAt: number,
): readonly string[] {
  const isOfSubject = and(eq(deviceToken.kind, kind), eq(deviceToken.subjectId, subjectId));
  const live = orm
    .select({ tokenHash: deviceToken.tokenHash })
    .from(deviceToken)
    .where(and(isOfSubject, isNull(deviceToken.revokedAt)))
    .orderBy(desc(deviceToken.createdAt), desc(sql`rowid`))
    .all();
  const surplus = live.slice(kept).map(({ tokenHash }) => tokenHash);
  if (surplus.length > 0) {
    orm.update(deviceToken).set({ revokedAt }).where(inArray(deviceToken.tokenHash, surplus)).run();
  }
  return surplus;
}

function voidCodes(orm: Orm, kind: DeviceKind, subjectId: string, usedAt: number): void {
  orm
    .update(enrolmentCode)
    .set({ usedAt })
    .where(and(eq(enrolmentCode.kind, kind), eq(enrolmentCode.subjectId, subjectId), isNull(enrolmentCode.usedAt)))
    .run();
}

function redeem(orm: Orm, code: Parameters<AccessStore['redeemCode']>[0], tokenHash: string): Redeemed {
  const { codeHash, kind, at, keepsEarlier } = code;
  const known = orm
    .select()
    .from(enrolmentCode)
    .where(and(eq(enrolmentCode.codeHash, codeHash), eq(enrolmentCode.kind, kind)))
    .get();
  if (!known) return { outcome: 'unknown' };
  if (known.usedAt !== null || known.expiresAt <= at) return { outcome: 'used' };
  const { subjectId } = known;
  voidCodes(orm, kind, subjectId, at);
  const revoked = revokeAllButNewest(orm, { kind, subjectId }, keepsEarlier, at);
  const device: DeviceRow = { tokenHash, kind, subjectId, createdAt: at, revokedAt: null };
  orm.insert(deviceToken).values(device).run();
  return { outcome: 'redeemed', device, revoked };
}

function countTry(
  orm: Orm,
  limits: readonly TryLimit[],
  { at, windowStart }: { readonly at: number; readonly windowStart: number },
): TryResult {
  orm.delete(signInFailure).where(lt(signInFailure.at, windowStart)).run();
  for (const { key, most } of limits) {
    const counted = orm
      .select({ tries: count(), oldestAt: min(signInFailure.at) })
      .from(signInFailure)
      .where(and(eq(signInFailure.key, key), gte(signInFailure.at, windowStart)))
      .get();
    if (counted && counted.tries >= most) {
      return { outcome: 'locked', freeAt: (counted.oldestAt ?? at) + (at - windowStart) };
    }
  }
  const rows = limits.map(({ key }) => ({ key, at }));
  const added = orm.insert(signInFailure).values(rows).returning({ id: signInFailure.id }).all();
  return { outcome: 'counted', tryIds: added.map(({ id }) => id) };
}

function readAudit(orm: Orm, district: string, limit: number): readonly AuditEntry[] {
  return orm
    .select()
    .from(auditEntry)
    .where(eq(auditEntry.district, district))
    .orderBy(desc(auditEntry.id))
    .limit(limit)
    .all()
    .map(({ id: _, ...entry }) => entry);
}
