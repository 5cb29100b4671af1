import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@faultline/server/src/clock.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import type { CommitUnit } from '@faultline/server/src/store/store.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import { heading, isQuick, report } from './parts/figure.ts';
import { openCommand } from './parts/seed.ts';

/**
 * [P4] Commands a second, decided, chained and on the disk before they are answered, beside bare transactions that
 * write rows of the same number and length with the same durability.
 */
const COMMANDS = isQuick ? 120 : 400;
const ROUNDS = isQuick ? 3 : 9;
const IN_FLIGHT = 32;
const DISTRICT = 'north';
const LEAD: Actor = { kind: 'person', id: 'user-lead', role: 'lead', departmentId: 'service-centre' };
const NOW = { how: 'now', evidence: 'device-online' } as const;

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const store = createJournalStore(openDatabase(join(folder, 'ours.db')));
let units: CommitUnit[] = [];
const dispatcher = createDispatcher({
  store: {
    ...store,
    commit(unit) {
      units.push(unit);
      return store.commit(unit);
    },
  },
  clock: systemClock(),
  policies: () => [FIRST_POLICY],
  onListenerFault: (error) => {
    throw error;
  },
});

/** The first steps of a ticket's way, so that most commands read and write a ticket that exists. */
const WAY: readonly ((no: number) => TicketCommand)[] = [
  (no) => openCommand(DISTRICT, no),
  () => ({ type: 'issue', centreId: 'centre', wasReceiverConnected: true, time: NOW }),
  () => ({ type: 'deliver-to-centre', issueNo: 1, deviceId: 'desk', time: NOW }),
  () => ({ type: 'take', time: NOW }),
];
let tickets = 0;

/** One person after the other command, each after the answer to the one before. */
async function walk(count: number): Promise<void> {
  let no = 0;
  for (let done = 0; done < count; done += 1) {
    const step = done % WAY.length;
    if (step === 0) {
      no = tickets;
      tickets += 1;
    }
    const command = WAY[step]?.(no);
    if (command === undefined) throw new Error('a step of the way');
    const outcome = await dispatcher.submit({
      commandId: `command-${no}-${step}`,
      district: DISTRICT,
      ticketId: `ticket-${no}`,
      commands: [command],
      by: LEAD,
      expectedRevision: null,
    });
    if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}`);
  }
}

interface BareRow {
  readonly ticketId: string;
  readonly body: string;
  readonly state: string;
  readonly commandId: string;
}

/** The tables of the journal by hand: the same rows, nothing decided, nothing hashed, nothing looked up. */
function openBare() {
  const { raw } = openDatabase(join(folder, 'bare.db'));
  const row = raw.prepare(
    'insert into journal (district, seq, ticket_id, ticket_version, recorded_at, body, hash) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const head = raw.prepare('insert or replace into journal_head (district, seq, hash) values (?, ?, ?)');
  const ticket = raw.prepare(`insert or replace into ticket (id, district, number, street, version, is_unsettled,
    called_at, due_at, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const answer = raw.prepare('insert into command (id, fingerprint, answer) values (?, ?, ?)');
  const hash = '0'.repeat(64);
  let seq = 0;
  const write = raw.transaction(({ ticketId, body, state, commandId }: BareRow) => {
    seq += 1;
    row.run(DISTRICT, seq, ticketId, seq, seq, body, hash);
    head.run(DISTRICT, seq, hash);
    ticket.run(ticketId, DISTRICT, ticketId, ticketId, seq, 1, seq, seq, state);
    answer.run(commandId, hash, state.slice(0, 120));
  });
  return {
    write(rows: readonly BareRow[]): void {
      for (const one of rows) write.immediate(one);
    },
    close: () => raw.close(),
  };
}

function bareRows(from: readonly CommitUnit[]): BareRow[] {
  return from.map(({ ticketId, events, after, command }) => ({
    ticketId,
    body: JSON.stringify({ kind: 'ticket', ticketId, ticketVersion: after.version, ...events[0] }),
    state: JSON.stringify(after),
    commandId: command?.id ?? '',
  }));
}

async function perSecond(count: number, work: () => Promise<void> | void): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (count / (performance.now() - startedAt)) * 1_000;
}

heading(`P4 commands: rounds of ${COMMANDS}, synchronous=FULL on both sides`);
const bare = openBare();
const rates = { bare: [] as number[], serial: [] as number[], together: [] as number[] };
for (let round = 0; round <= ROUNDS; round += 1) {
  units = [];
  rates.serial.push(await perSecond(COMMANDS, () => walk(COMMANDS)));
  const rows = bareRows(units);
  rates.bare.push(await perSecond(rows.length, () => bare.write(rows)));
  const everybody = COMMANDS * 4;
  const together = (): Promise<void> =>
    Promise.all(Array.from({ length: IN_FLIGHT }, () => walk(everybody / IN_FLIGHT))).then(() => {});
  rates.together.push(await perSecond(everybody, together));
}
for (const values of Object.values(rates)) values.shift();
const { bare: baselines, serial, together } = rates;
report({
  id: 'P4.serial',
  unit: 'commands/s',
  values: serial,
  baselines,
  against: 'bare FULL transactions',
  goal: '≥ 0.6',
});
report({
  id: `P4.${IN_FLIGHT}-in-flight`,
  unit: 'commands/s',
  values: together,
  baselines: serial,
  against: 'one at a time',
  goal: '≥ 3',
});
bare.close();
rmSync(folder, { recursive: true });
