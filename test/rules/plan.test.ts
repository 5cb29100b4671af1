import type { CallPlan, DueCall, LineLoad, PlanInput } from '@faultline/shared/escalation/plan.ts';
import { LONGEST_WAIT, planCalls } from '@faultline/shared/escalation/plan.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { START } from './story.ts';

const NOW: Instant = START;

const hop = (id: string, phone: string, facts: Partial<DueCall> = {}): DueCall => ({
  ticketId: id,
  key: 'feedback:crew-not-accepted:1.1',
  dueAt: NOW,
  phone,
  contactId: `contact-${phone}`,
  lines: ['console'],
  ...facts,
});
const line = (facts: Partial<LineLoad> = {}): LineLoad => ({
  id: 'console',
  channels: 4,
  inUse: 0,
  startsPerSecond: 4,
  startedAt: [],
  ...facts,
});
const plan = (facts: Partial<PlanInput>): CallPlan =>
  planCalls({
    due: [],
    busyPhones: new Set(),
    lines: [line()],
    mostPerCall: 12,
    typicalCall: 40 * SECOND,
    now: NOW,
    ...facts,
  });
const many = (count: number, phoneOf: (index: number) => string, facts: Partial<DueCall> = {}): DueCall[] =>
  Array.from({ length: count }, (_, index) =>
    hop(`t${index}`, phoneOf(index), { dueAt: NOW - count + index, ...facts }),
  );
const idsOf = (hops: readonly DueCall[]) => hops.map(({ ticketId }) => ticketId);
const waits = ({ waiting }: CallPlan) => waiting.map(({ expectedWait }) => expectedWait / SECOND);

describe('one person, one call', () => {
  test('[E5] 37 tickets for one number are spoken twelve at a time, the longest due first', () => {
    const due = many(37, () => '101');
    const { calls, waiting, nextAt } = plan({ due: due.toReversed() });
    expect(calls.map(({ hops }) => idsOf(hops))).toEqual([idsOf(due.slice(0, 12))]);
    expect(waiting.map((waiter) => waiter.hop)).toEqual(due.slice(12));
    expect(waiting.map(({ expectedWait }) => expectedWait / SECOND)).toEqual([
      ...new Array(12).fill(40),
      ...new Array(12).fill(80),
      80 + 40,
    ]);
    expect(nextAt).toBeNull();
  });

  test('[E5] a number that is in a call is not rung a second time', () => {
    const result = plan({ due: [hop('t1', '101'), hop('t2', '102')], busyPhones: new Set(['101']) });
    expect(result.calls.map(({ phone }) => phone)).toEqual(['102']);
    expect(result.waiting).toMatchObject([{ hop: { ticketId: 't1' }, expectedWait: 40 * SECOND }]);
  });

  test('[E5] the same number of two contacts is one number', () => {
    const due = [hop('t1', '101', { contactId: 'duty' }), hop('t2', '101', { contactId: 'chief', dueAt: NOW - 1 })];
    const { calls } = plan({ due });
    expect(calls).toMatchObject([{ contactId: 'chief', hops: [{ ticketId: 't2' }, { ticketId: 't1' }] }]);
  });
});

describe('what a line carries', () => {
  test('[E5] the longest due takes the last channel', () => {
    const due = [hop('t1', '101', { dueAt: NOW - 1 }), hop('t2', '102', { dueAt: NOW - 9 }), hop('t3', '103')];
    const { calls, waiting } = plan({ due, lines: [line({ inUse: 3 })] });
    expect(calls.map(({ phone }) => phone)).toEqual(['102']);
    expect(waiting.map((waiter) => waiter.hop.ticketId)).toEqual(['t1', 't3']);
  });

  test('[E5] calls are started no faster than the line may, and the plan says when to go on', () => {
    const due = many(5, (index) => `10${index}`);
    const startedAt = [NOW - 5 * SECOND, NOW - 700, NOW - 300];
    const { calls, waiting, nextAt } = plan({ due, lines: [line({ channels: 8, startsPerSecond: 3, startedAt })] });
    expect(calls.length).toBe(1);
    expect(waiting.map(({ expectedWait }) => expectedWait)).toEqual([300, 700, 1_000, 1_300]);
    expect(nextAt).toBe(NOW + 300);
  });

  test('[E1] the line that the site prefers is taken while it has room, then the next one', () => {
    const due = many(3, (index) => `10${index}`, { lines: ['console', 'sip'] });
    const { calls } = plan({ due, lines: [line({ channels: 2 }), line({ id: 'sip', channels: 1 })] });
    expect(calls.map((call) => call.line)).toEqual(['console', 'console', 'sip']);
  });

  test('[E5] who can be reached by one line only does not wait behind those of another', () => {
    const due = [hop('t1', '101', { dueAt: NOW - 9 }), hop('t2', '102', { lines: ['sip'] })];
    const { calls } = plan({ due, lines: [line({ inUse: 4 }), line({ id: 'sip', channels: 1 })] });
    expect(calls).toMatchObject([{ phone: '102', line: 'sip' }]);
  });

  test('[E2] whom no line reaches is rung by hand', () => {
    const due = [hop('t1', '101', { lines: [] }), hop('t2', '102', { lines: ['gone'] }), hop('t3', '103')];
    const { calls, byHand, waiting } = plan({ due });
    expect([calls.length, waiting.length, idsOf(byHand)]).toEqual([1, 0, ['t1', 't2']]);
  });
});

describe('the expected wait', () => {
  test('[E2] counts the calls that must end before, by the channels of the line', () => {
    const due = many(9, (index) => `10${index}`);
    const result = plan({ due, lines: [line({ channels: 4, inUse: 4 })] });
    expect(waits(result)).toEqual([40, 40, 40, 40, 80, 80, 80, 80, 120]);
    expect(result.nextAt).toBeNull();
  });

  test('[E2] passes two minutes when a storm meets a few channels, already in the first plan of it', () => {
    const due = many(500, (index) => `${100 + (index % 40)}`);
    const { calls, waiting } = plan({ due, lines: [line({ channels: 8, startsPerSecond: 2 })] });
    expect(calls.length).toBe(2);
    expect(waiting.some(({ expectedWait }) => expectedWait > LONGEST_WAIT)).toBe(true);
  });

  test('[E2] of two lines is that of the shorter queue', () => {
    const lines = [line({ channels: 1, inUse: 1 }), line({ id: 'sip', channels: 3, inUse: 3 })];
    const due = many(5, (index) => `10${index}`, { lines: ['console', 'sip'] });
    expect(waits(plan({ due, lines }))).toEqual([40, 40, 40, 40, 80]);
  });
});

describe('laws', () => {
  const lineIds = ['console', 'sip', 'webhook'] as const;
  const dueArbitrary = fc.array(
    fc.record({
      phone: fc.integer({ min: 1, max: 12 }),
      ago: fc.nat(600),
      lines: fc.uniqueArray(fc.constantFrom(...lineIds, 'gone'), { maxLength: 3 }),
    }),
    { maxLength: 60 },
  );
  const loadArbitrary = fc.record({
    channels: fc.integer({ min: 0, max: 5 }),
    inUse: fc.nat(5),
    startsPerSecond: fc.integer({ min: 1, max: 4 }),
    ago: fc.array(fc.nat(2_000), { maxLength: 6 }),
  });
  const inputArbitrary: fc.Arbitrary<PlanInput> = fc
    .record({
      due: dueArbitrary,
      busy: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
      loads: fc.tuple(loadArbitrary, loadArbitrary, loadArbitrary),
      mostPerCall: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ due, busy, loads, mostPerCall }) => ({
      due: due.map(({ phone, ago, lines }, index) => hop(`t${index}`, `10${phone}`, { dueAt: NOW - ago, lines })),
      busyPhones: new Set(busy.map((phone) => `10${phone}`)),
      lines: loads.map(({ ago, ...load }, index) => ({
        ...load,
        id: lineIds[index] ?? 'console',
        startedAt: ago.map((ms) => NOW - ms),
      })),
      mostPerCall,
      typicalCall: 40 * SECOND,
      now: NOW,
    }));

  function law(name: string, holds: (input: PlanInput, result: CallPlan) => void): void {
    test(name, () => {
      fc.assert(
        fc.property(inputArbitrary, (input) => holds(input, planCalls(input))),
        { numRuns: 500, seed: 20_260_302 },
      );
    });
  }

  law('[E6] everything that is due is in one call, waits, or is rung by hand', ({ due }, result) => {
    const { calls, waiting, byHand } = result;
    const placed = [...calls.flatMap(({ hops }) => hops), ...waiting.map((waiter) => waiter.hop), ...byHand];
    expect(idsOf(placed).sort()).toEqual(idsOf(due).sort());
  });

  law('[E5] no number is rung twice, and none that is in a call', ({ busyPhones, mostPerCall }, { calls }) => {
    const phones = calls.map(({ phone }) => phone);
    expect(new Set(phones).size).toBe(phones.length);
    expect(phones.filter((phone) => busyPhones.has(phone))).toEqual([]);
    for (const { hops, phone } of calls) {
      expect(hops.length).toBeLessThanOrEqual(mostPerCall);
      expect(hops.every((each) => each.phone === phone)).toBe(true);
    }
  });

  law('[E5] no line gets more calls than its channels, nor more starts in a second than it may', (input, { calls }) => {
    for (const { id, channels, inUse, startsPerSecond, startedAt } of input.lines) {
      const started = calls.filter((call) => call.line === id).length;
      const recent = startedAt.filter((at) => at > NOW - SECOND).length;
      expect(started).toBeLessThanOrEqual(Math.max(0, channels - inUse));
      expect(started).toBeLessThanOrEqual(Math.max(0, startsPerSecond - recent));
    }
    for (const { line: id, hops } of calls) expect(hops[0]?.lines).toContain(id);
  });

  law('[E5] a channel is not left idle while somebody waits for it', ({ lines, busyPhones }, { calls, waiting }) => {
    const rung = new Set([...busyPhones, ...calls.map(({ phone }) => phone)]);
    for (const { id, channels, inUse, startsPerSecond, startedAt } of lines) {
      const started = calls.filter((call) => call.line === id).length;
      const recent = startedAt.filter((at) => at > NOW - SECOND).length;
      if (started >= channels - inUse || started >= startsPerSecond - recent) continue;
      const first = new Map<string, DueCall>();
      for (const waiter of waiting) if (!first.has(waiter.hop.phone)) first.set(waiter.hop.phone, waiter.hop);
      const wrongly = [...first.values()].filter((each) => !rung.has(each.phone) && each.lines.includes(id));
      expect(wrongly).toEqual([]);
    }
  });

  law(
    '[E2] nobody is expected to wait less than nothing, and time alone helps only who waits for a start',
    (_, result) => {
      const { waiting, nextAt } = result;
      for (const { expectedWait } of waiting) expect(expectedWait).toBeGreaterThan(0);
      if (nextAt === null) return;
      expect(nextAt).toBeGreaterThan(NOW);
      expect(nextAt).toBeLessThanOrEqual(NOW + SECOND);
      expect(waiting.some(({ expectedWait }) => NOW + expectedWait === nextAt)).toBe(true);
    },
  );

  test('[E6] planning again and again rings everybody, the longest due first', () => {
    fc.assert(
      fc.property(inputArbitrary, ({ due, ...input }) => {
        const lines = input.lines.map((load) => ({ ...load, channels: load.channels + 1, inUse: 0, startedAt: [] }));
        const reachable = due.filter((each) => each.lines.some((id) => id !== 'gone'));
        let left: readonly DueCall[] = reachable;
        for (let round = 0; left.length > 0; round += 1) {
          const { calls } = planCalls({ ...input, due: left, lines, busyPhones: new Set() });
          const oldest = Math.min(...left.map(({ dueAt }) => dueAt));
          expect(calls[0]?.hops[0]?.dueAt).toBe(oldest);
          const rung = new Set(calls.flatMap(({ hops }) => idsOf(hops)));
          left = left.filter(({ ticketId }) => !rung.has(ticketId));
          expect(round).toBeLessThanOrEqual(reachable.length);
        }
      }),
      { numRuns: 200, seed: 20_260_302 },
    );
  });
});
