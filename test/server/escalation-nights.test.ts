import { expect, test } from 'vitest';
import { liveNight, NightBroken } from '../support/call-night.ts';
import type { EngineMutant } from '../support/engine-mutants.ts';
import { ENGINE_MUTANTS } from '../support/engine-mutants.ts';

/** Enough for every kind of trouble in a few seconds; `NIGHTS=500` looks further. A seed that fails is kept by name. */
const NIGHTS = Number(process.env['NIGHTS'] ?? 6);
const NIGHTS_PER_MUTANT = 12;

test('[E3] [E5] [E6] [E7] in rough nights every silent hop is rung until it is taken, and every call has its end', async () => {
  for (let seed = 1; seed <= NIGHTS; seed += 1) await liveNight(seed);
});

/** @returns what the first night that found the fault has found; `null` when none did. */
async function kill({ make }: EngineMutant): Promise<string | null> {
  for (let seed = 1; seed <= NIGHTS_PER_MUTANT; seed += 1) {
    try {
      await liveNight(seed, make);
    } catch (error) {
      if (error instanceof NightBroken) return error.message;
      throw error;
    }
  }
  return null;
}

test.each(ENGINE_MUTANTS)('the nights find an engine where $fault', async (mutant) => {
  expect(await kill(mutant)).not.toBeNull();
});
