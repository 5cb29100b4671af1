import { unreachable } from '@faultline/shared/assert.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { VehicleMessage } from '@faultline/shared/wire/vehicle.ts';
import type { Viewer } from '../access/viewer.ts';
import { actorOf } from '../access/viewer.ts';
import type { Dispatcher, Preparation } from '../dispatcher.ts';

/** What a vehicle says about one of its legs. */
export type StampMessage = Extract<VehicleMessage, { readonly legNo: number }>;

/**
 * Submits a vehicle's word. Only the leg's own vehicle has a clock, so a supporting one is refused. The message's id,
 * with the vehicle's before it, is the command's id: repeated, it has one effect and the same answer. [T1] [T2]
 * @param skew the device's clock minus the server's, as measured on this connection.
 * @throws StoreFault when nothing could be written: the vehicle keeps its word and says it again.
 */
export async function submitStamp(
  dispatcher: Pick<Dispatcher, 'submit'>,
  viewer: Viewer,
  message: StampMessage,
  skew: Duration,
): Promise<Outcome<null, { readonly code: RefusalCode }>> {
  const outcome = await dispatcher.submit({
    commandId: `${viewer.id}:${message.id}`,
    district: viewer.district,
    ticketId: message.ticketId,
    commands: async (ticket) => prepareStamp(ticket, viewer, message, skew),
    by: actorOf(viewer),
    expectedRevision: null,
    // The measured clock difference changes between repetitions; what the vehicle said does not.
    fingerprint: JSON.stringify(message),
  });
  return outcome.ok ? accept(null) : refuse({ code: outcome.refusal.code });
}

async function prepareStamp(
  ticket: Ticket | null,
  viewer: Viewer,
  message: StampMessage,
  skew: Duration,
): ReturnType<Preparation> {
  if (!ticket) return refuse({ code: 'ticket-unknown' });
  const leg = ticket.legs.find(({ no }) => no === message.legNo);
  if (!leg) return refuse({ code: 'leg-unknown' });
  if (leg.vehicleId !== viewer.id) return refuse({ code: 'not-allowed' });
  // A record belongs to the ticket; from a leg that was taken back it would be somebody else's.
  if (message.type === 'record' && leg.ending) return refuse({ code: 'leg-ended' });
  return accept([commandOf(message, viewer.id, { how: 'device', claimedAt: message.claimedAt, skewMs: skew })]);
}

function commandOf(message: StampMessage, deviceId: string, time: TimeClaim): TicketCommand {
  const { legNo } = message;
  switch (message.type) {
    case 'receipt':
      return { type: 'deliver-to-crew', legNo, deviceId, time };
    case 'accept':
    case 'depart':
    case 'arrive':
    case 'clear':
    case 'confirm-recall':
      return { type: message.type, legNo, time };
    case 'record':
      return { type: 'record', record: message.record, time };
    case 'return':
      return { type: 'return', target: 'leg', no: legNo, reason: message.reason, text: message.text };
    default:
      return unreachable(message);
  }
}
