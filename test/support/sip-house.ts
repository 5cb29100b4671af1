import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '@faultline/server/src/app.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createSpeech } from '@faultline/server/src/escalation/speech/speech.ts';
import { readWave } from '@faultline/server/src/escalation/speech/wave.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { SAMPLE_PRONUNCIATIONS } from '@faultline/server/src/organisation/sample-data.ts';
import type { CallRow } from '@faultline/server/src/store/call-store.ts';
import { expect } from 'vitest';
import type { runningClock } from './running-clock.ts';
import { clockAmongPrograms } from './sip-clock.ts';
import type { SipDesks } from './sip-desks.ts';
import { auditBooks, openSipDesks } from './sip-desks.ts';
import type { SipExchange } from './sip-exchange.ts';
import { startSipExchange } from './sip-exchange.ts';
import type { SippPhone } from './sip-programs.ts';
import { startSippPhone } from './sip-programs.ts';
import type { SipStep } from './sip-scenario.ts';

/** The whole product, which rings real phones through an exchange and has no other line; its clock can be moved. */
export interface SipHouse {
  readonly desks: SipDesks;
  readonly exchange: SipExchange;
  readonly clock: ReturnType<typeof runningClock>;
  /** Where it keeps everything. */
  readonly dataDir: string;
  /** A phone that rings for this number from now on, whatever was called by it before; it ends with the house. */
  phone(number: string, steps: readonly SipStep[], more?: Parameters<typeof startSippPhone>[1]): Promise<SippPhone>;
  books(): ReturnType<typeof auditBooks>;
  /** Errors in its log: what failed beside its answers. */
  readonly faults: readonly string[];
  /** What a text must sound like at a phone: made anew, not taken from what the server has made. */
  sound(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** The environment of a demo that rings through this exchange only, and of its own accord about nothing but tickets. */
export function sipEnvironment({ port }: SipExchange, channels = 1): Readonly<Record<string, string>> {
  return {
    PHONE_LINES: 'sip',
    SIP_SERVER: `127.0.0.1:${port}`,
    SIP_USER: '8001',
    SIP_REGISTER: '0',
    SIP_LISTEN: '127.0.0.1',
    SIP_CHANNELS: String(channels),
    TEST_CALLS: '0',
  };
}

export async function openSipHouse({ channels = 1 }: { readonly channels?: number } = {}): Promise<SipHouse> {
  const exchange = await startSipExchange();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-house-'));
  const dataDir = join(folder, 'data');
  const clock = clockAmongPrograms();
  const faults: string[] = [];
  const environment = { DATA_DIR: dataDir, PORT: '0', SHIFT: '0', CLIENT_DIST: folder };
  const app = await createApp(readConfig('demo', { ...environment, ...sipEnvironment(exchange, channels) }), {
    clock,
    random: randomBytes,
    log: createLog({ write: (line) => void faults.push(line) }, 'error'),
  });
  const desks = await openSipDesks(await app.listen());
  const speech = createSpeech({
    program: 'espeak-ng',
    cacheDir: join(folder, 'speech'),
    pronunciations: (language) => SAMPLE_PRONUNCIATIONS.filter((word) => word.language === language),
    recordedDir: null,
    onFault: (error) => {
      throw error;
    },
  });
  const phones: SippPhone[] = [];
  return {
    desks,
    exchange,
    clock,
    dataDir,
    async phone(number, steps, more) {
      const started = await startSippPhone(steps, more);
      phones.push(started);
      exchange.route(number, started.port);
      return started;
    },
    faults,
    books: () => auditBooks(dataDir, desks),
    sound: async (text) => readWave(readFileSync(await speech.wav(text, 'zh'))).samples,
    async close() {
      for (const phone of phones) await phone.stop();
      desks.close();
      await app.close();
      await exchange.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns the calls, when nobody is on the phone any more; the books must be clean then, and nothing may have failed. */
export async function closedBooks({ desks, books, faults }: SipHouse): Promise<readonly CallRow[]> {
  await desks.untilQuiet();
  const { problems, unended, calls } = await books();
  expect(problems).toEqual([]);
  expect(unended).toEqual([]);
  expect(faults).toEqual([]);
  return calls;
}
