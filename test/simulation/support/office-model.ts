import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import { POINTS } from '@faultline/shared/ticket/points.ts';
import type { Actor, EndReason, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { World } from './world.ts';

const NOW: TimeClaim = { how: 'now', evidence: 'device-online' };
const REASONS: readonly [EndReason, ...EndReason[]] = [
  'misrouted',
  'misrouted',
  'receiver-unable',
  'no-response',
  'mistake',
];

/** The people of one ticket: lead, centre, crew office, supervisor. They look, think for a while, and then decide. */
export function staff(world: World, ticketId: string): void {
  const { random, schedule } = world;
  const by: Actor = { kind: 'person', id: 'person-1', role: 'lead', departmentId: null };
  let decisions = 0;

  const decide = (seen: Ticket | null, commands: readonly TicketCommand[]): void => {
    decisions += 1;
    const commandId = `${ticketId}-${decisions}`;
    const expectedRevision = seen && random.chance(0.6) ? seen.revision : null;
    const submission = { commandId, ticketId, commands, by, expectedRevision };
    world.submit(submission, null);
    if (random.chance(0.15)) schedule.after(random.between(1, 300) * SECOND, () => world.submit(submission, null));
  };

  const attend = (): void => {
    const ticket = world.server.ticket(ticketId);
    if (ticket && (ticket.closed || ticket.cancelled) && world.isCalm()) return;
    if (world.isUp()) {
      const command = ticket ? next(world, ticket) : null;
      const commands = ticket ? (command ? [command] : []) : opening(world);
      if (commands.length > 0) schedule.after(random.between(0, 40) * SECOND, () => decide(ticket, commands));
    }
    schedule.after(random.between(20, 200) * SECOND, attend);
  };
  attend();
}

/** Most tickets begin now; some were taken on paper and come with their history. */
function opening({ random, schedule }: World): readonly TicketCommand[] {
  const isFromPaper = random.chance(0.25);
  const begun = schedule.now() - random.between(5, 40) * MINUTE;
  const entered = (minutes: number): TimeClaim => ({
    how: 'entered',
    at: begun + minutes * MINUTE,
    evidence: 'entered-by-dispatcher',
  });
  const open: TicketCommand = {
    type: 'open',
    report: {
      number: '1',
      district: 'east',
      areaClass: 'urban',
      place: { lon: 116.4, lat: 39.9, street: '东四北大街', area: '东城' },
      faultClass: 'low-voltage',
      faultText: '无电',
      callerId: null,
      isFromPaper,
    },
    time: isFromPaper ? entered(0) : NOW,
  };
  if (!isFromPaper) return [open];
  const history = [open, issue(random.chance(0.5), entered(2)), dispatch(random, entered(4))];
  return history.slice(0, random.between(1, 3));
}

function issue(wasReceiverConnected: boolean, time: TimeClaim): TicketCommand {
  return { type: 'issue', centreId: 'centre-1', wasReceiverConnected, time };
}

function dispatch(random: World['random'], time: TimeClaim): TicketCommand {
  return {
    type: 'dispatch',
    crewId: 'crew-1',
    vehicleId: random.pick(['vehicle-1', 'vehicle-2', 'vehicle-3']),
    supportVehicleIds: [],
    isCoLocated: random.chance(0.5),
    wasReceiverConnected: random.chance(0.7),
    travelMs: random.chance(0.3) ? null : random.between(3, 35) * MINUTE,
    time,
  };
}

/** What somebody does about a ticket he looks at; `null` when he leaves it. */
function next(world: World, ticket: Ticket): TicketCommand | null {
  const { random } = world;
  if (!world.isCalm() && random.chance(0.2)) return trouble(world, ticket);
  const leg = ticket.legs.at(-1);
  const legNo = leg?.no ?? 1;
  switch (phaseOf(ticket)) {
    case 'opened':
      return issue(random.chance(0.7), NOW);
    case 'issued':
      if (random.chance(0.3)) return { type: 'take', time: NOW };
      return { type: 'deliver-to-centre', issueNo: ticket.issues.length, deviceId: 'desk-1', time: NOW };
    case 'received':
      return random.chance(0.5) ? { type: 'take', time: NOW } : null;
    case 'taken':
      return random.chance(0.6) ? dispatch(random, NOW) : null;
    case 'dispatched':
    case 'delivered':
    case 'accepted':
    case 'departed':
      // Nobody waits for ever for a vehicle that says nothing.
      if (!world.isCalm() || random.chance(0.9)) return null;
      return {
        type: 'arrive',
        legNo,
        time: { how: 'entered', at: world.schedule.now(), evidence: 'declared-by-phone' },
      };
    case 'arrived':
      return world.isCalm() && random.chance(0.1) ? { type: 'clear', legNo, time: NOW } : null;
    case 'cleared':
      if (random.chance(0.8)) return null;
      return { type: 'record', record: { found: '跳闸', cause: '短路', done: '恢复' }, time: NOW };
    case 'recorded':
      return { type: 'close', time: NOW };
    default:
      return null;
  }
}

/** Returns, recalls, cancellations, corrections, calls: what makes a day long. */
function trouble({ random, schedule }: World, ticket: Ticket): TicketCommand {
  const legNo = ticket.legs.at(-1)?.no ?? 1;
  const issueNo = ticket.issues.at(-1)?.no ?? 1;
  const reason = random.pick(REASONS);
  const key = ticket.feedbacks.at(-1)?.key ?? 'feedback:centre-not-taken:1.0';
  const call: TicketCommand = {
    type: 'record-call',
    key,
    callee: { contactId: 'contact-1', contactRole: 'duty', contactName: '值班员', number: '', foundBy: null },
    outcome: random.pick(['acknowledged', 'no-answer', 'busy']),
    note: '',
  };
  return random.pick<TicketCommand>([
    { type: 'recall', target: 'leg', no: legNo, reason, text: '' },
    { type: 'recall', target: 'leg', no: legNo, reason, text: '' },
    { type: 'return', target: 'leg', no: legNo, reason, text: '' },
    { type: 'return', target: 'issue', no: issueNo, reason, text: '' },
    { type: 'recall', target: 'issue', no: issueNo, reason, text: '' },
    { type: 'cancel', reason: 'customer-withdrew', text: '' },
    call,
    call,
    call,
    { type: 'acknowledge-alarm', key },
    { type: 'deliver-to-crew', legNo, deviceId: 'crew-office-1', time: NOW },
    { type: 'accept', legNo, time: { how: 'entered', at: schedule.now(), evidence: 'declared-by-phone' } },
    {
      type: 'correct',
      point: POINTS[random.below(POINTS.length)] ?? 'B',
      issueNo: random.chance(0.5) ? random.between(1, 2) : null,
      legNo: random.chance(0.5) ? random.between(1, 2) : null,
      at: schedule.now() - random.between(0, 60) * MINUTE,
      reason: '核对',
    },
  ]);
}
