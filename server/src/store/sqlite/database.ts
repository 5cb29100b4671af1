import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { StorageFullFault, StoreFault, StoreMismatchFault } from '../store.ts';
import { drizzle, migrate } from './drizzle.ts';
import * as schema from './schema.ts';

export interface SqliteDatabase {
  /** The driver's own connection: transactions and what drizzle has no word for. */
  readonly raw: Sqlite.Database;
  readonly orm: BetterSQLite3Database<typeof schema>;
  close(): void;
}

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), 'migrations');
/** `PRAGMA synchronous` answers this for FULL: every commit is on the disk before it is acknowledged. */
const SYNCHRONOUS_FULL = 2;

/**
 * Opens the database file, brings its schema up to date, and proves that commits are durable.
 * @param path the file, or `:memory:` for a test that needs no durability.
 * @throws StoreMismatchFault when the durability pragmas do not hold or the file is damaged.
 */
export function openDatabase(path: string): SqliteDatabase {
  const isMemory = path === ':memory:';
  if (!isMemory) mkdirSync(dirname(path), { recursive: true });
  const isNew = isMemory || !existsSync(path);
  const raw = openFile(path);
  try {
    prove(raw, path, isNew);
    const orm = drizzle(raw, { schema, casing: 'snake_case' });
    migrate(orm, { migrationsFolder: MIGRATIONS });
    return { raw, orm, close: () => raw.close() };
  } catch (cause) {
    raw.close();
    if (cause instanceof StoreFault) throw cause;
    throw new StoreMismatchFault(`the database ${path} cannot be used: restore it from a backup`, { cause });
  }
}

/** Sets what the journal's promises rest on and looks whether it holds. */
function prove(raw: Sqlite.Database, path: string, isNew: boolean): void {
  raw.pragma('journal_mode = WAL');
  // The build's default in WAL mode is NORMAL, which can lose the last commits in a power cut.
  raw.pragma('synchronous = FULL');
  raw.pragma('foreign_keys = ON');
  raw.pragma('busy_timeout = 5000');
  const level = raw.pragma('synchronous', { simple: true });
  if (level !== SYNCHRONOUS_FULL) throw new StoreMismatchFault(`synchronous is ${String(level)} instead of FULL`);
  if (isNew) return;
  const check = raw.pragma('quick_check(1)', { simple: true });
  if (check !== 'ok') throw new StoreMismatchFault(`the database ${path} is damaged: ${String(check)}`);
}

function openFile(path: string): Sqlite.Database {
  try {
    return new Sqlite(path);
  } catch (cause) {
    throw new StoreFault(`cannot open the database ${path}`, { cause });
  }
}

/** Whether the driver itself failed, as opposed to our own code inside a transaction. */
export function isDriverError(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError;
}

/** Turns the driver's errors into the store's faults. */
export function faultOf(cause: unknown): StoreFault {
  if (cause instanceof StoreFault) return cause;
  const code = cause instanceof Sqlite.SqliteError ? cause.code : '';
  if (code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_IOERR')) {
    return new StorageFullFault('the disk is full or cannot be written', { cause });
  }
  return new StoreFault('the database failed', { cause });
}
