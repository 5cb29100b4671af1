import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import type { JournalRow, Receipt } from '@faultline/shared/wire/live.ts';
import type { District } from './follower.ts';

/**
 * The page of a repair centre or a crew office: what is sent to the department is stored and receipted, which is how
 * C and E come about. What came while the page was away is receipted when it is back.
 */
export class Office implements District {
  readonly #departmentId: string;
  readonly #receipt: (receipt: Receipt) => void;

  constructor(departmentId: string, receipt: (receipt: Receipt) => void) {
    this.#departmentId = departmentId;
    this.#receipt = receipt;
  }

  onBoard(board: Board): void {
    for (const ticket of board.tickets) this.#receiptWhatIsOpen(ticket);
  }

  onRow(row: JournalRow): void {
    if (row.kind !== 'ticket') return;
    const { event, ticketId } = row;
    if (event.type === 'issued' && event.centreId === this.#departmentId) {
      this.#receipt({ of: 'issue', ticketId, no: event.issueNo });
    }
    if (event.type === 'dispatched' && event.crewId === this.#departmentId) {
      this.#receipt({ of: 'leg', ticketId, no: event.legNo });
    }
  }

  #receiptWhatIsOpen(ticket: Ticket): void {
    const issue = openIssue(ticket);
    const leg = openLeg(ticket);
    const isReceived = issue === null || issue.C !== null || issue.taken !== null || leg !== null;
    if (issue?.centreId === this.#departmentId && !isReceived) {
      this.#receipt({ of: 'issue', ticketId: ticket.id, no: issue.no });
    }
    if (leg?.crewId === this.#departmentId && leg.E === null && leg.F === null) {
      this.#receipt({ of: 'leg', ticketId: ticket.id, no: leg.no });
    }
  }
}
