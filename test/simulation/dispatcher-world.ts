import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { notBehind } from '@faultline/server/src/clock.ts';
import type { Committed, Dispatcher, SubmitRefusal, Submitted } from '@faultline/server/src/dispatcher.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import type { SqliteDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { StoreFault } from '@faultline/server/src/store/store.ts';
import { createWake } from '@faultline/server/src/wake.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import { START } from '../rules/story.ts';
import type { Word } from './dispatcher-checks.ts';
import { checkRest, TICKETS } from './dispatcher-checks.ts';
import type { Machine } from './dispatcher-machine.ts';
import { createMachine } from './dispatcher-machine.ts';
import { DISTRICT, wordOn } from './dispatcher-words.ts';
import { RuleBroken } from './support/invariants.ts';
import type { Random } from './support/random.ts';
import { randomOf } from './support/random.ts';

/** What the simulated server is made of; a mutant changes one of them. */
export interface Make {
  readonly notBehind: typeof notBehind;
  readonly store: (store: JournalStore, database: SqliteDatabase) => JournalStore;
  readonly dispatcher: typeof createDispatcher;
  readonly wake: typeof createWake;
}

export const REAL_MAKE: Make = {
  notBehind,
  store: (store) => store,
  dispatcher: createDispatcher,
  wake: createWake,
};

/** What a life brought, so that a test can see that it was not an empty one. */
export interface DispatcherCourse {
  rows: number;
  answers: number;
  repeats: number;
  crashes: number;
  faults: number;
  lost: number;
}

interface Server {
  readonly machine: Machine;
  readonly now: () => Instant;
  readonly database: SqliteDatabase;
  readonly store: JournalStore;
  readonly dispatcher: Dispatcher;
  readonly announced: JournalRow[];
  readonly headAtStart: number;
  /** Submissions that wait for their answer. */
  pending: number;
  isFull: boolean;
}

/** Turns of the event loop in which a pass of the clock and what it writes come to rest. */
const REST_TURNS = 8;
const MOST_TURNS = 2_000;

/**
 * One life of the real dispatcher, store and clock on a file: people who repeat themselves, crashes that leave only
 * the file, a full disk, a machine that sleeps or whose clock is set back.
 * @throws RuleBroken as soon as a rule does not hold.
 */
export async function liveDispatcher(seed: number, make: Make, steps: number): Promise<DispatcherCourse> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-life-'));
  const world = createDispatcherWorld(join(folder, 'life.db'), randomOf(seed), make);
  try {
    await world.start(START);
    for (let step = 0; step < steps; step += 1) await world.step();
    await world.finish();
    return world.course;
  } finally {
    world.abandon();
    rmSync(folder, { recursive: true, force: true });
  }
}

function createDispatcherWorld(path: string, random: Random, make: Make) {
  const words: Word[] = [];
  const told = new Map<number, JournalRow>();
  const course: DispatcherCourse = { rows: 0, answers: 0, repeats: 0, crashes: 0, faults: 0, lost: 0 };
  let broken: RuleBroken | null = null;
  let server: Server | null = null;
  /** Since when nothing has kept the clock from being on time. */
  let punctualSince: Instant = START;

  const breakRule = (rule: string, claim: string): void => {
    broken ??= new RuleBroken(rule, claim);
  };
  const check = (): void => {
    if (broken) throw broken;
  };
  const running = (): Server => {
    if (!server) throw new Error('no server runs');
    return server;
  };

  const start = async (machineTime: Instant): Promise<void> => {
    const database = openDatabase(path);
    const store = make.store(createJournalStore(database), database);
    const machine = createMachine(machineTime);
    const clock = make.notBehind(machine.clock, await store.newestAt());
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => void faults.push(error);
    const dispatcher = make.dispatcher({ store, clock, policies: () => [FIRST_POLICY], onListenerFault: onFault });
    const districtOf = async (id: string) => (await store.ticket(id))?.report.district ?? null;
    const wake = make.wake({ store, dispatcher, clock, districtOf, onFault });
    const headAtStart = await store.head(DISTRICT);
    const started: Server = {
      machine,
      now: clock.now,
      database,
      store,
      dispatcher,
      announced: [],
      headAtStart,
      pending: 0,
      isFull: false,
    };
    dispatcher.onCommitted((committed) => {
      if (server === started) hear(started, committed);
    });
    server = started;
    await wake.start();
    punctualSince = clock.now();
    await rest();
  };

  /** Everything but the file is gone; nobody hears what the dead one still says. */
  const crash = async (): Promise<void> => {
    const { machine, database, pending } = running();
    course.crashes += 1;
    course.lost += pending;
    server = null;
    database.close();
    const asleep = random.chance(0.5) ? random.between(0, 7_200) * SECOND : random.between(0, 20) * SECOND;
    const setBack = random.chance(0.3) ? random.between(0, 90) * MINUTE : 0;
    await start(Math.max(START, machine.clock.now() + asleep - setBack));
  };

  const hear = (from: Server, { rows }: Committed): void => {
    for (const row of rows) {
      const expected = (from.announced.at(-1)?.seq ?? from.headAtStart) + 1;
      if (row.seq !== expected) breakRule('A1', `row ${row.seq} was announced instead of ${expected}`);
      from.announced.push(row);
      told.set(row.seq, row);
    }
  };

  const send = (word: Word): void => {
    const asked = running();
    asked.pending += 1;
    const hearAnswer = (outcome: Outcome<Submitted, SubmitRefusal>): void => {
      if (server !== asked) return;
      asked.pending -= 1;
      judge(word, outcome);
    };
    asked.dispatcher.submit(word.submission).then(hearAnswer, (error: unknown) => {
      if (server !== asked) return;
      asked.pending -= 1;
      course.faults += 1;
      if (!(error instanceof StoreFault) || !asked.isFull)
        breakRule('F6', `${word.submission.commandId}: ${String(error)}`);
    });
  };

  const judge = (word: Word, outcome: Outcome<Submitted, SubmitRefusal>): void => {
    const { commandId } = word.submission;
    if (!outcome.ok) {
      word.isRefused = true;
      if (word.answer) breakRule('T2', `${commandId} was answered, then refused: ${outcome.refusal.code}`);
      return;
    }
    const { answer, isRepeated } = outcome.value;
    if (isRepeated) course.repeats += 1;
    else course.answers += 1;
    if (word.answer && !isDeepStrictEqual(word.answer, answer)) {
      breakRule('T2', `${commandId} was answered ${JSON.stringify([word.answer, answer])}`);
    }
    word.answer = answer;
  };

  const speak = async (): Promise<Word> => {
    const { store, now } = running();
    const id = random.pick(TICKETS);
    const seen = await store.ticket(id);
    const word: Word = {
      submission: wordOn(random, { id, seen, now: now(), commandId: `k${words.length}` }),
      answer: null,
      isRefused: false,
    };
    words.push(word);
    return word;
  };

  /** One turn of the event loop; what is due by now rings in it. */
  const turn = async (): Promise<void> => {
    const { machine } = running();
    machine.moveTo(machine.clock.now());
    await new Promise((resolve) => setImmediate(resolve));
  };
  const rest = async (): Promise<void> => {
    for (let turns = 0, quiet = 0; quiet < REST_TURNS; turns += 1) {
      await turn();
      quiet = running().pending === 0 ? quiet + 1 : 0;
      if (turns > MOST_TURNS) throw new RuleBroken('F1', 'the server does not answer');
    }
    check();
  };

  /** Time goes on with a machine that has nothing else to do: each timer rings at its moment and is done with. */
  const pass = async (by: number): Promise<void> => {
    const { machine } = running();
    const until = machine.clock.now() + by;
    await rest();
    for (let next = machine.nextTimerAt(); next !== null && next <= until; next = machine.nextTimerAt()) {
      machine.moveTo(next);
      await rest();
      if (machine.nextTimerAt() === next) throw new RuleBroken('E6', 'the clock turns on the spot');
    }
    machine.moveTo(until);
    await rest();
  };

  const sleep = (): void => {
    const { machine, now } = running();
    machine.moveTo(machine.clock.now() + random.between(1, 120) * MINUTE);
    punctualSince = now() + 1;
  };

  const fillDisk = (): void => {
    const current = running();
    current.isFull = true;
    // A full disk still takes what fits into its last page; a read-only one takes nothing.
    current.database.raw.pragma(random.chance(0.5) ? 'max_page_count = 1' : 'query_only = 1');
    if (random.chance(0.5)) sleep();
  };
  const emptyDisk = async (): Promise<void> => {
    const current = running();
    current.database.raw.pragma('max_page_count = 1000000');
    current.database.raw.pragma('query_only = 0');
    current.isFull = false;
    punctualSince = current.now() + SECOND + 1;
    await pass(SECOND);
    await checkAll();
  };

  /** Somebody who uses an id again for something else; a client with a bug, not with ill will. */
  const twist = async (): Promise<void> => {
    const answered = words.filter(({ answer }) => answer !== null);
    const word = answered[random.below(Math.max(1, answered.length))];
    const current = running();
    if (!word || current.isFull) return;
    const other = random.chance(0.5)
      ? { ticketId: word.submission.ticketId === 't1' ? 't2' : 't1' }
      : { commands: [{ type: 'cancel', reason: 'mistake', text: 'twisted' }] as const };
    const outcome = await current.dispatcher.submit({ ...word.submission, ...other });
    if (outcome.ok || outcome.refusal.code !== 'command-id-reused') {
      breakRule('T2', `${word.submission.commandId} with another content got ${JSON.stringify(outcome)}`);
    }
  };

  const step = async (): Promise<void> => {
    const act = random.below(100);
    const any = words[random.below(Math.max(1, words.length))];
    if (act < 40) send(await speak());
    else if (act < 52 && any) for (let times = random.between(1, 5); times > 0; times -= 1) send(any);
    else if (act < 55) {
      const word = await speak();
      for (let times = 0; times < 16; times += 1) send(word);
    } else if (act < 58) await twist();
    else if (act < 70) await turn();
    else if (act < 84 && !running().isFull) await pass(random.between(1, 240) * SECOND);
    else if (act < 87) sleep();
    else if (act < 90 && !running().isFull) fillDisk();
    else if (act < 94 && running().isFull) await emptyDisk();
    else if (act < 98) await crash();
    else if (!running().isFull) await checkAll();
    check();
  };

  /** Whoever has no answer asks again until he has one; then the day goes on to its end. */
  const finish = async (): Promise<void> => {
    if (running().isFull) await emptyDisk();
    await crash();
    for (const word of words) if (!word.answer && !word.isRefused) send(word);
    await pass(3 * HOUR);
    for (const word of words) if (word.answer) send(word);
    await rest();
    await checkAll();
    course.rows = await running().store.head(DISTRICT);
  };

  const checkAll = async (): Promise<void> => {
    await rest();
    const { store, now, announced, headAtStart } = running();
    await checkRest({ store, now: now(), announced, headAtStart, told, words, punctualSince });
  };

  return {
    course,
    start,
    step,
    finish,
    abandon() {
      const last = server;
      server = null;
      last?.database.close();
    },
  };
}
