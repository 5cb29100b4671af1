import type { IncomingMessage, Server } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { can } from '@faultline/shared/access/access.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import { STATUS_OF } from '@faultline/shared/wire/errors.ts';
import { LIVE_PATH } from '@faultline/shared/wire/live.ts';
import { PHONE_PATH } from '@faultline/shared/wire/phone.ts';
import { VEHICLE_PATH } from '@faultline/shared/wire/vehicle.ts';
import type { Access } from '../access/guard.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';

/** Who speaks behind a path. */
type Room = 'console' | 'vehicle' | 'phone';

/** Where a connection goes on once it is known who speaks. */
export interface UpgradeTarget {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface UpgradeRouter {
  /** Never listens itself: where `@fastify/websocket` gets its upgrades from, so that it sees the vehicles' only. */
  readonly vehicleEntrance: Server;
  /** The same for the duty phones. */
  readonly phoneEntrance: Server;
  /** Names who takes the consoles; until then they are told that nothing is there. */
  setConsoles(target: UpgradeTarget): void;
  /** Puts the one `upgrade` listener on the server. */
  attach(server: Server): void;
  /** Who was let through with this request. Asking about another request is a mistake in our code. */
  viewerOf(request: IncomingMessage): Viewer | null;
  /** The bare connection behind a request that was let through. */
  connectionOf(request: IncomingMessage): Duplex | null;
  /** Connections that are open now. */
  count(): number;
  /** Ends every connection after what was written to it, at once where the other side does not read. */
  close(): void;
}

/** Rooms say goodbye on a connection whose credential has ended; after this it is cut, whatever the other side does. */
export const FAREWELL: Duration = 0.5 * SECOND;
/** One credential on more connections than this is not a person with many tabs. */
const MAX_CONNECTIONS_PER_CREDENTIAL = 64;

/**
 * The one door for sockets: deals upgrades out by path and checks, before the 101, Host, Origin and who it is. Neither
 * Socket.IO nor `@fastify/websocket` checks an Origin by itself, and both would answer the other's upgrades.
 */
export function createUpgradeRouter(parts: {
  readonly access: Pick<Access, 'identify' | 'checkUpgradeOrigin' | 'onEnded'>;
  readonly clock: Clock;
}): UpgradeRouter {
  const { access, clock } = parts;
  const vehicleEntrance = createServer();
  const phoneEntrance = createServer();
  const viewers = new WeakMap<IncomingMessage, { readonly viewer: Viewer; readonly socket: Duplex }>();
  const open = new Set<Duplex>();
  const byCredential = new Map<string, Set<Duplex>>();
  let consoles: UpgradeTarget | null = null;

  const register = (viewer: Viewer, socket: Duplex): void => {
    const sockets = byCredential.get(viewer.credential) ?? new Set();
    byCredential.set(viewer.credential, sockets.add(socket));
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      sockets.delete(socket);
      if (sockets.size === 0) byCredential.delete(viewer.credential);
    });
  };

  access.onEnded((credential) => {
    const sockets = [...(byCredential.get(credential) ?? [])];
    if (sockets.length === 0) return;
    clock.at(clock.now() + FAREWELL, () => {
      for (const socket of sockets) socket.destroy();
    });
  });

  const admit = (request: IncomingMessage, path: Room): Outcome<Viewer, RefusalCode> => {
    const origin = access.checkUpgradeOrigin(request.headers);
    if (!origin.ok) return refuse(origin.code);
    const identified = access.identify(request.headers);
    if (!identified.ok) return refuse(identified.refusal.code);
    const viewer = identified.value;
    const isAllowed = path === 'console' ? can(viewer.role, 'live.read') : viewer.role === path;
    if (!isAllowed) return refuse('not-allowed');
    const isCrowded = (byCredential.get(viewer.credential)?.size ?? 0) >= MAX_CONNECTIONS_PER_CREDENTIAL;
    return isCrowded ? refuse('too-many-requests') : accept(viewer);
  };

  /** @returns whether anybody takes connections of this path. */
  const hand = (path: Room | null, request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    switch (path) {
      case 'vehicle':
        return vehicleEntrance.emit('upgrade', request, socket, head);
      case 'phone':
        return phoneEntrance.emit('upgrade', request, socket, head);
      case 'console':
        consoles?.accept(request, socket, head);
        return consoles !== null;
      case null:
        return false;
    }
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node takes its own listener away before it hands the socket over; an error without one would end the process.
    socket.on('error', () => socket.destroy());
    const path = pathOf(request.url);
    const admitted = path === null ? refuse<RefusalCode>('not-found') : admit(request, path);
    if (!admitted.ok) {
      answer(socket, admitted.refusal);
      return;
    }
    viewers.set(request, { viewer: admitted.value, socket });
    register(admitted.value, socket);
    if (!hand(path, request, socket, head)) answer(socket, 'not-found');
  };

  return {
    vehicleEntrance,
    phoneEntrance,
    setConsoles(target) {
      consoles = target;
    },
    attach(server) {
      server.on('upgrade', onUpgrade);
    },
    viewerOf: (request) => viewers.get(request)?.viewer ?? null,
    connectionOf: (request) => viewers.get(request)?.socket ?? null,
    count: () => open.size,
    close() {
      for (const socket of open) {
        if (socket.writableLength > 0) socket.destroy();
        else socket.end(() => socket.destroy());
      }
    },
  };
}

function pathOf(url: string | undefined): Room | null {
  const path = (url ?? '').split('?', 1)[0];
  if (path === LIVE_PATH || path === `${LIVE_PATH}/`) return 'console';
  if (path === PHONE_PATH) return 'phone';
  return path === VEHICLE_PATH ? 'vehicle' : null;
}

/** A plain HTTP answer instead of the 101, with the same body as any other refusal. */
function answer(socket: Duplex, code: RefusalCode): void {
  const status = STATUS_OF[code];
  const body = JSON.stringify({ code });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
