import { REDACTION_OF, redactRow } from '@faultline/shared/access/redact.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { Viewer } from '../access/viewer.ts';
import type { JournalStore } from '../store/store.ts';

/** The rows of the viewer's district after a cursor, as he may see them, oldest first, at most `limit`. */
export async function pull(
  store: Pick<JournalStore, 'since' | 'ticket'>,
  viewer: Viewer,
  cursor: number,
  limit: number,
): Promise<readonly JournalRow[]> {
  const rows = await store.since(viewer.district, cursor, limit);
  if (REDACTION_OF[viewer.role] === 'desk') return rows;
  const tickets = new Map<string, Ticket | null>();
  for (const row of rows) {
    if (row.kind !== 'ticket' || tickets.has(row.ticketId)) continue;
    tickets.set(row.ticketId, await store.ticket(row.ticketId));
  }
  return rows.map((row) => redactRow(viewer, row, row.kind === 'ticket' ? (tickets.get(row.ticketId) ?? null) : null));
}
