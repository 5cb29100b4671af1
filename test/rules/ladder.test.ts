import type { Ladder, LadderEvent, LadderRules, LadderStateName } from '@faultline/shared/escalation/ladder.ts';
import {
  advance,
  firstRung,
  LADDER_STATES,
  ladderOf,
  ladderRules,
  nextRung,
} from '@faultline/shared/escalation/ladder.ts';
import { FEEDBACK_KINDS, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, CallOutcome, Feedback, HandOutcome } from '@faultline/shared/ticket/ticket.ts';
import { CALL_OUTCOMES, HAND_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import { SECOND } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALLEE, LEAD, START } from './story.ts';

/** Duty phone, first chief, second chief, twice each; again and again. */
const RULES = ladderRules(FIRST_POLICY.ladder, 'crew-not-accepted');

const ended = (outcome: CallOutcome, at: number, line = 'console'): LadderEvent => ({
  type: 'ended',
  outcome,
  line,
  at: START + at * SECOND,
});
const told = (outcome: HandOutcome, role: string, at: number): LadderEvent => ({
  type: 'told',
  outcome,
  role,
  at: START + at * SECOND,
});
const PLACED: LadderEvent = { type: 'placed' };

function after(events: readonly LadderEvent[], rules: LadderRules = RULES): Ladder {
  return events.reduce((ladder, event) => advance(ladder, event, rules), firstRung(rules, START));
}

const DUTY_FAILED = [PLACED, ended('no-answer', 1), PLACED, ended('refused', 2)];
const CHIEF_FAILED = [PLACED, ended('refused', 3)];

/** A ladder in every state, and a call under way at every place where its end leads somewhere else. */
const POSITIONS = {
  armed: [],
  'calling first': [PLACED],
  'calling again': [PLACED, ended('no-answer', 1), PLACED],
  'calling last': [...DUTY_FAILED, ...CHIEF_FAILED, PLACED, ended('no-answer', 4), PLACED],
  paused: [PLACED, ended('acknowledged', 5)],
  exhausted: [...DUTY_FAILED, ...CHIEF_FAILED, PLACED, ended('refused', 5)],
  stopped: [{ type: 'stopped' }],
} satisfies Readonly<Record<string, readonly LadderEvent[]>>;

type EventName =
  | 'placed'
  | 'stopped'
  | `ended ${CallOutcome}`
  /** By hand, to the person whom the ladder means, or to somebody else. */
  | `told him ${HandOutcome}`
  | `told another ${HandOutcome}`;

/** State, round.step.try, and the seconds from the event to the next call; `=`: the event changes nothing. */
type Cell =
  | '='
  | `${LadderStateName} ${number}.${number}.${number}`
  | `${LadderStateName} ${number}.${number}.${number} +${number}`;

/** One cell per position, in their order. */
type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell];

/** Every state × every event. Nothing leads out of `stopped`, and nothing but the end of the hop leads into it. */
const TABLE: Readonly<Record<EventName, Row>> = {
  placed: ['calling 1.0.1', '=', '=', '=', 'calling 1.0.1', 'calling 2.0.1', '='],
  stopped: ['stopped 1.0.1', 'stopped 1.0.1', 'stopped 1.0.2', 'stopped 1.2.2', 'stopped 1.0.1', 'stopped 1.2.1', '='],
  'ended acknowledged': ['=', 'paused 1.0.1 +600', 'paused 1.0.1 +600', 'paused 1.0.1 +600', '=', '=', '='],
  'ended refused': ['=', 'armed 1.1.1 +0', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended no-answer': ['=', 'armed 1.0.2 +30', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended busy': ['=', 'armed 1.0.2 +20', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended failed': ['=', 'armed 1.0.2 +30', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended wrong-number': ['=', 'armed 1.1.1 +0', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended no-key': ['=', 'armed 1.0.2 +30', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended declined': ['=', 'armed 1.0.2 +20', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended line-down': ['=', 'armed 1.0.1 +0', 'armed 1.0.2 +0', 'armed 1.2.2 +0', '=', '=', '='],
  'ended no-number': ['=', 'armed 1.1.1 +0', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended nobody-on-duty': ['=', 'armed 1.1.1 +0', 'armed 1.1.1 +0', 'exhausted 1.2.1 +300', '=', '=', '='],
  'ended cancelled': ['=', 'armed 1.0.1 +0', 'armed 1.0.2 +0', 'armed 1.2.2 +0', '=', '=', '='],
  'ended lost': ['=', 'armed 1.0.1 +0', 'armed 1.0.2 +0', 'armed 1.2.2 +0', '=', '=', '='],
  'told him acknowledged': [
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 2.0.1 +600',
    '=',
  ],
  'told him refused': ['armed 1.1.1 +0', '=', '=', '=', '=', '=', '='],
  'told him no-answer': ['armed 1.0.2 +30', '=', '=', '=', '=', '=', '='],
  'told him busy': ['armed 1.0.2 +20', '=', '=', '=', '=', '=', '='],
  'told him failed': ['armed 1.0.2 +30', '=', '=', '=', '=', '=', '='],
  'told him wrong-number': ['armed 1.1.1 +0', '=', '=', '=', '=', '=', '='],
  'told another acknowledged': [
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 1.0.1 +600',
    'paused 2.0.1 +600',
    '=',
  ],
  'told another refused': ['=', '=', '=', '=', '=', '=', '='],
  'told another no-answer': ['=', '=', '=', '=', '=', '=', '='],
  'told another busy': ['=', '=', '=', '=', '=', '=', '='],
  'told another failed': ['=', '=', '=', '=', '=', '=', '='],
  'told another wrong-number': ['=', '=', '=', '=', '=', '=', '='],
};

const EVENT_AT = 100;

function eventOf(name: EventName, ladder: Ladder): LadderEvent {
  if (name === 'placed' || name === 'stopped') return { type: name };
  const meant = RULES.steps[ladder.step]?.role ?? '';
  for (const outcome of CALL_OUTCOMES) if (name === `ended ${outcome}`) return ended(outcome, EVENT_AT);
  for (const outcome of HAND_OUTCOMES) {
    if (name === `told him ${outcome}`) return told(outcome, meant, EVENT_AT);
    if (name === `told another ${outcome}`) return told(outcome, 'somebody else', EVENT_AT);
  }
  throw new Error(`no event is called ${name}`);
}

function cellOf(before: Ladder, next: Ladder): string {
  if (next === before) return '=';
  const { state, round, step, tryNo, dueAt } = next;
  const due = dueAt === null ? '' : ` +${(dueAt - START) / SECOND - EVENT_AT}`;
  return `${state} ${round}.${step}.${tryNo}${due}`;
}

const COLUMNS = Object.entries(POSITIONS);
const CELLS = Object.entries(TABLE).flatMap(([name, row]) =>
  row.map((cell, column) => ({ name: name as EventName, cell, position: COLUMNS[column]?.[0] ?? '', column })),
);

test('[E6] the table has a position for every state and a name for every outcome', () => {
  const states = COLUMNS.map(([, events]) => after(events).state);
  expect([...new Set(states)].sort()).toEqual([...LADDER_STATES].sort());
  const outcomes = [...CALL_OUTCOMES.map((outcome) => `ended ${outcome}`), 'placed', 'stopped'];
  const byHand = HAND_OUTCOMES.flatMap((outcome) => [`told him ${outcome}`, `told another ${outcome}`]);
  expect(COLUMNS.length).toBe(TABLE.placed.length);
  expect(Object.keys(TABLE).sort()).toEqual([...outcomes, ...byHand].sort());
});

test.each(CELLS)('[E6] $position × $name → $cell', ({ name, cell, position, column }) => {
  const before = after(COLUMNS[column]?.[1] ?? []);
  expect(before.state).toBe(position.split(' ')[0]);
  expect(cellOf(before, advance(before, eventOf(name, before), RULES))).toBe(cell);
});

/** What every call of a ladder finds, and when it is placed: `second role try`, and what becomes of the ladder. */
function climb(outcomes: readonly CallOutcome[], rules: LadderRules = RULES): readonly string[] {
  let ladder = firstRung(rules, START);
  const lines: string[] = [];
  for (const outcome of outcomes) {
    const at = ((ladder.dueAt ?? Number.NaN) - START) / SECOND;
    const rung = nextRung(ladder);
    const step = rules.steps[rung.step];
    lines.push(`${at} ${step?.role} ${rung.tryNo}`);
    const rings = outcome === 'no-answer' ? (step?.ringSec ?? 0) : 10;
    ladder = advance(advance(ladder, PLACED, rules), ended(outcome, at + rings), rules);
  }
  const dueAt = ladder.dueAt === null ? 'by hand' : (ladder.dueAt - START) / SECOND;
  return [...lines, `${ladder.state} ${dueAt}`];
}

const repeat = (outcome: CallOutcome, count: number) => new Array<CallOutcome>(count).fill(outcome);

describe('the figures of the first policy', () => {
  test('[E1] the duty phone twice, then the first chief twice, then the second twice, then again after five minutes', () => {
    const round = ['0 duty 1', '60 duty 2', '90 chief-1 1', '150 chief-1 2', '180 chief-2 1', '240 chief-2 2'];
    expect(climb(repeat('no-answer', 6))).toEqual([...round, 'exhausted 570']);
    expect(climb(repeat('no-answer', 7))).toEqual([...round, '570 duty 1', 'armed 630']);
  });

  test.each(FEEDBACK_KINDS)('[E1] rings somebody for %s', (kind) => {
    const roles = ladderRules(FIRST_POLICY.ladder, kind).steps.map(({ role }) => role);
    expect(roles).toEqual(kind === 'promise-at-risk' ? ['vehicle', 'duty'] : ['duty', 'chief-1', 'chief-2']);
  });

  test('[E4] a busy or declined phone is tried again after 20 seconds, an unanswered one after 30', () => {
    expect(climb(['busy', 'declined', 'busy'])).toEqual(['0 duty 1', '30 duty 2', '40 chief-1 1', 'armed 70']);
    expect(climb(['no-key', 'no-key'])).toEqual(['0 duty 1', '40 duty 2', 'armed 50']);
    expect(climb(['failed', 'no-answer'])).toEqual(['0 duty 1', '40 duty 2', 'armed 70']);
  });

  test('[E4] who cannot, and whose number is wrong or missing, makes room for the next step at once', () => {
    for (const outcome of ['refused', 'wrong-number', 'no-number', 'nobody-on-duty'] as const) {
      expect(climb([outcome])).toEqual(['0 duty 1', 'armed 10']);
      expect(climb([outcome, 'busy'])).toEqual(['0 duty 1', '10 chief-1 1', 'armed 40']);
    }
  });

  test('[E6] a line that fails is no try: the same person by another line, and the failed ones are remembered', () => {
    expect(climb(['no-answer', 'line-down', 'no-answer', 'busy'])).toEqual([
      '0 duty 1',
      '60 duty 2',
      '70 duty 2',
      '100 chief-1 1',
      'armed 130',
    ]);
    const failed = after([PLACED, ended('line-down', 1, 'console'), PLACED, ended('line-down', 2, 'sip')]);
    expect(failed).toMatchObject({ state: 'armed', tryNo: 1, failedLines: ['console', 'sip'] });
    expect(advance(advance(failed, PLACED, RULES), ended('busy', 3), RULES).failedLines).toEqual([]);
  });

  test('[E6] a line that comes back only to fail again has cost the try: no line holds up the ladder for ever', () => {
    const twice = after([PLACED, ended('line-down', 1, 'sip'), PLACED, ended('line-down', 2, 'sip')]);
    expect(twice).toMatchObject({ state: 'armed', step: 0, tryNo: 2, failedLines: [] });
    const fourTimes = [PLACED, ended('line-down', 3, 'sip'), PLACED, ended('line-down', 4, 'sip')];
    expect(fourTimes.reduce((ladder, event) => advance(ladder, event, RULES), twice)).toMatchObject({
      step: 1,
      tryNo: 1,
    });
  });

  test('[E6] a call that was lost in a crash, or taken from the line, is made again at once', () => {
    expect(climb(['lost', 'cancelled', 'no-answer'])).toEqual(['0 duty 1', '10 duty 1', '20 duty 1', 'armed 80']);
  });

  test('[E4] who answers for it gets ten minutes, then it begins with the duty phone again', () => {
    const lines = climb(['refused', 'acknowledged', 'refused']);
    expect(lines).toEqual(['0 duty 1', '10 chief-1 1', '620 duty 1', 'armed 630']);
  });
});

describe('a policy with two rounds', () => {
  const twice: LadderRules = { ...RULES, rounds: 2 };

  test('[E7] rings everybody twice, and then leaves the ladder to people', () => {
    const once = climb(repeat('refused', 3), twice);
    expect(once.at(-1)).toBe('exhausted 330');
    expect(climb(repeat('refused', 6), twice).at(-1)).toBe('exhausted by hand');
  });

  test('[E3] and a call by hand still moves it', () => {
    const spent = after([...POSITIONS.exhausted, PLACED, ended('refused', 6), ...CHIEF_FAILED, ...CHIEF_FAILED], twice);
    expect(spent).toMatchObject({ state: 'exhausted', round: 2, dueAt: null });
    expect(advance(spent, told('acknowledged', 'duty', 7), twice)).toMatchObject({ state: 'paused', step: 0 });
    expect(advance(spent, PLACED, twice)).toMatchObject({ state: 'calling', round: 3, step: 0 });
  });
});

describe('a policy that rings nobody', () => {
  const nobody: LadderRules = { ...RULES, steps: [] };

  test('[E1] is left to people from the beginning, whatever a line or a person says', () => {
    const first = firstRung(nobody, START);
    expect(first).toMatchObject({ state: 'exhausted', dueAt: null });
    for (const event of [PLACED, ended('busy', 1), told('acknowledged', 'duty', 2)]) {
      expect(advance(first, event, nobody)).toBe(first);
    }
    expect(advance(first, { type: 'stopped' }, nobody).state).toBe('stopped');
  });
});

describe('the ladder of a journal', () => {
  const attempt = (facts: Partial<CallAttempt>): CallAttempt => ({
    ...CALLEE,
    callId: 'call-1',
    step: 0,
    line: 'console',
    text: '',
    at: START,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    pressed: null,
    code: '',
    note: '',
    by: LEAD,
    endedBy: null,
    ...facts,
  });
  const done = (outcome: CallOutcome, from: number, to: number) =>
    attempt({ outcome, at: START + from * SECOND, endedAt: START + to * SECOND });
  const byHand = (outcome: HandOutcome, at: number, contactRole = 'duty') =>
    attempt({ callId: null, step: null, line: 'manual', contactRole, outcome, at: START + at * SECOND });
  const feedback = (attempts: readonly CallAttempt[], facts: Partial<Feedback> = {}): Feedback => ({
    key: 'feedback:crew-not-accepted:1.1',
    kind: 'crew-not-accepted',
    raisedAt: START,
    departmentId: 'crew-east-1',
    issueNo: 1,
    legNo: 1,
    policyVersion: 1,
    attempts,
    spentRounds: 0,
    held: null,
    ended: null,
    ...facts,
  });
  const stateOf = (...given: Parameters<typeof feedback>) => {
    const { state, step, tryNo, dueAt } = ladderOf(feedback(...given), FIRST_POLICY.ladder);
    return `${state} ${step}.${tryNo} ${dueAt === null ? '-' : (dueAt - START) / SECOND}`;
  };

  test('[E6] is climbed from what was kept, call by call', () => {
    expect(stateOf([])).toBe('armed 0.1 0');
    expect(stateOf([attempt({})])).toBe('calling 0.1 -');
    expect(stateOf([done('busy', 0, 10)])).toBe('armed 0.2 30');
    expect(stateOf([done('busy', 0, 10), done('no-answer', 30, 60)])).toBe('armed 1.1 60');
    expect(stateOf([done('busy', 0, 10)], { ended: { at: START, cause: 'accepted' } })).toBe('stopped 0.2 -');
  });

  test('[E2] a call by hand moves it when it was to whom the ladder means', () => {
    expect(stateOf([done('busy', 0, 10), byHand('no-answer', 20)])).toBe('armed 1.1 20');
    expect(stateOf([done('busy', 0, 10), byHand('no-answer', 20, 'chief-1')])).toBe('armed 0.2 30');
    expect(stateOf([done('busy', 0, 10), byHand('acknowledged', 20, 'chief-2')])).toBe('paused 0.1 620');
  });

  test('[E4] who answers for it by another phone is believed while the first one still rings', () => {
    const ringing = attempt({});
    expect(stateOf([ringing, byHand('acknowledged', 20, 'chief-1')])).toBe('paused 0.1 -');
    expect(stateOf([done('no-answer', 0, 30), byHand('acknowledged', 20, 'chief-1')])).toBe('paused 0.1 620');
    expect(stateOf([ringing, byHand('refused', 20)])).toBe('calling 0.1 -');
    expect(stateOf([done('no-answer', 0, 30), byHand('refused', 20)])).toBe('armed 0.2 60');
  });

  test('[E2] who has taken the calls over delays the next one, and nothing else', () => {
    const until = START + 300 * SECOND;
    const held = { at: START, until, by: LEAD };
    expect(stateOf([], { held })).toBe('armed 0.1 300');
    expect(stateOf([done('acknowledged', 0, 10)], { held })).toBe('paused 0.1 610');
    expect(stateOf([attempt({})], { held })).toBe('calling 0.1 -');
  });
});

describe('laws', () => {
  const outcomeArbitrary = fc.constantFrom(...CALL_OUTCOMES);
  const runs = { numRuns: 500, seed: 20_260_302 };

  test('[E6] no outcome skips a person, and nobody is rung before the time that he was given', () => {
    fc.assert(
      fc.property(fc.array(outcomeArbitrary, { maxLength: 60 }), (outcomes) => {
        let ladder = firstRung(RULES, START);
        let now = START;
        for (const outcome of outcomes) {
          now = Math.max(now, ladder.dueAt ?? now) + 10 * SECOND;
          const before = nextRung(ladder);
          ladder = advance(advance(ladder, PLACED, RULES), { type: 'ended', outcome, line: 'console', at: now }, RULES);
          const next = nextRung(ladder);
          const isAfresh = next.step === 0 && next.tryNo === 1;
          expect(isAfresh || next.step - before.step === 0 || next.step - before.step === 1).toBe(true);
          expect(ladder.dueAt).toBeGreaterThanOrEqual(now);
          if (next.step < before.step) expect(['paused', 'exhausted']).toContain(ladder.state);
        }
      }),
      runs,
    );
  });

  test('[E6] every level is reached in the end, however the calls before it end', () => {
    const vain = CALL_OUTCOMES.filter((outcome) => outcome !== 'acknowledged');
    const isAgain = (outcome: CallOutcome) => ['line-down', 'cancelled', 'lost'].includes(outcome);
    fc.assert(
      fc.property(fc.infiniteStream(fc.constantFrom(...vain)), (outcomes) => {
        let ladder = firstRung(RULES, START);
        const reached = new Set<number>();
        let tries = 0;
        for (const outcome of outcomes) {
          if (ladder.state === 'exhausted') break;
          reached.add(ladder.step);
          tries += isAgain(outcome) ? 0 : 1;
          ladder = advance(advance(ladder, PLACED, RULES), ended(outcome, tries), RULES);
        }
        expect([...reached]).toEqual([0, 1, 2]);
        expect(tries).toBeLessThanOrEqual(RULES.steps.reduce((sum, step) => sum + step.tries, 0));
      }),
      runs,
    );
  });
});
