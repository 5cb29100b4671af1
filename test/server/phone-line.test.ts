import type { ConsoleLine, Handset, Seat } from '@faultline/server/src/escalation/console/console-line.ts';
import { createConsoleLine } from '@faultline/server/src/escalation/console/console-line.ts';
import type { PhoneCall, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { LineFault } from '@faultline/server/src/escalation/phone-line.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PhoneWord } from '@faultline/shared/wire/phone.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';

let clock: TestClock;
let line: ConsoleLine;
let events: PhoneLineEvent[];

beforeEach(() => {
  clock = testClock();
  [line, events] = lineOn(clock);
});

function lineOn(at: TestClock): [ConsoleLine, PhoneLineEvent[]] {
  const told: PhoneLineEvent[] = [];
  const made = createConsoleLine({ clock: at });
  made.onEvent((event) => told.push(event));
  return [made, told];
}

interface Device {
  readonly seat: Seat;
  readonly heard: PhoneWord[];
  readonly isDropped: () => boolean;
}

/** A device that is connected from now on. */
function connect(contactId = 'li', deviceId = `${contactId}-phone`, by = line): Device {
  const heard: PhoneWord[] = [];
  let isDropped = false;
  const handset: Handset = {
    contactId,
    deviceId,
    tell: (word) => heard.push(word),
    dropDead() {
      isDropped = true;
      seat.leave();
    },
  };
  const seat = by.join(handset);
  return { seat, heard, isDropped: () => isDropped };
}

function callTo(contactId = 'li', change: Partial<PhoneCall> = {}): PhoneCall {
  const now = clock.now();
  return {
    id: `call-${contactId}`,
    purpose: 'ladder',
    person: { contactId, departmentId: 'crew1', district: 'north', name: contactId, phone: '00010001', language: 'zh' },
    opening: '有一张工单等待接单',
    tickets: [{ number: '17', area: '东城', kind: 'crew-not-accepted', since: now - 4 * MINUTE }],
    ringUntil: now + 30 * SECOND,
    talkUntil: now + 2 * MINUTE,
    providerId: null,
    ...change,
  };
}

/** Rings one device and answers. */
async function inTalk(): Promise<Device> {
  const device = connect();
  await line.place(callTo());
  device.seat.hear({ type: 'ringing', callId: 'call-li' });
  device.seat.hear({ type: 'answer', callId: 'call-li' });
  return device;
}

const types = (): string[] => events.filter(({ type }) => type !== 'changed').map(({ type }) => type);
const lastWord = (device: Device): PhoneWord | undefined => device.heard.at(-1);

describe('reaching', () => {
  test('[E2] reaches whoever has a device that is connected now, and says when that changes', () => {
    const { person } = callTo();
    expect(line.canReach(person)).toBe(false);
    const [first, second] = [connect('li', 'a'), connect('li', 'b')];
    expect(line.canReach(person)).toBe(true);
    first.seat.leave();
    expect(line.canReach(person)).toBe(true);
    second.seat.leave();
    second.seat.leave();
    expect(line.canReach(person)).toBe(false);
    expect(events).toEqual([{ type: 'changed' }, { type: 'changed' }]);
  });

  test('[E2] a call to somebody without a device is refused to the engine, which takes another line', async () => {
    const refusal = line.place(callTo());
    await expect(refusal).rejects.toBeInstanceOf(LineFault);
    await expect(refusal).rejects.toMatchObject({ code: 'no-device' });
  });

  test('[E5] a person is not rung twice at the same moment', async () => {
    connect();
    await line.place(callTo());
    await expect(line.place(callTo('li', { id: 'another' }))).rejects.toMatchObject({ code: 'call-under-way' });
  });

  test('[E6] a call that is placed once more rings once', async () => {
    const device = connect();
    await line.place(callTo());
    await line.place(callTo());
    expect(device.heard).toHaveLength(1);
  });

  test('is always up', () => {
    expect(line.status()).toEqual({ state: 'up', since: clock.now(), detail: '' });
  });
});

describe('ringing', () => {
  test('[E2] every device of the contact rings, the first card is told, and no other phone hears of it', async () => {
    const [first, second, stranger] = [connect('li', 'a'), connect('li', 'b'), connect('wang')];
    await line.place(callTo());
    expect(lastWord(first)).toMatchObject({ type: 'ring', ring: { callId: 'call-li', answeredAt: null, said: null } });
    expect(lastWord(second)).toEqual(lastWord(first));
    expect(JSON.stringify(lastWord(first))).not.toContain('00010001');
    expect(stranger.heard).toEqual([]);
    expect(types()).toEqual([]);
    first.seat.hear({ type: 'ringing', callId: 'call-li' });
    second.seat.hear({ type: 'ringing', callId: 'call-li' });
    expect(types()).toEqual(['ringing']);
  });

  test('[E2] the first answer has the call, the other devices fall silent', async () => {
    const [first, second] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    second.seat.hear({ type: 'answer', callId: 'call-li' });
    expect(lastWord(second)).toEqual({ type: 'answered', callId: 'call-li' });
    expect(lastWord(first)).toMatchObject({ type: 'stopped', reason: 'answered-elsewhere' });
    first.seat.hear({ type: 'answer', callId: 'call-li' });
    first.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    first.seat.hear({ type: 'hang-up', callId: 'call-li' });
    expect(lastWord(first)).toMatchObject({ type: 'stopped', reason: 'answered-elsewhere' });
    expect(types()).toEqual(['answered']);
  });

  test('[E4] a key before the answer means nothing', async () => {
    const device = connect();
    await line.place(callTo());
    device.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(types()).toEqual([]);
  });

  test('[E2] whoever declines ends the call on all of his devices', async () => {
    const [first, second] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    first.seat.hear({ type: 'hang-up', callId: 'call-li' });
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'call-li', cause: 'declined', code: '' });
    expect(lastWord(second)).toMatchObject({ type: 'stopped', reason: 'ended' });
  });

  test('[E3] a cancelled call is silent at once on every device, with the reason', async () => {
    const [first, second] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    await line.cancel('call-li', 'done-elsewhere', '王五已接单');
    for (const device of [first, second]) {
      expect(lastWord(device)).toEqual({
        type: 'stopped',
        callId: 'call-li',
        reason: 'done-elsewhere',
        text: '王五已接单',
      });
    }
    expect(types()).toEqual([]);
  });

  test('[E6] a device that shows no card within five seconds is dead, and another line is tried', async () => {
    const device = connect();
    await line.place(callTo());
    clock.move(5 * SECOND);
    expect(device.isDropped()).toBe(true);
    expect(line.canReach(callTo().person)).toBe(false);
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'call-li', cause: 'line-down', code: 'not-shown' });
  });

  test('[E6] one device that shows the card is enough', async () => {
    const [shown, dead] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    shown.seat.hear({ type: 'ringing', callId: 'call-li' });
    clock.move(20 * SECOND);
    expect([shown.isDropped(), dead.isDropped()]).toEqual([false, false]);
    expect(types()).toEqual(['ringing']);
  });

  test('[E6] a page that is loaded anew while it rings goes on ringing', async () => {
    const before = connect();
    await line.place(callTo());
    before.seat.hear({ type: 'ringing', callId: 'call-li' });
    before.seat.leave();
    clock.move(4 * SECOND);
    const after = connect();
    expect(after.seat.ring()).toMatchObject({ callId: 'call-li', answeredAt: null });
    clock.move(10 * SECOND);
    after.seat.hear({ type: 'answer', callId: 'call-li' });
    expect(types()).toEqual(['ringing', 'answered']);
  });

  test('[E6] of two devices one may go; when none is left the line is down for this call', async () => {
    const [first, second] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    first.seat.hear({ type: 'ringing', callId: 'call-li' });
    first.seat.leave();
    clock.move(10 * SECOND);
    expect(types()).toEqual(['ringing']);
    second.seat.leave();
    clock.move(5 * SECOND);
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'call-li', cause: 'line-down', code: 'no-device' });
  });

  test('[E2] a device that comes while another one rings shows the card, one that comes during the talk does not', async () => {
    const first = connect('li', 'a');
    await line.place(callTo());
    expect(connect('li', 'b').seat.ring()).toMatchObject({ callId: 'call-li' });
    first.seat.hear({ type: 'answer', callId: 'call-li' });
    expect(connect('li', 'c').seat.ring()).toBeNull();
  });
});

describe('talking', () => {
  test('[E4] keys reach the engine, and its words the phone', async () => {
    const device = await inTalk();
    device.seat.hear({ type: 'key', callId: 'call-li', key: '3' });
    expect(events.at(-1)).toEqual({ type: 'key', callId: 'call-li', key: '3' });
    await line.say('call-li', '东长安街1号', false);
    expect(lastWord(device)).toEqual({ type: 'say', callId: 'call-li', text: '东长安街1号', isLast: false });
  });

  test('an answer that is said again is answered again and told once', async () => {
    const device = await inTalk();
    device.seat.hear({ type: 'answer', callId: 'call-li' });
    expect(device.heard.filter(({ type }) => type === 'answered')).toHaveLength(2);
    expect(types()).toEqual(['ringing', 'answered']);
  });

  test('whoever hangs up ends the call', async () => {
    const device = await inTalk();
    device.seat.hear({ type: 'hang-up', callId: 'call-li' });
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'call-li', cause: 'hung-up', code: '' });
    expect(lastWord(device)).toMatchObject({ type: 'stopped', reason: 'ended' });
  });

  test('the last word ends the call by itself when the device does not hang up', async () => {
    await inTalk();
    await line.say('call-li', '已接单', true);
    clock.move(29 * SECOND);
    expect(types()).toEqual(['ringing', 'answered']);
    clock.move(SECOND);
    expect(events.at(-1)).toMatchObject({ type: 'ended', cause: 'hung-up' });
  });

  test('a lost connection has twenty seconds to come back, and goes on where it was', async () => {
    const before = await inTalk();
    await line.say('call-li', '东长安街1号', false);
    before.seat.leave();
    clock.move(19 * SECOND);
    const after = connect();
    expect(after.seat.ring()).toMatchObject({ said: { text: '东长安街1号', isLast: false } });
    expect(after.seat.ring()?.answeredAt).not.toBeNull();
    clock.move(MINUTE);
    after.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(events.at(-1)).toMatchObject({ type: 'key', key: '1' });
  });

  test('whoever does not come back has hung up', async () => {
    const device = await inTalk();
    device.seat.leave();
    clock.move(20 * SECOND);
    expect(events.at(-1)).toEqual({ type: 'ended', callId: 'call-li', cause: 'hung-up', code: 'device-lost' });
  });

  test('another device of the contact does not take the talk over by coming', async () => {
    const device = await inTalk();
    device.seat.leave();
    expect(connect('li', 'tablet').seat.ring()).toBeNull();
    clock.move(20 * SECOND);
    expect(events.at(-1)).toMatchObject({ type: 'ended', code: 'device-lost' });
  });

  test('the newest connection of the device that talks is the one that counts, because the older may be half-open', async () => {
    const before = await inTalk();
    const after = connect();
    expect(after.seat.ring()).not.toBeNull();
    expect(lastWord(before)).toMatchObject({ type: 'stopped', reason: 'answered-elsewhere' });
    before.seat.leave();
    clock.move(MINUTE);
    after.seat.hear({ type: 'key', callId: 'call-li', key: '2' });
    expect(events.at(-1)).toMatchObject({ type: 'key', key: '2' });
  });
});

describe('after the end', () => {
  test('[E4] a late key is told how the call has ended, and the engine hears of it', async () => {
    const device = connect();
    await line.place(callTo());
    await line.cancel('call-li', 'done-elsewhere', '王五已接单');
    device.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(lastWord(device)).toMatchObject({ type: 'stopped', reason: 'done-elsewhere', text: '王五已接单' });
    expect(events.at(-1)).toEqual({ type: 'key', callId: 'call-li', key: '1' });
  });

  test('[E4] a better word of the engine reaches whoever has pressed the late key', async () => {
    const [presser, other] = [connect('li', 'a'), connect('li', 'b')];
    await line.place(callTo());
    await line.cancel('call-li', 'no-answer', '');
    presser.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    const before = other.heard.length;
    await line.cancel('call-li', 'done-elsewhere', '王五已接单');
    expect(lastWord(presser)).toMatchObject({ type: 'stopped', text: '王五已接单' });
    expect(other.heard).toHaveLength(before);
  });

  test('[E4] the last word is repeated to whoever presses behind it', async () => {
    const device = await inTalk();
    await line.say('call-li', '已接单，谢谢', true);
    device.seat.hear({ type: 'hang-up', callId: 'call-li' });
    device.seat.hear({ type: 'key', callId: 'call-li', key: '2' });
    expect(lastWord(device)).toMatchObject({ type: 'stopped', text: '已接单，谢谢' });
  });

  test('after two minutes only the end itself is known', async () => {
    const device = connect();
    await line.place(callTo());
    await line.cancel('call-li', 'done-elsewhere', '王五已接单');
    clock.move(2 * MINUTE);
    device.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(lastWord(device)).toEqual({ type: 'stopped', callId: 'call-li', reason: 'ended', text: '' });
    expect(types()).toEqual([]);
  });

  test("[D3] a stranger's word about somebody else's call tells him nothing and ends nothing", async () => {
    await inTalk();
    await line.say('call-li', '东长安街1号', false);
    const stranger = connect('wang');
    for (const type of ['ringing', 'answer', 'hang-up'] as const) stranger.seat.hear({ type, callId: 'call-li' });
    stranger.seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(new Set(stranger.heard.map((word) => ('text' in word ? word.text : '?')))).toEqual(new Set(['']));
    expect(types()).toEqual(['ringing', 'answered']);
  });

  test('unknown calls are cancelled and spoken into without harm', async () => {
    await line.cancel('never', 'ended', 'a word');
    await line.say('never', 'a word', true);
    expect(events).toEqual([]);
  });
});

describe('a restart of the server', () => {
  const reborn = async (...calls: PhoneCall[]): Promise<ReadonlySet<string>> => {
    [line, events] = lineOn(clock);
    return line.adopt(calls);
  };

  test('[E6] goes on with a call whose phone comes back', async () => {
    expect(await reborn(callTo())).toEqual(new Set(['call-li']));
    clock.move(9 * SECOND);
    const device = connect();
    expect(device.seat.ring()).toMatchObject({ callId: 'call-li', answeredAt: null });
    device.seat.hear({ type: 'ringing', callId: 'call-li' });
    device.seat.hear({ type: 'answer', callId: 'call-li' });
    clock.move(MINUTE);
    expect(types()).toEqual(['ringing', 'answered']);
  });

  test('[E6] gives a call up whose phone does not come back', async () => {
    await reborn(callTo());
    clock.move(10 * SECOND);
    expect(types()).toEqual(['ended']);
    expect(events.at(-1)).toMatchObject({ cause: 'line-down', code: 'no-device' });
  });

  test('[E6] does not take up what is over by its own deadline', async () => {
    const over = callTo();
    clock.moveTo(over.talkUntil);
    expect(await reborn(over)).toEqual(new Set());
  });
});
