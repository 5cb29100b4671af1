import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '@faultline/shared/assert.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import Sqlite from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { TrackPoint, TrackStore } from '../../track.ts';
import { faultOf } from '../database.ts';
import { and, asc, desc, drizzle, eq, gte, lt, lte, migrate, sql } from '../drizzle.ts';
import { trackPart, trackVehicle } from './schema.ts';
import { decodePoints, encodePoints } from './track-blob.ts';

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), 'migrations');
const slot = sql.placeholder;

/**
 * Opens the track's own file. WAL with `synchronous=NORMAL`: a power cut may take the last seconds of positions, which
 * the next ones replace, and never damages the file.
 * @param path the file, or `:memory:`.
 * @throws StoreFault when it cannot be opened.
 */
export function openTrackStore(path: string): TrackStore {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const raw = new Sqlite(path);
    raw.pragma('journal_mode = WAL');
    raw.pragma('synchronous = NORMAL');
    raw.pragma('busy_timeout = 5000');
    const orm = drizzle(raw, { casing: 'snake_case' });
    migrate(orm, { migrationsFolder: MIGRATIONS });
    return createTrackStore(raw, prepare(orm));
  } catch (error) {
    throw faultOf(error);
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(orm: BetterSQLite3Database) {
  const ofHour = and(eq(trackPart.vehicleKey, slot('vehicleKey')), eq(trackPart.hour, slot('hour')));
  return {
    vehicle: orm
      .select({ key: trackVehicle.key })
      .from(trackVehicle)
      .where(eq(trackVehicle.vehicleId, slot('vehicleId')))
      .prepare(),
    vehicles: orm.select().from(trackVehicle).prepare(),
    insertVehicle: orm
      .insert(trackVehicle)
      .values({ vehicleId: slot('vehicleId') })
      .returning({ key: trackVehicle.key })
      .prepare(),
    insertPart: orm
      .insert(trackPart)
      .values({
        vehicleKey: slot('vehicleKey'),
        hour: slot('hour'),
        isSealed: slot('isSealed'),
        points: slot('points'),
        body: slot('body'),
      })
      .prepare(),
    parts: orm
      .select({ body: trackPart.body })
      .from(trackPart)
      .where(
        and(
          eq(trackPart.vehicleKey, slot('vehicleKey')),
          gte(trackPart.hour, slot('from')),
          lte(trackPart.hour, slot('to')),
        ),
      )
      .orderBy(asc(trackPart.hour), asc(trackPart.id))
      .prepare(),
    newestParts: orm
      .select({ body: trackPart.body })
      .from(trackPart)
      .where(and(eq(trackPart.vehicleKey, slot('vehicleKey')), gte(trackPart.hour, slot('from'))))
      .orderBy(desc(trackPart.hour), desc(trackPart.id))
      .limit(sql.placeholder('limit'))
      .prepare(),
    unsealed: orm
      .selectDistinct({ vehicleKey: trackPart.vehicleKey, hour: trackPart.hour })
      .from(trackPart)
      .where(and(eq(trackPart.isSealed, sql`0`), lt(trackPart.hour, slot('before'))))
      .limit(sql.placeholder('limit'))
      .prepare(),
    deleteHour: orm.delete(trackPart).where(ofHour).prepare(),
    forget: orm
      .delete(trackPart)
      .where(lt(trackPart.hour, slot('before')))
      .prepare(),
  };
}

function createTrackStore(raw: Sqlite.Database, statements: Statements): TrackStore {
  const keys = new Map(statements.vehicles.all().map(({ vehicleId, key }) => [vehicleId, key]));

  const keyOf = (vehicleId: string): number => {
    const known = keys.get(vehicleId) ?? statements.vehicle.get({ vehicleId })?.key;
    if (known !== undefined) return known;
    const key = statements.insertVehicle.get({ vehicleId })?.key;
    assert(key !== undefined, 'a new vehicle gets its key');
    return key;
  };

  const insert = (vehicleKey: number, hour: number, points: readonly TrackPoint[], isSealed: boolean): void => {
    const body = encodePoints(points, isSealed);
    statements.insertPart.run({ vehicleKey, hour, isSealed: isSealed ? 1 : 0, points: points.length, body });
  };

  const append = raw.transaction((batch: ReadonlyMap<string, readonly TrackPoint[]>) => {
    const given = new Map<string, number>();
    for (const [vehicleId, points] of batch) {
      const key = keyOf(vehicleId);
      given.set(vehicleId, key);
      for (const [hour, ofHour] of byHour(points)) insert(key, hour, ofHour, false);
    }
    return given;
  });

  const sealHour = raw.transaction(({ vehicleKey, hour }: { vehicleKey: number; hour: number }) => {
    const points = inOrder(
      statements.parts.all({ vehicleKey, from: hour, to: hour }).flatMap(({ body }) => decodePoints(body)),
    );
    statements.deleteHour.run({ vehicleKey, hour });
    insert(vehicleKey, hour, points, true);
  });

  return {
    append: (points) =>
      guarded(() => {
        // A key counts only once its row is written.
        for (const [vehicleId, key] of append.immediate(points)) keys.set(vehicleId, key);
      }),
    read: (vehicleId, from, to) =>
      guarded(() => {
        const vehicleKey = keys.get(vehicleId);
        if (vehicleKey === undefined) return [];
        const parts = statements.parts.all({ vehicleKey, from: hourOf(from), to: hourOf(to) });
        const points = parts.flatMap(({ body }) => decodePoints(body));
        return inOrder(points.filter(({ fixedAt }) => fixedAt >= from && fixedAt < to));
      }),
    lastShown: (from) =>
      guarded(() => {
        const shown = new Map<string, TrackPoint>();
        for (const [vehicleId, vehicleKey] of keys) {
          const parts = statements.newestParts.all({ vehicleKey, from: hourOf(from), limit: NEWEST_PARTS });
          const last = inOrder(parts.flatMap(({ body }) => decodePoints(body))).findLast(({ isMoved }) => isMoved);
          if (last) shown.set(vehicleId, last);
        }
        return shown;
      }),
    seal: (before, limit) =>
      guarded(() => {
        const hours = statements.unsealed.all({ before: hourOf(before), limit });
        for (const hour of hours) sealHour.immediate(hour);
        return hours.length;
      }),
    forget: (before) => guarded(() => void statements.forget.run({ before: hourOf(before) })),
    close: () => raw.close(),
  };
}

/** Enough to find the last shown position behind a few parts of late ones. */
const NEWEST_PARTS = 20;

function guarded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw faultOf(error);
  }
}

function hourOf(at: Instant): number {
  return Math.floor(at / HOUR);
}

function byHour(points: readonly TrackPoint[]): ReadonlyMap<number, readonly TrackPoint[]> {
  return Map.groupBy(inOrder(points), ({ fixedAt }) => hourOf(fixedAt));
}

/** Oldest first; a position that was sent twice is kept once, as it was shown. */
function inOrder(points: readonly TrackPoint[]): TrackPoint[] {
  const sorted = [...points].sort(
    (left, right) => left.fixedAt - right.fixedAt || Number(right.isMoved) - Number(left.isMoved),
  );
  return sorted.filter((point, at) => {
    const previous = sorted[at - 1];
    return !previous || previous.fixedAt !== point.fixedAt || previous.lon !== point.lon || previous.lat !== point.lat;
  });
}
