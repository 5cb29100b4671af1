import type { PhonePairing, PhoneWord, Ring } from '@faultline/shared/wire/phone.ts';
import { PHONE_PATH, PHONE_PROTOCOL, phonePairingSchema, phoneWordSchema } from '@faultline/shared/wire/phone.ts';
import { WebSocket } from 'ws';

type Word<Type extends PhoneWord['type']> = Extract<PhoneWord, { type: Type }>;

/** Makes a phone of a contact: by its one-time code, or in the demo by the contact's id. */
export async function pairPhone(
  url: string,
  by: { readonly code: string } | { readonly contactId: string },
): Promise<PhonePairing> {
  const path = 'code' in by ? '/api/phone/pair' : '/api/demo/phone';
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify(by),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return phonePairingSchema.parse(await answer.json());
}

/**
 * A whole duty phone with nothing but a WebSocket. It shows each card at once unless it is told not to; the rest is the
 * test's to do. Every word that it hears has the form of the wire, or the test fails.
 */
export function phoneClient(options: { readonly url: string; readonly token: string; readonly showsCards?: boolean }) {
  const heard: PhoneWord[] = [];
  const listeners = new Set<(word: PhoneWord) => void>();
  let socket: WebSocket | null = null;
  let last: Ring | null = null;

  const send = (message: object): void => socket?.send(JSON.stringify(message));
  const hear = (word: PhoneWord): void => {
    heard.push(word);
    const ring = word.type === 'ring' || word.type === 'welcome' ? word.ring : null;
    if (ring) {
      last = ring;
      if (options.showsCards !== false && ring.answeredAt === null) send({ type: 'ringing', callId: ring.callId });
    }
    if (word.type === 'ping') send({ type: 'pong' });
    for (const listener of [...listeners]) listener(word);
  };
  /** The next word of a kind; what was heard before does not count. */
  const next = <Type extends PhoneWord['type']>(
    type: Type,
    matches: (word: Word<Type>) => boolean = () => true,
  ): Promise<Word<Type>> =>
    new Promise((resolve) => {
      const isMeant = (word: PhoneWord): word is Word<Type> => word.type === type;
      const listener = (word: PhoneWord): void => {
        if (!isMeant(word) || !matches(word)) return;
        listeners.delete(listener);
        resolve(word);
      };
      listeners.add(listener);
    });
  const callId = (): string => {
    if (last === null) throw new Error('this phone has never rung');
    return last.callId;
  };

  return {
    heard,
    next,
    send,
    /** Resolves when the server has welcomed the phone. */
    connect(): Promise<Word<'welcome'>> {
      const opened = new WebSocket(new URL(PHONE_PATH, options.url.replace(/^http/, 'ws')), PHONE_PROTOCOL, {
        headers: { authorization: `Bearer ${options.token}` },
      });
      socket = opened;
      opened.on('message', (data) => hear(phoneWordSchema.parse(JSON.parse(data.toString()))));
      opened.on('error', () => {});
      return next('welcome');
    },
    /** The ring that is heard now, or the next one. */
    async rung(): Promise<Ring> {
      const ringing = heard.findLast((word) => word.type === 'ring' || word.type === 'stopped');
      return ringing?.type === 'ring' ? ringing.ring : (await next('ring')).ring;
    },
    /** Resolves when the server has given this device the call. */
    async answer(): Promise<Word<'answered'>> {
      const answered = next('answered');
      send({ type: 'answer', callId: callId() });
      return await answered;
    },
    /** @returns what the server says or does to it. */
    press(key: string): Promise<Word<'say'> | Word<'stopped'>> {
      const reply = Promise.race([next('say'), next('stopped')]);
      send({ type: 'key', callId: callId(), key });
      return reply;
    },
    hangUp: () => send({ type: 'hang-up', callId: callId() }),
    stopped: () => next('stopped'),
    closed(): Promise<{ readonly code: number; readonly reason: string }> {
      return new Promise((resolve) => {
        socket?.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      });
    },
    raw: () => socket,
    cut: () => socket?.terminate(),
  };
}
export type PhoneClient = ReturnType<typeof phoneClient>;
