import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

/** One SIP message as it passed, with the moment it did. */
export interface Passed {
  readonly from: 'caller' | 'phone';
  /** The request line or the status line. */
  readonly line: string;
  readonly text: string;
  readonly atMs: number;
}

/** A call as the exchange saw it. */
export interface SeenCall {
  readonly id: string;
  readonly number: string;
  readonly atMs: number;
  /** When the phone refused it, let it go or hung up; who hangs up on the phone does so beside the exchange. */
  readonly endedAtMs: number | null;
}

/**
 * Stands in for a site's exchange: deals calls out to phones by the dialled number, answers whether it is there, and
 * tells what passed. It changes no message. What goes on inside an answered call passes beside it.
 */
export interface SipExchange {
  readonly port: number;
  readonly passed: readonly Passed[];
  /** Calls to this number ring at this port, or nowhere any more; `registrar` stands for whoever registers. */
  route(number: string, port: number | null): void;
  /** How it answers whether it is there; `null` is silence. */
  answerOptions(status: string | null): void;
  /** The first message that fits, also one that has passed already. */
  seen(line: RegExp): Promise<Passed>;
  /** The calls to a number, or to everybody, in their order. */
  calls(number?: string): readonly SeenCall[];
  /** The call to this number that has so many before it, as soon as the phone has said the first word to it. */
  rung(number: string, before: number): Promise<SeenCall>;
  /** Nobody listens from here on; a second time is a quiet yes. */
  close(): Promise<void>;
}

const REQUEST = /^(?<method>[A-Z]+) sip:(?:(?<number>[^@>;]*)@)?/;
const CALL_ID = /^Call-ID:\s*(?<id>\S+)/im;
const OF_INVITE = /^CSeq:\s*\d+ INVITE/im;
const FINAL_REFUSAL = /^SIP\/2\.0 [3-6]/;
const RINGS_OR_LIFTS = /^SIP\/2\.0 (?:18|2)/;

/** @param port any free one when it is 0. */
export async function startSipExchange(port = 0): Promise<SipExchange> {
  const socket = createSocket('udp4');
  const phones = new Map<string, number>();
  const callers = new Map<string, number>();
  const passed: Passed[] = [];
  const events = new EventEmitter();
  let optionsStatus: string | null = '200 OK';
  let isClosed = false;

  const tell = (from: Passed['from'], text: string): void => {
    const message = { from, line: text.split('\r\n', 1)[0] ?? '', text, atMs: Date.now() };
    passed.push(message);
    events.emit('passed', message);
  };
  const send = (text: string, to: number): void => socket.send(text, to, '127.0.0.1');

  socket.on('message', (bytes, { port: from }) => {
    const text = bytes.toString('utf8');
    const callId = CALL_ID.exec(text)?.groups?.['id'] ?? '';
    const request = REQUEST.exec(text)?.groups;
    if (!request) {
      tell('phone', text);
      const caller = callers.get(callId);
      if (caller !== undefined) send(text, caller);
      return;
    }
    if (request['method'] === 'OPTIONS') {
      if (optionsStatus !== null) send(answerTo(text, optionsStatus), from);
      return;
    }
    const caller = callers.get(callId);
    if (caller !== undefined && caller !== from) {
      tell('phone', text);
      send(text, caller);
      return;
    }
    tell('caller', text);
    callers.set(callId, from);
    const phone = phones.get(request['method'] === 'REGISTER' ? 'registrar' : (request['number'] ?? ''));
    if (phone !== undefined) send(text, phone);
    else if (request['method'] !== 'ACK') send(answerTo(text, '404 Not Found'), from);
  });
  // A phone that is gone already is nobody's concern here.
  socket.on('error', () => undefined);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');

  return {
    port: socket.address().port,
    passed,
    route(number, to) {
      if (to === null) phones.delete(number);
      else phones.set(number, to);
    },
    answerOptions(status) {
      optionsStatus = status;
    },
    async seen(line) {
      for (;;) {
        const found = passed.find((message) => line.test(message.line));
        if (found) return found;
        await once(events, 'passed');
      }
    },
    calls: (number) => callsIn(passed).filter((call) => number === undefined || call.number === number),
    async rung(number, before) {
      for (;;) {
        const call = callsIn(passed).filter((one) => one.number === number)[before];
        if (call && passed.some((message) => isOf(message, call) && hasAnswered(message))) return call;
        await once(events, 'passed');
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Repeated messages are those of the call that they repeat. */
function callsIn(passed: readonly Passed[]): readonly SeenCall[] {
  const calls = new Map<string, SeenCall>();
  for (const message of passed) {
    const { from, line, text, atMs } = message;
    const id = CALL_ID.exec(text)?.groups?.['id'] ?? '';
    const known = calls.get(id);
    if (from === 'caller' && line.startsWith('INVITE ') && !known) {
      calls.set(id, { id, number: REQUEST.exec(line)?.groups?.['number'] ?? '', atMs, endedAtMs: null });
    }
    const isEnd = from === 'phone' && (line.startsWith('BYE ') || (FINAL_REFUSAL.test(line) && OF_INVITE.test(text)));
    if (known?.endedAtMs === null && isEnd) calls.set(id, { ...known, endedAtMs: atMs });
  }
  return [...calls.values()];
}

function isOf({ text }: Passed, { id }: SeenCall): boolean {
  return CALL_ID.exec(text)?.groups?.['id'] === id;
}

function hasAnswered({ from, line, text }: Passed): boolean {
  return from === 'phone' && RINGS_OR_LIFTS.test(line) && OF_INVITE.test(text);
}

/** The most calls that were up in the same moment. */
export function mostAtOnce(calls: readonly SeenCall[]): number {
  const isUpAt = (atMs: number) => (call: SeenCall) => call.atMs <= atMs && (call.endedAtMs ?? Infinity) > atMs;
  return Math.max(0, ...calls.map(({ atMs }) => calls.filter(isUpAt(atMs)).length));
}

function answerTo(request: string, status: string): string {
  const echoed = request.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
  return [`SIP/2.0 ${status}`, ...echoed, 'Content-Length: 0', '', ''].join('\r\n');
}
