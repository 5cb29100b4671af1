import type { Actor, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';
import type { Clock } from '../clock.ts';
import type { CallRow, CallStore } from '../store/call-store.ts';
import { NOT_WRITTEN } from '../store/call-store.ts';
import type { CallOrder } from './call-order.ts';
import { openHopsOf, outcomeOf, phoneCallOf, rowOf } from './call-order.ts';
import type { LadderBook, OpenLadder } from './ladder-book.ts';
import { hopId } from './ladder-book.ts';
import { lostLine, MANUAL_LINE } from './manual-line.ts';
import type { CalledPerson, PhoneLine, PhoneLineEvent } from './phone-line.ts';
import { LineFault } from './phone-line.ts';
import type { Scribe } from './scribe.ts';

/** A call that is under way, as this process knows it; the store and the journal know all of it too. */
export interface LiveCall {
  readonly row: CallRow;
  readonly line: PhoneLine;
  /** Hops that this call still speaks for. */
  readonly openHops: ReadonlySet<string>;
  /** The newest keys, in their order. */
  readonly keys: string;
}

/** What a call says, and what the journal hears of it. */
export interface CallTeller {
  /** The words that a call begins with. */
  opening(order: Pick<CallOrder, 'purpose' | 'person' | 'callee' | 'hops'>, hops: readonly OpenLadder[]): string;
  /** What is kept as spoken about one hop. */
  about(open: OpenLadder, language: CalledPerson['language']): string;
}

export interface CallEnd {
  readonly outcome: CallOutcome;
  readonly code: string;
  readonly by: Actor;
}

type CallEvent = Exclude<PhoneLineEvent, { type: 'changed' }>;

const SYSTEM: Actor = { kind: 'system' };
/** Somebody who presses a key after the end is told the end for this long. */
const LAST_WORD_LASTS: Duration = 2 * MINUTE;
/** Of a phone that lies on its keys the newest are kept. */
const MOST_KEYS = 32;
/** Words of lines about earlier calls, while the books are being read at the start. */
const MOST_EARLY_EVENTS = 10_000;
/** A call that the books could not be told the end of is told again this soon. */
const WRITE_AGAIN: Duration = SECOND;

interface Live {
  row: CallRow;
  line: PhoneLine;
  openHops: Set<string>;
  /**
   * `deciding`: a key is being written down. `decided`: what it came to is `end`, the last word is being said.
   * `over`: nothing is heard at the phone any more, the books have their end or will have it.
   */
  state: 'open' | 'deciding' | 'decided' | 'over';
  end: CallEnd | null;
  /** The attempts have their end in the journal. */
  isWritten: boolean;
  keys: string;
  disarm: () => void;
  /** What the line tells of one call is heard in its order. Never fails. */
  work: Promise<void>;
}

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
  readonly #lastWords = new Map<string, { readonly text: string; readonly at: Instant }>();
  /** `null` once the books of the earlier run were read. */
  #early: { readonly line: PhoneLine; readonly event: CallEvent }[] | null = [];
  #isStopped = false;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
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
    const { calls, clock, newId } = this.#parts;
    const row = rowOf(order, newId(), clock.now());
    if ((await calls.insertCall(row)) !== 'inserted') return null;
    const call = this.#open(row, order.line);
    this.#started(order.line.id, row.placedAt);
    this.#arm(call);
    try {
      const hops = await this.#claim(call, order);
      if (order.purpose === 'ladder' && call.openHops.size === 0) {
        await this.#finish(call, { outcome: 'cancelled', code: '', by: SYSTEM });
        return null;
      }
      const opening = order.line.id === MANUAL_LINE ? '' : this.#parts.teller.opening(order, hops);
      call.row = { ...call.row, opening };
      await calls.progress(call.row.id, { opening, hops: call.row.hops });
      // The hops may have been done while the books were written.
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
      this.#run(call, () => this.#parts.scribe.end(call.row, left, words));
      return;
    }
    const isHeard = call.row.answeredAt !== null && stop.text !== '';
    if (!isHeard) {
      this.#silence(call, stop.reason, stop.text);
      void this.#finish(call, end);
      return;
    }
    this.#sayLast(call, end, stop.text);
    this.#run(call, async () => {
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
      this.#sayLast(call, { outcome, code: '', by: SYSTEM }, lastWord);
    } catch (error) {
      this.#parts.onFault(error);
      call.state = 'open';
      if (call.row.purpose === 'test' || call.openHops.size > 0) return this.say(call, notWritten);
      // Its last hop was done while the key was being written.
      this.#silence(call, 'done-elsewhere', '');
      void this.#finish(call, { outcome: 'cancelled', code: '', by: SYSTEM });
      return;
    }
    await this.#keepDecision(call);
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
    if (call?.line === line) this.#run(call, () => this.#handle(call, event));
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
    const end: CallEnd | null = row.outcome === null ? null : { outcome: row.outcome, code: row.code, by: SYSTEM };
    const call: Live = {
      row,
      line,
      openHops: new Set(row.hops.map(({ ticketId, key }) => hopId(ticketId, key))),
      state: end === null ? 'open' : 'decided',
      end,
      isWritten: false,
      keys: row.pressed ?? '',
      disarm() {},
      work: Promise.resolve(),
    };
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
    this.#keepLastWord(id, text);
    this.#tell(() => line.cancel(id, reason, text));
  }

  #sayLast(call: Live, end: CallEnd, text: string): void {
    const { row, line } = call;
    call.state = 'decided';
    call.end = end;
    call.row = { ...row, outcome: end.outcome };
    this.#keepLastWord(row.id, text);
    this.#arm(call);
    this.#tell(() => line.say(row.id, text, true));
  }

  /** For a crash before the end; the end writes it once more. */
  async #keepDecision({ row: { id, outcome }, keys }: Live): Promise<void> {
    await this.#parts.calls.progress(id, { outcome, pressed: pressedOf(keys) });
    this.#parts.onChanged();
  }

  #keepLastWord(callId: string, text: string): void {
    const now = this.#parts.clock.now();
    for (const [id, { at }] of this.#lastWords) {
      if (at >= now - LAST_WORD_LASTS) break;
      this.#lastWords.delete(id);
    }
    // Said anew it goes behind the others, so that the oldest stand first.
    this.#lastWords.delete(callId);
    this.#lastWords.set(callId, { text, at: now });
  }

  /** The first end is the end; whoever tells a second one changes nothing. */
  #finish(call: Live, end: CallEnd): Promise<void> {
    return this.#run(call, async () => {
      if (isOver(call)) return;
      call.state = 'over';
      call.disarm();
      await this.#writeOff(call, end);
    });
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
        // Not waited for: it stands behind this word in the call's own queue.
        void this.#finish(call, { outcome, code: event.code, by: SYSTEM });
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
    const text = this.#lastWords.get(callId)?.text ?? '';
    this.#tell(() => line.cancel(callId, 'done-elsewhere', text));
  }

  /**
   * Writes the attempt into each ticket; a hop that was done meanwhile drops out.
   * @returns the hops that are left. @throws StoreFault when all have been tried and one could not be written.
   */
  async #claim(call: Live, order: CallOrder): Promise<readonly OpenLadder[]> {
    const { scribe, teller } = this.#parts;
    const { row } = call;
    const isByHand = order.line.id === MANUAL_LINE;
    const claims = await Promise.allSettled(
      row.hops.map(async (hop, index) => {
        const ordered = order.hops[index];
        if (!ordered) return [];
        const { step, callee, open } = ordered;
        const text = isByHand ? '' : teller.about(open, order.person.language);
        if (await scribe.place(row, hop, { step, callee, text })) return [ordered.open];
        call.openHops.delete(open.id);
        return [];
      }),
    );
    const claimed = claims.flatMap((claim) => {
      if (claim.status === 'rejected') throw claim.reason;
      return claim.value;
    });
    const ids = new Set(claimed.map(({ id }) => id));
    call.row = { ...call.row, hops: row.hops.filter(({ ticketId, key }) => ids.has(hopId(ticketId, key))) };
    return claimed.filter(({ id }) => call.openHops.has(id));
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
    const undecided = rows.filter(({ outcome }) => outcome === null);
    try {
      return await line.adopt(undecided.map((row) => phoneCallOf(row, openHopsOf(row, this.#parts.book))));
    } catch (error) {
      this.#parts.onFault(error);
      return new Set();
    }
  }

  async #adoptOne(row: CallRow, line: PhoneLine, isKept: boolean): Promise<void> {
    const call = this.#open(row, line);
    const { book } = this.#parts;
    const rung = openHopsOf(row, book).filter(({ live }) => live?.callId === row.id);
    call.openHops = new Set(rung.map(({ id }) => id));
    if (!isKept) {
      if (call.state === 'decided') this.#silence(call, 'ended', '');
      const code = line === lostLine ? 'line-gone' : 'restart';
      return this.#finish(call, { outcome: 'lost', code, by: SYSTEM });
    }
    if (row.purpose === 'ladder' && call.openHops.size === 0) {
      this.#silence(call, 'done-elsewhere', '');
      return this.#finish(call, { outcome: 'cancelled', code: 'restart', by: SYSTEM });
    }
    this.#arm(call);
  }
}

const IS_KEY = /^[0-9*#]$/;

function pressedOf(keys: string): string | null {
  return keys === '' ? null : keys;
}

/** Asked anew each time: it may have come true while something was waited for. */
function isOver({ state }: Live): boolean {
  return state === 'over';
}
