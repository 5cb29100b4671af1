import { createHash } from 'node:crypto';
import type { Callee, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import type { CallRow } from '../store/call-store.ts';
import type { LadderBook, OpenLadder } from './ladder-book.ts';
import { hopId, stillSince } from './ladder-book.ts';
import { MANUAL_LINE } from './manual-line.ts';
import type { CalledPerson, EndCause, PhoneCall, PhoneLine } from './phone-line.ts';

/** A call that somebody has decided on: whom, by which line, about what. */
export interface CallOrder {
  readonly purpose: CallRow['purpose'];
  readonly callee: Callee;
  readonly person: CalledPerson;
  readonly line: PhoneLine;
  /** All of the person's own district. */
  readonly hops: readonly { readonly open: OpenLadder; readonly step: number; readonly callee: Callee }[];
  readonly ringFor: Duration;
  readonly talkFor: Duration;
}

/** The row that stands in the store before its phone rings. [E6] */
export function rowOf(order: CallOrder, id: string, now: Instant): CallRow {
  const { purpose, callee, person, line, ringFor, talkFor } = order;
  const hops = order.hops.map(({ open: { ticket, feedback } }) => ({
    ticketId: ticket.id,
    key: feedback.key,
    attemptNo: feedback.attempts.length + 1,
  }));
  return {
    id,
    district: person.district,
    purpose,
    callee,
    departmentId: person.departmentId,
    language: person.language,
    phone: person.phone,
    line: line.id,
    idempotencyKey: keyOf(order, hops, id),
    hops,
    opening: '',
    placedAt: now,
    ringUntil: now + ringFor,
    talkUntil: now + ringFor + talkFor,
    providerId: null,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    pressed: null,
    code: '',
  };
}

/** The same attempts have the same key; a test call makes none and is like no other. */
function keyOf({ purpose, line }: CallOrder, hops: CallRow['hops'], id: string): string {
  const attempts = hops.map(({ ticketId, key, attemptNo }) => `${hopId(ticketId, key)}#${attemptNo}`).sort();
  const isManual = line.id === MANUAL_LINE;
  return createHash('sha256')
    .update(`${purpose}\n${isManual}\n${attempts.join('\n') || id}`)
    .digest('base64url');
}

function personOfRow({ callee, departmentId, district, phone, language }: CallRow): CalledPerson {
  return { contactId: callee.contactId, departmentId, district, name: callee.contactName, phone, language };
}

/** The hops of a call that are still open. */
export function openHopsOf({ hops }: CallRow, book: Pick<LadderBook, 'find'>): readonly OpenLadder[] {
  return hops.flatMap(({ ticketId, key }) => book.find(ticketId, key) ?? []);
}

export function phoneCallOf(row: CallRow, hops: readonly OpenLadder[]): PhoneCall {
  const { id, purpose, opening, ringUntil, talkUntil, providerId } = row;
  const tickets = hops.map((open) => ({
    number: open.ticket.report.number,
    area: open.ticket.report.place.area,
    kind: open.feedback.kind,
    since: stillSince(open),
  }));
  return { id, purpose, person: personOfRow(row), opening, tickets, ringUntil, talkUntil, providerId };
}

export function outcomeOf(cause: EndCause, wasAnswered: boolean): CallOutcome {
  if (cause !== 'hung-up') return cause;
  return wasAnswered ? 'no-key' : 'no-answer';
}
