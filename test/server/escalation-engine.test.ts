import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
const CHIEF_2 = PHONE_OF['chief-2'];

let folder: string;
let clock: TestClock;
let line: FakeLine;
let room: CallRoom;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-calls-'));
  clock = testClock();
  line = createFakeLine({ now: clock.now });
  room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
});

afterEach(async () => {
  await room.close();
  expect(room.faults).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** Rings for one dispatched ticket that nobody accepts, four minutes after D. */
async function ringing(id = 't1'): Promise<string> {
  await room.dispatched(id);
  await room.pass(4 * MINUTE);
  const call = line.at(DUTY);
  expect(call, 'the duty phone rings').not.toBeNull();
  return call?.id ?? '';
}

function attemptsOf(ticket: Ticket) {
  return ticket.feedbacks.flatMap(({ attempts }) =>
    attempts.map(({ contactRole, outcome, pressed, line: by }) => ({ contactRole, outcome, pressed, by })),
  );
}

describe('the ladder rings', () => {
  test('[E1] [E2] the duty phone at the fourth minute, with its row and its attempt written before', async () => {
    await room.dispatched('t1');
    await room.pass(4 * MINUTE - SECOND);
    expect(line.placed).toEqual([]);
    await room.pass(SECOND);
    expect(line.placed).toHaveLength(1);
    const call = line.placed[0];
    expect(call).toMatchObject({ purpose: 'ladder', person: { phone: DUTY, contactId: `${CREW}-duty` } });
    expect(call?.opening).toContain('接单请按 1');
    expect(call?.opening, 'a voicemail hears neither street nor fault').not.toMatch(/东四北大街|全楼无电/);
    expect(await room.calls.call(call?.id ?? '')).toMatchObject({ phone: DUTY, line: 'fake', endedAt: null });
    const [feedback] = (await room.ticket('t1')).feedbacks;
    expect(feedback?.attempts).toMatchObject([
      { callId: call?.id, step: 0, line: 'fake', outcome: null, foundBy: 'standing', number: '010****0001' },
    ]);
    expect(feedback?.attempts[0]?.text).toContain('t1');
  });

  test('[E1] climbs duty ×2, first chief ×2, second chief ×2, and begins again when nobody answers', async () => {
    await room.dispatched('t1');
    await room.pass(12 * MINUTE);
    const rung = line.placed.map(({ person }) => person.phone);
    expect(rung.slice(0, 6)).toEqual([DUTY, DUTY, CHIEF_1, CHIEF_1, CHIEF_2, CHIEF_2]);
    const ticket = await room.ticket('t1');
    expect(ticket.feedbacks[0]?.spentRounds).toBe(1);
    await room.pass(5 * MINUTE);
    expect(line.placed.length).toBeGreaterThan(6);
    expect(line.placed[6]?.person.phone).toBe(DUTY);
    expect((await room.ticket('t1')).feedbacks[0]?.ended, 'a silent hop has no last call').toBeNull();
  });

  test('[E4] key 1 on the duty phone accepts the ticket, says where it is, and ends the ladder', async () => {
    const callId = await ringing();
    line.rings(callId);
    line.answers(callId);
    line.presses(callId, '1');
    await clock.settle();
    const ticket = await room.ticket('t1');
    expect(ticket.legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
    expect(ticket.feedbacks[0]).toMatchObject({ ended: { cause: 'accepted' } });
    expect(attemptsOf(ticket)).toEqual([{ contactRole: 'duty', outcome: 'acknowledged', pressed: '1', by: 'fake' }]);
    expect(ticket.feedbacks[0]?.attempts[0]?.endedBy).toEqual({
      kind: 'phone',
      id: `${CREW}-duty`,
      departmentId: CREW,
    });
    expect(line.said).toHaveLength(1);
    expect(line.said[0]).toMatchObject({ callId, isLast: true });
    expect(line.said[0]?.text).toMatch(/已接单.*东四北大街.*全楼无电/);
    line.ends(callId, 'hung-up');
    await room.pass(30 * SECOND);
    expect(await room.calls.liveCalls()).toEqual([]);
    expect(line.placed).toHaveLength(1);
  });

  test('[E4] key 1 at the centre takes the ticket', async () => {
    await room.issued('t1');
    await room.pass(4 * MINUTE);
    const call = line.placed.find(({ person }) => person.contactId === `${CENTRE}-duty`);
    line.answers(call?.id ?? '');
    line.presses(call?.id ?? '', '1');
    await clock.settle();
    expect((await room.ticket('t1')).issues[0]?.taken?.by).toMatchObject({ kind: 'phone', id: `${CENTRE}-duty` });
  });

  test('[E4] key 2 rings the next person at once, key 3 tells the address, another key is not understood', async () => {
    const callId = await ringing();
    line.answers(callId);
    line.presses(callId, '7');
    line.presses(callId, '3');
    await clock.settle();
    expect(
      line.said.map(({ text, isLast }) => [text.includes('按键无效'), text.includes('东四北大街'), isLast]),
    ).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
    line.presses(callId, '2');
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'refused', pressed: '732' });
    expect(line.at(CHIEF_1)).not.toBeNull();
  });

  test("[E4] a chief's key 1 pauses the ladder for ten minutes; then it begins at the duty phone", async () => {
    const callId = await ringing();
    line.answers(callId);
    line.presses(callId, '2');
    await clock.settle();
    const chief = line.at(CHIEF_1)?.id ?? '';
    line.answers(chief);
    line.presses(chief, '1');
    await clock.settle();
    line.ends(chief, 'hung-up');
    line.ends(callId, 'hung-up');
    const rung = line.placed.length;
    await room.pass(10 * MINUTE - SECOND);
    expect(line.placed.filter(({ person }) => person.departmentId === CREW)).toHaveLength(rung);
    expect((await room.ticket('t1')).feedbacks[0]?.ended).toBeNull();
    await room.pass(2 * SECOND);
    expect(line.at(DUTY)).not.toBeNull();
  });

  test('[E3] stops the moment somebody accepts elsewhere: a ringing phone falls silent, a listening one is told', async () => {
    const callId = await ringing();
    line.rings(callId);
    await room.send('t1', make.accept());
    expect(line.cancelled).toMatchObject([{ callId, reason: 'done-elsewhere' }]);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'cancelled' }]);
    expect(await room.calls.liveCalls()).toEqual([]);

    const second = await ringing('t2');
    line.answers(second);
    await clock.settle();
    await room.send('t2', make.accept());
    await clock.settle();
    expect(line.said).toMatchObject([{ callId: second, isLast: true }]);
    line.presses(second, '1');
    await clock.settle();
    expect((await room.ticket('t2')).legs[0]?.F?.evidence, 'a late key changes nothing').toBe('device-online');
  });

  test('[E4] an answer without a key is no answer: a voicemail takes nothing', async () => {
    const callId = await ringing();
    line.answers(callId);
    await clock.settle();
    line.ends(callId, 'hung-up');
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'no-key' }]);
    await room.pass(30 * SECOND);
    expect(line.placed).toHaveLength(2);
    line.answers(line.placed[1]?.id ?? '');
    await room.pass(3 * MINUTE);
    expect(attemptsOf(await room.ticket('t1'))[1], 'the talk has its absolute end').toMatchObject({
      outcome: 'no-key',
    });
  });

  test('[E5] twelve tickets for one phone are spoken in one call, and one key accepts what was spoken', async () => {
    for (let n = 1; n <= 14; n += 1) await room.dispatched(`t${n}`);
    await room.pass(4 * MINUTE);
    expect(line.placed).toHaveLength(1);
    const call = line.placed[0];
    expect(call?.tickets).toHaveLength(12);
    expect(call?.opening).toContain('14 张工单');
    line.answers(call?.id ?? '');
    line.presses(call?.id ?? '', '1');
    await clock.settle();
    await clock.settle();
    const tickets = await room.store.openTickets('east');
    expect(tickets.filter(({ legs }) => legs[0]?.F)).toHaveLength(12);
    line.ends(call?.id ?? '', 'hung-up');
    await clock.settle();
    await clock.settle();
    expect(line.placed, 'the other two have the next call').toHaveLength(2);
    expect(line.placed[1]?.tickets).toHaveLength(2);
  });
});

describe('one phone in two roles', () => {
  test('[E4] [E5] in one call a yes accepts for the duty phone and acknowledges for the chief, each in its own name', async () => {
    const other = 'crew-west-1';
    await room.write(
      { row: 'department', department: departmentOf(other, 'crew') },
      { row: 'contact', contact: contactOf(other, 'chief-1', { phone: DUTY, name: '西城主管' }) },
    );
    await room.dispatched('t1');
    await room.dispatched('t2', other);
    await room.pass(4 * MINUTE);
    await clock.settle();
    const call = line.at(DUTY);
    line.answers(call?.id ?? '');
    line.presses(call?.id ?? '', '1');
    await clock.settle();
    line.ends(call?.id ?? '', 'hung-up');
    await clock.settle();
    const next = line.at(DUTY);
    if (next) {
      line.answers(next.id);
      line.presses(next.id, '1');
      await clock.settle();
    }
    const [first, second] = [await room.ticket('t1'), await room.ticket('t2')];
    expect(first.legs[0]?.F, 'the duty phone accepts').not.toBeNull();
    expect(second.legs[0]?.F, 'a chief only answers for it').toBeNull();
    expect(attemptsOf(second).at(-1)).toMatchObject({ contactRole: 'chief-1', outcome: 'acknowledged' });
    expect(second.feedbacks[0]?.attempts.at(-1)?.contactName).toBe('西城主管');
  });

  test('[E2] a yes that was told by hand silences the phone that rings for the same hop', async () => {
    const callId = await ringing();
    const key = (await room.ticket('t1')).feedbacks[0]?.key ?? '';
    await room.send('t1', make.call(key, 'acknowledged', { contactId: `${CREW}-chief-2`, contactRole: 'chief-2' }));
    expect(line.cancelled).toMatchObject([{ callId, reason: 'taken-over' }]);
    await clock.settle();
    const rung = line.placed.filter(({ person }) => person.departmentId === CREW).length;
    await room.pass(9 * MINUTE);
    expect(line.placed.filter(({ person }) => person.departmentId === CREW)).toHaveLength(rung);
  });
});

describe('what goes wrong stops no ladder', () => {
  test('[E7] a number nobody has entered, and a role without anybody, are attempts of their own', async () => {
    await room.write(
      { row: 'contact', contact: contactOf(CREW, 'duty', { phone: '' }) },
      { row: 'contact-removed', id: `${CREW}-chief-1` },
    );
    await room.dispatched('t1');
    await room.pass(4 * MINUTE);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([
      { contactRole: 'duty', outcome: 'no-number' },
      { contactRole: 'chief-1', outcome: 'nobody-on-duty' },
      { contactRole: 'chief-2', outcome: null },
    ]);
  });

  test('[E2] a line that refuses is left for the next one; with none left a person is asked to ring', async () => {
    const other = createFakeLine({ id: 'other' });
    await room.close();
    room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line, other] });
    line.refuseNext('number-not-allowed');
    await room.dispatched('t1');
    await room.pass(4 * MINUTE);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([
      { outcome: 'line-down', by: 'fake' },
      { outcome: null, by: 'other' },
    ]);
    line.setUp(false);
    other.setUp(false);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1')).at(-1)).toMatchObject({
      outcome: null,
      by: 'manual',
      contactRole: 'duty',
    });
    await room.pass(SECOND);
    line.setUp(true);
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1')).slice(-2)).toMatchObject([
      { by: 'manual', outcome: 'cancelled' },
      { by: 'fake', outcome: null },
    ]);
  });

  test('[E2] [E6] who is asked to ring and writes nothing down does not hold up the ladder', async () => {
    line.setUp(false);
    await room.dispatched('t1');
    await room.pass(4 * MINUTE + SECOND);
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ by: 'manual', outcome: null }]);
    await room.pass(3 * MINUTE);
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'no-answer' });
    await room.pass(31 * SECOND);
    const asked = (await room.ticket('t1')).feedbacks[0]?.attempts.at(-1);
    expect(asked).toMatchObject({ line: 'manual', outcome: null });
    const key = (await room.ticket('t1')).feedbacks[0]?.key ?? '';
    await room.send('t1', make.call(key, 'refused', { contactId: `${CREW}-duty` }));
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1')).slice(1)).toMatchObject([
      { contactRole: 'duty', outcome: 'refused' },
      { contactRole: 'chief-1', by: 'manual', outcome: null },
    ]);
  });

  test('[E2] whoever takes the calls over silences the phone, and the ladder goes on after his time', async () => {
    const callId = await ringing();
    const key = (await room.ticket('t1')).feedbacks[0]?.key ?? '';
    await room.send('t1', make.holdCalls(key));
    expect(line.cancelled).toMatchObject([{ callId, reason: 'taken-over' }]);
    await room.pass(5 * MINUTE - SECOND);
    expect(line.placed.filter(({ person }) => person.departmentId === CREW)).toHaveLength(1);
    await room.pass(2 * SECOND);
    expect(line.placed.filter(({ person }) => person.departmentId === CREW)).toHaveLength(2);
  });

  test('[E6] events of unknown and ended calls, and an end told twice, change nothing', async () => {
    const callId = await ringing();
    line.presses('nobody', '1');
    line.ends('nobody', 'busy');
    line.ends(callId, 'busy', '486');
    line.ends(callId, 'no-answer');
    line.presses(callId, '1');
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'busy', pressed: null }]);
    expect(room.escalation.stats().lateKeys).toBe(2);
  });

  test('a number is not rung more often in a day than the site allows; then a person decides', async () => {
    await room.close();
    room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line], mostPerNumberAndDay: 1 });
    const callId = await ringing();
    line.ends(callId, 'busy');
    await room.pass(21 * SECOND);
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'busy' }, { by: 'manual', outcome: null }]);
  });
});

describe('a crash', () => {
  test('[E6] while it rings: the call is lost and the same person is rung again at once', async () => {
    const callId = await ringing();
    room.crash();
    line = createFakeLine();
    room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
    await clock.settle();
    expect(attemptsOf(await room.ticket('t1'))).toMatchObject([{ outcome: 'lost' }, { outcome: null }]);
    expect(line.placed).toMatchObject([{ person: { phone: DUTY } }]);
    expect(line.placed[0]?.id).not.toBe(callId);
    expect((await room.calls.call(callId))?.outcome).toBe('lost');
  });

  test('[E6] while the line goes on: the call is adopted, with its absolute end', async () => {
    const callId = await ringing();
    room.crash();
    const next = createFakeLine();
    next.keeps.add(callId);
    line = next;
    room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
    await clock.settle();
    expect(line.placed).toEqual([]);
    line.answers(callId);
    line.presses(callId, '1');
    await clock.settle();
    expect((await room.ticket('t1')).legs[0]?.F).not.toBeNull();
  });

  test('[E6] a downtime longer than everything: what was ringing has ended, and the next call comes', async () => {
    const callId = await ringing();
    room.crash();
    clock.move(2 * 60 * MINUTE);
    const next = createFakeLine();
    next.keeps.add(callId);
    line = next;
    room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
    await room.pass(2 * SECOND);
    expect(attemptsOf(await room.ticket('t1'))[0]).toMatchObject({ outcome: 'no-answer' });
    await room.pass(30 * SECOND);
    expect(attemptsOf(await room.ticket('t1'))).toHaveLength(2);
  });
});

describe('a test call', () => {
  test('[E7] rings without a ticket, and key 1 is the proof', async () => {
    const placed = await room.escalation.testCall(`${CREW}-chief-1`);
    expect(placed).toMatchObject({ ok: true, value: { line: 'fake' } });
    const call = line.at(CHIEF_1);
    expect(call).toMatchObject({ purpose: 'test', tickets: [] });
    line.answers(call?.id ?? '');
    line.presses(call?.id ?? '', '1');
    await clock.settle();
    line.ends(call?.id ?? '', 'hung-up');
    await clock.settle();
    expect(await room.calls.lastReached('east')).toMatchObject([
      { contactId: `${CREW}-chief-1`, outcome: 'acknowledged' },
    ]);
  });

  test('[E7] [E5] is refused with a reason: no number, nobody there, or the phone is in a call', async () => {
    expect(await room.escalation.testCall('nobody')).toMatchObject({ refusal: { code: 'contact-unknown' } });
    await room.write({ row: 'contact', contact: contactOf(CREW, 'chief-2', { phone: '' }) });
    expect(await room.escalation.testCall(`${CREW}-chief-2`)).toMatchObject({
      refusal: { code: 'contact-without-number' },
    });
    await ringing();
    expect(await room.escalation.testCall(`${CREW}-duty`)).toMatchObject({ refusal: { code: 'call-under-way' } });
    line.reach = () => false;
    expect(await room.escalation.testCall(`${CREW}-chief-1`)).toMatchObject({
      refusal: { code: 'contact-not-reachable' },
    });
  });
});
