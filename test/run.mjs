/**
 * `npm test` (everything CI runs), `pnpm check` (the gates and the fast tests) and `pnpm bench`.
 *
 * Every stage runs even when an earlier one failed, so that one run tells all there is to mend. The last line is
 * `N passed, N failed`: the tests of vitest's own report, and a failed gate counts as one failure.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, sep } from 'node:path';
import { buildClient, install, nodeBinary, root, run, SetupFault, say } from '../server/bin/setup.mjs';
import { chromiumPath } from './support/chromium-path.mjs';

const FAST = ['rules', 'simulation', 'tidy'];
const ALL = ['rules', 'simulation', 'tidy', 'contract', 'server', 'e2e'];
/** A check before a commit has to catch a broken rule in seconds; the whole suite may look for half a minute. */
const SEEDS = { check: 200, test: 2000 };
/** Times that the real process is killed under load; a restart each, about four seconds. */
const KILLS = 50;
/** Real programs that the tests need beside the npm packages, and the Debian packages that bring them. */
const NEEDED = [
  {
    what: 'a browser and a Chinese font',
    packages: ['chromium', 'fontconfig', 'fonts-noto-cjk'],
    isThere: async () => chromiumPath(process.env) !== undefined && (await hasChineseFont()),
  },
  {
    what: 'real telephones and a voice (the programs baresip, sipp and espeak-ng)',
    packages: ['baresip-core', 'sip-tester', 'espeak-ng'],
    isThere: async () => ['baresip', 'sipp', 'espeak-ng'].every(isOnPath),
  },
];

const modes = { test: everything, check: quickly, bench: benchmarks };
const mode = process.argv[2] ?? 'test';
const bin = join(root, 'node_modules', '.bin');
const environment = {
  ...process.env,
  CI: 'true',
  // A server process in a test starts as fast as one by `npm start`.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  // Under CI some tools colour their output although nobody sees it: a log is for reading and searching.
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  // Whatever a test starts by the name `node` is then the workspace's own, not the machine's.
  PATH: [join(root, 'node_modules', 'node', 'bin'), bin, process.env['PATH']].join(delimiter),
};
/** @type {string[]} what failed beside single tests */
const failures = [];
const tally = { passed: 0, failed: 0, skipped: 0 };

try {
  const chosen = modes[/** @type {keyof typeof modes} */ (mode)];
  if (chosen === undefined) {
    throw new SetupFault(`unknown mode ${mode}`, `Use one of: ${Object.keys(modes).join(', ')}.`);
  }
  await chosen();
} catch (error) {
  if (!(error instanceof SetupFault)) throw error;
  failures.push(error.message);
  console.error(`faultline: ${error.message}\n           ${error.advice}`);
}
report();

async function everything() {
  await install();
  await ensurePrograms();
  await gates();
  await stage('client build', () => buildClient().then(() => 0));
  await stage('tests', () => vitest(ALL, SEEDS.test));
}

async function quickly() {
  await install();
  await gates();
  await stage('tests', () => vitest(FAST, SEEDS.check));
}

async function benchmarks() {
  await install();
  await buildClient();
  const folder = join(root, 'test', 'bench');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.bench.ts'));
  if (scripts.length === 0) failures.push('there is no benchmark');
  for (const name of scripts.sort()) {
    await stage(name, () => run(nodeBinary(), ['--expose-gc', join(folder, name)], { env: environment }));
    tally.passed += failures.includes(name) ? 0 : 1;
  }
}

async function gates() {
  await stage('format and lint', () =>
    program('biome', ['ci', '--error-on-warnings', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.']),
  );
  await stage('types', () => program('tsc', ['-b']));
  await stage('dead code', () => program('knip', ['--no-progress', '--treat-config-hints-as-errors']));
}

/**
 * @param {string} name
 * @param {() => Promise<number>} work ends with an exit code
 */
async function stage(name, work) {
  say(name);
  const startedAtMs = performance.now();
  const code = await work().catch((error) => {
    if (!(error instanceof SetupFault)) throw error;
    console.error(`faultline: ${error.message}\n           ${error.advice}`);
    return 1;
  });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  say(`${name}: ${code === 0 ? 'ok' : `failed (exit code ${code})`} in ${seconds} s`);
  if (code !== 0) failures.push(name);
}

/**
 * @param {string} name of a tool in the workspace
 * @param {string[]} args
 */
function program(name, args) {
  return run(join(bin, name), args, { env: environment });
}

/**
 * @param {string[]} projects that have to run, each with at least one test
 * @param {number} seeds worlds that the simulation lives through
 * @returns {Promise<number>} vitest's exit code
 */
async function vitest(projects, seeds) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-report-'));
  const file = join(folder, 'report.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const program = join(root, 'test', 'node_modules', 'vitest', 'vitest.mjs');
  try {
    const code = await run(nodeBinary(), [program, ...args, ...projects.flatMap((name) => ['--project', name])], {
      cwd: join(root, 'test'),
      env: { ...environment, SIMULATION_SEEDS: String(seeds), KILLS: String(KILLS) },
    });
    count(JSON.parse(readFileSync(file, 'utf8')), projects);
    return code;
  } catch (error) {
    console.error(`faultline: vitest left no report that could be read: ${error}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Adds vitest's report to the tally. A file that failed as a whole (it did not load, a hook broke) counts as one
 * failure even when it holds no failed test, and a project without a test is a failure: a gate that looked at nothing.
 *
 * @param {{ testResults: { name: string, status: string, assertionResults: { status: string }[] }[] }} results
 * @param {string[]} projects
 */
function count(results, projects) {
  const ran = new Map(projects.map((name) => [name, 0]));
  for (const file of results.testResults) {
    const project = relative(join(root, 'test'), file.name).split(sep)[0] ?? '';
    const statuses = file.assertionResults.map((test) => test.status);
    const passed = statuses.filter((status) => status === 'passed').length;
    const failed = statuses.filter((status) => status === 'failed').length;
    tally.passed += passed;
    tally.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    tally.skipped += statuses.length - passed - failed;
    ran.set(project, (ran.get(project) ?? 0) + passed + failed);
  }
  for (const [project, tests] of ran) {
    say(`tests/${project}: ${tests} ran`);
    if (tests === 0) failures.push(`the project ${project} ran no test`);
  }
}

/**
 * The tests drive a real browser, read Chinese glyphs off its screen, and ring real telephones.
 *
 * @throws {SetupFault} when something is missing and this user may not install it
 */
async function ensurePrograms() {
  const missing = await lacking();
  if (missing.length === 0) return;
  const packages = missing.flatMap((need) => need.packages);
  const what = missing.map((need) => need.what).join(', and ');
  const advice = `Install them as root and run the command again: apt-get install ${packages.join(' ')}\n           (elsewhere: the same programs on the PATH, any chromium with its path in CHROMIUM_PATH, and any Chinese font).`;
  const isRoot = process.getuid?.() === 0;
  const mayInstall = isRoot || (await silently('sudo', ['-n', 'true'])) === 0;
  if (!mayInstall || (await silently('apt-get', ['--version'])) !== 0) {
    throw new SetupFault(`the tests need ${what}`, advice);
  }
  say(`installing ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (/** @type {string[]} */ ...options) => {
    // Another apt may be at work on a machine that has just started.
    const args = ['-q', '-o', 'DPkg::Lock::Timeout=120', ...options];
    return run(isRoot ? 'apt-get' : 'sudo', isRoot ? args : ['-n', '-E', 'apt-get', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  await aptGet('update');
  const code = await aptGet('install', '-y', '--no-install-recommends', ...packages);
  if (code !== 0 || (await lacking()).length > 0) {
    throw new SetupFault(`apt-get could not install ${packages.join(', ')} (exit code ${code})`, advice);
  }
}

/** @returns {Promise<typeof NEEDED>} what this machine does not have */
async function lacking() {
  const there = await Promise.all(NEEDED.map((need) => need.isThere()));
  return NEEDED.filter((_, index) => !there[index]);
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Asks fontconfig, which comes with chromium: it exits with 0 also when no font covers Chinese, so the names are counted. */
async function hasChineseFont() {
  const probe = 'test -n "$(fc-list :lang=zh family)"';
  return process.platform !== 'linux' || (await silently('sh', ['-c', probe])) === 0;
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function silently(name, args) {
  return run(name, args, { stdio: 'ignore' });
}

function report() {
  for (const failure of failures) say(`FAILED: ${failure}`);
  // The stage "tests" fails because tests did, and those are counted already.
  const gatesFailed = failures.filter((failure) => failure !== 'tests' || tally.failed === 0).length;
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  console.log(`${tally.passed} passed, ${tally.failed + gatesFailed} failed${skipped}`);
  process.exitCode = failures.length > 0 || tally.failed > 0 ? 1 : 0;
}
