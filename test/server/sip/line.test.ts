import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@faultline/server/src/clock.ts';
import { dialled } from '@faultline/server/src/escalation/sip/dial-string.ts';
import { endOf } from '@faultline/server/src/escalation/sip/end-cause.ts';
import { endOrphans } from '@faultline/server/src/escalation/sip/orphans.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { startSipExchange } from '../../support/sip-exchange.ts';
import { startBaresipPhone, startSippPhone } from '../../support/sip-programs.ts';
import type { SipRoom } from '../../support/sip-room.ts';
import { openSipRoom } from '../../support/sip-room.ts';
import type { SipStep } from '../../support/sip-scenario.ts';

const NUMBER = '13800001234';
const RING: readonly SipStep[] = [
  { step: 'expect', request: 'INVITE' },
  { step: 'answer', status: '180 Ringing' },
];
const CANCELLED: readonly SipStep[] = [
  { step: 'expect', request: 'CANCEL' },
  { step: 'answer', status: '200 OK' },
  { step: 'end-invite', status: '487 Request Terminated' },
  { step: 'expect', request: 'ACK' },
];
const TALK: readonly SipStep[] = [
  { step: 'media', status: '200 OK' },
  { step: 'expect', request: 'ACK' },
];
const HANG_UP_BY_US: readonly SipStep[] = [
  { step: 'expect', request: 'BYE' },
  { step: 'answer', status: '200 OK' },
];
const CHALLENGE = ['WWW-Authenticate: Digest realm="exchange", nonce="5f3c", algorithm=MD5, qop="auth"'];
const CREDENTIALS = { user: '8001', password: 'Zq7-k2:p@ss' };

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function room(...parts: Parameters<typeof openSipRoom>): Promise<SipRoom> {
  const opened = await openSipRoom(...parts);
  closing.push(opened.close);
  return opened;
}

async function sipp(...parts: Parameters<typeof startSippPhone>): ReturnType<typeof startSippPhone> {
  const phone = await startSippPhone(...parts);
  closing.push(phone.stop);
  return phone;
}

function pidOf(at: { readonly folder: string }): number {
  return Number(readFileSync(join(at.folder, 'line-1', 'pid'), 'utf8'));
}

describe('a number', () => {
  const site = { server: 'pbx.example:5070', transport: 'udp', dialPrefixes: [] } as const;

  it.each([
    ['13800001234', 'sip:13800001234@pbx.example:5070', ''],
    ['+8613800001234', 'sip:+8613800001234@pbx.example:5070', ''],
    ['02886660000,801', 'sip:02886660000@pbx.example:5070', '801'],
    ['02886660000;ext=801', 'sip:02886660000@pbx.example:5070', '801'],
  ])('%s becomes an address of digits only', (phone, uri, extension) => {
    expect(dialled(phone, site)).toMatchObject({ uri, extension });
  });

  it.each([
    '',
    '110@evil.example',
    'sip:110@evil.example',
    '138 0000 1234',
    '13800001234\r\nHeader: x',
    '13800001234;transport=tcp',
    '13800001234>',
    '+',
    '++86138',
    '１３８００００',
    '13800001234,',
    '138%30000',
    '99999999999999999999999',
  ])('[E6] %j is dialled by nobody', async (phone) => {
    expect(dialled(phone, site)).toBeNull();
  });

  it('is dialled only when it begins with an allowed prefix, a + counting as what it is', () => {
    const closed = { ...site, dialPrefixes: ['1', '+86'] };
    expect(dialled('13800001234', closed)).not.toBeNull();
    expect(dialled('+8613800001234', closed)).not.toBeNull();
    expect(dialled('+8813800001234', closed)).toBeNull();
    expect(dialled('0013800001234', closed)).toBeNull();
    // What is pressed behind the answer calls nobody.
    expect(dialled('0085212345678,1', closed)).toBeNull();
  });

  it('that is refused never reaches the exchange', async () => {
    const at = await room({ dialPrefixes: ['1'] });
    for (const phone of ['0085212345678', '110@evil.example', '']) {
      const call = at.call(phone, phone);
      expect(at.line.canReach(call.person)).toBe(false);
      await expect(at.line.place(call)).rejects.toMatchObject({ name: 'LineFault', code: 'number-not-allowed' });
    }
    expect(at.exchange.passed).toEqual([]);
    expect(at.line.canReach(at.call('good', NUMBER).person)).toBe(true);
  });
});

describe('an end', () => {
  it.each([
    ['401 Unauthorized', false, 'line-down', '401'],
    ['407 Proxy Authentication Required', false, 'line-down', '407'],
    ['500 Server Internal Error', false, 'line-down', '500'],
    ['410 Gone', false, 'wrong-number', '410'],
    ['487 Request Terminated', true, 'no-answer', '487'],
    ['488 Not Acceptable Here', false, 'failed', '488'],
    ['Connection refused', false, 'line-down', 'connection-refused'],
    ['Connection timed out', true, 'failed', 'connection-timed-out'],
    ['', false, 'line-down', ''],
  ])('by %j (rung: %s) is %s', (reason, hasRung, cause, code) => {
    expect(endOf(reason, hasRung)).toEqual({ cause, code });
  });
});

describe('a line', () => {
  it('[E7] without its program is down, names the package once, and refuses calls', async () => {
    const at = await room({ baresipPath: '/nowhere/baresip' });
    expect(at.line.status()).toMatchObject({ state: 'down', detail: 'program-missing' });
    expect(at.log.filter((text) => text.includes('apt-get install baresip-core'))).toHaveLength(1);
    await expect(at.line.place(at.call('one', NUMBER))).rejects.toMatchObject({ code: 'program-missing' });
    expect(at.line.canReach(at.call('one', NUMBER).person)).toBe(false);
  });

  it('[E7] that finds nobody at the exchange is down, and comes up by itself with it', async () => {
    const gone = await startSipExchange();
    await gone.close();
    const at = await room({ server: `127.0.0.1:${gone.port}` }, { exchange: gone });
    expect(at.line.status()).toMatchObject({ state: 'down', detail: 'unreachable' });
    await expect(at.line.place(at.call('one', NUMBER))).rejects.toMatchObject({ code: 'unreachable' });
    const back = await startSipExchange(gone.port);
    closing.push(back.close);
    at.clock.advance(5_000);
    await at.told('changed', undefined, () => at.line.status().state === 'up');
    expect(at.line.canReach(at.call('one', NUMBER).person)).toBe(true);
  });

  it('[E7] whose exchange says that it cannot serve is down before a call is needed', async () => {
    const at = await room();
    const wentUp = at.events.length;
    at.exchange.answerOptions('503 Service Unavailable');
    at.clock.advance(15_000);
    await at.told('changed', undefined, (event) => at.events.indexOf(event) >= wentUp);
    expect(at.line.status()).toMatchObject({ state: 'down', detail: 'sip-503' });
  });

  it('[E4] tells within seconds that a call got lost because the exchange went away', async () => {
    const exchange = await startSipExchange();
    // It hears the call and says nothing.
    const silent = await sipp([
      { step: 'expect', request: 'INVITE' },
      { step: 'pause', ms: 30_000 },
    ]);
    exchange.route(NUMBER, silent.port);
    const at = await room({ server: `127.0.0.1:${exchange.port}` }, { exchange });
    await at.line.place(at.call('one', NUMBER));
    await exchange.seen(/^INVITE /);
    await exchange.close();
    at.clock.advance(4_000);
    expect(await at.told('ended')).toMatchObject({ cause: 'line-down', code: 'unreachable' });
  });

  it('[E7] registers with its password, and rings with it', async () => {
    const exchange = await startSipExchange();
    closing.push(exchange.close);
    const registrar = await sipp([
      { step: 'expect', request: 'REGISTER' },
      { step: 'answer', status: '401 Unauthorized', headers: CHALLENGE },
      { step: 'expect', request: 'REGISTER', credentials: CREDENTIALS },
      { step: 'answer', status: '200 OK', headers: ['Expires: 60'] },
    ]);
    exchange.route('registrar', registrar.port);
    const phone = await sipp([
      { step: 'expect', request: 'INVITE' },
      { step: 'answer', status: '401 Unauthorized', headers: CHALLENGE },
      { step: 'expect', request: 'ACK' },
      { step: 'expect', request: 'INVITE', credentials: CREDENTIALS },
      { step: 'answer', status: '180 Ringing' },
      ...CANCELLED,
    ]);
    exchange.route(NUMBER, phone.port);
    const at = await room({ isRegistered: true, password: CREDENTIALS.password, channels: 2 }, { exchange });
    await at.told('changed', undefined, () => at.line.status().state === 'up');
    await registrar.done;
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    await at.line.cancel('one', 'done-elsewhere', '');
    await phone.done;
    // The phones share one name; only one of them says where it can be reached.
    expect(exchange.passed.filter(({ line }) => line.startsWith('REGISTER '))).toHaveLength(2);
  });

  it('[E2] answers the challenge of a proxy on its way', async () => {
    const at = await room({ password: CREDENTIALS.password });
    const proxy = await sipp([
      { step: 'expect', request: 'INVITE' },
      {
        step: 'answer',
        status: '407 Proxy Authentication Required',
        headers: ['Proxy-Authenticate: Digest realm="exchange", nonce="5f3c", algorithm=MD5, qop="auth"'],
      },
      { step: 'expect', request: 'ACK' },
      ...RING,
      ...CANCELLED,
    ]);
    at.exchange.route(NUMBER, proxy.port);
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    await at.line.cancel('one', 'ended', '');
    await proxy.done;
    const answer = at.exchange.passed
      .map(({ text }) => /^Proxy-Authorization: Digest (.*)$/m.exec(text)?.[1] ?? '')
      .find(Boolean);
    const given = (name: string): string => new RegExp(`\\b${name}="?([^",]+)`).exec(answer ?? '')?.[1] ?? '';
    // RFC 2617, section 3.2.2.
    const secret = md5(`${CREDENTIALS.user}:exchange:${CREDENTIALS.password}`);
    const asked = md5(`INVITE:${given('uri')}`);
    expect(given('response')).toBe(md5(`${secret}:5f3c:${given('nc')}:${given('cnonce')}:auth:${asked}`));
  });

  it('[E7] that the exchange does not take for its extension is down, and says so', async () => {
    const exchange = await startSipExchange();
    closing.push(exchange.close);
    const registrar = await sipp([
      { step: 'expect', request: 'REGISTER' },
      { step: 'answer', status: '401 Unauthorized', headers: CHALLENGE },
      { step: 'expect', request: 'REGISTER', credentials: { ...CREDENTIALS, password: 'another' } },
      { step: 'answer', status: '200 OK' },
    ]);
    exchange.route('registrar', registrar.port);
    const at = await room({ isRegistered: true, password: CREDENTIALS.password }, { exchange });
    await at.told('changed', undefined, () => at.line.status().detail === 'registration-refused');
    expect(at.line.status().state).toBe('down');
  });

  it('rings over TCP', async () => {
    const phone = await sipp([...RING, ...CANCELLED], { transport: 'tcp' });
    const at = await room({ server: `127.0.0.1:${phone.port}`, transport: 'tcp' });
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    await at.line.cancel('one', 'done-elsewhere', '');
    await phone.done;
  });

  it('is busy for whoever rings in, and free again at once', async () => {
    const at = await room();
    const other = await startBaresipPhone('555');
    closing.push(other.stop);
    const port = /^sip_listen \S+:(?<port>\d+)$/m.exec(readFileSync(join(at.folder, 'line-1', 'config'), 'utf8'));
    await other.command('dial', `sip:8001@127.0.0.1:${port?.groups?.['port']}`);
    expect(await other.next('CALL_CLOSED')).toMatchObject({ param: expect.stringMatching(/^486/) });
    const phone = await sipp([...RING, ...CANCELLED]);
    at.exchange.route(NUMBER, phone.port);
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    await at.line.cancel('one', 'ended', '');
    await phone.done;
  });

  it('keeps its password and its sound to itself, and leaves no sound behind', async () => {
    const at = await room({ password: CREDENTIALS.password });
    const phone = await sipp([...RING, ...CANCELLED]);
    at.exchange.route(NUMBER, phone.port);
    await at.line.place(at.call('one', NUMBER));
    const folder = join(at.folder, 'line-1');
    expect(statSync(at.folder).mode & 0o777).toBe(0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const sound = readdirSync(folder).filter((name) => name.endsWith('.wav'));
    expect(sound).toHaveLength(1);
    for (const name of ['accounts', 'config', ...sound]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await at.told('ringing');
    await at.line.cancel('one', 'ended', '');
    await phone.done;
    await at.line.close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.wav'))).toEqual([]);
  });

  it('is free again when there is nothing to say, and takes a quiet yes for calls it does not know', async () => {
    const at = await room();
    await expect(at.line.place(at.call('mute', NUMBER, { opening: '' }))).rejects.toMatchObject({
      code: 'speech-failed',
    });
    await at.line.say('unknown', '你好', false);
    await at.line.cancel('unknown', 'ended', '');
    const phone = await sipp([...RING, ...CANCELLED]);
    at.exchange.route(NUMBER, phone.port);
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    // A second time is the same call.
    await at.line.place(at.call('one', NUMBER));
    await at.line.say('one', '还没有人接听', false);
    expect([...(await at.line.adopt([at.call('one', NUMBER), at.call('earlier', NUMBER)]))]).toEqual(['one']);
    expect([...(await at.line.adopt([]))]).toEqual([]);
    await phone.done;
    expect(at.exchange.passed.filter(({ line }) => line.startsWith('INVITE '))).toHaveLength(1);
  });

  it('[E6] hangs up by itself behind the last moment of a talk, even when nobody tells it to', async () => {
    const at = await room();
    const phone = await sipp([...RING, ...TALK, ...HANG_UP_BY_US]);
    at.exchange.route(NUMBER, phone.port);
    await at.line.place(at.call('one', NUMBER, { opening: '试音。', talkUntil: at.clock.now() - 9_000 }));
    expect(await at.told('ended')).toMatchObject({ cause: 'hung-up' });
    await phone.done;
  });
});

describe('a death', () => {
  it.each([
    ['rings', RING],
    ['speaks', [...RING, ...TALK]],
  ])(
    '[E6] of the program while it %s ends the call as the line’s fault, and the line stands up again',
    async (_, steps) => {
      const at = await room();
      const phone = await sipp([...steps, { step: 'pause', ms: 30_000 }]);
      at.exchange.route(NUMBER, phone.port);
      await at.line.place(at.call('one', NUMBER));
      await at.told(steps.length > RING.length ? 'answered' : 'ringing');
      process.kill(pidOf(at), 'SIGKILL');
      expect(await at.told('ended')).toEqual({
        type: 'ended',
        callId: 'one',
        cause: 'line-down',
        code: 'program-gone',
      });
      await at.told('changed', undefined, () => at.line.status().detail === 'program-gone');
      at.clock.advance(1_000);
      await at.told('changed', undefined, () => at.line.status().state === 'up');
      const next = await sipp([...RING, ...CANCELLED]);
      at.exchange.route('13900000002', next.port);
      await at.line.place(at.call('two', '13900000002'));
      await at.told('ringing', 'two');
      await at.line.cancel('two', 'ended', '');
      await next.done;
    },
  );

  it.each([
    ['rings', 'ringing', [...RING, ...CANCELLED]],
    ['speaks', 'answered', [...RING, ...TALK, ...HANG_UP_BY_US]],
  ])('[E6] of the server by kill -9 while a phone %s silences it', async (_, event, steps) => {
    const exchange = await startSipExchange();
    closing.push(exchange.close);
    const phone = await sipp(steps);
    exchange.route(NUMBER, phone.port);
    const root = mkdtempSync(join(tmpdir(), 'faultline-caller-'));
    closing.push(() => rmSync(root, { recursive: true, force: true }));
    const caller = fileURLToPath(new URL('../../support/sip-caller.ts', import.meta.url));
    const server = spawn(process.execPath, [caller, String(exchange.port), NUMBER], {
      // What a killed process leaves behind goes with the folder.
      env: { ...process.env, TMPDIR: root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(server, 'exit');
    await Promise.race([
      says(server.stdout, event),
      exited.then(() => {
        throw new Error('the server ended by itself');
      }),
    ]);
    server.kill('SIGKILL');
    await exited;
    await phone.done;
  });

  it('[E6] of the server leaves nobody behind whom the next start would not end, and a stranger is left alone', async () => {
    const root = mkdtempSync(join(tmpdir(), 'faultline-orphans-'));
    closing.push(() => rmSync(root, { recursive: true, force: true }));
    const [ours, other] = ['line-1', 'line-2'].map((name) => join(root, name));
    if (!ours || !other) throw new Error('two folders were made');
    for (const folder of [ours, other]) mkdirSync(folder);
    const orphan = spawn('sleep', ['60'], { cwd: ours, stdio: 'ignore' });
    const stranger = spawn('sleep', ['60'], { cwd: root, stdio: 'ignore' });
    closing.push(() => stranger.kill('SIGKILL'));
    const ended = once(orphan, 'exit');
    writeFileSync(join(ours, 'pid'), String(orphan.pid));
    writeFileSync(join(other, 'pid'), String(stranger.pid));
    expect(await endOrphans(root, systemClock())).toBe(1);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
  });

  it('of the connection to the program, by somebody who takes it over, ends the program and not the line', async () => {
    const at = await room();
    const port = /^ctrl_tcp_listen \S+:(?<port>\d+)$/m.exec(readFileSync(join(at.folder, 'line-1', 'config'), 'utf8'));
    const first = pidOf(at);
    const intruder = connect(Number(port?.groups?.['port']), '127.0.0.1');
    intruder.on('error', () => undefined);
    closing.push(() => intruder.destroy());
    await at.told('changed', undefined, () => at.line.status().state === 'down');
    at.clock.advance(1_000);
    await at.told('changed', undefined, () => at.line.status().state === 'up');
    expect(pidOf(at)).not.toBe(first);
  });
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

async function says(output: NodeJS.ReadableStream | null, word: string): Promise<void> {
  let text = '';
  const heard = new EventEmitter();
  output?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    heard.emit('more');
  });
  while (!text.includes(word)) await once(heard, 'more');
}
