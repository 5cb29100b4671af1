import type { ServerToVehicle } from '@faultline/shared/wire/vehicle.ts';
import { VEHICLE_PATH, VEHICLE_PROTOCOL } from '@faultline/shared/wire/vehicle.ts';
import { WebSocket } from 'ws';

/**
 * A whole vehicle client with nothing but a WebSocket: says what it has to say until it is answered, over as many
 * connections as it takes. What the vehicle's protocol asks of a stranger's client is here and nowhere else.
 */
export function vehicleClient(options: { readonly url: string; readonly token: string; readonly now?: () => number }) {
  const now = options.now ?? Date.now;
  const heard: ServerToVehicle[] = [];
  const listeners = new Set<(message: ServerToVehicle) => void>();
  /** Words that wait for their answer, oldest first; a real client keeps them on its disk. */
  const outbox = new Map<string, object>();
  let socket: WebSocket | null = null;
  let nextId = 0;

  /** Answers that mean "not now": the word stays in the outbox. Every other answer settles it. */
  const RETRY = new Set(['busy', 'storage-full', 'fault']);

  const hear = (message: ServerToVehicle): void => {
    heard.push(message);
    if (message.type === 'answer' && (message.ok || !RETRY.has(message.refusal.code))) outbox.delete(message.id);
    for (const listener of [...listeners]) listener(message);
  };

  const send = (message: object): void => socket?.send(JSON.stringify(message));

  return {
    heard,
    outbox,
    /** Resolves when the server has welcomed the vehicle. */
    connect(): Promise<Extract<ServerToVehicle, { type: 'welcome' }>> {
      const opened = new WebSocket(new URL(VEHICLE_PATH, options.url.replace(/^http/, 'ws')), VEHICLE_PROTOCOL, {
        headers: { authorization: `Bearer ${options.token}` },
      });
      socket = opened;
      opened.on('message', (data) => hear(JSON.parse(data.toString()) as ServerToVehicle));
      opened.on('open', () => {
        send({ type: 'clock', t: now() });
        for (const message of outbox.values()) send(message);
      });
      opened.on('error', () => {});
      return this.next('welcome');
    },
    /** The next message of a kind, or the first one that was heard already and `matches`. */
    next<Type extends ServerToVehicle['type']>(
      type: Type,
      matches: (message: Extract<ServerToVehicle, { type: Type }>) => boolean = () => true,
    ): Promise<Extract<ServerToVehicle, { type: Type }>> {
      return new Promise((resolve) => {
        const listener = (message: ServerToVehicle): void => {
          if (message.type !== type) return;
          const found = message as Extract<ServerToVehicle, { type: Type }>;
          if (!matches(found)) return;
          listeners.delete(listener);
          resolve(found);
        };
        listeners.add(listener);
      });
    },
    /** Puts a word into the outbox and sends it when there is a connection. @returns its answer. */
    say(word: Record<string, unknown>): Promise<Extract<ServerToVehicle, { type: 'answer' }>> {
      nextId += 1;
      const message = { id: `w${nextId}`, ...word };
      outbox.set(message.id, message);
      const answered = this.next('answer', ({ id }) => id === message.id);
      if (socket?.readyState === WebSocket.OPEN) send(message);
      return answered;
    },
    /** Sends without waiting for anything: fixes, clock, and whatever a test wants to go wrong. */
    send,
    raw: () => socket,
    closed(): Promise<{ code: number; reason: string }> {
      return new Promise((resolve) => {
        socket?.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      });
    },
    cut: () => socket?.terminate(),
  };
}
