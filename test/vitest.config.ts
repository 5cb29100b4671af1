import { defineConfig } from 'vitest/config';

/**
 * One project per folder, so that each kind of test runs the way its kind needs. Nothing is ever retried: a test that
 * passes the second time has found something.
 */
export default defineConfig({
  test: {
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    // Two cores carry CI; more workers than that only make timings worse.
    maxWorkers: 2,
    projects: [
      project('rules', 0),
      project('simulation', 0, { testTimeout: 120_000 }),
      project('tidy', 0, { testTimeout: 60_000 }),
      project('contract', 0, { testTimeout: 30_000 }),
      project('server', 1, { testTimeout: 60_000, hookTimeout: 60_000 }),
      project('e2e', 2, { testTimeout: 240_000, hookTimeout: 120_000, fileParallelism: false }),
    ],
  },
});

/**
 * A project over `test/<name>`, each file in a process of its own: native modules and open sockets do not share one well.
 *
 * @param turn projects of one turn run side by side, a later turn when the earlier one is over: what measures a real
 *   server must not share the machine with what saturates it
 */
function project(
  name: string,
  turn: number,
  options: { testTimeout?: number; hookTimeout?: number; fileParallelism?: boolean } = {},
) {
  return {
    test: {
      name,
      include: [`${name}/**/*.test.ts`],
      environment: 'node',
      pool: 'forks' as const,
      sequence: { groupOrder: turn },
      ...options,
    },
  };
}
