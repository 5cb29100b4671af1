import { isDeepStrictEqual } from 'node:util';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { dueDuties, nextDueAt } from '@faultline/shared/ticket/duties.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type { Accepted } from './dispatcher-model.ts';
import { relive } from './dispatcher-model.ts';
import type { Said } from './dispatcher-words.ts';
import { DISTRICT } from './dispatcher-words.ts';
import { RuleBroken } from './support/invariants.ts';

export const TICKETS = ['t1', 't2', 't3', 't4'] as const;

/** A word with what was heard about it; what a crash has swallowed is not heard. */
export interface Word {
  readonly submission: Said;
  answer: CommandAnswer | null;
  isRefused: boolean;
}

/** A server that has come to rest, and what people outside know of it. */
export interface AtRest {
  readonly store: JournalStore;
  readonly now: Instant;
  /** What this start of the server has announced, in its order, and the head it began with. */
  readonly announced: readonly JournalRow[];
  readonly headAtStart: number;
  /** What was ever announced. */
  readonly told: ReadonlyMap<number, JournalRow>;
  readonly words: readonly Word[];
  /** Since when nothing has kept the clock from being on time. */
  readonly punctualSince: Instant;
}

/** Everything that must hold whenever nothing is on its way. @throws RuleBroken for the first thing that does not. */
export async function checkRest(at: AtRest): Promise<void> {
  const rows = await at.store.since(DISTRICT, 0, 1_000_000);
  if (rows.some(({ seq }, index) => seq !== index + 1)) throw new RuleBroken('A1', 'seq is not dense');
  const findings = await at.store.checkChain(DISTRICT);
  if (findings.length > 0) throw new RuleBroken('A1', JSON.stringify(findings));
  if (at.headAtStart + at.announced.length !== rows.length) throw new RuleBroken('A1', 'not all rows were announced');
  for (const [seq, row] of at.told) {
    if (!isDeepStrictEqual(rows[seq - 1], row)) throw new RuleBroken('A1', `row ${seq} was announced and is not there`);
  }
  checkPunctual(at, rows);
  const due = new Map((await at.store.dueTickets(8.64e15, 1_000)).map(({ ticketId, dueAt }) => [ticketId, dueAt]));
  for (const id of TICKETS) {
    const ticket = relive(id, journalOf(rows, id), await acceptedOn(at, id));
    if (!isDeepStrictEqual(await at.store.ticket(id), ticket)) throw new RuleBroken('L3', `${id} is not its journal`);
    if (ticket) checkOwed(at, ticket, due.get(id) ?? null);
  }
}

function checkOwed({ now }: AtRest, ticket: Ticket, dueAt: Instant | null): void {
  const owed = dueDuties(ticket, FIRST_POLICY, now);
  if (owed.length > 0) throw new RuleBroken('E6', `${ticket.id} owes ${owed.map(({ key }) => key).join()}`);
  if (dueAt !== nextDueAt(ticket, FIRST_POLICY)) throw new RuleBroken('E6', `${ticket.id} is due at ${dueAt}`);
}

function journalOf(rows: readonly JournalRow[], id: string): readonly Recorded[] {
  return rows.flatMap((row) =>
    row.kind === 'ticket' && row.ticketId === id ? [{ event: row.event, by: row.by, recordedAt: row.recordedAt }] : [],
  );
}

/** What nobody has heard may still have been written: then its answer is kept. */
async function acceptedOn({ store, words }: AtRest, id: string): Promise<readonly Accepted[]> {
  const accepted: Accepted[] = [];
  for (const { submission, answer } of words) {
    if (submission.ticketId !== id || submission.commandId === null) continue;
    const kept = await store.answer(submission.commandId);
    if (answer && !isDeepStrictEqual(kept?.answer, answer)) {
      throw new RuleBroken('F1', `the answer of ${submission.commandId} is not kept`);
    }
    if (kept) accepted.push({ submission, answer: kept.answer });
  }
  return accepted;
}

/** While nothing disturbed it, the clock was on time to the millisecond. */
function checkPunctual({ headAtStart, punctualSince }: AtRest, rows: readonly JournalRow[]): void {
  const changedAt = new Map<string, Instant>();
  for (const row of rows) {
    if (row.kind !== 'ticket') continue;
    const { event, recordedAt, ticketId, seq } = row;
    if (!('dueAt' in event)) {
      changedAt.set(ticketId, recordedAt);
      continue;
    }
    if (seq <= headAtStart) continue;
    if (recordedAt < event.dueAt) throw new RuleBroken('B3', `${event.key} is early`);
    // What was due already when it came into being happens at once.
    const latest = Math.max(event.dueAt, changedAt.get(ticketId) ?? 0);
    if (latest > punctualSince && recordedAt !== latest) {
      throw new RuleBroken('E6', `${event.key} was ${recordedAt - latest} ms late`);
    }
  }
}
