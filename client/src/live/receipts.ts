import type { Identity } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { isOpen, openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Acknowledged, Receipt } from '@faultline/shared/wire/live.ts';

/** The receipts that the office of this viewer owes: C for a desk of the centre, E for a page of the crew office. */
export function owedReceipts(tickets: Iterable<Ticket>, { role, departmentId }: Identity): readonly Receipt[] {
  const owed: Receipt[] = [];
  for (const ticket of tickets) {
    if (!isOpen(ticket)) continue;
    const issue = openIssue(ticket);
    const leg = openLeg(ticket);
    if (role === 'centre-dispatcher' && issue && issue.centreId === departmentId && !issue.C) {
      owed.push({ of: 'issue', ticketId: ticket.id, no: issue.no });
    }
    if (role === 'crew' && leg && leg.crewId === departmentId && !leg.E) {
      owed.push({ of: 'leg', ticketId: ticket.id, no: leg.no });
    }
  }
  return owed;
}

function receiptKey({ of, ticketId, no }: Receipt): string {
  return `${of}:${ticketId}:${no}`;
}

/** Refusals that pass by themselves; after any other one the receipt is not owed any more. */
const TRY_AGAIN: readonly string[] = ['busy', 'too-many-requests', 'storage-full', 'fault'];

/** Sends each owed receipt once, and again at the next occasion when no answer came. */
export class ReceiptSender {
  readonly #send: (receipt: Receipt) => Promise<Acknowledged | null>;
  readonly #sent = new Set<string>();

  constructor(send: (receipt: Receipt) => Promise<Acknowledged | null>) {
    this.#send = send;
  }

  attest(tickets: ReadonlyMap<string, Ticket>, identity: Identity): void {
    const owed = owedReceipts(tickets.values(), identity).filter((receipt) => !this.#sent.has(receiptKey(receipt)));
    if (owed.length === 0) return;
    storeReceived(owed.flatMap(({ ticketId }) => tickets.get(ticketId) ?? []));
    for (const receipt of owed) {
      this.#sent.add(receiptKey(receipt));
      this.#sendOne(receipt).catch(reportError);
    }
  }

  async #sendOne(receipt: Receipt): Promise<void> {
    const answer = await this.#send(receipt);
    if (answer === null || (!answer.ok && TRY_AGAIN.includes(answer.code))) this.#sent.delete(receiptKey(receipt));
  }
}

const STORE_KEY = 'faultline.received';
/** Newer ones make room: a browser keeps about five megabytes, and an office works on far fewer tickets at a time. */
const MAX_STORED = 100;

/**
 * Keeps tickets on this device, which is what C and E attest. A browser that keeps nothing has them in its memory only;
 * that counts too, because they are on the screen.
 */
function storeReceived(tickets: readonly Ticket[]): void {
  try {
    const ids = new Set<unknown>(tickets.map(({ id }) => id));
    const kept = readReceived().filter((ticket) => !ids.has(ticket.id));
    localStorage.setItem(STORE_KEY, JSON.stringify([...kept, ...tickets].slice(-MAX_STORED)));
  } catch {
    // Full or forbidden: see above.
  }
}

/** What was received belongs to whoever was signed in. */
export function forgetReceived(): void {
  try {
    localStorage.removeItem(STORE_KEY);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

function readReceived(): readonly { readonly id: unknown }[] {
  const content: unknown = JSON.parse(localStorage.getItem(STORE_KEY) ?? '[]');
  if (!Array.isArray(content)) return [];
  return content.filter(
    (entry): entry is { id: unknown } => typeof entry === 'object' && entry !== null && 'id' in entry,
  );
}
