import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StoreMismatchFault } from '../store.ts';

/** A server that is just stopping is waited for this long, ms. */
const WAIT_MS = 2_000;

/**
 * Holds a data folder for this process alone: two servers on one folder would each announce only half of what happens.
 * The system lets go of it when the process ends, however it ends.
 * @throws StoreMismatchFault when another server works on the folder.
 */
export function holdDataDir(dataDir: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true });
  const lock = new Sqlite(join(dataDir, 'server.lock'), { timeout: WAIT_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new StoreMismatchFault(`another server works on ${dataDir}: stop it, or set DATA_DIR to another folder`, {
      cause,
    });
  }
  return { release: () => lock.close() };
}
