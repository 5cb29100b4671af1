/**
 * What every command needs before it can begin: the packages, Node 24 among them, and a built client.
 *
 * Plain JavaScript without a dependency, because it runs on whatever Node the machine has (20 or later) and before
 * anything is installed. `start.mjs` and `test/run.mjs` share it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const PNPM = 'pnpm@12.21.0';
const NODE_MAJOR = 24;
/** What may run these scripts and npx; everything after them runs on the workspace's own Node. */
const OLDEST_NODE_MAJOR = 20;
/** The folders of the workspace that have a package.json of their own. */
const PACKAGES = ['.', 'shared', 'server', 'client', 'test'];
/** Written as the last act of an installation, so that an interrupted one is never taken for a finished one. */
const installedMark = join(root, 'node_modules', '.faultline-installed');
/** Lies inside the build, so that whoever deletes the build deletes the claim that it is current. */
const builtMark = join(root, 'client', 'dist', '.built-from');

/** The world failed in a way the person at the keyboard can mend; `advice` says how. */
export class SetupFault extends Error {
  /** @override */
  name = 'SetupFault';
  /**
   * @param {string} text what went wrong
   * @param {string} advice what to do next
   */
  constructor(text, advice) {
    super(text);
    this.advice = advice;
  }
}

/** @param {string} line one line of progress, set apart from what the programs themselves print */
export function say(line) {
  console.log(`faultline: ${line}`);
}

/**
 * Runs a program to its end.
 *
 * @param {string} program name or path
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] stdio is inherited unless told otherwise, stdin is closed
 * @returns {Promise<number>} its exit code, 128 + n after signal n; 127 when the program is not there
 */
export function run(program, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.once('error', (error) => {
      if (options.stdio !== 'ignore') console.error(`faultline: ${program} did not start: ${error.message}`);
      done(127);
    });
    child.once('exit', (code, signal) => done(exitCode(code, signal)));
  });
}

/** @type {Readonly<Record<string, number>>} */
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {number} what a shell would report
 */
export function exitCode(code, signal) {
  return code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0);
}

/** @returns {string} the workspace's own Node: the program itself, so that signals reach it without a wrapper between */
export function nodeBinary() {
  const folder = join(root, 'node_modules', 'node', 'bin');
  return join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Installs the locked packages unless exactly these are installed already.
 *
 * A folder that an interrupted installation or a deleted file left behind is repaired: first by installing over it,
 * and when pnpm, trusting its own record, still leaves something out, by one installation from nothing.
 *
 * @throws {SetupFault} when Node is too old, npx is missing, the registry cannot be reached, or the result is not whole
 */
export async function install() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE_MAJOR) {
    throw new SetupFault(
      `Node.js ${process.versions.node} is too old to install the workspace`,
      `Install Node.js ${OLDEST_NODE_MAJOR} or later with its npm; the server's own Node ${NODE_MAJOR} is then installed by itself.`,
    );
  }
  const wanted = hashOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml'], `${process.platform}-${process.arch}`);
  if (textOf(installedMark) === wanted && (await missingParts()).length === 0) return;

  say('installing packages (once; needs the npm registry)');
  rmSync(installedMark, { force: true });
  await runPnpmInstall();
  let missing = await missingParts();
  if (missing.length > 0) {
    say(`the installed folder is damaged (${missing[0]}); installing it anew`);
    for (const name of PACKAGES) rmSync(join(root, name, 'node_modules'), { recursive: true, force: true });
    await runPnpmInstall();
    missing = await missingParts();
  }
  if (missing.length > 0) {
    throw new SetupFault(
      `the installation lacks ${missing.join(', ')}`,
      'Is the disk full, or does a policy forbid install scripts? Delete node_modules and run the command again.',
    );
  }
  writeFileSync(installedMark, wanted);
}

async function runPnpmInstall() {
  // Without a terminal pnpm would refuse to replace a folder of another version; there is nobody to ask, and nothing to
  // lose. The packages run on the workspace's Node, not on the one that installs them, so theirs is the one to compare.
  const args = [
    '--yes',
    PNPM,
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--config.confirmModulesPurge=false',
    `--config.nodeVersion=${NODE_MAJOR}.0.0`,
  ];
  const code = await run('npx', args, { shell: process.platform === 'win32' });
  if (code === 0) return;
  if (code === 127) {
    throw new SetupFault(
      'npx was not found',
      'Install npm (it comes with Node.js 20 or later) and run the command again.',
    );
  }
  throw new SetupFault(
    `installing the packages failed (npx ${PNPM} ended with ${code}; its reason stands above)`,
    'Check that this machine reaches the registry that `npm config get registry` names (behind a proxy set HTTPS_PROXY), ' +
      'and that pnpm-lock.yaml belongs to the package.json files; then run the command again. Nothing has to be deleted.',
  );
}

/** @returns {Promise<string[]>} names of what an installation should have brought and did not */
async function missingParts() {
  const missing = [];
  for (const folder of PACKAGES) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    for (const name of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) {
      if (!existsSync(join(root, folder, 'node_modules', name, 'package.json'))) missing.push(join(folder, name));
    }
  }
  if (missing.length === 0) {
    const test = `process.exit(Number(process.versions.node.split('.')[0]) === ${NODE_MAJOR} ? 0 : 1)`;
    const code = existsSync(nodeBinary()) ? await run(nodeBinary(), ['-e', test], { stdio: 'ignore' }) : 127;
    if (code !== 0) missing.push(`Node ${NODE_MAJOR} (${relative(root, nodeBinary())})`);
  }
  return missing;
}

/**
 * Builds the pages into client/dist unless they are built from exactly these sources.
 * Contents are compared, not times: a clone, a copy and a checkout all change times.
 *
 * @throws {SetupFault} when the build fails
 */
export async function buildClient() {
  const pages = readdirSync(join(root, 'client')).filter((name) => name.endsWith('.html'));
  const sources = [
    'client/src',
    'client/public',
    'client/vite.config.ts',
    'client/package.json',
    'shared/src',
    'pnpm-lock.yaml',
  ];
  const wanted = hashOf([...pages.map((name) => `client/${name}`), ...sources], '');
  if (textOf(builtMark) === wanted) return;

  say('building the pages');
  rmSync(builtMark, { force: true });
  const vite = join(root, 'client', 'node_modules', 'vite', 'bin', 'vite.js');
  const code = await run(nodeBinary(), [vite, 'build', '--logLevel', 'warn'], { cwd: join(root, 'client') });
  if (code !== 0) {
    throw new SetupFault(
      `building the pages failed (vite ended with ${code}; its reason stands above)`,
      'A change in client/ or shared/ is the usual cause: `npm run check` names it.',
    );
  }
  writeFileSync(builtMark, wanted);
}

/**
 * @param {string[]} paths files and folders, from the root; what is not there counts as absent, not as an error
 * @param {string} seed goes into the hash as well
 * @returns {string} a hash over names and contents
 */
function hashOf(paths, seed) {
  const hash = createHash('sha256').update(seed);
  for (const file of paths.flatMap((path) => filesUnder(join(root, path)))) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} every file under it (itself, when it is one), in a stable order
 */
function filesUnder(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/**
 * @param {string} path
 * @returns {string | undefined} undefined when there is no such file
 */
function textOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
