import { CALL_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import { expect, test } from 'vitest';
import { REAL_CALL_RULES } from './support/call-rules.ts';
import type { CallCourse } from './support/call-world.ts';
import { liveCalls } from './support/call-world.ts';

/** A night of calls takes as long as eight days of the tickets' own world. */
const SEEDS = Math.ceil(Number(process.env['SIMULATION_SEEDS'] ?? 200) / 8);

test('[E6] in every seeded night each silent hop rings until somebody takes it, and every rule holds at each step', () => {
  const courses: CallCourse[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      courses.push(liveCalls(seed, REAL_CALL_RULES));
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
  }
  const types = new Set(courses.flatMap((course) => [...course.types]));
  for (const type of ['call-placed', 'call-answered', 'call-ended', 'call-recorded'] as const)
    expect(types).toContain(type);
  for (const type of ['ladder-spent', 'calls-held', 'calls-released'] as const) expect(types).toContain(type);
  expect([...new Set(courses.flatMap(({ outcomes }) => [...outcomes]))].sort()).toEqual([...CALL_OUTCOMES].sort());
  const sum = (of: 'yes' | 'calls' | 'byHand' | 'crashes' | 'rounds') =>
    courses.reduce((total, course) => total + course[of], 0);
  expect(sum('calls')).toBeGreaterThan(SEEDS * 40);
  expect(sum('crashes')).toBeGreaterThan(SEEDS);
  expect(sum('rounds')).toBeGreaterThan(SEEDS);
  expect(sum('byHand')).toBeGreaterThan(SEEDS);
  expect(sum('yes')).toBeGreaterThan(SEEDS);
  expect(Math.max(...courses.map(({ shared }) => shared))).toBeGreaterThan(1);
});

test('the same seed lives the same night', () => {
  expect(liveCalls(7, REAL_CALL_RULES)).toEqual(liveCalls(7, REAL_CALL_RULES));
});
