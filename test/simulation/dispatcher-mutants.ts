import type { Committed, Dispatcher } from '@faultline/server/src/dispatcher.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import type { SqliteDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import type { CommitResult, CommitUnit, JournalStore } from '@faultline/server/src/store/store.ts';
import { createWake } from '@faultline/server/src/wake.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type { Make } from './dispatcher-world.ts';
import { REAL_MAKE } from './dispatcher-world.ts';

/** The product's own parts with one deliberate fault. If no life finds it, the simulation is worth nothing. */
export interface DispatcherMutant {
  readonly fault: string;
  readonly make: Make;
}

type Commit = JournalStore['commit'];

/** @param change what becomes of the writing of one decision. */
function writing(change: (commit: Commit, store: JournalStore, database: SqliteDatabase) => Commit): Make {
  return { ...REAL_MAKE, store: (store, database) => ({ ...store, commit: change(store.commit, store, database) }) };
}

/** @param change how the news travels from the dispatcher to a listener. */
function telling(change: (listener: (committed: Committed) => void) => (committed: Committed) => void): Make {
  return {
    ...REAL_MAKE,
    dispatcher(parts) {
      const real = createDispatcher(parts);
      return { ...real, onCommitted: (listener) => real.onCommitted(change(listener)) };
    },
  };
}

/** @param change what the clock that wakes the duties sees. */
function waking(change: (parts: Parameters<typeof createWake>[0]) => Parameters<typeof createWake>[0]): Make {
  return { ...REAL_MAKE, wake: (parts) => createWake(change(parts)) };
}

/** A little later; what a crash has overtaken by then does not happen. */
function later(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? later(turns - 1, work) : work()));
}

function ignore(): void {}

function guessed(unit: CommitUnit, seq: number): Extract<CommitResult, { outcome: 'committed' }> {
  const { ticketId, expectedVersion, after } = unit;
  const { version, revision, report } = after;
  const rows = unit.events.map(
    (recorded, index): JournalRow => ({
      kind: 'ticket',
      seq: seq + index + 1,
      recordedAt: recorded.recordedAt,
      ticketId,
      ticketVersion: expectedVersion + index + 1,
      by: recorded.by,
      event: recorded.event,
    }),
  );
  const answer: CommandAnswer = { ticketId, number: report.number, seq: seq + rows.length, version, revision };
  return { outcome: 'committed', answer, rows };
}

/** Says yes as soon as it knows what it is going to write, when nobody else is writing. */
const acknowledgeFirst: Make = {
  ...REAL_MAKE,
  dispatcher(parts) {
    const { store, clock, policies } = parts;
    const real = createDispatcher(parts);
    let inFlight = 0;
    const submit: Dispatcher['submit'] = (submission) => {
      inFlight += 1;
      return real.submit(submission).finally(() => {
        inFlight -= 1;
      });
    };
    return {
      ...real,
      async submit(submission) {
        const { ticketId: id, commandId, commands, by, district, expectedRevision } = submission;
        const ticket = await store.ticket(id);
        const seq = await store.head(district);
        const isNew = commandId !== null && (await store.answer(commandId)) === null;
        const context = { now: clock.now(), policies: policies(district), expectedRevision };
        const decision = typeof commands === 'function' ? null : decideAll(ticket, commands, context, { id, by });
        if (!decision || inFlight > 0 || !isNew || !decision.ok || decision.value.length === 0)
          return submit(submission);
        let after = ticket;
        for (const event of decision.value) after = evolve(after, { event, by, recordedAt: context.now }, id);
        submit(submission).catch(ignore);
        if (!after) throw new Error('a decision leaves a ticket');
        const { version, revision, report } = after;
        const answer = { ticketId: id, number: report.number, seq: seq + decision.value.length, version, revision };
        return { ok: true, value: { answer, isRepeated: false } };
      },
    };
  },
};

/** Tells the news before it is on the disk, when nobody else is writing. */
const announceFirst: Make = {
  ...REAL_MAKE,
  dispatcher(parts) {
    const listeners: ((committed: Committed) => void)[] = [];
    const toldAlready = new Set<string>();
    const { store } = parts;
    let inFlight = 0;
    const tell = (committed: Committed): void => {
      for (const listener of listeners) listener(committed);
    };
    const commit: Commit = async (unit) => {
      const { district, ticketId, after, nextDueAt } = unit;
      inFlight += 1;
      const before = await store.ticket(ticketId);
      const { rows } = guessed(unit, await store.head(district));
      if (inFlight === 1 && rows.length > 0) {
        toldAlready.add(`${ticketId} ${after.version}`);
        tell({ district, before, after, rows, nextDueAt });
      }
      return store.commit(unit).finally(() => {
        inFlight -= 1;
      });
    };
    const real = createDispatcher({ ...parts, store: { ...store, commit } });
    real.onCommitted((committed) => {
      if (!toldAlready.has(`${committed.after.id} ${committed.after.version}`)) tell(committed);
    });
    return { ...real, onCommitted: (listener) => void listeners.push(listener) };
  },
};

/** The journal is written at once, the ticket in a transaction of its own a moment later. */
const projectLater: Make = writing((commit, _store, { raw }) => async (unit) => {
  const read = raw.prepare('SELECT state, version, due_at FROM ticket WHERE id = ?');
  const before = read.raw().get(unit.ticketId) as unknown[] | undefined;
  const result = await commit(unit);
  if (result.outcome !== 'committed' || result.rows.length === 0 || !before) return result;
  const write = raw.prepare('UPDATE ticket SET state = ?, version = ?, due_at = ? WHERE id = ?');
  const now = read.raw().get(unit.ticketId) as unknown[];
  write.run(...before, unit.ticketId);
  later(2, () => {
    if (raw.open) write.run(...now, unit.ticketId);
  });
  return result;
});

/** A decision of several events is written event by event, the answer with the last one. */
const writePiecemeal: Make = writing((commit) => async (unit) => {
  const [first, ...others] = unit.events;
  const isFresh = unit.expectedVersion === 0 && first !== undefined && others.length > 0;
  if (!isFresh) return commit(unit);
  const half = evolve(null, first, unit.ticketId);
  const begun = await commit({ ...unit, command: null, events: [first], after: half, nextDueAt: null });
  if (begun.outcome !== 'committed') return begun;
  const rest = await commit({ ...unit, caller: null, events: others, expectedVersion: 1 });
  return rest.outcome === 'committed' ? { ...rest, rows: [...begun.rows, ...rest.rows] } : rest;
});

function forgetful(store: JournalStore): JournalStore {
  const known = new Map<string, { readonly answer: CommandAnswer; readonly fingerprint: string }>();
  return {
    ...store,
    answer: async (id) => known.get(id) ?? null,
    async commit(unit) {
      const result = await store.commit({ ...unit, command: null });
      if (unit.command && result.outcome === 'committed') {
        known.set(unit.command.id, { answer: result.answer, fingerprint: unit.command.fingerprint });
      }
      return result;
    },
  };
}

/** Asks the store only after somebody has said something. */
const sleepAfterRestart: Make = waking((parts) => {
  let hasHeard = false;
  parts.dispatcher.onCommitted(() => {
    hasHeard = true;
  });
  const { store } = parts;
  return {
    ...parts,
    store: {
      ...store,
      dueTickets: async (now, limit) => (hasHeard ? store.dueTickets(now, limit) : []),
      nextDueAt: async () => (hasHeard ? store.nextDueAt() : null),
    },
  };
});

function reversing(listener: (committed: Committed) => void): (committed: Committed) => void {
  let waiting: Committed[] = [];
  return (committed) => {
    if (waiting.length === 0) {
      queueMicrotask(() => {
        const told = waiting.toReversed();
        waiting = [];
        for (const one of told) listener(one);
      });
    }
    waiting.push(committed);
  };
}

function blind(dispatcher: Dispatcher): Dispatcher {
  return { ...dispatcher, onCommitted: ignore };
}

export const DISPATCHER_MUTANTS: readonly DispatcherMutant[] = [
  { fault: 'a command is acknowledged before it is written', make: acknowledgeFirst },
  { fault: 'a commit is announced before it is written', make: announceFirst },
  { fault: 'commits that are written together are announced in another order', make: telling(reversing) },
  {
    fault: 'only the first commit of those that are written together is announced',
    make: telling((listener) => {
      let isTold = false;
      return (committed) => {
        if (!isTold) listener(committed);
        isTold = true;
        setImmediate(() => {
          isTold = false;
        });
      };
    }),
  },
  { fault: 'the ids of commands are forgotten at a restart', make: { ...REAL_MAKE, store: forgetful } },
  {
    fault: 'an id that is used again for something else gets the first answer',
    make: {
      ...REAL_MAKE,
      dispatcher(parts) {
        const real = createDispatcher(parts);
        return {
          ...real,
          async submit(submission) {
            const given = submission.commandId === null ? null : await parts.store.answer(submission.commandId);
            return given ? { ok: true, value: { answer: given.answer, isRepeated: true } } : real.submit(submission);
          },
        };
      },
    },
  },
  { fault: 'the ticket is not written together with its journal', make: projectLater },
  { fault: 'a decision of several events is written in pieces', make: writePiecemeal },
  {
    fault: 'the due time is not written together with the journal',
    make: writing((commit) => (unit) => commit({ ...unit, nextDueAt: null })),
  },
  {
    fault: 'a full disk is taken for a yes',
    make: writing(
      (commit, store) => async (unit) => commit(unit).catch(async () => guessed(unit, await store.head(unit.district))),
    ),
  },
  {
    fault: 'what the clock has announced bears the name of whoever came next',
    make: writing((commit) => (unit) => {
      const by = unit.events.at(-1)?.by;
      return commit(by ? { ...unit, events: unit.events.map((recorded) => ({ ...recorded, by })) } : unit);
    }),
  },
  { fault: 'due times from before a restart are lost', make: sleepAfterRestart },
  {
    fault: 'an earlier due time does not wake the clock',
    make: { ...REAL_MAKE, wake: (parts) => createWake({ ...parts, dispatcher: blind(parts.dispatcher) }) },
  },
  {
    fault: 'the clock wakes a second late',
    make: waking((parts) => {
      const { clock } = parts;
      return { ...parts, clock: { now: clock.now, at: (at, callback) => clock.at(at + SECOND, callback) } };
    }),
  },
  {
    fault: 'the clock does not try again after a full disk',
    make: waking((parts) => {
      const { clock } = parts;
      const isRetry = (at: number) => at === clock.now() + SECOND;
      return {
        ...parts,
        clock: { now: clock.now, at: (at, callback) => (isRetry(at) ? ignore : clock.at(at, callback)) },
      };
    }),
  },
  {
    fault: 'of the tickets that are due at once only one is fired',
    make: waking((parts) => {
      const { store } = parts;
      let isFired = false;
      return {
        ...parts,
        store: {
          ...store,
          async dueTickets(now, limit) {
            const due = isFired ? [] : await store.dueTickets(now, limit);
            isFired = due.length > 0;
            return due.slice(0, 1);
          },
          async nextDueAt() {
            const next = await store.nextDueAt();
            return next !== null && next <= parts.clock.now() ? null : next;
          },
        },
      };
    }),
  },
  { fault: 'a clock that was set back writes into the past', make: { ...REAL_MAKE, notBehind: (clock) => clock } },
];
