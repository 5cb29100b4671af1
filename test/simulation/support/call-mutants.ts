import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import type { PlanInput } from '@faultline/shared/escalation/plan.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import type { LadderPolicy, LadderStep } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, CallOutcome, Feedback, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { CallRules, EngineHabits } from './call-rules.ts';
import { REAL_CALL_RULES } from './call-rules.ts';

/** The rules of calling, or the engine's habits, with one deliberate fault. */
export interface CallMutant {
  readonly fault: string;
  readonly rules: CallRules;
}

const REAL = REAL_CALL_RULES;

/** @param habit what the engine leaves out. */
function without(habit: keyof EngineHabits): CallRules {
  return { ...REAL, engine: { ...REAL.engine, [habit]: false } };
}

/** @param change where the ladder stands, once the real one was climbed. */
function standing(change: (ladder: Ladder, feedback: Feedback) => Ladder): CallRules {
  return { ...REAL, ladderOf: (feedback, policy) => change(REAL.ladderOf(feedback, policy), feedback) };
}

/** @param change what the ladder is told of an attempt. */
function believing(change: (attempt: CallAttempt) => CallAttempt | null): CallRules {
  return {
    ...REAL,
    ladderOf: (feedback, policy) =>
      REAL.ladderOf({ ...feedback, attempts: feedback.attempts.flatMap((attempt) => change(attempt) ?? []) }, policy),
  };
}

function steps(change: (steps: readonly LadderStep[]) => readonly LadderStep[], policy: LadderPolicy): LadderPolicy {
  const changed = { ...policy.steps };
  for (const kind of FEEDBACK_KINDS) changed[kind] = change(policy.steps[kind]);
  return { ...policy, steps: changed };
}

function climbing(change: (policy: LadderPolicy) => LadderPolicy): CallRules {
  return { ...REAL, ladderOf: (feedback, policy) => REAL.ladderOf(feedback, change(policy)) };
}

function planning(change: (input: PlanInput) => PlanInput): CallRules {
  return { ...REAL, planCalls: (input) => REAL.planCalls(change(input)) };
}

function taken(from: CallOutcome, as: CallOutcome): (attempt: CallAttempt) => CallAttempt {
  return (attempt) => (attempt.outcome === from ? { ...attempt, outcome: as } : attempt);
}

/** @param change what becomes of an event that the rules have answered. */
function answering(
  change: (event: TicketEvent, commands: readonly TicketCommand[]) => readonly TicketEvent[],
): CallRules {
  return {
    ...REAL,
    decideAll: (ticket, commands, ...others) => {
      const decision = REAL.decideAll(ticket, commands, ...others);
      return decision.ok ? { ok: true, value: decision.value.flatMap((event) => change(event, commands)) } : decision;
    },
  };
}

export const CALL_MUTANTS: readonly CallMutant[] = [
  { fault: 'the ladder has no memory of its calls', rules: believing(() => null) },
  { fault: 'the ladder skips the first chief', rules: climbing((policy) => steps(withoutFirstChief, policy)) },
  {
    fault: 'the ladder stays with the first person',
    rules: climbing((policy) => steps((all) => all.map((step) => ({ ...step, tries: 1_000 })), policy)),
  },
  { fault: 'an acceptance does not silence the phone', rules: without('silencesWhatIsOver') },
  { fault: 'a phone rings on although somebody has taken the calls over', rules: without('silencesWhatIsHeld') },
  {
    fault: 'a voicemail counts as a yes',
    rules: { ...REAL, outcomeOf: (cause) => (cause === 'hung-up' ? 'acknowledged' : cause) },
  },
  {
    fault: 'busy counts as a refusal',
    rules: { ...REAL, outcomeOf: (cause) => (cause === 'busy' ? 'refused' : REAL.outcomeOf(cause)) },
  },
  { fault: 'the ladder takes busy for a refusal', rules: believing(taken('busy', 'refused')) },
  { fault: 'the ladder takes a refusal for no answer', rules: believing(taken('refused', 'no-answer')) },
  { fault: 'the ladder takes a wrong number for a busy one', rules: believing(taken('wrong-number', 'busy')) },
  { fault: 'a failed line counts as a try', rules: believing(taken('line-down', 'failed')) },
  { fault: 'a call that a crash swallowed counts as a try', rules: believing(taken('lost', 'no-answer')) },
  {
    fault: 'a chief’s yes ends the ladder',
    rules: standing((ladder) => (ladder.state === 'paused' ? { ...ladder, state: 'stopped', dueAt: null } : ladder)),
  },
  {
    fault: 'a chief’s yes ends the feedback',
    rules: {
      ...REAL,
      evolve(before, recorded, id) {
        const { event, recordedAt: at } = recorded;
        const after = REAL.evolve(before, recorded, id);
        if (event.type !== 'call-ended' || event.outcome !== 'acknowledged') return after;
        const end = (feedback: Feedback) =>
          feedback.key === event.key ? { ...feedback, ended: feedback.ended ?? { at, cause: event.type } } : feedback;
        return { ...after, feedbacks: after.feedbacks.map(end) };
      },
    },
  },
  {
    fault: 'a chief’s yes takes the ticket',
    rules: { ...REAL, yesOf: (kind) => REAL.yesOf(kind, 'duty') },
  },
  { fault: 'every key is a yes', rules: { ...REAL, wordOfKey: () => 'yes' } },
  {
    fault: 'a pause never ends',
    rules: standing((ladder) => (ladder.state === 'paused' ? { ...ladder, dueAt: null } : ladder)),
  },
  {
    fault: 'a pause is over at once',
    rules: standing((ladder, { attempts }) => {
      const since = attempts.at(-1)?.endedAt ?? null;
      return ladder.state === 'paused' && since !== null ? { ...ladder, dueAt: since } : ladder;
    }),
  },
  { fault: 'calls that a crash swallowed are forgotten', rules: without('endsLostCalls') },
  { fault: 'a phone rings for ever', rules: without('givesUpRinging') },
  { fault: 'who was asked to ring is waited for without end', rules: without('givesUpAsking') },
  { fault: 'nobody is asked when no line works', rules: without('asksByHand') },
  { fault: 'a department without anybody stops the ladder', rules: without('passesOverNobody') },
  { fault: 'a phone rings before its call is written', rules: without('writesBeforeItRings') },
  { fault: 'a key that comes late still decides', rules: without('forgetsEndedCalls') },
  {
    fault: 'two calls to one number',
    rules: {
      ...REAL,
      planCalls: (input) => {
        const due = input.due.map((hop, index) => ({ ...hop, phone: `${hop.phone}${index}` }));
        const plan = REAL.planCalls({ ...input, due, busyPhones: new Set() });
        const calls = plan.calls.map((call) => ({
          ...call,
          hops: call.hops.map(({ phone, ...hop }) => ({ ...hop, phone })),
        }));
        return { ...plan, calls };
      },
    },
  },
  {
    fault: 'a number that is in a call is rung again',
    rules: planning((input) => ({ ...input, busyPhones: new Set() })),
  },
  {
    fault: 'a line gets more calls than its channels',
    rules: planning((input) => ({ ...input, lines: input.lines.map((line) => ({ ...line, inUse: 0 })) })),
  },
  {
    fault: 'a line has to start all calls at once',
    rules: planning((input) => ({ ...input, lines: input.lines.map((line) => ({ ...line, startsPerSecond: 100 })) })),
  },
  {
    fault: 'what waits for a channel is lost from the plan',
    rules: { ...REAL, planCalls: (input) => ({ ...REAL.planCalls(input), waiting: [], nextAt: null }) },
  },
  {
    fault: 'what a person writes down is not believed',
    rules: believing((attempt) => (attempt.callId === null ? null : attempt)),
  },
  {
    fault: 'the call that a person was asked to make does not end with his word',
    rules: answering((event, [command]) =>
      event.type === 'call-ended' && command?.type === 'record-call' ? [] : [event],
    ),
  },
  { fault: 'a round is spent without a word', rules: without('tellsSpentRounds') },
  {
    fault: 'a spent ladder is an alarm like any other',
    rules: {
      ...REAL,
      alarmsOf: (...asked) =>
        REAL.alarmsOf(...asked).map((alarm) => (alarm.kind === 'feedback' ? { ...alarm, priority: 2 } : alarm)),
    },
  },
  {
    fault: 'a spent ladder does not begin again',
    rules: climbing((policy) => ({ ...policy, rounds: 1 })),
  },
  {
    fault: 'who takes the calls over holds them for ever',
    rules: standing((ladder, { held }) => (held ? { ...ladder, dueAt: null } : ladder)),
  },
  {
    fault: 'nobody can take the calls over',
    rules: { ...REAL, ladderOf: (feedback, policy) => REAL.ladderOf({ ...feedback, held: null }, policy) },
  },
  {
    fault: 'the ladder waits a minute too little after a busy call',
    rules: standing((ladder, { attempts }) =>
      attempts.at(-1)?.outcome === 'busy' && ladder.dueAt !== null
        ? { ...ladder, dueAt: ladder.dueAt - MINUTE }
        : ladder,
    ),
  },
];

function withoutFirstChief(all: readonly LadderStep[]): readonly LadderStep[] {
  return all.filter(({ role }) => role !== 'chief-1');
}
