import type { TicketCommand, TicketRefusal } from '@faultline/shared/ticket/command.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { authorOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Rules } from './rules.ts';

export interface Submission {
  /** `null` for the clock. */
  readonly commandId: string | null;
  readonly ticketId: string;
  readonly commands: readonly TicketCommand[];
  readonly by: Actor;
  readonly expectedRevision: number | null;
}

export type Answer =
  | { readonly ok: true; readonly version: number }
  | { readonly ok: false; readonly refusal: TicketRefusal };

/** What one submission wrote, for the invariants. */
export interface Written {
  readonly submission: Submission;
  readonly now: Instant;
  readonly before: readonly Recorded[];
  readonly events: readonly Recorded[];
}

/**
 * The server in small: a journal, the answers that were given and the due times are kept, everything else is memory
 * and gone after a crash.
 */
export interface ServerModel {
  submit(submission: Submission, now: Instant): Answer;
  /** Fires whatever is due. */
  wake(now: Instant): void;
  crash(): void;
  nextDueAt(): Instant | null;
  ticket(id: string): Ticket | null;
  journal(id: string): readonly Recorded[];
  ticketIds(): readonly string[];
}

const CLOCK: Actor = { kind: 'system' };

export function createServerModel(rules: Rules, onWritten: (written: Written) => void): ServerModel {
  const journals = new Map<string, Recorded[]>();
  let answers = new Map<string, Answer>();
  let dueTimes = new Map<string, Instant>();
  let tickets = new Map<string, Ticket>();

  const write = (submission: Submission, now: Instant): Answer => {
    const { ticketId, by, expectedRevision } = submission;
    const before = tickets.get(ticketId) ?? null;
    const context = { now, policies: [FIRST_POLICY], expectedRevision };
    const decision = rules.decideAll(before, submission.commands, context, { id: ticketId, by });
    if (!decision.ok) return decision;
    const journal = journals.get(ticketId) ?? [];
    const known = [...journal];
    const events = decision.value.map((event): Recorded => ({ event, by: authorOf(event, by), recordedAt: now }));
    let ticket = before;
    for (const recorded of events) ticket = rules.evolve(ticket, recorded, ticketId);
    if (!ticket) throw new Error('a decision leaves a ticket');
    journals.set(ticketId, [...journal, ...events]);
    tickets.set(ticketId, ticket);
    const due = rules.nextDueAt(ticket, FIRST_POLICY);
    if (due === null) dueTimes.delete(ticketId);
    else dueTimes.set(ticketId, due);
    onWritten({ submission, now, before: known, events });
    return { ok: true, version: ticket.version };
  };

  return {
    submit(submission, now) {
      const given = submission.commandId === null ? undefined : answers.get(submission.commandId);
      if (given) return given;
      const answer = write(submission, now);
      if (submission.commandId !== null && answer.ok) answers.set(submission.commandId, answer);
      return answer;
    },
    wake(now) {
      for (const [ticketId, due] of [...dueTimes]) {
        if (due > now) continue;
        const commands: TicketCommand[] = [{ type: 'fire-due' }];
        write({ commandId: null, ticketId, commands, by: CLOCK, expectedRevision: null }, now);
      }
    },
    crash() {
      if (!rules.survives.answers) answers = new Map();
      if (!rules.survives.dueTimes) dueTimes = new Map();
      tickets = new Map();
      for (const [id, journal] of journals) {
        let ticket: Ticket | null = null;
        for (const recorded of journal) ticket = rules.evolve(ticket, recorded, id);
        if (ticket) tickets.set(id, ticket);
      }
    },
    nextDueAt: () => [...dueTimes.values()].sort((a, b) => a - b)[0] ?? null,
    ticket: (id) => tickets.get(id) ?? null,
    journal: (id) => journals.get(id) ?? [],
    ticketIds: () => [...journals.keys()],
  };
}
