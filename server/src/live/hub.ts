import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { assert } from '@faultline/shared/assert.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type {
  ConsoleToServer,
  JournalRow,
  PositionFrame,
  Pulled,
  ServerToConsole,
} from '@faultline/shared/wire/live.ts';
import { LIVE_PATH, MAX_PULL, receiptSchema, sinceSchema } from '@faultline/shared/wire/live.ts';
import type { DefaultEventsMap, Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { Access } from '../access/guard.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Committed, Dispatcher } from '../dispatcher.ts';
import type { JournalStore } from '../store/store.ts';
import { StorageFullFault } from '../store/store.ts';
import type { Audience } from './audience.ts';
import { audienceOf, districtRoom, mailFor } from './audience.ts';
import { every } from './every.ts';
import type { PresenceBook } from './presence.ts';
import { pull } from './pull.ts';
import { takeReceipt } from './receipts.ts';
import type { Allowance } from './token-bucket.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { UpgradeRouter } from './upgrade.ts';
import { FAREWELL } from './upgrade.ts';

export interface Hub {
  /** Tells the consoles of a district about a row of its organisation, after its commit. */
  announceOrganisation(district: string, row: JournalRow): void;
  /** Sends where the vehicles are; who does not keep up gets the next frame instead. */
  sendPositions(district: string, frame: PositionFrame): void;
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

/** Longest message a console may send, bytes: a receipt and a cursor are all it has to say. */
const MAX_CONSOLE_MESSAGE = 65_536;
/** A console that takes nothing for this long is cut off; with the heartbeat below it is gone within ten seconds. */
const STALLED_AFTER: Duration = 8 * SECOND;
/** A console that the kernel's buffers still swallow for is found by its missing pong. */
const PING_INTERVAL: Duration = 4 * SECOND;
const PING_TIMEOUT: Duration = 5 * SECOND;
/** Announcements that may wait for one console, and bytes on its connection: beyond, a fresh pull is cheaper. */
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const CONSOLE_ALLOWANCE: Allowance = { burst: 60, perSecond: 30 };
/** Who goes on after this many refusals is not a console. */
const MAX_REFUSED = 200;
const HEAD_EVERY: Duration = SECOND;

interface ConsoleData {
  readonly viewer: Viewer;
}
type ConsoleSocket = Socket<ConsoleToServer, ServerToConsole, DefaultEventsMap, ConsoleData>;

interface Console {
  readonly socket: ConsoleSocket;
  readonly connection: Duplex;
  readonly district: string;
  /** When its queue was last seen empty, and how many announcements there had been then. */
  drainedAt: Instant;
  announcedAtDrain: number;
}

/**
 * Carries the journal to the consoles: rows leave at once after their commit, encoded once per audience; a head each
 * second tells who is behind, and who is behind pulls. A push is a hint, the journal is the truth.
 */
export function createHub(parts: HubParts): Hub {
  const { upgrade, access, store, dispatcher, presence, clock } = parts;
  const io = new Server<ConsoleToServer, ServerToConsole, DefaultEventsMap, ConsoleData>({
    path: LIVE_PATH,
    addTrailingSlash: false,
    serveClient: false,
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_CONSOLE_MESSAGE,
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    connectTimeout: 5 * SECOND,
  });
  // A server that never listens: Socket.IO gets its upgrades from the router only.
  io.attach(createServer());
  upgrade.setConsoles({
    accept: (request, socket, head) =>
      io.engine.handleUpgrade(request as Parameters<typeof io.engine.handleUpgrade>[0], socket, head),
  });

  const consoles = new Map<string, Console>();
  const audiences = new Map<string, Map<string, Audience & { size: number }>>();
  const heads = new Map<string, number>();
  let announced = 0;
  let cutOff = 0;
  let refused = 0;

  const learnHead = (district: string, seq: number): void => {
    heads.set(district, Math.max(heads.get(district) ?? 0, seq));
  };

  const join = (viewer: Viewer): (() => void) => {
    const { district } = viewer;
    const audience = audienceOf(viewer);
    const ofDistrict = audiences.get(district) ?? new Map<string, Audience & { size: number }>();
    audiences.set(district, ofDistrict);
    const entry = ofDistrict.get(audience.room) ?? { ...audience, size: 0 };
    ofDistrict.set(audience.room, entry);
    entry.size += 1;
    return () => {
      entry.size -= 1;
      if (entry.size === 0) ofDistrict.delete(audience.room);
      if (ofDistrict.size === 0) audiences.delete(district);
    };
  };

  const announce = (district: string, rows: readonly JournalRow[], ticket: Committed['after'] | null): void => {
    const last = rows.at(-1);
    if (last) learnHead(district, last.seq);
    announced += 1;
    for (const mail of mailFor(audiences.get(district)?.values() ?? [], rows, ticket)) {
      io.to([...mail.rooms]).emit('events', mail.rows);
    }
  };
  dispatcher.onCommitted(({ district, rows, after }) => announce(district, rows, after));

  const cut = (console_: Console): void => {
    cutOff += 1;
    console_.connection.destroy();
  };

  /** @returns whether the console keeps up; one that does not is cut off and comes back with its cursor. */
  const keepsUp = (console_: Console, now: Instant): boolean => {
    const { connection, socket } = console_;
    const isDrained = connection.writableLength === 0 && socket.conn.transport.writable;
    if (isDrained) {
      console_.drainedAt = now;
      console_.announcedAtDrain = announced;
      return true;
    }
    const isStalled = now - console_.drainedAt > STALLED_AFTER;
    const isFull = announced - console_.announcedAtDrain > MAX_WAITING || connection.writableLength > MAX_WAITING_BYTES;
    return !isStalled && !isFull;
  };

  const cancelHeads = every(clock, HEAD_EVERY, () => {
    const now = clock.now();
    for (const console_ of consoles.values()) if (!keepsUp(console_, now)) cut(console_);
    for (const district of audiences.keys()) {
      const seq = heads.get(district);
      if (seq !== undefined) io.to(districtRoom(district)).volatile.emit('head', { seq, now });
    }
  });

  access.onEnded((credential, reason) => {
    for (const { socket } of consoles.values()) {
      if (socket.data.viewer.credential !== credential) continue;
      socket.emit('signed-out', reason);
      socket.disconnect(true);
    }
  });

  io.use((socket, next) => {
    const viewer = upgrade.viewerOf(socket.request);
    if (!viewer) return next(new Error('not-signed-in'));
    socket.data = { viewer };
    next();
  });

  io.on('connection', (socket) => {
    const { viewer } = socket.data;
    const connection = upgrade.connectionOf(socket.request);
    assert(connection !== null, 'a console came through the router');
    const console_: Console = {
      socket,
      connection,
      district: viewer.district,
      drainedAt: clock.now(),
      announcedAtDrain: announced,
    };
    consoles.set(socket.id, console_);
    const leaveAudience = join(viewer);
    const leavePresence = presence.enter(viewer);
    void socket.join([districtRoom(viewer.district), audienceOf(viewer).room]);
    socket.on('disconnect', () => {
      consoles.delete(socket.id);
      leaveAudience();
      leavePresence();
      // A side that does not answer the closing handshake would keep its connection for half a minute.
      clock.at(clock.now() + FAREWELL, () => connection.destroy());
    });
    listen(socket);
    void greet(socket);
  });

  /** The first head comes with the connection, so that a console knows at once whether it has missed anything. */
  const greet = async (socket: ConsoleSocket): Promise<void> => {
    const { district } = socket.data.viewer;
    try {
      socket.emit('head', { seq: await headOf(district), now: clock.now() });
    } catch (error) {
      parts.onFault(error);
    }
  };

  const listen = (socket: ConsoleSocket): void => {
    const { viewer } = socket.data;
    const bucket = createTokenBucket(CONSOLE_ALLOWANCE, clock.now());
    let refusedHere = 0;
    socket.use(([_event, ...args], next) => {
      if (bucket.take(clock.now())) return next();
      refused += 1;
      refusedHere += 1;
      answering(args.at(-1), { ok: false, code: 'too-many-requests' });
      if (refusedHere > MAX_REFUSED) socket.disconnect(true);
    });
    socket.on('clock', (answer) => answering(answer, clock.now()));
    socket.on('since', (request, answer) => {
      const parsed = sinceSchema.safeParse(request);
      if (!parsed.success) return answering(answer, { code: 'malformed' });
      respond(answer, () => since(viewer, parsed.data.cursor));
    });
    socket.on('receipt', (receipt, answer) => {
      const parsed = receiptSchema.safeParse(receipt);
      if (!parsed.success) return answering(answer, { ok: false, code: 'malformed' });
      respond(answer, () => takeReceipt({ store, dispatcher }, viewer, parsed.data));
    });
  };

  const headOf = async (district: string): Promise<number> => {
    if (!heads.has(district)) learnHead(district, await store.head(district));
    return heads.get(district) ?? 0;
  };

  const since = async (viewer: Viewer, cursor: number): Promise<Pulled> => {
    const { district } = viewer;
    await headOf(district);
    const rows = await pull(store, viewer, cursor, MAX_PULL);
    learnHead(district, rows.at(-1)?.seq ?? 0);
    // What has been announced, not what the store holds by now: a row between the two is on its way already.
    return { rows, head: { seq: await headOf(district), now: clock.now() } };
  };

  const respond = (answer: unknown, work: () => Promise<unknown>): void => {
    work().then(
      (value) => answering(answer, value),
      (error: unknown) => {
        parts.onFault(error);
        answering(answer, { ok: false, code: error instanceof StorageFullFault ? 'storage-full' : 'busy' });
      },
    );
  };

  return {
    announceOrganisation: (district, row) => announce(district, [row], null),
    sendPositions(district, frame) {
      if (audiences.has(district)) io.to(districtRoom(district)).volatile.emit('positions', frame);
    },
    stats: () => ({ consoles: consoles.size, cutOff, refused }),
    close() {
      cancelHeads();
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

/** What crosses the wire as a callback may be anything; only a function can be answered. */
function answering(answer: unknown, value: unknown): void {
  if (typeof answer === 'function') answer(value);
}
