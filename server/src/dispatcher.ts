import { createHash } from 'node:crypto';
import { assert } from '@faultline/shared/assert.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { TicketCommand, TicketRefusal } from '@faultline/shared/ticket/command.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import { nextDueAt } from '@faultline/shared/ticket/duties.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { policyOfVersion } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { authorOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { Caller, CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type { Clock } from './clock.ts';
import type { CommitUnit, JournalStore } from './store/store.ts';
import { StoreFault } from './store/store.ts';

/** A decision somebody asks for. */
export interface Submission {
  /** `null` only for the clock, whose repetition is harmless. */
  readonly commandId: string | null;
  readonly district: string;
  readonly ticketId: string;
  /** All or none; more than one for a ticket that is entered with its history. */
  readonly commands: readonly TicketCommand[] | Preparation;
  readonly by: Actor;
  readonly expectedRevision: number | null;
  /** Kept beside the journal when the ticket is opened. */
  readonly caller?: { readonly id: string; readonly data: Caller };
  /** What of the request makes it the same request, beside the ticket and the person; by default the commands. */
  readonly fingerprint?: string;
}

/**
 * Makes the commands from the ticket as it is when its turn has come: rights and facts that were looked at earlier may
 * have changed meanwhile. Not asked about a request that was answered before. [T2]
 */
export type Preparation = (ticket: Ticket | null) => Promise<Outcome<readonly TicketCommand[], PreparationRefusal>>;

export interface PreparationRefusal {
  readonly code: RefusalCode;
  readonly [detail: string]: unknown;
}

export type SubmitRefusal = TicketRefusal | PreparationRefusal | { readonly code: 'command-id-reused' };

export interface Submitted {
  readonly answer: CommandAnswer;
  /** True when this very command had been answered before. [T2] */
  readonly isRepeated: boolean;
}

/** What was written, told after it was written. */
export interface Committed {
  readonly district: string;
  readonly before: Ticket | null;
  readonly after: Ticket;
  readonly rows: readonly JournalRow[];
  readonly nextDueAt: Instant | null;
}

export interface Dispatcher {
  /** @throws StoreFault when the store failed: nothing was written then, and nothing is announced. */
  submit(submission: Submission): Promise<Outcome<Submitted, SubmitRefusal>>;
  /** Listeners are told in the order of the commits. A listener that throws is a bug and does not stop the others. */
  onCommitted(listener: (committed: Committed) => void): void;
}

/** Somebody else's commit may come between reading and writing this often; in one process it does not happen. */
const MAX_CONFLICTS = 5;

/**
 * The only writer of tickets: loads, asks the pure rules, commits in one transaction, and announces afterwards.
 * Decisions on one ticket wait for each other; different tickets do not.
 */
export function createDispatcher(parts: {
  readonly store: JournalStore;
  readonly clock: Clock;
  readonly policies: (district: string) => readonly Policy[];
  readonly onListenerFault: (error: unknown) => void;
}): Dispatcher {
  const { store, clock, policies } = parts;
  const listeners: ((committed: Committed) => void)[] = [];
  const queues = new Map<string, Promise<unknown>>();

  const announce = (committed: Committed): void => {
    for (const listener of listeners) {
      try {
        listener(committed);
      } catch (error) {
        parts.onListenerFault(error);
      }
    }
  };

  const attempt = async (
    submission: Submission,
    command: CommitUnit['command'],
  ): Promise<Outcome<Submitted, SubmitRefusal> | 'conflict'> => {
    const before = await store.ticket(submission.ticketId);
    if (before && before.report.district !== submission.district) return refuse({ code: 'ticket-unknown' });
    const commands = await commandsOf(submission, before);
    if (!commands.ok) return commands;
    const now = clock.now();
    const known = policies(submission.district);
    const { ticketId: id, by } = submission;
    const context = { now, policies: known, expectedRevision: submission.expectedRevision };
    const decision = decideAll(before, commands.value, context, { id, by });
    if (!decision.ok) return decision;
    if (decision.value.length === 0 && command === null) return accept(unchanged(before));
    const events = decision.value.map((event): Recorded => ({ event, by: authorOf(event, by), recordedAt: now }));
    const after = events.reduce<Ticket | null>((ticket, recorded) => evolve(ticket, recorded, id), before);
    assert(after !== null, 'a decision leaves a ticket');
    const due = nextDueAt(after, policyOfVersion(known, after.policyVersion));
    const { district, caller = null } = submission;
    const expectedVersion = before?.version ?? 0;
    const result = await store.commit({
      district,
      command,
      ticketId: id,
      expectedVersion,
      events,
      after,
      nextDueAt: due,
      caller,
    });
    switch (result.outcome) {
      case 'conflict':
        return 'conflict';
      case 'reused':
        return refuse({ code: 'command-id-reused' });
      case 'repeated':
        return accept({ answer: result.answer, isRepeated: true });
      case 'committed':
        if (result.rows.length > 0) announce({ district, before, after, rows: result.rows, nextDueAt: due });
        return accept({ answer: result.answer, isRepeated: false });
    }
  };

  const run = async (submission: Submission): Promise<Outcome<Submitted, SubmitRefusal>> => {
    const command =
      submission.commandId === null ? null : { id: submission.commandId, fingerprint: fingerprintOf(submission) };
    if (command) {
      const given = await store.answer(command.id);
      if (given && given.fingerprint !== command.fingerprint) return refuse({ code: 'command-id-reused' });
      if (given) return accept({ answer: given.answer, isRepeated: true });
    }
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const result = await attempt(submission, command);
      if (result !== 'conflict') return result;
    }
    throw new StoreFault(`ticket ${submission.ticketId} changed ${MAX_CONFLICTS} times while a decision was written`);
  };

  return {
    submit(submission) {
      const previous = queues.get(submission.ticketId) ?? Promise.resolve();
      const result = previous.then(() => run(submission));
      const settled = result.then(ignore, ignore).then(() => {
        if (queues.get(submission.ticketId) === settled) queues.delete(submission.ticketId);
      });
      queues.set(submission.ticketId, settled);
      return result;
    },
    onCommitted(listener) {
      listeners.push(listener);
    },
  };
}

async function commandsOf(
  { commands }: Submission,
  before: Ticket | null,
): Promise<Outcome<readonly TicketCommand[], PreparationRefusal>> {
  return typeof commands === 'function' ? commands(before) : accept(commands);
}

/** The next in a ticket's queue goes on whatever became of the one before; its submitter has the error. */
function ignore(): void {}

function unchanged(ticket: Ticket | null): Submitted {
  assert(ticket !== null, 'a quiet yes is about a ticket');
  const { version, revision, id, report } = ticket;
  return { answer: { ticketId: id, number: report.number, seq: 0, version, revision }, isRepeated: false };
}

/** The same id with another content is a mistake of the client and must not be answered with the first one's yes. */
function fingerprintOf({ fingerprint, commands, district, ticketId, by }: Submission): string {
  const actor = by.kind === 'system' ? by.kind : by.id;
  assert(fingerprint !== undefined || typeof commands !== 'function', 'a preparation comes with its fingerprint');
  const content = fingerprint ?? JSON.stringify(commands);
  return createHash('sha256').update(`${district}\n${ticketId}\n${actor}\n${content}`).digest('base64url');
}
