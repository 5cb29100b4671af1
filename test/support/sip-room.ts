import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhoneCall, PhoneLine, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { createSipLine } from '@faultline/server/src/escalation/sip/sip-line.ts';
import type { SipSettings } from '@faultline/server/src/escalation/sip/sip-settings.ts';
import { createSpeech } from '@faultline/server/src/escalation/speech/speech.ts';
import { readWave } from '@faultline/server/src/escalation/speech/wave.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { runningClock } from './running-clock.ts';
import type { SipExchange } from './sip-exchange.ts';
import { startSipExchange } from './sip-exchange.ts';

/** The line under test before an exchange, with everything it told. */
export interface SipRoom {
  readonly line: PhoneLine;
  readonly exchange: SipExchange;
  readonly clock: ReturnType<typeof runningClock>;
  readonly folder: string;
  readonly events: readonly PhoneLineEvent[];
  /** What it wrote for operators. */
  readonly log: readonly string[];
  /** The first event that fits, also one that was told already. */
  told(
    type: PhoneLineEvent['type'],
    callId?: string,
    fits?: (event: PhoneLineEvent) => boolean,
  ): Promise<PhoneLineEvent>;
  call(id: string, phone: string, more?: Partial<PhoneCall>): PhoneCall;
  /** What a text sounds like before it is sent. */
  sound(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function openSipRoom(
  settings: Partial<SipSettings> = {},
  { exchange: givenExchange }: { readonly exchange?: SipExchange } = {},
): Promise<SipRoom> {
  const exchange = givenExchange ?? (await startSipExchange());
  const root = mkdtempSync(join(tmpdir(), 'faultline-sip-'));
  const folder = join(root, 'sip');
  const clock = runningClock();
  const log: string[] = [];
  const speech = createSpeech({
    program: 'espeak-ng',
    cacheDir: join(root, 'speech'),
    pronunciations: () => [],
    recordedDir: null,
    onFault: (error) => {
      throw error;
    },
  });
  const line = createSipLine({
    settings: {
      server: `127.0.0.1:${exchange.port}`,
      user: '8001',
      password: '',
      transport: 'udp',
      isRegistered: false,
      displayName: 'Faultline',
      listen: '127.0.0.1',
      channels: 1,
      baresipPath: 'baresip',
      dialPrefixes: [],
      folder,
      ...settings,
    },
    speech,
    clock,
    random: randomBytes,
    log: createLog({ write: (text) => void log.push(text) }, 'info'),
  });
  const events: PhoneLineEvent[] = [];
  const emitter = new EventEmitter().setMaxListeners(100);
  line.onEvent((event) => {
    events.push(event);
    emitter.emit('event');
  });
  await line.start();
  return {
    line,
    exchange,
    clock,
    folder,
    events,
    log,
    async told(type, callId, fits = () => true) {
      const isMeant = (event: PhoneLineEvent): boolean =>
        event.type === type && (callId === undefined || event.type === 'changed' || event.callId === callId);
      for (;;) {
        const found = events.find((event) => isMeant(event) && fits(event));
        if (found) return found;
        await once(emitter, 'event');
      }
    },
    call: (id, phone, more = {}) => ({
      id,
      purpose: 'ladder',
      person: { contactId: 'c', departmentId: 'd', district: 'x', name: '值班', phone, language: 'zh' },
      opening: '抢修来电，有工单等待，接单请按一。',
      tickets: [],
      ringUntil: clock.now() + 40_000,
      talkUntil: clock.now() + 100_000,
      providerId: null,
      ...more,
    }),
    sound: async (text) => readWave(readFileSync(await speech.wav(text, 'zh'))).samples,
    async close() {
      await line.close();
      if (!givenExchange) await exchange.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
