import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Ring } from '@faultline/shared/wire/phone.ts';
import type { Clock } from '../clock.ts';
import type { PhoneHandset } from './phone-handset.ts';
import { connectHandset } from './phone-handset.ts';
import type { PhoneManner, Rung } from './phone-manner.ts';

export interface SimulatedPhoneParts {
  readonly url: URL;
  readonly token: string;
  readonly clock: Clock;
  /** What its owner does with the n-th call about this subject. */
  readonly mannerOf: (call: Pick<Rung, 'kind' | 'subject' | 'callNo'>) => PhoneManner;
  readonly onRevoked: () => void;
}

/** Whoever answers with another device of the same contact has taken the phone over, for so long at least. */
const YIELDS_FOR: Duration = 10 * MINUTE;
/** A phone does not remember for ever what it has been rung about. */
const SUBJECTS_KEPT = 200;

interface Call {
  readonly id: string;
  readonly keys: Extract<PhoneManner, { kind: 'answers' }>['keys'];
  readonly hangsUpAfter: Duration;
  pressed: number;
}

/** Somebody of the simulation with his duty phone: answers or does not, listens, presses a key, hangs up. */
export class SimulatedPhone {
  readonly #parts: SimulatedPhoneParts;
  readonly #handset: PhoneHandset;
  readonly #callsAbout = new Map<string, number>();
  #call: Call | null = null;
  #yieldsUntil: Instant = 0;
  #cancelDeed: () => void = () => {};

  constructor(parts: SimulatedPhoneParts) {
    this.#parts = parts;
    this.#handset = connectHandset({
      url: parts.url,
      token: parts.token,
      clock: parts.clock,
      listener: {
        onRing: (ring) => this.#ring(ring),
        onSay: (callId, _text, isLast) => this.#hear(callId, isLast),
        onStopped: (callId, { reason }) => this.#stopped(callId, reason === 'answered-elsewhere'),
        onRevoked: () => {
          this.close();
          parts.onRevoked();
        },
      },
    });
  }

  isOnline(): boolean {
    return this.#handset.isOnline();
  }

  close(): void {
    this.#cancelDeed();
    this.#handset.close();
  }

  #ring({ callId, tickets }: Ring): void {
    // After a reconnection the same call rings again; it was counted, and what it leads to is under way.
    if (this.#call?.id === callId) return;
    const [first] = tickets;
    const subject = first?.number ?? callId;
    const manner = this.#parts.mannerOf({ kind: first?.kind ?? null, subject, callNo: this.#count(subject) });
    this.#cancelDeed();
    this.#call = { id: callId, keys: [], hangsUpAfter: 0, pressed: 0 };
    if (manner.kind === 'lets-it-ring' || this.#parts.clock.now() < this.#yieldsUntil) return;
    const { keys, hangsUpAfter } = manner;
    this.#call = { id: callId, keys, hangsUpAfter, pressed: 0 };
    this.#after(manner.after, () => this.#handset.answer(callId));
  }

  #count(subject: string): number {
    const callNo = (this.#callsAbout.get(subject) ?? 0) + 1;
    this.#callsAbout.delete(subject);
    this.#callsAbout.set(subject, callNo);
    const [oldest] = this.#callsAbout.keys();
    if (this.#callsAbout.size > SUBJECTS_KEPT && oldest !== undefined) this.#callsAbout.delete(oldest);
    return callNo;
  }

  #hear(callId: string, isLast: boolean): void {
    const call = this.#call;
    if (call?.id !== callId) return;
    if (isLast) return this.#after(call.hangsUpAfter, () => this.#handset.hangUp(callId));
    const next = call.keys[call.pressed];
    if (next === undefined) return;
    this.#after(next.after, () => {
      call.pressed += 1;
      this.#handset.press(callId, next.key);
    });
  }

  #stopped(callId: string, isAnsweredElsewhere: boolean): void {
    if (this.#call?.id !== callId) return;
    this.#cancelDeed();
    this.#call = null;
    if (isAnsweredElsewhere) this.#yieldsUntil = this.#parts.clock.now() + YIELDS_FOR;
  }

  #after(pause: Duration, deed: () => void): void {
    const { clock } = this.#parts;
    this.#cancelDeed();
    this.#cancelDeed = clock.at(clock.now() + pause, deed);
  }
}
