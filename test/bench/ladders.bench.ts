import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@faultline/server/src/clock.ts';
import type { Dispatcher } from '@faultline/server/src/dispatcher.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { createEscalation } from '@faultline/server/src/escalation/engine.ts';
import type { PhoneLine } from '@faultline/server/src/escalation/phone-line.ts';
import { createDirectory } from '@faultline/server/src/organisation/directory.ts';
import type { OrganisationWrite } from '@faultline/server/src/store/organisation-store.ts';
import { createCallStore } from '@faultline/server/src/store/sqlite/call-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import { createWake } from '@faultline/server/src/wake.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { heading, isQuick, quantile, report } from './parts/figure.ts';
import { openCommand } from './parts/seed.ts';

/**
 * How late a phone rings after its hop has fallen due, with the feedback, the row and the attempt written before, while
 * very many ladders run; beside bare timers of the same moments. What ladders cost that only wait. How long a phone goes
 * on ringing after somebody has accepted, beside the same acceptance of a ticket that no phone rings for.
 */
const LADDERS = isQuick ? 200 : 1_000;
const ROUNDS = isQuick ? 1 : 3;
const WINDOW: Duration = isQuick ? 2 * SECOND : 10 * SECOND;
const IDLE: Duration = isQuick ? 500 : 2_000;
const ACCEPTED = isQuick ? 50 : 200;
const DISTRICT = 'north';
const LEAD: Actor = { kind: 'person', id: 'user-lead', role: 'lead', departmentId: 'service-centre' };
const DUE_AFTER: Duration = (FIRST_POLICY.feedbackMin.crewNotAcceptedAfterDispatch ?? 0) * MINUTE;

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const real = systemClock();
let shift: Duration = 0;
const database = openDatabase(join(folder, 'faultline.db'));
const store = createJournalStore(database);
const onFault = (error: unknown): never => {
  throw error;
};
const parts = { store, policies: () => [FIRST_POLICY], onListenerFault: onFault };
const past = createDispatcher({ ...parts, clock: { now: () => real.now() + shift, at: real.at } });
const present = createDispatcher({ ...parts, clock: real });
const dispatcher: Dispatcher = {
  submit: present.submit,
  onCommitted(listener) {
    past.onCommitted(listener);
    present.onCommitted(listener);
  },
};

/** Where every phone rings at once; the moments are kept by ticket. */
const rungAt = new Map<string, Instant>();
const silentAt = new Map<string, number>();
const ticketOf = new Map<string, string>();
const line: PhoneLine = {
  id: 'console',
  channels: 1_000_000,
  startsPerSecond: 1_000_000,
  status: () => ({ state: 'up', since: 0, detail: '' }),
  canReach: () => true,
  start: async () => {},
  close: async () => {},
  async place(call) {
    for (const { number } of call.tickets) {
      rungAt.set(number, real.now());
      ticketOf.set(call.id, number);
    }
  },
  say: async () => {},
  async cancel(callId) {
    silentAt.set(ticketOf.get(callId) ?? '', performance.now());
  },
  adopt: async () => new Set(),
  onEvent() {},
};

const organisation = createOrganisationStore(database, store);
const directory = await createDirectory(organisation);
const departments = (count: number): readonly OrganisationWrite[] =>
  Array.from({ length: count }, (_, no) => no).flatMap((no): OrganisationWrite[] => [
    {
      row: 'department',
      department: {
        id: `crew-${no}`,
        district: DISTRICT,
        kind: 'crew',
        name: { zh: `班组 ${no}`, en: `Crew ${no}` },
        crewKind: 'city-supply-station',
        centreId: 'centre-1',
        site: 'north',
        areas: [],
        isActive: true,
      },
    },
    {
      row: 'contact',
      contact: {
        id: `duty-${no}`,
        departmentId: `crew-${no}`,
        role: 'duty',
        vehicleId: null,
        name: '值班',
        phone: `0100${String(no).padStart(6, '0')}`,
        language: 'zh',
      },
    },
  ]);
const writes: readonly OrganisationWrite[] = [
  {
    row: 'district',
    district: { id: DISTRICT, name: { zh: '北', en: 'North' }, timeZone: 'Asia/Shanghai', bounds: [116, 39, 117, 40] },
  },
  { row: 'policy', district: DISTRICT, policy: FIRST_POLICY },
  ...departments(LADDERS),
];
await organisation.commit(
  { district: DISTRICT, change: { what: 'department', id: 'all', how: 'added' }, by: LEAD, at: real.now() },
  writes,
);
directory.apply(writes);

let calls = 0;
const escalation = createEscalation({
  store,
  calls: createCallStore(database),
  directory,
  dispatcher,
  lines: [line],
  clock: real,
  newId: () => {
    calls += 1;
    return `call-${calls}`;
  },
  mostPerNumberAndDay: 1_000,
  onFault,
});
const wake = createWake({ store, dispatcher, clock: real, districtOf: async () => DISTRICT, onFault });

let tickets = 0;
async function send(ticketId: string, commands: readonly TicketCommand[], by = past): Promise<void> {
  const outcome = await by.submit({
    commandId: null,
    district: DISTRICT,
    ticketId,
    commands,
    by: LEAD,
    expectedRevision: null,
  });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
}

/** Dispatched to a crew of its own, so that the crew's silence falls due at `dueAt`. */
async function dispatched(no: number, dueAt: Instant): Promise<string> {
  const id = `ticket-${tickets}`;
  tickets += 1;
  shift = Math.floor(dueAt - DUE_AFTER - real.now());
  const now = { how: 'now', evidence: 'device-online' } as const;
  const opening = openCommand(DISTRICT, tickets);
  const named = opening.type === 'open' ? { ...opening, report: { ...opening.report, number: id } } : opening;
  await send(id, [
    named,
    { type: 'issue', centreId: 'centre-1', wasReceiverConnected: true, time: now },
    {
      type: 'dispatch',
      crewId: `crew-${no}`,
      vehicleId: `vehicle-${no}`,
      supportVehicleIds: [],
      isCoLocated: true,
      wasReceiverConnected: true,
      travelMs: null,
      time: now,
    },
  ]);
  shift = 0;
  return id;
}

function after(ms: Duration): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const accept: TicketCommand = { type: 'accept', legNo: 1, time: { how: 'now', evidence: 'device-online' } };

/** Share of a core in use over a while in which nothing happens. */
async function idleShare(): Promise<number> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await after(IDLE);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1_000 / (performance.now() - startedAt)) * 100;
}

heading(`ladders: ${LADDERS} fall due within ${WINDOW} ms, each at its own phone`);
await wake.start();
await escalation.start();
const idleBefore = await idleShare();
const late = { p50: [] as number[], p99: [] as number[], bare50: [] as number[], bare99: [] as number[] };
const silence = { ours: [] as number[], bare: [] as number[] };
const idle: number[] = [];
let unrung = 0;
let early = 0;
for (let round = 0; round <= ROUNDS; round += 1) {
  const startAt = real.now() + LADDERS * 4 + SECOND;
  const due = new Map<string, Instant>();
  for (let no = 0; no < LADDERS; no += 1) {
    const dueAt = Math.floor(startAt + (no / LADDERS) * WINDOW);
    due.set(await dispatched(no, dueAt), dueAt);
  }
  const bare = await Promise.all(
    [...due.values()].map(
      (at) =>
        new Promise<Duration>((resolve) => setTimeout(() => resolve(real.now() - at), Math.max(0, at - real.now()))),
    ),
  );
  await after(SECOND);
  const ours = [...due].flatMap(([id, at]) => (rungAt.has(id) ? [(rungAt.get(id) ?? 0) - at] : []));
  unrung += due.size - ours.length;
  early += ours.filter((ms) => ms < 0).length;
  const share = await idleShare();
  const accepted = [...due.keys()];
  for (const id of accepted.slice(0, ACCEPTED)) {
    const startedAt = performance.now();
    await send(id, [accept], present);
    const ended = silentAt.get(id);
    if (round > 0 && ended !== undefined) silence.ours.push(ended - startedAt);
  }
  for (let no = 0; no < ACCEPTED; no += 1) {
    const id = await dispatched(no, real.now() + 3 * MINUTE);
    const startedAt = performance.now();
    await send(id, [accept], present);
    if (round > 0) silence.bare.push(performance.now() - startedAt);
  }
  for (const id of accepted.slice(ACCEPTED)) await send(id, [accept], present);
  await after(SECOND);
  if (round === 0) continue;
  late.p50.push(quantile(ours, 0.5));
  late.p99.push(quantile(ours, 0.99));
  late.bare50.push(quantile(bare, 0.5));
  late.bare99.push(quantile(bare, 0.99));
  idle.push(share);
}
const against = 'a bare timer';
report({ id: 'ladder.late.p50', unit: 'ms', values: late.p50, baselines: late.bare50, against });
report({ id: 'ladder.late.p99', unit: 'ms', values: late.p99, baselines: late.bare99, against });
report({ id: 'ladder.early', unit: 'rings', values: [early], goal: '0' });
report({ id: 'ladder.unrung', unit: 'ladders', values: [unrung], goal: '0' });
report({
  id: `ladder.idle.${LADDERS}`,
  unit: '% of a core',
  values: idle,
  baselines: idle.map(() => idleBefore),
  against: 'no ladder',
});
report({
  id: 'ladder.silence.p50',
  unit: 'ms',
  values: [quantile(silence.ours, 0.5)],
  baselines: [quantile(silence.bare, 0.5)],
  against: 'an acceptance alone',
});
report({
  id: 'ladder.silence.p99',
  unit: 'ms',
  values: [quantile(silence.ours, 0.99)],
  baselines: [quantile(silence.bare, 0.99)],
  against: 'an acceptance alone',
  goal: '≤ 1000 ms',
});
await escalation.stop();
await wake.stop();
database.close();
rmSync(folder, { recursive: true });
