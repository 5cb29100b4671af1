import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { BaresipPorts } from './baresip-files.ts';

/** So many tries find a free pair even on a machine whose ports are half taken. */
const MOST_TRIES = 50;

/** Hands out ports that nobody listens on, none of them twice to the lines of one server. */
export interface FreePorts {
  /** @throws Error when the machine has none left. */
  take(listen: string): Promise<BaresipPorts>;
  release(ports: BaresipPorts): void;
}

export function createFreePorts(): FreePorts {
  const taken = new Set<number>();
  const isFree = async (listen: string, port: number): Promise<boolean> =>
    !taken.has(port) && (await canListen(listen, port)) && (await canReceive(listen, port));
  const find = async (listen: string): Promise<BaresipPorts> => {
    for (let tryNo = 0; tryNo < MOST_TRIES; tryNo += 1) {
      const sip = await anyPort(listen);
      const control = await anyPort('127.0.0.1');
      if (taken.has(control) || control === sip + 1 || sip === control || sip === 65_535) continue;
      if (!(await isFree(listen, sip)) || !(await isFree(listen, sip + 1))) continue;
      for (const port of [sip, sip + 1, control]) taken.add(port);
      return { sip, control };
    }
    throw new Error('no two neighbouring ports are free');
  };
  // One search after the other: two at once could find the same pair.
  let search: Promise<unknown> = Promise.resolve();
  return {
    take(listen) {
      const found = search.then(() => find(listen));
      search = found.catch(() => undefined);
      return found;
    },
    release({ sip, control }) {
      for (const port of [sip, sip + 1, control]) taken.delete(port);
    },
  };
}

async function anyPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

async function canReceive(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, host, () => socket.close(() => resolve(true)));
  });
}
