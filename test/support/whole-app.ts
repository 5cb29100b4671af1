import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuardedRoute } from '@faultline/server/src/access/guard.ts';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import type { Mode } from '@faultline/server/src/config.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import type { LightMyRequestResponse } from 'fastify';
import type { TestClock } from './clock.ts';
import { testClock } from './clock.ts';
import type { Office } from './office.ts';
import { cookieIn, countedRandom, requestOf } from './office.ts';

/** The product as it is, on a database of its own and a clock that the test moves; nothing listens. */
export interface WholeApp {
  readonly app: App;
  readonly clock: TestClock;
  readonly log: Record<string, unknown>[];
  readonly ask: Office['ask'];
  routes(): readonly GuardedRoute[];
  cookieOf(login: string): Promise<string>;
  close(): Promise<void>;
}

export async function openWholeApp(mode: Mode = 'demo'): Promise<WholeApp> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-app-'));
  const clock = testClock();
  const log: Record<string, unknown>[] = [];
  const environment = { DATA_DIR: folder, PORT: '0', SHIFT: '0', CLIENT_DIST: join(folder, 'no-client') };
  const app = await createApp(readConfig(mode, environment), {
    clock,
    random: countedRandom(folder),
    log: createLog({ write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) }),
  });
  const ask: Office['ask'] = (method, url, asked = {}): Promise<LightMyRequestResponse> =>
    app.http.app.inject(requestOf(method, url, asked));
  return {
    app,
    clock,
    log,
    ask,
    routes: () => app.http.routes(),
    cookieOf: async (login) => cookieIn(await ask('POST', '/api/demo/session', { body: { login } })),
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
