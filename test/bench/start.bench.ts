import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { heading, isQuick, report } from './parts/figure.ts';
import { seed } from './parts/seed.ts';

/** [P8] From the start of the process to `ready`, beside a Node that opens an HTTP server and a database and no more. */
const SIZES = isQuick ? [0] : [0, 10_000];
const ROUNDS = isQuick ? 1 : 3;
const MAIN = fileURLToPath(import.meta.resolve('@faultline/server/src/main.ts'));
const BARE = `
  const { createServer } = await import('node:http');
  const { fastify } = await import(${JSON.stringify(import.meta.resolve('fastify'))});
  const { default: Sqlite } = await import(${JSON.stringify(import.meta.resolve('better-sqlite3'))});
  new Sqlite(process.env.DATA_DIR + '/bare.db').pragma('journal_mode = WAL');
  await fastify().listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write('ready\\n');
`;

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const compiled = join(folder, 'compiled');

/** @param end `SIGTERM` lets Node keep what it has compiled. @returns ms from the spawn to the word. */
async function untilReady(args: readonly string[], dataDir: string, end: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    // What `npm run serve` sets: Node keeps what it has compiled.
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('ready')) continue;
    const ms = performance.now() - startedAt;
    child.kill(end);
    await exited;
    return ms;
  }
  throw new Error(`the server ended before it was ready (exit code ${child.exitCode})`);
}

heading('P8 start, as after the first one');
for (const tickets of SIZES) {
  const seededIn = mkdtempSync(join(folder, 'seeded-'));
  await seed(seededIn, { vehicles: 40, walls: 1, tickets });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    // What a start writes is not there for the next one.
    const dataDir = join(folder, `round-${tickets}-${round}`);
    cpSync(seededIn, dataDir, { recursive: true });
    const end = round === 0 ? 'SIGTERM' : 'SIGKILL';
    bare.push(await untilReady(['--input-type=module', '--eval', BARE], dataDir, end));
    ours.push(await untilReady([MAIN, 'serve'], dataDir, end));
  }
  report({
    id: `P8.start.${tickets}`,
    unit: 'ms',
    values: ours.slice(1),
    baselines: bare.slice(1),
    against: 'node, fastify and an open database',
    goal: tickets === 0 ? '≤ 1,500 ms' : '≤ 3,000 ms at 10,000',
  });
}
rmSync(folder, { recursive: true });
