import { createServer } from 'node:http';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ConsoleToServer, ServerToConsole } from '@faultline/shared/wire/live.ts';
import { LIVE_PATH } from '@faultline/shared/wire/live.ts';
import type { DefaultEventsMap, Socket } from 'socket.io';
import { Server } from 'socket.io';
import type { Viewer } from '../access/viewer.ts';
import type { UpgradeRouter } from './upgrade.ts';

interface ConsoleData {
  readonly viewer: Viewer;
}
export type ConsoleSocket = Socket<ConsoleToServer, ServerToConsole, DefaultEventsMap, ConsoleData>;
export type ConsoleServer = Server<ConsoleToServer, ServerToConsole, DefaultEventsMap, ConsoleData>;

/** Longest message a console may send, bytes: a receipt and a cursor are all it has to say. */
const MAX_CONSOLE_MESSAGE = 65_536;
/** A console that the kernel's buffers still swallow for is found by its missing pong, within ten seconds. */
const PING_INTERVAL: Duration = 4 * SECOND;
const PING_TIMEOUT: Duration = 4 * SECOND;
/** Whoever opens a connection and does not say that he is a console within this is sent away. */
const CONNECT_TIMEOUT: Duration = 5 * SECOND;

/** Socket.IO behind the router: WebSocket only, nothing compressed, nothing recovered; every socket has its viewer. */
export function createConsoleServer(upgrade: UpgradeRouter): ConsoleServer {
  const io: ConsoleServer = new Server({
    path: LIVE_PATH,
    addTrailingSlash: false,
    serveClient: false,
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_CONSOLE_MESSAGE,
    pingInterval: PING_INTERVAL,
    pingTimeout: PING_TIMEOUT,
    connectTimeout: CONNECT_TIMEOUT,
  });
  // A server that never listens: Socket.IO gets its upgrades from the router only.
  io.attach(createServer());
  upgrade.setConsoles({
    accept: (request, socket, head) =>
      io.engine.handleUpgrade(request as Parameters<typeof io.engine.handleUpgrade>[0], socket, head),
  });
  io.use((socket, next) => {
    const viewer = upgrade.viewerOf(socket.request);
    if (viewer) socket.data = { viewer };
    next(viewer ? undefined : new Error('not-signed-in'));
  });
  return io;
}
