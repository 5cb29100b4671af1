import { expect, test } from 'vitest';
import { DISPATCHER_MUTANTS } from './dispatcher-mutants.ts';
import type { Make } from './dispatcher-world.ts';
import { liveDispatcher } from './dispatcher-world.ts';
import { RuleBroken } from './support/invariants.ts';

const SEEDS = 40;
const STEPS = 120;

/** @returns the seed that found the fault and what it found; `null` when none did. */
async function kill(make: Make): Promise<string | null> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      await liveDispatcher(seed, make, STEPS);
    } catch (error) {
      if (error instanceof RuleBroken) return `seed ${seed}: ${error.message}`;
      throw error;
    }
  }
  return null;
}

test.each(DISPATCHER_MUTANTS)('the lives of the dispatcher find: $fault', async ({ make }) => {
  const found = await kill(make);
  expect(found).not.toBeNull();
});
