import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, writtenFiles } from './workspace.ts';

const ID = /[A-Z]\d+[a-z]?/;

/** A rule stands in RULES.md as a row or an item that begins with its id in bold. */
const rules = [...read('shared/RULES.md').matchAll(/^[\s|*-]*?\*\*([A-Z]\d+[a-z]?)\*\*/gm)].flatMap(
  (match) => match[1] ?? [],
);

/** A test quotes rules at the beginning of its name: `[E3] …`, `[B1, B3] …` or `[L1][L2] …`. */
const quotes = writtenFiles('test')
  .filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/tidy/'))
  .flatMap((path) =>
    [...read(path).matchAll(/['"`](?:\[[A-Z]\d+[a-z]?(?:, ?[A-Z]\d+[a-z]?)*\] ?)+/g)].flatMap(([text]) =>
      [...text.matchAll(new RegExp(ID, 'g'))].map(([id]) => ({ id, path })),
    ),
  );

describe('RULES.md and the tests speak of the same rules', () => {
  test('both were found', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(quotes.length).toBeGreaterThan(20);
  });

  test('no rule has its id twice', () => {
    expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
  });

  test('every rule is quoted by the name of a test', () => {
    const quoted = new Set(quotes.map(({ id }) => id));
    expect(rules.filter((id) => !quoted.has(id))).toEqual([]);
  });

  test('every rule that a test quotes exists', () => {
    const known = new Set(rules);
    expect(quotes.filter(({ id }) => !known.has(id))).toEqual([]);
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
