import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import pino from 'pino';
import type { App } from './app.ts';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import { logOptions } from './http/log.ts';
import { StoreMismatchFault } from './store/store.ts';

/** How long a stop may take before the process ends anyway, ms. */
const STOP_WITHIN_MS = 10_000;
const NODE_AT_LEAST = 24;

/** The only reader of the process: its arguments, its environment, its signals. */
async function main(): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  // An older Node loads the database driver and dies without a word.
  if (major < NODE_AT_LEAST)
    throw new ConfigError(`Node ${NODE_AT_LEAST} is needed, this is ${process.versions.node}: use npm start`);
  const mode = process.argv[2] ?? 'serve';
  if (mode !== 'demo' && mode !== 'serve') throw new ConfigError(`unknown mode ${mode}: say demo or serve`);
  const config = readConfig(mode, process.env);
  const log = pino(logOptions(config));
  const clock = systemClock();
  const app = await createApp(config, { clock, drift: clock.drift, random: randomBytes, log });
  const url = await app.listen();
  const stopShift = config.shift ? startShift(config.shift, url, (line) => log.info({ room: 'shift' }, line)) : null;
  closeWithGrace({ delay: STOP_WITHIN_MS, logger: false }, async ({ err }) => {
    if (err) log.fatal({ err }, 'stopping after an error');
    stopShift?.();
    await app.close();
    say('stopped');
  });
  await greet(app, config, url);
}

/** The simulated shift is a client in a process of its own: it has no other door than anybody else. */
function startShift(shift: NonNullable<Config['shift']>, url: string, tell: (line: string) => void): () => void {
  const player = join(dirname(fileURLToPath(import.meta.url)), 'shift', 'main.ts');
  const child = spawn(process.execPath, [player], {
    env: {
      ...process.env,
      SHIFT_URL: url,
      SHIFT_SPEED: String(shift.speed),
      SHIFT_SEED: String(shift.seed),
      SHIFT_VEHICLES: String(shift.vehicles),
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => tell(text.trimEnd()));
  child.on('error', (error) => tell(`the simulated shift did not start: ${error.message}`));
  child.on('exit', (code) => tell(`the simulated shift has ended (${code ?? 'by signal'})`));
  return () => child.kill('SIGTERM');
}

async function greet(app: App, config: Config, url: string): Promise<void> {
  if (config.mode === 'demo') {
    say(`sample district: ${app.sample?.districtName ?? ''}`);
    for (const { login, password, role } of app.sample?.accounts ?? []) {
      say(`  ${login.padEnd(12)} ${password.padEnd(20)} ${role}`);
    }
    const { shift } = config;
    say(
      shift
        ? `simulated shift: seed ${shift.seed}, speed ${shift.speed}, ${shift.vehicles} vehicles`
        : 'no simulated shift (SHIFT=0)',
    );
    if (shift) say(`duty phone: ${url}/phone (open it and it rings within two minutes)`);
  } else if (app.firstRunCode !== null) {
    say(`this database is empty: open ${url}/admin and enter the first-run code ${app.firstRunCode}`);
  }
  say(`ready ${url}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || error instanceof StoreMismatchFault || isPortTaken(error);
  process.stderr.write(
    `${isExpected ? explain(error) : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  // Whatever had been opened by then must not keep a server alive that does not serve.
  process.exit(1);
});

function isPortTaken(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}

function explain(error: Error): string {
  if (isPortTaken(error)) return `${error.message}: another program has this port; set PORT to a free one`;
  return `${error.name}: ${error.message}`;
}
