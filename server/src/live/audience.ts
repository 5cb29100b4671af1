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

/** Which audiences have somebody in them now. */
export interface Audiences {
  /** @returns what takes the viewer out again. */
  join(viewer: Viewer): () => void;
  districts(): Iterable<string>;
  hasAny(district: string): boolean;
  ofDistrict(district: string): Iterable<Audience>;
}

export function createAudiences(): Audiences {
  const byDistrict = new Map<string, Map<string, Audience & { size: number }>>();
  return {
    join(viewer) {
      const { district } = viewer;
      const audience = audienceOf(viewer);
      const ofDistrict = byDistrict.get(district) ?? new Map<string, Audience & { size: number }>();
      byDistrict.set(district, ofDistrict);
      const entry = ofDistrict.get(audience.room) ?? { ...audience, size: 0 };
      ofDistrict.set(audience.room, entry);
      entry.size += 1;
      return () => {
        entry.size -= 1;
        if (entry.size === 0) ofDistrict.delete(audience.room);
        if (ofDistrict.size === 0) byDistrict.delete(district);
      };
    },
    districts: () => byDistrict.keys(),
    hasAny: (district) => byDistrict.has(district),
    ofDistrict: (district) => byDistrict.get(district)?.values() ?? [],
  };
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
