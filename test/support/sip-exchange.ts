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

/**
 * Stands in for a site's exchange: deals calls out to phones by the dialled number, answers whether it is there, and
 * tells what passed. It changes no message. What goes on inside an answered call passes beside it.
 */
export interface SipExchange {
  readonly port: number;
  readonly passed: readonly Passed[];
  /** Calls to this number ring at this port; `registrar` stands for whoever registers. */
  route(number: string, port: number): void;
  /** How it answers whether it is there; `null` is silence. */
  answerOptions(status: string | null): void;
  /** The first message that fits, also one that has passed already. */
  seen(line: RegExp): Promise<Passed>;
  /** Nobody listens from here on. */
  close(): Promise<void>;
}

const REQUEST = /^(?<method>[A-Z]+) sip:(?:(?<number>[^@>;]*)@)?/;
const CALL_ID = /^Call-ID:\s*(?<id>\S+)/im;

/** @param port any free one when it is 0. */
export async function startSipExchange(port = 0): Promise<SipExchange> {
  const socket = createSocket('udp4');
  const phones = new Map<string, number>();
  const callers = new Map<string, number>();
  const passed: Passed[] = [];
  const events = new EventEmitter();
  let optionsStatus: string | null = '200 OK';

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
    route: (number, to) => void phones.set(number, to),
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
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answerTo(request: string, status: string): string {
  const echoed = request.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
  return [`SIP/2.0 ${status}`, ...echoed, 'Content-Length: 0', '', ''].join('\r\n');
}
