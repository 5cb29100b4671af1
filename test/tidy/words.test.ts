import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, writtenFiles } from './workspace.ts';

/** Files of text; the lockfile is pnpm's own, and pictures and compressed data have no words. */
const TEXT =
  /\.(ts|tsx|mjs|js|json|jsonc|css|html|md|yaml|yml|grit|sql|sh|service|txt)$|\/(run|Dockerfile|\.gitignore|\.npmrc)$/;
const texts = writtenFiles()
  .filter((path) => TEXT.test(path) && path !== 'pnpm-lock.yaml' && path !== 'test/tidy/words.test.ts')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/**
 * Hosts that the product speaks of: itself, names reserved for examples, standards, and the sources of its data.
 * A host that is not here points out of the product by mistake, or deserves its line.
 */
const HOSTS = [
  /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])$/,
  /(^|\.)(example|test|invalid|localhost)$/,
  /(^|\.)example\.(com|org|net|cn)$/,
  /^(www\.)?(w3\.org|rfc-editor\.org|iana\.org|opendatacommons\.org|creativecommons\.org|spdx\.org)$/,
  /^(www\.)?(openstreetmap\.org|osmfoundation\.org|geofabrik\.de|download\.geofabrik\.de)$/,
  /^(data\.sfgov\.org|datasf\.org)$/,
  // Navigation apps that the vehicle page hands a destination to.
  /^(maps\.apple\.com|uri\.amap\.com)$/,
  /^(json\.schemastore\.org|biomejs\.dev|json-schema\.org|www\.asyncapi\.com)$/,
];

const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a path of one machine', pattern: /(?<![\w.@])\/(work|home|root|Users|mnt)\/[\w.-]/ },
  { what: 'a temporary path of one machine', pattern: /\/tmp\/[\w.-]/ },
  { what: 'a package registry', pattern: /registry\.npm|npmmirror|verdaccio|artifactory|pypi\.org|deb\.debian\.org/i },
  {
    what: 'how the work was organised',
    pattern: /\bissues? (#\d|show\b)|\bsub-?agents?\b|\bthe lead asked|\bassistant\b/i,
  },
  {
    what: 'work left undone',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented|in production you would|lorem ipsum/i,
  },
  {
    what: 'a doubt silenced by a comment',
    pattern: /^\s*(\/\/|\/\*|\{\s*\/\*)\s*(@ts-(ignore|expect-error|nocheck)|eslint-disable)/,
  },
];

describe('the repository speaks of the product only', () => {
  test('the search looks at the whole repository', () => {
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['package.json', '.ci/run', 'server/bin/start.mjs']),
    );
  });

  test.each(FORBIDDEN)('no file holds $what', ({ pattern }) => {
    expect(findings((line) => pattern.test(line))).toEqual([]);
  });

  test('no file names a host outside the list', () => {
    const unknown = (line: string) =>
      [...line.matchAll(/\b(?:https?|wss?):\/\/(\[[^\]]+\]|[\w.-]+)/g)].some(
        ([, host = '']) => !HOSTS.some((known) => known.test(host)),
      );
    expect(findings(unknown)).toEqual([]);
  });

  test.each([
    ['a path of one machine', 'see /home/somebody/notes'],
    ['a package registry', 'https://registry.npmjs.org/left-pad'],
    ['how the work was organised', 'as issue #7 says'],
    ['work left undone', '// TODO write it'],
  ])('the search for %s bites', (what, line) => {
    expect(FORBIDDEN.find((entry) => entry.what === what)?.pattern.test(line)).toBe(true);
  });
});

/** @returns `path:line text` of every line the question says yes to */
function findings(isWrong: (line: string) => boolean): string[] {
  return texts.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => (isWrong(line) ? [`${path}:${at + 1} ${line.trim().slice(0, 100)}`] : [])),
  );
}
