import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { FixMemory, Judgement } from '@faultline/shared/vehicle/fix.ts';
import {
  clockFaultOf,
  clockSkew,
  judgeFix,
  medianSkew,
  NO_FIXES,
  withClockSample,
  withSkewSample,
} from '@faultline/shared/vehicle/fix.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const T0 = Date.UTC(2026, 2, 2, 8);

function fix(second: number, change: Partial<Fix> = {}): Fix {
  const fixedAt = T0 + second * SECOND;
  const motion = { speedMps: 8, headingDeg: 90, accuracyM: 12 };
  return { lon: 116.4, lat: 39.9, fixedAt, receivedAt: fixedAt + SECOND, ...motion, ...change };
}

/** One degree of latitude is 111.2 km. */
function north(metres: number): { lat: number } {
  return { lat: 39.9 + metres / 111_195 };
}

function judgeAll(fixes: readonly Fix[], memory: FixMemory = NO_FIXES) {
  const judgements: Judgement[] = [];
  let current = memory;
  for (const one of fixes) {
    const judged = judgeFix(current, one);
    current = judged.memory;
    judgements.push(judged.judgement);
  }
  return { memory: current, judgements, words: judgements.map(wordOf) };
}

function wordOf(judgement: Judgement): string {
  return judgement.what === 'moved' ? 'moved' : judgement.reason;
}

describe('what is dropped', () => {
  const cases: readonly (readonly [string, Partial<Fix>])[] = [
    ['not-finite', { lon: Number.NaN }],
    ['not-finite', { lat: Number.POSITIVE_INFINITY }],
    ['not-finite', { fixedAt: Number.NaN }],
    ['out-of-range', { lon: 180.1 }],
    ['out-of-range', { lat: -90.1 }],
    ['zero-zero', { lon: 0, lat: 0 }],
    ['from-future', { receivedAt: T0 - 121 * SECOND }],
    ['too-old', { receivedAt: T0 + 72 * HOUR + 1 }],
  ];
  test.each(cases)('[V4] a position that is %s is dropped: %j', (reason, change) => {
    const { memory, words } = judgeAll([fix(0, change)]);
    expect(words).toEqual([reason]);
    expect(memory).toEqual(NO_FIXES);
  });

  test('[V4] the limits themselves are good', () => {
    expect(judgeAll([fix(0, { receivedAt: T0 - 120 * SECOND })]).words).toEqual(['moved']);
    expect(judgeAll([fix(0, { receivedAt: T0 + 72 * HOUR })]).words).toEqual(['moved']);
    expect(judgeAll([fix(0, { lon: 0, lat: 51.5 })]).words).toEqual(['moved']);
  });

  test('[V4] the same position told twice is dropped the second time', () => {
    expect(judgeAll([fix(0), fix(0, { receivedAt: T0 + MINUTE })]).words).toEqual(['moved', 'repeated']);
  });
});

describe('what moves a vehicle', () => {
  test('[V4] a newer position moves it, a late one does not', () => {
    const { memory, words } = judgeAll([fix(10), fix(5, north(50)), fix(10, north(80)), fix(20, north(90))]);
    expect(words).toEqual(['moved', 'not-newer', 'not-newer', 'moved']);
    expect(memory.last?.fixedAt).toBe(T0 + 20 * SECOND);
  });

  test('[V4] a jump does not move it, and a return from the jump goes on as before', () => {
    const { words, memory } = judgeAll([fix(0), fix(10, north(5_000)), fix(20, north(100))]);
    expect(words).toEqual(['moved', 'too-fast', 'moved']);
    expect(memory.doubted).toEqual([]);
  });

  test('[V4] a jump moves it when the next two agree', () => {
    const there = (second: number) => fix(second, north(5_000 + second * 10));
    const { words, memory } = judgeAll([fix(0), there(10), there(20), there(30)]);
    expect(words).toEqual(['moved', 'too-fast', 'too-fast', 'moved']);
    expect(memory.last?.lat).toBeCloseTo(there(30).lat, 9);
  });

  test('[V4] jumps that contradict each other never move it', () => {
    const wild = [fix(10, north(5_000)), fix(11, north(20_000)), fix(12, north(-9_000)), fix(13, north(40_000))];
    expect(judgeAll([fix(0), ...wild]).words).toEqual(['moved', 'too-fast', 'too-fast', 'too-fast', 'too-fast']);
  });

  test('[V4] 160 km/h is possible, more is not, and the noise of a standing receiver is no speed', () => {
    const after = 100;
    const limit = (160 / 3.6) * after;
    expect(judgeAll([fix(0), fix(after, north(limit))]).words).toEqual(['moved', 'moved']);
    expect(judgeAll([fix(0), fix(after, north(limit + 100))]).words).toEqual(['moved', 'too-fast']);
    expect(judgeAll([fix(0), fix(0.1, north(20))]).words).toEqual(['moved', 'moved']);
  });

  test('[V4] an inaccurate position waits for two more that agree, also when it is the first', () => {
    const vague = (second: number) => fix(second, { accuracyM: 900 });
    expect(judgeAll([vague(0), vague(10), vague(20)]).words).toEqual(['inaccurate', 'inaccurate', 'moved']);
    expect(judgeAll([vague(0), fix(10)]).words).toEqual(['inaccurate', 'moved']);
    expect(judgeAll([fix(0, { accuracyM: 200 })]).words).toEqual(['moved']);
  });

  test('[V4] motion that cannot be is unknown, and the position stays', () => {
    const { memory } = judgeAll([fix(0, { speedMps: -3, headingDeg: 400, accuracyM: -1 })]);
    expect(memory.last).toMatchObject({ speedMps: null, headingDeg: null, accuracyM: null });
    expect(judgeAll([fix(0, { headingDeg: 360 })]).memory.last?.headingDeg).toBe(0);
  });

  test('[V4] whatever comes, the vehicle only ever moves on in time', () => {
    const any = fc.double({ noDefaultInfinity: false });
    const reported = fc.record({
      lon: fc.oneof(any, fc.double({ min: 116, max: 117, noNaN: true })),
      lat: fc.oneof(any, fc.double({ min: 39, max: 40, noNaN: true })),
      fixedAt: fc.oneof(any, fc.integer({ min: T0 - 4 * 24 * HOUR, max: T0 + HOUR })),
      receivedAt: fc.constant(T0),
      speedMps: fc.option(any),
      headingDeg: fc.option(any),
      accuracyM: fc.option(any),
    });
    fc.assert(
      fc.property(fc.array(reported, { maxLength: 30 }), (fixes) => {
        let memory = NO_FIXES;
        for (const one of fixes) {
          const before = memory.last;
          const judged = judgeFix(memory, one);
          memory = judged.memory;
          const after = memory.last;
          expect(after === before || (after !== null && (before === null || after.fixedAt > before.fixedAt))).toBe(
            true,
          );
          expect(memory.doubted.length).toBeLessThan(3);
          if (judged.judgement.what !== 'dropped') expect(Number.isFinite(judged.judgement.fix.lon)).toBe(true);
        }
      }),
    );
  });
});

describe('clocks of devices', () => {
  test('[V4] the median of the differences is not moved by one wild report', () => {
    let samples: readonly number[] = [];
    for (const difference of [900, 1_000, 8 * HOUR, 1_100, -HOUR]) samples = withSkewSample(samples, difference);
    expect(medianSkew(samples)).toBe(1_000);
    expect(medianSkew([])).toBeNull();
    for (let count = 0; count < 100; count += 1) samples = withSkewSample(samples, 2_000);
    expect(samples).toHaveLength(31);
  });

  test('[V4] beyond two minutes a clock is wrong, and eight hours are a wrong time zone', () => {
    expect([null, 0, 2 * MINUTE, -2 * MINUTE].map(clockFaultOf)).toEqual(['none', 'none', 'none', 'none']);
    expect([2 * MINUTE + 1, -HOUR, 24 * HOUR].map(clockFaultOf)).toEqual(['off', 'off', 'off']);
    expect([8 * HOUR, -8 * HOUR + MINUTE].map(clockFaultOf)).toEqual(['time-zone', 'time-zone']);
  });

  test('[T4] the clock difference is the one with the shortest way, and a clock that was set begins anew', () => {
    const sample = (ahead: number, way: number) => ({ t: T0 + ahead, receivedAt: T0 + way });
    let samples = withClockSample([], sample(5_000, 900));
    samples = withClockSample(samples, sample(5_000, 40));
    samples = withClockSample(samples, sample(5_000, 300));
    expect(clockSkew(samples)).toBe(4_960);
    samples = withClockSample(samples, sample(65_000, 60));
    expect(clockSkew(samples)).toBe(64_940);
    expect(clockSkew([])).toBeNull();
  });
});
