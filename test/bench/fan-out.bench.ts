import type { BareAnswers } from './parts/bare-server.ts';
import type { Child } from './parts/child.ts';
import { startChild } from './parts/child.ts';
import type { ConsoleAnswers } from './parts/consoles.ts';
import { heading, isQuick, quantile, report } from './parts/figure.ts';
import type { HubAnswers } from './parts/hub-and-fleet.ts';
import type { Plan } from './parts/plan.ts';
import { nextPlan } from './parts/plan.ts';

/**
 * [P1] What it costs to bring one position to one screen: the hub's gathered frames beside one bare `ws` message per
 * update, at one update a second and vehicle. Both get their positions from a timer of their own process, so that only
 * the way out is measured.
 */
const SIZES = isQuick ? [500] : [50, 500, 5_000];
const CONSOLES = isQuick ? 20 : 200;
const ROUNDS = isQuick ? 1 : 3;
const SECONDS = 1;
const FRAME_INTERVAL_MS = isQuick ? 200 : 500;

interface Side {
  readonly server: Child<Pick<HubAnswers, keyof HubAnswers>> | Child<BareAnswers>;
  readonly consoles: Child<ConsoleAnswers>;
}

interface Round {
  readonly cpuPerDeliveredUs: number;
  readonly deliveredShare: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
}

async function open(file: string, isProduct: boolean): Promise<Side> {
  const server = startChild<BareAnswers>(new URL(file, import.meta.url));
  const consoles = startChild<ConsoleAnswers>(new URL('./parts/consoles.ts', import.meta.url));
  const url = await server.ask('start', { intervalMs: FRAME_INTERVAL_MS });
  await consoles.ask('connect', {
    url,
    tokens: Array.from({ length: CONSOLES }, (_, no) => (isProduct ? `t${no}` : null)),
  });
  return { server, consoles };
}

async function measure({ server, consoles }: Side, plan: Plan): Promise<Round> {
  await consoles.ask('expect', plan);
  const before = await server.ask('usage', false);
  await server.ask('broadcast', plan);
  // The last frame leaves within an interval; what comes later than that has been overtaken anyway.
  await new Promise((resolve) => setTimeout(resolve, FRAME_INTERVAL_MS + 200));
  const after = await server.ask('usage', false);
  const { delivered, delays } = await consoles.ask('received');
  return {
    cpuPerDeliveredUs: (after.cpuUs - before.cpuUs) / delivered,
    deliveredShare: delivered / (plan.updates * CONSOLES),
    delayP50Ms: quantile(delays, 0.5),
    delayP99Ms: quantile(delays, 0.99),
  };
}

heading(`P1 fan-out: 1 update a second and vehicle × ${CONSOLES} consoles, frames of ${FRAME_INTERVAL_MS} ms`);
const hub = await open('./parts/hub-and-fleet.ts', true);
const bare = await open('./parts/bare-server.ts', false);
let plan: Plan | null = null;
for (const vehicles of SIZES) {
  const ours: Round[] = [];
  const theirs: Round[] = [];
  // The first round of a size fills memory that the later ones find, on both sides.
  for (let round = 0; round <= ROUNDS; round += 1) {
    plan = nextPlan(round === 0 ? null : plan, { vehicles, perSecond: vehicles, seconds: SECONDS });
    theirs.push(await measure(bare, plan));
    plan = nextPlan(plan, { vehicles, perSecond: vehicles, seconds: SECONDS });
    ours.push(await measure(hub, plan));
  }
  const column = (rounds: readonly Round[], name: keyof Round): number[] => rounds.slice(1).map((round) => round[name]);
  const against = 'one ws frame per update';
  const figure = (id: string, unit: string, name: keyof Round, goal?: string): void =>
    report({
      id: `P1.${vehicles}x${CONSOLES}.${id}`,
      unit,
      values: column(ours, name),
      baselines: column(theirs, name),
      against,
      ...(goal === undefined ? {} : { goal }),
    });
  figure('cpu', 'µs/delivered', 'cpuPerDeliveredUs', '≤ 1/50 at 5,000 × 200');
  figure('delivered', 'of offered', 'deliveredShare');
  figure('p50', 'ms', 'delayP50Ms');
  figure('p99', 'ms', 'delayP99Ms');
}
await Promise.all([hub, bare].flatMap(({ server, consoles }) => [server.end(), consoles.end()]));
