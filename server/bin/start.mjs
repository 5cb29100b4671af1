/**
 * `npm start` and `npm run serve`: prepares what is missing, then becomes as good as invisible around the server.
 *
 * The server runs in a session of its own, because Ctrl-C reaches every process of a terminal's group, npm passes it on
 * once more, and a server that hears two signals takes the second for "at once". Here the repeats of one moment are
 * merged into one; a second Ctrl-C by a person still gets through. The open channel to the server is a lifeline: when
 * this process dies without a word, the server notices and closes in good order.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildClient, exitCode, install, nodeBinary, root, SetupFault, say } from './setup.mjs';

const MODES = ['demo', 'serve'];
/** @type {NodeJS.Signals[]} */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Signals of one keystroke arrive within milliseconds of each other; a person's second one takes longer. */
const SAME_KEYSTROKE_MS = 500;

const [mode = '(none)', ...rest] = process.argv.slice(2);

try {
  if (!MODES.includes(mode)) {
    throw new SetupFault(`unknown mode ${mode}`, `Use one of: ${MODES.join(', ')}.`);
  }
  await install();
  await buildClient();
  process.exitCode = await serve();
} catch (error) {
  if (!(error instanceof SetupFault)) throw error;
  console.error(`faultline: ${error.message}\n           ${error.advice}`);
  process.exitCode = 1;
}

/** @returns {Promise<number>} the server's own exit code */
function serve() {
  say(`starting (${mode})`);
  const lifeline = new URL('./lifeline.mjs', import.meta.url).href;
  /** @type {import('node:child_process').ChildProcess} */
  const server = spawn(nodeBinary(), ['--import', lifeline, join(root, 'server/src/main.ts'), mode, ...rest], {
    cwd: root,
    // Stripping the types of every file costs seconds on a small machine; Node keeps the result from start to start.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env },
    detached: process.platform !== 'win32',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let forwardedAtMs = Number.NEGATIVE_INFINITY;
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - forwardedAtMs < SAME_KEYSTROKE_MS) return;
      forwardedAtMs = nowMs;
      server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  return new Promise((done, fail) => {
    server.once('error', (error) =>
      fail(
        new SetupFault(`the server did not start: ${error.message}`, 'Delete node_modules and run the command again.'),
      ),
    );
    server.once('exit', (code, signal) => done(exitCode(code, signal)));
  });
}
