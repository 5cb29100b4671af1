import type { AreaClass, Policy } from '@faultline/shared/ticket/policy.ts';
import { AREA_CLASSES } from '@faultline/shared/ticket/policy.ts';

/** Every figure of a policy, in the order of its table; the path is where the wire has it. */
export const FIGURES = [
  { key: 'promise-urban', group: 'promise', path: 'promiseMin.urban' },
  { key: 'promise-rural', group: 'promise', path: 'promiseMin.rural' },
  { key: 'promise-remote', group: 'promise', path: 'promiseMin.remote' },
  { key: 'AB', group: 'budget', path: 'budgetMin.AB' },
  { key: 'BC', group: 'budget', path: 'budgetMin.BC' },
  { key: 'CD', group: 'budget', path: 'budgetMin.CD' },
  { key: 'DE-together', group: 'budget', path: 'budgetMin.DE.coLocated' },
  { key: 'DE-apart', group: 'budget', path: 'budgetMin.DE.apart' },
  { key: 'EF', group: 'budget', path: 'budgetMin.EF' },
  { key: 'FG', group: 'budget', path: 'budgetMin.FG' },
  { key: 'GH-urban', group: 'budget', path: 'budgetMin.GH.urban' },
  { key: 'GH-rural', group: 'budget', path: 'budgetMin.GH.rural' },
  { key: 'GH-remote', group: 'budget', path: 'budgetMin.GH.remote' },
  { key: 'centre-not-taken', group: 'feedback', path: 'feedbackMin.centreNotTakenAfterIssue' },
  { key: 'centre-not-dispatched', group: 'feedback', path: 'feedbackMin.centreNotDispatchedAfterDeadline' },
  { key: 'crew-not-accepted', group: 'feedback', path: 'feedbackMin.crewNotAcceptedAfterDispatch' },
  { key: 'crew-not-departed', group: 'feedback', path: 'feedbackMin.crewNotDepartedAfterDeadline' },
  { key: 'warn-share', group: 'other', path: 'warnShare' },
  { key: 'risk-margin', group: 'other', path: 'riskMarginMin' },
  { key: 'recall-receipt', group: 'other', path: 'recallReceiptMin' },
] as const;
export type FigureKey = (typeof FIGURES)[number]['key'];
export type FigureGroup = (typeof FIGURES)[number]['group'];
export const FIGURE_GROUPS = ['promise', 'budget', 'feedback', 'other'] as const satisfies readonly FigureGroup[];

/** Minutes, but for the warning's share, which people say in per cent; `null` is switched off (or, typed, no number). */
export type Figures = Readonly<Record<FigureKey, number | null>>;

/** What a policy says beside its number and validity; its ladder has a form of its own. */
export type PolicyContent = Omit<Policy, 'version' | 'validFrom' | 'ladder'>;

export function figuresOf(policy: PolicyContent): Figures {
  const { promiseMin, budgetMin, feedbackMin } = policy;
  return {
    'promise-urban': promiseMin.urban,
    'promise-rural': promiseMin.rural,
    'promise-remote': promiseMin.remote,
    AB: budgetMin.AB,
    BC: budgetMin.BC,
    CD: budgetMin.CD,
    'DE-together': budgetMin.DE.coLocated,
    'DE-apart': budgetMin.DE.apart,
    EF: budgetMin.EF,
    FG: budgetMin.FG,
    'GH-urban': budgetMin.GH.urban,
    'GH-rural': budgetMin.GH.rural,
    'GH-remote': budgetMin.GH.remote,
    'centre-not-taken': feedbackMin.centreNotTakenAfterIssue,
    'centre-not-dispatched': feedbackMin.centreNotDispatchedAfterDeadline,
    'crew-not-accepted': feedbackMin.crewNotAcceptedAfterDispatch,
    'crew-not-departed': feedbackMin.crewNotDepartedAfterDeadline,
    'warn-share': inPercent(policy.warnShare),
    'risk-margin': policy.riskMarginMin,
    'recall-receipt': policy.recallReceiptMin,
  };
}

/** The same figures as the wire has them; what is no number stays `null` for the schema to refuse. */
export function contentOf(figures: Figures, isPromiseWatched: boolean) {
  const share = figures['warn-share'];
  return {
    promiseMin: {
      urban: figures['promise-urban'],
      rural: figures['promise-rural'],
      remote: figures['promise-remote'],
    },
    budgetMin: {
      AB: figures.AB,
      BC: figures.BC,
      CD: figures.CD,
      DE: { coLocated: figures['DE-together'], apart: figures['DE-apart'] },
      EF: figures.EF,
      FG: figures.FG,
      GH: { urban: figures['GH-urban'], rural: figures['GH-rural'], remote: figures['GH-remote'] },
    },
    warnShare: share === null ? null : share / 100,
    feedbackMin: {
      centreNotTakenAfterIssue: figures['centre-not-taken'],
      centreNotDispatchedAfterDeadline: figures['centre-not-dispatched'],
      crewNotAcceptedAfterDispatch: figures['crew-not-accepted'],
      crewNotDepartedAfterDeadline: figures['crew-not-departed'],
      promiseAtRisk: isPromiseWatched,
    },
    riskMarginMin: figures['risk-margin'],
    recallReceiptMin: figures['recall-receipt'],
  };
}

/** One value for every figure. */
export function byFigure<Value>(of: (key: FigureKey) => Value): Readonly<Record<FigureKey, Value>> {
  return {
    'promise-urban': of('promise-urban'),
    'promise-rural': of('promise-rural'),
    'promise-remote': of('promise-remote'),
    AB: of('AB'),
    BC: of('BC'),
    CD: of('CD'),
    'DE-together': of('DE-together'),
    'DE-apart': of('DE-apart'),
    EF: of('EF'),
    FG: of('FG'),
    'GH-urban': of('GH-urban'),
    'GH-rural': of('GH-rural'),
    'GH-remote': of('GH-remote'),
    'centre-not-taken': of('centre-not-taken'),
    'centre-not-dispatched': of('centre-not-dispatched'),
    'crew-not-accepted': of('crew-not-accepted'),
    'crew-not-departed': of('crew-not-departed'),
    'warn-share': of('warn-share'),
    'risk-margin': of('risk-margin'),
    'recall-receipt': of('recall-receipt'),
  };
}

export interface BudgetSum {
  readonly areaClass: AreaClass;
  /** Minutes from A to H with centre and crew in one office, and in two; `null` while a figure is missing. */
  readonly together: number | null;
  readonly apart: number | null;
  readonly promise: number | null;
}

/** What a ticket may spend hop by hop, beside what was promised for its whole way. */
export function sumsOf(figures: Figures): readonly BudgetSum[] {
  const hops = [figures.AB, figures.BC, figures.CD, figures.EF, figures.FG];
  return AREA_CLASSES.map((areaClass) => {
    const drive = figures[`GH-${areaClass}`];
    return {
      areaClass,
      together: sum([...hops, figures['DE-together'], drive]),
      apart: sum([...hops, figures['DE-apart'], drive]),
      promise: figures[`promise-${areaClass}`],
    };
  });
}

/** Budgets that leave no way of keeping the promise although every hop is kept. */
export function isBeyondPromise({ together, apart, promise }: BudgetSum): boolean {
  if (promise === null) return false;
  return Math.max(together ?? 0, apart ?? 0) > promise;
}

export function changesBetween(before: Figures, after: Figures): readonly FigureKey[] {
  return FIGURES.map(({ key }) => key).filter((key) => before[key] !== after[key]);
}

function sum(figures: readonly (number | null)[]): number | null {
  return figures.reduce((total, figure) => (total === null || figure === null ? null : rounded(total + figure)), 0);
}

/** Sums of decimals carry dust in their last digits. */
function rounded(figure: number): number {
  return Math.round(figure * 1_000) / 1_000;
}

function inPercent(share: number): number {
  return rounded(share * 100);
}
