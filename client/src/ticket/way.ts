import type { Verdict } from '@faultline/shared/ticket/ledger.ts';
import type { Party, Point } from '@faultline/shared/ticket/points.ts';
import { SEGMENTS } from '@faultline/shared/ticket/points.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { budgetOf, promiseOf } from '@faultline/shared/ticket/policy.ts';
import type { Stamp, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { BarInput } from '../parts/bar-layout.ts';
import type { StampedPoint } from './correct-dialog.tsx';

/** A ticket's way as the A–H bar draws it. */
export function barOf(
  ticket: Ticket,
  policy: Policy,
  verdict: Verdict,
  nameOf: (party: Party | null) => string,
): BarInput {
  const isCoLocated = ticket.legs.at(-1)?.isCoLocated ?? false;
  const { areaClass } = ticket.report;
  return {
    plan: SEGMENTS.map((segment) => ({ segment, budget: budgetOf(policy, segment, { areaClass, isCoLocated }) })),
    hops: verdict.hops.map(({ segments, party, from, to, budget, spent, overspend, outcome }) => ({
      segments,
      owner: nameOf(party),
      from,
      to,
      budget,
      spent,
      overspend,
      outcome,
    })),
    points: stampedPoints(ticket).map(({ point, stamp }) => ({ point, at: stamp.at })),
    promise: promiseOf(policy, areaClass),
  };
}

const ISSUE_POINTS = ['B', 'C'] as const;
const LEG_POINTS = ['D', 'E', 'F', 'G', 'H'] as const;

/** Every point that was ever stamped, of every issue and leg, in the order of their times. */
export function stampedPoints(ticket: Ticket): readonly StampedPoint[] {
  const points: StampedPoint[] = [{ point: 'A', issueNo: null, legNo: null, stamp: ticket.A }];
  const add = (point: Point, stamp: Stamp | null, issueNo: number | null, legNo: number | null): void => {
    if (stamp) points.push({ point, issueNo, legNo, stamp });
  };
  for (const issue of ticket.issues) {
    for (const point of ISSUE_POINTS) add(point, issue[point], issue.no, null);
    for (const leg of ticket.legs) {
      if (leg.issueNo !== issue.no) continue;
      for (const point of LEG_POINTS) add(point, leg[point], leg.issueNo, leg.no);
    }
  }
  return points.sort((a, b) => a.stamp.at - b.stamp.at);
}
