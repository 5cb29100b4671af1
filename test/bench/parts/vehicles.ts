import { VEHICLE_PATH, VEHICLE_PROTOCOL } from '@faultline/shared/wire/vehicle.ts';
import { WebSocket } from 'ws';
import { answer } from './child.ts';
import type { Plan } from './plan.ts';
import { dueAt, placeOf, play } from './plan.ts';

/** Many vehicles in one process, each on a socket of its own. */
const sockets: WebSocket[] = [];

/** Sockets that are opened side by side. */
const OPENING = 100;

const open = (url: string, token: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(new URL(VEHICLE_PATH, url.replace(/^http/, 'ws')), VEHICLE_PROTOCOL, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
    socket.on('message', () => {});
  });

const answers = {
  async connect({ url, tokens }: { readonly url: string; readonly tokens: readonly string[] }): Promise<number> {
    for (let at = 0; at < tokens.length; at += OPENING) {
      sockets.push(...(await Promise.all(tokens.slice(at, at + OPENING).map((token) => open(url, token)))));
    }
    return sockets.length;
  },
  drive: (plan: Plan): Promise<number> =>
    play(plan, (update) => {
      const { index, lonE6, latE6 } = placeOf(plan, update);
      const fix = {
        fixedAt: Math.floor(dueAt(plan, update)),
        lon: lonE6 / 1e6,
        lat: latE6 / 1e6,
        speedMps: 4,
        headingDeg: 90,
        accuracyM: 8,
      };
      sockets[index]?.send(JSON.stringify({ type: 'fixes', fixes: [fix] }));
    }),
};
export type VehicleAnswers = typeof answers;
answer(answers);
