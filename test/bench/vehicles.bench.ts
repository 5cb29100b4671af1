import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import type { BareAnswers } from './parts/bare-server.ts';
import type { Child, Usage } from './parts/child.ts';
import { startChild } from './parts/child.ts';
import type { ConsoleAnswers } from './parts/consoles.ts';
import { heading, isQuick, quantile, report } from './parts/figure.ts';
import type { Plan } from './parts/plan.ts';
import { nextPlan } from './parts/plan.ts';
import type { ProductAnswers } from './parts/product.ts';
import { seed } from './parts/seed.ts';
import type { VehicleAnswers } from './parts/vehicles.ts';

/**
 * The whole server with its databases on the disk, beside a bare `ws` server that reads the same JSON and sends the
 * same frames: what sign-in, validation, filter, state and track cost on the way from a vehicle to the consoles.
 */
const VEHICLES = isQuick ? 500 : 5_000;
const RATES = isQuick ? [500] : [500, 5_000];
const CONSOLES = isQuick ? 20 : 50;
const ROUNDS = isQuick ? 1 : 3;
const SECONDS = isQuick ? 1 : 2;
const INGEST_PER_SECOND = isQuick ? 2_000 : 10_000;
const TICKETS_PER_ROUND = isQuick ? 10 : 30;
const TICKETS_PER_SECOND = 20;
const IDLE_CONSOLES = isQuick ? 50 : 100;
const FRAME_INTERVAL_MS = isQuick ? 200 : 500;

/** One server with the processes that speak to it. */
interface Side {
  readonly url: string;
  usage(isExact: boolean): Promise<Usage>;
  readonly vehicles: Child<VehicleAnswers>;
  readonly consoles: Child<ConsoleAnswers>;
  end(): Promise<void>;
}

interface Round {
  readonly cpuUs: number;
  readonly mainUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly deliveredShare: number;
  readonly loopP99Ms: number;
  readonly sentLateMs: number;
}

const part = (name: string): URL => new URL(`./parts/${name}.ts`, import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const seeded = await seed(folder, { vehicles: VEHICLES, walls: 20, tickets: 0 });
let plan: Plan | null = null;

async function beside(url: string, server: Pick<Side, 'usage' | 'end'>): Promise<Side> {
  const vehicles = startChild<VehicleAnswers>(part('vehicles'));
  const consoles = startChild<ConsoleAnswers>(part('consoles'));
  await vehicles.ask('connect', { url, tokens: seeded.vehicleTokens });
  const end = async (): Promise<void> => void (await Promise.all([vehicles.end(), consoles.end(), server.end()]));
  return { url, usage: server.usage, vehicles, consoles, end };
}

async function openProduct(): Promise<Side> {
  const server = startChild<ProductAnswers>(part('product'));
  const url = await server.ask('start', { folder, intervalMs: FRAME_INTERVAL_MS });
  return beside(url, { usage: (isExact) => server.ask('usage', isExact), end: server.end });
}

async function openBare(): Promise<Side> {
  const server = startChild<BareAnswers>(part('bare-server'));
  const url = await server.ask('start', { intervalMs: FRAME_INTERVAL_MS });
  return beside(url, { usage: (isExact) => server.ask('usage', isExact), end: server.end });
}

/** @param from the wall tokens of the product, `null` for the bare server, which asks for none. */
function consoleTokens(from: readonly string[] | null, count: number): (string | null)[] {
  return Array.from({ length: count }, (_, no) => from?.[no % from.length] ?? null);
}

/** @param isWatched whether the consoles read the positions; where they do not, they are as quick as so many machines. */
async function drive(side: Side, perSecond: number, isWatched = true): Promise<Round> {
  plan = nextPlan(plan, { vehicles: VEHICLES, perSecond, seconds: SECONDS });
  if (isWatched) await side.consoles.ask('expect', plan);
  const before = await side.usage(false);
  const sentLateMs = await side.vehicles.ask('drive', plan);
  // The last frame leaves within an interval; by then the track's worker has had its share too.
  await new Promise((resolve) => setTimeout(resolve, FRAME_INTERVAL_MS + 200));
  const after = await side.usage(false);
  const { delivered, delays } = await side.consoles.ask('received');
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / plan.updates,
    mainUs: (after.mainUs - before.mainUs) / plan.updates,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    deliveredShare: delivered / (plan.updates * CONSOLES),
    loopP99Ms: after.loopP99Ms,
    sentLateMs,
  };
}

/** Rounds in turns, after one on each side that nobody counts. */
async function inTurns(perSecond: number): Promise<{ ours: readonly Round[]; theirs: readonly Round[] }> {
  const rounds = { ours: [] as Round[], theirs: [] as Round[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    rounds.theirs.push(await drive(theirs, perSecond));
    rounds.ours.push(await drive(ours, perSecond));
  }
  return { ours: rounds.ours.slice(1), theirs: rounds.theirs.slice(1) };
}

/** Opens tickets at their own times over HTTP and looks when every console had them. @returns ms from due to seen. */
async function eventDelays(): Promise<number[]> {
  await ours.consoles.ask('ticketsSeen');
  const startsAt = Date.now() + 100;
  const opened = await Promise.all(
    Array.from({ length: TICKETS_PER_ROUND }, async (_, no) => {
      const dueAtMs = startsAt + (no / TICKETS_PER_SECOND) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, dueAtMs - Date.now()));
      return { ticketId: await openTicket(), dueAtMs };
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  const seen = await ours.consoles.ask('ticketsSeen');
  return opened.flatMap(({ ticketId, dueAtMs }) => (seen[ticketId] ?? []).map((seenAtMs) => seenAtMs - dueAtMs));
}

async function openTicket(): Promise<string> {
  const answer = await fetch(`${ours.url}/api/tickets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ours.url, cookie: seeded.leadCookie },
    body: JSON.stringify({
      commandId: randomUUID(),
      areaClass: 'urban',
      place: { lon: 116.4, lat: 39.9, street: '东四北大街', area: '东城区' },
      faultClass: 'low-voltage',
      faultText: '全楼无电',
      caller: null,
    }),
  });
  if (!answer.ok) throw new Error(`a ticket was refused: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as CommandAnswer).ticketId;
}

/** Consoles that join and then do nothing: what each holds on the server, kB. */
async function heldPerConsole(side: Side, tokens: readonly string[] | null): Promise<number[]> {
  const held: number[] = [];
  await side.consoles.ask('disconnect');
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await side.usage(true);
    await side.consoles.ask('connect', { url: side.url, tokens: consoleTokens(tokens, IDLE_CONSOLES) });
    const after = await side.usage(true);
    held.push((after.heldBytes - before.heldBytes) / IDLE_CONSOLES / 1_024);
  }
  return held;
}

heading(`P2 P3 P4 P9: ${VEHICLES} vehicles on their own sockets, frames of ${FRAME_INTERVAL_MS} ms`);
const [ours, theirs] = await Promise.all([openProduct(), openBare()]);
const pick = (rounds: readonly Round[], name: keyof Round): number[] => rounds.map((round) => round[name]);

const ingest = await inTurns(INGEST_PER_SECOND);
report({
  id: `P3.ingest.${INGEST_PER_SECOND}`,
  unit: 'µs/update',
  values: pick(ingest.ours, 'cpuUs'),
  baselines: pick(ingest.theirs, 'cpuUs'),
  against: 'a bare ws JSON reader',
  goal: '≤ 1.25 (0.8 of its throughput)',
});
report({
  id: `P3.ingest.${INGEST_PER_SECOND}.main`,
  unit: 'µs/update',
  values: pick(ingest.ours, 'mainUs'),
  baselines: pick(ingest.theirs, 'mainUs'),
  against: 'its thread (the track has another)',
});
report({
  id: 'P3.loop',
  unit: 'ms p99',
  values: pick(ingest.ours, 'loopP99Ms'),
  baselines: pick(ingest.theirs, 'loopP99Ms'),
});
report({
  id: 'P3.sender-late',
  unit: 'ms',
  values: pick(ingest.ours, 'sentLateMs'),
  baselines: pick(ingest.theirs, 'sentLateMs'),
});

await ours.consoles.ask('connect', { url: ours.url, tokens: consoleTokens(seeded.wallTokens, CONSOLES) });
await theirs.consoles.ask('connect', { url: theirs.url, tokens: consoleTokens(null, CONSOLES) });
for (const perSecond of RATES) {
  const rounds = await inTurns(perSecond);
  const figure = (id: string, unit: string, name: keyof Round, goal?: string): void =>
    report({
      id: `P2.${perSecond}.${id}`,
      unit,
      values: pick(rounds.ours, name),
      baselines: pick(rounds.theirs, name),
      against: 'bare parse-and-forward',
      ...(goal === undefined ? {} : { goal }),
    });
  figure('p50', 'ms', 'p50');
  figure('p99', 'ms', 'p99', `≤ 1.10, ≤ ${FRAME_INTERVAL_MS + 20} ms`);
  figure('cpu', 'µs/update', 'cpuUs', '≤ 1.4');
  figure('delivered', 'of offered', 'deliveredShare');
}

const quiet: number[] = [];
const loaded: number[] = [];
const loadedPerSecond = RATES.at(-1) ?? 0;
for (let round = 0; round <= ROUNDS; round += 1) {
  quiet.push(quantile(await eventDelays(), 0.99));
  const [, delays] = await Promise.all([drive(ours, loadedPerSecond, false), eventDelays()]);
  loaded.push(quantile(delays, 0.99));
}
report({
  id: `P4.event.${loadedPerSecond}`,
  unit: 'ms p99',
  values: loaded.slice(1),
  baselines: quiet.slice(1),
  against: 'the same without positions',
  goal: '≤ 2.5',
});

report({
  id: `P9.rss.${VEHICLES}+${CONSOLES}`,
  unit: 'MB',
  values: [(await ours.usage(true)).rssBytes / 2 ** 20],
  baselines: [(await theirs.usage(true)).rssBytes / 2 ** 20],
});
const perConsole = { ours: await heldPerConsole(ours, seeded.wallTokens), theirs: await heldPerConsole(theirs, null) };
report({
  id: 'P9.console',
  unit: 'kB',
  values: perConsole.ours,
  baselines: perConsole.theirs,
  against: 'a bare ws connection',
  goal: '≤ 40 kB',
});
await Promise.all([ours.end(), theirs.end()]);
rmSync(folder, { recursive: true });
