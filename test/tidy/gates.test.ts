import { globSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { biome, root, runProgram, runTool, scratchTree, sourceFiles, writtenFiles } from './workspace.ts';

// A gate that reads nothing finds nothing, and looks exactly like a gate that found nothing to complain about.

/** Every project of the root tsconfig, as `tsc -b` builds them. */
function projects(): string[] {
  const solution: { readonly references: readonly { readonly path: string }[] } = JSON.parse(text('tsconfig.json'));
  return solution.references.map(({ path }) => path);
}

/** What knip calls a package's project files, as globs from the package's folder. */
function knipScope(name: string): string[] {
  const config: { readonly workspaces: Record<string, { readonly project?: string[] }> } = JSON.parse(
    text('knip.json'),
  );
  return config.workspaces[name]?.project ?? [];
}

function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('every gate looks at every file', () => {
  test('the compiler reads every source file of the workspace', async () => {
    const lists = await Promise.all(
      projects().map((project) => runTool(root, 'tsc', ['-p', project, '--listFilesOnly', '--pretty', 'false'])),
    );
    const read = new Set(lists.flatMap(({ stdout }) => stdout.split('\n')).map((path) => relative(root, path)));
    const written = sourceFiles();
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((path) => !read.has(path))).toEqual([]);
  });

  test('the linter reads every source file of the workspace', async () => {
    const { filesRead } = await biome(root, 'format');
    expect(filesRead).toBeGreaterThanOrEqual(sourceFiles().length);
  });

  test('the search for dead code has every package and every source file in its scope', () => {
    const inScope = new Set(
      ['shared', 'server', 'client', 'test'].flatMap((name) =>
        globSync(knipScope(name), {
          cwd: join(root, name),
          exclude: ['**/node_modules/**', '**/.types/**'],
        }).map((path) => `${name}/${path}`),
      ),
    );
    const written = sourceFiles().filter((path) => !path.endsWith('.config.ts'));
    expect(written.filter((path) => !inScope.has(path))).toEqual([]);
  });

  test('vitest has a project for every folder that holds tests', () => {
    const config = text('test/vitest.config.ts');
    const named = new Set([...config.matchAll(/project\('(\w+)'/g)].map((match) => match[1]));
    const folders = new Set(
      writtenFiles('test').flatMap((path) => /^test\/(\w+)\/.*\.test\.ts$/.exec(path)?.[1] ?? []),
    );
    expect(folders.size).toBeGreaterThan(0);
    expect([...folders].filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('every gate bites', () => {
  test('the search for dead code names a file, an export and a dependency that nobody uses', async () => {
    const folder = scratchTree({
      'server/package.json': JSON.stringify({ name: '@faultline/server', type: 'module', dependencies: { ws: '8' } }),
      'server/src/main.ts': "import { used } from './used.ts';\n\nused();\n",
      'server/src/used.ts': 'export const used = () => 1;\nexport const unused = () => 2;\n',
      'server/src/orphan.ts': 'export const orphan = 1;\n',
      'shared/src/rule.ts': 'export const ruleWithoutACaller = 1;\n',
    });
    try {
      const { stdout, code } = await runTool(folder, 'knip', ['--no-progress', '--reporter', 'json']);
      expect(code).not.toBe(0);
      expect(stdout).toContain('server/src/orphan.ts');
      expect(stdout).toContain('"unused"');
      expect(stdout).not.toContain('"used"');
      expect(stdout).toContain('"ws"');
      expect(stdout).toContain('"ruleWithoutACaller"');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a run that could not even begin ends with a failure in its last line and its exit code', async () => {
    const { stdout, stderr, code } = await runProgram(process.execPath, ['test/run.mjs', 'no-such-mode'], {
      cwd: root,
    });
    expect(stderr).toContain('no-such-mode');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });
});
