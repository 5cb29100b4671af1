import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { CallOutcome, Feedback, Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { CallRules } from './call-rules.ts';
import { hold, RuleBroken } from './invariants.ts';
import type { Phones, Truth } from './phone-model.ts';

/*
 * A second, plain reading of what a journal says about calls, written from the rule book and not from the code: who is
 * to be rung next, and not before when. The figures of the rule book stand here a second time.
 */

const PEOPLE: Readonly<Record<FeedbackKind, readonly string[]>> = {
  'centre-not-taken': ['duty', 'chief-1', 'chief-2'],
  'centre-not-dispatched': ['duty', 'chief-1', 'chief-2'],
  'crew-not-accepted': ['duty', 'chief-1', 'chief-2'],
  'crew-not-departed': ['duty', 'chief-1', 'chief-2'],
  'promise-at-risk': ['vehicle', 'duty'],
};
const TRIES = 2;
const PAUSE = 10 * MINUTE;
const HOLD = 5 * MINUTE;
const GAP = 5 * MINUTE;
const LONGEST_RING = 30 * SECOND;
const LONGEST_TALK = 120 * SECOND;
const LONGEST_ASKING = 180 * SECOND;

/** What an outcome means: rung again after so many seconds, or the next person, or it was no try at all. */
const MEANING: Readonly<Record<CallOutcome, number | 'next' | 'same' | 'pause'>> = {
  acknowledged: 'pause',
  refused: 'next',
  'wrong-number': 'next',
  'no-number': 'next',
  'nobody-on-duty': 'next',
  busy: 20,
  declined: 20,
  'no-answer': 30,
  'no-key': 30,
  failed: 30,
  'line-down': 'same',
  cancelled: 'same',
  lost: 'same',
};

/** One feedback as its journal tells it. */
export interface Reading {
  readonly key: string;
  readonly people: readonly string[];
  /** Whom it means next, and how often he was tried in vain. */
  person: number;
  tries: number;
  notBefore: Instant;
  /** Between an answer or a round and the next beginning, calls by hand to others move nothing. */
  isResting: boolean;
  live: { readonly callId: string; readonly line: string; readonly at: Instant; isAnsweredFor: boolean } | null;
  heldUntil: Instant;
  rounds: number;
  spent: number;
  /** Lines that have failed in this try; the second time it counts. */
  readonly failed: Set<string>;
  /** Every role that was rung. */
  readonly rung: Set<string>;
}

/**
 * Reads one more row of a ticket's journal.
 * @throws RuleBroken when it is a call that the rule book does not know.
 */
export function readCall(readings: Map<string, Reading>, event: TicketEvent): void {
  if (event.type === 'feedback-raised') readings.set(event.key, begun(event));
  const reading = 'key' in event ? readings.get(event.key) : undefined;
  if (reading) read(reading, event);
}

function begun({ key, kind, at }: Extract<TicketEvent, { type: 'feedback-raised' }>): Reading {
  const start = { person: 0, tries: 0, notBefore: at, isResting: false, live: null, heldUntil: 0, rounds: 0, spent: 0 };
  return { key, people: PEOPLE[kind], failed: new Set(), rung: new Set(), ...start };
}

function read(reading: Reading, event: TicketEvent): void {
  switch (event.type) {
    case 'call-placed':
      return readPlaced(reading, event);
    case 'call-ended': {
      const { live } = reading;
      hold(live?.callId === event.callId, 'E2', () => `${event.callId} ended and was not under way`);
      reading.live = null;
      if (!live?.isAnsweredFor) readOutcome(reading, meant(reading, event.outcome, live?.line ?? ''), event.at);
      return;
    }
    case 'call-recorded':
      return readByHand(reading, event);
    case 'ladder-spent':
      hold(event.round <= reading.rounds, 'E7', () => `round ${event.round} of ${reading.key} is not spent`);
      reading.spent = event.round;
      return;
    case 'calls-held':
      reading.heldUntil = event.at + HOLD;
      return;
    case 'calls-released':
      reading.heldUntil = 0;
      return;
    default:
      return;
  }
}

function readPlaced(
  reading: Reading,
  { callId, callee, line, at }: Extract<TicketEvent, { type: 'call-placed' }>,
): void {
  const { key, people, person, notBefore, heldUntil } = reading;
  hold(reading.live === null, 'E5', () => `${key} has two calls at once`);
  hold(callee.contactRole === people[person], 'E6', () => `${key} rang ${callee.contactRole}, not ${people[person]}`);
  hold(at >= notBefore, 'E4', () => `${key} was rung ${(notBefore - at) / SECOND} s too early`);
  hold(at >= heldUntil, 'E2', () => `${key} was rung although somebody had taken its calls over`);
  reading.live = { callId, line, at, isAnsweredFor: false };
  reading.isResting = false;
  reading.rung.add(callee.contactRole);
}

function readByHand(reading: Reading, { callee, outcome, at }: Extract<TicketEvent, { type: 'call-recorded' }>): void {
  const isMeant = callee.contactRole === reading.people[reading.person];
  if (outcome === 'acknowledged') {
    if (reading.live) reading.live.isAnsweredFor = true;
    readOutcome(reading, outcome, at);
  } else if (reading.live === null && !reading.isResting && isMeant) readOutcome(reading, outcome, at);
}

/** A line that fails a second time in the same try is as good as nobody. [E6] */
function meant({ failed }: Reading, outcome: CallOutcome, line: string): CallOutcome {
  if (outcome !== 'line-down') return outcome;
  if (failed.has(line)) return 'failed';
  failed.add(line);
  return outcome;
}

function readOutcome(reading: Reading, outcome: CallOutcome, at: Instant): void {
  const meaning = MEANING[outcome];
  reading.notBefore = at;
  if (meaning === 'same') return;
  reading.failed.clear();
  if (meaning === 'pause') {
    Object.assign(reading, { person: 0, tries: 0, notBefore: at + PAUSE, isResting: true });
    return;
  }
  reading.tries += 1;
  if (meaning !== 'next' && reading.tries < TRIES) {
    reading.notBefore = at + meaning * SECOND;
    return;
  }
  reading.person += 1;
  reading.tries = 0;
  if (reading.person < reading.people.length) return;
  Object.assign(reading, { person: 0, notBefore: at + GAP, isResting: true, rounds: reading.rounds + 1 });
}

export interface Settled {
  readonly rules: CallRules;
  readonly phones: Phones;
  readonly now: Instant;
  /** When the server came up last, or its machine woke. */
  readonly awakeSince: Instant;
  readonly waiting: ReadonlySet<string>;
}

/** How long a number or the channels may be taken by others before somebody has to be asked by hand. */
const LONGEST_QUEUE = 20 * MINUTE;

/** What must hold of a ticket whenever the engine has done what was to be done. */
export function checkSettled(ticket: Ticket, readings: ReadonlyMap<string, Reading>, settled: Settled): void {
  const { rules, now } = settled;
  let isSpent = false;
  for (const feedback of ticket.feedbacks) {
    const reading = readings.get(feedback.key);
    if (!reading) throw new RuleBroken('E6', `${feedback.key} was never raised`);
    checkLive(reading, feedback, settled);
    if (feedback.ended !== null) continue;
    checkRemembered(reading, ticket, settled);
    const { rounds, spent } = reading;
    hold(spent === rounds, 'E7', () => `${rounds} rounds of ${reading.key} were spent silently`);
    isSpent ||= rounds > 0;
  }
  if (!isSpent) return;
  const gravest = rules.alarmsOf(ticket, FIRST_POLICY, now)[0]?.priority;
  hold(gravest === 1, 'E7', () => `a ladder of ${ticket.id} is spent, and its alarm is ${gravest}`);
}

/** A call under way is one that rings or is asked for now, of a hop that is still open. */
function checkLive({ key, live, heldUntil }: Reading, { ended }: Feedback, { phones, now, awakeSince }: Settled): void {
  if (live === null) return;
  hold(ended === null, 'E3', () => `${key} is done and its phone still rings`);
  const limit = live.line === 'manual' ? LONGEST_ASKING : LONGEST_RING + LONGEST_TALK;
  const age = now - Math.max(live.at, awakeSince);
  hold(age < limit, 'E6', () => `${live.callId} of ${key} is under way for ever`);
  if (live.line === 'manual') return;
  const truth = phones.truthOf(live.callId);
  hold(heldUntil <= now, 'E2', () => `${key} rings although somebody has taken its calls over`);
  const isOverdue = truth?.answeredAt === null && age >= LONGEST_RING;
  hold(truth !== null, 'E6', () => `${live.callId} of ${key} was written and never rang`);
  hold(!isOverdue, 'E6', () => `${live.callId} of ${key} rings for ever`);
}

/** Never forgotten: it rings, its time has not come, somebody holds it, or it waits for a line, and not for long. */
function checkRemembered(reading: Reading, { id }: Ticket, { now, awakeSince, waiting }: Settled): void {
  const { key, live, notBefore, heldUntil } = reading;
  const dueAt = Math.max(notBefore, heldUntil);
  if (live !== null || dueAt > now) return;
  hold(waiting.has(`${id} ${key}`), 'E6', () => `${key} is due and nobody does anything about it`);
  const since = Math.max(dueAt, awakeSince);
  hold(now - since < LONGEST_QUEUE, 'E6', () => `${key} waits for a line for ever`);
}

/** No phone rings, and nobody is spoken to, for a call that nobody has written down or that is over. [E3] [E6] */
export function checkPhones(tickets: readonly Ticket[], phones: Phones): void {
  for (const callId of phones.up().keys()) {
    const isNeeded = tickets.some(({ feedbacks }) =>
      feedbacks.some(({ attempts }) =>
        attempts.some((attempt) => attempt.callId === callId && attempt.outcome === null),
      ),
    );
    hold(isNeeded, 'E3', () => `${callId} rings and no hop needs it`);
  }
}

/** What a call is said to have ended with is what happened on the phone. [E4] */
export function checkTruth(event: TicketEvent, phones: Phones): void {
  if (event.type !== 'call-ended') return;
  const { callId, outcome, pressed } = event;
  const truth = phones.truthOf(callId);
  if (!truth) return;
  hold(mayHaveEnded(outcome, truth), 'E4', () => `${callId} ended as ${outcome}: ${JSON.stringify(truth)}`);
  if (outcome !== 'acknowledged' && outcome !== 'refused') return;
  hold(pressed !== null && truth.pressed.includes(pressed), 'E4', () => `nobody pressed ${pressed} in ${callId}`);
}

function mayHaveEnded(outcome: CallOutcome, { pressed, causes, answeredAt }: Truth): boolean {
  switch (outcome) {
    case 'acknowledged':
      return pressed.includes('1');
    case 'refused':
      return pressed.includes('2');
    case 'no-answer':
      return answeredAt === null;
    case 'no-key':
      return answeredAt !== null;
    case 'busy':
    case 'declined':
    case 'wrong-number':
    case 'failed':
    case 'line-down':
      return causes.includes(outcome);
    case 'cancelled':
    case 'lost':
      return true;
    default:
      return false;
  }
}

/** Who takes or accepts a ticket by phone presses 1 on the receiver's own phone, in a call that speaks of it. [E4] */
export function checkYes({ event, by }: Recorded, ticket: Ticket, phones: Phones): void {
  if (by.kind !== 'phone' || (event.type !== 'taken' && event.type !== 'accepted')) return;
  const spoken = ticket.feedbacks.flatMap(({ attempts }) =>
    attempts.filter(({ outcome, contactId }) => outcome === null && contactId === by.id),
  );
  const hasSaidYes = spoken.some(({ callId, contactRole }) => {
    const isReceiver = contactRole === 'duty' || contactRole === 'vehicle';
    return isReceiver && callId !== null && phones.truthOf(callId)?.pressed.includes('1');
  });
  hold(hasSaidYes, 'E4', () => `${event.type} without a yes of ${by.id}`);
}

/** What a person writes down of a call is kept with his outcome, whichever call it ends. [E2] */
export function checkWord(command: TicketCommand | undefined, events: readonly Recorded[]): void {
  if (command?.type !== 'record-call') return;
  const isKept = events.some(
    ({ event }) =>
      (event.type === 'call-ended' || event.type === 'call-recorded') &&
      event.key === command.key &&
      event.outcome === command.outcome,
  );
  hold(isKept, 'E2', () => `a call that somebody made for ${command.key} is not kept`);
}
