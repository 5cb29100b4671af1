import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageFullFault, StoreFault } from '@faultline/server/src/store/store.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LEAD, make, START } from '../rules/story.ts';
import { randomOf } from '../simulation/support/random.ts';
import { testClock } from '../support/clock.ts';
import type { DispatchRoom } from '../support/dispatch-room.ts';
import { eventsIn, openDispatchRoom, WHOLE_WAY } from '../support/dispatch-room.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-dispatcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

let clock = testClock(START);
let path = '';
let room: DispatchRoom;
beforeEach(() => {
  files += 1;
  clock = testClock(START);
  path = join(folder, `${files}.db`);
  room = openDispatchRoom({ path, clock });
});
afterEach(() => room.close());

async function restart(): Promise<void> {
  await room.close();
  room = openDispatchRoom({ path, clock });
}

const OTHER: Actor = { kind: 'person', id: 'lead-2', role: 'lead', departmentId: 'service-centre' };

describe('a repeated command', () => {
  test('[T2] sixteen at once have one effect and the same answer', async () => {
    await room.send('t1', make.open());
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => room.send('t1', make.issue())));
    const answers = outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome));
    expect(answers.filter((answer) => 'isRepeated' in answer && !answer.isRepeated)).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify('answer' in answer ? answer.answer : answer))).size).toBe(1);
    expect((await room.rows()).map((row) => row.kind === 'ticket' && row.event.type)).toEqual(['opened', 'issued']);
  });

  test('[T2] sixteen openings of one ticket make one ticket', async () => {
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => room.send('t1', make.open())));
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.value.answer.seq))).toEqual(new Set([1]));
    expect(await room.store.head('east')).toBe(1);
  });

  test('[T2] a whole way with every command one to five times, late repetitions too, is the way told once', async () => {
    const random = randomOf(11);
    for (const [index, command] of WHOLE_WAY.entries()) {
      clock.move(20_000);
      const times = random.between(1, 5);
      const earlier = Array.from({ length: times }, () => WHOLE_WAY[random.below(index + 1)] ?? command);
      const outcomes = await Promise.all([command, ...earlier].map((again) => room.send('repeated', again)));
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
      await room.send('once', command);
    }
    const rows = await room.rows();
    expect(eventsIn(rows, 'repeated')).toEqual(eventsIn(rows, 'once'));
    const { id: _, ...repeated } = await room.ticket('repeated');
    const { id: __, ...once } = await room.ticket('once');
    expect(repeated).toEqual(once);
  });

  test('[T2] is answered as the first time after a restart, when the rules would refuse it by now', async () => {
    const first = [];
    for (const command of WHOLE_WAY) first.push(await room.send('t1', command));
    await restart();
    for (const [index, command] of WHOLE_WAY.entries()) {
      const before = first[index];
      expect(await room.send('t1', command)).toEqual(
        before?.ok ? { ok: true, value: { ...before.value, isRepeated: true } } : before,
      );
    }
    expect(room.announced).toEqual([]);
  });

  test.each<[string, Parameters<DispatchRoom['send']>]>([
    ['another content', ['t1', make.issue(undefined, { centreId: 'centre-west' })]],
    ['another person', ['t1', make.issue(), { by: OTHER }]],
    ['another ticket', ['t2', make.issue()]],
    ['another district', ['t1', make.issue(), { district: 'west' }]],
  ])(
    '[T2] the id of a given answer with %s is a mistake and gets no yes',
    async (_what, [ticketId, command, change]) => {
      await room.send('t1', make.open());
      await room.send('t2', make.open());
      await room.send('t1', make.issue(), { commandId: 'k' });
      const head = await room.store.head('east');
      const outcome = await room.send(ticketId, command, { commandId: 'k', ...change });
      expect(outcome).toEqual({ ok: false, refusal: { code: 'command-id-reused' } });
      expect(await room.store.head('east')).toBe(head);
    },
  );

  test('[T2] two contents under one id at the same moment: one is written, the other is a mistake', async () => {
    await room.send('t1', make.open());
    await room.send('t2', make.open());
    const outcomes = await Promise.all([
      room.send('t1', make.issue(), { commandId: 'k' }),
      room.send('t2', make.issue(), { commandId: 'k' }),
    ]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'yes' : outcome.refusal.code)).sort()).toEqual([
      'command-id-reused',
      'yes',
    ]);
    expect(await room.store.head('east')).toBe(3);
  });

  test('[T2] a quiet yes writes no row and is remembered', async () => {
    for (const command of [make.open(), make.issue(), make.receive()]) await room.send('t1', command);
    const quiet = await room.send('t1', make.receive(), { commandId: 'from another desk' });
    expect(quiet).toMatchObject({ ok: true, value: { isRepeated: false, answer: { version: 3, seq: 3 } } });
    await room.send('t1', make.take());
    const again = await room.send('t1', make.receive(), { commandId: 'from another desk' });
    expect(again).toMatchObject({ ok: true, value: { isRepeated: true, answer: { version: 3, seq: 3 } } });
    expect(room.announced.map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1]);
  });
});

describe('a decision on what has changed', () => {
  test('[T6] a stale revision is told what changed, and nothing is written', async () => {
    for (const command of [make.open(), make.issue()]) await room.send('t1', command);
    const seen = await room.ticket('t1');
    clock.move(MINUTE);
    await room.send('t1', make.take());
    const outcome = await room.send('t1', make.dispatch(), { expectedRevision: seen.revision });
    expect(outcome).toEqual({
      ok: false,
      refusal: {
        code: 'stale-revision',
        revision: seen.revision + 1,
        lastChange: { type: 'taken', at: clock.now() },
      },
    });
    expect(await room.store.answer('t1:dispatch')).toBeNull();
  });

  test('[T6] two people decide on the same sight at the same moment: the second is told', async () => {
    await room.send('t1', make.open());
    const { revision } = await room.ticket('t1');
    const outcomes = await Promise.all(
      ['a', 'b'].map((commandId) => room.send('t1', make.issue(), { commandId, expectedRevision: revision })),
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'yes' : outcome.refusal.code))).toEqual(['yes', 'stale-revision']);
  });

  test('[T6] a receipt and a due time between sight and decision disturb nobody', async () => {
    for (const command of [make.open(), make.issue()]) await room.send('t1', command);
    const { revision } = await room.ticket('t1');
    await room.send('t1', make.receive());
    clock.move(5 * MINUTE);
    await room.send('t1', make.fireDue, { commandId: null, by: { kind: 'system' } });
    expect(await room.send('t1', make.take(), { expectedRevision: revision })).toMatchObject({ ok: true });
  });

  test('two writers on one store: a decision that was overtaken is made again, on the new state', async () => {
    const other = openDispatchRoom({ path, clock });
    await room.send('t1', make.open());
    const outcomes = await Promise.all([
      room.send('t1', make.issue(), { commandId: 'a' }),
      other.send('t1', make.issue(), { commandId: 'b' }),
    ]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'yes' : outcome.refusal.code)).sort()).toEqual([
      'already-issued',
      'yes',
    ]);
    expect(eventsIn(await room.rows(), 't1').map(({ event }) => event.type)).toEqual(['opened', 'issued']);
    await other.close();
  });

  test('a ticket that never stands still is given up as a fault of the store, and nothing is written', async () => {
    const other = openDispatchRoom({ path, clock });
    let calls = 0;
    const restless = openDispatchRoom({
      path,
      clock,
      store: (store) => ({
        ...store,
        async ticket(id) {
          const ticket = await store.ticket(id);
          calls += 1;
          await other.send('t1', make.correct('A', -calls), { commandId: `correction ${calls}` });
          return ticket;
        },
      }),
    });
    await room.send('t1', make.open());
    await expect(restless.send('t1', make.issue())).rejects.toThrow(StoreFault);
    expect(calls).toBeGreaterThan(2);
    expect((await room.ticket('t1')).issues).toEqual([]);
    await other.close();
    await restless.close();
  });

  test('a ticket of another district does not exist', async () => {
    await room.send('t1', make.open());
    const outcome = await room.send('t1', make.issue(), { district: 'west' });
    expect(outcome).toEqual({ ok: false, refusal: { code: 'ticket-unknown' } });
  });
});

describe('what is announced', () => {
  test('[A1] commits of many tickets at once are told in the order of the journal, each once', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `t${index}`);
    const random = randomOf(3);
    await Promise.all(
      ids.flatMap((id) => [
        room.send(id, make.open()),
        ...(random.chance(0.5) ? [room.send(id, make.issue())] : []),
        ...(random.chance(0.5) ? [room.send(id, make.issue())] : []),
      ]),
    );
    const told = room.announced.flatMap(({ rows }) => rows);
    expect(told).toEqual(await room.rows());
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
  });

  test('a commit is told with the ticket before and after, and when the clock has to look again', async () => {
    await room.send('t1', make.open());
    const before = await room.ticket('t1');
    await room.send('t1', make.issue());
    expect(room.announced.at(-1)).toMatchObject({ before, after: await room.ticket('t1') });
    expect(room.announced.at(-1)?.nextDueAt).toBe(await room.store.nextDueAt());
  });

  test('a listener that throws is reported and keeps nobody from the news', async () => {
    const heard: number[] = [];
    room.dispatcher.onCommitted(() => {
      throw new Error('a mistake of ours');
    });
    room.dispatcher.onCommitted(({ rows }) => heard.push(...rows.map(({ seq }) => seq)));
    expect(await room.send('t1', make.open())).toMatchObject({ ok: true });
    expect(heard).toEqual([1]);
    expect(room.faults).toEqual([new Error('a mistake of ours')]);
  });

  test('[B3] what had fallen due stands before the decision and was written by the clock', async () => {
    for (const command of [make.open(), make.issue()]) await room.send('t1', command);
    clock.move(10 * MINUTE);
    await room.send('t1', make.take());
    const late = eventsIn(room.announced.at(-1)?.rows ?? [], 't1');
    expect(late.length).toBeGreaterThan(2);
    expect(late.map(({ by }) => by)).toEqual([...late.slice(1).map(() => ({ kind: 'system' })), LEAD]);
    expect(late.at(-1)?.event.type).toBe('taken');
  });
});

describe('the journal', () => {
  test.each([
    ['ticket_id', `'t2'`],
    ['ticket_id', 'NULL'],
    ['ticket_version', '7'],
    ['recorded_at', 'recorded_at - 1'],
    ['hash', `'0'`],
  ])('[A1] a row whose %s was set to %s is named', async (column, value) => {
    for (const command of [make.open(), make.issue(), make.take()]) await room.send('t1', command);
    expect(await room.store.checkChain('east')).toEqual([]);
    room.database.raw.exec(`UPDATE journal SET ${column} = ${value} WHERE seq = 2`);
    expect(await room.store.checkChain('east')).toContainEqual({ seq: 2, problem: 'altered' });
  });
});

describe('a store that fails', () => {
  test('[F6] a full disk is no yes and no news; the same command succeeds once there is room', async () => {
    await room.send('t1', make.open());
    room.database.raw.pragma('max_page_count = 1');
    let minute = 0;
    let fault: unknown = null;
    const correct = () => room.send('t1', make.correct('A', -minute), { commandId: `correction ${minute}` });
    while (fault === null && minute < 500) {
      minute += 1;
      await correct().catch((error: unknown) => {
        fault = error;
      });
    }
    expect(fault).toBeInstanceOf(StorageFullFault);
    expect((await room.ticket('t1')).corrections).toHaveLength(minute - 1);
    expect(room.announced).toHaveLength(minute);
    await expect(correct()).rejects.toThrow(StorageFullFault);
    room.database.raw.pragma('max_page_count = 1000000');
    expect(await correct()).toMatchObject({ ok: true, value: { isRepeated: false } });
    expect((await room.ticket('t1')).corrections).toHaveLength(minute);
    expect(room.announced).toHaveLength(minute + 1);
    expect(await room.store.checkChain('east')).toEqual([]);
  });

  test('[F6] on a full disk a number cannot be drawn, and says so', async () => {
    const { raw } = room.database;
    raw.pragma('max_page_count = 1');
    let drawn = 0;
    const draw = async (): Promise<void> => {
      for (; drawn < 5_000; drawn += 1) await room.store.nextNumber('east', `day-${drawn}`);
    };
    await expect(draw()).rejects.toThrow(StorageFullFault);
    raw.pragma('max_page_count = 1000000');
    expect(await room.store.nextNumber('east', `day-${drawn}`)).toBe(1);
  });

  test('a decision that cannot be written takes none of those with it that were written together', async () => {
    const data = { name: '', phone: '', address: '', note: '' };
    const caller = { id: 'the same caller', data };
    await room.send('t0', make.open(), { caller });
    const outcomes = await Promise.allSettled([
      room.send('t1', make.open()),
      room.send('t2', make.open(), { caller }),
      room.send('t3', make.open()),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(StoreFault) });
    expect(await room.store.ticket('t2')).toBeNull();
    expect(room.announced.map(({ after }) => after.id)).toEqual(['t0', 't1', 't3']);
  });
});
