import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { Acknowledged, Receipt } from '@faultline/shared/wire/live.ts';
import type { Viewer } from '../access/viewer.ts';
import { actorOf } from '../access/viewer.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { JournalStore } from '../store/store.ts';

/**
 * A console has stored a ticket that was sent to its office: C for a desk of the centre, E for a page of the crew
 * office. Nobody else's screen is a delivery, a wall's least of all.
 */
export async function takeReceipt(
  parts: { readonly store: Pick<JournalStore, 'ticket'>; readonly dispatcher: Pick<Dispatcher, 'submit'> },
  viewer: Viewer,
  { of, ticketId, no }: Receipt,
): Promise<Acknowledged> {
  const ticket = await parts.store.ticket(ticketId);
  if (!ticket || ticket.report.district !== viewer.district) return refused('ticket-unknown');
  if (!isReceiver(viewer, ticket, { of, no })) return refused('not-allowed');
  const outcome = await parts.dispatcher.submit({
    commandId: `receipt:${ticketId}:${of}:${no}:${viewer.id}`,
    district: viewer.district,
    ticketId,
    commands: [commandOf(of, no, viewer.id)],
    by: actorOf(viewer),
    expectedRevision: null,
    fingerprint: 'receipt',
  });
  return outcome.ok ? { ok: true } : refused(outcome.refusal.code);
}

function isReceiver({ role, departmentId }: Viewer, ticket: Ticket, { of, no }: Pick<Receipt, 'of' | 'no'>): boolean {
  if (of === 'issue') {
    const issue = ticket.issues.find((candidate) => candidate.no === no);
    return role === 'centre-dispatcher' && issue !== undefined && issue.centreId === departmentId;
  }
  const leg = ticket.legs.find((candidate) => candidate.no === no);
  return role === 'crew' && leg !== undefined && leg.crewId === departmentId;
}

function commandOf(of: Receipt['of'], no: number, deviceId: string): TicketCommand {
  const time = { how: 'now', evidence: 'device-online' } as const;
  if (of === 'issue') return { type: 'deliver-to-centre', issueNo: no, deviceId, time };
  return { type: 'deliver-to-crew', legNo: no, deviceId, time };
}

function refused(code: RefusalCode): Acknowledged {
  return { ok: false, code };
}
