import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@faultline/server/src/app.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { runningClock } from './running-clock.ts';

/** The product on real sockets, in this process, so that its clock can be moved. */
export interface ListeningApp {
  readonly url: string;
  readonly clock: ReturnType<typeof runningClock>;
  /** Moves the clock to `at`, or leaves it when it stands there already. */
  advanceTo(at: Instant): void;
  close(): Promise<void>;
}

export async function listenToApp(): Promise<ListeningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-e2e-'));
  const clock = runningClock();
  const config = readConfig('demo', { ...process.env, DATA_DIR: folder, PORT: '0', SHIFT: '0' });
  const log = createLog({ write: () => {} });
  const app = await createApp(config, { clock, random: randomBytes, log });
  const url = await app.listen();
  return {
    url,
    clock,
    advanceTo: (at) => clock.advance(Math.max(0, at - clock.now())),
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
