import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord } from '@faultline/shared/wire/phone.ts';
import { PHONE_PATH, PHONE_PROTOCOL, PHONE_SILENT_AFTER_MS, phoneWordSchema } from '@faultline/shared/wire/phone.ts';
import { BEARER_PROTOCOL_PREFIX } from '@faultline/shared/wire/vehicle.ts';
import { serverClock } from '../live/clock.ts';
import { tokenState } from '../live/token-state.ts';
import type { LinkEvent, LinkState } from '../vehicle/link-state.ts';
import { mustCheckToken, nextLink, START } from '../vehicle/link-state.ts';

/** A connection that was not welcomed by then hangs somewhere on its way. */
const WELCOMED_WITHIN: Duration = 10 * SECOND;
/** Closed without a word. */
const ABNORMAL = 1006;

export interface PhoneLinkParts {
  readonly token: string;
  readonly onState: (state: LinkState) => void;
  readonly onWord: (word: PhoneWord) => void;
}

/** The duty phone's raw WebSocket: connects, connects again, and knows by the server's pings that it is still heard. */
export class PhoneLink {
  readonly #parts: PhoneLinkParts;
  #state: LinkState = START;
  #socket: WebSocket | null = null;
  /** Monotonic: when the socket was opened, or the last word came. */
  #heardAt = 0;
  #stopTicking: (() => void) | null = null;

  constructor(parts: PhoneLinkParts) {
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

  /** What cannot be said now is not said later: the welcome tells what is still worth saying. */
  say(message: PhoneMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
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
    const address = new URL(PHONE_PATH, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, [PHONE_PROTOCOL, `${BEARER_PROTOCOL_PREFIX}${this.#parts.token}`]);
    this.#socket = socket;
    this.#heardAt = serverClock.monotonicMs();
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
    socket?.close();
  }

  #hear(frame: unknown): void {
    this.#heardAt = serverClock.monotonicMs();
    const word = readWord(frame);
    if (word === null) {
      this.#on({ type: 'unreadable' });
      return;
    }
    if ('now' in word) serverClock.setOffset(word.now, this.#heardAt);
    if (word.type === 'ping') this.say({ type: 'pong' });
    if (word.type === 'welcome') this.#on({ type: 'welcomed' });
    this.#parts.onWord(word);
  }

  #tick(): void {
    const now = serverClock.monotonicMs();
    const state = this.#state;
    const silence = now - this.#heardAt;
    if (state.at === 'waiting' && now >= state.until) this.#on({ type: 'due' });
    else if (state.at === 'connecting' && silence > WELCOMED_WITHIN) this.#on({ type: 'closed', code: ABNORMAL });
    else if (state.at === 'open' && silence > PHONE_SILENT_AFTER_MS) this.#on({ type: 'closed', code: ABNORMAL });
  }

  async #checkToken(): Promise<void> {
    if ((await tokenState(this.#parts.token)) === 'dead') this.#on({ type: 'token-dead' });
  }
}

/** `null` for what this page cannot read, which a newer server says. */
function readWord(frame: unknown): PhoneWord | null {
  if (typeof frame !== 'string') return null;
  try {
    const read = phoneWordSchema.safeParse(JSON.parse(frame));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
