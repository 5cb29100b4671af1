import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { expect, test } from 'vitest';
import type { CallRoom } from '../support/call-room.ts';
import { contactOf, departmentOf, openCallRoom } from '../support/call-room.ts';
import type { TestClock } from '../support/clock.ts';
import { testClock } from '../support/clock.ts';
import { quickFolder } from '../support/quick-folder.ts';
import type { SeededLine } from '../support/seeded-line.ts';
import { createSeededLine } from '../support/seeded-line.ts';

const CREWS = 40;
const TICKETS = 500;
const CHANNELS = 8;
const SEED = 20_261_122;

function crewId(n: number): string {
  return `crew-${n % CREWS}`;
}

/** Forty crews with a duty phone and two chiefs each. */
async function enterCrews(room: CallRoom): Promise<void> {
  for (let n = 0; n < CREWS; n += 1) {
    const contacts = (['duty', 'chief-1', 'chief-2'] as const).map((role, index) => ({
      row: 'contact' as const,
      contact: contactOf(crewId(n), role, { phone: `03${index}${String(n).padStart(6, '0')}` }),
    }));
    await room.write({ row: 'department', department: departmentOf(crewId(n), 'crew') }, ...contacts);
  }
}

/** What must be true at every moment of the storm. */
function check(tickets: readonly Ticket[], line: SeededLine, clock: TestClock): void {
  expect(line.collisions, 'one person is never rung twice at the same moment').toEqual([]);
  expect(line.mostAtOnce()).toBeLessThanOrEqual(CHANNELS);
  for (const { legs, feedbacks } of tickets) {
    for (const feedback of feedbacks) {
      const isDone = feedback.kind !== 'crew-not-accepted' || legs[0]?.F !== null;
      if (feedback.ended !== null) expect(isDone, 'a feedback ends with its hop only').toBe(true);
      expect(feedback.attempts.filter(({ outcome }) => outcome === null).length).toBeLessThanOrEqual(1);
      for (const { endedAt, at } of feedback.attempts) expect(endedAt ?? clock.now()).toBeGreaterThanOrEqual(at);
    }
  }
}

test('[E3] [E5] [E6] 500 silent tickets of 40 crews over 8 channels, with two crashes: all are accepted in the end', async () => {
  const folder = quickFolder('storm');
  const path = join(folder, 'faultline.db');
  const clock = testClock();
  let line = createSeededLine(clock, SEED, { channels: CHANNELS, startsPerSecond: 4 });
  let room = await openCallRoom({ path, clock, lines: [line] });
  const faults: unknown[] = [];
  try {
    await enterCrews(room);
    await Promise.all(Array.from({ length: TICKETS }, (_, n) => room.dispatched(`t${n}`, crewId(n))));
    await room.pass(4 * MINUTE + 2 * SECOND);
    const waiting = room.escalation.waiting('east');
    expect(waiting.length, 'most wait for a channel').toBeGreaterThan(TICKETS / 2);
    const byHand = (await room.store.openTickets('east')).filter(({ feedbacks }) =>
      feedbacks.some(({ attempts }) => attempts.some(({ line: by }) => by === 'manual')),
    );
    expect(byHand.length, 'who would wait longer than two minutes is shown to a person beside').toBeGreaterThan(0);
    for (const crash of [1, 2]) {
      await room.pass(5 * MINUTE);
      check(await room.store.openTickets('east'), line, clock);
      faults.push(...room.faults);
      room.crash();
      line = createSeededLine(clock, SEED + crash, { channels: CHANNELS, startsPerSecond: 4 });
      room = await openCallRoom({ path, clock, lines: [line] });
    }
    for (let hour = 0; hour < 12; hour += 1) {
      const silent = (await room.store.openTickets('east')).filter(({ legs }) => legs[0]?.F === null);
      if (silent.length === 0) break;
      await room.pass(HOUR / 4);
      check(await room.store.openTickets('east'), line, clock);
    }
    const tickets = await room.store.openTickets('east');
    expect(tickets.filter(({ legs }) => legs[0]?.F)).toHaveLength(TICKETS);
    faults.push(...room.faults);
    expect(faults).toEqual([]);
  } finally {
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
