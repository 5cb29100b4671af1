import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What tools and the server leave behind; everything else in the tree was written by somebody. */
const LEFT_BEHIND = /(^|\/)(node_modules|\.git|dist|\.types|coverage)$|^(server\/)?data$/;

/** The configuration of the gates: a scratch tree that has these is judged exactly as the repository is. */
const GATE_FILES = [
  'biome.json',
  'knip.json',
  '.gitignore',
  'package.json',
  'tsconfig.base.json',
  'test/tidy/wall-clock.grit',
  ...['shared', 'server', 'client', 'test'].flatMap((name) => [`${name}/package.json`, `${name}/tsconfig.json`]),
];

/**
 * @param folder from the root; '' is the root itself
 * @returns every file somebody wrote, as paths from the root with forward slashes, in a stable order
 */
export function writtenFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .map((entry) => ({ entry, path: folder === '' ? entry.name : `${folder}/${entry.name}` }))
    .filter(({ path }) => !LEFT_BEHIND.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ entry, path }) => {
      return entry.isDirectory() ? writtenFiles(path) : entry.isFile() ? [path] : [];
    });
}

/** @returns the written files that a compiler reads */
export function sourceFiles(): string[] {
  return writtenFiles().filter((path) => /\.(ts|tsx|mjs)$/.test(path));
}

/**
 * Lays files out in a temporary folder under the repository's own gates; the caller removes it.
 *
 * @param files paths from the root of the new tree to contents
 * @returns the folder
 */
export function scratchTree(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-tidy-'));
  for (const path of GATE_FILES) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path));
  }
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages: [shared, server, client, test]\n');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the workspace's tools in a folder to its end, whatever its exit code. */
export function runTool(folder: string, tool: 'biome' | 'knip' | 'tsc', args: readonly string[]): Promise<Outcome> {
  return runProgram(join(root, 'node_modules', '.bin', tool), args, { cwd: folder });
}

/** Runs a program to its end; its output may be as large as the tree's own report. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((done) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024, ...options }, (_error, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** One complaint of Biome, from its JSON report. */
export interface Complaint {
  readonly path: string;
  /** 1 is the first; 0 when the complaint is about the whole file. */
  readonly line: number;
  readonly rule: string;
}

/**
 * @param folder a tree with a biome.json
 * @param command `lint` judges, `format` only reads and compares
 * @returns the complaints and how many files were read
 */
export async function biome(
  folder: string,
  command: 'lint' | 'format',
): Promise<{ readonly complaints: Complaint[]; readonly filesRead: number }> {
  const { stdout, stderr } = await runTool(folder, 'biome', [
    command,
    '--reporter=json',
    '--max-diagnostics=none',
    '.',
  ]);
  const report: unknown = JSON.parse(stdout === '' ? 'null' : stdout);
  if (!isReport(report)) throw new Error(`Biome left no report that could be read: ${stdout}${stderr}`);
  const complaints = report.diagnostics.map(({ category, location }) => ({
    path: relative(folder, join(folder, location?.path ?? '')),
    line: location?.start?.line ?? 0,
    rule: category,
  }));
  return { complaints, filesRead: report.summary.changed + report.summary.unchanged };
}

interface Report {
  readonly summary: { readonly changed: number; readonly unchanged: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location?: { readonly path?: string; readonly start?: { readonly line: number } };
  }[];
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'summary' in value && 'diagnostics' in value;
}
