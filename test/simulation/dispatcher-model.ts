import { isDeepStrictEqual } from 'node:util';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { authorOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type { Said } from './dispatcher-words.ts';
import { RuleBroken } from './support/invariants.ts';

/** A command that was accepted, with the answer that was given. */
export interface Accepted {
  readonly submission: Said;
  readonly answer: CommandAnswer;
}

const CLOCK: Actor = { kind: 'system' };
const FIRE_DUE: readonly TicketCommand[] = [{ type: 'fire-due' }];

/** Receipts, confirmations and acknowledgements may find that everything is true already. [T2] */
const MAY_BE_QUIET: ReadonlySet<TicketCommand['type']> = new Set([
  'deliver-to-centre',
  'deliver-to-crew',
  'confirm-recall',
  'end-call',
  'spend-ladder',
  'release-calls',
  'acknowledge-alarm',
]);

/**
 * Lives the ticket of one journal a second time, in memory and by the pure rules alone: every row must come from an
 * accepted command, once, or from the clock.
 * @throws RuleBroken naming the first row that nobody has asked for, or the command whose rows are not there.
 */
export function relive(id: string, journal: readonly Recorded[], accepted: readonly Accepted[]): Ticket | null {
  let ticket: Ticket | null = null;
  let version = 0;

  /** What the rules make of it now, or `null` when they refuse. */
  const decided = (commands: readonly TicketCommand[], by: Actor, now: Instant, expectedRevision: number | null) => {
    const context = { now, policies: [FIRST_POLICY], expectedRevision };
    const decision = decideAll(ticket, commands, context, { id, by });
    return decision.ok ? decision.value.map((event) => ({ event, by: authorOf(event, by), recordedAt: now })) : null;
  };
  const take = (rows: readonly Recorded[]): void => {
    for (const recorded of rows) ticket = evolve(ticket, recorded, id);
    version += rows.length;
  };
  /** Takes what the clock wrote by itself at one moment; false when the next rows are something else. */
  const takeOwed = (now: Instant, end: number): boolean => {
    const owed = decided(FIRE_DUE, CLOCK, now, null) ?? [];
    const rows = journal.slice(version, Math.min(end, version + owed.length));
    if (owed.length === 0 || !isDeepStrictEqual(rows, owed)) return false;
    take(rows);
    return true;
  };
  const takeClock = (until: Instant, end: number): void => {
    for (let next = journal[version]; next && version < end && next.recordedAt < until; next = journal[version]) {
      if (!takeOwed(next.recordedAt, end)) throw new RuleBroken('T2', `${id}: nobody asked for row ${version + 1}`);
    }
  };

  /** Which command makes exactly the rows up to `end` of the ticket as it stands. */
  const explaining = (group: readonly Accepted[], now: Instant, end: number): number =>
    group.findIndex(({ submission: { commands, by, expectedRevision } }) =>
      isDeepStrictEqual(decided(commands, by, now, expectedRevision), journal.slice(version, end)),
    );

  const byVersion = Map.groupBy(accepted, ({ answer }) => answer.version);
  for (const end of [...byVersion.keys()].sort((a, b) => a - b)) {
    const group = [...(byVersion.get(end) ?? [])];
    const last = journal[end - 1];
    if (!last) throw new RuleBroken('F1', `${id}: version ${end} was answered and is not there`);
    if (end > version) takeClock(last.recordedAt, end);
    if (end > version) {
      let explains = explaining(group, last.recordedAt, end);
      // The clock may have come first in the same millisecond, and the command speaks of what it has raised.
      if (explains < 0 && takeOwed(last.recordedAt, end)) explains = explaining(group, last.recordedAt, end);
      if (explains >= 0) group.splice(explains, 1);
      else if (version < end) {
        throw new RuleBroken('L3', `${id}: rows ${version + 1} to ${end} are not what the rules make of the command`);
      }
      take(journal.slice(version, end));
    }
    for (const { submission } of group) {
      const loud = submission.commands.find(({ type }) => !MAY_BE_QUIET.has(type));
      if (loud) throw new RuleBroken('T2', `${submission.commandId}: ${loud.type} was answered and has no effect`);
    }
  }
  takeClock(Number.POSITIVE_INFINITY, journal.length);
  return ticket;
}
