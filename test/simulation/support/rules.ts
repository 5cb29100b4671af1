import { promiseStateOf } from '@faultline/shared/ticket/clocks.ts';
import { decideAll } from '@faultline/shared/ticket/decide.ts';
import { nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { evolve } from '@faultline/shared/ticket/evolve.ts';
import { ledgerOf } from '@faultline/shared/ticket/ledger.ts';

/** The rules as the simulated server uses them; a mutant is the same with one thing broken. */
export interface Rules {
  readonly decideAll: typeof decideAll;
  readonly evolve: typeof evolve;
  readonly nextDueAt: typeof nextDueAt;
  readonly ledgerOf: typeof ledgerOf;
  readonly promiseStateOf: typeof promiseStateOf;
  /** What the database still holds after a crash. */
  readonly survives: { readonly dueTimes: boolean; readonly answers: boolean };
}

export const REAL_RULES: Rules = {
  decideAll,
  evolve,
  nextDueAt,
  ledgerOf,
  promiseStateOf,
  survives: { dueTimes: true, answers: true },
};
