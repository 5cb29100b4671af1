import { assert } from '../assert.ts';
import type { ContactRole } from '../organisation/organisation.ts';
import type { Duration, Instant } from '../time.ts';
import { minutes } from '../time.ts';
import type { Segment } from './points.ts';

export const AREA_CLASSES = ['urban', 'rural', 'remote'] as const;
export type AreaClass = (typeof AREA_CLASSES)[number];

/** The hops that lie still in the way that rings somebody, in the order of the ticket's way. [E1] */
export const FEEDBACK_KINDS = [
  'centre-not-taken',
  'centre-not-dispatched',
  'crew-not-accepted',
  'crew-not-departed',
  'promise-at-risk',
] as const;
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number];

/** One person of a ladder and how he is rung. */
export interface LadderStep {
  readonly role: ContactRole;
  /** Calls in all before the next step. */
  readonly tries: number;
  /** A phone that rings this long is not answered. */
  readonly ringSec: number;
  /** From an unanswered call to the next one. */
  readonly retryAfterSec: number;
  /** From a busy or declined call to the next one. */
  readonly busyRetryAfterSec: number;
}

/** How the people of a silent hop are rung until one of them takes the ticket. [E1] */
export interface LadderPolicy {
  readonly steps: Readonly<Record<FeedbackKind, readonly LadderStep[]>>;
  /** An answered call without a deciding key ends after this long. */
  readonly talkSec: number;
  /** A person who makes a call by hand has this long to write down what came of it. */
  readonly manualSec: number;
  /** Who knows of it gets this long; then the ladder begins again if the hop is still open. [E4] */
  readonly acknowledgedPauseMin: number;
  /** Who takes the calls over has this long, each time. */
  readonly holdMin: number;
  /** From a ladder that nobody answered to its next round. */
  readonly roundGapMin: number;
  /** `null`: rung until the hop is done. [E6] */
  readonly rounds: number | null;
}

/** All figures are minutes of wall time and inclusive: a hop of exactly its budget has kept it. */
export interface Policy {
  readonly version: number;
  /** A ticket is judged for ever by the newest version whose validity had begun at its A. */
  readonly validFrom: Instant;
  readonly promiseMin: Readonly<Record<AreaClass, number>>;
  readonly budgetMin: {
    readonly AB: number;
    readonly BC: number;
    readonly CD: number;
    readonly DE: { readonly coLocated: number; readonly apart: number };
    readonly EF: number;
    readonly FG: number;
    readonly GH: Readonly<Record<AreaClass, number>>;
  };
  /** The share of a budget after which its owner is warned, between 0 and 1. */
  readonly warnShare: number;
  /**
   * When a silent hop becomes a feedback: minutes after the hop's *entry* (B or D), or after its *deadline*
   * (dispatch, departure). `null` switches that feedback off.
   */
  readonly feedbackMin: {
    readonly centreNotTakenAfterIssue: number | null;
    readonly centreNotDispatchedAfterDeadline: number | null;
    readonly crewNotAcceptedAfterDispatch: number | null;
    readonly crewNotDepartedAfterDeadline: number | null;
    readonly promiseAtRisk: boolean;
  };
  /** While driving, a promise is at risk from this long before it breaks, at the latest. */
  readonly riskMarginMin: number;
  /** A vehicle that has not confirmed a recall after this long is chased. [R2] */
  readonly recallReceiptMin: number;
  readonly ladder: LadderPolicy;
}

const RUNG: Omit<LadderStep, 'role'> = { tries: 2, ringSec: 30, retryAfterSec: 30, busyRetryAfterSec: 20 };
const DUTY_THEN_CHIEFS: readonly LadderStep[] = [
  { role: 'duty', ...RUNG },
  { role: 'chief-1', ...RUNG },
  { role: 'chief-2', ...RUNG },
];

/** The figures of the service's rule book. */
export const FIRST_POLICY: Policy = {
  version: 1,
  validFrom: 0,
  promiseMin: { urban: 45, rural: 90, remote: 120 },
  budgetMin: {
    AB: 2,
    BC: 4,
    CD: 2,
    DE: { coLocated: 2, apart: 4 },
    EF: 2,
    FG: 3,
    GH: { urban: 28, rural: 73, remote: 103 },
  },
  warnShare: 0.75,
  feedbackMin: {
    centreNotTakenAfterIssue: 4,
    centreNotDispatchedAfterDeadline: 2,
    crewNotAcceptedAfterDispatch: 4,
    crewNotDepartedAfterDeadline: 2,
    promiseAtRisk: true,
  },
  riskMarginMin: 5,
  recallReceiptMin: 2,
  ladder: {
    steps: {
      'centre-not-taken': DUTY_THEN_CHIEFS,
      'centre-not-dispatched': DUTY_THEN_CHIEFS,
      'crew-not-accepted': DUTY_THEN_CHIEFS,
      'crew-not-departed': DUTY_THEN_CHIEFS,
      'promise-at-risk': [
        { role: 'vehicle', ...RUNG },
        { role: 'duty', ...RUNG },
      ],
    },
    talkSec: 120,
    manualSec: 180,
    acknowledgedPauseMin: 10,
    holdMin: 5,
    roundGapMin: 5,
    rounds: null,
  },
};

/** @param policies any order; at least one must have begun before `at`. [B2] */
export function policyAt(policies: readonly Policy[], at: Instant): Policy {
  let valid: Policy | null = null;
  for (const policy of policies) {
    if (policy.validFrom > at) continue;
    if (valid === null || policy.validFrom > valid.validFrom || isNewerTwin(policy, valid)) valid = policy;
  }
  assert(valid !== null, `a policy is valid at ${at}`);
  return valid;
}

function isNewerTwin(policy: Policy, other: Policy): boolean {
  return policy.validFrom === other.validFrom && policy.version > other.version;
}

export function policyOfVersion(policies: readonly Policy[], version: number): Policy {
  const policy = policies.find((candidate) => candidate.version === version);
  assert(policy !== undefined, `policy version ${version} is kept for ever`);
  return policy;
}

export interface BudgetSituation {
  readonly areaClass: AreaClass;
  /** Whether the repair centre and the crew share an office; decides DE only. */
  readonly isCoLocated: boolean;
}

/** The budget of one segment. Source of the figures: the table of the policy. [B1] */
export function budgetOf(policy: Policy, segment: Segment, situation: BudgetSituation): Duration {
  switch (segment) {
    case 'DE':
      return minutes(situation.isCoLocated ? policy.budgetMin.DE.coLocated : policy.budgetMin.DE.apart);
    case 'GH':
      return minutes(policy.budgetMin.GH[situation.areaClass]);
    default:
      return minutes(policy.budgetMin[segment]);
  }
}

/** Segments that a missing point has joined are judged against the sum of their budgets. [T3] */
export function jointBudgetOf(policy: Policy, segments: readonly Segment[], situation: BudgetSituation): Duration {
  return segments.reduce((sum, segment) => sum + budgetOf(policy, segment, situation), 0);
}

export function promiseOf(policy: Policy, areaClass: AreaClass): Duration {
  return minutes(policy.promiseMin[areaClass]);
}
