import type { Duplex } from 'node:stream';
import type { ConsoleSocket } from './socket-io.ts';

/** Sweeps, one a second, that a console may take nothing: with the heartbeat behind it, it is gone within ten seconds. */
const MAX_STALLED_SWEEPS = 8;
/** Announcements that may wait for one console, and bytes on its connection: beyond, a fresh pull is cheaper. */
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Watches how much waits for one console because it does not read. */
export interface Backlog {
  /** To be asked once a second. @param announced how many announcements there have been so far. */
  keepsUp(announced: number): boolean;
}

/**
 * Counts sweeps, not seconds: after a pause of the whole server nobody has fallen behind by his own fault.
 * @param connection the bare connection under the socket.
 */
export function createBacklog(socket: ConsoleSocket, connection: Duplex, announcedAtStart: number): Backlog {
  let stalledSweeps = 0;
  let announcedAtDrain = announcedAtStart;
  return {
    keepsUp(announced) {
      const isDrained = connection.writableLength === 0 && socket.conn.transport.writable;
      if (isDrained) {
        stalledSweeps = 0;
        announcedAtDrain = announced;
        return true;
      }
      stalledSweeps += 1;
      const isFull = announced - announcedAtDrain > MAX_WAITING || connection.writableLength > MAX_WAITING_BYTES;
      return stalledSweeps <= MAX_STALLED_SWEEPS && !isFull;
    },
  };
}
