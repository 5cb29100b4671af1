import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord, Ring, StopReason } from '@faultline/shared/wire/phone.ts';
import type { Clock } from '../../clock.ts';
import type { CalledPerson, EndCause, PhoneCall, PhoneLine, PhoneLineEvent } from '../phone-line.ts';
import { LineFault } from '../phone-line.ts';

/** What a device says about a call. */
export type CallWord = Exclude<PhoneMessage, { readonly type: 'pong' }>;

/** One connected browser that is paired as somebody's duty phone. */
export interface Handset {
  readonly contactId: string;
  /** Names the device across its connections. */
  readonly deviceId: string;
  tell(word: PhoneWord): void;
  /** It does not do what a living page does: it leaves at once, and its connection is given up. */
  dropDead(): void;
}

export interface Seat {
  /** The call that is under way for this device, for its welcome. */
  ring(): Ring | null;
  hear(message: CallWord): void;
  leave(): void;
}

export interface ConsoleLine extends PhoneLine {
  join(handset: Handset): Seat;
  /** Whether a device of this contact is connected now. */
  isConnected(contactId: string): boolean;
}

/** Browsers cost the server next to nothing; the figure keeps a fault of ours from ringing a whole province. */
const CHANNELS = 1_000;
const STARTS_PER_SECOND = 100;
/** A living page shows a card within a moment, also in the background; one that does not is a dead connection. */
const SHOWN_WITHIN: Duration = 5 * SECOND;
/** A page that is loaded anew while it rings is back by then. */
const RELOADED_WITHIN: Duration = 5 * SECOND;
/** Somebody who speaks on the phone and loses the network for a moment goes on where he was. */
const BACK_IN_TALK_WITHIN: Duration = 20 * SECOND;
/** After a restart of the server every page has connected again by then. */
const BACK_AFTER_RESTART: Duration = 10 * SECOND;
/** The device hangs up behind the last word; one that does not is not waited for longer. */
const LAST_WORD_WITHIN: Duration = 30 * SECOND;
/** A late key is told for this long how the call has ended. */
const END_REMEMBERED: Duration = 2 * MINUTE;

type Stage =
  | { readonly at: 'ringing'; isShown: boolean }
  | { readonly at: 'talking'; readonly deviceId: string; readonly answeredAt: Instant; handset: Handset | null };

interface LiveCall {
  readonly call: PhoneCall;
  stage: Stage;
  said: { readonly text: string; readonly isLast: boolean } | null;
  /** What ends the call when nothing happens; one at a time. */
  disarm: () => void;
}

interface EndedCall {
  readonly contactId: string;
  readonly at: Instant;
  reason: StopReason;
  text: string;
  /** Who pressed something after the end; told again when a better word is known. */
  lateAsker: Handset | null;
}

/** Rings the browsers that are paired as duty phones. Always up, because it is this server itself. */
export function createConsoleLine({ clock }: { readonly clock: Clock }): ConsoleLine {
  return new Console(clock);
}

class Console implements ConsoleLine {
  readonly id = 'console';
  readonly channels = CHANNELS;
  readonly startsPerSecond = STARTS_PER_SECOND;
  readonly #clock: Clock;
  readonly #since: Instant;
  readonly #handsets = new Map<string, Set<Handset>>();
  readonly #live = new Map<string, LiveCall>();
  /** In the order of their ends. */
  readonly #ended = new Map<string, EndedCall>();
  readonly #listeners: ((event: PhoneLineEvent) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  status(): ReturnType<PhoneLine['status']> {
    return { state: 'up', since: this.#since, detail: '' };
  }

  isConnected(contactId: string): boolean {
    return this.#of(contactId).size > 0;
  }

  canReach({ contactId }: CalledPerson): boolean {
    return this.isConnected(contactId);
  }

  onEvent(listener: (event: PhoneLineEvent) => void): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {}

  /** The calls stay as they are: whoever comes back after a restart of the server goes on with them. */
  async close(): Promise<void> {
    for (const live of this.#live.values()) live.disarm();
    this.#live.clear();
  }

  async place(call: PhoneCall): Promise<void> {
    if (this.#live.has(call.id)) return;
    const { contactId } = call.person;
    const handsets = this.#of(contactId);
    if (handsets.size === 0) throw new LineFault('no-device', `no device of ${contactId} is connected`);
    if (this.#callOf(contactId)) throw new LineFault('call-under-way', `${contactId} is in a call already`);
    const live = this.#add(call);
    this.#ring(live);
    this.#arm(live, SHOWN_WITHIN, () => {
      for (const handset of [...this.#of(contactId)]) handset.dropDead();
      this.#end(live, 'line-down', 'not-shown');
    });
  }

  async say(callId: string, text: string, isLast: boolean): Promise<void> {
    const live = this.#live.get(callId);
    // Somebody had answered before the server was restarted and has not again: his screen says it instead of the voice.
    if (live?.stage.at === 'ringing' && isLast) return this.#endUnheard(live, text);
    if (live?.stage.at !== 'talking') return;
    live.said = { text, isLast };
    live.stage.handset?.tell({ type: 'say', callId, text, isLast });
    if (isLast) this.#arm(live, LAST_WORD_WITHIN, () => this.#end(live, 'hung-up', ''));
  }

  async cancel(callId: string, reason: StopReason, text: string): Promise<void> {
    const live = this.#live.get(callId);
    if (live) return this.#stop(live, reason, text);
    const ended = this.#ended.get(callId);
    if (!ended || text === '') return;
    Object.assign(ended, { reason, text });
    ended.lateAsker?.tell({ type: 'stopped', callId, reason, text });
  }

  async adopt(calls: readonly PhoneCall[]): Promise<ReadonlySet<string>> {
    const kept = calls.filter(({ talkUntil }) => talkUntil > this.#clock.now());
    for (const call of kept) {
      const live = this.#add(call);
      this.#awaitHandset(live, BACK_AFTER_RESTART);
      // A page may be back before its call is.
      this.#ring(live);
    }
    return new Set(kept.map(({ id }) => id));
  }

  join(handset: Handset): Seat {
    const { contactId } = handset;
    const handsets = this.#of(contactId);
    this.#handsets.set(contactId, handsets.add(handset));
    const live = this.#callOf(contactId);
    if (live) this.#goOn(live, handset);
    if (handsets.size === 1) this.#emit({ type: 'changed' });
    return {
      ring: () => {
        const now = this.#callOf(contactId);
        return now && isFor(now, handset) ? ringOf(now) : null;
      },
      hear: (message) => this.#hear(handset, message),
      leave: () => this.#leave(handset),
    };
  }

  #of(contactId: string): Set<Handset> {
    return this.#handsets.get(contactId) ?? new Set();
  }

  #callOf(contactId: string): LiveCall | null {
    for (const live of this.#live.values()) if (live.call.person.contactId === contactId) return live;
    return null;
  }

  #emit(event: PhoneLineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #add(call: PhoneCall): LiveCall {
    const live: LiveCall = { call, stage: { at: 'ringing', isShown: false }, said: null, disarm() {} };
    this.#live.set(call.id, live);
    return live;
  }

  #ring(live: LiveCall): void {
    const ring = ringOf(live);
    for (const handset of this.#of(live.call.person.contactId)) handset.tell({ type: 'ring', ring });
  }

  #arm(live: LiveCall, after: Duration, act: () => void): void {
    live.disarm();
    live.disarm = this.#clock.at(this.#clock.now() + after, act);
  }

  /** The newest connection of the device that talks is the one it talks by: the older one may be half-open. */
  #goOn(live: LiveCall, handset: Handset): void {
    const { stage } = live;
    if (stage.at !== 'talking' || stage.deviceId !== handset.deviceId) return;
    stage.handset?.tell(stopped(live, 'answered-elsewhere', ''));
    stage.handset = handset;
    if (live.said?.isLast !== true) live.disarm();
  }

  #leave(handset: Handset): void {
    const { contactId } = handset;
    const handsets = this.#of(contactId);
    if (!handsets.delete(handset)) return;
    for (const ended of this.#ended.values()) if (ended.lateAsker === handset) ended.lateAsker = null;
    const live = this.#callOf(contactId);
    if (live?.stage.at === 'talking' && live.stage.handset === handset) {
      live.stage.handset = null;
      this.#arm(live, BACK_IN_TALK_WITHIN, () => this.#end(live, 'hung-up', 'device-lost'));
    }
    if (handsets.size > 0) return;
    this.#handsets.delete(contactId);
    if (live?.stage.at === 'ringing') this.#awaitHandset(live, RELOADED_WITHIN);
    this.#emit({ type: 'changed' });
  }

  #awaitHandset(live: LiveCall, within: Duration): void {
    this.#arm(live, within, () => {
      if (!this.isConnected(live.call.person.contactId)) this.#end(live, 'line-down', 'no-device');
    });
  }

  #hear(handset: Handset, message: CallWord): void {
    const live = this.#live.get(message.callId);
    if (live?.call.person.contactId !== handset.contactId) return this.#hearLate(handset, message);
    if (!isFor(live, handset)) return handset.tell(stopped(live, 'answered-elsewhere', ''));
    const isTalking = live.stage.at === 'talking';
    switch (message.type) {
      case 'ringing':
        return this.#shown(live);
      case 'answer':
        return this.#answer(live, handset);
      case 'key':
        // Nobody has listened yet to what the keys mean.
        if (isTalking) this.#emit({ type: 'key', callId: message.callId, key: message.key });
        return;
      case 'hang-up':
        return this.#end(live, isTalking ? 'hung-up' : 'declined', '');
    }
  }

  #shown(live: LiveCall): void {
    if (live.stage.at !== 'ringing' || live.stage.isShown) return;
    live.stage.isShown = true;
    live.disarm();
    this.#emit({ type: 'ringing', callId: live.call.id });
  }

  #answer(live: LiveCall, handset: Handset): void {
    const callId = live.call.id;
    handset.tell({ type: 'answered', callId });
    if (live.stage.at === 'talking') return;
    live.disarm();
    live.stage = { at: 'talking', deviceId: handset.deviceId, answeredAt: this.#clock.now(), handset };
    const silenced = stopped(live, 'answered-elsewhere', '');
    for (const other of this.#of(handset.contactId)) if (other !== handset) other.tell(silenced);
    this.#emit({ type: 'answered', callId });
  }

  /** The call is over, or was never: the page is told so, and whoever decides hears of the key all the same. */
  #hearLate(handset: Handset, message: CallWord): void {
    const { type, callId } = message;
    const ended = this.#ended.get(callId);
    const isRemembered = ended !== undefined && ended.at > this.#clock.now() - END_REMEMBERED;
    const isOwn = isRemembered && ended.contactId === handset.contactId;
    const { reason, text }: Pick<EndedCall, 'reason' | 'text'> = isOwn ? ended : { reason: 'ended', text: '' };
    if (type !== 'hang-up') handset.tell({ type: 'stopped', callId, reason, text });
    if (!isOwn || message.type !== 'key') return;
    ended.lateAsker = handset;
    this.#emit({ type: 'key', callId, key: message.key });
  }

  /** Tells every device that shows the call, and forgets it but for its last word. */
  #stop(live: LiveCall, reason: StopReason, text: string): void {
    const { id: callId, person } = live.call;
    live.disarm();
    this.#live.delete(callId);
    const now = this.#clock.now();
    for (const [old, { at }] of this.#ended) {
      if (at > now - END_REMEMBERED) break;
      this.#ended.delete(old);
    }
    const lastText = text === '' && live.said?.isLast ? live.said.text : text;
    this.#ended.set(callId, { contactId: person.contactId, at: now, reason, text: lastText, lateAsker: null });
    for (const handset of this.#of(person.contactId)) {
      if (isFor(live, handset)) handset.tell({ type: 'stopped', callId, reason, text });
    }
  }

  #endUnheard(live: LiveCall, text: string): void {
    this.#stop(live, 'done-elsewhere', text);
    this.#emit({ type: 'ended', callId: live.call.id, cause: 'hung-up', code: '' });
  }

  #end(live: LiveCall, cause: EndCause, code: string): void {
    this.#stop(live, cause === 'line-down' ? 'line-down' : 'ended', '');
    this.#emit({ type: 'ended', callId: live.call.id, cause, code });
  }
}

/** A ringing call is for every device of the contact, an answered one for the device that answered it. */
function isFor({ stage }: LiveCall, handset: Handset): boolean {
  return stage.at === 'ringing' || stage.handset === handset;
}

function stopped({ call }: LiveCall, reason: StopReason, text: string): PhoneWord {
  return { type: 'stopped', callId: call.id, reason, text };
}

function ringOf({ call, stage, said }: LiveCall): Ring {
  const { id: callId, purpose, person, opening, tickets, ringUntil } = call;
  return {
    callId,
    purpose,
    language: person.language,
    opening,
    tickets: tickets.map((ticket) => ({ ...ticket })),
    ringUntil,
    answeredAt: stage.at === 'talking' ? stage.answeredAt : null,
    said,
  };
}
