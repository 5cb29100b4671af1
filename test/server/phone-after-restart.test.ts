import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handset } from '@faultline/server/src/escalation/console/console-line.ts';
import { createConsoleLine } from '@faultline/server/src/escalation/console/console-line.ts';
import type { PhoneCall, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PhoneWord } from '@faultline/shared/wire/phone.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { openCallRoom, PHONE_OF } from '../support/call-room.ts';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';
import { createFakeLine } from '../support/fake-line.ts';

let clock: TestClock;

beforeEach(() => {
  clock = testClock();
});

function callToLi(): PhoneCall {
  const now = clock.now();
  return {
    id: 'call-li',
    purpose: 'ladder',
    person: {
      contactId: 'li',
      departmentId: 'crew1',
      district: 'north',
      name: '李',
      phone: '00010001',
      language: 'zh',
    },
    opening: '1 张工单等待接单',
    tickets: [{ number: '17', area: '东城', kind: 'crew-not-accepted', since: now - 4 * MINUTE }],
    ringUntil: now + 30 * SECOND,
    talkUntil: now + 2 * MINUTE,
    providerId: null,
  };
}

/** The line of a server that has just started, and a page that was quicker to come back than its call. */
function earlyPage() {
  const line = createConsoleLine({ clock });
  const events: PhoneLineEvent[] = [];
  line.onEvent((event) => events.push(event));
  const heard: PhoneWord[] = [];
  const handset: Handset = { contactId: 'li', deviceId: 'd1', tell: (word) => heard.push(word), dropDead() {} };
  const seat = line.join(handset);
  return { line, events, heard, seat };
}

describe('a console phone after a restart', () => {
  test('[E6] rings also when the page was back before its call was found again', async () => {
    const { line, events, heard, seat } = earlyPage();
    expect(seat.ring()).toBeNull();
    await line.adopt([callToLi()]);
    expect(heard).toMatchObject([{ type: 'ring', ring: { callId: 'call-li', answeredAt: null } }]);
    seat.hear({ type: 'answer', callId: 'call-li' });
    seat.hear({ type: 'key', callId: 'call-li', key: '1' });
    expect(events.slice(1)).toMatchObject([{ type: 'answered' }, { type: 'key', key: '1' }]);
  });

  test('[E3] falls silent with the last word when the hop is done before anybody has answered again', async () => {
    const { line, events, heard } = earlyPage();
    await line.adopt([callToLi()]);
    await line.say('call-li', '该工单已由王五接单。', true);
    expect(heard.at(-1)).toEqual({
      type: 'stopped',
      callId: 'call-li',
      reason: 'done-elsewhere',
      text: '该工单已由王五接单。',
    });
    expect(events.at(-1)).toMatchObject({ type: 'ended', callId: 'call-li', cause: 'hung-up' });
  });
});

test('[E3] a call whose key was answered does not ring again after a crash, and its number is free', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-decided-'));
  const path = join(folder, 'faultline.db');
  const before = createFakeLine();
  const dying = await openCallRoom({ path, clock, lines: [before] });
  await dying.dispatched('t1');
  await dying.pass(4 * MINUTE);
  const callId = before.at(PHONE_OF.duty)?.id ?? '';
  before.answers(callId);
  before.presses(callId, '1');
  await clock.settle();
  expect(before.said).toMatchObject([{ callId, isLast: true }]);
  // The dead one's own timers go nowhere from here on.
  dying.database.close();

  const line = createFakeLine();
  line.keeps.add(callId);
  const room = await openCallRoom({ path, clock, lines: [line] });
  await clock.settle();
  expect(line.placed).toEqual([]);
  expect(line.at(PHONE_OF.duty), 'nothing is taken up that has nothing left to say').toBeNull();
  expect(line.cancelled).toMatchObject([{ callId }]);
  expect(await room.calls.call(callId)).toMatchObject({ outcome: 'acknowledged', pressed: '1', endedAt: clock.now() });
  expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
  await room.dispatched('t2');
  await room.pass(4 * MINUTE);
  expect(line.at(PHONE_OF.duty)?.id).toBeDefined();
  await room.close();
  expect(room.faults).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
