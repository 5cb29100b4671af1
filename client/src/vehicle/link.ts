import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ServerToVehicle, VehicleMessage } from '@faultline/shared/wire/vehicle.ts';
import { BEARER_PROTOCOL_PREFIX, VEHICLE_PATH, VEHICLE_PROTOCOL } from '@faultline/shared/wire/vehicle.ts';
import { serverClock } from '../live/clock.ts';
import { tokenState } from '../live/token-state.ts';
import type { LinkEvent, LinkState } from './link-state.ts';
import { mustCheckToken, nextLink, START } from './link-state.ts';
import { readServerMessage } from './server-message.ts';

/** The clock is compared this often; the answer proves that the line still lives, which a browser cannot see otherwise. */
const CLOCK_EVERY: Duration = 20 * SECOND;
const CLOCK_ANSWERED_WITHIN: Duration = 10 * SECOND;
/** A connection that was not welcomed by then hangs somewhere on its way. */
const WELCOMED_WITHIN: Duration = 15 * SECOND;

export interface LinkParts {
  readonly token: string;
  readonly onState: (state: LinkState) => void;
  readonly onMessage: (message: ServerToVehicle) => void;
  readonly deviceNow: () => Instant;
}

/** The vehicle's raw WebSocket: connects, connects again, and tells when it is not heard any more. */
export class Link {
  readonly #parts: LinkParts;
  #state: LinkState = START;
  #socket: WebSocket | null = null;
  /** Monotonic: when the socket was opened, when the last clock message left, and whether its answer is owed. */
  #begunAt = 0;
  #clockSentAt = 0;
  #isClockOwed = false;
  #stopTicking: (() => void) | null = null;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopTicking = serverClock.subscribe(() => this.#tick());
    window.addEventListener('online', this.#onNetwork);
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#parts.onState(this.#state);
    this.#open();
  }

  stop(): void {
    this.#stopTicking?.();
    window.removeEventListener('online', this.#onNetwork);
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#drop();
  }

  isOpen(): boolean {
    return this.#state.at === 'open';
  }

  /** @returns whether it was handed to the network; nobody knows whether it arrives. */
  send(message: VehicleMessage): boolean {
    if (!this.isOpen() || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** A person asks for the connection. */
  ask(): void {
    this.#on({ type: 'asked' });
  }

  readonly #onNetwork = (): void => this.#on({ type: 'network' });

  /** A phone that was in a pocket has slept through its timers. */
  readonly #onVisible = (): void => {
    if (document.visibilityState === 'visible') this.#on({ type: 'network' });
  };

  #on(event: LinkEvent): void {
    const before = this.#state;
    const after = nextLink(before, event, serverClock.monotonicMs(), Math.random());
    if (after === before) return;
    this.#state = after;
    if (after.at !== 'open' && after.at !== 'connecting') this.#drop();
    if (mustCheckToken(after)) this.#checkToken().catch(reportError);
    this.#parts.onState(after);
    if (after.at === 'connecting') this.#open();
  }

  #open(): void {
    this.#drop();
    const address = new URL(VEHICLE_PATH, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, [VEHICLE_PROTOCOL, `${BEARER_PROTOCOL_PREFIX}${this.#parts.token}`]);
    this.#socket = socket;
    this.#begunAt = serverClock.monotonicMs();
    socket.addEventListener('open', () => {
      // Before every other word, so that the server knows the difference of the clocks when it reads their times.
      if (socket === this.#socket) this.#sendClock();
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (socket === this.#socket) this.#hear(event.data);
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#on({ type: 'closed', code });
    });
  }

  /** A socket that was let go of is not listened to any more. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isClockOwed = false;
    socket?.close();
  }

  #hear(frame: unknown): void {
    const receivedAtPerf = serverClock.monotonicMs();
    const message = readServerMessage(frame);
    if (message === null) {
      this.#on({ type: 'unreadable' });
      return;
    }
    if (message.type === 'clock') this.#isClockOwed = false;
    if (message.type === 'clock' || message.type === 'welcome') serverClock.setOffset(message.now, receivedAtPerf);
    if (message.type === 'welcome') this.#on({ type: 'welcomed' });
    this.#parts.onMessage(message);
  }

  #sendClock(): void {
    this.#clockSentAt = serverClock.monotonicMs();
    this.#isClockOwed = true;
    this.#socket?.send(JSON.stringify({ type: 'clock', t: this.#parts.deviceNow() } satisfies VehicleMessage));
  }

  #tick(): void {
    const now = serverClock.monotonicMs();
    const state = this.#state;
    if (state.at === 'waiting' && now >= state.until) this.#on({ type: 'due' });
    else if (state.at === 'connecting' && now - this.#begunAt > WELCOMED_WITHIN) this.#giveUp();
    else if (state.at === 'open' && this.#isClockOwed && now - this.#clockSentAt > CLOCK_ANSWERED_WITHIN)
      this.#giveUp();
    else if (state.at === 'open' && now - this.#clockSentAt > CLOCK_EVERY) this.#sendClock();
  }

  /** A line without a sound closes only after minutes by itself. 1006: closed without a word. */
  #giveUp(): void {
    this.#drop();
    this.#on({ type: 'closed', code: 1006 });
  }

  async #checkToken(): Promise<void> {
    if ((await tokenState(this.#parts.token)) === 'dead') this.#on({ type: 'token-dead' });
  }
}
