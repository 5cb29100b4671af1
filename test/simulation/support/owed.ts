import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Facts, IssueFacts, LegFacts } from './facts.ts';
import { openIssueOf, openLegOf } from './facts.ts';

/** The figures of the rule book for the city, in minutes, written down a second time. */
const BUDGET = { AB: 2, BC: 4, CD: 2, EF: 2, FG: 3, GH: 28 };
const PROMISE = 45;
const RISK_MARGIN = 5;

/** The names of everything that must have been announced by `now`, while the ticket lies where it lies. */
export function owedAt(facts: Facts, now: Instant): readonly string[] {
  const owed: string[] = [];
  const since = (moment: Instant, minutes: number, key: string): void => {
    if (now >= moment + minutes * MINUTE) owed.push(key);
  };
  for (const leg of facts.legs) {
    if (leg.endedAt !== null && leg.receiptAt === null) since(leg.endedAt, 2, `recall-unconfirmed:${leg.no}`);
  }
  const leg = openLegOf(facts);
  const isOver = facts.closedAt !== null || facts.cancelledAt !== null || facts.clearedAt !== null;
  if (isOver || (leg && leg.H !== null)) return owed;
  owePromise(facts, leg, now, owed);
  const issue = openIssueOf(facts);
  const hop = hopOf(facts, issue, leg);
  const stay = `${hop.segment}:${facts.issues.length}.${facts.legs.length}`;
  since(hop.from, hop.budget * 0.75, `budget-warn:${stay}`);
  if (now > hop.from + hop.budget * MINUTE) owed.push(`budget-late:${stay}`);
  if (leg) {
    const at = `${leg.issueNo}.${leg.no}`;
    if (leg.F === null && leg.G === null) since(leg.D, 4, `feedback:crew-not-accepted:${at}`);
    if (hop.segment === 'FG') since(hop.from, hop.budget + 2, `feedback:crew-not-departed:${at}`);
  } else if (issue) {
    if (issue.takenAt === null) since(issue.B, 4, `feedback:centre-not-taken:${issue.no}.0`);
    if (hop.segment === 'CD') {
      since(hop.from, hop.budget + 2, `feedback:centre-not-dispatched:${issue.no}.${facts.legs.length}`);
    }
  }
  return owed;
}

function owePromise(facts: Facts, leg: LegFacts | null, now: Instant, owed: string[]): void {
  const due = facts.A + PROMISE * MINUTE;
  if (now > due) owed.push('promise-lost');
  const travel = leg?.travelMs ?? BUDGET.GH * MINUTE;
  const G = leg?.G ?? null;
  const cannotBeKept = G !== null && G + travel > due;
  const riskAt = G === null ? due - travel + 1 : cannotBeKept ? G : Math.max(G, due - RISK_MARGIN * MINUTE);
  if (now < Math.min(riskAt, due)) return;
  owed.push(`promise-at-risk:${leg?.no ?? 0}`);
  if (leg && G !== null && G <= due) owed.push(`feedback:promise-at-risk:${leg.issueNo}.${leg.no}`);
}

interface HopFacts {
  readonly segment: string;
  readonly from: Instant;
  /** Minutes. */
  readonly budget: number;
}

/** Where the ticket lies, since when, and how long it may. */
function hopOf(facts: Facts, issue: IssueFacts | null, leg: LegFacts | null): HopFacts {
  if (leg) {
    if (leg.G !== null) return { segment: 'GH', from: leg.G, budget: BUDGET.GH };
    if (leg.F !== null) return { segment: 'FG', from: leg.F, budget: BUDGET.FG };
    if (leg.E !== null) return { segment: 'EF', from: leg.E, budget: BUDGET.EF };
    return { segment: 'DE', from: leg.D, budget: leg.isCoLocated ? 2 : 4 };
  }
  if (!issue) return { segment: 'AB', from: facts.issues.at(-1)?.endedAt ?? facts.A, budget: BUDGET.AB };
  const returned = facts.legs.findLast(({ issueNo }) => issueNo === issue.no)?.endedAt ?? null;
  if (returned !== null) return { segment: 'CD', from: returned, budget: BUDGET.CD };
  if (issue.C !== null) return { segment: 'CD', from: issue.C, budget: BUDGET.CD };
  if (issue.takenAt !== null) return { segment: 'CD', from: issue.B, budget: BUDGET.BC + BUDGET.CD };
  return { segment: 'BC', from: issue.B, budget: BUDGET.BC };
}
