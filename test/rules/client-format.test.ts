import { describe, expect, test } from 'vitest';
import { layOutBar, spreadLabels } from '../../client/src/parts/bar-layout.ts';
import { ageParts, countdown, distanceParts, overspendText, span, timeOf } from '../../client/src/text/format.ts';

const MINUTE = 60_000;

describe('times as people read them', () => {
  test.each([
    [45 * MINUTE, '45:00'],
    [61_000, '01:01'],
    [60_001, '01:01'],
    [1, '00:01'],
    [0, '00:00'],
    [-999, '00:00'],
    [-1_000, '−00:01'],
    [-754_000, '−12:34'],
    [100 * MINUTE, '1:40:00'],
    [-26 * 60 * MINUTE, '−26:00:00'],
  ])('[B1] %i ms remaining read %s', (remaining, text) => {
    expect(countdown(remaining)).toBe(text);
  });

  test('lengths are rounded down, overspend carries its plus', () => {
    expect(span(119_999)).toBe('01:59');
    expect(overspendText(270_000)).toBe('+04:30');
  });

  test('moments are those of the district, wherever the screen stands', () => {
    const at = Date.UTC(2026, 10, 22, 16, 5, 9);
    expect(timeOf(at, 'hh:mm:ss', 'Asia/Shanghai')).toBe('00:05:09');
    expect(timeOf(at, 'MM-DD hh:mm', 'Asia/Shanghai')).toBe('11-23 00:05');
    expect(timeOf(at, 'YYYY-MM-DD hh:mm:ss', 'Asia/Urumqi')).toBe('2026-11-22 22:05:09');
    expect(timeOf(at, 'hh:mm', 'UTC')).toBe('16:05');
    expect(timeOf(at, 'YYYY-MM-DD', 'UTC')).toBe('2026-11-22');
  });

  test.each([
    [-5_000, 'seconds', 0],
    [12_400, 'seconds', 12],
    [119_999, 'seconds', 119],
    [120_000, 'minutes', 2],
    [2 * 60 * MINUTE, 'hours', 2],
    [48 * 60 * MINUTE, 'days', 2],
  ] as const)('[V6] an age of %i ms is %s: %i', (age, unit, count) => {
    expect(ageParts(age)).toEqual({ unit, count });
  });

  test('distances change their unit where rounding would', () => {
    expect(distanceParts(994)).toEqual({ unit: 'metres', count: 990 });
    expect(distanceParts(996)).toEqual({ unit: 'kilometres', count: 1 });
    expect(distanceParts(12_340)).toEqual({ unit: 'kilometres', count: 12.3 });
  });
});

describe('the bar from A to H', () => {
  test('labels keep their order, their gap and inside the bar', () => {
    const spread = spreadLabels([0, 1, 2, 300, 301, 599, 600, 600], 44, 600);
    expect(spread.every((at, index) => index === 0 || at - (spread[index - 1] ?? 0) >= 44 - 1e-9)).toBe(true);
    expect(spread[0]).toBeGreaterThanOrEqual(22);
    expect(spread.at(-1)).toBeLessThanOrEqual(578);
  });

  test('labels share a bar that is too short for all', () => {
    const spread = spreadLabels([0, 0, 0, 0, 0, 0, 0, 0], 44, 160);
    expect(spread).toEqual([10, 30, 50, 70, 90, 110, 130, 150]);
  });

  test('[L1] budgets and stays lie on one scale, overspend begins where the budget ends', () => {
    const start = Date.UTC(2026, 10, 22);
    const layout = layOutBar(
      {
        plan: [
          { segment: 'AB', budget: 2 * MINUTE },
          { segment: 'BC', budget: 4 * MINUTE },
        ],
        hops: [
          {
            segments: ['AB'],
            owner: '',
            from: start,
            to: start + 5 * MINUTE,
            budget: 2 * MINUTE,
            spent: 5 * MINUTE,
            overspend: 3 * MINUTE,
            outcome: 'late',
          },
        ],
        points: [
          { point: 'A', at: start },
          { point: 'B', at: start + 5 * MINUTE },
        ],
        promise: 10 * MINUTE,
      },
      1_020,
      44,
    );
    expect(layout.promiseAt).toBeCloseTo(1_000);
    expect(layout.plan[1]).toMatchObject({ left: expect.closeTo(200), width: expect.closeTo(400) });
    expect(layout.hops[0]).toMatchObject({ left: 0, width: expect.closeTo(500) });
    expect(layout.hops[0]?.over).toMatchObject({ left: expect.closeTo(200), width: expect.closeTo(300) });
    expect(layout.points[1]?.at).toBeCloseTo(500);
  });
});
