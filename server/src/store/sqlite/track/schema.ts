import { blob, index, integer, sql, sqliteTable, text } from '../drizzle.ts';

/**
 * The tables of the track's own database file. Its migration stands beside it and is written by
 * `drizzle-kit generate --dialect sqlite --casing snake_case --schema src/store/sqlite/track/schema.ts
 * --out src/store/sqlite/track/migrations` in `server`.
 */
export const trackVehicle = sqliteTable('track_vehicle', {
  key: integer().primaryKey({ autoIncrement: true }),
  vehicleId: text().notNull().unique(),
});

/** Positions of one vehicle within one hour: small parts while the hour runs, one sealed part when it is over. */
export const trackPart = sqliteTable(
  'track_part',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    vehicleKey: integer().notNull(),
    /** Whole hours since 1970. */
    hour: integer().notNull(),
    isSealed: integer({ mode: 'boolean' }).notNull(),
    points: integer().notNull(),
    body: blob({ mode: 'buffer' }).notNull(),
  },
  (table) => [
    index('track_part_by_vehicle').on(table.vehicleKey, table.hour),
    index('track_part_unsealed').on(table.hour).where(sql`is_sealed = 0`),
    index('track_part_by_hour').on(table.hour),
  ],
);
