import { expect, test } from 'vitest';
import { REAL_RULES } from './support/rules.ts';
import type { Course } from './support/world.ts';
import { live } from './support/world.ts';

/** 200 in a check before a commit, more in the whole suite: the caller says how many. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 200);

test('[E6] no duty is missed, doubled or early in any of the seeded worlds, and every rule holds after each step', () => {
  const courses: Course[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      courses.push(live(seed, REAL_RULES));
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
  }
  const types = new Set(courses.flatMap((course) => [...course.types]));
  expect([...types].sort()).toEqual([
    'accepted',
    'alarm-acknowledged',
    'arrived',
    'call-recorded',
    'cancelled',
    'cleared',
    'closed',
    'contradicted',
    'corrected',
    'delivered-to-centre',
    'delivered-to-crew',
    'departed',
    'dispatched',
    'duty-fired',
    'feedback-raised',
    'issued',
    'opened',
    'recall-confirmed',
    'recalled',
    'recorded',
    'returned',
    'taken',
  ]);
  expect(Math.min(...courses.map(({ events }) => events))).toBeGreaterThan(20);
  expect(courses.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(SEEDS);
});

test('the same seed lives the same day', () => {
  expect(live(7, REAL_RULES)).toEqual(live(7, REAL_RULES));
});
