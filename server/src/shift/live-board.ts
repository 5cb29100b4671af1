import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen } from '@faultline/shared/ticket/ticket.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { District } from './follower.ts';

/** The open tickets as the shift lead sees them, from the board and every row after it. */
export class LiveBoard implements District {
  readonly #onOver: (ticket: Ticket) => void;
  readonly #onOrganisation: () => void;
  #tickets = new Map<string, Ticket>();
  #board: Board | null = null;
  #cursor = 0;

  /** @param parts.onOrganisation the departments or vehicles have changed; a fresh board is wanted. */
  constructor(parts: { readonly onOver: (ticket: Ticket) => void; readonly onOrganisation: () => void }) {
    this.#onOver = parts.onOver;
    this.#onOrganisation = parts.onOrganisation;
  }

  get tickets(): ReadonlyMap<string, Ticket> {
    return this.#tickets;
  }

  /** The last row that stands in `tickets`. */
  get cursor(): number {
    return this.#cursor;
  }

  /** The district around the tickets, as of the last connection; `null` before the first. */
  get district(): Board | null {
    return this.#board;
  }

  onBoard(board: Board): void {
    this.#board = board;
    this.#cursor = board.cursor;
    this.#tickets = new Map(board.tickets.map((ticket) => [ticket.id, ticket]));
  }

  onRow(row: JournalRow): void {
    this.#cursor = row.seq;
    if (row.kind === 'organisation') this.#onOrganisation();
    if (row.kind !== 'ticket') return;
    const before = this.#tickets.get(row.ticketId) ?? null;
    // The board may have been read a moment after its cursor; and an event of a ticket that is over concerns no desk.
    if (before === null ? row.event.type !== 'opened' : row.ticketVersion <= before.version) return;
    const after = evolve(before, row, row.ticketId);
    if (isOpen(after)) {
      this.#tickets.set(after.id, after);
      return;
    }
    this.#tickets.delete(after.id);
    this.#onOver(after);
  }
}
