import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notBehind } from '@faultline/server/src/clock.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { dutiesOf } from '@faultline/shared/ticket/duties.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { make, START } from '../rules/story.ts';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';
import type { DispatchRoom } from '../support/dispatch-room.ts';
import { eventsIn, openDispatchRoom } from '../support/dispatch-room.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-wake-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

let clock: TestClock;
let path = '';
let room: DispatchRoom;
beforeEach(() => {
  files += 1;
  clock = testClock(START);
  path = join(folder, `${files}.db`);
  room = openDispatchRoom({ path, clock });
});
afterEach(() => room.close());

interface Fired {
  readonly key: string;
  readonly dueAt: Instant;
  readonly at: Instant;
}

async function firedOf(ticketId: string): Promise<readonly Fired[]> {
  return eventsIn(await room.rows(), ticketId).flatMap(({ event, recordedAt }) =>
    event.type === 'duty-fired' || event.type === 'feedback-raised'
      ? [{ key: event.key, dueAt: event.dueAt, at: recordedAt }]
      : [],
  );
}

/** What the rules say will fall due on the ticket as it lies now. */
async function owedBy(ticketId: string, until: Instant): Promise<readonly string[]> {
  const duties = dutiesOf(await room.ticket(ticketId), FIRST_POLICY);
  return duties.filter(({ dueAt }) => dueAt <= until).map(({ key }) => key);
}

const keys = (fired: readonly Fired[]) => fired.map(({ key }) => key);

/** Second by second, so that each timer finds a quiet machine. */
async function pass(minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 1) await clock.settle(SECOND);
}

describe('while the server runs', () => {
  beforeEach(() => room.wake.start());

  test('[E6] everything that falls due happens once, at its moment', async () => {
    for (const command of [make.open(), make.issue()]) await room.send('t1', command);
    const owed = await owedBy('t1', START + HOUR);
    expect(owed.length).toBeGreaterThan(4);
    await pass(61);
    const fired = await firedOf('t1');
    expect(keys(fired)).toEqual(owed);
    for (const { dueAt, at } of fired) expect(at - dueAt).toBeLessThan(SECOND);
    expect(clock.timers()).toBe(0);
  });

  test('[B3] nothing is early, not by a millisecond', async () => {
    await room.send('t1', make.open());
    const [first] = dutiesOf(await room.ticket('t1'), FIRST_POLICY);
    const dueAt = first?.dueAt ?? 0;
    await clock.settle(dueAt - clock.now() - 1);
    expect(await firedOf('t1')).toEqual([]);
    await clock.settle(1);
    expect(await firedOf('t1')).toEqual([{ key: first?.key, dueAt, at: dueAt }]);
  });

  test('[E3] a feedback is raised in time and ends with its hop; a hop that is done in time raises none', async () => {
    for (const id of ['slow', 'quick']) {
      for (const command of [make.open(), make.issue()]) await room.send(id, command);
    }
    await clock.settle(3 * MINUTE);
    for (const command of [make.take(), make.dispatch(), make.accept(), make.depart()]) {
      await room.send('quick', command);
    }
    await clock.settle(MINUTE);
    expect((await room.ticket('slow')).feedbacks).toMatchObject([{ kind: 'centre-not-taken', ended: null }]);
    await clock.settle(MINUTE);
    await room.send('slow', make.take());
    expect((await room.ticket('slow')).feedbacks).toMatchObject([
      { raisedAt: START + 4 * MINUTE, ended: { at: START + 5 * MINUTE, cause: 'taken' } },
    ]);
    expect((await room.ticket('quick')).feedbacks).toEqual([]);
  });

  test('[E6] an earlier due time that comes later is kept', async () => {
    await room.send('late', make.open());
    await clock.settle(MINUTE);
    const entered = { how: 'entered', at: START - MINUTE / 4, evidence: 'entered-by-dispatcher' } as const;
    await room.send('early', make.open(entered));
    await clock.settle(MINUTE / 4);
    expect(keys(await firedOf('early'))).toEqual(['budget-warn:AB:0.0']);
    expect(await firedOf('late')).toEqual([]);
  });

  test('[E6] a machine that slept fires on waking what fell due meanwhile', async () => {
    await room.send('t1', make.open());
    const owed = await owedBy('t1', START + 9 * HOUR);
    await clock.settle(9 * HOUR);
    expect(keys(await firedOf('t1'))).toEqual(owed);
  });

  test('nothing fires after a stop, and everything after the next start', async () => {
    await room.send('t1', make.open());
    await room.wake.stop();
    await room.send('t2', make.open());
    await clock.settle(HOUR);
    expect(await firedOf('t1')).toEqual([]);
    expect(clock.timers()).toBe(0);
    await room.wake.start();
    expect(keys(await firedOf('t2'))).toEqual(keys(await firedOf('t1')));
    expect(await firedOf('t2')).not.toEqual([]);
  });
});

describe('after a downtime', () => {
  async function restartAfter(downtime: number, change?: (store: JournalStore) => JournalStore): Promise<void> {
    await room.close();
    clock.move(downtime);
    room = openDispatchRoom({ path, clock, ...(change ? { store: change } : {}) });
  }

  test.each([0, SECOND, MINUTE, 10 * MINUTE, HOUR, 30 * 24 * HOUR])(
    '[E6] of %i ms: what fell due is announced before the start is over, and only once',
    async (downtime) => {
      for (const command of [make.open(), make.issue()]) await room.send('t1', command);
      const owed = await owedBy('t1', START + downtime);
      await restartAfter(downtime);
      await room.wake.start();
      expect(keys(await firedOf('t1'))).toEqual(owed);
      expect(room.announced.flatMap(({ rows }) => rows)).toHaveLength(owed.length);
      await restartAfter(0);
      await room.wake.start();
      expect(room.announced).toEqual([]);
    },
  );

  test('[E6] what is still to come fires without anybody doing anything', async () => {
    await room.send('t1', make.open());
    await restartAfter(MINUTE);
    await room.wake.start();
    await clock.settle(MINUTE / 2);
    expect(keys(await firedOf('t1'))).toEqual(['budget-warn:AB:0.0']);
  });

  test('[E6] a machine whose clock was set back meanwhile goes on in time and writes nothing into the past', async () => {
    await room.send('t1', make.open());
    await clock.settle(MINUTE);
    await room.send('t1', make.issue());
    const newest = await room.store.newestAt();
    await room.close();
    clock = testClock(START - HOUR);
    const ahead = notBehind(clock, newest);
    expect(ahead.now()).toBe(newest);
    room = openDispatchRoom({ path, clock: ahead });
    await room.wake.start();
    const owed = await owedBy('t1', newest + 4 * MINUTE);
    await clock.settle(4 * MINUTE);
    const fired = await firedOf('t1');
    expect(keys(fired)).toEqual(owed);
    expect(fired.map(({ at }) => at)).toEqual(fired.map(() => newest + 4 * MINUTE));
  });

  test('[T7] a ticket that is entered with its history fires only what is still open', async () => {
    const entered = (minute: number) =>
      ({ how: 'entered', at: START + minute * MINUTE, evidence: 'entered-by-dispatcher' }) as const;
    await clock.settle(30 * MINUTE);
    await room.wake.start();
    const commands = [make.open(entered(0)), make.issue(entered(9)), make.take(entered(20))];
    await room.send('t1', make.open(), { commands });
    await clock.settle();
    const fired = keys(await firedOf('t1'));
    expect(fired.filter((key) => key.includes('AB') || key.includes('not-taken'))).toEqual([]);
    expect(fired).toContain('budget-late:CD:1.0');
    expect(new Set(fired).size).toBe(fired.length);
  });

  test('[E6] a thousand overdue tickets are written together, not one sync after the other', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
    await Promise.all(ids.map((id) => room.send(id, make.open())));
    let passes = 0;
    await restartAfter(2 * HOUR, (store) => ({
      ...store,
      dueTickets(now, limit) {
        passes += 1;
        return store.dueTickets(now, limit);
      },
    }));
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await room.wake.start();
    isOver = true;
    const fired = (await room.rows()).filter((row) => row.kind === 'ticket' && row.event.type === 'duty-fired');
    expect(fired.length).toBe(ids.length * ((await room.ticket('t0')).version - 1));
    expect(passes).toBeLessThan(10);
    expect(turns).toBeLessThan(40);
  });
});

describe('when something fails', () => {
  test('[F6] a disk that is full while duties fire: nothing is announced, and a second later it is tried again', async () => {
    for (const id of ['t1', 't2', 't3']) await room.send(id, make.open());
    await room.wake.start();
    expect(room.wake.isHealthy()).toBe(true);
    const { raw } = room.database;
    const filler = raw.prepare('CREATE TABLE filler (content TEXT)');
    filler.run();
    raw.pragma(`max_page_count = ${String(raw.pragma('page_count', { simple: true }))}`);
    expect(() => {
      for (;;) raw.prepare('INSERT INTO filler VALUES (?)').run('x'.repeat(200));
    }).toThrow('full');
    const told = room.announced.length;
    const fill = raw.prepare('UPDATE filler SET content = content || content');
    expect(() => fill.run()).toThrow('full');
    await clock.settle(50 * MINUTE);
    const stuck = room.announced.length;
    expect(room.wake.isHealthy()).toBe(false);
    expect(room.faults).not.toEqual([]);
    expect(room.announced.flatMap(({ rows }) => rows)).toEqual(await room.rows());
    expect(stuck).toBeLessThan(told + 3);
    raw.pragma('max_page_count = 1000000');
    await clock.settle(SECOND);
    expect(room.wake.isHealthy()).toBe(true);
    for (const id of ['t1', 't2', 't3']) {
      expect(await owedBy(id, clock.now())).toEqual([]);
      expect(new Set(keys(await firedOf(id))).size).toBe((await firedOf(id)).length);
    }
    expect(room.announced.flatMap(({ rows }) => rows)).toEqual(await room.rows());
  });

  test('[E6] a ticket that cannot be read keeps no other from its time, and is fired when it can be read again', async () => {
    for (const id of ['spoiled', 't2', 't3']) {
      await room.send(id, make.open());
      await clock.settle(SECOND);
    }
    const { state } = room.database.raw.prepare(`SELECT state FROM ticket WHERE id = 'spoiled'`).get() as {
      state: string;
    };
    const write = room.database.raw.prepare(`UPDATE ticket SET state = ? WHERE id = 'spoiled'`);
    write.run('{}');
    await room.wake.start();
    await clock.settle(MINUTE * 2);
    expect(keys(await firedOf('t2'))).toContain('budget-warn:AB:0.0');
    expect(keys(await firedOf('t3'))).toContain('budget-warn:AB:0.0');
    expect(room.wake.isHealthy()).toBe(false);
    expect(room.faults.length).toBeGreaterThan(0);
    write.run(state);
    await clock.settle(SECOND);
    expect(room.wake.isHealthy()).toBe(true);
    expect(keys(await firedOf('spoiled'))).toContain('budget-warn:AB:0.0');
  });

  test('a due time that the rules know nothing of is reported, and does not keep the machine busy', async () => {
    await room.send('t1', make.open());
    await room.send('t2', make.open());
    room.database.raw.exec(`UPDATE ticket SET due_at = 1 WHERE id = 't1'`);
    let looks = 0;
    await room.close();
    room = openDispatchRoom({
      path,
      clock,
      store: (store) => ({
        ...store,
        dueTickets(now, limit) {
          looks += 1;
          return store.dueTickets(now, limit);
        },
      }),
    });
    await room.wake.start();
    await pass(1);
    expect(room.wake.isHealthy()).toBe(false);
    expect(String(room.faults.at(-1))).toContain('t1');
    expect(looks).toBeLessThan(200);
    await pass(1);
    expect(room.wake.isHealthy()).toBe(true);
    for (const id of ['t1', 't2']) expect(keys(await firedOf(id))).toEqual(['budget-warn:AB:0.0']);
  });

  test('[E6] a due time that comes while the clock asks for the next one is not lost', async () => {
    const gate = { open: () => {}, isShut: false };
    await room.close();
    room = openDispatchRoom({
      path,
      clock,
      store: (store) => ({
        ...store,
        async nextDueAt() {
          const next = await store.nextDueAt();
          if (!gate.isShut) return next;
          gate.isShut = false;
          await new Promise<void>((resolve) => {
            gate.open = resolve;
          });
          return next;
        },
      }),
    });
    gate.isShut = true;
    const started = room.wake.start();
    await room.send('t1', make.open());
    await clock.settle(1.5 * MINUTE);
    gate.open();
    await started;
    await clock.settle();
    expect(keys(await firedOf('t1'))).toEqual(['budget-warn:AB:0.0']);
  });
});
