import type { Identity } from '@faultline/shared/access/access.ts';
import { REDACTION_OF, redactRow } from '@faultline/shared/access/redact.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { Viewer } from '../access/viewer.ts';

/** Consoles that get the same rows: those of one district whose viewers see the same of it. */
export interface Audience {
  /** The name of its Socket.IO room. */
  readonly room: string;
  readonly identity: Identity;
}

/** Every console of a district, whatever it may see: heads and positions go to all. */
export function districtRoom(district: string): string {
  return `district:${district}`;
}

export function audienceOf({ district, role, departmentId }: Viewer): Audience {
  const redaction = REDACTION_OF[role];
  const office = redaction === 'crew' ? `:${departmentId}` : '';
  return { room: `${districtRoom(district)}:${redaction}${office}`, identity: { role, departmentId } };
}

/** The rows for several rooms at once: each text is made, and later encoded, once. */
export interface Mail {
  readonly rooms: readonly string[];
  readonly rows: readonly JournalRow[];
}

/** @param ticket the ticket of the rows as it is now; `null` for rows of the organisation. */
export function mailFor(
  audiences: Iterable<Audience>,
  rows: readonly JournalRow[],
  ticket: Ticket | null,
): readonly Mail[] {
  const mails: Mail[] = [];
  const blind: string[] = [];
  for (const { room, identity } of audiences) {
    const redacted = rows.map((row) => redactRow(identity, row, ticket));
    if (redacted.every((row) => row.kind === 'stub')) blind.push(room);
    else mails.push({ rooms: [room], rows: redacted });
  }
  if (blind.length > 0) mails.push({ rooms: blind, rows: rows.map(({ seq }) => ({ kind: 'stub', seq })) });
  return mails;
}
