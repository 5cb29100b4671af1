import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallStore } from '@faultline/server/src/store/call-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { StoreFault } from '@faultline/server/src/store/store.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CENTRE, CREW, make } from '../rules/story.ts';
import type { CallRoom } from '../support/call-room.ts';
import { contactOf, departmentOf, openCallRoom, PHONE_OF } from '../support/call-room.ts';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';
import type { FakeLine } from '../support/fake-line.ts';
import { createFakeLine } from '../support/fake-line.ts';

const DUTY = PHONE_OF.duty;
const CHIEF_1 = PHONE_OF['chief-1'];
const OTHER = 'crew-west-1';
const OTHER_DUTY = '03000000001';

let folder: string;
let path: string;
let clock: TestClock;
let line: FakeLine;
let room: CallRoom;
type Write = 'insertCall' | 'progress' | 'countSince' | 'commit';
/** How many of the next writes of each kind fail. */
let failing: Partial<Record<Write, number>>;
/** What happens before the next write of each kind. */
let before: Partial<Record<Write, () => Promise<unknown>>>;

/** A store whose disk is full whenever the test says so. */
function unsound(calls: CallStore): CallStore {
  return {
    ...calls,
    insertCall: (row) => failOr('insertCall', () => calls.insertCall(row)),
    progress: (id, change) => failOr('progress', () => calls.progress(id, change)),
    countSince: (phone, since) => failOr('countSince', () => calls.countSince(phone, since)),
  };
}

async function failOr<Value>(what: Write, work: () => Promise<Value>): Promise<Value> {
  const first = before[what];
  delete before[what];
  await first?.();
  const left = failing[what] ?? 0;
  if (left === 0) return work();
  failing[what] = left - 1;
  throw new StoreFault(`the disk is full for ${what}`);
}

const unsoundJournal = (store: JournalStore): JournalStore => ({
  ...store,
  commit: (unit) => failOr('commit', () => store.commit(unit)),
});

async function open(lines: readonly FakeLine[] = [line], change: Partial<Parameters<typeof openCallRoom>[0]> = {}) {
  room = await openCallRoom({ path, clock, lines, calls: unsound, store: unsoundJournal, ...change });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-faults-'));
  path = join(folder, 'faultline.db');
  clock = testClock();
  line = createFakeLine({ now: clock.now });
  failing = {};
  before = {};
  await open();
});

afterEach(async () => {
  await room.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enterOtherCrew(phone = OTHER_DUTY): Promise<void> {
  await room.write(
    { row: 'department', department: departmentOf(OTHER, 'crew') },
    { row: 'contact', contact: contactOf(OTHER, 'duty', { phone }) },
  );
}

async function ringing(id = 't1'): Promise<string> {
  await room.dispatched(id);
  await room.pass(4 * MINUTE);
  const call = line.at(DUTY);
  expect(call, 'the duty phone rings').not.toBeNull();
  return call?.id ?? '';
}

function attemptsOf(ticket: Ticket) {
  return ticket.feedbacks.flatMap(({ attempts }) =>
    attempts.map(({ contactRole, outcome, line: by }) => ({ contactRole, outcome, by })),
  );
}

const never = (): Promise<void> => new Promise(() => {});
const broken = async (): Promise<void> => {
  throw new Error('the program of the line is gone');
};

describe('a line that misbehaves', () => {
  test('[E6] one that never answers to a placing holds up nobody else, and its own call ends by its deadline', async () => {
    await enterOtherCrew();
    line.trouble.place = never;
    await room.dispatched('t1');
    await room.pass(4 * MINUTE);
    delete line.trouble.place;
    await room.dispatched('t2', OTHER);
    await room.pass(4 * MINUTE + SECOND);
    expect(line.at(OTHER_DUTY), 'the other crew is rung').not.toBeNull();
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'no-answer' });
    expect(room.faults).toEqual([]);
  });

  test('[E4] one that cannot speak the last word has no say in what was written', async () => {
    const callId = await ringing();
    line.answers(callId);
    line.trouble.say = broken;
    line.presses(callId, '1');
    await clock.settle();
    line.ends(callId, 'line-down', 'gone');
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
    expect(await room.calls.call(callId)).toMatchObject({ outcome: 'acknowledged', pressed: '1' });
    expect(line.said.map(({ text }) => text).join(), 'nobody is told that it failed').not.toMatch(/系统未能记录/);
    expect(line.said).toHaveLength(1);
  });

  test('[E6] one whose words never come to an end loses no key and no deadline', async () => {
    const callId = await ringing();
    line.answers(callId);
    line.trouble.say = never;
    line.presses(callId, '3');
    line.presses(callId, '2');
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'refused' });
    expect(line.at(CHIEF_1), 'the next person is rung').not.toBeNull();
    await room.pass(3 * MINUTE);
    expect((await room.calls.call(callId))?.endedAt).not.toBeNull();
  });

  test('[E6] one that cannot be started, or cannot say what it has up, does not stop the server or another line', async () => {
    const callId = await ringing();
    room.crash();
    line = createFakeLine({ now: clock.now });
    line.trouble.start = broken;
    line.trouble.adopt = broken;
    await open();
    expect(room.faults.length).toBeGreaterThan(0);
    expect(await room.calls.call(callId)).toMatchObject({ outcome: 'lost' });
    expect(line.at(DUTY), 'the same person is rung again').not.toBeNull();
  });

  test('[E3] one that refuses to fall silent is no reason to leave a call in the books', async () => {
    const callId = await ringing();
    line.trouble.cancel = broken;
    await room.send('t1', make.accept());
    await clock.settle();
    expect(await room.calls.call(callId)).toMatchObject({ outcome: 'cancelled' });
    expect(room.faults).toHaveLength(1);
  });

  test('[E4] words out of order: an end before the ringing, an answer twice, a key without an answer, keys that are none', async () => {
    const callId = await ringing();
    line.presses(callId, '9');
    line.presses(callId, 'hello');
    line.presses(callId, '');
    line.answers(callId);
    line.answers(callId);
    line.rings(callId);
    line.ends(callId, 'hung-up');
    line.rings(callId);
    line.answers(callId);
    await clock.settle();
    const [attempt] = (await room.ticket('t1')).feedbacks[0]?.attempts ?? [];
    expect(attempt).toMatchObject({ outcome: 'no-key', pressed: '9' });
    expect(attempt?.answeredAt).not.toBeNull();
    await room.pass(31 * SECOND);
    const second = line.at(DUTY)?.id ?? '';
    line.ends(second, 'failed', '500');
    line.rings(second);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))[1]).toMatchObject({ outcome: 'failed' });
    expect(room.faults).toEqual([]);
  });

  test('[E2] a thousand keys are no book: the newest are kept', async () => {
    const callId = await ringing();
    line.answers(callId);
    for (let n = 0; n < 1_000; n += 1) line.presses(callId, '5');
    line.presses(callId, '2');
    await clock.settle();
    await clock.settle(SECOND);
    const pressed = (await room.ticket('t1')).feedbacks[0]?.attempts[0]?.pressed ?? '';
    expect(pressed).toMatch(/^5+2$/);
    expect(pressed.length).toBeLessThanOrEqual(64);
  });

  test('[E6] down in the middle of a spoken call: another line rings the same person, in the same try', async () => {
    const other = createFakeLine({ id: 'other', now: clock.now });
    await room.close();
    await open([line, other]);
    const callId = await ringing();
    line.answers(callId);
    line.presses(callId, '3');
    await clock.settle();
    line.setUp(false);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([
      { contactRole: 'duty', outcome: 'line-down', by: 'fake' },
      { contactRole: 'duty', outcome: null, by: 'other' },
    ]);
    other.answers(other.at(DUTY)?.id ?? '');
    other.presses(other.at(DUTY)?.id ?? '', '1');
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
  });

  test('[E6] a line that takes every call and drops it at once is asked once in a try, and a person is asked beside', async () => {
    await room.dispatched('t1');
    const { place } = line;
    line.place = async (call) => {
      await place(call);
      line.ends(call.id, 'line-down', 'flapping');
    };
    await room.pass(10 * MINUTE);
    const rows = await room.calls.recentCalls('east', 1_000);
    expect(
      rows.filter(({ line: by, callee }) => by === 'fake' && callee.contactId === `${CREW}-duty`).length,
    ).toBeLessThan(5);
    expect(attemptsOf(await room.ticket('t1')).some(({ by }) => by === 'manual')).toBe(true);
  });
});

describe('a store that fails', () => {
  test('[E6] while a call is being placed: no try is counted, and the phone rings within seconds', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    for (const what of ['insertCall', 'commit', 'progress'] as const) {
      failing[what] = 1;
    }
    await room.pass(8 * SECOND);
    expect(line.at(DUTY), 'it rings').not.toBeNull();
    const attempts = attemptsOf(await room.ticket('t1'));
    expect(attempts.at(-1)).toMatchObject({ contactRole: 'duty', outcome: null });
    expect(attempts.slice(0, -1).every(({ outcome }) => outcome === 'lost')).toBe(true);
    expect((await room.calls.liveCalls()).map(({ phone, line: by }) => [phone, by])).toContainEqual([DUTY, 'fake']);
    expect(room.faults.length).toBeGreaterThan(0);
  });

  test('[E6] while a call is being placed, again and again: it is tried at a human pace', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    failing.progress = 1_000_000;
    await room.pass(MINUTE);
    failing = {};
    expect((await room.ticket('t1')).feedbacks[0]?.attempts.length).toBeLessThan(65);
    await room.pass(3 * SECOND);
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E4] while a key is written: the person is told so, and his next key counts', async () => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    failing.commit = 1;
    line.presses(callId, '1');
    await clock.settle();
    expect(line.said).toMatchObject([{ isLast: false }]);
    expect((await room.ticket('t1')).legs[0]?.F).toBeNull();
    line.presses(callId, '1');
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
    expect(room.faults).toHaveLength(1);
  });

  test('[E4] behind a key that was written: the deed stands, and nobody is told otherwise', async () => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    failing.progress = 1;
    line.presses(callId, '1');
    await clock.settle();
    line.ends(callId, 'hung-up');
    await clock.settle();
    expect(line.said).toMatchObject([{ isLast: true }]);
    expect(await room.calls.call(callId)).toMatchObject({ outcome: 'acknowledged', pressed: '1' });
  });

  test('[E4] while the answer is written: the key that proves it is heard all the same', async () => {
    const callId = await ringing();
    failing.progress = 1;
    line.presses(callId, '1');
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
  });

  test('[E3] while an end is written: the hop that is done speaks at once, and the books follow', async () => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    await room.send('t1', make.accept());
    failing.commit = 2;
    failing.progress = 2;
    await clock.settle();
    expect(line.said).toMatchObject([{ callId, isLast: true }]);
    line.ends(callId, 'hung-up');
    await room.pass(5 * SECOND);
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'cancelled' }]);
    expect(await room.calls.call(callId)).toMatchObject({ outcome: 'cancelled' });
  });

  test('[E6] for one hop of many: the others ring all the same', async () => {
    await enterOtherCrew();
    await room.dispatched('t1');
    await room.dispatched('t2', OTHER);
    await room.pass(4 * MINUTE - SECOND);
    failing.countSince = 1;
    await room.pass(SECOND);
    expect(line.placed).toHaveLength(1);
    await room.pass(2 * SECOND);
    expect(line.placed).toHaveLength(2);
  });
});

describe('at the same moment', () => {
  test('[E3] [E4] a key and an acceptance by another way: one of them does it, the call has its end, and he hears who was first', async () => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    const by = { kind: 'phone', id: `${CREW}-chief-2`, departmentId: CREW } as const;
    const elsewhere = room.send('t1', make.accept(), { by });
    line.presses(callId, '1');
    await elsewhere;
    await clock.settle();
    const ticket = await room.ticket('t1');
    expect(ticket.feedbacks[0]?.ended).toMatchObject({ cause: 'accepted' });
    expect(attemptsOf(ticket)[0]?.outcome, 'no attempt stays open for ever').not.toBeNull();
    expect(line.said.at(-1)).toMatchObject({ isLast: true });
    expect(line.said.at(-1)?.text).toContain(`${CREW} chief-2`);
  });

  test('[E3] a late key is told who was first; the key of an unknown call harms nobody', async () => {
    const callId = await ringing();
    line.rings(callId);
    await room.send('t1', make.accept(), { by: { kind: 'phone', id: `${CREW}-chief-2`, departmentId: CREW } });
    await clock.settle();
    line.presses(callId, '1');
    line.presses('nobody-knows', '1');
    await clock.settle();
    const late = line.cancelled.filter((one) => one.callId === callId).at(-1);
    expect(late).toMatchObject({ reason: 'done-elsewhere' });
    expect(late?.text).toContain(`${CREW} chief-2`);
    expect(room.escalation.stats().lateKeys).toBe(2);
    expect(line.cancelled.at(-1)).toMatchObject({ callId: 'nobody-knows', text: '' });
  });

  test.each([
    ['recalled', () => make.recall()],
    ['returned', () => make.returned()],
    ['cancelled', () => make.cancel()],
  ])('[E3] a ticket that is %s silences the phone, and nobody is said to have accepted it', async (_, command) => {
    const callId = await ringing();
    await room.send('t1', command(), { by: { kind: 'phone', id: `${CREW}-chief-2`, departmentId: CREW } });
    expect(line.cancelled).toMatchObject([{ callId, reason: 'done-elsewhere' }]);
    expect(line.cancelled[0]?.text).not.toContain('chief-2');
    expect(line.cancelled[0]?.text).toContain('不再等待');
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'cancelled' });
    expect(await room.calls.liveCalls()).toEqual([]);
    const before = line.placed.length;
    await room.pass(30 * SECOND);
    expect(line.placed).toHaveLength(before);
  });

  test('[E3] a ticket that is closed late silences the phone too', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE);
    await room.send('t1', make.arrive());
    await clock.settle();
    await room.send('t1', make.clear());
    await room.send('t1', make.record());
    await room.send('t1', make.close());
    await room.pass(MINUTE);
    expect(await room.calls.liveCalls()).toEqual([]);
    expect(
      (await room.ticket('t1')).feedbacks.every(({ ended, attempts }) => ended && attempts.every((one) => one.outcome)),
    ).toBe(true);
  });

  test('[E2] somebody takes the calls over while one is being placed: it does not ring, and the ladder waits for him', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    clock.moveTo(clock.now() + SECOND);
    while ((await room.ticket('t1')).feedbacks.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const key = (await room.ticket('t1')).feedbacks[0]?.key ?? '';
    await room.send('t1', make.holdCalls(key));
    await clock.settle();
    expect(line.at(DUTY), 'nothing rings on').toBeNull();
    expect(await room.calls.liveCalls()).toEqual([]);
    await room.pass(5 * MINUTE + SECOND);
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E5] a hop that is done while its call is being placed is not spoken of', async () => {
    await room.dispatched('t1');
    await room.dispatched('t2');
    await room.pass(4 * MINUTE - SECOND);
    before.progress = () => room.send('t2', make.accept());
    await room.pass(SECOND);
    const call = line.placed[0];
    expect(call?.tickets.map(({ number }) => number)).toEqual(['t1']);
    expect(call?.opening).not.toContain('2 张工单');
  });

  test('[E6] a line that speaks of its call before the server has looked into its books', async () => {
    const callId = await ringing();
    room.crash();
    const next = createFakeLine({ now: clock.now });
    next.keeps.add(callId);
    next.trouble.adopt = async () => {
      next.answers(callId);
      next.presses(callId, '1');
    };
    line = next;
    await open();
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F, 'the key is heard').not.toBeNull();
    expect(room.escalation.stats().lateKeys).toBe(0);
  });
});

describe('after a crash', () => {
  test.each([
    ['before it is kept', 1],
    ['before it is told', 0],
  ])('[E3] a yes that was written %s: the phone does not ring for it once more', async (_, failures) => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    failing.progress = failures;
    line.presses(callId, '1');
    await clock.settle();
    room.crash();
    const next = createFakeLine({ now: clock.now });
    const { adopt } = next;
    const offered: string[] = [];
    next.keeps.add(callId);
    next.adopt = (calls) => {
      offered.push(...calls.map(({ id }) => id));
      return adopt(calls);
    };
    line = next;
    await open();
    await clock.settle();
    expect(offered).toEqual([]);
    expect(line.cancelled).toMatchObject([{ callId, reason: 'done-elsewhere' }]);
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'acknowledged' }]);
    expect((await room.calls.call(callId))?.endedAt).not.toBeNull();
  });
});

describe('the end of a run', () => {
  test('[E6] a line that hangs up because the server goes says nothing about the person: he is rung again at once', async () => {
    const callId = await ringing();
    line.trouble.close = async () => line.ends(callId, 'hung-up', 'closing');
    await room.close();
    line = createFakeLine({ now: clock.now });
    await open();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'lost' }, { outcome: null }]);
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E6] in the middle of a look, with a line that does not answer: it ends, and nothing is written behind it', async () => {
    line.trouble.place = never;
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    clock.moveTo(clock.now() + SECOND);
    await room.close();
    const faults = room.faults.length;
    line.ends('call-unknown', 'busy');
    clock.move(10 * MINUTE);
    await clock.settle();
    expect(room.faults).toHaveLength(faults);
    expect(faults).toBe(0);
    line = createFakeLine({ now: clock.now });
    await open();
    await room.pass(2 * SECOND);
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E6] with a store that has failed: no call goes on trying for ever behind it', async () => {
    const callId = await ringing();
    failing.progress = 1_000;
    line.ends(callId, 'busy');
    await clock.settle();
    await room.close();
    const faults = room.faults.length;
    clock.move(MINUTE);
    await clock.settle();
    expect(room.faults).toHaveLength(faults);
    failing = {};
    line = createFakeLine({ now: clock.now });
    await open();
  });
});

describe('books that disagree', () => {
  test('[E6] an attempt that no call belongs to is ended, and the person is rung', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    line.setUp(false);
    await room.pass(2 * SECOND);
    const key = (await room.ticket('t1')).feedbacks[0]?.key ?? '';
    const asked = (await room.ticket('t1')).feedbacks[0]?.attempts[0]?.callId ?? '';
    await room.send('t1', make.endCall(key, 'cancelled', { callId: asked }));
    await room.send('t1', make.placeCall(key, { callId: 'ghost', attemptNo: 2 }), { commandId: 'ghost' });
    line.setUp(true);
    await room.pass(2 * SECOND);
    expect(attemptsOf(await room.ticket('t1')).map(({ outcome }) => outcome)).toContain('lost');
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E3] a hop that was done while the server was reading it is not rung about, and costs nothing', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    line.reach = () => false;
    await room.pass(SECOND);
    const stale = await room.store.openTickets('east');
    await room.send('t1', make.accept());
    await clock.settle();
    room.crash();
    line = createFakeLine({ now: clock.now });
    await open([line], { store: (store) => ({ ...store, openTickets: async () => [...stale] }) });
    const before = (await room.calls.recentCalls('east', 1_000)).length;
    await room.pass(MINUTE);
    expect(line.placed.filter(({ person }) => person.contactId === `${CREW}-duty`)).toEqual([]);
    expect((await room.calls.recentCalls('east', 1_000)).length - before).toBeLessThan(5);
  });
});

describe('who is rung', () => {
  test('[E1] is found anew for each try: a roster that changes between two tries changes the phone', async () => {
    const callId = await ringing();
    line.ends(callId, 'no-answer');
    await room.write({ row: 'contact', contact: contactOf(CREW, 'duty', { phone: '01000000009', name: '接班人' }) });
    await room.pass(31 * SECOND);
    const call = line.placed.at(-1);
    expect(call?.person).toMatchObject({ phone: '01000000009', name: '接班人' });
    expect((await room.ticket('t1')).feedbacks[0]?.attempts[1]).toMatchObject({ contactName: '接班人' });
  });

  test('[E1] a contact that is removed while his phone rings can still answer; the next try finds nobody and climbs', async () => {
    const callId = await ringing();
    await room.write({ row: 'contact-removed', id: `${CREW}-duty` });
    line.answers(callId);
    line.presses(callId, '3');
    await clock.settle();
    line.ends(callId, 'hung-up');
    await room.pass(31 * SECOND);
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([
      { contactRole: 'duty', outcome: 'no-key' },
      { contactRole: 'duty', outcome: 'nobody-on-duty' },
      { contactRole: 'chief-1', outcome: null },
    ]);
  });

  test('[E5] one number in two districts: each district has a call of its own, and both come', async () => {
    await room.write(
      {
        row: 'district',
        district: {
          id: 'west',
          name: { zh: '城西', en: 'West' },
          timeZone: 'Asia/Shanghai',
          bounds: [115, 39, 116, 40],
        },
      },
      { row: 'policy', district: 'west', policy: FIRST_POLICY },
      { row: 'department', department: { ...departmentOf('centre-west', 'repair-centre'), district: 'west' } },
      { row: 'department', department: { ...departmentOf(OTHER, 'crew'), district: 'west', centreId: 'centre-west' } },
      { row: 'contact', contact: contactOf(OTHER, 'duty', { phone: DUTY }) },
    );
    await room.dispatched('t1');
    const west = { district: 'west' };
    await room.send('t2', make.open(undefined, { number: 't2', district: 'west' }), west);
    await room.send('t2', make.issue(undefined, { centreId: 'centre-west' }), west);
    await room.send('t2', make.dispatch(undefined, { crewId: OTHER }), west);
    await room.pass(4 * MINUTE + SECOND);
    const first = line.at(DUTY);
    expect(first?.tickets.map(({ number }) => number)).toEqual(['t1']);
    expect((await room.calls.call(first?.id ?? ''))?.district).toBe('east');
    line.ends(first?.id ?? '', 'busy');
    await room.pass(SECOND);
    const second = line.at(DUTY);
    expect(second?.tickets.map(({ number }) => number)).toEqual(['t2']);
    expect((await room.calls.call(second?.id ?? ''))?.district).toBe('west');
  });

  test('[E5] the longest waiting first: who was only asked about by hand loses no place in the queue', async () => {
    await room.close();
    line = createFakeLine({ now: clock.now, channels: 1 });
    await open();
    const crews = Array.from({ length: 14 }, (_, n) => `crew-${n}`);
    for (const [n, id] of crews.entries()) {
      await room.write(
        { row: 'department', department: departmentOf(id, 'crew') },
        { row: 'contact', contact: contactOf(id, 'duty', { phone: `0400000${String(n).padStart(4, '0')}` }) },
      );
      await room.dispatched(`t${n}`, id);
    }
    await room.pass(4 * MINUTE + 2 * SECOND);
    const late = room.escalation.waiting('east').filter(({ expectedWait }) => expectedWait > 2 * MINUTE);
    expect(late.length).toBeGreaterThan(0);
    expect(attemptsOf(await room.ticket('t13')).at(-1)).toMatchObject({ by: 'manual', outcome: null });
    await room.pass(13 * MINUTE);
    const rung = new Set(line.placed.map(({ person }) => person.departmentId));
    expect(
      crews.filter((id) => !rung.has(id)),
      'everybody was rung once before anybody has the line for himself',
    ).toEqual([]);
  });

  test('[E2] [E5] who would wait longer than two minutes is asked for by hand, and his phone rings in the end', async () => {
    await room.close();
    line = createFakeLine({ now: clock.now, channels: 1 });
    await open();
    const crews = Array.from({ length: 5 }, (_, n) => `crew-${n}`);
    for (const [n, id] of crews.entries()) {
      await room.write(
        { row: 'department', department: departmentOf(id, 'crew') },
        { row: 'contact', contact: contactOf(id, 'duty', { phone: `0400000${String(n).padStart(4, '0')}` }) },
      );
      await room.dispatched(`t${n}`, id);
    }
    await room.pass(4 * MINUTE + SECOND);
    expect(attemptsOf(await room.ticket('t4'))).toMatchObject([{ by: 'manual', outcome: null }]);
    for (let n = 0; n < 4; n += 1) {
      const call = line.placed.at(-1)?.id ?? '';
      line.answers(call);
      line.presses(call, '1');
      await room.pass(SECOND);
      line.ends(call, 'hung-up');
      await room.pass(SECOND);
    }
    expect(attemptsOf(await room.ticket('t4'))).toMatchObject([
      { by: 'manual', outcome: 'cancelled' },
      { by: 'fake', outcome: null },
    ]);
    expect(line.at('04000000004')).not.toBeNull();
  });

  test('[E1] a policy that rings nobody leaves the hop to people, without a call and without end', async () => {
    const steps = { ...FIRST_POLICY.ladder.steps, 'crew-not-accepted': [] };
    const silent = { ...FIRST_POLICY, ladder: { ...FIRST_POLICY.ladder, steps } };
    await room.close();
    rmSync(path);
    await open([line], { policy: silent });
    await room.dispatched('t1');
    await room.pass(10 * MINUTE);
    const feedback = (await room.ticket('t1')).feedbacks.find(({ kind }) => kind === 'crew-not-accepted');
    expect(feedback).toMatchObject({ attempts: [], spentRounds: 0, ended: null });
    expect(room.faults).toEqual([]);
  });

  test('[E5] one call tells how many wait for this phone: those that dropped out are not counted', async () => {
    for (let n = 1; n <= 3; n += 1) await room.dispatched(`t${n}`);
    await room.pass(4 * MINUTE);
    expect(line.placed[0]?.opening).toContain('3 张工单');
    line.ends(line.placed[0]?.id ?? '', 'busy');
    await room.send('t3', make.accept());
    await room.pass(21 * SECOND);
    expect(line.placed.at(-1)?.opening).toContain('2 张工单');
  });
});

describe('a test call', () => {
  test('[E7] takes no channel that is taken, and waits behind ladders', async () => {
    await room.close();
    line = createFakeLine({ now: clock.now, channels: 1 });
    await open();
    expect(await room.escalation.testCall(`${CREW}-duty`)).toMatchObject({ ok: true });
    expect(await room.escalation.testCall(`${CREW}-chief-1`)).toMatchObject({ refusal: { code: 'busy' } });
    expect(line.placed).toHaveLength(1);
  });

  test('[E5] [E7] that is under way on a number lets the ladder wait for it, and no longer', async () => {
    await room.issued('t0', CENTRE);
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    await room.escalation.testCall(`${CREW}-duty`);
    await room.pass(2 * SECOND);
    expect(line.at(DUTY)?.purpose).toBe('test');
    line.ends(line.at(DUTY)?.id ?? '', 'declined');
    await clock.settle();
    expect(line.at(DUTY)?.purpose).toBe('ladder');
  });
});
