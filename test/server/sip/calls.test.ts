import { readWave } from '@faultline/server/src/escalation/speech/wave.ts';
import { afterEach, describe, expect, it } from 'vitest';
import type { SippPhone } from '../../support/sip-programs.ts';
import { startBaresipPhone, startSippPhone } from '../../support/sip-programs.ts';
import type { SipRoom } from '../../support/sip-room.ts';
import { openSipRoom } from '../../support/sip-room.ts';
import type { SipStep } from '../../support/sip-scenario.ts';
import { keyByInfo } from '../../support/sip-scenario.ts';
import { likeness, openSipEar } from '../../support/sip-sound.ts';

const NUMBER = '+8613800001234';
/** What a telephone's companding leaves of a sound is above this; silence and another message are far below. */
const SAME_SOUND = 0.95;
const ANOTHER_SOUND = 0.6;
const ANSWER: readonly SipStep[] = [
  { step: 'expect', request: 'INVITE' },
  { step: 'answer', status: '180 Ringing' },
  { step: 'media', status: '200 OK' },
  { step: 'expect', request: 'ACK' },
];
const HANG_UP_BY_US: readonly SipStep[] = [
  { step: 'expect', request: 'BYE' },
  { step: 'answer', status: '200 OK' },
];
const CANCELLED: readonly SipStep[] = [
  { step: 'expect', request: 'CANCEL' },
  { step: 'answer', status: '200 OK' },
  { step: 'end-invite', status: '487 Request Terminated' },
  { step: 'expect', request: 'ACK' },
];

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function room(settings?: Parameters<typeof openSipRoom>[0]): Promise<SipRoom> {
  const opened = await openSipRoom(settings);
  closing.push(opened.close);
  return opened;
}

async function phone(
  to: SipRoom,
  steps: readonly SipStep[],
  { number = NUMBER, ...more }: { number?: string } & Parameters<typeof startSippPhone>[1] = {},
): Promise<SippPhone> {
  const started = await startSippPhone(steps, more);
  closing.push(started.stop);
  to.exchange.route(number, started.port);
  return started;
}

describe('a called phone', () => {
  it('[E2] hears the opening twice, presses 1 by RFC 4733, hears the last word, and the call ends behind it', async () => {
    const at = await room();
    const ear = await openSipEar();
    closing.push(ear.close);
    const called = await phone(at, [...ANSWER, ...HANG_UP_BY_US], { audioPorts: [ear.port] });
    const call = at.call('one', NUMBER);
    await at.line.place(call);
    expect(await at.told('ringing')).toMatchObject({ callId: 'one', providerId: expect.stringMatching(/^\w+/) });
    await at.told('answered');
    const opening = await at.sound(call.opening);
    await ear.hears((2 * opening.length) / 8_000 + 1.2);
    const heard = ear.heard();
    expect(likeness(heard.subarray(0, opening.length + 4_000), opening)).toBeGreaterThan(SAME_SOUND);
    expect(likeness(heard.subarray(opening.length + 4_000), opening)).toBeGreaterThan(SAME_SOUND);

    ear.press('1');
    expect(await at.told('key')).toEqual({ type: 'key', callId: 'one', key: '1' });
    const before = ear.heard().length;
    const last = '工单已接收，谢谢。';
    await at.line.say('one', last, true);
    expect(await at.told('ended')).toEqual({ type: 'ended', callId: 'one', cause: 'hung-up', code: '' });
    await called.done;
    const rest = ear.heard().subarray(before);
    expect(likeness(rest, await at.sound(last))).toBeGreaterThan(SAME_SOUND);
    expect(likeness(rest, opening)).toBeLessThan(ANOTHER_SOUND);
  });

  it('[E4] presses 2 by SIP INFO', async () => {
    const at = await room();
    const called = await phone(at, [
      ...ANSWER,
      keyByInfo('2'),
      { step: 'expect-response', status: 200 },
      ...HANG_UP_BY_US,
    ]);
    await at.line.place(at.call('one', NUMBER));
    expect(await at.told('key')).toMatchObject({ key: '2' });
    await at.line.cancel('one', 'ended', '');
    await called.done;
  });

  it.runIf(process.getuid?.() === 0)('[E4] presses 1 as SIPp plays it from a recording of a real phone', async () => {
    const at = await room();
    const called = await phone(at, [...ANSWER, { step: 'key-in-audio', key: '1' }, ...HANG_UP_BY_US]);
    await at.line.place(at.call('one', NUMBER));
    expect(await at.told('key')).toMatchObject({ key: '1' });
    await at.line.cancel('one', 'ended', '');
    await called.done;
  });

  it('[E4] that is another program presses every key there is, and records what it hears', async () => {
    const at = await room();
    const other = await startBaresipPhone(NUMBER);
    closing.push(other.stop);
    at.exchange.route(NUMBER, other.port);
    await at.line.place(at.call('one', NUMBER));
    await at.told('answered');
    const keys = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];
    for (const key of keys) {
      await other.command('sndcode', key);
      await at.told('key', 'one', (event) => event.type === 'key' && event.key === key);
    }
    expect(at.events.flatMap((event) => (event.type === 'key' ? [event.key] : []))).toEqual(keys);
    const last = '已经由张师傅接单，谢谢。';
    await at.line.say('one', last, true);
    await at.told('ended');
    const recording = await other.stop();
    expect(recording).not.toBeNull();
    if (recording) expect(likeness(readWave(recording).samples, await at.sound(last))).toBeGreaterThan(SAME_SOUND);
  });

  it.each([
    ['busy', '486 Busy Here', 'busy'],
    ['busy everywhere', '600 Busy Everywhere', 'busy'],
    ['declined', '603 Decline', 'declined'],
    ['unknown', '404 Not Found', 'wrong-number'],
    ['incomplete', '484 Address Incomplete', 'wrong-number'],
    ['switched off', '480 Temporarily Unavailable', 'no-answer'],
    ['forbidden, this number alone', '403 Forbidden', 'failed'],
    ['without a way', '503 Service Unavailable', 'line-down'],
  ])('[E2] that is %s ends the call by its own word', async (_, status, cause) => {
    const at = await room();
    const called = await phone(at, [
      { step: 'expect', request: 'INVITE' },
      { step: 'answer', status },
      { step: 'expect', request: 'ACK' },
    ]);
    await at.line.place(at.call('one', NUMBER));
    expect(await at.told('ended')).toEqual({ type: 'ended', callId: 'one', cause, code: status.slice(0, 3) });
    await called.done;
    expect(at.line.status().state).toBe('up');
  });

  it('[E3] that rings is silent within a second of the cancel', async () => {
    const at = await room();
    const called = await phone(at, [
      { step: 'expect', request: 'INVITE' },
      { step: 'answer', status: '180 Ringing' },
      ...CANCELLED,
    ]);
    await at.line.place(at.call('one', NUMBER));
    await at.told('ringing');
    const cancelledAtMs = Date.now();
    await at.line.cancel('one', 'done-elsewhere', '');
    const cancel = await at.exchange.seen(/^CANCEL /);
    expect(cancel.atMs - cancelledAtMs).toBeLessThan(1_000);
    await called.done;
    expect(at.events.filter(({ type }) => type === 'ended')).toEqual([]);
  });

  it('[E3] whose exchange has not said a word yet is cancelled as soon as it does', async () => {
    const at = await room();
    const called = await phone(at, [
      { step: 'expect', request: 'INVITE' },
      { step: 'pause', ms: 300 },
      { step: 'answer', status: '180 Ringing' },
      ...CANCELLED,
    ]);
    await at.line.place(at.call('one', NUMBER));
    await at.exchange.seen(/^INVITE /);
    await at.line.cancel('one', 'done-elsewhere', '');
    await called.done;
  });

  it('[E4] that answers and presses nothing, as a voicemail does, brings no key and hears no more than the opening', async () => {
    const at = await room();
    const ear = await openSipEar();
    closing.push(ear.close);
    const called = await phone(at, [...ANSWER, ...HANG_UP_BY_US], { audioPorts: [ear.port] });
    const call = at.call('one', NUMBER);
    await at.line.place(call);
    const opening = await at.sound(call.opening);
    await ear.hears((2 * opening.length) / 8_000 + 2);
    await at.line.cancel('one', 'ended', '');
    await called.done;
    expect(at.events.map(({ type }) => type).filter((type) => type !== 'changed')).toEqual(['ringing', 'answered']);
    const tail = ear.heard().subarray(2 * opening.length + 12_000);
    expect(tail.every((sample) => Math.abs(sample) < 0.001)).toBe(true);
  });

  it('[E2] that lets itself be heard before it answers hears the opening from its first word', async () => {
    const at = await room();
    const ear = await openSipEar();
    closing.push(ear.close);
    const called = await phone(
      at,
      [
        { step: 'expect', request: 'INVITE' },
        { step: 'media', status: '183 Session Progress' },
        { step: 'pause', ms: 800 },
        { step: 'media', status: '200 OK' },
        { step: 'expect', request: 'ACK' },
        ...HANG_UP_BY_US,
      ],
      { audioPorts: [ear.port] },
    );
    const call = at.call('one', NUMBER);
    await at.line.place(call);
    await at.told('answered');
    const opening = await at.sound(call.opening);
    await ear.hears(opening.length / 8_000 + 0.3);
    expect(likeness(ear.heard().subarray(0, opening.length + 2_000), opening)).toBeGreaterThan(SAME_SOUND);
    await at.line.cancel('one', 'ended', '');
    await called.done;
  });

  it('[E4] that wants to hand the call over to another number is refused', async () => {
    const at = await room();
    const refer: SipStep = { step: 'send', request: 'REFER', headers: ['Refer-To: <sip:0900999999@127.0.0.1>'] };
    const called = await phone(at, [
      ...ANSWER,
      refer,
      { step: 'expect-response', status: 501 },
      keyByInfo('5'),
      { step: 'expect-response', status: 200 },
      ...HANG_UP_BY_US,
    ]);
    await at.line.place(at.call('one', NUMBER));
    await at.told('key');
    await at.line.cancel('one', 'ended', '');
    await called.done;
    expect(at.exchange.passed.filter(({ line }) => line.includes('0900999999'))).toEqual([]);
  });

  it('[E2] behind a switchboard gets the digits of its extension before the opening', async () => {
    const at = await room();
    const other = await startBaresipPhone('02886660000');
    closing.push(other.stop);
    at.exchange.route('02886660000', other.port);
    const first = other.next('CALL_DTMF_START');
    await at.line.place(at.call('one', '02886660000,801'));
    expect(await first).toMatchObject({ param: '8' });
    expect(await other.next('CALL_DTMF_START')).toMatchObject({ param: '0' });
    expect(await other.next('CALL_DTMF_START')).toMatchObject({ param: '1' });
    await at.line.cancel('one', 'ended', '');
  });
});

describe('several phones', () => {
  it('[E5] are rung at once, each with its own message', async () => {
    const at = await room({ channels: 8 });
    const ears = await Promise.all(Array.from({ length: 8 }, openSipEar));
    for (const ear of ears) closing.push(ear.close);
    const numbers = ears.map((_, index) => `1380000000${index}`);
    const texts = [
      '一号线路故障',
      '二楼没有灯光',
      '三角地变压器',
      '四川北路停电',
      '五金店门口',
      '六号楼电表箱',
      '七星路口',
      '八达岭方向',
    ];
    const phones = await Promise.all(
      ears.map((ear, index) =>
        phone(at, [...ANSWER, ...HANG_UP_BY_US], { number: numbers[index] ?? '', audioPorts: [ear.port] }),
      ),
    );
    const calls = numbers.map((number, index) =>
      at.call(`call-${index}`, number, { opening: `${texts[index]}，请按一。` }),
    );
    await Promise.all(calls.map((call) => at.line.place(call)));
    await Promise.all(calls.map((call) => at.told('answered', call.id)));
    await expect(at.line.place(at.call('ninth', NUMBER))).rejects.toMatchObject({ code: 'no-channel' });
    const said = await Promise.all(calls.map((call) => at.sound(call.opening)));
    for (const [index, ear] of ears.entries()) {
      await ear.hears((said[index]?.length ?? 0) / 8_000 + 0.5);
      const heard = ear.heard();
      const alike = said.map((sound) => likeness(heard, sound));
      expect(alike[index], `phone ${index}`).toBeGreaterThan(SAME_SOUND);
      for (const [other, value] of alike.entries()) if (other !== index) expect(value).toBeLessThan(ANOTHER_SOUND);
    }
    await Promise.all(calls.map(({ id }) => at.line.cancel(id, 'ended', '')));
    await Promise.all(phones.map(({ done }) => done));
  });

  it('[E5] follow each other on one line, and the next never hears what was said to the one before', async () => {
    const at = await room();
    const second = '13900000002';
    const ears = [await openSipEar(), await openSipEar()] as const;
    for (const ear of ears) closing.push(ear.close);
    const first = await phone(at, [...ANSWER, ...HANG_UP_BY_US], { audioPorts: [ears[0].port] });
    await at.line.place(at.call('one', NUMBER));
    await at.told('answered', 'one');
    const secret = '人民路一百号三楼，变压器烧毁。';
    await at.line.say('one', secret, false);
    await ears[0].hears(1);
    await at.line.cancel('one', 'ended', '');
    await first.done;
    const next = await phone(
      at,
      [
        { step: 'expect', request: 'INVITE' },
        { step: 'media', status: '183 Session Progress' },
        { step: 'pause', ms: 1_500 },
        { step: 'media', status: '200 OK' },
        { step: 'expect', request: 'ACK' },
        ...HANG_UP_BY_US,
      ],
      { number: second, audioPorts: [ears[1].port] },
    );
    await at.line.place(at.call('two', second));
    await at.told('answered', 'two');
    await ears[1].hears(2);
    expect(likeness(ears[1].heard(), await at.sound(secret))).toBeLessThan(ANOTHER_SOUND);
    await at.line.cancel('two', 'ended', '');
    await next.done;
  });
});
