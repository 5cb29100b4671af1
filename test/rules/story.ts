import type { TicketCommand, TicketRefusal, TimeClaim } from '@faultline/shared/ticket/command.ts';
import type { Decision } from '@faultline/shared/ticket/decide.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import type { Point } from '@faultline/shared/ticket/points.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type {
  Actor,
  Callee,
  CallOutcome,
  HandOutcome,
  Report,
  Ticket,
  TicketEvent,
} from '@faultline/shared/ticket/ticket.ts';
import { authorOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, minutes } from '@faultline/shared/time.ts';

/** Midnight of the stories: every test counts its minutes from here. */
export const START: Instant = 1_772_409_600_000;

/** @param minute from the start of the story; a fraction is allowed. */
export function at(minute: number): Instant {
  return START + minutes(minute);
}

export function minuteOf(instant: Instant): number {
  return (instant - START) / MINUTE;
}

export const LEAD: Actor = { kind: 'person', id: 'lead-1', role: 'lead', departmentId: 'service-centre' };
export const CENTRE = 'centre-east';
export const CREW = 'crew-east-1';

const ONLINE: TimeClaim = { how: 'now', evidence: 'device-online' };

export function entered(minute: number): TimeClaim {
  return { how: 'entered', at: at(minute), evidence: 'entered-by-dispatcher' };
}

/** @param skewSeconds how far the device's clock goes ahead of the server's, as it was measured. */
export function fromDevice(minute: number, skewSeconds = 0): TimeClaim {
  return { how: 'device', claimedAt: at(minute) + skewSeconds * 1_000, skewMs: skewSeconds * 1_000 };
}

const REPORT: Report = {
  number: '20260302-0001',
  district: 'east',
  areaClass: 'urban',
  place: { lon: 116.4, lat: 39.9, street: '东四北大街', area: '东城' },
  faultClass: 'low-voltage',
  faultText: '全楼无电',
  callerId: 'caller-1',
  isFromPaper: false,
};

/** The duty phone of the stories. */
export const CALLEE: Callee = {
  contactId: 'contact-1',
  contactRole: 'duty',
  contactName: '值班员',
  number: '010****0101',
  foundBy: 'standing',
};

type PlaceFacts = Partial<Omit<Extract<TicketCommand, { type: 'place-call' }>, 'type' | 'key'>>;
type EndCallFacts = Partial<Omit<Extract<TicketCommand, { type: 'end-call' }>, 'type' | 'key' | 'outcome'>>;
type DispatchFacts = Partial<Omit<Extract<TicketCommand, { type: 'dispatch' }>, 'type' | 'time'>>;
type EndFacts = Partial<Omit<Extract<TicketCommand, { type: 'return' }>, 'type'>>;

/** Commands with the facts that most stories share. */
export const make = {
  open: (time: TimeClaim = ONLINE, report: Partial<Report> = {}): TicketCommand => ({
    type: 'open',
    report: { ...REPORT, ...report },
    time,
  }),
  issue: (
    time: TimeClaim = ONLINE,
    facts: { centreId?: string; wasReceiverConnected?: boolean } = {},
  ): TicketCommand => ({
    type: 'issue',
    centreId: CENTRE,
    wasReceiverConnected: true,
    ...facts,
    time,
  }),
  receive: (time: TimeClaim = ONLINE, issueNo = 1): TicketCommand => ({
    type: 'deliver-to-centre',
    issueNo,
    deviceId: 'desk-1',
    time,
  }),
  take: (time: TimeClaim = ONLINE): TicketCommand => ({ type: 'take', time }),
  dispatch: (time: TimeClaim = ONLINE, facts: DispatchFacts = {}): TicketCommand => ({
    type: 'dispatch',
    crewId: CREW,
    vehicleId: 'vehicle-1',
    supportVehicleIds: [],
    isCoLocated: true,
    wasReceiverConnected: true,
    travelMs: minutes(15),
    ...facts,
    time,
  }),
  deliver: (time: TimeClaim = ONLINE, legNo = 1): TicketCommand => ({
    type: 'deliver-to-crew',
    legNo,
    deviceId: 'vehicle-1',
    time,
  }),
  accept: (time: TimeClaim = ONLINE, legNo = 1): TicketCommand => ({ type: 'accept', legNo, time }),
  depart: (time: TimeClaim = ONLINE, legNo = 1): TicketCommand => ({ type: 'depart', legNo, time }),
  arrive: (time: TimeClaim = ONLINE, legNo = 1): TicketCommand => ({ type: 'arrive', legNo, time }),
  clear: (time: TimeClaim = ONLINE, legNo = 1): TicketCommand => ({ type: 'clear', legNo, time }),
  record: (time: TimeClaim = ONLINE): TicketCommand => ({
    type: 'record',
    record: { found: '熔断器熔断', cause: '过负荷', done: '更换熔断器' },
    time,
  }),
  close: (time: TimeClaim = ONLINE): TicketCommand => ({ type: 'close', time }),
  returned: (facts: EndFacts = {}): TicketCommand => ({
    type: 'return',
    target: 'leg',
    no: 1,
    reason: 'receiver-unable',
    text: '',
    ...facts,
  }),
  recall: (facts: EndFacts = {}): TicketCommand => ({
    type: 'recall',
    target: 'leg',
    no: 1,
    reason: 'no-response',
    text: '',
    ...facts,
  }),
  confirmRecall: (legNo = 1, time: TimeClaim = ONLINE): TicketCommand => ({ type: 'confirm-recall', legNo, time }),
  cancel: (reason: 'customer-withdrew' | 'mistake' = 'customer-withdrew'): TicketCommand => ({
    type: 'cancel',
    reason,
    text: '',
  }),
  correct: (point: Point, minute: number, where: { issueNo?: number; legNo?: number } = {}): TicketCommand => ({
    type: 'correct',
    point,
    issueNo: where.issueNo ?? null,
    legNo: where.legNo ?? null,
    at: at(minute),
    reason: '值班记录核对',
  }),
  /** A call that a person made himself. */
  call: (key: string, outcome: HandOutcome = 'acknowledged', callee: Partial<Callee> = {}): TicketCommand => ({
    type: 'record-call',
    key,
    callee: { ...CALLEE, ...callee },
    outcome,
    note: '',
  }),
  placeCall: (key: string, facts: PlaceFacts = {}): TicketCommand => ({
    type: 'place-call',
    key,
    callId: 'call-1',
    attemptNo: 1,
    step: 0,
    callee: CALLEE,
    line: 'console',
    text: '东城，一张工单等待接单',
    ...facts,
  }),
  answerCall: (key: string, callId = 'call-1'): TicketCommand => ({ type: 'answer-call', key, callId }),
  endCall: (key: string, outcome: CallOutcome = 'no-answer', facts: EndCallFacts = {}): TicketCommand => ({
    type: 'end-call',
    key,
    callId: 'call-1',
    outcome,
    pressed: null,
    code: '',
    note: '',
    ...facts,
  }),
  spendLadder: (key: string, round = 1): TicketCommand => ({ type: 'spend-ladder', key, round }),
  holdCalls: (key: string): TicketCommand => ({ type: 'hold-calls', key }),
  releaseCalls: (key: string): TicketCommand => ({ type: 'release-calls', key }),
  acknowledge: (key: string): TicketCommand => ({ type: 'acknowledge-alarm', key }),
  fireDue: { type: 'fire-due' } satisfies TicketCommand as TicketCommand,
};

/** One ticket told command by command, with the clock moved by hand. */
export interface Story {
  /** The answer of the rules; what they wrote has been applied. */
  tell(minute: number, ...commands: TicketCommand[]): Decision;
  /** Like `tell`, for a command the story needs; returns the types of the events. */
  must(minute: number, ...commands: TicketCommand[]): TicketEvent['type'][];
  /** The code with which the command is refused; fails when it is not, or when the ticket changed. */
  refused(minute: number, ...commands: TicketCommand[]): TicketRefusal;
  ticket(): Ticket;
  journal(): readonly Recorded[];
}

export function story(policies: readonly Policy[] = [FIRST_POLICY], by: Actor = LEAD): Story {
  let ticket: Ticket | null = null;
  const journal: Recorded[] = [];
  const tell = (minute: number, ...commands: TicketCommand[]): Decision => {
    const context = { now: at(minute), policies, expectedRevision: null };
    const decision = decideAll(ticket, commands, context, { id: 'ticket-1', by });
    if (decision.ok) {
      for (const event of decision.value) {
        const recorded = { event, by: authorOf(event, by), recordedAt: at(minute) };
        journal.push(recorded);
        ticket = evolve(ticket, recorded, 'ticket-1');
      }
    }
    return decision;
  };
  return {
    tell,
    must(minute, ...commands) {
      const decision = tell(minute, ...commands);
      if (!decision.ok) throw new Error(`the story needs it, but: ${JSON.stringify(decision.refusal)}`);
      return decision.value.map(({ type }) => type);
    },
    refused(minute, ...commands) {
      const before = ticket;
      const decision = tell(minute, ...commands);
      if (decision.ok) throw new Error(`not refused: ${JSON.stringify(decision.value)}`);
      if (ticket !== before) throw new Error('a refusal changed the ticket');
      return decision.refusal;
    },
    ticket() {
      if (!ticket) throw new Error('nothing was opened');
      return ticket;
    },
    journal: () => journal,
  };
}

/** The usual way of a ticket, in minutes from A = 0; each point within its budget. */
export const USUAL = { B: 1, C: 2, D: 3, E: 4, F: 5, G: 7, H: 30 } as const;

type WayPoint = Exclude<Point, 'A'>;

const COMMAND_OF: Readonly<Record<WayPoint, () => TicketCommand>> = {
  B: make.issue,
  C: make.receive,
  D: make.dispatch,
  E: make.deliver,
  F: make.accept,
  G: make.depart,
  H: make.arrive,
};

/** A story that is opened at minute 0 and has gone its way through the named points. */
export function toldTo(points: Partial<Record<WayPoint, number>>, policies?: readonly Policy[]): Story {
  const told = story(policies);
  told.must(0, make.open());
  for (const point of ['B', 'C', 'D', 'E', 'F', 'G', 'H'] as const) {
    const minute = points[point];
    if (minute !== undefined) told.must(minute, COMMAND_OF[point]());
  }
  return told;
}
