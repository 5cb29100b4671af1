import type { ConsoleToServer, JournalRow, ServerToConsole } from '@faultline/shared/wire/live.ts';
import { LIVE_PATH } from '@faultline/shared/wire/live.ts';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { isAstray, learnHead, receive, startCursor } from '../../client/src/live/cursor.ts';

export type ConsoleSocket = Socket<ServerToConsole, ConsoleToServer>;

/**
 * A console's connection, which comes back by itself when it is cut.
 * @param headers a session's cookie with a page's `origin`, or a bearer token.
 */
export function connectConsole(origin: string, headers: Record<string, string>): ConsoleSocket {
  return io(origin, {
    path: LIVE_PATH,
    transports: ['websocket'],
    extraHeaders: headers,
    forceNew: true,
    reconnectionDelay: 5,
    reconnectionDelayMax: 20,
  });
}

/** The bare WebSocket below, to be cut or stalled; the client brings its own edition of `ws`. */
interface BareSocket {
  terminate(): void;
  pause(): void;
  resume(): void;
}

export function bareSocket(socket: ConsoleSocket): BareSocket {
  const { transport } = socket.io.engine;
  if (!('ws' in transport) || !isBareSocket(transport.ws)) throw new Error('the console is not connected');
  return transport.ws;
}

function isBareSocket(value: unknown): value is BareSocket {
  return typeof value === 'object' && value !== null && 'terminate' in value && 'pause' in value && 'resume' in value;
}

/** Follows the journal from `cursor` the way the console's pages do, and keeps every row it applied. */
export function followJournal(socket: ConsoleSocket, cursor: number) {
  const applied: JournalRow[] = [];
  const waiting = new Set<() => void>();
  let state = startCursor(cursor);
  let isPulling = false;

  const take = (rows: readonly JournalRow[]): void => {
    const advance = receive(state, rows);
    state = advance.state;
    applied.push(...advance.rows);
    for (const check of waiting) check();
  };
  const pull = (): void => {
    if (isPulling) return;
    isPulling = true;
    socket.timeout(2_000).emit('since', { cursor: state.cursor }, (error, answer) => {
      isPulling = false;
      if (error || 'code' in answer) return;
      take(answer.rows);
      state = learnHead(state, answer.head.seq);
      if (isAstray(state)) pull();
    });
  };
  socket.on('connect', pull);
  socket.on('events', (rows) => {
    take(rows);
    if (isAstray(state)) pull();
  });
  socket.on('head', ({ seq }) => {
    state = learnHead(state, seq);
    if (isAstray(state)) pull();
  });

  return {
    applied,
    reaches(seq: number): Promise<void> {
      return new Promise((resolve) => {
        const check = (): void => {
          if (state.cursor < seq) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
  };
}
