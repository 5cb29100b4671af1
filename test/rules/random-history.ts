import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import type { Decision } from '@faultline/shared/ticket/decide.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { POINTS } from '@faultline/shared/ticket/points.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { CALL_OUTCOMES, END_REASONS, HAND_OUTCOMES, phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { LEAD, make, START } from './story.ts';

/** One random act. What it does depends on the ticket it meets, so that histories get deep. */
interface Move {
  readonly gapSeconds: number;
  /** Most acts are the one that leads on; the others are anything, sensible or not. */
  readonly leadsOn: boolean;
  readonly pick: number;
  readonly no: number;
  readonly reason: number;
  readonly claim: {
    readonly how: 'now' | 'device' | 'entered';
    readonly agoSeconds: number;
    readonly skewSeconds: number;
  };
}

const moveArbitrary: fc.Arbitrary<Move> = fc.record({
  gapSeconds: fc.oneof({ weight: 4, arbitrary: fc.nat(180) }, { weight: 1, arbitrary: fc.nat(3_600) }),
  leadsOn: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
  pick: fc.nat(1_000),
  no: fc.integer({ min: 1, max: 4 }),
  reason: fc.nat(END_REASONS.length - 1),
  claim: fc.record({
    how: fc.constantFrom('now', 'now', 'device', 'entered'),
    agoSeconds: fc.integer({ min: -120, max: 1_800 }),
    skewSeconds: fc.integer({ min: -7_200, max: 7_200 }),
  }),
});

export const movesArbitrary: fc.Arbitrary<readonly Move[]> = fc.array(moveArbitrary, { minLength: 1, maxLength: 40 });

/** What happened at one act. */
export interface Step {
  readonly now: Instant;
  readonly command: TicketCommand;
  readonly before: Ticket | null;
  readonly decision: Decision;
  readonly after: Ticket | null;
}

export interface History {
  readonly ticket: Ticket;
  readonly journal: readonly Recorded[];
  readonly steps: readonly Step[];
  /** The moment of the last act. */
  readonly now: Instant;
}

/** Plays random acts on one ticket through the one gate; the first act always opens it. */
export function play(moves: readonly Move[], policies: readonly Policy[] = [FIRST_POLICY]): History {
  let now = START;
  let ticket: Ticket | null = null;
  const journal: Recorded[] = [];
  const steps: Step[] = [];
  const act = (command: TicketCommand): void => {
    const before: Ticket | null = ticket;
    const context = { now, policies, expectedRevision: null };
    const decision = decideAll(before, [command], context, { id: 'ticket-1', by: LEAD });
    for (const event of decision.ok ? decision.value : []) {
      const recorded = { event, by: LEAD, recordedAt: now };
      journal.push(recorded);
      ticket = evolve(ticket, recorded, 'ticket-1');
    }
    steps.push({ now, command, before, decision, after: ticket });
  };
  act(make.open());
  for (const move of moves) {
    now += move.gapSeconds * SECOND;
    act(commandOf(move, ticket, now));
  }
  if (ticket === null) throw new Error('the first act opens the ticket');
  return { ticket, journal, steps, now };
}

function claimOf({ claim }: Move, now: Instant): TimeClaim {
  const moment = now - claim.agoSeconds * SECOND;
  switch (claim.how) {
    case 'now':
      return { how: 'now', evidence: 'device-online' };
    case 'device':
      return { how: 'device', claimedAt: moment + claim.skewSeconds * SECOND, skewMs: claim.skewSeconds * SECOND };
    case 'entered':
      return { how: 'entered', at: moment, evidence: 'declared-by-phone' };
  }
}

function commandOf(move: Move, ticket: Ticket | null, now: Instant): TicketCommand {
  const time = claimOf(move, now);
  const legNo = ticket?.legs.at(-1)?.no ?? 1;
  if (move.leadsOn && ticket) {
    const onward = onwardOf(ticket, time, legNo, move.pick);
    if (onward) return onward;
  }
  const anything = anythingOf(move, ticket, time, now);
  return anything[move.pick % anything.length] ?? make.fireDue;
}

function onwardOf(ticket: Ticket, time: TimeClaim, legNo: number, pick: number): TicketCommand | null {
  switch (phaseOf(ticket)) {
    case 'opened':
      return make.issue(time, { wasReceiverConnected: pick % 3 > 0 });
    case 'issued':
      return pick % 4 ? make.receive(time, ticket.issues.length) : make.take(time);
    case 'received':
      return make.take(time);
    case 'taken':
      return make.dispatch(time, { wasReceiverConnected: pick % 3 > 0, isCoLocated: pick % 2 > 0 });
    case 'dispatched':
      return pick % 4 ? make.deliver(time, legNo) : make.accept(time, legNo);
    case 'delivered':
      return make.accept(time, legNo);
    case 'accepted':
      return pick % 4 ? make.depart(time, legNo) : make.arrive(time, legNo);
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

function anythingOf(move: Move, ticket: Ticket | null, time: TimeClaim, now: Instant): readonly TicketCommand[] {
  const { no } = move;
  const reason = END_REASONS[move.reason] ?? 'mistake';
  const point = POINTS[move.pick % POINTS.length] ?? 'A';
  const minute = (now - move.claim.agoSeconds * SECOND - START) / MINUTE;
  const feedback = ticket?.feedbacks.at(-1) ?? null;
  const key = feedback?.key ?? Object.keys(ticket?.fired ?? {}).at(-1) ?? 'promise-lost';
  const text = '道路不通';
  return [
    make.open(time),
    make.issue(time),
    make.receive(time, no),
    make.take(time),
    make.dispatch(time),
    make.deliver(time, no),
    make.accept(time, no),
    make.depart(time, no),
    make.arrive(time, no),
    make.clear(time, no),
    make.record(time),
    make.close(time),
    make.returned({ no, reason, text }),
    make.recall({ no, reason, text }),
    make.recall({ no: ticket?.legs.at(-1)?.no ?? no, reason, text }),
    make.returned({ target: 'issue', no, reason, text }),
    make.recall({ target: 'issue', no: ticket?.issues.at(-1)?.no ?? no, reason, text }),
    make.confirmRecall(no, time),
    make.cancel(),
    make.correct(point, minute, { issueNo: no, legNo: no }),
    make.correct(point, minute),
    ...callsOf(move, feedback, key),
    make.acknowledge(key),
    make.fireDue,
  ];
}

/** What a line and people beside it may say of the newest feedback, also at the wrong moment and twice. */
function callsOf(move: Move, feedback: Feedback | null, key: string): readonly TicketCommand[] {
  const count = feedback?.attempts.length ?? 0;
  const { no, pick } = move;
  const newest = feedback?.attempts.findLast(({ callId }) => callId !== null)?.callId ?? 'call-1';
  const line = pick % 3 ? 'console' : 'manual';
  const place = make.placeCall(key, { callId: `call-${count + 1}`, attemptNo: count + 1, line, step: pick % 3 });
  return [
    place,
    place,
    make.placeCall(key, { callId: `call-${no}`, attemptNo: no }),
    make.answerCall(key, newest),
    make.endCall(key, CALL_OUTCOMES[pick % CALL_OUTCOMES.length] ?? 'lost', { callId: newest }),
    make.endCall(key, 'lost', { callId: `call-${no}` }),
    make.call(key, HAND_OUTCOMES[pick % HAND_OUTCOMES.length] ?? 'failed'),
    make.spendLadder(key, no),
    make.holdCalls(key),
    make.releaseCalls(key),
  ];
}
