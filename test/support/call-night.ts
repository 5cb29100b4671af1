import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EscalationMakers } from '@faultline/server/src/escalation/engine.ts';
import { StoreFault } from '@faultline/server/src/store/store.ts';
import { ladderOf } from '@faultline/shared/escalation/ladder.ts';
import { isFeedbackOver } from '@faultline/shared/ticket/feedback.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Feedback, HandOutcome, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { make } from '../rules/story.ts';
import type { CallRoom } from './call-room.ts';
import { contactOf, departmentOf, openCallRoom } from './call-room.ts';
import type { TestClock } from './clock.ts';
import { testClock } from './clock.ts';
import { quickFolder } from './quick-folder.ts';
import type { SeededLine } from './seeded-line.ts';
import { createSeededLine, seededUnit } from './seeded-line.ts';

/** Something that must never be true of the engine was. */
export class NightBroken extends Error {
  override readonly name = 'NightBroken';
}

const CREWS = 3;
const TICKETS = 9;
const ROUGH: Duration = 14 * MINUTE;
/** Shorter pauses than on a real night: what comes back after them comes back often. */
const POLICY: Policy = {
  ...FIRST_POLICY,
  ladder: { ...FIRST_POLICY.ladder, acknowledgedPauseMin: 3, roundGapMin: 2, talkSec: 60, manualSec: 120 },
};
/** Longer than a pause, a hold and the gap between two rounds together. */
const CALM: Duration = 12 * MINUTE;
const LONGEST_STEP: Duration = 20 * SECOND;

/** A clock that tells when something is due next, so that a night does not count its idle seconds. */
function steppingClock(): { readonly clock: TestClock; next(): Instant | null } {
  const base = testClock();
  const due = new Set<{ readonly at: Instant }>();
  const at: TestClock['at'] = (instant, callback) => {
    const timer = { at: instant };
    due.add(timer);
    const cancel = base.at(instant, () => {
      due.delete(timer);
      callback();
    });
    return () => {
      due.delete(timer);
      cancel();
    };
  };
  return {
    clock: { ...base, at },
    next: () => (due.size === 0 ? null : Math.min(...[...due].map((timer) => timer.at))),
  };
}

/**
 * One night of a small city: silent tickets, people who do not pick up, lines that go down, a server that dies, people
 * who take over, write down, accept, recall. Then a calm end, in which everything that is left has to be rung and taken.
 * @throws NightBroken with the moment and what was wrong
 */
export async function liveNight(seed: number, parts?: EscalationMakers): Promise<void> {
  const folder = quickFolder('night');
  const night = new Night(seed, join(folder, 'faultline.db'), parts);
  try {
    await night.live();
  } finally {
    await night.close().finally(() => rmSync(folder, { recursive: true, force: true }));
  }
}

class Night {
  readonly #path: string;
  readonly #make: EscalationMakers | undefined;
  readonly #unit: () => number;
  readonly #time = steppingClock();
  readonly #clock: TestClock;
  readonly #seed: number;
  readonly #placed = new Set<string>();
  readonly #since = new Map<string, Instant>();
  #lines: readonly SeededLine[] = [];
  #room: CallRoom | null = null;
  #lives = 0;
  #commands = 0;
  #isCalm = false;
  #isDiskFailing = false;

  constructor(seed: number, path: string, parts: EscalationMakers | undefined) {
    this.#seed = seed;
    this.#path = path;
    this.#make = parts;
    this.#unit = seededUnit(seed);
    this.#clock = this.#time.clock;
  }

  async live(): Promise<void> {
    await this.#open();
    await this.#enterCity();
    const end = this.#clock.now() + ROUGH;
    while (this.#clock.now() < end) {
      await this.#pass(Math.floor(this.#unit() * 40) * SECOND);
      await this.#happen();
    }
    await this.#calmDown();
    await this.#pass(CALM);
    await this.#expectTaken();
    for (const { id } of await this.#tickets()) await this.#send(id, make.cancel());
    await this.#pass(4 * MINUTE);
    await this.#expectSilence();
  }

  async close(): Promise<void> {
    await this.#room?.close();
  }

  get #now(): CallRoom {
    if (!this.#room) throw new Error('the night has not begun');
    return this.#room;
  }

  async #open(): Promise<void> {
    this.#lives += 1;
    const of = (id: string, channels: number): SeededLine =>
      createSeededLine(this.#clock, this.#seed * 100 + this.#lives * 10 + channels, {
        id,
        channels,
        startsPerSecond: 2,
        isWilling: this.#seed % 3 === 0,
      });
    this.#lines = [of('fake', 2), of('other', 1)];
    this.#room = await openCallRoom({
      path: this.#path,
      clock: this.#clock,
      lines: this.#lines,
      policy: POLICY,
      store: (store) => ({ ...store, commit: (unit) => this.#perhaps(() => store.commit(unit)) }),
      calls: (calls) => ({
        ...calls,
        insertCall: (row) => this.#perhaps(() => calls.insertCall(row)),
        progress: (id, change) => this.#perhaps(() => calls.progress(id, change)),
      }),
      ...(this.#make ? { make: this.#make } : {}),
    });
  }

  /** While the night is rough, the disk fails now and then for the engine; never for the people of the test. */
  async #perhaps<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#isDiskFailing && this.#unit() < 0.25) throw new StoreFault('the disk is full');
    return work();
  }

  async #enterCity(): Promise<void> {
    for (let n = 0; n < CREWS; n += 1) {
      const id = `crew-${n}`;
      await this.#now.write(
        { row: 'department', department: departmentOf(id, 'crew') },
        { row: 'contact', contact: contactOf(id, 'duty', { phone: `0300000${n}` }) },
        // Two crews have the same chief, and one chief has no number.
        { row: 'contact', contact: contactOf(id, 'chief-1', { phone: `0400000${n % 2}` }) },
        { row: 'contact', contact: contactOf(id, 'chief-2', { phone: n === 2 ? '' : `0500000${n}` }) },
      );
    }
    for (let n = 0; n < TICKETS; n += 1) {
      if (n % 4 === 3) await this.#now.issued(`t${n}`);
      else await this.#now.dispatched(`t${n}`, `crew-${n % CREWS}`);
      if (this.#unit() < 0.3) await this.#pass(20 * SECOND);
    }
  }

  async #happen(): Promise<void> {
    const what = this.#unit();
    if (what < 0.1) return this.#crash();
    if (what < 0.16) return this.#restart();
    if (what < 0.36) {
      const line = this.#oneOf(this.#lines);
      line?.setUp(line.status().state === 'down');
      return;
    }
    if (what < 0.42) return this.#failDisk();
    const ticket = this.#oneOf(await this.#tickets());
    const feedback = this.#oneOf(ticket?.feedbacks.filter(({ ended }) => ended === null) ?? []);
    if (!ticket || !feedback) return;
    if (what < 0.52) await this.#send(ticket.id, make.holdCalls(feedback.key));
    else if (what < 0.58) await this.#send(ticket.id, make.releaseCalls(feedback.key));
    else if (what < 0.72) await this.#record(ticket, feedback);
    else if (what < 0.82)
      await this.#send(ticket.id, feedback.legNo === null ? make.take() : make.accept(undefined, feedback.legNo));
    else if (what < 0.9) await this.#sendAway(ticket, feedback);
    else await this.#changeChief();
  }

  #oneOf<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.#unit() * values.length)];
  }

  async #record({ id }: Ticket, { key, attempts }: Feedback): Promise<void> {
    const outcome = this.#oneOf<HandOutcome>(['acknowledged', 'refused', 'no-answer', 'busy', 'wrong-number']);
    const asked = attempts.find((attempt) => attempt.outcome === null);
    const { contactId = 'somebody', contactRole = 'duty' } = asked ?? {};
    await this.#send(id, make.call(key, outcome, { contactId, contactRole }));
  }

  async #sendAway({ id }: Ticket, { legNo }: Feedback): Promise<void> {
    if (legNo === null) return void (await this.#send(id, make.dispatch(undefined, { crewId: 'crew-0' })));
    await this.#send(id, this.#unit() < 0.5 ? make.recall({ no: legNo }) : make.returned({ no: legNo }));
    await this.#send(id, make.dispatch(undefined, { crewId: `crew-${Math.floor(this.#unit() * CREWS)}` }));
  }

  async #changeChief(): Promise<void> {
    const id = `crew-${Math.floor(this.#unit() * CREWS)}`;
    const phone = this.#unit() < 0.5 ? '' : `0600000${Math.floor(this.#unit() * 3)}`;
    await this.#now.write({ row: 'contact', contact: contactOf(id, 'chief-1', { phone }) });
  }

  async #send(id: string, command: Parameters<CallRoom['send']>[1]): Promise<void> {
    this.#commands += 1;
    await this.#now.send(id, command, { commandId: `night-${this.#commands}` });
  }

  async #crash(): Promise<void> {
    this.#leave();
    this.#now.crash();
    await this.#open();
    await this.#check();
  }

  async #restart(): Promise<void> {
    this.#leave();
    await this.#now.close();
    await this.#open();
  }

  async #failDisk(): Promise<void> {
    this.#isDiskFailing = true;
    await this.#pass(Math.floor(this.#unit() * 10) * SECOND);
    this.#isDiskFailing = false;
    await this.#clock.settle();
  }

  #leave(): void {
    this.#note();
    this.#expectSound();
    for (const line of this.#lines) line.die();
    this.#since.clear();
  }

  #note(): void {
    for (const line of this.#lines) for (const { id } of line.placed) this.#placed.add(id);
  }

  async #calmDown(): Promise<void> {
    this.#isCalm = true;
    for (const line of this.#lines) {
      line.calm();
      if (line.status().state === 'down') line.setUp(true);
    }
  }

  async #pass(by: Duration): Promise<void> {
    const { clock } = this.#time;
    const until = clock.now() + by;
    do {
      const next = Math.min(this.#time.next() ?? until, until, clock.now() + LONGEST_STEP);
      await clock.settle(Math.max(0, next - clock.now()));
      await this.#check();
    } while (clock.now() < until);
  }

  #tickets(): Promise<readonly Ticket[]> {
    return this.#now.store.openTickets('east');
  }

  /** What may be true for a moment and no longer. */
  async #check(): Promise<void> {
    const { now } = this.#clock;
    const found = [
      ...(await this.#phoneProblems()),
      ...(await this.#tickets()).flatMap((one) => this.#ticketProblems(one)),
    ];
    const names = new Set(found.map(([name]) => name));
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name);
    for (const [name, tolerance] of found) {
      const since = this.#since.get(name) ?? now();
      this.#since.set(name, since);
      if (now() - since > tolerance) this.#broken(`${name}, for ${(now() - since) / SECOND} s`);
    }
    this.#expectSound();
  }

  async #phoneProblems(): Promise<readonly Problem[]> {
    const rows = new Map((await this.#now.calls.liveCalls()).map((row) => [row.id, row]));
    const problems: Problem[] = [];
    for (const { callId, isAnswered } of this.#lines.flatMap((line) => line.up())) {
      const row = rows.get(callId);
      if (!row) problems.push([`${callId} rings and its row has ended`, 2 * SECOND]);
      else if (!isAnswered && !(await this.#isAnyOpen(row.hops)))
        problems.push([`${callId} rings for nothing`, 2 * SECOND]);
    }
    this.#note();
    const up = new Set(this.#lines.flatMap((line) => line.up().map(({ callId }) => callId)));
    for (const { id, line, talkUntil } of rows.values()) {
      if (talkUntil < this.#clock.now()) problems.push([`the row ${id} has no end`, 5 * SECOND]);
      const hasHungUp = line !== 'manual' && this.#placed.has(id) && !up.has(id);
      if (hasHungUp) problems.push([`the row ${id} lives on without its phone`, 15 * SECOND]);
    }
    return problems;
  }

  async #isAnyOpen(hops: readonly { readonly ticketId: string; readonly key: string }[]): Promise<boolean> {
    for (const { ticketId, key } of hops) {
      const { feedbacks } = await this.#now.ticket(ticketId);
      if (feedbacks.some((feedback) => feedback.key === key && feedback.ended === null)) return true;
    }
    return false;
  }

  #ticketProblems(ticket: Ticket): readonly Problem[] {
    return ticket.feedbacks.flatMap((feedback): Problem[] => {
      const name = `${ticket.id}/${feedback.key}`;
      const live = feedback.attempts.filter(({ outcome }) => outcome === null);
      if (live.length > 1) this.#broken(`${name} has ${live.length} calls at once`);
      if (feedback.ended !== null && !isFeedbackOver(ticket, feedback)) this.#broken(`${name} ended with its hop open`);
      const problems: Problem[] = live.map(({ callId }) => [`the call ${callId} of ${name} has no end`, 140 * SECOND]);
      if (feedback.ended !== null)
        return [...problems, ...live.map((): Problem => [`${name} is done and rung`, 65 * SECOND])];
      const ladder = ladderOf(feedback, POLICY.ladder);
      const spent = ladder.state === 'exhausted' ? ladder.round : ladder.round - 1;
      if (feedback.spentRounds < spent) problems.push([`${name} was rung in vain and nobody says so`, 10 * SECOND]);
      // Who waits for a line longer than two minutes is asked for by hand.
      if ((ladder.dueAt ?? Infinity) <= this.#clock.now())
        problems.push([`${name} is due and forgotten`, 130 * SECOND]);
      return problems;
    });
  }

  #expectSound(): void {
    const fault = this.#now.faults.find((error) => !(error instanceof StoreFault));
    if (fault !== undefined) this.#broken(`a fault: ${String(fault)}`);
    const collisions = this.#lines.flatMap((line) => line.collisions);
    if (collisions.length > 0) this.#broken(`${collisions[0]} was rung while it was in a call`);
    for (const line of this.#lines) {
      if (line.mostAtOnce() > line.channels) this.#broken(`${line.id} carries more calls than it has channels`);
    }
  }

  async #expectTaken(): Promise<void> {
    for (const ticket of (await this.#tickets()).filter(isOpen)) {
      for (const { key, kind, ended } of ticket.feedbacks) {
        const canBeTaken = kind === 'centre-not-taken' || kind === 'crew-not-accepted';
        if (canBeTaken && ended === null) this.#broken(`${ticket.id}/${key} was not taken by people who all say yes`);
      }
    }
  }

  /** The books behind the last word: every call has its end, and says what has happened. */
  async #expectSilence(): Promise<void> {
    this.#note();
    const up = this.#lines.flatMap((line) => line.up());
    if (up.length > 0) this.#broken(`${up[0]?.callId} is still up`);
    const calls = await this.#now.calls.recentCalls('east', 100_000);
    for (const { id, endedAt, outcome, line, pressed } of calls) {
      if (endedAt === null || outcome === null) this.#broken(`the row ${id} has no end`);
      if (line !== 'manual' && outcome === 'acknowledged' && !pressed?.endsWith('1'))
        this.#broken(`${id}: a yes without a key`);
      if (line !== 'manual' && RUNG.has(outcome ?? '') && !this.#placed.has(id))
        this.#broken(`${id} was never dialled`);
    }
    const lineOf = new Map(calls.map(({ id, line }) => [id, line]));
    const ended = new Set<string>();
    const journal = (await this.#now.rows()).flatMap((row) => (row.kind === 'ticket' ? [row] : []));
    for (const { ticketId, event } of journal) {
      if (event.type !== 'call-ended') continue;
      const { callId, outcome, pressed } = event;
      ended.add(`${ticketId}/${callId}`);
      const isYes = outcome === 'acknowledged' && lineOf.get(callId) !== 'manual';
      if (isYes && !pressed?.endsWith('1')) this.#broken(`${callId}: a yes without a key in ${ticketId}`);
    }
    for (const { ticketId, event } of journal) {
      if (event.type !== 'call-placed') continue;
      const { callId, line } = event;
      if (!ended.has(`${ticketId}/${callId}`)) this.#broken(`the attempt ${callId} of ${ticketId} has no end`);
      if (line !== '' && !lineOf.has(callId)) this.#broken(`the attempt ${callId} has no row`);
    }
  }

  #broken(what: string): never {
    const minute = (this.#clock.now() - Date.UTC(2026, 10, 23)) / MINUTE;
    throw new NightBroken(`seed ${this.#seed}, minute ${minute.toFixed(2)}${this.#isCalm ? ' (calm)' : ''}: ${what}`);
  }
}

/** What is wrong, and how long it may be. */
type Problem = readonly [name: string, tolerance: Duration];

/** Outcomes that only somebody behind a phone can have given. */
const RUNG: ReadonlySet<string> = new Set([
  'acknowledged',
  'refused',
  'no-answer',
  'no-key',
  'busy',
  'declined',
  'wrong-number',
]);
