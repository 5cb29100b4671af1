import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@faultline/server/src/clock.ts';
import type { BaresipEvent, Control } from '@faultline/server/src/escalation/sip/control.ts';
import { ControlFault, connectControl } from '@faultline/server/src/escalation/sip/control.ts';
import { PHONE_RATE, writeWave } from '@faultline/server/src/escalation/speech/wave.ts';
import type { SipStep } from './sip-scenario.ts';
import { sipScenario } from './sip-scenario.ts';

/** A phone that SIPp plays. */
export interface SippPhone {
  readonly port: number;
  /** Resolves when the scenario has been gone through as often as asked. @throws Error with what SIPp complained of. */
  readonly done: Promise<void>;
  /** What SIPp received, one text for each message. */
  received(): readonly string[];
  stop(): Promise<void>;
}

/** A test that takes longer has hung. */
const SIPP_SECONDS = 40;

/** @param audioPorts where each call's sound goes; a call without one is not heard by anybody. */
export async function startSippPhone(
  steps: readonly SipStep[],
  {
    calls = 1,
    audioPorts = [9],
    transport = 'udp',
  }: {
    readonly calls?: number;
    readonly audioPorts?: readonly number[];
    readonly transport?: 'udp' | 'tcp';
  } = {},
): Promise<SippPhone> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-sipp-'));
  const [port, media] = [freePort(), freePort()];
  writeFileSync(join(folder, 'phone.xml'), sipScenario('phone', steps));
  writeFileSync(join(folder, 'audio.csv'), ['SEQUENTIAL', ...audioPorts.map((audio) => `${audio};`), ''].join('\n'));
  const numbers = { '-p': port, '-m': calls, '-mp': media, '-timeout': SIPP_SECONDS };
  const child = spawn(
    'sipp',
    [
      ...['-sf', 'phone.xml', '-inf', 'audio.csv', '-i', '127.0.0.1', '-t', transport === 'tcp' ? 't1' : 'u1'],
      ...Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]),
      ...['-nostdin', '-timeout_error', '-trace_err', '-trace_msg', '-max_log_size', '10000000'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const log = (kind: string): string =>
    readdirSync(folder)
      .filter((name) => name.endsWith(`_${kind}.log`))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  let messages = '';
  const exited = once(child, 'exit').then(([code]) => {
    messages = log('messages');
    const errors = log('errors');
    rmSync(folder, { recursive: true, force: true });
    return { code, errors };
  });
  const done = exited.then(({ code, errors }) => {
    if (code !== 0) throw new Error(`the phone met something else (SIPp ended with ${code}):\n${errors}\n${messages}`);
  });
  // Whoever stops the phone early does not ask how it went.
  done.catch(() => undefined);
  await Promise.race([isTaken(port, transport), done]);
  return {
    port,
    done,
    received: () =>
      (messages === '' ? log('messages') : messages).split(/^-{20,}.*$/m).flatMap((text) => {
        const [head = '', ...rest] = text.trim().split('\n\n');
        return / received /.test(head) ? [rest.join('\n\n')] : [];
      }),
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A phone that a second baresip plays: it answers by itself, and what it hears is recorded. */
export interface BaresipPhone {
  readonly port: number;
  command(name: string, params?: string): Promise<string>;
  /** The first event of this type that has not been asked for yet. */
  next(type: string): Promise<BaresipEvent>;
  /** Ends the phone. @returns the WAV of the newest call. */
  stop(): Promise<Buffer | null>;
}

/** No test talks longer. */
const BREATH_SECONDS = 60;

/** @param number whose calls it takes: a phone refuses what is not meant for it. */
export async function startBaresipPhone(number: string): Promise<BaresipPhone> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-phone-'));
  const [port, control] = [freePort(), freePort()];
  const lines = [
    ...['poll_method epoll', `sip_listen 127.0.0.1:${port}`, 'net_interface 127.0.0.1', 'call_max_calls 4'],
    ...[
      'audio_source aufile,breath.wav',
      'audio_player aubridge,ear',
      'audio_alert aubridge,ear',
      'audio_buffer 20-160',
    ],
    ...['ausrc_format s16', 'auplay_format s16', 'auenc_format s16', 'audec_format s16', 'jitter_buffer_delay 1-5'],
    ...['rtp_ports 20000-29999', 'module_path /usr/lib/baresip/modules', 'module g711.so', 'module aubridge.so'],
    ...['module aufile.so', 'module sndfile.so', 'snd_path .', 'module_tmp uuid.so', 'module_tmp account.so'],
    ...['module_app menu.so', 'module_app ctrl_tcp.so', `ctrl_tcp_listen 127.0.0.1:${control}`],
    ...['ringback_disabled yes', 'statmode_default off'],
  ];
  writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(folder, 'accounts'),
    `<sip:${number}@127.0.0.1:${port}>;regint=0;auth_pass=none;answermode=auto\n`,
  );
  writeFileSync(join(folder, 'contacts'), '');
  // Keys travel in the stream of sound: a phone without any could press none.
  const breath = { sampleRate: PHONE_RATE, samples: new Float32Array(BREATH_SECONDS * PHONE_RATE) };
  writeFileSync(join(folder, 'breath.wav'), writeWave(breath));
  const child = spawn('baresip', ['-f', '.'], { cwd: folder, stdio: 'ignore', env: { HOME: folder } });
  const exited = once(child, 'exit');
  let stopped: Promise<Buffer | null> | null = null;
  const unread: BaresipEvent[] = [];
  const came = new EventEmitter();
  const link = await connectWhenUp(control, (event) => {
    unread.push(event);
    came.emit('event');
  });
  return {
    port,
    command: link.command,
    async next(type) {
      for (;;) {
        const at = unread.findIndex((event) => event.type === type);
        const [event] = at < 0 ? [] : unread.splice(at, 1);
        if (event) return event;
        await once(came, 'event');
      }
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<Buffer | null> {
    await endChild(child, exited);
    const recording = readdirSync(folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .sort()
      .at(-1);
    const sound = recording === undefined ? null : readFileSync(join(folder, recording));
    rmSync(folder, { recursive: true, force: true });
    return sound;
  }
}

async function endChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const slow = setTimeout(() => child.kill('SIGKILL'), 2_000);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(slow);
}

/** A program opens its port when it is ready; nothing else tells so. */
async function untilItIs<Value>(ready: () => Promise<Value | null>): Promise<Value> {
  for (let tryNo = 0; tryNo < 400; tryNo += 1) {
    const value = await ready();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('a program has not opened its port');
}

/** The first connection is kept: the program knows one at a time. */
function connectWhenUp(port: number, onEvent: (event: BaresipEvent) => void): Promise<Control> {
  const clock = systemClock();
  return untilItIs(() =>
    connectControl(port, { clock, onEvent, onClosed: () => undefined }).catch((error: unknown) => {
      if (error instanceof ControlFault) return null;
      throw error;
    }),
  );
}

async function isTaken(port: number, transport: 'udp' | 'tcp'): Promise<void> {
  await untilItIs(async () => (isOpen(port, transport) ? true : null));
}

/** Asked of the system and not by trying: a try would take the port from the program at the wrong moment. */
function isOpen(port: number, transport: 'udp' | 'tcp'): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return readFileSync(`/proc/net/${transport}`, 'utf8').includes(local);
}

const given = new Set<number>();

/** Ports of the tests' own, with room behind each for what a program takes beside it. */
function freePort(): number {
  for (;;) {
    const port = 20_000 + 4 * Math.floor(Math.random() * 2_400);
    if (given.has(port)) continue;
    given.add(port);
    if (!isOpen(port, 'udp') && !isOpen(port, 'tcp')) return port;
  }
}
