import type { PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { createEventOrder, GAP_WAIT } from '@faultline/server/src/escalation/webhook/event-order.ts';
import {
  createHealth,
  FIRST_DOWN_PAUSE,
  LONGEST_DOWN_PAUSE,
  UP_PAUSE,
} from '@faultline/server/src/escalation/webhook/health.ts';
import type { Callback } from '@faultline/server/src/escalation/webhook/messages.ts';
import { POST_TIMEOUT } from '@faultline/server/src/escalation/webhook/post.ts';
import { mayConnectTo } from '@faultline/server/src/escalation/webhook/safe-address.ts';
import { problemOfSettings } from '@faultline/server/src/escalation/webhook/settings.ts';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import type { WebhookRoom } from '../support/webhook-room.ts';
import { NEW_SECRET, OLD_SECRET, openWebhookRoom, phoneCall } from '../support/webhook-room.ts';
import type { Manner } from '../support/webhook-site.ts';

const PRIVATE_HOST = '10.0.0.1';
const rooms: WebhookRoom[] = [];
afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.close()));
});

async function open(change: Parameters<typeof openWebhookRoom>[0] = {}): Promise<WebhookRoom> {
  const room = await openWebhookRoom(change);
  rooms.push(room);
  return room;
}

async function started(change: Parameters<typeof openWebhookRoom>[0] = {}): Promise<WebhookRoom> {
  const room = await open(change);
  await room.line.start();
  room.events.length = 0;
  return room;
}

/** A fault and its code, or what came instead. */
async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return { done: await work };
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

const typesOf = ({ site }: WebhookRoom): unknown[] => site.messages.map(({ body }) => body['type']);

describe('what the site is told', () => {
  test('[E2] a call: whom, what is said, until when; signed by the new and by the old secret', async () => {
    const room = await started();
    const call = phoneCall();
    await room.line.place(call);
    const { body, headers, id, signedBy, path } = await room.site.next('call');
    expect([path, id, headers['content-type']]).toEqual(['/calls', 'call-1.0', 'application/json']);
    expect(signedBy).toEqual([NEW_SECRET, OLD_SECRET]);
    const { person, tickets, opening, ringUntil, talkUntil } = call;
    expect(body).toEqual({
      version: 1,
      type: 'call',
      callId: 'call-1',
      message: 0,
      purpose: 'ladder',
      phone: person.phone,
      name: person.name,
      language: 'zh',
      opening,
      tickets,
      ringUntil,
      talkUntil,
    });
  });

  test('words and a cancellation, each with a number above the one before, one after the other', async () => {
    const room = await started();
    await room.line.place(phoneCall());
    await Promise.all([
      room.line.say('call-1', '地址', false),
      room.line.say('call-1', '已接单', true),
      room.line.say('call-unknown', '没有人听', true),
    ]);
    await room.line.cancel('call-1', 'done-elsewhere', '已由李四接单');
    expect(typesOf(room)).toEqual(['ping', 'call', 'say', 'say', 'cancel']);
    const [, , first, second, cancel] = room.site.messages.map(({ body }) => body);
    expect([first?.['text'], first?.['isLast'], second?.['text'], second?.['isLast']]).toEqual([
      '地址',
      false,
      '已接单',
      true,
    ]);
    expect([cancel?.['reason'], cancel?.['text']]).toEqual(['done-elsewhere', '已由李四接单']);
    const numbers = [first, second, cancel].map((body) => Number(body?.['message']));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(room.site.messages.every(({ signedBy }) => signedBy.length === 2)).toBe(true);
  });

  test('[E3] a cancellation overtakes a call that the site has not answered yet', async () => {
    const room = await started();
    room.site.behave('call', 'hang');
    const placing = codeOf(room.line.place(phoneCall()));
    await room.site.next('call');
    await room.line.cancel('call-1', 'done-elsewhere', '');
    expect(await placing).toBe('cancelled');
    expect(typesOf(room)).toEqual(['ping', 'call', 'cancel']);
    expect(room.line.status().state).toBe('up');
  });

  test('a cancellation of a call that nobody knows is a quiet yes', async () => {
    const room = await started();
    await room.line.cancel('call-unknown', 'ended', '');
    expect(typesOf(room)).toEqual(['ping']);
  });

  test('[E6] a cancellation is told again when the site has failed to hear it', async () => {
    const room = await started();
    await room.line.place(phoneCall());
    room.site.behave('cancel', { answer: 503 });
    const cancelling = room.line.cancel('call-1', 'done-elsewhere', '');
    await room.site.next('cancel');
    room.site.behave('cancel', null);
    const again = await room.site.next('cancel', 2);
    await cancelling;
    expect(again.id).toBe((await room.site.next('cancel')).id);
  });

  test('on the way out every call that is up is ended', async () => {
    const room = await started();
    await Promise.all(['a', 'b', 'c'].map((id) => room.line.place(phoneCall(id))));
    await room.line.close();
    const ended = room.site.messages.filter(({ body }) => body['type'] === 'cancel').map(({ body }) => body['callId']);
    expect(ended.sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('a site without manners', () => {
  const cases: readonly (readonly [string, Manner, string, number])[] = [
    ['answers nonsense', { answer: 200, body: '<html>welcome</html>' }, 'nonsense', 1],
    ['answers with the wrong types', { answer: 200, body: '{"providerId":7}' }, 'nonsense', 1],
    ['refuses', { answer: 403 }, 'http-403', 1],
    ['fails', { answer: 500 }, 'http-500', 2],
    ['hangs up', 'hang-up', 'unreachable', 2],
    ['answers without end', 'endless', 'answer-too-large', 1],
  ];
  test.each(cases)(
    'that %s takes no call, and is tried as often as it makes sense',
    async (_what, manner, code, tries) => {
      const room = await started();
      room.site.behave('call', manner);
      expect(await codeOf(room.line.place(phoneCall()))).toBe(code);
      const calls = room.site.messages.filter(({ body }) => body['type'] === 'call');
      expect(calls.map(({ id }) => id)).toEqual(Array.from({ length: tries }, () => 'call-1.0'));
    },
  );

  test('that hangs is given up in time, and told to forget a call that it may have begun', async () => {
    const room = await started();
    room.site.behave('call', 'hang');
    const placing = codeOf(room.line.place(phoneCall()));
    await room.site.next('call');
    room.clock.advance(POST_TIMEOUT);
    // The second try, under the same id.
    expect((await room.site.next('call', 2)).id).toBe('call-1.0');
    room.clock.advance(POST_TIMEOUT);
    expect(await placing).toBe('timeout');
    expect((await room.site.next('cancel')).body).toMatchObject({ callId: 'call-1', reason: 'line-down' });
    expect(room.tell({ callId: 'call-1', event: 1, type: 'ringing' })).toEqual({ ok: true, value: 'call-ended' });
  });

  test('that redirects is not followed', async () => {
    const room = await started();
    const elsewhere = await open();
    room.site.behave('call', { answer: 307, headers: { location: elsewhere.site.url } });
    expect(await codeOf(room.line.place(phoneCall()))).toBe('redirected');
    expect(elsewhere.site.messages).toEqual([]);
  });

  test('that cannot make this one call is still a good line', async () => {
    const room = await started();
    room.site.behave('call', { answer: 422 });
    for (const id of ['a', 'b', 'c', 'd']) expect(await codeOf(room.line.place(phoneCall(id)))).toBe('http-422');
    expect(room.line.status().state).toBe('up');
  });

  test('that says "gone" to a word has ended the call', async () => {
    const room = await started();
    await room.line.place(phoneCall());
    room.site.behave('say', { answer: 410 });
    await room.line.say('call-1', '地址', false);
    expect(room.events).toEqual([{ type: 'ended', callId: 'call-1', cause: 'hung-up', code: 'http-410' }]);
  });
});

describe('the health of the line', () => {
  test('[E7] it is down until the site has answered, and says why', async () => {
    const room = await open();
    expect(room.line.status()).toMatchObject({ state: 'down', detail: 'not-started' });
    expect(room.line.canReach(phoneCall().person)).toBe(false);
    room.site.behave('ping', { answer: 503 });
    await room.line.start();
    expect(room.line.status()).toMatchObject({ state: 'down', detail: 'http-503' });
    expect(await codeOf(room.line.place(phoneCall()))).toBe('http-503');
    expect(typesOf(room)).toEqual(['ping']);
  });

  test('[E7] an idle line is asked every minute; three failures in a row and it is down, with growing pauses', async () => {
    const clock = testClock();
    let answer: 'yes' | 'no' = 'yes';
    let [probes, changes] = [0, 0];
    const health = createHealth({
      clock,
      chance: () => 0.5,
      async probe() {
        probes += 1;
        if (answer === 'yes') health.succeeded();
        else health.failed('http-500');
      },
      onChanged: () => {
        changes += 1;
      },
    });
    /** Not a moment earlier, and then at once. */
    const probedAfter = async (pause: number): Promise<void> => {
      const before = probes;
      await clock.settle(pause - 1);
      expect(probes).toBe(before);
      await clock.settle(1);
      expect(probes).toBe(before + 1);
    };
    await health.start();
    expect([health.status().state, probes, changes]).toEqual(['up', 1, 1]);
    await probedAfter(UP_PAUSE);
    answer = 'no';
    await probedAfter(UP_PAUSE);
    await probedAfter(FIRST_DOWN_PAUSE);
    expect(health.status().state).toBe('up');
    await probedAfter(2 * FIRST_DOWN_PAUSE);
    expect([health.status(), changes]).toEqual([{ state: 'down', since: clock.now(), detail: 'http-500' }, 2]);
    for (const factor of [4, 8, 16, 32]) await probedAfter(factor * FIRST_DOWN_PAUSE);
    await probedAfter(LONGEST_DOWN_PAUSE);
    answer = 'yes';
    await probedAfter(LONGEST_DOWN_PAUSE);
    expect([health.status(), changes]).toEqual([{ state: 'up', since: clock.now(), detail: '' }, 3]);
    health.stop();
    expect(clock.timers()).toBe(0);
  });

  test('[E7] calls that fail take it down too, and it comes back by itself', async () => {
    const room = await started();
    for (const type of ['call', 'ping']) room.site.behave(type, { answer: 500 });
    // Two tries each.
    expect([await codeOf(room.line.place(phoneCall('a'))), await codeOf(room.line.place(phoneCall('b')))]).toEqual([
      'http-500',
      'http-500',
    ]);
    expect(room.line.status()).toMatchObject({ state: 'down', detail: 'http-500' });
    expect(room.line.canReach(phoneCall().person)).toBe(false);
    room.site.behave('ping', null);
    // To the next probe and not over its time limit.
    room.clock.advance(4.2 * FIRST_DOWN_PAUSE);
    await room.heard('changed', 2);
    expect(room.line.status()).toMatchObject({ state: 'up', detail: '' });
    expect(room.line.canReach(phoneCall().person)).toBe(true);
  });

  test('nobody without a number can be reached', async () => {
    const room = await started();
    expect(room.line.canReach({ ...phoneCall().person, phone: '' })).toBe(false);
  });
});

describe('where it connects to', () => {
  test.each([
    ['93.184.216.34', true, true],
    ['2606:2800:220:1:248:1893:25c8:1946', true, true],
    ['10.0.0.1', false, true],
    ['172.31.255.255', false, true],
    ['192.168.1.1', false, true],
    ['100.64.0.1', false, true],
    ['127.0.0.1', false, true],
    ['::1', false, true],
    ['fd00::1', false, true],
    ['169.254.169.254', false, false],
    ['fe80::1', false, false],
    ['0.0.0.0', false, false],
    ['::', false, false],
    ['::ffff:10.0.0.1', false, false],
    ['::ffff:93.184.216.34', false, false],
    ['::ffff:169.254.169.254', false, false],
    ['::7f00:1', false, false],
    ['64:ff9b::a9fe:a9fe', false, false],
    ['2002:7f00:1::', false, false],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', false, false],
    ['224.0.0.1', false, false],
    ['ff02::1', false, false],
    ['255.255.255.255', false, false],
    ['198.18.0.1', false, false],
    ['192.0.2.1', false, false],
    ['2001:db8::1', false, false],
    ['a.name.example', false, false],
    ['', false, false],
  ])('%s: in the world %s, with private networks allowed %s', (address, inTheWorld, withPrivate) => {
    expect([false, true].map((mayReachPrivate) => mayConnectTo(address, { mayReachPrivate }))).toEqual([
      inTheWorld,
      withPrivate,
    ]);
  });

  test('no connection is made when any address of the name is a bad one', async () => {
    const room = await open({
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ],
    });
    await room.line.start();
    expect(room.line.status()).toMatchObject({ state: 'down', detail: 'address-refused' });
    expect(room.site.messages).toEqual([]);
  });

  test('the address that was judged is the one that is used, whatever the name says a moment later', async () => {
    const asked: string[] = [];
    const site = (await open()).site;
    const url = new URL(site.url);
    url.hostname = 'localhost';
    const room = await open({
      url: url.href,
      resolve: async (host) => {
        asked.push(host);
        return [{ address: asked.length === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
      },
    });
    await room.line.start();
    expect(room.line.status().state).toBe('up');
    expect([asked, site.messages[0]?.headers.host]).toEqual([['localhost'], url.host]);
    expect(await codeOf(room.line.place(phoneCall()))).toBe('address-refused');
    expect(site.messages.length).toBe(1);
  });

  test('a name server that does not answer holds nobody up', async () => {
    const room = await open({ resolve: () => new Promise(() => {}) });
    const starting = room.line.start();
    room.clock.advance(POST_TIMEOUT);
    await starting;
    expect(room.line.status()).toMatchObject({ state: 'down', detail: 'timeout' });
  });

  test.each([
    ['https://pbx.example/calls', true, null],
    [`https://${PRIVATE_HOST}/calls`, true, null],
    ['http://127.0.0.1:9/calls', true, null],
    ['http://[::1]:9/calls', true, null],
    ['http://localhost:9/calls', true, null],
    ['http://127.0.0.1:9/calls', false, /https/],
    [`http://${PRIVATE_HOST}/calls`, true, /https/],
    ['http://pbx.example/calls', true, /https/],
    ['ftp://pbx.example/', true, /https/],
    [`https://${'user:word@'}pbx.example/`, true, /password/],
    ['no address', true, /no URL/],
  ])('the setting %s (private allowed: %s)', (url, mayReachPrivate, problem) => {
    const found = problemOfSettings({ url, secrets: [NEW_SECRET], mayReachPrivate });
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });

  test.each([
    ['none', []],
    ['a short one', ['short']],
    ['one that is short behind its base64', [`whsec_${Buffer.alloc(8).toString('base64')}`]],
    ['three', [NEW_SECRET, OLD_SECRET, 'another-secret-of-some-length']],
  ])('secrets that are refused: %s', (_what, secrets) => {
    expect(problemOfSettings({ url: 'https://pbx.example/', secrets, mayReachPrivate: false })).not.toBeNull();
  });
});

describe('[E6] after a restart', () => {
  test('the site is asked again under the same id, and says which calls it still has', async () => {
    const room = await open();
    room.site.behave('call', { answer: 200, body: '{"state":"answered"}' });
    expect(await room.line.adopt([phoneCall('a')])).toEqual(new Set(['a']));
    room.site.behave('call', { answer: 200, body: '{"state":"ended"}' });
    expect(await room.line.adopt([phoneCall('b')])).toEqual(new Set());
    room.site.behave('call', { answer: 403 });
    expect(await room.line.adopt([phoneCall('c')])).toEqual(new Set());
    expect(room.site.messages.map(({ id }) => id)).toEqual(['a.0', 'b.0', 'c.0']);
  });

  test('an adopted call goes on with whatever event comes next; its key is heard', async () => {
    const room = await open();
    await room.line.adopt([phoneCall('a', { providerId: 'p-1' })]);
    room.events.length = 0;
    expect(room.tell({ callId: 'a', event: 4, type: 'key', key: '1' })).toEqual({ ok: true, value: 'taken' });
    expect(room.tell({ callId: 'a', event: 5, type: 'ended', cause: 'hung-up' })).toEqual({ ok: true, value: 'taken' });
    expect(room.events).toEqual([
      { type: 'answered', callId: 'a' },
      { type: 'key', callId: 'a', key: '1' },
      { type: 'ended', callId: 'a', cause: 'hung-up', code: '' },
    ]);
  });
});

describe('what the site tells, in whatever order', () => {
  const STORY: readonly Callback[] = [
    { callId: 'call-1', event: 1, type: 'ringing', providerId: 'p-7' },
    { callId: 'call-1', event: 2, type: 'answered' },
    { callId: 'call-1', event: 3, type: 'key', key: '3' },
    { callId: 'call-1', event: 4, type: 'key', key: '1' },
    { callId: 'call-1', event: 5, type: 'ended', cause: 'hung-up', code: '200' },
  ];
  const TOLD: readonly PhoneLineEvent[] = [
    { type: 'ringing', callId: 'call-1', providerId: 'p-7' },
    { type: 'answered', callId: 'call-1' },
    { type: 'key', callId: 'call-1', key: '3' },
    { type: 'key', callId: 'call-1', key: '1' },
    { type: 'ended', callId: 'call-1', cause: 'hung-up', code: '200' },
  ];

  test('[E4] repeated and reordered, it is told once and in its order', async () => {
    const room = await started();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...STORY, ...STORY, ...STORY], { minLength: 15 }),
        async (arrivals: readonly Callback[]) => {
          run += 1;
          const callId = `run-${run}`;
          await room.line.place(phoneCall(callId));
          room.events.length = 0;
          for (const arrival of arrivals) expect(room.tell({ ...arrival, callId }).ok).toBe(true);
          const beforeEnd = room.events.slice(0, TOLD.length);
          expect(beforeEnd).toEqual(TOLD.map((event) => ({ ...event, callId })));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('what is missing is waited for a moment and then passed over; a key that comes later still counts', () => {
    const clock = testClock();
    const delivered: string[] = [];
    const order = createEventOrder({
      isFresh: true,
      clock,
      deliver: (event) => delivered.push(event.type === 'key' ? event.key : event.type),
    });
    const [ringing, answered, three, one] = STORY as [Callback, Callback, Callback, Callback];
    expect(order.take(one)).toBe('waiting');
    expect(order.take(answered)).toBe('waiting');
    expect(delivered).toEqual([]);
    clock.move(GAP_WAIT - 1);
    expect(delivered).toEqual([]);
    clock.move(1);
    expect(delivered).toEqual(['answered']);
    expect(order.take(three)).toBe('taken');
    expect(delivered).toEqual(['answered', '3', '1']);
    expect([order.take(ringing), order.take(ringing), order.take(three)]).toEqual(['late', 'repeated', 'repeated']);
    expect(clock.timers()).toBe(0);
  });

  test('[E4] a yes that arrives behind its time is not lost', () => {
    const clock = testClock();
    const delivered: Callback[] = [];
    const order = createEventOrder({ isFresh: true, clock, deliver: (event) => delivered.push(event) });
    const [ringing, answered, three, one] = STORY as [Callback, Callback, Callback, Callback];
    order.take(ringing);
    order.take(answered);
    order.take(one);
    clock.move(GAP_WAIT);
    expect(order.take(three)).toBe('taken');
    expect(delivered).toEqual([ringing, answered, one, three]);
  });

  test('[E4] a key after the end is handed on, so that who pressed it hears who was quicker', async () => {
    const room = await started();
    await room.line.place(phoneCall());
    await room.line.cancel('call-1', 'done-elsewhere', '');
    expect(room.tell({ callId: 'call-1', event: 3, type: 'key', key: '1' })).toEqual({ ok: true, value: 'call-ended' });
    expect(room.events).toEqual([{ type: 'key', callId: 'call-1', key: '1' }]);
    await room.line.cancel('call-1', 'done-elsewhere', '已由李四接单');
    expect((await room.site.next('cancel', 2)).body).toMatchObject({ callId: 'call-1', text: '已由李四接单' });
  });

  test('a ring may be told before the site has answered that it takes the call', async () => {
    const room = await started();
    room.site.behave('call', 'hang');
    const placing = codeOf(room.line.place(phoneCall()));
    await room.site.next('call');
    expect(room.tell({ callId: 'call-1', event: 1, type: 'ringing' })).toEqual({ ok: true, value: 'taken' });
    expect(room.events).toEqual([{ type: 'ringing', callId: 'call-1' }]);
    await room.line.cancel('call-1', 'ended', '');
    await placing;
  });
});
