import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord, Ring } from '@faultline/shared/wire/phone.ts';
import {
  MAX_PHONE_FRAME,
  PHONE_CLOSE,
  PHONE_PATH,
  PHONE_PROTOCOL,
  PHONE_SILENT_AFTER_MS,
  phoneWordSchema,
} from '@faultline/shared/wire/phone.ts';
import { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { backoff } from './backoff.ts';

export interface HandsetListener {
  /** It rings, or it still does after a reconnection. */
  onRing(ring: Ring): void;
  /** Something is spoken into the answered call: the opening first. */
  onSay(callId: string, text: string, isLast: boolean): void;
  onStopped(callId: string, word: Omit<Extract<PhoneWord, { type: 'stopped' }>, 'type' | 'callId'>): void;
  /** The token was taken back; the handset does not come back by itself. */
  onRevoked?(): void;
}

export interface PhoneHandset {
  isOnline(): boolean;
  answer(callId: string): void;
  press(callId: string, key: string): void;
  /** Declines what has not been answered. */
  hangUp(callId: string): void;
  close(): void;
}

interface HandsetParts {
  readonly url: URL;
  readonly token: string;
  readonly clock: Clock;
  readonly listener: HandsetListener;
}

const FIRST_RETRY: Duration = SECOND;
const LONGEST_RETRY: Duration = 15 * SECOND;
/** A welcome is a small thing, but it carries what is said to a dozen tickets. */
const MAX_WORD = 64 * MAX_PHONE_FRAME;

/** A duty phone without a screen: shows every card at once, answers pings, and connects again until it is closed. */
export function connectHandset(parts: HandsetParts): PhoneHandset {
  const handset = new Handset(parts);
  handset.connect();
  return handset;
}

class Handset implements PhoneHandset {
  readonly #parts: HandsetParts;
  #socket: WebSocket | null = null;
  #isOnline = false;
  #isClosed = false;
  #failures = 0;
  #ringing: Ring | null = null;
  #cancelRetry: () => void = () => {};
  #cancelSilence: () => void = () => {};

  constructor(parts: HandsetParts) {
    this.#parts = parts;
  }

  connect(): void {
    const { url, token } = this.#parts;
    const address = new URL(PHONE_PATH, url);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, PHONE_PROTOCOL, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
      maxPayload: MAX_WORD,
    });
    this.#socket = socket;
    this.#expectWords();
    socket.on('message', (data) => {
      if (socket === this.#socket) this.#hear(String(data));
    });
    // Every error is followed by a close; without a listener it would end the process.
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      if (socket === this.#socket) this.#lost(response.statusCode === 401);
    });
    socket.on('close', (code) => {
      if (socket === this.#socket) this.#lost(code === PHONE_CLOSE.revoked);
    });
  }

  isOnline(): boolean {
    return this.#isOnline;
  }

  answer(callId: string): void {
    this.#say({ type: 'answer', callId });
  }

  press(callId: string, key: string): void {
    this.#say({ type: 'key', callId, key });
  }

  hangUp(callId: string): void {
    this.#say({ type: 'hang-up', callId });
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #hear(text: string): void {
    const read = phoneWordSchema.safeParse(parsed(text));
    this.#expectWords();
    if (!read.success) return;
    const word = read.data;
    const { listener } = this.#parts;
    switch (word.type) {
      case 'welcome':
        this.#isOnline = true;
        this.#failures = 0;
        if (word.ring?.answeredAt === null) this.#ring(word.ring);
        return;
      case 'ring':
        return this.#ring(word.ring);
      case 'answered':
        if (this.#ringing?.callId === word.callId) listener.onSay(word.callId, this.#ringing.opening, false);
        return;
      case 'say':
        return listener.onSay(word.callId, word.text, word.isLast);
      case 'stopped':
        if (this.#ringing?.callId === word.callId) this.#ringing = null;
        return listener.onStopped(word.callId, { reason: word.reason, text: word.text });
      case 'ping':
        return this.#say({ type: 'pong' });
      case 'malformed':
        return;
    }
  }

  #ring(ring: Ring): void {
    this.#ringing = ring;
    this.#say({ type: 'ringing', callId: ring.callId });
    this.#parts.listener.onRing(ring);
  }

  #say(message: PhoneMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** The server pings: a line on which nothing is heard any more is dead, whatever the network says. */
  #expectWords(): void {
    const { clock } = this.#parts;
    this.#cancelSilence();
    this.#cancelSilence = clock.at(clock.now() + PHONE_SILENT_AFTER_MS, () => this.#lost(false));
  }

  #lost(isRevoked: boolean): void {
    this.#drop();
    if (isRevoked) {
      this.#isClosed = true;
      this.#parts.listener.onRevoked?.();
    }
    if (this.#isClosed) return;
    this.#failures += 1;
    const { clock } = this.#parts;
    const pause = backoff(this.#failures, FIRST_RETRY, LONGEST_RETRY);
    this.#cancelRetry = clock.at(clock.now() + pause, () => this.connect());
  }

  #drop(): void {
    this.#cancelRetry();
    this.#cancelSilence();
    this.#isOnline = false;
    const socket = this.#socket;
    this.#socket = null;
    // Closes even what is still connecting, where `close` would wait for the handshake.
    socket?.terminate();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
