import { createRequire } from 'node:module';

/**
 * The database library in its CommonJS edition. Each of the some two hundred files of the other one makes Node read the
 * library's own description, 180 kB, once more: half a second of a core and 90 MB at every start, and the same again in
 * the track's worker.
 */
const load = createRequire(import.meta.url);
const core: typeof import('drizzle-orm') = load('drizzle-orm');
const tables: typeof import('drizzle-orm/sqlite-core') = load('drizzle-orm/sqlite-core');
const driver: typeof import('drizzle-orm/better-sqlite3') = load('drizzle-orm/better-sqlite3');
const migrator: typeof import('drizzle-orm/better-sqlite3/migrator') = load('drizzle-orm/better-sqlite3/migrator');

export const { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, min, ne, or, sql } = core;
export const { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } = tables;
export const { drizzle } = driver;
export const { migrate } = migrator;
