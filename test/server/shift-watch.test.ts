import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchShifts } from '@faultline/server/src/escalation/shift-watch.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CREW } from '../rules/story.ts';
import type { CallRoom } from '../support/call-room.ts';
import { contactOf, departmentOf, openCallRoom } from '../support/call-room.ts';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';
import type { FakeLine } from '../support/fake-line.ts';
import { createFakeLine } from '../support/fake-line.ts';

let folder: string;
let clock: TestClock;
let line: FakeLine;
let room: CallRoom;
let stop: () => void;

const shift = (contactId: string, from: string, to: string): RosterEntry => ({
  id: `shift-${contactId}`,
  departmentId: CREW,
  role: 'duty',
  kind: 'shift',
  contactId,
  days: [1, 2, 3, 4, 5, 6, 7],
  from,
  to,
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-shifts-'));
  // Eight in the morning, Beijing time.
  clock = testClock();
  line = createFakeLine();
  room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
  await room.write(
    { row: 'contact', contact: contactOf(CREW, 'duty', { id: 'night', phone: '0555001' }) },
    { row: 'contact', contact: contactOf(CREW, 'duty', { id: 'day', phone: '0555002' }) },
    { row: 'roster', entry: shift('night', '20:00', '09:00') },
    { row: 'roster', entry: shift('day', '09:00', '20:00') },
  );
  const { directory, escalation, faults } = room;
  stop = watchShifts({
    directory,
    clock,
    testCall: escalation.testCall,
    onFault: (error) => void faults.push(error),
  });
});

afterEach(async () => {
  stop();
  await room.close();
  expect(room.faults).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

test('[E7] who comes on duty is rung once at the beginning of his shift, and nobody else', async () => {
  await clock.settle(HOUR - MINUTE);
  expect(line.placed).toEqual([]);
  await room.pass(MINUTE + SECOND);
  expect(line.placed).toMatchObject([{ purpose: 'test', person: { contactId: 'day' }, tickets: [] }]);
  await room.pass(10 * MINUTE);
  expect(line.placed).toHaveLength(1);
});

test('[E7] who does not pick up is among the findings of the calls that reached nobody', async () => {
  await room.pass(HOUR + MINUTE);
  expect(await room.calls.lastReached('east')).toMatchObject([{ contactId: 'day', outcome: 'no-answer' }]);
});

test('[E7] where many come on duty at once, no line carries more than it can, and everybody is rung in turn', async () => {
  await room.close();
  line = createFakeLine({ now: clock.now, channels: 2, startsPerSecond: 1 });
  room = await openCallRoom({ path: join(folder, 'faultline.db'), clock, lines: [line] });
  const people = ['a', 'b', 'c', 'd', 'e'];
  for (const [index, id] of people.entries()) {
    const entry = { ...shift(id, '09:00', '20:00'), departmentId: `crew-${id}` };
    await room.write(
      { row: 'department', department: departmentOf(`crew-${id}`, 'crew') },
      { row: 'contact', contact: contactOf(`crew-${id}`, 'duty', { id, phone: `055510${index}` }) },
      { row: 'roster', entry },
    );
  }
  stop();
  const { directory, escalation, faults } = room;
  const { testCall } = escalation;
  stop = watchShifts({ directory, clock, testCall, onFault: (error) => void faults.push(error) });
  await room.pass(HOUR + 2 * SECOND);
  expect(await room.calls.liveCalls()).toHaveLength(2);
  await room.pass(3 * MINUTE);
  expect(line.placed.map(({ person }) => person.contactId).sort()).toEqual([...people, 'day'].sort());
  expect((await room.calls.recentCalls('east', 100)).map(({ outcome }) => outcome)).not.toContain('line-down');
});
