import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from './workspace.ts';

// The real server/bin in a tree of its own, between an npx, a vite and a server that only note that they were called.

const NPX = '#!/bin/sh\necho "npx" >> "$CALLS"\nexit "$NPX_EXIT"\n';
const VITE = `
import { appendFileSync, mkdirSync } from 'node:fs';
appendFileSync(process.env.CALLS, 'vite\\n');
mkdirSync('dist', { recursive: true });
`;
const SERVER = `
import { appendFileSync } from 'node:fs';
const note = (line: string): void => appendFileSync(process.env['CALLS'] ?? '', line + '\\n');
note('server ' + process.argv[2] + ' ' + process.env['PORT']);
const alive = setInterval(() => {}, 1000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    note(signal);
    // A close in good order takes its time; whatever else arrives meanwhile has to be seen.
    setTimeout(() => {
      note('closed');
      clearInterval(alive);
      process.exit(7);
    }, 250);
  });
}
process.stdout.write('up' + '\\n');
`;

let folder = '';
let started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-start-'));
  started = [];
  cpSync(join(root, 'server/bin'), join(folder, 'server/bin'), { recursive: true });
  for (const name of ['', 'shared', 'server', 'client', 'test'])
    place(join(name, 'package.json'), '{ "type": "module" }');
  place('pnpm-lock.yaml', 'lockfileVersion: 9\n');
  place('pnpm-workspace.yaml', 'packages: []\n');
  place('client/src/page.ts', 'export const page = 1;\n');
  place('client/node_modules/vite/bin/vite.js', VITE);
  place('client/node_modules/vite/package.json', '{ "type": "module" }');
  place('server/src/main.ts', SERVER);
  place('path/npx', NPX);
  chmodSync(join(folder, 'path/npx'), 0o755);
  place('calls', '');
  mkdirSync(join(folder, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node_modules/node/bin/node'));
});

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  test('installs, builds, starts the server with its mode and environment, and ends with its exit code', async () => {
    const { child, up } = start('demo');
    await up;
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(7);
    expect(calls()).toEqual(['npx', 'vite', 'server demo 23456', 'SIGTERM', 'closed']);
  });

  test('neither installs nor builds again what is current, and both again when their sources change', async () => {
    await startAndStop();
    place('calls', '');
    await startAndStop();
    expect(calls()[0]).toBe('server serve 23456');

    place('calls', '');
    place('client/src/page.ts', 'export const page = 2;\n');
    await startAndStop();
    expect(calls().slice(0, 2)).toEqual(['vite', 'server serve 23456']);

    place('calls', '');
    place('pnpm-lock.yaml', 'lockfileVersion: 10\n');
    await startAndStop();
    expect(calls().slice(0, 3)).toEqual(['npx', 'vite', 'server serve 23456']);
  });

  test('passes the repeats of one Ctrl-C on as one signal', async () => {
    const { child, up } = start('demo');
    await up;
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await exitOf(child)).toBe(7);
    expect(calls().filter((line) => line.startsWith('SIG'))).toHaveLength(1);
  });

  test('leaves no server behind when it is killed without a word', async () => {
    const { child, up } = start('demo');
    await up;
    child.kill('SIGKILL');
    await exitOf(child);
    expect(calls().slice(-2)).toEqual(['SIGTERM', 'closed']);
  });

  test('says what to do when the packages cannot be installed, and tries again the next time', async () => {
    const { child, text } = start('demo', { NPX_EXIT: '1' });
    expect(await exitOf(child)).toBe(1);
    expect(text()).toContain('registry');
    expect(text()).toContain('run the command again');
    await startAndStop();
    expect(calls().slice(0, 2)).toEqual(['npx', 'npx']);
  });

  test('installs anew what an interrupted installation left out, and says so when that does not help', async () => {
    place('server/package.json', '{ "type": "module", "dependencies": { "left-out": "1" } }');
    const { child, text } = start('demo');
    expect(await exitOf(child)).toBe(1);
    expect(calls()).toEqual(['npx', 'npx']);
    expect(text()).toContain(join('server', 'left-out'));
  });

  test('refuses a mode that it does not know', async () => {
    const { child, text } = start('nonsense');
    expect(await exitOf(child)).toBe(1);
    expect(text()).toContain('demo, serve');
  });
});

async function startAndStop(): Promise<void> {
  const { child, up } = start('serve');
  await up;
  child.kill('SIGTERM');
  await exitOf(child);
}

/** @returns the starter, what it and the server wrote so far, and the moment the server is up */
function start(mode: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(folder, 'server/bin/start.mjs'), mode], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: [join(folder, 'path'), process.env['PATH']].join(delimiter),
      CALLS: join(folder, 'calls'),
      PORT: '23456',
      NPX_EXIT: '0',
      ...env,
    },
  });
  started.push(child);
  let written = '';
  const up = new Promise<void>((done, fail) => {
    const take = (chunk: Buffer): void => {
      written += chunk.toString();
      if (/^up$/m.test(written)) done();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('close', () => fail(new Error(`The server never came up:\n${written}`)));
  });
  // A test of a start that fails does not await this.
  up.catch(() => undefined);
  return { child, up, text: () => written };
}

/** Waits until everything that holds the starter's output is gone: the starter, and the server that shares it. */
async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close');
  return typeof code === 'number' ? code : null;
}

function calls(): string[] {
  return readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function place(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
