import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqliteDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { dueDuties, nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { replay } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { CommandAnswer, OpenBody } from '@faultline/shared/wire/ticket.ts';

type TicketRow = Extract<JournalRow, { kind: 'ticket' }>;

/** What people and vehicles were told, kept outside the server: the measure of what it must still know. */
export interface Ledger {
  /** Answers of commands by HTTP. */
  readonly answers: Map<string, CommandAnswer>;
  /** Words of vehicles that were answered with a yes. */
  readonly words: Map<string, { readonly ticketId: string; readonly type: TicketEvent['type'] }>;
  /** What was asked to be opened, answered or not, by the id of the command. */
  readonly openings: Map<string, OpenBody>;
}

export function createLedger(): Ledger {
  return { answers: new Map(), words: new Map(), openings: new Map() };
}

/** What a database says, and where it contradicts the ledger or itself. */
export interface Audit {
  readonly problems: readonly string[];
  readonly tickets: ReadonlyMap<string, Ticket>;
  readonly head: number;
}

/**
 * Looks at a copy of the files as a crash has left them, with the product's own store.
 * @param known tickets that were there before the last start, and when that start began: what had fallen due by then
 *   must have been announced.
 */
export async function auditFiles(
  dataDir: string,
  ledger: Ledger,
  known: { readonly ids: ReadonlySet<string>; readonly startedAt: Instant },
): Promise<Audit> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-audit-'));
  try {
    for (const name of ['faultline.db', 'faultline.db-wal']) {
      if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(folder, name));
    }
    const database = openDatabase(join(folder, 'faultline.db'));
    const audit = await auditDatabase(database, ledger, known);
    database.close();
    return audit;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function auditDatabase(
  database: SqliteDatabase,
  ledger: Ledger,
  known: { readonly ids: ReadonlySet<string>; readonly startedAt: Instant },
): Promise<Audit> {
  const store = createJournalStore(database);
  const problems: string[] = [];
  const [district = ''] = database.raw.prepare('SELECT district FROM journal_head').pluck().all() as string[];
  const rows = await store.since(district, 0, 1_000_000);
  const head = await store.head(district);
  if (rows.some(({ seq }, index) => seq !== index + 1) || head !== rows.length) problems.push('seq is not dense');
  for (const { seq, problem } of await store.checkChain(district)) problems.push(`row ${seq} is ${problem}`);
  const journals = Map.groupBy(
    rows.filter((row): row is TicketRow => row.kind === 'ticket'),
    ({ ticketId }) => ticketId,
  );
  const tickets = new Map<string, Ticket>();
  for (const [id, journal] of journals) {
    const ticket = replay(journal, id);
    if (!ticket) continue;
    tickets.set(id, ticket);
    problems.push(...(await ticketProblems(database, store, { ticket, journal })));
    const owed = known.ids.has(id) ? dueDuties(ticket, FIRST_POLICY, known.startedAt) : [];
    problems.push(...owed.map(({ key }) => `${id}: ${key} was due before the start and has not been announced`));
  }
  const projected = database.raw.prepare('SELECT count(*) FROM ticket').pluck().get();
  if (projected !== tickets.size) problems.push(`${String(projected)} tickets of ${tickets.size}`);
  problems.push(...(await answerProblems(store, ledger, journals)));
  problems.push(...(await openingProblems(store, ledger, journals)));
  return { problems, tickets, head };
}

/** The projection and the due time are those of the journal, and nothing in the journal is there twice. */
async function ticketProblems(
  { raw }: SqliteDatabase,
  store: JournalStore,
  { ticket, journal }: { readonly ticket: Ticket; readonly journal: readonly TicketRow[] },
): Promise<readonly string[]> {
  const problems: string[] = [];
  if (journal.some(({ ticketVersion }, index) => ticketVersion !== index + 1)) problems.push('versions are not dense');
  const seen = new Set<string>();
  for (const { event } of journal) {
    const name = nameOfEvent(event);
    if (seen.has(name)) problems.push(`${name} twice`);
    seen.add(name);
  }
  if (JSON.stringify(await store.ticket(ticket.id)) !== JSON.stringify(ticket))
    problems.push('not what its journal says');
  const dueAt = raw.prepare('SELECT due_at FROM ticket WHERE id = ?').pluck().get(ticket.id);
  const owed = nextDueAt(ticket, FIRST_POLICY);
  if (dueAt !== owed) problems.push(`due at ${String(dueAt)} instead of ${String(owed)}`);
  return problems.map((problem) => `${ticket.id}: ${problem}`);
}

/** What makes an event this one and no other: a duty has its key, and each call about it a name of its own. */
function nameOfEvent(event: TicketEvent): string {
  const key = 'key' in event ? event.key : '';
  const call = 'callId' in event ? event.callId : '';
  const round = 'round' in event ? event.round : '';
  return [event.type, key, call, round].filter((part) => part !== '').join(' ');
}

/** Whatever was answered is there: the answer itself, and the rows it speaks of. */
async function answerProblems(
  store: JournalStore,
  { answers, words }: Ledger,
  journals: ReadonlyMap<string, readonly TicketRow[]>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [commandId, answer] of answers) {
    const kept = await store.answer(commandId);
    const row = journals.get(answer.ticketId)?.[answer.version - 1];
    if (JSON.stringify(kept?.answer) !== JSON.stringify(answer)) problems.push(`the answer of ${commandId} is lost`);
    if (row?.seq !== answer.seq) problems.push(`what ${commandId} wrote is lost`);
  }
  for (const [commandId, { ticketId, type }] of words) {
    if ((await store.answer(commandId)) === null) problems.push(`the answer of ${commandId} is lost`);
    const isThere = journals.get(ticketId)?.some(({ event }) => event.type === type);
    if (!isThere) problems.push(`what ${commandId} said is lost`);
  }
  return problems;
}

/** An opening is there with its whole history and its caller, once, or not at all. */
async function openingProblems(
  store: JournalStore,
  { openings }: Ledger,
  journals: ReadonlyMap<string, readonly TicketRow[]>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const opened = new Map<string, string[]>();
  for (const [ticketId, journal] of journals) {
    const [first] = journal;
    if (first?.event.type !== 'opened') continue;
    const { faultText: commandId, callerId } = first.event.report;
    opened.set(commandId, [...(opened.get(commandId) ?? []), ticketId]);
    const body = openings.get(commandId);
    const steps = body?.paper?.steps.length ?? 0;
    const told = journal.filter(
      ({ recordedAt, event }) => recordedAt === first.recordedAt && event.type !== 'duty-fired',
    );
    if (told.length < 1 + steps) problems.push(`${commandId} is there by half: ${told.length} of ${1 + steps}`);
    const caller = callerId === null ? null : await store.caller(callerId);
    if (JSON.stringify(caller) !== JSON.stringify(body?.caller)) problems.push(`the caller of ${commandId} is lost`);
  }
  for (const [commandId, ids] of opened) if (ids.length > 1) problems.push(`${commandId} opened ${ids.join(', ')}`);
  return problems;
}
