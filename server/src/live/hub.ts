import type { Duplex } from 'node:stream';
import { assert } from '@faultline/shared/assert.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import type { JournalRow, PositionFrame, Pulled } from '@faultline/shared/wire/live.ts';
import { MAX_PULL } from '@faultline/shared/wire/live.ts';
import type { Access } from '../access/guard.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { JournalStore } from '../store/store.ts';
import { audienceOf, createAudiences, districtRoom, mailFor } from './audience.ts';
import type { Backlog } from './backlog.ts';
import { createBacklog } from './backlog.ts';
import { hearConsole } from './console-words.ts';
import { every } from './every.ts';
import type { PresenceBook } from './presence.ts';
import { pull } from './pull.ts';
import { takeReceipt } from './receipts.ts';
import type { ConsoleSocket } from './socket-io.ts';
import { createConsoleServer } from './socket-io.ts';
import type { UpgradeRouter } from './upgrade.ts';
import { FAREWELL } from './upgrade.ts';

export interface Hub {
  /** Tells the consoles of a district about a row of its organisation, after its commit. */
  announceOrganisation(district: string, row: JournalRow): void;
  /** Sends where the vehicles are; who does not keep up gets the next frame instead. */
  sendPositions(district: string, frame: PositionFrame): void;
  /** Tells the consoles of a district how its phone lines stand. */
  sendEscalation(district: string, status: EscalationStatus): void;
  stats(): HubStats;
  close(): void;
}

export interface HubStats {
  readonly consoles: number;
  /** Consoles that were cut off because they did not read. */
  readonly cutOff: number;
  /** Messages that were refused because they came too fast. */
  readonly refused: number;
}

export interface HubParts {
  readonly upgrade: UpgradeRouter;
  readonly access: Pick<Access, 'onEnded'>;
  readonly store: Pick<JournalStore, 'head' | 'since' | 'ticket'>;
  readonly dispatcher: Dispatcher;
  readonly presence: PresenceBook;
  readonly clock: Clock;
  /** Told of what went wrong beside everybody's answers. */
  readonly onFault: (error: unknown) => void;
}

const HEAD_EVERY: Duration = SECOND;

interface Console {
  readonly socket: ConsoleSocket;
  readonly connection: Duplex;
  readonly backlog: Backlog;
}

/**
 * Carries the journal to the consoles: rows leave at once after their commit, encoded once per audience; a head each
 * second tells who is behind, and who is behind pulls. A push is a hint, the journal is the truth.
 */
export function createHub(parts: HubParts): Hub {
  const { upgrade, access, dispatcher, presence, clock } = parts;
  const io = createConsoleServer(upgrade);
  const consoles = new Map<string, Console>();
  const audiences = createAudiences();
  const heads = createHeads(parts.store);
  const newestStatus = new Map<string, EscalationStatus>();
  const counts = { announced: 0, cutOff: 0, refused: 0 };

  const announce = (district: string, rows: readonly JournalRow[], ticket: Ticket | null): void => {
    heads.learn(district, rows.at(-1)?.seq ?? 0);
    counts.announced += 1;
    for (const mail of mailFor(audiences.ofDistrict(district), rows, ticket)) {
      io.to([...mail.rooms]).emit('events', mail.rows);
    }
  };

  /** One that does not keep up comes back with its cursor and pulls; nothing of its queue is worth keeping. */
  const cutOffStalled = (): void => {
    for (const [id, { connection, backlog }] of consoles) {
      if (backlog.keepsUp(counts.announced)) continue;
      counts.cutOff += 1;
      consoles.delete(id);
      connection.destroy();
    }
  };

  const sendHeads = (): void => {
    const now = clock.now();
    for (const district of audiences.districts()) {
      const seq = heads.known(district);
      if (seq !== null) io.to(districtRoom(district)).volatile.emit('head', { seq, now });
    }
  };

  const since = async (viewer: Viewer, cursor: number): Promise<Pulled> => {
    const { district } = viewer;
    await heads.of(district);
    const rows = await pull(parts.store, viewer, cursor, MAX_PULL);
    heads.learn(district, rows.at(-1)?.seq ?? 0);
    // What has been announced, not what the store holds by now: a row between the two is on its way already.
    return { rows, head: { seq: await heads.of(district), now: clock.now() } };
  };

  /** The first head comes with the connection, so that a console knows at once whether it has missed anything; so do the lines. */
  const greet = (socket: ConsoleSocket): void => {
    const { district } = socket.data.viewer;
    const status = newestStatus.get(district);
    if (status) socket.emit('escalation', status);
    heads.of(district).then((seq) => socket.emit('head', { seq, now: clock.now() }), parts.onFault);
  };

  const admit = (socket: ConsoleSocket): void => {
    const { viewer } = socket.data;
    const connection = upgrade.connectionOf(socket.request);
    assert(connection !== null, 'a console came through the router');
    consoles.set(socket.id, { socket, connection, backlog: createBacklog(socket, connection, counts.announced) });
    const leaves = [audiences.join(viewer), presence.enter(viewer)];
    void socket.join([districtRoom(viewer.district), audienceOf(viewer).room]);
    socket.on('disconnect', () => {
      consoles.delete(socket.id);
      for (const leave of leaves) leave();
      // A side that does not answer the closing handshake would keep its connection for half a minute.
      clock.at(clock.now() + FAREWELL, () => connection.destroy());
    });
    hearConsole(socket, {
      clock,
      since: (cursor) => since(viewer, cursor),
      receipt: (receipt) => takeReceipt(parts, viewer, receipt),
      onRefused: () => {
        counts.refused += 1;
      },
      onFault: parts.onFault,
    });
    greet(socket);
  };

  io.on('connection', admit);
  dispatcher.onCommitted(({ district, rows, after }) => announce(district, rows, after));
  access.onEnded((credential, reason) => {
    for (const { socket } of consoles.values()) {
      if (socket.data.viewer.credential !== credential) continue;
      socket.emit('signed-out', reason);
      socket.disconnect(true);
    }
  });
  const cancel = every(clock, HEAD_EVERY, () => {
    cutOffStalled();
    sendHeads();
  });

  return {
    announceOrganisation: (district, row) => announce(district, [row], null),
    sendPositions(district, frame) {
      if (audiences.hasAny(district)) io.to(districtRoom(district)).volatile.emit('positions', frame);
    },
    sendEscalation(district, status) {
      newestStatus.set(district, status);
      io.to(districtRoom(district)).emit('escalation', status);
    },
    stats: () => ({ consoles: consoles.size, cutOff: counts.cutOff, refused: counts.refused }),
    close() {
      cancel();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

/** The newest row of each district, read from the store once and followed from then on. */
function createHeads(store: Pick<JournalStore, 'head'>) {
  const heads = new Map<string, number>();
  const learn = (district: string, seq: number): void => {
    heads.set(district, Math.max(heads.get(district) ?? 0, seq));
  };
  const learnFromStore = async (district: string): Promise<number> => {
    learn(district, await store.head(district));
    return heads.get(district) ?? 0;
  };
  return {
    /** `null` until somebody has asked or something was written. */
    known: (district: string): number | null => heads.get(district) ?? null,
    learn,
    of: async (district: string): Promise<number> => heads.get(district) ?? (await learnFromStore(district)),
  };
}
