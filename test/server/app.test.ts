import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@faultline/server/src/app.ts';
import { ConfigError, readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { StoreMismatchFault } from '@faultline/server/src/store/store.ts';
import { ACTING_AS_HEADER } from '@faultline/shared/wire/acting-as.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import type { WholeApp } from '../support/whole-app.ts';
import { openWholeApp } from '../support/whole-app.ts';

const world = () => ({ clock: testClock(), random: randomBytes, log: createLog({ write: () => undefined }) });

describe('a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-app-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is worked on by one server at a time, and is free again when that one has stopped', async () => {
    const config = readConfig('serve', { DATA_DIR: folder, PORT: '0' });
    const first = await createApp(config, world());
    await expect(createApp(config, world())).rejects.toThrow(StoreMismatchFault);
    await first.close();
    const next = await createApp(config, world());
    await next.close();
  });

  test('is let go of by a start that failed', async () => {
    const broken = {
      DATA_DIR: folder,
      PORT: '0',
      TLS_CERT_FILE: join(folder, 'none'),
      TLS_KEY_FILE: join(folder, 'none'),
    };
    await expect(createApp(readConfig('serve', broken), world())).rejects.toThrow(ConfigError);
    const app = await createApp(readConfig('serve', { DATA_DIR: folder, PORT: '0' }), world());
    await app.close();
  });

  test('an unreadable certificate is named with its variable', async () => {
    const broken = {
      DATA_DIR: folder,
      PORT: '0',
      TLS_CERT_FILE: join(folder, 'none'),
      TLS_KEY_FILE: join(folder, 'none'),
    };
    await expect(createApp(readConfig('serve', broken), world())).rejects.toThrow(/TLS_CERT_FILE/);
  });
});

describe('two tabs of one browser', () => {
  test('[F17] a page does not act for somebody who signed in in another tab', async () => {
    const whole = await openWholeApp();
    const cookie = await whole.cookieOf('lead');
    const as = (id: string) =>
      whole.ask('POST', '/api/session/activity', { cookie, headers: { [ACTING_AS_HEADER]: id } });
    const refused = await as('user-agent');
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'signed-in-as-another']);
    expect((await as('user-lead')).statusCode).toBeLessThan(300);
    await whole.close();
  });
});

describe('two people at the same moment', () => {
  let whole: WholeApp;
  beforeEach(async () => {
    whole = await openWholeApp('demo');
  });
  afterEach(() => whole.close());

  test('[T6] a right is judged on the ticket as it is when its turn has come', async () => {
    const [agent, lead] = [await whole.cookieOf('agent'), await whole.cookieOf('lead')];
    const opened = await whole.ask('POST', '/api/tickets', {
      cookie: agent,
      body: {
        commandId: 'open-1',
        areaClass: 'urban',
        place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
        faultClass: 'low-voltage',
        faultText: '全楼停电',
        caller: null,
      },
    });
    const path = `/api/tickets/${opened.json().ticketId}/commands`;
    const decide = (cookie: string, commandId: string, action: unknown) =>
      whole.ask('POST', path, { cookie, body: { commandId, expectedRevision: null, action } });
    // An agent may take a ticket back only while it has never been issued.
    const [issued, cancelled] = await Promise.all([
      decide(lead, 'issue-1', { type: 'issue', centreId: 'centre-inner' }),
      decide(agent, 'cancel-1', { type: 'cancel', reason: 'mistake', text: '' }),
    ]);
    expect(issued.statusCode).toBe(200);
    expect([cancelled.statusCode, cancelled.json().code]).toEqual([403, 'not-allowed']);
  });
});
