import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { FeedbackKind, LadderPolicy, LadderStep } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';

/** The figures of a step, with the range that the wire takes: the form says it before anything went wrong. */
export const STEP_FIGURES = [
  { key: 'tries', least: 1, most: 10 },
  { key: 'ringSec', least: 5, most: 120 },
  { key: 'retryAfterSec', least: 0, most: 600 },
  { key: 'busyRetryAfterSec', least: 0, most: 600 },
] as const;
export type StepFigure = (typeof STEP_FIGURES)[number]['key'];

/** The times that all ladders share; without a number of rounds everybody is rung until the hop is done. [E6] */
export const LADDER_TIMES = [
  { key: 'talkSec', unit: 'seconds', least: 20, most: 600 },
  { key: 'manualSec', unit: 'seconds', least: 30, most: 1_800 },
  { key: 'acknowledgedPauseMin', unit: 'minutes', least: 1, most: 120 },
  { key: 'holdMin', unit: 'minutes', least: 1, most: 60 },
  { key: 'roundGapMin', unit: 'minutes', least: 0.5, most: 120 },
  { key: 'rounds', unit: 'rounds', least: 1, most: 100 },
] as const;
export type LadderTime = (typeof LADDER_TIMES)[number]['key'];

export const MOST_STEPS = 8;

/** A step as it stands in the form. */
export interface StepTyped extends Readonly<Record<StepFigure, string>> {
  /** Names the row while steps are moved about. */
  readonly no: number;
  readonly role: ContactRole;
}

export type StepsTyped = Readonly<Record<FeedbackKind, readonly StepTyped[]>>;

export interface LadderTyped {
  readonly steps: StepsTyped;
  readonly times: Readonly<Record<LadderTime, string>>;
}

export function ladderTyped(ladder: LadderPolicy): LadderTyped {
  return {
    steps: byKind((kind) => ladder.steps[kind].map((step, no) => ({ no, ...stepTyped(step) }))),
    times: byTime((key) => String(ladder[key] ?? '')),
  };
}

function stepTyped({ role, tries, ringSec, retryAfterSec, busyRetryAfterSec }: LadderStep): Omit<StepTyped, 'no'> {
  return {
    role,
    tries: String(tries),
    ringSec: String(ringSec),
    retryAfterSec: String(retryAfterSec),
    busyRetryAfterSec: String(busyRetryAfterSec),
  };
}

/** What is sent; a figure that is no number stays `NaN` or `null` for the schema to refuse beside its field. */
export function ladderContentOf({ steps, times }: LadderTyped) {
  return {
    steps: byKind((kind) =>
      steps[kind].map((step) => ({
        role: step.role,
        tries: numberIn(step.tries),
        ringSec: numberIn(step.ringSec),
        retryAfterSec: numberIn(step.retryAfterSec),
        busyRetryAfterSec: numberIn(step.busyRetryAfterSec),
      })),
    ),
    ...byTime((key) => numberIn(times[key])),
  };
}

export type LadderContent = ReturnType<typeof ladderContentOf>;

function numberIn(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function byKind<Value>(of: (kind: FeedbackKind) => Value): Readonly<Record<FeedbackKind, Value>> {
  return {
    'centre-not-taken': of('centre-not-taken'),
    'centre-not-dispatched': of('centre-not-dispatched'),
    'crew-not-accepted': of('crew-not-accepted'),
    'crew-not-departed': of('crew-not-departed'),
    'promise-at-risk': of('promise-at-risk'),
  };
}

function byTime<Value>(of: (key: LadderTime) => Value): Readonly<Record<LadderTime, Value>> {
  return {
    talkSec: of('talkSec'),
    manualSec: of('manualSec'),
    acknowledgedPauseMin: of('acknowledgedPauseMin'),
    holdMin: of('holdMin'),
    roundGapMin: of('roundGapMin'),
    rounds: of('rounds'),
  };
}

/** All kinds whose ladder reads the same as this one's: they are edited together unless a person parts them. */
export function kindsLike(kind: FeedbackKind, steps: StepsTyped): readonly FeedbackKind[] {
  const wanted = wordsOf(steps[kind]);
  return FEEDBACK_KINDS.filter((other) => wordsOf(steps[other]) === wanted);
}

function wordsOf(steps: readonly StepTyped[]): string {
  return JSON.stringify(steps.map(({ no: _no, ...step }) => step));
}

/** One ladder for all these kinds; the others keep theirs. */
export function withSteps(
  steps: StepsTyped,
  kinds: readonly FeedbackKind[],
  changed: readonly StepTyped[],
): StepsTyped {
  return byKind((kind) => (kinds.includes(kind) ? changed : steps[kind]));
}

/** A further step begins with the figures of the one above it, and with the first role that is not rung yet. */
export function withStep(steps: readonly StepTyped[], roles: readonly ContactRole[]): readonly StepTyped[] {
  const above = steps.at(-1) ?? FIRST_STEP;
  const role = roles.find((candidate) => steps.every((step) => step.role !== candidate)) ?? above.role;
  return [...steps, { ...above, role, no: Math.max(-1, ...steps.map(({ no }) => no)) + 1 }];
}

/** Two tries of 30 s, again after 30 s, after 20 s when busy: the figures of the service's rule book. */
const FIRST_STEP: StepTyped = {
  no: 0,
  role: 'duty',
  tries: '2',
  ringSec: '30',
  retryAfterSec: '30',
  busyRetryAfterSec: '20',
};

export function moved(steps: readonly StepTyped[], at: number, by: 1 | -1): readonly StepTyped[] {
  const step = steps[at];
  if (!step || at + by < 0 || at + by >= steps.length) return steps;
  return steps.toSpliced(at, 1).toSpliced(at + by, 0, step);
}

/** A repair centre has no vehicle of its own that could be rung. */
export function rolesFor(kinds: readonly FeedbackKind[]): readonly ContactRole[] {
  const isAboutCentre = kinds.some((kind) => kind === 'centre-not-taken' || kind === 'centre-not-dispatched');
  return isAboutCentre ? CONTACT_ROLES.filter((role) => role !== 'vehicle') : CONTACT_ROLES;
}

/** From the first ring to the end of a round in which nobody answers. */
export function roundLength(steps: readonly LadderStep[]): Duration {
  return steps.reduce(
    (sum, { tries, ringSec, retryAfterSec }) => sum + (tries * ringSec + (tries - 1) * retryAfterSec) * SECOND,
    0,
  );
}

export interface LadderChanges {
  readonly kinds: readonly FeedbackKind[];
  readonly times: readonly LadderTime[];
}

/** What two ladders say differently. */
export function ladderChanges(before: LadderPolicy, after: LadderContent | LadderPolicy): LadderChanges {
  return {
    kinds: FEEDBACK_KINDS.filter((kind) => stepWords(before.steps[kind]) !== stepWords(after.steps[kind])),
    times: LADDER_TIMES.map(({ key }) => key).filter((key) => before[key] !== after[key]),
  };
}

/** Each figure by its name: the order in which the wire happened to have them says nothing. */
function stepWords(steps: readonly (LadderStep | LadderContent['steps'][FeedbackKind][number])[]): string {
  return JSON.stringify(steps.map((step) => [step.role, ...STEP_FIGURES.map(({ key }) => step[key])]));
}
