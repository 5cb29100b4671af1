import type { CommitUnit } from '@faultline/server/src/store/store.ts';
import { nextDueAt } from '@faultline/shared/ticket/duties.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor, Report, Stamp, Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';

/** Monday, 5 January 2026, 08:00 UTC. */
export const T0 = Date.UTC(2026, 0, 5, 8);
const SYSTEM: Actor = { kind: 'system' };

function stamp(at: number): Stamp {
  return { at, claimedAt: null, receivedAt: at, evidence: 'device-online' };
}

export function issued(): TicketEvent {
  return { type: 'issued', issueNo: 1, centreId: 'centre', wasReceiverConnected: true, B: stamp(T0 + MINUTE) };
}

export function opening(
  ticketId: string,
  options: { commandId?: string; fingerprint?: string; district?: string; at?: number; street?: string } = {},
): CommitUnit {
  const { commandId = 'k1', fingerprint = commandId, district = 'north', at = T0, street = 'Main Street' } = options;
  const report: Report = {
    number: `n-${ticketId}`,
    district,
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street, area: 'Centre' },
    faultClass: 'low-voltage',
    faultText: 'no power',
    callerId: null,
    isFromPaper: false,
  };
  const event: Recorded = {
    event: { type: 'opened', report, A: stamp(at), policyVersion: 1 },
    by: SYSTEM,
    recordedAt: at,
  };
  return unitOf(ticketId, null, event, { commandId, fingerprint, district });
}

export function following(ticket: Ticket, event: TicketEvent, options: { commandId: string }): CommitUnit {
  const { district } = ticket.report;
  const recorded: Recorded = { event, by: SYSTEM, recordedAt: T0 + MINUTE };
  return unitOf(ticket.id, ticket, recorded, { ...options, fingerprint: options.commandId, district });
}

function unitOf(
  ticketId: string,
  before: Ticket | null,
  recorded: Recorded,
  options: { commandId: string; fingerprint: string; district: string },
): CommitUnit {
  const after = evolve(before, recorded, ticketId);
  return {
    district: options.district,
    command: { id: options.commandId, fingerprint: options.fingerprint },
    ticketId,
    expectedVersion: before?.version ?? 0,
    events: [recorded],
    after,
    nextDueAt: nextDueAt(after, FIRST_POLICY),
    caller: null,
  };
}
