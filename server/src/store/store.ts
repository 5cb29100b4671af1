import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { JournalRow, OrganisationChange } from '@faultline/shared/wire/live.ts';
import type { Caller, CommandAnswer } from '@faultline/shared/wire/ticket.ts';

/** The world failed under the store: nothing of the unit was written. */
export class StoreFault extends Error {
  override readonly name: string = 'StoreFault';
}

/** The disk is full or read-only: nothing was written, and nothing may be acknowledged. */
export class StorageFullFault extends StoreFault {
  override readonly name = 'StorageFullFault';
}

/** A row that must exist, or a file that must fit, does not: start is refused. */
export class StoreMismatchFault extends StoreFault {
  override readonly name = 'StoreMismatchFault';
}

/** Everything one decision writes; all of it in one transaction, or nothing. */
export interface CommitUnit {
  readonly district: string;
  /** Makes a repetition recognisable for ever; `null` for the clock's own commands, which may repeat harmlessly. */
  readonly command: { readonly id: string; readonly fingerprint: string } | null;
  readonly ticketId: string;
  /** The version the decision was made on, 0 for a new ticket. */
  readonly expectedVersion: number;
  readonly events: readonly Recorded[];
  readonly after: Ticket;
  /** When the clock has to look again; `null` when nothing will fall due. */
  readonly nextDueAt: Instant | null;
  /** Set when the ticket is opened with a caller. */
  readonly caller: { readonly id: string; readonly data: Caller } | null;
}

export type CommitResult =
  | { readonly outcome: 'committed'; readonly answer: CommandAnswer; readonly rows: readonly JournalRow[] }
  /** The same command was answered before; nothing was written. */
  | { readonly outcome: 'repeated'; readonly answer: CommandAnswer }
  /** The same command id came with another content. */
  | { readonly outcome: 'reused' }
  /** Somebody else has changed the ticket meanwhile; decide again. */
  | { readonly outcome: 'conflict' };

/** A journal that is torn at so many places is not understood better by naming more of them. */
export const MAX_FINDINGS = 1_000;

export interface ChainFinding {
  readonly seq: number;
  readonly problem: 'missing' | 'altered' | 'head-differs';
}

/** The journal and what is derived from it. Everything of one district is dense in `seq`. */
export interface JournalStore {
  ticket(id: string): Promise<Ticket | null>;
  /** The kept answer of a command, if it has been given. */
  answer(commandId: string): Promise<{ readonly answer: CommandAnswer; readonly fingerprint: string } | null>;
  commit(unit: CommitUnit): Promise<CommitResult>;
  head(district: string): Promise<number>;
  /** When the newest row of any district was written; 0 for an empty journal. */
  newestAt(): Promise<Instant>;
  /** Rows after `cursor`, oldest first, at most `limit`. */
  since(district: string, cursor: number, limit: number): Promise<readonly JournalRow[]>;
  journalOf(ticketId: string): Promise<readonly JournalRow[]>;
  /** Tickets somebody still has to act on, the oldest call first; a recall whose receipt is owed counts. */
  openTickets(district: string): Promise<readonly Ticket[]>;
  /** Tickets that are over or open, the newest A first. */
  search(district: string, query: TicketQuery): Promise<readonly Ticket[]>;
  /** Next number within the district's day, for the ticket's human-readable number. */
  nextNumber(district: string, day: string): Promise<number>;
  /** Tickets whose clock has come, the most overdue first. */
  dueTickets(now: Instant, limit: number): Promise<readonly { readonly ticketId: string; readonly dueAt: Instant }[]>;
  nextDueAt(): Promise<Instant | null>;
  caller(callerId: string): Promise<Caller | null>;
  /** Throws the projections away and makes them again from the journal; returns how many tickets there are. */
  rebuild(policies: (district: string) => Promise<readonly Policy[]>): Promise<number>;
  /**
   * Walks the hash chain, page by page beside other work; empty when every row is there and unaltered. At most
   * MAX_FINDINGS are named. [A1]
   */
  checkChain(district: string): Promise<readonly ChainFinding[]>;
}

export interface TicketQuery {
  readonly text: string;
  readonly state: 'open' | 'over' | 'all';
  readonly limit: number;
  /** Tickets to pass over, for reading page by page; 0 when absent. */
  readonly offset?: number | undefined;
  /** A within [from, to). */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** One organisation change and its journal row, written together. */
export interface OrganisationCommit {
  readonly district: string;
  readonly change: OrganisationChange;
  readonly by: Actor;
  readonly at: Instant;
}
