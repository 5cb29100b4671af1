import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { boardSchema } from '@faultline/shared/wire/http.ts';
import type { ConsoleToServer, JournalRow, Pulled, Receipt, ServerToConsole } from '@faultline/shared/wire/live.ts';
import { LIVE_PATH } from '@faultline/shared/wire/live.ts';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { Clock } from '../clock.ts';
import type { Account, ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import { backoff, until } from './backoff.ts';
import { Silence } from './silence.ts';

/** What a console sees of its district: first the board, then every row after it, in order and once. */
export interface District {
  onBoard(board: Board): void;
  onRow(row: JournalRow): void;
}

export interface Follower {
  /** Tells the server that a ticket is stored here; lost when the link is down, since the next board shows it again. */
  receipt(receipt: Receipt): void;
  isLive(): boolean;
  /** Begins again with a fresh board. */
  restart(): void;
}

interface FollowParts {
  readonly server: ServerAddress;
  readonly clock: Clock;
  readonly account: Account;
  readonly district: District;
  readonly onRefusal: (code: string) => void;
  /** Told in words why a connection could not be had. */
  readonly onTrouble: (text: string) => void;
}

const FIRST_RETRY: Duration = SECOND / 2;
const LONGEST_RETRY: Duration = 5 * SECOND;
/** The head comes each second; a link that is silent for so long is none. */
const SILENT_AFTER: Duration = 15 * SECOND;

type Link = Socket<ServerToConsole, ConsoleToServer>;

/** Connects like a console's page and stays connected until the signal is given. */
export function follow(parts: FollowParts): Follower {
  const { server, clock } = parts;
  let link: Link | null = null;
  let isLive = false;

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!server.signal.aborted) {
      const wasLive = await session(parts, (opened) => {
        link = opened;
        isLive = opened !== null;
      });
      failures = wasLive ? 1 : failures + 1;
      await until(clock, clock.now() + backoff(failures, FIRST_RETRY, LONGEST_RETRY), server.signal);
    }
  };
  void run();

  return {
    isLive: () => isLive,
    restart: () => link?.disconnect(),
    receipt(receipt) {
      link?.timeout(SILENT_AFTER).emit('receipt', receipt, (lost: Error | null, acknowledged) => {
        if (lost === null && !acknowledged.ok) parts.onRefusal(acknowledged.code);
      });
    },
  };
}

/** One connection from its opening to its end; whether it ever had a board. */
async function session(parts: FollowParts, onLink: (link: Link | null) => void): Promise<boolean> {
  const { server, clock, account, district } = parts;
  const ended = new AbortController();
  const signal = AbortSignal.any([server.signal, ended.signal]);
  const opened = await openLink(server, account).catch((error: Error) => {
    if (!server.signal.aborted) parts.onTrouble(`${account.login} has no live connection: ${error.message}`);
    return null;
  });
  if (opened === null) return false;
  const end = (): void => ended.abort();
  opened.on('disconnect', end).on('signed-out', end);
  const cursor = new Cursor(opened, district, end);
  const silence = new Silence(clock.now());
  opened.on('events', (rows) => cursor.take(rows));
  opened.on('head', ({ seq }) => {
    silence.heard();
    server.onAnswer();
    cursor.head(seq);
  });
  try {
    const board = await account.get('/api/board', boardSchema);
    if (!board.ok) return false;
    onLink(opened);
    district.onBoard(board.value);
    cursor.begin(board.value.cursor);
    while (!signal.aborted && silence.look(clock.now()) < SILENT_AFTER) {
      await until(clock, clock.now() + SECOND, signal);
    }
    return true;
  } catch (error) {
    if (!(error instanceof ServerFault)) throw error;
    if (!server.signal.aborted) parts.onTrouble(`${account.login}: ${error.message}`);
    return false;
  } finally {
    onLink(null);
    opened.removeAllListeners().disconnect();
  }
}

/** Throws `ServerFault` when the session cannot be had, and any error when the socket does not open. */
async function openLink(server: ServerAddress, account: Account): Promise<Link> {
  const link: Link = io(server.url.origin, {
    path: LIVE_PATH,
    addTrailingSlash: false,
    transports: ['websocket'],
    extraHeaders: await account.credentials(),
    reconnection: false,
    forceNew: true,
    autoConnect: false,
  });
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      link.removeAllListeners().disconnect();
      reject(error);
    };
    link.once('connect', () => {
      link.off('connect_error', give);
      resolve(link);
    });
    link.once('connect_error', give);
    link.connect();
  });
}

/** Applies `cursor + 1` only; what is missing is pulled, and what cannot be pulled ends the connection. */
class Cursor {
  readonly #link: Link;
  readonly #district: District;
  readonly #end: () => void;
  /** Rows that came before the board did, or while a pull was under way. */
  #waiting: JournalRow[] = [];
  #cursor: number | null = null;
  #isPulling = false;

  constructor(link: Link, district: District, end: () => void) {
    this.#link = link;
    this.#district = district;
    this.#end = end;
  }

  begin(cursor: number): void {
    this.#cursor = cursor;
    this.#drain();
  }

  take(rows: readonly JournalRow[]): void {
    this.#waiting.push(...rows);
    this.#drain();
  }

  head(seq: number): void {
    if (this.#cursor !== null && seq > this.#cursor) this.#pull();
  }

  #drain(): void {
    if (this.#cursor === null || this.#isPulling) return;
    const rows = this.#waiting.toSorted((a, b) => a.seq - b.seq);
    this.#waiting = [];
    for (const [index, row] of rows.entries()) {
      if (row.seq <= this.#cursor) continue;
      if (row.seq > this.#cursor + 1) {
        this.#waiting = rows.slice(index);
        this.#pull();
        return;
      }
      this.#cursor = row.seq;
      this.#district.onRow(row);
    }
  }

  #pull(): void {
    if (this.#cursor === null || this.#isPulling) return;
    this.#isPulling = true;
    this.#link.timeout(SILENT_AFTER).emit('since', { cursor: this.#cursor }, (lost: Error | null, pulled) => {
      this.#isPulling = false;
      if (lost !== null || !isPulled(pulled)) return this.#end();
      this.#waiting.push(...pulled.rows);
      this.#drain();
    });
  }
}

function isPulled(answer: Pulled | { readonly code: string }): answer is Pulled {
  return 'rows' in answer;
}
