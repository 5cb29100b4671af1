import type { Identity, Role } from '@faultline/shared/access/access.ts';
import { redactRow, redactTicket } from '@faultline/shared/access/redact.ts';
import type { JournalRow } from '@faultline/shared/journal.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { journalRowSchema } from '@faultline/shared/wire/live.ts';
import { ticketSchema } from '@faultline/shared/wire/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, CREW, make, story } from './story.ts';

const CANARY_CALLEE = {
  contactId: 'canary-contact',
  contactRole: 'duty',
  contactName: 'canary Li',
  number: 'canary 0101',
  foundBy: 'shift',
} as const;

/** To the centimetre, as a map is clicked on. */
const PLACE = { lon: 116.4123456, lat: 39.9076543, street: '东四北大街', area: '东城' };

/** Everything a person can have written, and every trace of a person, in one ticket. */
function everything(): Story {
  const told = story();
  const text = 'canary words';
  told.must(0, make.open(undefined, { place: PLACE, faultText: 'canary fault' }));
  told.must(1, make.issue());
  const time = { how: 'now', evidence: 'device-online' } as const;
  told.must(2, { type: 'deliver-to-centre', issueNo: 1, deviceId: 'canary-desk', time });
  told.must(5, make.fireDue);
  const key = told.ticket().feedbacks[0]?.key ?? '';
  told.must(5.1, make.placeCall(key, { callee: CANARY_CALLEE, text }));
  told.must(5.2, make.answerCall(key));
  told.must(5.3, make.endCall(key, 'no-key', { code: 'canary 200', note: text }));
  told.must(5.4, make.holdCalls(key));
  told.must(6, { type: 'record-call', key, callee: CANARY_CALLEE, outcome: 'no-answer', note: text });
  told.must(7, make.dispatch());
  told.must(8, make.recall({ text }));
  told.must(9, make.confirmRecall());
  told.must(10, make.dispatch());
  told.must(10.2, make.deliver(undefined, 2));
  told.must(11, make.accept(undefined, 2));
  told.must(12, { type: 'correct', point: 'F', issueNo: null, legNo: null, at: at(10.5), reason: text });
  told.must(13, make.arrive(undefined, 2));
  told.must(14, make.clear(undefined, 2));
  told.must(15, {
    type: 'record',
    record: { found: text, cause: text, done: text },
    time: { how: 'now', evidence: 'device-online' },
  });
  return told;
}

function rowsOf({ journal, ticket }: Story): JournalRow[] {
  return journal().map(({ event, by, recordedAt }, index) => ({
    kind: 'ticket',
    seq: index + 1,
    recordedAt,
    ticketId: ticket().id,
    ticketVersion: index + 1,
    by,
    event,
  }));
}

function viewer(role: Role, departmentId: string | null = null): Identity {
  return { role, departmentId };
}

const told = everything();
const ticket: Ticket = told.ticket();
const rows = rowsOf(told);

describe('the wall', () => {
  const wall = viewer('wall');
  const texts = [
    JSON.stringify(redactTicket(wall, ticket)),
    ...rows.map((row) => JSON.stringify(redactRow(wall, row, ticket))),
  ].join('\n');

  test('[D3] gets no person, no word of a person, and no way to the caller', () => {
    for (const hidden of ['canary', 'lead-1', 'caller-1', '116.4123', '39.9076']) {
      expect(JSON.stringify(ticket) + JSON.stringify(rows)).toContain(hidden);
      expect(texts).not.toContain(hidden);
    }
  });

  test('[D3] gets the class of the fault, the street, the offices and every time', () => {
    const seen = redactTicket(wall, ticket);
    expect(seen.report.place).toEqual({ ...PLACE, lon: 116.412, lat: 39.908 });
    expect(seen.report).toMatchObject({ faultClass: ticket.report.faultClass, faultText: '' });
    expect(seen.lastChange.by).toMatchObject({ kind: 'person', role: 'lead', departmentId: 'service-centre' });
    expect(seen.legs.map(({ D, F }) => [D.at, F?.at])).toEqual(ticket.legs.map(({ D, F }) => [D.at, F?.at]));
  });
});

describe('a crew', () => {
  test('[D3] gets its own ticket without the caller and without the phone calls of others', () => {
    const crew = viewer('crew', CREW);
    const texts = JSON.stringify([redactTicket(crew, ticket), rows.map((row) => redactRow(crew, row, ticket))]);
    for (const hidden of ['caller-1', 'canary Li', 'canary-contact', 'canary 0101', 'canary 200', 'canary-desk'])
      expect(texts).not.toContain(hidden);
    for (const shown of ['canary words', 'canary fault', '116.4123456']) expect(texts).toContain(shown);
  });

  test('[D3] gets a stub of every row of a ticket that never was its own', () => {
    const other = viewer('crew', 'crew-west-1');
    expect(rows.map((row) => redactRow(other, row, ticket))).toEqual(rows.map(({ seq }) => ({ kind: 'stub', seq })));
  });

  test('[D3] sees which of its vehicles received the ticket, and no desk of a person', () => {
    const crew = viewer('crew', CREW);
    const delivery = rows.find((row) => row.kind === 'ticket' && row.event.type === 'delivered-to-crew');
    if (delivery?.kind !== 'ticket') throw new Error('the story delivers to the crew');
    const byVehicle: JournalRow = { ...delivery, by: { kind: 'device', id: 'vehicle-1', departmentId: CREW } };
    expect(redactRow(crew, byVehicle, ticket)).toEqual(byVehicle);
    expect(redactRow(crew, delivery, ticket)).toMatchObject({ event: { deviceId: '—' } });
  });

  test('[D3] a vehicle gets a stub of a ticket of another crew', () => {
    const other = viewer('vehicle', 'crew-west-1');
    expect(rows.map((row) => redactRow(other, row, ticket).kind)).toEqual(rows.map(() => 'stub'));
  });

  test('[D3] a row without its ticket is a stub', () => {
    expect(rows.map((row) => redactRow(viewer('crew', CREW), row, null).kind)).toEqual(rows.map(() => 'stub'));
  });
});

describe('a desk', () => {
  test.each(['agent', 'lead', 'centre-dispatcher', 'supervisor', 'admin'] as const)(
    '[D3] of the role %s gets all',
    (role) => {
      expect(redactTicket(viewer(role), ticket)).toBe(ticket);
      for (const row of rows) expect(redactRow(viewer(role), row, ticket)).toBe(row);
    },
  );
});

test('[D3] what was taken out leaves the shapes of the wire whole', () => {
  for (const role of ['wall', 'crew', 'vehicle'] as const) {
    const seer = viewer(role, CREW);
    expect(ticketSchema.safeParse(redactTicket(seer, ticket)).error).toBeUndefined();
    for (const row of rows) expect(journalRowSchema.safeParse(redactRow(seer, row, ticket)).error).toBeUndefined();
  }
});

test('[D3] a change of the organisation reaches the wall without who made it', () => {
  const by = { kind: 'person', id: 'admin-1', role: 'admin', departmentId: null } as const;
  const change = { what: 'vehicle', id: 'v', how: 'changed' } as const;
  const row: JournalRow = { kind: 'organisation', seq: 1, recordedAt: 1, by, change };
  expect(JSON.stringify(redactRow(viewer('wall'), row, null))).not.toContain('admin-1');
  expect(redactRow(viewer('crew', CREW), row, null)).toBe(row);
});
