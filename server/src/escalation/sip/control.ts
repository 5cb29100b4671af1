import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';

/** Commands to a running baresip, and what it tells by itself: JSON in netstrings, over its `ctrl_tcp` port. */
export interface Control {
  /** @returns what the program says to it. @throws ControlFault when it refuses, is gone, or does not answer. */
  command(name: string, params?: string): Promise<string>;
  close(): void;
}

export class ControlFault extends Error {
  override readonly name = 'ControlFault';
}

const eventSchema = z.object({
  event: z.literal(true),
  type: z.string(),
  /** `incoming` or `outgoing`; events that are not of a call have none. */
  direction: z.string().optional(),
  /** The call's SIP Call-ID. */
  id: z.string().optional(),
  param: z.string().optional(),
});
export type BaresipEvent = z.infer<typeof eventSchema>;

const answerSchema = z.object({
  response: z.literal(true),
  ok: z.boolean(),
  data: z.string().optional(),
  token: z.string().optional(),
});
const messageSchema = z.union([eventSchema, answerSchema]);

/** On the loopback an answer takes a millisecond; a program that is silent for longer hangs. */
const ANSWER_WITHIN: Duration = 2 * SECOND;
/** The longest answer, a list of one call, is a few hundred bytes. */
const MOST_BYTES = 64 * 1024;

export async function connectControl(
  port: number,
  parts: {
    readonly clock: Clock;
    readonly onEvent: (event: BaresipEvent) => void;
    /** Once, also after `close`. */
    readonly onClosed: () => void;
  },
): Promise<Control> {
  const socket = await connected(port);
  const waiting = new Map<string, (answer: z.infer<typeof answerSchema> | null) => void>();
  let sent = 0;
  const read = netstrings((text) => {
    const message = messageSchema.safeParse(jsonOf(text)).data;
    if (message === undefined) return;
    if ('event' in message) parts.onEvent(message);
    else waiting.get(message.token ?? '')?.(message);
  });
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    if (!read(chunk)) socket.destroy();
  });
  // What matters is that it is closed; `close` follows every error.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    for (const settle of [...waiting.values()]) settle(null);
    parts.onClosed();
  });
  return {
    command(name, params = '') {
      sent += 1;
      const token = String(sent);
      return new Promise((resolve, reject) => {
        const settle = (answer: z.infer<typeof answerSchema> | null): void => {
          disarm();
          waiting.delete(token);
          if (answer?.ok) resolve(answer.data ?? '');
          else reject(new ControlFault(answer ? `${name} was refused: ${answer.data ?? ''}` : `${name}: no answer`));
        };
        const disarm = parts.clock.at(parts.clock.now() + ANSWER_WITHIN, () => settle(null));
        waiting.set(token, settle);
        socket.write(netstring({ command: name, ...(params === '' ? {} : { params }), token }));
      });
    },
    close: () => socket.destroy(),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', (cause) => reject(new ControlFault('the program does not listen', { cause })));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function netstring(message: object): string {
  const text = JSON.stringify(message);
  return `${Buffer.byteLength(text)}:${text},`;
}

/** @returns a reader that takes chunks as they come, and says no as soon as they cannot be netstrings any more. */
function netstrings(onText: (text: string) => void): (chunk: Buffer) => boolean {
  let buffered: Buffer = Buffer.alloc(0);
  return (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    for (;;) {
      const colon = buffered.indexOf(':');
      if (colon < 0) return buffered.length < String(MOST_BYTES).length + 1;
      const length = Number(buffered.toString('latin1', 0, colon));
      if (!Number.isInteger(length) || length > MOST_BYTES) return false;
      const end = colon + 1 + length;
      if (buffered.length <= end) return true;
      onText(buffered.toString('utf8', colon + 1, end));
      buffered = buffered.subarray(end + 1);
    }
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
