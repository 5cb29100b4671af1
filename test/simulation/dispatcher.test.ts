import { env } from 'node:process';
import { expect, test } from 'vitest';
import type { DispatcherCourse } from './dispatcher-world.ts';
import { liveDispatcher, REAL_MAKE } from './dispatcher-world.ts';

const SEEDS = Number(env['DISPATCHER_SEEDS'] ?? 60);
const STEPS = 120;

test('[F1] in every seeded life the journal is what the pure rules make of the answered commands', async () => {
  const courses: DispatcherCourse[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      courses.push(await liveDispatcher(seed, REAL_MAKE, STEPS));
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
  }
  const sum = (of: keyof DispatcherCourse) => courses.reduce((total, course) => total + course[of], 0);
  expect(sum('rows')).toBeGreaterThan(SEEDS * 20);
  expect(sum('repeats')).toBeGreaterThan(SEEDS * 10);
  expect(sum('crashes')).toBeGreaterThan(SEEDS);
  expect(sum('faults')).toBeGreaterThan(SEEDS / 10);
  expect(sum('lost')).toBeGreaterThan(SEEDS / 10);
});
