import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { ServerToVehicle, VehicleFix, VehicleLeg, VehicleMessage } from '@faultline/shared/wire/vehicle.ts';
import { enrolAnswerSchema, MAX_FIXES_PER_FRAME, VEHICLE_CLOSE, VEHICLE_PATH } from '@faultline/shared/wire/vehicle.ts';
import { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { ServerAddress } from './account.ts';
import { ask, ServerFault } from './account.ts';
import { backoff } from './backoff.ts';

/** A message that is answered under its id, and repeated until it is. */
export type NumberedMessage = Extract<VehicleMessage, { readonly id: string }>;

export interface VehicleListener {
  /** All open legs of the vehicle, and those whose recall it has not confirmed. */
  onWelcome(legs: readonly VehicleLeg[]): void;
  onLeg(leg: VehicleLeg): void;
  /** `message` is what was refused; `null` when it was no message of the crew. */
  onRefusal(code: RefusalCode, message: NumberedMessage | null): void;
}

export interface VehicleLink {
  isOnline(): boolean;
  /** Set since when somebody else's client speaks for the vehicle; this one stays away until `resume`. */
  yieldedSince(): Instant | null;
  /** Kept first, sent when it can be, in this order. */
  say(message: NumberedMessage): void;
  report(fix: VehicleFix): void;
  isCutOff(): boolean;
  /** No network: nothing gets out or in, until `resume`. */
  cutOff(): void;
  resume(): void;
  fixesSent(): number;
}

interface LinkParts {
  readonly server: ServerAddress;
  readonly clock: Clock;
  readonly vehicleId: string;
  readonly listener: VehicleListener;
}

const FIRST_RETRY: Duration = SECOND;
const LONGEST_RETRY: Duration = 15 * SECOND;
/** The server closes what is idle for a minute; and the clock difference is worth measuring anew. */
const CLOCK_EVERY: Duration = 20 * SECOND;
const ANSWERED_WITHIN: Duration = 15 * SECOND;
/** The word was understood and could not be kept: it is said again as it was. */
const NOT_WRITTEN: ReadonlySet<RefusalCode> = new Set(['busy', 'storage-full', 'fault', 'too-many-requests']);
const REPEATED_AFTER: Duration = 5 * SECOND;
/** What a device keeps of its way while it has no network: one fix in three seconds, the last twenty minutes. */
const KEPT_EVERY: Duration = 3 * SECOND;
const KEPT_FIXES = Math.round((20 * MINUTE) / KEPT_EVERY);

/** The client of one vehicle, like the page on a crew's phone: reconnects by itself until the signal is given. */
export function connectVehicle(parts: LinkParts): VehicleLink {
  const link = new Link(parts);
  parts.server.signal.addEventListener('abort', () => link.cutOff());
  link.resume();
  return link;
}

type Away = 'no' | 'cut-off' | { readonly yieldedSince: Instant };

class Link implements VehicleLink {
  readonly #parts: LinkParts;
  readonly #outbox: NumberedMessage[] = [];
  readonly #kept: VehicleFix[] = [];
  #token: string | null = null;
  #socket: WebSocket | null = null;
  #isOnline = false;
  #away: Away = 'cut-off';
  #failures = 0;
  #sent = 0;
  #cancelTimers: (() => void)[] = [];

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  isOnline(): boolean {
    return this.#isOnline;
  }

  yieldedSince(): Instant | null {
    return typeof this.#away === 'object' ? this.#away.yieldedSince : null;
  }

  isCutOff(): boolean {
    return this.#away === 'cut-off';
  }

  fixesSent(): number {
    return this.#sent;
  }

  say(message: NumberedMessage): void {
    this.#outbox.push(message);
    if (this.#outbox.length === 1) this.#sendHead();
  }

  report(fix: VehicleFix): void {
    if (this.#isOnline) {
      this.#send({ type: 'fixes', fixes: [fix] });
      this.#sent += 1;
      return;
    }
    const last = this.#kept.at(-1);
    if (last && fix.fixedAt - last.fixedAt < KEPT_EVERY) return;
    this.#kept.push(fix);
    if (this.#kept.length > KEPT_FIXES) this.#kept.shift();
  }

  cutOff(): void {
    this.#away = 'cut-off';
    this.#drop();
  }

  resume(): void {
    if (this.#away === 'no' || this.#parts.server.signal.aborted) return;
    this.#away = 'no';
    this.#failures = 0;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const token = await this.#tokenOrNull();
    if (this.#away !== 'no' || this.#socket !== null) return;
    if (token === null) return this.#retry();
    const url = new URL(VEHICLE_PATH, this.#parts.server.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false });
    this.#socket = socket;
    socket.on('message', (data) => {
      if (socket === this.#socket) this.#take(String(data));
    });
    socket.on('unexpected-response', (_request, response) => {
      // The token was revoked or its database thrown away: a new one is a click away, as for everybody in the demo.
      if (response.statusCode === 401) this.#token = null;
      response.resume();
      if (socket === this.#socket) this.#lost();
    });
    // Every error is followed by a close; without a listener it would end the process.
    socket.on('error', () => {});
    socket.on('close', (code) => {
      if (socket !== this.#socket) return;
      if (code === VEHICLE_CLOSE.revoked) this.#token = null;
      if (code === VEHICLE_CLOSE.replaced) this.#away = { yieldedSince: this.#parts.clock.now() };
      this.#lost();
    });
  }

  async #tokenOrNull(): Promise<string | null> {
    if (this.#token !== null) return this.#token;
    const { server, vehicleId, listener } = this.#parts;
    try {
      const answer = await ask(server, { path: '/api/demo/vehicle', body: { vehicleId } }, enrolAnswerSchema);
      if (answer.ok) this.#token = answer.value.token;
      else listener.onRefusal(answer.refusal.code, null);
    } catch (error) {
      // The server is away: it is tried again.
      if (!(error instanceof ServerFault)) throw error;
    }
    return this.#token;
  }

  #lost(): void {
    this.#drop();
    if (this.#away === 'no') this.#retry();
  }

  #drop(): void {
    for (const cancel of this.#cancelTimers) cancel();
    this.#cancelTimers = [];
    this.#isOnline = false;
    const socket = this.#socket;
    this.#socket = null;
    // Closes even what is still connecting, where `close` would wait for the handshake.
    socket?.terminate();
  }

  #retry(): void {
    this.#failures += 1;
    this.#later(backoff(this.#failures, FIRST_RETRY, LONGEST_RETRY), () => {
      if (this.#away === 'no' && this.#socket === null) void this.#connect();
    });
  }

  #take(text: string): void {
    const message: ServerToVehicle = JSON.parse(text);
    this.#parts.server.onAnswer();
    switch (message.type) {
      case 'welcome':
        this.#isOnline = true;
        this.#failures = 0;
        this.#parts.listener.onWelcome(message.legs);
        this.#measureClock();
        this.#sendKept();
        this.#sendHead();
        break;
      case 'leg':
        this.#parts.listener.onLeg(message.leg);
        break;
      case 'answer':
        this.#answered(message);
        break;
      case 'malformed':
        // What has an id is refused under it; this was a fix or a clock reading, and its repetition would fare no better.
        this.#parts.listener.onRefusal('malformed', null);
        break;
      case 'clock':
        break;
    }
  }

  #answered(answer: Extract<ServerToVehicle, { type: 'answer' }>): void {
    const head = this.#outbox[0];
    if (answer.id !== head?.id) return;
    if (!answer.ok && NOT_WRITTEN.has(answer.refusal.code)) {
      this.#parts.listener.onRefusal(answer.refusal.code, null);
      return this.#later(REPEATED_AFTER, () => this.#sendHead());
    }
    this.#outbox.shift();
    if (!answer.ok) this.#parts.listener.onRefusal(answer.refusal.code, head);
    this.#sendHead();
  }

  #measureClock(): void {
    this.#send({ type: 'clock', t: this.#parts.clock.now() });
    this.#later(CLOCK_EVERY, () => this.#measureClock());
  }

  #sendKept(): void {
    for (let start = 0; start < this.#kept.length; start += MAX_FIXES_PER_FRAME) {
      const fixes = this.#kept.slice(start, start + MAX_FIXES_PER_FRAME);
      this.#send({ type: 'fixes', fixes });
      this.#sent += fixes.length;
    }
    this.#kept.length = 0;
  }

  /** One at a time, so that a crew's points reach the journal in the order in which they were pressed. */
  #sendHead(): void {
    const head = this.#outbox[0];
    if (head === undefined || !this.#isOnline) return;
    this.#send(head);
    this.#later(ANSWERED_WITHIN, () => {
      if (this.#outbox[0]?.id === head.id && this.#isOnline) this.#lost();
    });
  }

  #send(message: VehicleMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #later(after: Duration, act: () => void): void {
    const { clock } = this.#parts;
    const cancel = clock.at(clock.now() + after, () => {
      this.#cancelTimers = this.#cancelTimers.filter((other) => other !== cancel);
      act();
    });
    this.#cancelTimers.push(cancel);
  }
}
