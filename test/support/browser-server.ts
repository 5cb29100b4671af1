import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(import.meta.resolve('@faultline/server/src/main.ts'));

/** The product in a process of its own, as an operator runs it, on a database that outlives the process. */
export interface ServerProcess {
  /** The same before and after a restart. */
  readonly url: string;
  /** Resolves when the server says that it is ready. */
  start(): Promise<void>;
  /** No farewell, no flush: the power cut. */
  kill(): Promise<void>;
  /** Ends the process if it runs, and its data. */
  end(): Promise<void>;
}

/** @param extra environment beside the data folder and the port, such as `SHIFT: '1'`. */
export async function startServer(extra: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-e2e-'));
  const port = await freePort();
  let stop: (() => Promise<void>) | null = null;

  const server: ServerProcess = {
    url: `http://127.0.0.1:${port}`,
    async start() {
      const child = spawn(process.execPath, [MAIN, 'demo'], {
        env: { ...process.env, SHIFT: '0', LOG_LEVEL: 'warn', ...extra, DATA_DIR: folder, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      stop = async () => {
        child.kill('SIGKILL');
        await exited;
      };
      for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready ')) return;
      throw new Error(`the server ended before it was ready (exit code ${child.exitCode})`);
    },
    async kill() {
      await stop?.();
      stop = null;
    },
    async end() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** A restarted server must come back where the pages look for it, so the port is chosen before the first start. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
