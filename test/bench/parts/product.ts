import { randomBytes } from 'node:crypto';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import { systemClock } from '@faultline/server/src/clock.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { answer, usage } from './child.ts';

/** The product as `serve` runs it, in a process that also tells what it uses. */
let app: App | null = null;

const answers = {
  async start({ folder, intervalMs }: { readonly folder: string; readonly intervalMs: number }): Promise<string> {
    const environment = { DATA_DIR: folder, PORT: '0', FRAME_INTERVAL_MS: String(intervalMs), LOG_LEVEL: 'warn' };
    app = await createApp(readConfig('serve', environment), {
      clock: systemClock(),
      random: randomBytes,
      log: createLog(process.stderr, 'warn'),
    });
    return app.listen();
  },
  usage: (isExact: boolean) => usage(isExact),
  async stop(): Promise<void> {
    await app?.close();
  },
};
export type ProductAnswers = typeof answers;
answer(answers);
