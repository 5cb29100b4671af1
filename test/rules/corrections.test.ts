import { ledgerOf } from '@faultline/shared/ticket/ledger.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, LEAD, make, minuteOf, story, toldTo, USUAL } from './story.ts';

const timesOf = ({ ticket }: Story) => {
  const { A, issues, legs } = ticket();
  const stamps = [A, ...issues.flatMap(({ B, C }) => [B, C]), ...legs.flatMap(({ D, E, F, G, H }) => [D, E, F, G, H])];
  return stamps.map((stamp) => (stamp ? minuteOf(stamp.at) : null));
};

test.each([
  ['A', 0.5, [0.5, 1, 2, 3, 4, 5, 7, 30]],
  ['B', 1.5, [0, 1.5, 2, 3, 4, 5, 7, 30]],
  ['C', 1.5, [0, 1, 1.5, 3, 4, 5, 7, 30]],
  ['D', 3.5, [0, 1, 2, 3.5, 4, 5, 7, 30]],
  ['E', 3.5, [0, 1, 2, 3, 3.5, 5, 7, 30]],
  ['F', 6, [0, 1, 2, 3, 4, 6, 7, 30]],
  ['G', 6, [0, 1, 2, 3, 4, 5, 6, 30]],
  ['H', 29, [0, 1, 2, 3, 4, 5, 7, 29]],
] as const)('[T5] a correction of %s is a new event, and the old value stays visible', (point, minute, expected) => {
  const told = toldTo(USUAL);
  const before = timesOf(told);
  told.must(60, make.correct(point, minute));
  expect(timesOf(told)).toEqual(expected);
  const [correction] = told.ticket().corrections;
  expect(correction).toMatchObject({ point, reason: '值班记录核对', by: LEAD, now: { at: at(minute) } });
  expect(before).toContain(correction && minuteOf(correction.was.at));
  expect(told.journal().some(({ event }) => event.type === 'corrected')).toBe(true);
});

test('[T5] a correction needs a reason', () => {
  const told = toldTo(USUAL);
  const silent = { ...make.correct('F', 6), reason: ' ' };
  expect(told.refused(60, silent as ReturnType<typeof make.correct>)).toEqual({ code: 'reason-missing' });
});

test.each([
  ['A', 1.1, 'B'],
  ['B', 2.1, 'C'],
  ['C', 3.1, 'D'],
  ['D', 4.1, 'E'],
  ['E', 5.1, 'F'],
  ['F', 7.1, 'G'],
  ['G', 4.9, 'F'],
  ['H', 6.9, 'G'],
  ['H', 41, 'cleared'],
] as const)('[T5] a correction of %s to minute %d contradicts %s', (point, minute, neighbour) => {
  const told = toldTo(USUAL);
  told.must(40, make.clear());
  expect(told.refused(60, make.correct(point, minute))).toMatchObject({ code: 'time-contradicts', point: neighbour });
});

test.each([
  ['B', 3.1],
  ['C', 3.1],
  ['D', 2.9],
] as const)('[T5] a correction of %s to minute %d contradicts the taking', (point, minute) => {
  const told = toldTo(point === 'B' ? { B: 1 } : { B: 1, C: 2 });
  told.must(3, make.take());
  told.must(4, make.dispatch());
  expect(told.refused(60, make.correct(point, minute))).toEqual({
    code: 'time-contradicts',
    point: 'taken',
    at: at(3),
  });
  expect(told.must(60, make.correct(point, 3))).toContain('corrected');
});

test('[T5] C cannot be corrected past the taking of a ticket that was not dispatched', () => {
  const told = toldTo({ B: 1, C: 2 });
  told.must(3, make.take());
  expect(told.refused(60, make.correct('C', 4))).toMatchObject({ code: 'time-contradicts', point: 'taken' });
});

test('[T5] a taking that the dispatch only implied bounds nothing: it moves with the dispatch', () => {
  const told = toldTo({ B: 1, C: 2, D: 5 });
  told.must(60, make.correct('D', 3));
  told.must(60, make.correct('D', 4));
  expect(told.refused(60, make.correct('C', 4.1))).toMatchObject({ code: 'time-contradicts', point: 'D' });
  expect(told.must(60, make.correct('C', 3.5))).toEqual(['corrected']);
});

test('[T5] an audit may correct long after the shift', () => {
  const told = toldTo(USUAL);
  told.must(40, make.clear());
  told.must(41, make.record());
  told.must(42, make.close());
  expect(told.must(60 * 24 * 30, make.correct('F', 6))).toEqual(['corrected']);
  expect(told.refused(60 * 24 * 30, make.correct('A', -73 * 60))).toMatchObject({ code: 'time-too-old' });
});

/** Two issues; the second has two legs. */
function twice(): Story {
  const told = story();
  told.must(0, make.open());
  told.must(1, make.issue());
  told.must(2, make.receive());
  told.must(4, make.returned({ target: 'issue', no: 1, reason: 'misrouted' }));
  told.must(5, make.issue(undefined, { centreId: 'centre-west' }));
  told.must(6, make.receive(undefined, 2));
  told.must(7, make.dispatch());
  told.must(8, make.deliver());
  told.must(9, make.accept());
  told.must(10, make.recall({ no: 1 }));
  told.must(11, make.dispatch(undefined, { vehicleId: 'vehicle-2' }));
  told.must(12, make.deliver(undefined, 2));
  told.must(13, make.accept(undefined, 2));
  return told;
}

test('[T5] a point of an earlier issue or leg is corrected by naming it', () => {
  const told = twice();
  told.must(20, make.correct('B', 1.5, { issueNo: 1 }));
  told.must(20, make.correct('C', 3, { issueNo: 1 }));
  told.must(20, make.correct('B', 4.5));
  told.must(20, make.correct('F', 9.5, { legNo: 1 }));
  told.must(20, make.correct('D', 10.5, { legNo: 2 }));
  expect(timesOf(told)).toEqual([0, 1.5, 3, 4.5, 6, 7, 8, 9.5, null, null, 10.5, 12, 13, null, null]);
  const hops = ledgerOf(told.ticket(), FIRST_POLICY, at(20));
  expect(hops.map(({ from }) => minuteOf(from))).toEqual([0, 1.5, 3, 4, 4.5, 6, 7, 8, 9.5, 10, 10.5, 12, 13]);
});

test.each([
  ['the return of its own issue', 'C', 4.1, { issueNo: 1 }],
  ['the end of the issue before it', 'B', 3.9, { issueNo: 2 }],
  ['the recall of its own leg', 'F', 10.1, { legNo: 1 }],
  ['the recall of the leg before it', 'D', 9.9, { legNo: 2 }],
] as const)('[T5] a correction cannot overtake %s', (_, point, minute, where) => {
  expect(twice().refused(20, make.correct(point, minute, where))).toMatchObject({
    code: 'time-contradicts',
    point: 'ending',
  });
});

test('[T5] a correction of an issue or leg that never was is refused', () => {
  expect(twice().refused(20, make.correct('B', 3, { issueNo: 7 }))).toEqual({ code: 'not-issued' });
  expect(twice().refused(20, make.correct('F', 3, { legNo: 7 }))).toEqual({ code: 'leg-unknown', legNo: 7 });
  const open = story();
  open.must(0, make.open());
  expect(open.refused(1, make.correct('F', 0.5))).toEqual({ code: 'not-dispatched' });
});

test('[T5] A cannot be moved behind the end of a ticket that was never issued', () => {
  const told = story();
  told.must(0, make.open());
  told.must(5, make.cancel());
  expect(told.refused(60, make.correct('A', 6))).toMatchObject({ code: 'time-contradicts', point: 'ending' });
});

test('[T5] a correction of A judges by the policy that was valid then', () => {
  const later: Policy = { ...FIRST_POLICY, version: 2, validFrom: at(-1) };
  const told = toldTo(USUAL, [FIRST_POLICY, later]);
  expect(told.ticket().policyVersion).toBe(2);
  told.must(60, make.correct('A', -2));
  expect(told.ticket().policyVersion).toBe(1);
});
