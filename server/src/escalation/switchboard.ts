import type { Actor, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';
import type { Clock } from '../clock.ts';
import type { CallRow, CallStore } from '../store/call-store.ts';
import { NOT_WRITTEN } from '../store/call-store.ts';
import type { CallOrder } from './call-order.ts';
import { openHopsOf, outcomeOf, phoneCallOf, rowOf } from './call-order.ts';
import type { LadderBook, OpenLadder } from './ladder-book.ts';
import { hopId } from './ladder-book.ts';
import type { LastWords } from './last-words.ts';
import { createLastWords } from './last-words.ts';
import type { CallEnd, Live, LiveCall } from './live-call.ts';
import { isOver, liveCallOf } from './live-call.ts';
import { lostLine, MANUAL_LINE } from './manual-line.ts';
import type { PhoneLine, PhoneLineEvent } from './phone-line.ts';
import { LineFault } from './phone-line.ts';
import type { CallTeller } from './placing.ts';
import { claimHops, writeOpening } from './placing.ts';
import type { Scribe } from './scribe.ts';

type CallEvent = Exclude<PhoneLineEvent, { type: 'changed' }>;

const SYSTEM: Actor = { kind: 'system' };
/** Of a phone that lies on its keys the newest are kept. */
const MOST_KEYS = 32;
/** Words of lines about earlier calls, while the books are being read at the start. */
const MOST_EARLY_EVENTS = 10_000;
/** A call that the books could not be told the end of is told again this soon. */
const WRITE_AGAIN: Duration = SECOND;

export interface Switchboard {
  /** After a start: goes on with the calls that lines still have up, ends the others as lost. [E6] */
  adopt(lines: ReadonlyMap<string, PhoneLine>): Promise<void>;
  /**
   * Resolves when the books say that it rings; the line is not waited for.
   * @returns the call's id; `null` when the number is in a call, or nothing is left to ring about.
   * @throws StoreFault when the books cannot be written: then nothing rings, and no try is counted.
   */
  place(order: CallOrder): Promise<string | null>;
  /** This hop needs no ringing any more; the last one of a call ends it, with a word to who is listening. */
  release(
    callId: string,
    hop: string,
    end: CallEnd,
    stop: { readonly reason: StopReason; readonly text: string },
  ): void;
  /**
   * A key decides: nothing else ends the call's attempts from here on. `write` puts it into the journal and says what
   * it came to; if it fails, the call goes on undecided and the phone is told so.
   */
  decide(
    call: LiveCall,
    write: () => Promise<{ readonly outcome: CallOutcome; readonly lastWord: string }>,
    notWritten: string,
  ): Promise<void>;
  say(call: LiveCall, text: string): void;
  hear(line: PhoneLine, event: CallEvent): void;
  live(): Iterable<LiveCall>;
  find(callId: string): LiveCall | null;
  /** Starts of the last second by line. */
  startsOf(lineId: string): readonly Instant[];
  /** Resolves when nothing of it is being written any more; what is up is left to the next start. */
  stop(): Promise<void>;
}

export interface SwitchboardParts {
  readonly calls: CallStore;
  readonly book: LadderBook;
  readonly scribe: Scribe;
  readonly teller: CallTeller;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly onKey: (call: LiveCall, key: string) => Promise<void>;
  /** A call came or went: who waits for a number or a channel may be next. */
  readonly onChanged: () => void;
  readonly onLateKey: (callId: string) => void;
  readonly onFault: (error: unknown) => void;
}

/**
 * Keeps the calls that are under way: the row before the ring, absolute deadlines, one end for each whoever tells it
 * first, and nothing forgotten over a crash. What a key means is decided by `onKey`. No line is ever waited for: one
 * that hangs holds up its own call and no other. [E5] [E6]
 */
export function createSwitchboard(parts: SwitchboardParts): Switchboard {
  return new Board(parts);
}

class Board implements Switchboard {
  readonly #parts: SwitchboardParts;
  readonly #live = new Map<string, Live>();
  readonly #starts = new Map<string, Instant[]>();
  readonly #lastWords: LastWords;
  /** `null` once the books of the earlier run were read. */
  #early: { readonly line: PhoneLine; readonly event: CallEvent }[] | null = [];
  #isStopped = false;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
    this.#lastWords = createLastWords(parts.clock);
  }

  async adopt(lines: ReadonlyMap<string, PhoneLine>): Promise<void> {
    const rows = await this.#parts.calls.liveCalls();
    for (const line of lines.values()) {
      const own = rows.filter((row) => row.line === line.id);
      const kept = await this.#keptBy(line, own);
      await Promise.all(own.map((row) => this.#adoptOne(row, line, kept.has(row.id))));
    }
    await Promise.all(rows.filter((row) => !lines.has(row.line)).map((row) => this.#adoptOne(row, lostLine, false)));
    const early = this.#early ?? [];
    this.#early = null;
    for (const { line, event } of early) this.hear(line, event);
  }

  async place(order: CallOrder): Promise<string | null> {
    const { calls, clock, newId, teller } = this.#parts;
    const row = rowOf(order, newId(), clock.now());
    if ((await calls.insertCall(row)) !== 'inserted') return null;
    const call = this.#open(row, order.line);
    this.#started(order.line.id, row.placedAt);
    this.#arm(call);
    try {
      const claimed = await claimHops(call, order, this.#parts);
      if (order.purpose === 'ladder' && call.openHops.size === 0) {
        await this.#finish(call, { outcome: 'cancelled', code: '', by: SYSTEM });
        return null;
      }
      const hops = await writeOpening(call, order, { claimed, teller, calls });
      if (!isOver(call) && !this.#isStopped) void this.#dial(call, hops);
      return row.id;
    } catch (error) {
      await this.#finish(call, { outcome: 'lost', code: 'not-placed', by: SYSTEM });
      throw error;
    }
  }

  release(callId: string, hop: string, end: CallEnd, stop: { readonly reason: StopReason; readonly text: string }) {
    const call = this.#live.get(callId);
    if (!call?.openHops.delete(hop) || call.state !== 'open') return;
    if (call.openHops.size > 0) {
      const left = call.row.hops.filter((other) => hopId(other.ticketId, other.key) === hop);
      const words = { ...end, pressed: null };
      void this.#run(call, () => this.#parts.scribe.end(call.row, left, words));
      return;
    }
    const isHeard = call.row.answeredAt !== null && stop.text !== '';
    if (!isHeard) {
      this.#silence(call, stop.reason, stop.text);
      void this.#finish(call, end);
      return;
    }
    this.#settle(call, end, stop.text);
    this.#sayLast(call);
    void this.#run(call, async () => {
      if (isOver(call)) return;
      await this.#writeAttempts(call, end);
      await this.#keepDecision(call);
    });
  }

  async decide(
    { row: { id } }: LiveCall,
    write: () => Promise<{ readonly outcome: CallOutcome; readonly lastWord: string }>,
    notWritten: string,
  ): Promise<void> {
    const call = this.#live.get(id);
    if (call?.state !== 'open') return;
    call.state = 'deciding';
    try {
      const { outcome, lastWord } = await write();
      call.isWritten = true;
      this.#settle(call, { outcome, code: '', by: SYSTEM }, lastWord);
    } catch (error) {
      this.#parts.onFault(error);
      call.state = 'open';
      if (call.row.purpose === 'test' || call.openHops.size > 0) return this.say(call, notWritten);
      // Its last hop was done while the key was being written.
      this.#silence(call, 'done-elsewhere', '');
      void this.#finish(call, { outcome: 'cancelled', code: '', by: SYSTEM });
      return;
    }
    // Kept before it is told: after a crash his phone must not ring for this ticket once more. [E3]
    await this.#keepDecision(call).catch(this.#parts.onFault);
    this.#sayLast(call);
  }

  say({ row: { id }, line }: LiveCall, text: string): void {
    this.#tell(() => line.say(id, text, false));
  }

  hear(line: PhoneLine, event: CallEvent): void {
    if (this.#isStopped) return;
    if (this.#early !== null) {
      if (this.#early.length < MOST_EARLY_EVENTS) this.#early.push({ line, event });
      return;
    }
    const call = this.#live.get(event.callId);
    if (call?.line === line) void this.#run(call, () => this.#handle(call, event));
    else this.#tooLate(line, event);
  }

  live(): Iterable<LiveCall> {
    return this.#live.values();
  }

  find(callId: string): LiveCall | null {
    return this.#live.get(callId) ?? null;
  }

  startsOf(lineId: string): readonly Instant[] {
    return this.#starts.get(lineId) ?? [];
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const call of this.#live.values()) call.disarm();
    await Promise.all([...this.#live.values()].map(({ work }) => work));
  }

  #open(row: CallRow, line: PhoneLine): Live {
    const call = liveCallOf(row, line);
    this.#live.set(row.id, call);
    return call;
  }

  #started(lineId: string, at: Instant): void {
    const recent = this.startsOf(lineId).filter((start) => start > at - SECOND);
    this.#starts.set(lineId, [...recent, at]);
  }

  /** One thing after the other for each call; a failure is told and holds up nothing. */
  #run(call: Live, work: () => Promise<void>): Promise<void> {
    call.work = call.work.then(async () => {
      if (this.#isStopped) return;
      await work().catch(this.#parts.onFault);
    });
    return call.work;
  }

  /** What a line is told it is not waited for. */
  #tell(word: () => Promise<void>): void {
    const told = async (): Promise<void> => word();
    told().catch(this.#parts.onFault);
  }

  #arm(call: Live): void {
    call.disarm();
    if (this.#isStopped) return;
    const { answeredAt, ringUntil, talkUntil } = call.row;
    const isRinging = answeredAt === null && call.state === 'open';
    call.disarm = this.#parts.clock.at(isRinging ? ringUntil : talkUntil, () => this.#expire(call, isRinging));
  }

  #expire(call: Live, wasRinging: boolean): void {
    const code = call.line.id === MANUAL_LINE ? NOT_WRITTEN : '';
    this.#silence(call, wasRinging ? 'no-answer' : 'ended', '');
    void this.#finish(call, { outcome: wasRinging ? 'no-answer' : 'no-key', code, by: SYSTEM });
  }

  /** Ends what is heard at the phone at once; the books follow. */
  #silence({ row: { id }, line }: Live, reason: StopReason, text: string): void {
    this.#lastWords.keep(id, text);
    this.#tell(() => line.cancel(id, reason, text));
  }

  /** It is known what the call came to; what is left is the last word. */
  #settle(call: Live, end: CallEnd, lastWord: string): void {
    call.state = 'decided';
    call.end = end;
    call.row = { ...call.row, outcome: end.outcome };
    this.#lastWords.keep(call.row.id, lastWord);
    this.#arm(call);
  }

  #sayLast({ row: { id }, line }: Live): void {
    this.#tell(() => line.say(id, this.#lastWords.of(id), true));
  }

  /** For a crash before the end; the end writes it once more. */
  async #keepDecision({ row: { id, outcome }, keys }: Live): Promise<void> {
    await this.#parts.calls.progress(id, { outcome, pressed: pressedOf(keys) });
    this.#parts.onChanged();
  }

  /** The first end is the end; whoever tells a second one changes nothing. */
  async #end(call: Live, end: CallEnd): Promise<void> {
    if (isOver(call)) return;
    call.state = 'over';
    call.disarm();
    await this.#writeOff(call, end);
  }

  /** Behind everything that the line has told of the call so far. */
  #finish(call: Live, end: CallEnd): Promise<void> {
    return this.#run(call, () => this.#end(call, end));
  }

  /** The attempts first, then the row: a crash between them leaves a row that the next start ends. [E6] */
  async #writeOff(call: Live, end: CallEnd): Promise<void> {
    const { calls, clock, onChanged } = this.#parts;
    const { outcome } = call.end ?? end;
    try {
      await this.#writeAttempts(call, call.end ?? end);
      await calls.progress(call.row.id, {
        endedAt: clock.now(),
        outcome,
        code: end.code,
        pressed: pressedOf(call.keys),
      });
    } catch (error) {
      const again = (): void => void this.#run(call, () => this.#writeOff(call, end));
      if (!this.#isStopped) call.disarm = clock.at(clock.now() + WRITE_AGAIN, again);
      throw error;
    }
    this.#live.delete(call.row.id);
    onChanged();
  }

  async #writeAttempts(call: Live, end: CallEnd): Promise<void> {
    if (call.isWritten) return;
    await this.#parts.scribe.end(call.row, call.row.hops, { ...end, pressed: pressedOf(call.keys) });
    call.isWritten = true;
  }

  async #handle(call: Live, event: CallEvent): Promise<void> {
    if (isOver(call)) return this.#tooLate(call.line, event);
    switch (event.type) {
      case 'ringing': {
        const providerId = event.providerId ?? call.row.providerId;
        const ringingAt = call.row.ringingAt ?? this.#parts.clock.now();
        call.row = { ...call.row, ringingAt, providerId };
        await this.#parts.calls.progress(call.row.id, { ringingAt, providerId });
        return;
      }
      case 'answered':
        return this.#answered(call);
      case 'key':
        return this.#key(call, event.key);
      case 'ended': {
        const outcome = outcomeOf(event.cause, call.row.answeredAt !== null);
        return this.#end(call, { outcome, code: event.code, by: SYSTEM });
      }
    }
  }

  async #answered(call: Live): Promise<void> {
    if (call.row.answeredAt !== null) return;
    const answeredAt = this.#parts.clock.now();
    call.row = { ...call.row, answeredAt };
    this.#arm(call);
    try {
      await this.#parts.calls.progress(call.row.id, { answeredAt });
      await this.#parts.scribe.answer(call.row);
    } catch (error) {
      // The key that comes next is worth more than this mark.
      this.#parts.onFault(error);
    }
  }

  async #key(call: Live, key: string): Promise<void> {
    if (!IS_KEY.test(key)) return;
    // A key proves the answer, also when the line has lost the word of it.
    await this.#answered(call);
    call.keys = (call.keys + key).slice(-MOST_KEYS);
    if (call.state === 'open') await this.#parts.onKey(call, key);
  }

  /** Who presses a key after the end is told how it ended. */
  #tooLate(line: PhoneLine, { type, callId }: CallEvent): void {
    if (type !== 'key') return;
    this.#parts.onLateKey(callId);
    const text = this.#lastWords.of(callId);
    this.#tell(() => line.cancel(callId, 'done-elsewhere', text));
  }

  async #dial(call: Live, hops: readonly OpenLadder[]): Promise<void> {
    const { line, row } = call;
    try {
      await line.place(phoneCallOf(row, hops));
    } catch (error) {
      if (!(error instanceof LineFault)) this.#parts.onFault(error);
      const code = error instanceof LineFault ? error.code : 'fault';
      return this.#finish(call, { outcome: 'line-down', code, by: SYSTEM });
    }
    if (isOver(call)) this.#tell(() => line.cancel(row.id, 'ended', ''));
  }

  /** A line that cannot say what it has up has nothing up that anybody could go on with. */
  async #keptBy(line: PhoneLine, rows: readonly CallRow[]): Promise<ReadonlySet<string>> {
    // Who was answered to his key has nothing left to hear: a phone must not ring for his ticket once more. [E3]
    const { book } = this.#parts;
    const open = rows.filter(
      (row) => row.outcome === null && (row.purpose === 'test' || rungHops(row, book).length > 0),
    );
    try {
      return await line.adopt(open.map((row) => phoneCallOf(row, rungHops(row, book))));
    } catch (error) {
      this.#parts.onFault(error);
      return new Set();
    }
  }

  async #adoptOne(row: CallRow, line: PhoneLine, isKept: boolean): Promise<void> {
    const call = this.#open(row, line);
    call.openHops = new Set(rungHops(row, this.#parts.book).map(({ id }) => id));
    if (isKept) return this.#arm(call);
    const isDone = row.purpose === 'ladder' && call.openHops.size === 0;
    if (isDone || call.state === 'decided') this.#silence(call, isDone ? 'done-elsewhere' : 'ended', '');
    const code = line === lostLine ? 'line-gone' : 'restart';
    return this.#finish(call, { outcome: isDone ? 'cancelled' : 'lost', code, by: SYSTEM });
  }
}

/** Hops that this call still rings about. */
function rungHops(row: CallRow, book: Pick<LadderBook, 'find'>): readonly OpenLadder[] {
  return openHopsOf(row, book).filter(({ live }) => live?.callId === row.id);
}

const IS_KEY = /^[0-9*#]$/;

function pressedOf(keys: string): string | null {
  return keys === '' ? null : keys;
}
