import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import { advance, firstRung, ladderOf, ladderRules, nextRung, timeline } from '@faultline/shared/escalation/ladder.ts';
import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { LadderPolicy } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, CallOutcome, Feedback } from '@faultline/shared/ticket/ticket.ts';

/** A call with where it stood: the attempt itself keeps its step, the fold knows its round and its try. */
export interface PlacedCall {
  readonly attempt: CallAttempt;
  /** Counted from 1: a pause and a spent round both let the ladder begin at its first step again. */
  readonly climb: number;
  readonly round: number;
  /** `null` for a call by hand that did not move the ladder. */
  readonly step: number | null;
  readonly tryNo: number;
}

/** Every call of a feedback in the order of time, each placed on the ladder that it climbed. [E2] */
export function placedCalls(feedback: Feedback, policy: LadderPolicy): readonly PlacedCall[] {
  const rules = ladderRules(policy, feedback.kind);
  const inOrder = [...feedback.attempts].sort((a, b) => a.at - b.at);
  const onLadder = inOrder.filter(({ callId }) => callId !== null).values();
  const byHand = inOrder.filter(({ callId }) => callId === null).values();
  const placed: PlacedCall[] = [];
  let ladder = firstRung(rules, feedback.raisedAt);
  let climb = 1;
  for (const { event } of timeline(feedback)) {
    const before = ladder;
    ladder = advance(before, event, rules);
    if (event.type !== 'placed' && event.type !== 'told') continue;
    const attempt = (event.type === 'placed' ? onLadder : byHand).next().value;
    if (!attempt) continue;
    const isFresh = before.state === 'paused' || before.state === 'exhausted';
    if (event.type === 'placed' && isFresh && placed.length > 0) climb += 1;
    const { round, tryNo } = event.type === 'placed' ? ladder : before;
    const moved = ladder !== before && before.state === 'armed' ? before.step : null;
    placed.push({ attempt, climb, round, tryNo, step: event.type === 'placed' ? attempt.step : moved });
  }
  return placed;
}

/** `now`: a call is under way there. `next`: the ladder rings there next, unless it has been rung for good. */
export type RungPlace = 'behind' | 'now' | 'next' | 'ahead';

/** One step of a ladder as a picture shows it. */
export interface Rung {
  readonly step: number;
  readonly role: ContactRole;
  /** How often it may still be rung in this climb. */
  readonly triesLeft: number;
  /** The calls of the newest climb at this step. */
  readonly calls: readonly CallAttempt[];
  readonly place: RungPlace;
}

/** The steps of a feedback's ladder with what has come of them since it last began at the first one. */
export function rungsOf(feedback: Feedback, policy: LadderPolicy): readonly Rung[] {
  const ladder = ladderOf(feedback, policy);
  const placed = placedCalls(feedback, policy);
  const climb = placed.at(-1)?.climb ?? 1;
  return ladderRules(policy, feedback.kind).steps.map(({ role, tries }, step) => {
    const calls = placed.filter((call) => call.climb === climb && call.step === step).map(({ attempt }) => attempt);
    const triesLeft = Math.max(0, tries - calls.filter(isTry).length);
    return { step, role, triesLeft, calls, place: placeOf(step, ladder, calls.length > 0) };
  });
}

/** What never came to an end of its own is made again and uses up no try. [E6] */
function isTry({ outcome }: CallAttempt): boolean {
  return outcome !== 'cancelled' && outcome !== 'lost' && outcome !== 'line-down';
}

function placeOf(step: number, ladder: Ladder, wasRung: boolean): RungPlace {
  switch (ladder.state) {
    case 'calling':
    case 'armed':
      if (step === ladder.step) return ladder.state === 'calling' ? 'now' : 'next';
      return step < ladder.step ? 'behind' : 'ahead';
    case 'paused':
    case 'exhausted':
      if (ladder.dueAt !== null && step === nextRung(ladder).step) return 'next';
      return wasRung ? 'behind' : 'ahead';
    case 'stopped':
      return wasRung ? 'behind' : 'ahead';
  }
}

/** What a call came to, in as many kinds as a small picture can tell apart. */
export type OutcomeSort = 'yes' | 'no' | 'silence' | 'broken' | 'stopped';

export const SORT_OF: Readonly<Record<CallOutcome, OutcomeSort>> = {
  acknowledged: 'yes',
  refused: 'no',
  declined: 'no',
  'wrong-number': 'broken',
  'no-number': 'broken',
  'nobody-on-duty': 'broken',
  failed: 'broken',
  'line-down': 'broken',
  lost: 'broken',
  'no-answer': 'silence',
  busy: 'silence',
  'no-key': 'silence',
  cancelled: 'stopped',
};
