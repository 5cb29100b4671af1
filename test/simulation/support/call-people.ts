import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { Callee, HandOutcome, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { HAND_OUTCOMES, phaseOf } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { CallWorld } from './call-world.ts';
import { isHeld } from './engine-model.ts';
import type { Random } from './random.ts';

const NOW: TimeClaim = { how: 'now', evidence: 'device-online' };

/** The people of one ticket. They are slow while there is trouble, and do one thing after the other. */
export function handle(world: CallWorld, ticketId: string): void {
  const { random, server } = world;
  const ticket = server.ticket(ticketId);
  if (ticket && (ticket.closed ?? ticket.cancelled)) return;
  if (!ticket || random.chance(world.isCalm() ? 0.8 : 0.08)) {
    const command = world.isUp() ? next(world, ticket) : null;
    if (command) world.say(ticketId, command);
  }
  world.later(20, 150, () => handle(world, ticketId));
}

function next({ random, isCalm }: CallWorld, ticket: Ticket | null): TicketCommand | null {
  if (!ticket) return OPENING;
  const legNo = ticket.legs.at(-1)?.no ?? 1;
  if (!isCalm() && random.chance(0.12)) {
    const ending = { reason: 'no-response', text: '' } as const;
    return random.pick<TicketCommand>([
      { type: 'recall', target: 'leg', no: legNo, ...ending },
      { type: 'return', target: 'leg', no: legNo, ...ending },
      { type: 'recall', target: 'issue', no: ticket.issues.length, ...ending },
      { type: 'cancel', reason: 'customer-withdrew', text: '' },
    ]);
  }
  switch (phaseOf(ticket)) {
    case 'opened':
      return { type: 'issue', centreId: 'centre-1', wasReceiverConnected: true, time: NOW };
    case 'issued':
      return { type: 'deliver-to-centre', issueNo: ticket.issues.length, deviceId: 'desk-1', time: NOW };
    case 'received':
      return { type: 'take', time: NOW };
    case 'taken':
      return sending(random);
    case 'dispatched':
    case 'delivered':
      return { type: 'accept', legNo, time: NOW };
    case 'accepted':
      return { type: 'depart', legNo, time: NOW };
    case 'departed':
      return { type: 'arrive', legNo, time: NOW };
    case 'arrived':
      return { type: 'clear', legNo, time: NOW };
    case 'cleared':
      return { type: 'record', record: { found: '跳闸', cause: '短路', done: '恢复' }, time: NOW };
    case 'recorded':
      return { type: 'close', time: NOW };
    default:
      return null;
  }
}

const OPENING: TicketCommand = {
  type: 'open',
  report: {
    number: '1',
    district: 'east',
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street: '东四北大街', area: '东城' },
    faultClass: 'low-voltage',
    faultText: '无电',
    callerId: null,
    isFromPaper: false,
  },
  time: NOW,
};

function sending(random: Random): TicketCommand {
  const [crewId, vehicleId] = random.pick<readonly [crewId: string, vehicleId: string]>([
    ['crew-1', 'vehicle-1'],
    ['crew-1', 'vehicle-2'],
    ['crew-2', 'vehicle-3'],
  ]);
  const facts = { supportVehicleIds: [], isCoLocated: true, wasReceiverConnected: true, travelMs: 15 * MINUTE };
  return { type: 'dispatch', crewId, vehicleId, ...facts, time: NOW };
}

/** Who sits at the desk: makes the calls that the ladder asks for, takes others over, gives them back, or forgets. */
export function dispatch(world: CallWorld): void {
  const { random, server } = world;
  const open = server.ticketIds().flatMap((id) => {
    const ticket = server.ticket(id);
    return ticket ? openFeedbacks(ticket).map((feedback) => ({ id, feedback })) : [];
  });
  const chosen = open[random.below(Math.max(1, open.length))];
  if (chosen) {
    const { key, attempts } = chosen.feedback;
    const live = liveAttemptOf(chosen.feedback);
    const asked = live?.line === 'manual' ? live : null;
    const newest = attempts.at(-1);
    const callee = asked ?? (newest && random.chance(0.6) ? newest : CHIEF);
    const held = isHeld(chosen.feedback, world.schedule.now());
    world.say(
      chosen.id,
      random.pick<TicketCommand>([
        recorded(key, callee, random.pick(HAND_OUTCOMES)),
        recorded(key, callee, random.pick(HAND_OUTCOMES)),
        recorded(key, callee, 'no-answer'),
        { type: held ? 'release-calls' : 'hold-calls', key },
        { type: 'hold-calls', key },
      ]),
    );
  }
  world.later(30, world.isCalm() ? 900 : 300, () => dispatch(world));
}

const CHIEF: Callee = {
  contactId: 'centre-1-chief-1',
  contactRole: 'chief-1',
  contactName: '',
  number: '',
  foundBy: null,
};

function recorded(key: string, callee: Callee, outcome: HandOutcome): TicketCommand {
  const { contactId, contactRole, contactName, number, foundBy } = callee;
  return {
    type: 'record-call',
    key,
    callee: { contactId, contactRole, contactName, number, foundBy },
    outcome,
    note: '',
  };
}
