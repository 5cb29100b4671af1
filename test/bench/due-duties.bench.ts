import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@faultline/server/src/clock.ts';
import type { Dispatcher } from '@faultline/server/src/dispatcher.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createWake } from '@faultline/server/src/wake.ts';
import { nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import { heading, isQuick, quantile, report } from './parts/figure.ts';
import { openCommand } from './parts/seed.ts';

/**
 * [P5] How late a due duty stands in the journal, written and announced, while very many other tickets wait for theirs;
 * beside a bare `setTimeout` for the same moments in the same process, which writes nothing. And what waiting costs.
 */
const SIZES = isQuick ? [1_000] : [1_000, 10_000, 100_000];
const ROUNDS = isQuick ? 1 : 3;
const DUTIES = isQuick ? 50 : 100;
const WINDOW: Duration = isQuick ? 800 : 2_000;
const IDLE: Duration = isQuick ? 500 : 1_500;
const TOGETHER = 256;
const DISTRICT = 'north';
const LEAD: Actor = { kind: 'person', id: 'user-lead', role: 'lead', departmentId: 'service-centre' };

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const real = systemClock();
/** How far from now the tickets that are written at this moment were opened. */
let shift: Duration = 0;
const store = createJournalStore(openDatabase(join(folder, 'faultline.db')));
const onFault = (error: unknown): never => {
  throw error;
};
const room = { store, policies: () => [FIRST_POLICY], onListenerFault: onFault };
/** Tickets are opened at moments that have passed, and fire in time. */
const opening = createDispatcher({ ...room, clock: { now: () => real.now() + shift, at: real.at } });
const firing = createDispatcher({ ...room, clock: real });
const dispatcher: Dispatcher = {
  submit: firing.submit,
  onCommitted(listener) {
    opening.onCommitted(listener);
    firing.onCommitted(listener);
  },
};
const wake = createWake({ store, dispatcher, clock: real, districtOf: async () => DISTRICT, onFault });
const lateness = new Map<string, Duration>();
dispatcher.onCommitted(({ rows, after }) => {
  const now = real.now();
  for (const row of rows)
    if (row.kind === 'ticket' && 'dueAt' in row.event) lateness.set(after.id, now - row.event.dueAt);
});
let tickets = 0;

async function open(): Promise<{ readonly id: string; readonly dueAt: Instant }> {
  const no = tickets;
  tickets += 1;
  const id = `ticket-${no}`;
  const outcome = await opening.submit({
    commandId: id,
    district: DISTRICT,
    ticketId: id,
    commands: [openCommand(DISTRICT, no)],
    by: LEAD,
    expectedRevision: null,
  });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  const ticket = await store.ticket(id);
  const dueAt = ticket === null ? null : nextDueAt(ticket, FIRST_POLICY);
  if (dueAt === null) throw new Error('an open ticket has a due time');
  return { id, dueAt };
}

/** Tickets that will not fall due while anybody measures. */
async function fillTo(size: number): Promise<void> {
  shift = HOUR;
  while (tickets < size) await Promise.all(Array.from({ length: Math.min(TOGETHER, size - tickets) }, open));
  shift = 0;
}

/** @returns how late each duty was, and a bare timer of the same moment. */
async function fall(): Promise<{ readonly ours: Duration[]; readonly bare: Duration[] }> {
  const first = await open();
  const wait = first.dueAt - real.now();
  const due: Instant[] = [];
  const ids: string[] = [];
  for (let no = 0; no < DUTIES; no += 1) {
    shift = 1_000 + (no / DUTIES) * WINDOW - wait;
    shift = Math.floor(shift);
    const { id, dueAt } = await open();
    ids.push(id);
    due.push(dueAt);
  }
  shift = 0;
  const bare = await Promise.all(
    due.map(
      (at) =>
        new Promise<Duration>((resolve) => setTimeout(() => resolve(real.now() - at), Math.max(0, at - real.now()))),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { ours: ids.flatMap((id) => lateness.get(id) ?? []), bare };
}

/** Share of a core in use over a while in which nothing happens. */
async function idleShare(): Promise<number> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, IDLE));
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1_000 / (performance.now() - startedAt)) * 100;
}

heading(`P5 due duties: ${DUTIES} fall due within ${WINDOW} ms`);
for (const size of SIZES) {
  await fillTo(size);
  await wake.start();
  const p99 = { ours: [] as number[], bare: [] as number[] };
  let early = 0;
  let fired = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { ours, bare } = await fall();
    early += ours.filter((late) => late < 0).length;
    fired += ours.length;
    if (round === 0) continue;
    p99.ours.push(quantile(ours, 0.99));
    p99.bare.push(quantile(bare, 0.99));
  }
  const goal = '≤ 5 ms';
  report({
    id: `P5.late.${size}`,
    unit: 'ms p99',
    values: p99.ours,
    baselines: p99.bare,
    against: 'a bare timer',
    goal,
  });
  report({ id: `P5.early.${size}`, unit: 'duties', values: [early], goal: `0 of ${fired} fired` });
  report({ id: `P5.unfired.${size}`, unit: 'duties', values: [DUTIES * (ROUNDS + 1) - fired], goal: '0' });
  await wake.stop();
}
// The last and greatest size.
const idle = { waiting: [] as number[], stopped: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  await wake.start();
  idle.waiting.push(await idleShare());
  await wake.stop();
  idle.stopped.push(await idleShare());
}
report({
  id: `P5.idle.${SIZES.at(-1)}`,
  unit: '% of a core',
  values: idle.waiting,
  baselines: idle.stopped,
  against: 'without the wake',
  goal: '≤ 0.1',
});
rmSync(folder, { recursive: true });
