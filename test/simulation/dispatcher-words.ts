import type { Submission } from '@faultline/server/src/dispatcher.ts';
import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import { POINTS } from '@faultline/shared/ticket/points.ts';
import type { Actor, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { make, START } from '../rules/story.ts';
import type { Random } from './support/random.ts';

export const DISTRICT = 'east';

/** Words that stand as they were said, whatever the ticket has become when their turn comes. */
export type Said = Submission & { readonly commands: readonly TicketCommand[] };

const PEOPLE: readonly [Actor, ...Actor[]] = [
  { kind: 'person', id: 'lead-1', role: 'lead', departmentId: 'service-centre' },
  { kind: 'person', id: 'centre-1', role: 'centre-dispatcher', departmentId: 'centre-east' },
  { kind: 'device', id: 'vehicle-1', departmentId: 'crew-east-1' },
];

/** What somebody says next about a ticket that he sees like this, perhaps not as it is any more. */
export function wordOn(
  random: Random,
  {
    id,
    seen,
    now,
    commandId,
  }: { readonly id: string; readonly seen: Ticket | null; readonly now: Instant; readonly commandId: string },
): Said {
  const commands = seen === null ? opening(random, now) : [commandOn(random, seen, now)];
  const expectedRevision = seen !== null && random.chance(0.4) ? seen.revision : null;
  return { commandId, district: DISTRICT, ticketId: id, commands, by: random.pick(PEOPLE), expectedRevision };
}

function claim(random: Random, now: Instant): TimeClaim {
  if (random.chance(0.6)) return { how: 'now', evidence: 'device-online' };
  const at = now - random.between(0, 300) * SECOND;
  if (random.chance(0.5)) return { how: 'entered', at, evidence: 'declared-by-phone' };
  const skewMs = random.between(-3_600, 3_600) * SECOND;
  return { how: 'device', claimedAt: at + skewMs, skewMs };
}

/** Half of the tickets come from paper, as one decision of several commands. */
function opening(random: Random, now: Instant): readonly TicketCommand[] {
  if (random.chance(0.5)) return [make.open()];
  const begun = now - random.between(3, 50) * MINUTE;
  const entered = (minute: number): TimeClaim => ({
    how: 'entered',
    at: begun + minute * MINUTE,
    evidence: 'entered-by-dispatcher',
  });
  const history = [make.open(entered(0)), make.issue(entered(1)), make.take(entered(2)), make.dispatch(entered(3))];
  return history.slice(0, random.between(1, history.length));
}

function commandOn(random: Random, ticket: Ticket, now: Instant): TicketCommand {
  const time = claim(random, now);
  const legNo = ticket.legs.at(-1)?.no ?? 1;
  if (random.chance(0.7)) {
    const onward = onwardOf(random, ticket, time);
    if (onward) return onward;
  }
  const feedback = ticket.feedbacks.at(-1);
  const key = feedback?.key ?? Object.keys(ticket.fired).at(-1) ?? 'promise-lost';
  const attemptNo = (feedback?.attempts.length ?? 0) + 1;
  const callId = feedback?.attempts.at(-1)?.callId ?? 'call-1';
  const minute = (now - START) / MINUTE - random.between(0, 30);
  return random.pick<TicketCommand>([
    make.recall({ no: legNo }),
    make.returned({ no: legNo }),
    make.recall({ target: 'issue', no: ticket.issues.length || 1 }),
    make.confirmRecall(legNo, time),
    make.cancel(),
    make.call(key),
    make.placeCall(key, { callId: `call-${attemptNo}`, attemptNo }),
    make.endCall(key, random.pick(['busy', 'acknowledged', 'lost']), { callId }),
    make.spendLadder(key),
    random.chance(0.5) ? make.holdCalls(key) : make.releaseCalls(key),
    make.acknowledge(key),
    make.deliver(time, legNo),
    make.receive(time, ticket.issues.length || 1),
    make.correct(POINTS[random.below(POINTS.length)] ?? 'A', minute),
    make.open(),
  ]);
}

function onwardOf(random: Random, ticket: Ticket, time: TimeClaim): TicketCommand | null {
  const legNo = ticket.legs.at(-1)?.no ?? 1;
  switch (phaseOf(ticket)) {
    case 'opened':
      return make.issue(time, { wasReceiverConnected: random.chance(0.5) });
    case 'issued':
      return random.chance(0.5) ? make.receive(time, ticket.issues.length) : make.take(time);
    case 'received':
      return make.take(time);
    case 'taken':
      return make.dispatch(time);
    case 'dispatched':
      return random.chance(0.7) ? make.deliver(time, legNo) : make.accept(time, legNo);
    case 'delivered':
      return make.accept(time, legNo);
    case 'accepted':
      return make.depart(time, legNo);
    case 'departed':
      return make.arrive(time, legNo);
    case 'arrived':
      return make.clear(time, legNo);
    case 'cleared':
      return make.record(time);
    case 'recorded':
      return make.close(time);
    default:
      return null;
  }
}
