import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** The product as an operator starts it: a process of its own, a folder, a port. */
export interface ServerProcess {
  readonly url: string;
  /** Ends it as a power cut would, without a word to it. */
  kill(): Promise<void>;
  /** Ends it as an operator would. @returns its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the demo without its simulated shift and waits until it says where it listens.
 * @throws with everything it said when it ends instead.
 */
export async function startServerProcess(options: {
  readonly dataDir: string;
  readonly port: number;
  /** Further settings, such as `PHONE_LINES`. */
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN, 'demo'], {
    env: {
      DATA_DIR: options.dataDir,
      PORT: String(options.port),
      SHIFT: '0',
      LOG_LEVEL: 'warn',
      CLIENT_DIST: options.dataDir,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const url = await readyUrl(child, exited);
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

function readyUrl(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const listen = (text: string): void => {
      said += text;
      const url = /^ready (\S+)$/m.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', listen);
    child.stderr?.setEncoding('utf8').on('data', listen);
    exited.then(() => reject(new Error(`the server ended before it was ready:\n${said}`)), reject);
  });
}
