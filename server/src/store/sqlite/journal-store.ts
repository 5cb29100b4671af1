import { randomBytes } from 'node:crypto';
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { assert } from '@faultline/shared/assert.ts';
import { nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { policyOfVersion } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isUnsettled } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { Caller, CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type {
  ChainFinding,
  CommitResult,
  CommitUnit,
  JournalStore,
  OrganisationCommit,
  TicketQuery,
} from '../store.ts';
import { MAX_FINDINGS } from '../store.ts';
import { CHAIN_START, chainHash } from './chain.ts';
import type { SqliteDatabase } from './database.ts';
import { faultOf, isDriverError } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Statements } from './journal-statements.ts';
import { prepareStatements } from './journal-statements.ts';
import { KEY_BYTES, seal, unseal } from './sealing.ts';

export interface SqliteJournalStore extends JournalStore {
  /**
   * Writes an organisation change together with its journal row.
   * @param change the change itself, made inside the transaction by the organisation's own statements.
   */
  commitOrganisation(commit: OrganisationCommit, change: () => void): JournalRow;
}

/** The journal in SQLite. One writer; every acknowledged commit is on the disk. */
export function createJournalStore(database: SqliteDatabase): SqliteJournalStore {
  const { raw } = database;
  const statements = prepareStatements(database);
  const write = createGroupCommit(database);
  const organisationTransaction = raw.transaction((commit: OrganisationCommit, change: () => void) => {
    change();
    return appendOrganisation(statements, commit);
  });

  return {
    commit: (unit) => write(() => writeUnit(statements, unit)),
    commitOrganisation(commit, change) {
      try {
        return organisationTransaction.immediate(commit, change);
      } catch (error) {
        throw isDriverError(error) ? faultOf(error) : error;
      }
    },
    ...withFaults(readers(statements)),
    async rebuild(policies) {
      const tickets = replayAll(statements);
      const districts = new Set([...tickets.values()].map((ticket) => ticket.report.district));
      const known = new Map(await Promise.all([...districts].map(async (id) => [id, await policies(id)] as const)));
      raw
        .transaction(() => {
          statements.deleteTickets.run();
          for (const ticket of tickets.values()) {
            const policy = policyOfVersion(known.get(ticket.report.district) ?? [], ticket.policyVersion);
            upsertTicket(statements, ticket, nextDueAt(ticket, policy));
          }
        })
        .immediate();
      return tickets.size;
    },
  };
}

function writeUnit(statements: Statements, unit: CommitUnit): CommitResult {
  if (unit.command) {
    const given = statements.answer.get({ id: unit.command.id });
    if (given) {
      if (given.fingerprint !== unit.command.fingerprint) return { outcome: 'reused' };
      return { outcome: 'repeated', answer: JSON.parse(given.answer) as CommandAnswer };
    }
  }
  const version = statements.ticketVersion.get({ id: unit.ticketId })?.version ?? 0;
  if (version !== unit.expectedVersion) return { outcome: 'conflict' };
  const rows = unit.events.map((recorded, index) =>
    append(statements, unit.district, {
      kind: 'ticket',
      recordedAt: recorded.recordedAt,
      ticketId: unit.ticketId,
      ticketVersion: version + index + 1,
      by: recorded.by,
      event: recorded.event,
    }),
  );
  if (rows.length > 0) upsertTicket(statements, unit.after, unit.nextDueAt);
  if (unit.caller) insertCaller(statements, unit.caller);
  const answer: CommandAnswer = {
    ticketId: unit.ticketId,
    number: unit.after.report.number,
    seq: rows.at(-1)?.seq ?? headOf(statements, unit.district).seq,
    version: unit.after.version,
    revision: unit.after.revision,
  };
  if (unit.command) statements.insertAnswer.run({ ...unit.command, answer: JSON.stringify(answer) });
  return { outcome: 'committed', answer, rows };
}

type WithoutSeq<Row> = Row extends { readonly seq: number } ? Omit<Row, 'seq'> : never;
type NewRow = WithoutSeq<Exclude<JournalRow, { kind: 'stub' }>>;

/** Takes the district's next `seq` inside the transaction, so that commit order and `seq` order are the same. */
function append(statements: Statements, district: string, row: NewRow): JournalRow {
  const previous = headOf(statements, district);
  const seq = previous.seq + 1;
  const body = JSON.stringify(row);
  const hash = chainHash(previous.hash, { district, seq, body });
  const ticketId = row.kind === 'ticket' ? row.ticketId : null;
  const ticketVersion = row.kind === 'ticket' ? row.ticketVersion : null;
  statements.insertRow.run({ district, seq, ticketId, ticketVersion, recordedAt: row.recordedAt, body, hash });
  statements.upsertHead.run({ district, seq, hash });
  return { ...row, seq };
}

function appendOrganisation(statements: Statements, { district, change, by, at }: OrganisationCommit): JournalRow {
  return append(statements, district, { kind: 'organisation', recordedAt: at, by, change });
}

function headOf(statements: Statements, district: string): { readonly seq: number; readonly hash: string } {
  return statements.head.get({ district }) ?? { seq: 0, hash: CHAIN_START };
}

function upsertTicket(statements: Statements, ticket: Ticket, dueAt: number | null): void {
  statements.upsertTicket.run({
    id: ticket.id,
    district: ticket.report.district,
    number: ticket.report.number,
    street: ticket.report.place.street,
    version: ticket.version,
    isUnsettled: isUnsettled(ticket) ? 1 : 0,
    calledAt: ticket.A.at,
    dueAt,
    state: JSON.stringify(ticket),
  });
}

function insertCaller(statements: Statements, caller: { readonly id: string; readonly data: Caller }): void {
  const key = randomBytes(KEY_BYTES);
  statements.insertCaller.run({ id: caller.id, sealed: seal(JSON.stringify(caller.data), key, randomBytes(12)) });
  statements.insertCallerKey.run({ callerId: caller.id, key: key.toString('base64') });
}

function parseRow({ seq, body }: { readonly seq: number; readonly body: string }): JournalRow {
  return { ...(JSON.parse(body) as NewRow), seq };
}

function parseTicket(row: { readonly state: string }): Ticket {
  return JSON.parse(row.state) as Ticket;
}

/** The same methods with the driver's errors turned into the store's faults, so that a full disk is told as such. */
function withFaults<Methods extends object>(methods: Methods): Methods {
  return new Proxy(methods, {
    get(target, key, receiver) {
      const method: unknown = Reflect.get(target, key, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(method, target, given);
        } catch (error) {
          throw isDriverError(error) ? faultOf(error) : error;
        }
      };
    },
  });
}

function readers(statements: Statements): Omit<JournalStore, 'commit' | 'rebuild'> {
  // Who asks while a check runs gets its answer: two walks would only slow each other.
  const checks = new Map<string, Promise<readonly ChainFinding[]>>();
  return {
    async ticket(id) {
      const row = statements.ticket.get({ id });
      return row ? parseTicket(row) : null;
    },
    async answer(commandId) {
      const row = statements.answer.get({ id: commandId });
      return row ? { answer: JSON.parse(row.answer) as CommandAnswer, fingerprint: row.fingerprint } : null;
    },
    async head(district) {
      return headOf(statements, district).seq;
    },
    async newestAt() {
      return statements.newestAt.get()?.at ?? 0;
    },
    async since(district, cursor, limit) {
      return statements.since.all({ district, cursor, limit }).map(parseRow);
    },
    async journalOf(ticketId) {
      return statements.journalOf.all({ ticketId }).map(parseRow);
    },
    async openTickets(district) {
      return statements.openTickets.all({ district }).map(parseTicket);
    },
    async search(district, query) {
      return searchTickets(statements, district, query);
    },
    async nextNumber(district, day) {
      const row = statements.nextNumber.get({ district, day });
      assert(row, 'numbering answers');
      return row.last;
    },
    async dueTickets(now, limit) {
      return statements.dueTickets.all({ now, limit }).map(({ id, dueAt }) => ({ ticketId: id, dueAt }));
    },
    async nextDueAt() {
      return statements.nextDueAt.get()?.dueAt ?? null;
    },
    async caller(callerId) {
      const row = statements.caller.get({ id: callerId });
      return row ? (JSON.parse(unseal(row.sealed, Buffer.from(row.key, 'base64'))) as Caller) : null;
    },
    checkChain(district) {
      const running = checks.get(district) ?? checkChain(statements, district).finally(() => checks.delete(district));
      checks.set(district, running);
      return running;
    },
  };
}

/** The text is matched as it stands: the pattern's own wildcards are escaped. */
function searchTickets(statements: Statements, district: string, query: TicketQuery): readonly Ticket[] {
  const { text, state, limit, offset = 0, from = 0, to = Number.MAX_SAFE_INTEGER } = query;
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const open = { all: null, open: 1, over: 0 }[state];
  return statements.search.all({ district, pattern, open, from, to, limit, offset }).map(parseTicket);
}

/** Rows read at a time where a whole journal is walked: bounded memory whatever its length. */
const PAGE = 1_000;

interface ChainRow {
  readonly seq: number;
  readonly body: string;
  readonly hash: string;
  readonly ticketId: string | null;
  readonly ticketVersion: number | null;
  readonly recordedAt: number;
}

function* walk(statements: Statements, district: string): Generator<ChainRow> {
  let cursor = 0;
  for (;;) {
    const page = statements.chain.all({ district, cursor, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    cursor = last.seq;
  }
}

function replayAll(statements: Statements): Map<string, Ticket> {
  const tickets = new Map<string, Ticket>();
  for (const { district } of statements.districts.all()) {
    for (const stored of walk(statements, district)) {
      const row = parseRow(stored);
      if (row.kind !== 'ticket') continue;
      tickets.set(row.ticketId, evolve(tickets.get(row.ticketId) ?? null, row, row.ticketId));
    }
  }
  return tickets;
}

async function checkChain(statements: Statements, district: string): Promise<readonly ChainFinding[]> {
  const findings: ChainFinding[] = [];
  const find = (seq: number, problem: ChainFinding['problem']): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ seq, problem });
  };
  let previous = { seq: 0, hash: CHAIN_START };
  let walked = 0;
  for (const row of walk(statements, district)) {
    for (let seq = previous.seq + 1; seq < row.seq && findings.length < MAX_FINDINGS; seq += 1) find(seq, 'missing');
    const isLinked = row.seq === previous.seq + 1;
    const isWhole = chainHash(previous.hash, { district, seq: row.seq, body: row.body }) === row.hash;
    // Behind a gap the link cannot be checked; the gap itself is the finding.
    if (isLinked && !(isWhole && isFiledRight(row))) find(row.seq, 'altered');
    previous = { seq: row.seq, hash: row.hash };
    walked += 1;
    // Whoever waits for the server goes first: a year of rows takes seconds.
    if (walked % PAGE === 0) await setImmediatePromise();
  }
  const head = headOf(statements, district);
  for (let seq = previous.seq + 1; seq <= head.seq && findings.length < MAX_FINDINGS; seq += 1) find(seq, 'missing');
  const isHeadKnown = head.seq === previous.seq && head.hash === previous.hash;
  if (!isHeadKnown && head.seq <= previous.seq) find(head.seq, 'head-differs');
  return findings;
}

/** Readers find a row by what stands beside its text; the chain covers the text, so both must say the same. */
function isFiledRight(stored: ChainRow): boolean {
  const row = parseRow(stored);
  const ticketId = row.kind === 'ticket' ? row.ticketId : null;
  const ticketVersion = row.kind === 'ticket' ? row.ticketVersion : null;
  const isSameTicket = stored.ticketId === ticketId && stored.ticketVersion === ticketVersion;
  return isSameTicket && row.kind !== 'stub' && stored.recordedAt === row.recordedAt;
}
