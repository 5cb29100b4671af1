import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VehicleMessage } from '@faultline/shared/wire/vehicle.ts';
import { VEHICLE_PATH, VEHICLE_PROTOCOL } from '@faultline/shared/wire/vehicle.ts';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { answer, usage } from './child.ts';
import type { Plan } from './plan.ts';
import { placeOf, play } from './plan.ts';

/** The least that could do the work: no sign-in, no check, no filter, no track, no presence. */
const server = createServer();
const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => (offered.has(VEHICLE_PROTOCOL) ? VEHICLE_PROTOCOL : false),
});
const consoles = new Set<WebSocket>();
const moved = new Map<number, readonly number[]>();
let vehicles = 0;

/** What waits for a console that does not read may not grow without end: beyond, an update is left out. */
const MAX_WAITING_BYTES = 1024 * 1024;

const sendToAll = (text: string): void => {
  const bytes = Buffer.from(text);
  for (const console of consoles) {
    if (console.bufferedAmount < MAX_WAITING_BYTES) console.send(bytes, { binary: false });
  }
};

/** The number of a vehicle is the order in which it came. */
const hearVehicle = (socket: WebSocket, index: number): void => {
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as VehicleMessage;
    if (message.type !== 'fixes') return;
    for (const { lon, lat, headingDeg, speedMps } of message.fixes) {
      moved.set(index, [
        index,
        Math.round(lon * 1e6),
        Math.round(lat * 1e6),
        headingDeg ?? -1,
        (speedMps ?? -1) * 36,
        0,
      ]);
    }
  });
};

server.on('upgrade', (request: IncomingMessage, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (accepted) => {
    if (request.url === VEHICLE_PATH) {
      hearVehicle(accepted, vehicles);
      vehicles += 1;
      return;
    }
    consoles.add(accepted);
    accepted.on('close', () => consoles.delete(accepted));
    accepted.on('error', () => accepted.terminate());
  });
});

const answers = {
  /** @param intervalMs how often what has moved leaves as one frame. */
  start: ({ intervalMs }: { readonly intervalMs: number }): Promise<string> =>
    new Promise((resolve) => {
      setInterval(() => {
        if (moved.size === 0 || consoles.size === 0) return;
        const frame = JSON.stringify({ t: Date.now(), v: [...moved.values()].flat() });
        moved.clear();
        sendToAll(frame);
      }, intervalMs);
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    }),
  /** One message per update and console, the first thing one would write. */
  broadcast: (plan: Plan): Promise<number> =>
    play(plan, (update) => {
      const { index, lonE6, latE6 } = placeOf(plan, update);
      sendToAll(JSON.stringify({ t: Date.now(), v: [index, lonE6, latE6, 90, 144, 0] }));
    }),
  usage: (isExact: boolean) => usage(isExact),
};
export type BareAnswers = typeof answers;
answer(answers);
