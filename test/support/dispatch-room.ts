import type { Clock } from '@faultline/server/src/clock.ts';
import type { Committed, Dispatcher, Submission } from '@faultline/server/src/dispatcher.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import type { SqliteDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import type { SqliteJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import type { Wake } from '@faultline/server/src/wake.ts';
import { createWake } from '@faultline/server/src/wake.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import { LEAD, make } from '../rules/story.ts';

/** The district of the tickets that stories tell of. */
const EAST = 'east';

/** The server's core on a real database file: what decides, what writes, what wakes. */
export interface DispatchRoom {
  readonly database: SqliteDatabase;
  readonly store: JournalStore;
  /** The same store as SQLite has it, past whatever the test puts before it. */
  readonly journal: SqliteJournalStore;
  readonly dispatcher: Dispatcher;
  readonly wake: Wake;
  /** What the listeners were told, in their order. */
  readonly announced: Committed[];
  readonly faults: unknown[];
  /** One command on one ticket; the id of the command is the ticket's and the command's type when none is given. */
  send(ticketId: string, command: TicketCommand, change?: Partial<Submission>): ReturnType<Dispatcher['submit']>;
  ticket(id: string): Promise<Ticket>;
  rows(): Promise<readonly JournalRow[]>;
  close(): Promise<void>;
}

/** @param parts `store` changes what the rest sees of the real store. */
export function openDispatchRoom(parts: {
  readonly path: string;
  readonly clock: Clock;
  readonly store?: (store: JournalStore) => JournalStore;
}): DispatchRoom {
  const database = openDatabase(parts.path);
  const real = createJournalStore(database);
  const store = parts.store?.(real) ?? real;
  const { clock } = parts;
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const dispatcher = createDispatcher({ store, clock, policies: () => [FIRST_POLICY], onListenerFault: onFault });
  const districtOf = async (id: string): Promise<string | null> => (await store.ticket(id))?.report.district ?? null;
  const wake = createWake({ store, dispatcher, clock, districtOf, onFault });
  const announced: Committed[] = [];
  dispatcher.onCommitted((committed) => announced.push(committed));
  return {
    database,
    store,
    journal: real,
    dispatcher,
    wake,
    announced,
    faults,
    send: (ticketId, command, change = {}) =>
      dispatcher.submit({
        commandId: `${ticketId}:${command.type}`,
        district: EAST,
        ticketId,
        commands: [command],
        by: LEAD,
        expectedRevision: null,
        ...change,
      }),
    async ticket(id) {
      const ticket = await store.ticket(id);
      if (!ticket) throw new Error(`there is no ticket ${id}`);
      return ticket;
    },
    rows: () => real.since(EAST, 0, 100_000),
    async close() {
      await wake.stop();
      database.close();
    },
  };
}

/** The usual way of a ticket, from the call to the return visit. */
export const WHOLE_WAY: readonly TicketCommand[] = [
  make.open(),
  make.issue(),
  make.receive(),
  make.take(),
  make.dispatch(),
  make.deliver(),
  make.accept(),
  make.depart(),
  make.arrive(),
  make.clear(),
  make.record(),
  make.close(),
];

/** What of a row is said by the rules: everything but its place in the district. */
export function eventsIn(rows: readonly JournalRow[], ticketId: string) {
  return rows.flatMap((row) =>
    row.kind === 'ticket' && row.ticketId === ticketId
      ? [{ event: row.event, by: row.by, recordedAt: row.recordedAt }]
      : [],
  );
}
