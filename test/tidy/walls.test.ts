import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Complaint } from './workspace.ts';
import { biome, runTool, scratchTree } from './workspace.ts';

/** One line of code, where it stands, and whether a wall stands there: the rule that refuses it, or none. */
interface Line {
  /** A folder, or one file by its own name. */
  readonly at: string;
  readonly code: string;
  readonly rule: string | 'door';
}

const IMPORTS = 'lint/style/noRestrictedImports';
const GLOBALS = 'lint/style/noRestrictedGlobals';
const PROPERTIES = 'lint/nursery/noJsRestrictedProperties';
const CLOCK = 'plugin';
const CONSOLE = 'lint/suspicious/noConsole';
const DEFAULT_EXPORT = 'lint/style/noDefaultExport';
const BARREL = 'lint/performance/noReExportAll';
/** A door is open when none of these stands in it; what else a bare line violates does not matter here. */
const WALLS = [IMPORTS, GLOBALS, PROPERTIES, CLOCK, CONSOLE, DEFAULT_EXPORT, BARREL];

const imports = (at: string, rule: string, ...paths: string[]): Line[] =>
  paths.map((path) => ({ at, rule, code: `import * as $ from '${path}';` }));
const reads = (at: string, rule: string, ...expressions: string[]): Line[] =>
  expressions.map((expression) => ({ at, rule, code: `export const $ = ${expression};` }));

const CLIENT = '@faultline/client/src/text/text.ts';
const TEST = '../../../test/support/chromium.ts';
const DATABASES = ['drizzle-orm', 'drizzle-orm/better-sqlite3', 'better-sqlite3', 'pg', 'node:sqlite'];
const PROCESS = ['node:process', 'process'];
const CLOCK_READINGS = ['Date.now()', 'new Date()', 'Date()'];

const RULES_ARE_PURE: readonly Line[] = [
  ...imports('shared/src/intake', IMPORTS, 'zod', 'node:fs', 'fastify', 'react'),
  ...imports(
    'shared/src/intake',
    IMPORTS,
    '@faultline/shared/time.ts',
    '@faultline/server/src/clock.ts',
    '../wire/http.ts',
  ),
  ...imports('shared/src/ticket', IMPORTS, '../wire/http.ts', 'zod'),
  ...imports(
    'shared/src/ticket',
    IMPORTS,
    ...['escalation', 'audit', 'vehicle', 'intake'].map((room) => `../${room}/any.ts`),
  ),
  ...imports('shared/src', IMPORTS, './wire/http.ts'),
  ...imports('shared/src/wire', IMPORTS, 'fastify', 'node:crypto'),
  ...reads('shared/src/audit', GLOBALS, 'Date.now()', 'new Date(0)', 'performance.now()', 'Intl', 'crypto', 'console'),
  ...reads(
    'shared/src/audit',
    GLOBALS,
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'fetch',
    'WebSocket',
  ),
  ...reads('shared/src/wire', GLOBALS, 'process', 'Buffer', 'global', 'globalThis.Date', 'Date.now()'),
  ...reads('shared/src/wire', GLOBALS, 'window', 'document', 'navigator', 'localStorage'),
  ...reads('shared/src/vehicle', PROPERTIES, 'Math.random()', "Math['random']()"),
  ...imports('shared/src/wire', 'door', 'zod', '../ticket/points.ts', './common.ts'),
  ...imports('shared/src/escalation', 'door', '../ticket/points.ts', '../time.ts'),
  ...imports('shared/src/ticket', 'door', './points.ts', '../time.ts'),
];

const SERVER_HAS_ROOMS: readonly Line[] = [
  ...['server/src/ticket', 'server/src/clock.ts', 'server/src/main.ts'].flatMap((at) =>
    imports(at, IMPORTS, ...DATABASES, CLIENT, TEST),
  ),
  ...imports('server/src/store/sqlite', IMPORTS, CLIENT, TEST, ...PROCESS),
  ...imports('server/src/store/sqlite', 'door', ...DATABASES),
  ...['server/src/http', 'server/src/clock.ts'].flatMap((at) => imports(at, IMPORTS, ...PROCESS)),
  ...imports('server/src/main.ts', 'door', ...PROCESS),
  ...['server/src/http', 'server/src/store', 'server/src/clock.ts'].flatMap((at) => reads(at, GLOBALS, 'process.env')),
  ...['server/src/main.ts', 'server/src/shift/main.ts'].flatMap((at) => reads(at, 'door', 'process.argv')),
  ...['server/src/http', 'server/src/store', 'server/src/main.ts'].flatMap((at) => [
    ...reads(at, CLOCK, ...CLOCK_READINGS),
    ...reads(at, GLOBALS, 'performance.now()'),
    { at, rule: IMPORTS, code: "import { performance as $ } from 'node:perf_hooks';" },
    { at, rule: 'door', code: "import { monitorEventLoopDelay as $ } from 'node:perf_hooks';" },
  ]),
  ...reads('server/src/clock.ts', 'door', ...CLOCK_READINGS, 'performance.now()'),
  ...reads('server/src/audit', 'door', 'new Date(0).toISOString()'),
  ...reads('server/src/access', PROPERTIES, 'Math.random()'),
];

const CLIENT_STANDS_ALONE: readonly Line[] = [
  ...imports(
    'client/src/live',
    IMPORTS,
    '@faultline/server/src/clock.ts',
    '../../../server/src/clock.ts',
    'node:fs',
    TEST,
  ),
  ...imports('client/src/live', 'door', '@faultline/shared/time.ts', './clock.ts', 'react'),
];

const EVERYWHERE: readonly Line[] = [
  { at: 'server/src/http', rule: 'lint/suspicious/noExplicitAny', code: 'export const $: any = 1;' },
  { at: 'server/src/http', rule: 'lint/style/noNonNullAssertion', code: 'export const $ = (a?: { b: 1 }) => a!.b;' },
  { at: 'server/src/http', rule: 'lint/style/noEnum', code: 'export enum $ { Left }' },
  {
    at: 'server/src/http',
    rule: 'lint/style/useThrowOnlyError',
    code: "export const $ = () => { throw 'a string'; };",
  },
  { at: 'server/src/http', rule: 'lint/suspicious/noTsIgnore', code: '// @ts-ignore' },
  {
    at: 'server/src/http',
    rule: 'lint/nursery/noFloatingPromises',
    code: 'export const $ = (): void => { (async () => 3)(); };',
  },
  {
    at: 'server/src/http',
    rule: 'lint/style/useImportType',
    code: "import { Server as $ } from 'node:http'; export type Of$ = $;",
  },
  { at: 'test/rules', rule: 'lint/suspicious/noSkippedTests', code: "test.skip('[T1] later', () => {});" },
  { at: 'test/rules', rule: 'lint/suspicious/noFocusedTests', code: "test.only('[T1] alone', () => {});" },
  { at: 'server/src/http', rule: CONSOLE, code: "console.log('here');" },
  { at: 'server/bin', rule: 'door', code: "console.log('progress');" },
  { at: 'test/run.mjs', rule: 'door', code: "console.log('tally');" },
  { at: 'test/bench', rule: 'door', code: "console.log('table');" },
  { at: 'server/src/http', rule: DEFAULT_EXPORT, code: 'export default 1;' },
  { at: 'client/vite.config.ts', rule: 'door', code: 'export default {};' },
  { at: 'server/src/http', rule: BARREL, code: "export * from './routes.ts';" },
  { at: 'server/src/store/sqlite/schema.ts', rule: 'door', code: "export * from './schema-journal.ts';" },
];

describe('the linter', () => {
  const lines = [...RULES_ARE_PURE, ...SERVER_HAS_ROOMS, ...CLIENT_STANDS_ALONE, ...EVERYWHERE].map(placed());
  let folder = '';
  let complaints: Complaint[] = [];

  beforeAll(async () => {
    const files: Record<string, string> = {};
    for (const { path, code } of lines) files[path] = `${files[path] ?? ''}${code}\n`;
    folder = scratchTree(files);
    const report = await biome(folder, 'lint');
    complaints = report.complaints;
    expect(report.filesRead).toBeGreaterThanOrEqual(Object.keys(files).length);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const rulesAt = (path: string, line: number) =>
    complaints.filter((complaint) => complaint.path === path && complaint.line === line).map(({ rule }) => rule);

  test.each(lines.filter(({ rule }) => rule !== 'door'))('refuses in $at: $code', ({ path, line, rule }) => {
    expect(rulesAt(path, line)).toContain(rule);
  });

  test.each(lines.filter(({ rule }) => rule === 'door'))('leaves a door in $at: $code', ({ path, line }) => {
    expect(rulesAt(path, line).filter((rule) => WALLS.includes(rule))).toEqual([]);
  });
});

/** Gives every line its file, its number in it, and a name of its own in place of `$`. */
function placed(): (line: Line, index: number) => Line & { readonly path: string; readonly line: number } {
  const lengths = new Map<string, number>();
  return ({ at, rule, code }, index) => {
    const path = /\.\w+$/.test(at) ? at : `${at}/walls.ts`;
    const line = (lengths.get(path) ?? 0) + 1;
    lengths.set(path, line);
    return { at, rule, path, line, code: code.replaceAll('$', `name${index}`) };
  };
}

describe('the compiler', () => {
  const reading = (expression: string) => `export const value = ${expression};\n`;
  const refused: Readonly<Record<string, string>> = {
    'shared/src/browser.ts': reading('window'),
    'shared/src/page.ts': reading('document.title'),
    'shared/src/node.ts': reading('process.env'),
    'shared/src/timer.ts': reading('setTimeout'),
    'shared/src/network.ts': reading('fetch'),
    'shared/src/measure.ts': reading('performance.now()'),
    'shared/src/enum.ts': 'export enum Side {\n  Left,\n}\n',
    'shared/src/member.ts': 'export class Box {\n  constructor(readonly side: number) {}\n}\n',
    'shared/src/index.ts': 'export const first = (list: readonly number[]): number => list[0];\n',
    'shared/src/optional.ts': 'export const maybe: { a?: number } = { a: undefined };\n',
    'shared/src/signature.ts': 'export const f = (words: Record<string, string>) => words.missing;\n',
    'shared/src/outside.ts': "import { clock } from '../../server/src/clock.ts';\nexport const c = clock;\n",
    'shared/src/switch.ts':
      "export function side(s: 'l' | 'r'): number {\n  switch (s) {\n    case 'l':\n      return 1;\n  }\n}\n",
  };

  test('refuses in the rules what only a browser or Node has, and every loose end', async () => {
    const folder = scratchTree({
      ...refused,
      'shared/src/clean.ts': 'export const minutes = (ms: number): number => ms / 60_000;\n',
      'server/src/clock.ts': 'export const clock = 1;\n',
    });
    try {
      const { stdout, code } = await runTool(folder, 'tsc', ['-p', 'shared', '--pretty', 'false']);
      const named = new Set([...stdout.matchAll(/^(\S+?)\(\d+,\d+\): error TS\d+/gm)].map((match) => match[1]));
      expect(code).not.toBe(0);
      expect([...named].sort()).toEqual(Object.keys(refused).sort());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
