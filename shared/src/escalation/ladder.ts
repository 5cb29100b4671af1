import { assert, unreachable } from '../assert.ts';
import { liveAttemptOf } from '../ticket/feedback.ts';
import type { FeedbackKind, LadderPolicy, LadderStep } from '../ticket/policy.ts';
import type { CallAttempt, CallOutcome, Feedback, HandOutcome } from '../ticket/ticket.ts';
import type { Duration, Instant } from '../time.ts';
import { minutes, SECOND } from '../time.ts';

/**
 * `armed`: the next call is due at `dueAt`. `calling`: a call is under way. `paused`: somebody answered for it, the
 * ladder begins again at `dueAt`. `exhausted`: everybody was rung in vain; again from the first at `dueAt`, or, when
 * the policy's rounds are over, by hand only. `stopped`: the hop is done; nothing leads out of it. [E3] [E4]
 */
export const LADDER_STATES = ['armed', 'calling', 'paused', 'exhausted', 'stopped'] as const;
export type LadderStateName = (typeof LADDER_STATES)[number];

/** Where a silent hop stands on its way to somebody who takes it; a pure function of the feedback and its rules. */
export interface Ladder {
  readonly state: LadderStateName;
  /** Counted from 1. */
  readonly round: number;
  /** Index in the policy's steps of the feedback's kind. */
  readonly step: number;
  /** The try of this step that is under way or comes next, counted from 1. */
  readonly tryNo: number;
  /** Not before this moment; `null` while a call is under way, and when nothing comes by itself any more. */
  readonly dueAt: Instant | null;
  /** Lines that failed in this very try; another one is used. */
  readonly failedLines: readonly string[];
}

export type LadderEvent =
  | { readonly type: 'placed' }
  | { readonly type: 'ended'; readonly outcome: CallOutcome; readonly line: string; readonly at: Instant }
  /** A person made a call himself, beside the ladder, to somebody in this role. */
  | { readonly type: 'told'; readonly outcome: HandOutcome; readonly role: string; readonly at: Instant }
  | { readonly type: 'stopped' };

/** A policy as it holds for one kind of feedback. */
export interface LadderRules extends Omit<LadderPolicy, 'steps'> {
  readonly steps: readonly LadderStep[];
}

export function ladderRules(policy: LadderPolicy, kind: FeedbackKind): LadderRules {
  return { ...policy, steps: policy.steps[kind] };
}

/** @returns the ladder before its first call: armed and due at once, exhausted when the policy rings nobody. [E1] */
export function firstRung({ steps }: LadderRules, raisedAt: Instant): Ladder {
  const start = { round: 1, step: 0, tryNo: 1, failedLines: [] };
  return steps.length === 0
    ? { ...start, state: 'exhausted', dueAt: null }
    : { ...start, state: 'armed', dueAt: raisedAt };
}

/**
 * The one place where an outcome becomes the next rung. An event that does not belong to the state changes nothing:
 * lines repeat themselves, and nothing they say may lead off the ladder. [E4] [E6]
 */
export function advance(ladder: Ladder, event: LadderEvent, rules: LadderRules): Ladder {
  if (ladder.state === 'stopped') return ladder;
  if (rules.steps.length === 0 && event.type !== 'stopped') return ladder;
  switch (event.type) {
    case 'stopped':
      return { ...ladder, state: 'stopped', dueAt: null };
    case 'placed':
      return ladder.state === 'calling' ? ladder : calling(ladder);
    case 'ended':
      return ladder.state === 'calling' ? afterCall(ladder, event, rules) : ladder;
    case 'told':
      return afterTold(ladder, event, rules);
    default:
      return unreachable(event);
  }
}

/** A pause and a spent round are over with the next call; it begins at the first person again. */
function calling(ladder: Ladder): Ladder {
  const from = ladder.state === 'armed' ? ladder : { ...ladder, ...beginning(ladder) };
  return { ...from, state: 'calling', dueAt: null };
}

/** Where the ladder goes on from after a pause or a spent round. */
function beginning({ state, round }: Ladder): Pick<Ladder, 'round' | 'step' | 'tryNo' | 'failedLines'> {
  return { round: state === 'exhausted' ? round + 1 : round, step: 0, tryNo: 1, failedLines: [] };
}

type Ended = Extract<LadderEvent, { type: 'ended' }>;

function afterCall(ladder: Ladder, { outcome, line, at }: Ended, rules: LadderRules): Ladder {
  const step = rules.steps[ladder.step];
  assert(step !== undefined, 'a call stands on a step');
  switch (outcome) {
    case 'acknowledged':
      return paused(ladder, at, rules);
    case 'refused':
    case 'wrong-number':
    case 'no-number':
    case 'nobody-on-duty':
      return nextStep(ladder, at, rules);
    case 'busy':
    case 'declined':
      return again(ladder, at, step.busyRetryAfterSec * SECOND, rules);
    case 'no-answer':
    case 'no-key':
    case 'failed':
      return again(ladder, at, step.retryAfterSec * SECOND, rules);
    case 'line-down':
      // A line that comes back only to fail once more is no way to him: the ladder climbs on. [E6]
      if (ladder.failedLines.includes(line)) return again(ladder, at, step.retryAfterSec * SECOND, rules);
      return { ...ladder, state: 'armed', dueAt: at, failedLines: [...ladder.failedLines, line] };
    case 'cancelled':
    case 'lost':
      // It never came to an end of its own: the same person, at once. [E6]
      return { ...ladder, state: 'armed', dueAt: at };
    default:
      return unreachable(outcome);
  }
}

type Told = Extract<LadderEvent, { type: 'told' }>;

/**
 * By hand somebody may ring whom he likes; it moves the ladder when it was whom the ladder means, or when it helped.
 * Who answers for it by another phone while this one rings is believed at once; the end of this call then says nothing.
 */
function afterTold(ladder: Ladder, { outcome, role, at }: Told, rules: LadderRules): Ladder {
  if (outcome === 'acknowledged') return paused(ladder, at, rules);
  if (ladder.state !== 'armed' || rules.steps[ladder.step]?.role !== role) return ladder;
  return afterCall(ladder, { type: 'ended', outcome, line: 'manual', at }, rules);
}

function paused(ladder: Ladder, at: Instant, rules: LadderRules): Ladder {
  return {
    ...ladder,
    ...beginning(ladder),
    state: 'paused',
    dueAt: at + minutes(rules.acknowledgedPauseMin),
  };
}

function again(ladder: Ladder, at: Instant, after: Duration, rules: LadderRules): Ladder {
  if (ladder.tryNo >= (rules.steps[ladder.step]?.tries ?? 0)) return nextStep(ladder, at, rules);
  return { ...ladder, state: 'armed', tryNo: ladder.tryNo + 1, dueAt: at + after, failedLines: [] };
}

function nextStep(ladder: Ladder, at: Instant, rules: LadderRules): Ladder {
  const next = { ...ladder, tryNo: 1, failedLines: [] };
  if (ladder.step + 1 < rules.steps.length) return { ...next, state: 'armed', step: ladder.step + 1, dueAt: at };
  const isOver = rules.rounds !== null && ladder.round >= rules.rounds;
  return { ...next, state: 'exhausted', dueAt: isOver ? null : at + minutes(rules.roundGapMin) };
}

/**
 * The ladder of a feedback, climbed along everything its journal says. Nothing is due while a call is under way. Whoever
 * takes the calls over moves the next one behind the end of his time; the ladder itself stays where it is.
 */
export function ladderOf(feedback: Feedback, policy: LadderPolicy): Ladder {
  const rules = ladderRules(policy, feedback.kind);
  let ladder = firstRung(rules, feedback.raisedAt);
  for (const { event } of timeline(feedback)) ladder = advance(ladder, event, rules);
  if (liveAttemptOf(feedback) !== null) return { ...ladder, dueAt: null };
  if (feedback.held === null || ladder.dueAt === null) return ladder;
  return { ...ladder, dueAt: Math.max(ladder.dueAt, feedback.held.until) };
}

interface Moment {
  readonly at: Instant;
  readonly event: LadderEvent;
}

/** The order of time; within one moment the order in which the calls began. */
export function timeline(feedback: Feedback): readonly Moment[] {
  const moments = feedback.attempts.flatMap(momentsOf).sort((a, b) => a.at - b.at);
  return feedback.ended ? [...moments, { at: feedback.ended.at, event: { type: 'stopped' } }] : moments;
}

function momentsOf({ callId, outcome, line, contactRole: role, at, endedAt }: CallAttempt): readonly Moment[] {
  if (callId === null) return [{ at, event: { type: 'told', outcome: handOutcome(outcome), role, at } }];
  const placed: Moment = { at, event: { type: 'placed' } };
  if (outcome === null || endedAt === null) return [placed];
  return [placed, { at: endedAt, event: { type: 'ended', outcome, line, at: endedAt } }];
}

function handOutcome(outcome: CallOutcome | null): HandOutcome {
  switch (outcome) {
    case 'acknowledged':
    case 'refused':
    case 'no-answer':
    case 'busy':
    case 'failed':
    case 'wrong-number':
      return outcome;
    default:
      throw new Error('a call made by hand ends in an outcome that a person can write down');
  }
}

/** Which step and try a ladder rings next, with a pause or a spent round counted as over. */
export function nextRung(ladder: Ladder): Pick<Ladder, 'round' | 'step' | 'tryNo' | 'failedLines'> {
  return ladder.state === 'paused' || ladder.state === 'exhausted' ? beginning(ladder) : ladder;
}
