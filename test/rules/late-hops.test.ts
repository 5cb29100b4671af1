import { lateHopsOf, nearestRank, segmentFiguresOf } from '@faultline/shared/audit/late-hops.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { minutes } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, CENTRE, CREW, make, toldTo, USUAL } from './story.ts';

describe('the list of late hops', () => {
  test('[L2] a late hop is listed with who, how long, what it did, and by which policy', () => {
    const told = toldTo({ ...USUAL, F: 9, G: 10, H: 50 });
    expect(lateHopsOf(told.ticket(), FIRST_POLICY, at(60))).toEqual([
      {
        ticketId: 'ticket-1',
        number: '20260302-0001',
        policyVersion: 1,
        promiseState: 'lost',
        phase: 'arrived',
        areaClass: 'urban',
        centreId: CENTRE,
        crewId: CREW,
        segments: ['EF'],
        party: { kind: 'crew-duty', departmentId: CREW },
        chargedTo: { kind: 'crew-duty', departmentId: CREW },
        from: at(4),
        to: at(9),
        budget: minutes(2),
        spent: minutes(5),
        overspend: minutes(3),
        outcome: 'late',
        effect: 'contributory',
      },
      expect.objectContaining({ segments: ['GH'], overspend: minutes(12), effect: 'decisive' }),
    ]);
  });

  test('[L2] a hop that is still running late is listed before it is over', () => {
    const told = toldTo({ B: 1, C: 2 });
    expect(lateHopsOf(told.ticket(), FIRST_POLICY, at(4))).toEqual([]);
    expect(lateHopsOf(told.ticket(), FIRST_POLICY, at(5))).toMatchObject([
      { segments: ['CD'], outcome: 'running-late', to: null, effect: 'open', centreId: CENTRE, crewId: null },
    ]);
  });

  test('[T3] a joint stay of different owners is listed without a name', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, F: 9 });
    expect(lateHopsOf(told.ticket(), FIRST_POLICY, at(9))).toMatchObject([
      { segments: ['DE', 'EF'], party: null, chargedTo: null, outcome: 'undetermined' },
    ]);
  });

  test('[L2] nothing is listed of a ticket that kept every budget', () => {
    expect(lateHopsOf(toldTo(USUAL).ticket(), FIRST_POLICY, at(60))).toEqual([]);
  });
});

describe('the figures of a segment', () => {
  test('[L4] shares and percentiles are exact and say how many tickets stand behind them', () => {
    const driving = [10, 12, 14, 16, 18, 20, 22, 24, 28, 40];
    const tickets = driving.map((minute) => toldTo({ ...USUAL, H: 7 + minute }).ticket());
    const figures = segmentFiguresOf(tickets, [FIRST_POLICY], at(100)).find(({ segment }) => segment === 'GH');
    expect(figures).toEqual({
      segment: 'GH',
      n: 10,
      keptCount: 9,
      keptShare: 0.9,
      p50: minutes(18),
      p90: minutes(28),
      p95: minutes(40),
      mean: minutes(20.4),
      excluded: { running: 0, joint: 0, brokenOff: 0 },
    });
  });

  test('[L4] what is left out is listed by its reason', () => {
    const running = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5 });
    const joint = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5, H: 30 });
    const brokenOff = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5 });
    brokenOff.must(6, make.recall());
    const tickets = [running, joint, brokenOff].map((told) => told.ticket());
    const figures = segmentFiguresOf(tickets, [FIRST_POLICY], at(100)).find(({ segment }) => segment === 'FG');
    expect(figures).toMatchObject({
      n: 0,
      keptShare: null,
      p50: null,
      mean: null,
      excluded: { running: 1, joint: 1, brokenOff: 1 },
    });
  });

  test('[L4] each ticket is judged by the policy of its own A', () => {
    const strict: Policy = {
      ...FIRST_POLICY,
      version: 2,
      validFrom: at(-10),
      budgetMin: { ...FIRST_POLICY.budgetMin, GH: { urban: 5, rural: 5, remote: 5 } },
    };
    const kept = toldTo(USUAL).ticket();
    const late = toldTo(USUAL, [FIRST_POLICY, strict]).ticket();
    const figures = segmentFiguresOf([kept, late], [FIRST_POLICY, strict], at(100));
    expect(figures.find(({ segment }) => segment === 'GH')).toMatchObject({ n: 2, keptCount: 1 });
  });

  test('[L4] a percentile by nearest rank is a value that occurred, with that share at or below it', () => {
    const values = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (unsorted, percent) => {
        const sorted = unsorted.toSorted((a, b) => a - b);
        const value = nearestRank(sorted, percent);
        expect(sorted).toContain(value);
        const below = (limit: number) => sorted.filter((other) => other <= limit).length * 100;
        expect(below(value ?? -1)).toBeGreaterThanOrEqual(percent * sorted.length);
        expect(sorted.filter((other) => other < (value ?? -1)).length * 100).toBeLessThan(percent * sorted.length);
      }),
      { seed: 1 },
    );
    expect(nearestRank([], 50)).toBeNull();
  });
});
