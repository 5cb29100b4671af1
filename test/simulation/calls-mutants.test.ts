import { expect, test } from 'vitest';
import { CALL_MUTANTS } from './support/call-mutants.ts';
import type { CallRules } from './support/call-rules.ts';
import { liveCalls } from './support/call-world.ts';
import { RuleBroken } from './support/invariants.ts';

const SEEDS = 40;

/** @returns the seed that found the fault and what it found; `null` when none did. */
function kill(rules: CallRules): string | null {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      liveCalls(seed, rules);
    } catch (error) {
      if (error instanceof RuleBroken) return `seed ${seed}: ${error.message}`;
      throw error;
    }
  }
  return null;
}

test.each(CALL_MUTANTS)('the nights of calls find: $fault', ({ rules }) => {
  expect(kill(rules)).not.toBeNull();
});
