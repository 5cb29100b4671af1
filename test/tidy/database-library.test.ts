import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sourceFiles } from './workspace.ts';

const DOOR = 'server/src/store/sqlite/drizzle.ts';
/** An import that is still there when the program runs; `import type` is gone by then. */
const LOADED = /^import (?!type )[^;]*from 'drizzle-orm/m;

describe('the database library', () => {
  const sources = sourceFiles().filter((path) => path.startsWith('server/src/'));

  test('[P8] comes in by its one door, because its other edition doubles the time of a start', () => {
    const users = sources.filter((path) => readFileSync(join(root, path), 'utf8').includes('/drizzle.ts'));
    expect(users.length).toBeGreaterThan(5);
    const others = sources.filter((path) => path !== DOOR && LOADED.test(readFileSync(join(root, path), 'utf8')));
    expect(others).toEqual([]);
  });
});
