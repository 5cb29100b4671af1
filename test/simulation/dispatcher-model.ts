import { isDeepStrictEqual } from 'node:util';
import type { Submission } from '@faultline/server/src/dispatcher.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { authorOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import { RuleBroken } from './support/invariants.ts';

/** A command that was accepted, with the answer that was given. */
export interface Accepted {
  readonly submission: Submission;
  readonly answer: CommandAnswer;
}

const CLOCK: Actor = { kind: 'system' };
const FIRE_DUE: readonly TicketCommand[] = [{ type: 'fire-due' }];

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
  /** Rows that the clock wrote by itself before `until`. */
  const takeClock = (until: Instant, end: number): void => {
    for (let next = journal[version]; next && version < end && next.recordedAt < until; next = journal[version]) {
      const { recordedAt } = next;
      const rows = journal.slice(version, end).filter((row) => row.recordedAt === recordedAt);
      const owed = decided(FIRE_DUE, CLOCK, recordedAt, null);
      if (!isDeepStrictEqual(rows, owed)) throw new RuleBroken('T2', `${id}: nobody has asked for row ${version + 1}`);
      take(rows);
    }
  };

  const byVersion = Map.groupBy(accepted, ({ answer }) => answer.version);
  for (const end of [...byVersion.keys()].sort((a, b) => a - b)) {
    const group = [...(byVersion.get(end) ?? [])];
    const last = journal[end - 1];
    if (!last) throw new RuleBroken('F1', `${id}: version ${end} was answered and is not there`);
    if (end > version) takeClock(last.recordedAt, end);
    if (end > version) {
      const rows = journal.slice(version, end);
      const explains = group.findIndex(({ submission: { commands, by, expectedRevision } }) =>
        isDeepStrictEqual(decided(commands, by, last.recordedAt, expectedRevision), rows),
      );
      if (explains >= 0) group.splice(explains, 1);
      else if (!isDeepStrictEqual(decided(FIRE_DUE, CLOCK, last.recordedAt, null), rows)) {
        throw new RuleBroken('L3', `${id}: rows ${version + 1} to ${end} are not what the rules make of the command`);
      }
      take(rows);
    }
    for (const { submission } of group) {
      // Whether an alarm still stands is a matter of the moment, which a quiet yes does not tell.
      if (submission.commands.some(({ type }) => type === 'acknowledge-alarm')) continue;
      const quiet = decided(submission.commands, submission.by, last.recordedAt, submission.expectedRevision);
      if (quiet === null || quiet.length > 0) {
        throw new RuleBroken('T2', `${submission.commandId} was answered with version ${end} and has no effect there`);
      }
    }
  }
  takeClock(Number.POSITIVE_INFINITY, journal.length);
  return ticket;
}
