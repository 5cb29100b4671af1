import type { JournalRow, PositionFrame } from '@faultline/shared/wire/live.ts';
import { FRAME_STRIDE, LIVE_PATH } from '@faultline/shared/wire/live.ts';
import { WebSocket } from 'ws';
import { answer } from './child.ts';
import type { Plan } from './plan.ts';
import { dueAt, updateAt } from './plan.ts';

/**
 * Many consoles in one process. Against the product they speak as much of Socket.IO as a console needs; the whole
 * client would be what is measured. Positions of a bare server come as the same frames without an envelope.
 */
const sockets: WebSocket[] = [];

export interface Received {
  /** Position updates over all consoles; one that was overtaken before its frame left counts as not delivered. */
  readonly delivered: number;
  /** From due to received, ms, of some consoles. */
  readonly delays: readonly number[];
}

/** Consoles whose delays are measured, because reading every number of every frame is work of its own; all count. */
const TIMED = 3;
const MAX_DELAYS = 20_000;
const OPENING = 50;

let plan: Plan | null = null;
let delivered = 0;
let delays: number[] = [];
let seen = 0;
/** When each console got the first row of a ticket. */
let ticketsSeenAt = new Map<string, number[]>();

const POSITIONS = '42["positions",';
const EVENTS = '42["events",';
const COMMA = 0x2c;

/** Counting the commas costs a tenth of reading the numbers, and the consoles share the machine with the server. */
function numbersIn(frame: Buffer, from: number): number {
  let commas = 0;
  for (let at = from; at < frame.length; at += 1) if (frame[at] === COMMA) commas += 1;
  return commas + 1;
}

function takePositions(frame: PositionFrame): void {
  if (plan === null) return;
  const now = Date.now();
  for (let at = 0; at < frame.v.length; at += FRAME_STRIDE) {
    const update = updateAt(plan, frame.v[at] ?? 0, frame.v[at + 1] ?? 0);
    if (update < 0 || update >= plan.updates) continue;
    seen += 1;
    const delay = now - dueAt(plan, update);
    // A sample of bounded size in which every update stands with the same chance.
    if (delays.length < MAX_DELAYS) delays.push(delay);
    else {
      const place = Math.floor(Math.random() * seen);
      if (place < MAX_DELAYS) delays[place] = delay;
    }
  }
}

function takeEvents(rows: readonly JournalRow[]): void {
  const now = Date.now();
  for (const row of rows) {
    if (row.kind !== 'ticket' || row.ticketVersion !== 1) continue;
    const times = ticketsSeenAt.get(row.ticketId) ?? [];
    ticketsSeenAt.set(row.ticketId, times);
    times.push(now);
  }
}

/** One frame with positions, wherever they begin in it. */
function countPositions(frame: Buffer, from: number, no: number): void {
  if (plan === null) return;
  const numbersFrom = frame.indexOf('[', from);
  if (numbersFrom === -1 || frame[numbersFrom + 1] === 0x5d) return;
  delivered += numbersIn(frame, numbersFrom) / FRAME_STRIDE;
  if (no < TIMED)
    takePositions(JSON.parse(frame.toString('latin1', from, frame.lastIndexOf('}') + 1)) as PositionFrame);
}

function hearProduct(socket: WebSocket, no: number, ready: () => void): void {
  socket.on('message', (data: Buffer) => {
    const kind = data[0];
    if (kind === 0x30) socket.send('40');
    else if (kind === 0x32) socket.send('3');
    else if (data.toString('latin1', 0, 3).startsWith('40')) ready();
    else if (data.toString('latin1', 0, POSITIONS.length) === POSITIONS) countPositions(data, POSITIONS.length, no);
    else if (data.toString('latin1', 0, EVENTS.length) === EVENTS) {
      takeEvents((JSON.parse(data.toString('utf8', 2)) as [string, readonly JournalRow[]])[1]);
    }
  });
}

function hearBare(socket: WebSocket, no: number, ready: () => void): void {
  socket.on('open', ready);
  socket.on('message', (data: Buffer) => countPositions(data, 0, no));
}

const open = (url: string, token: string | null): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const query = token === null ? '' : '?EIO=4&transport=websocket';
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${LIVE_PATH}${query}`, { headers });
    const hear = token === null ? hearBare : hearProduct;
    hear(socket, sockets.length, () => resolve(socket));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a console was sent away')));
    sockets.push(socket);
  });

const answers = {
  /** @param tokens one per console for the product, `null` for a bare server. */
  async connect({
    url,
    tokens,
  }: {
    readonly url: string;
    readonly tokens: readonly (string | null)[];
  }): Promise<number> {
    for (let at = 0; at < tokens.length; at += OPENING) {
      await Promise.all(tokens.slice(at, at + OPENING).map((token) => open(url, token)));
    }
    return sockets.length;
  },
  expect(next: Plan): void {
    plan = next;
    delivered = 0;
    delays = [];
    seen = 0;
  },
  received(): Received {
    plan = null;
    return { delivered, delays };
  },
  ticketsSeen(): Record<string, number[]> {
    const seenAt = Object.fromEntries(ticketsSeenAt);
    ticketsSeenAt = new Map();
    return seenAt;
  },
  disconnect(): void {
    for (const socket of sockets.splice(0)) socket.terminate();
  },
};
export type ConsoleAnswers = typeof answers;
answer(answers);
