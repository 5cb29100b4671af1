import { expect, test } from 'vitest';
import { RuleBroken } from './support/invariants.ts';
import { MUTANTS } from './support/mutants.ts';
import type { Rules } from './support/rules.ts';
import { live } from './support/world.ts';

const SEEDS = 200;

/** @returns the seed that found the fault and the rule it broke; `null` when none did. */
function kill(rules: Rules): { readonly seed: number; readonly rule: string } | null {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      live(seed, rules);
    } catch (error) {
      if (error instanceof RuleBroken) return { seed, rule: error.rule };
      throw error;
    }
  }
  return null;
}

test.each(MUTANTS)('the simulation finds: $fault', ({ rules }) => {
  expect(kill(rules)).not.toBeNull();
});
