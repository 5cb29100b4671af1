import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isUnsettled } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';

export type Tickets = ReadonlyMap<string, Ticket>;
type TicketRow = Extract<JournalRow, { kind: 'ticket' }>;

export interface AppliedRows {
  readonly tickets: Tickets;
  /** Tickets whose earlier rows this console was not shown, with the version that it has to catch up with. */
  readonly toRead: ReadonlyMap<string, number>;
  /** Something of the organisation has changed and has to be read anew. */
  readonly isOrganisationStale: boolean;
}

/** Carries the tickets of a board on by rows that follow it without a gap. */
export function applyRows(before: Tickets, rows: readonly JournalRow[]): AppliedRows {
  const tickets = new Map(before);
  const toRead = new Map<string, number>();
  let isOrganisationStale = false;
  for (const row of rows) {
    if (row.kind === 'organisation') isOrganisationStale = true;
    if (row.kind !== 'ticket') continue;
    const outcome = carryOn(tickets.get(row.ticketId) ?? null, row);
    if (outcome === 'known') continue;
    if (outcome === 'unreadable') toRead.set(row.ticketId, row.ticketVersion);
    else putTicket(tickets, outcome);
  }
  return { tickets, toRead, isOrganisationStale };
}

/** Adds a ticket as the server has told it whole, unless a row has carried it further meanwhile. */
export function withTicket(before: Tickets, ticket: Ticket): Tickets {
  const known = before.get(ticket.id);
  if (known && known.version >= ticket.version) return before;
  const tickets = new Map(before);
  putTicket(tickets, ticket);
  return tickets;
}

function putTicket(tickets: Map<string, Ticket>, ticket: Ticket): void {
  if (isUnsettled(ticket)) tickets.set(ticket.id, ticket);
  else tickets.delete(ticket.id);
}

/** A crew sees nothing of a ticket until it holds it: the first row that it is shown begins in the middle. [D3] */
function carryOn(ticket: Ticket | null, row: TicketRow): Ticket | 'known' | 'unreadable' {
  const version = ticket?.version ?? 0;
  if (ticket && row.ticketVersion <= version) return 'known';
  if (row.ticketVersion !== version + 1) return 'unreadable';
  return evolve(ticket, row, row.ticketId);
}
