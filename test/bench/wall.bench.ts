import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FRAME_STRIDE } from '@faultline/shared/wire/live.ts';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { startChild } from './parts/child.ts';
import { heading, isQuick, quantile, report } from './parts/figure.ts';
import { nextPlan } from './parts/plan.ts';
import type { ProductAnswers } from './parts/product.ts';
import { seed } from './parts/seed.ts';
import type { VehicleAnswers } from './parts/vehicles.ts';

/**
 * [P7] The wall in a headless browser that draws in software, while every vehicle moves once a second, beside the same
 * wall while nothing moves.
 */
const SIZES = isQuick ? [500] : [500, 5_000];
const ROUNDS = isQuick ? 1 : 2;
const SECONDS = isQuick ? 2 : 3;
const TICKETS = isQuick ? 20 : 200;
const MAX_LONG_TASK_MS = 100;

interface Seen {
  readonly frameP95Ms: number;
  readonly mainThreadShare: number;
  readonly longTasks: number;
}

/** Runs in the page: intervals between frames, and tasks that took too long, for a while. */
function watch({
  ms,
  longMs,
}: {
  readonly ms: number;
  readonly longMs: number;
}): Promise<{ intervals: number[]; long: number }> {
  return new Promise((resolve) => {
    const intervals: number[] = [];
    let long = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.duration > longMs) long += 1;
    });
    observer.observe({ type: 'longtask' });
    const startedAt = performance.now();
    let previous = startedAt;
    const frame = (now: number): void => {
      intervals.push(now - previous);
      previous = now;
      if (now - startedAt < ms) requestAnimationFrame(frame);
      else {
        observer.disconnect();
        resolve({ intervals: intervals.slice(1), long });
      }
    };
    requestAnimationFrame(frame);
  });
}

async function look(page: Page): Promise<Seen> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const taskSeconds = async (): Promise<number> =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  const before = await taskSeconds();
  const startedAt = performance.now();
  const { intervals, long } = await page.evaluate(watch, { ms: SECONDS * 1_000, longMs: MAX_LONG_TASK_MS });
  const share = (await taskSeconds()) - before;
  const seconds = (performance.now() - startedAt) / 1_000;
  await session.detach();
  return { frameP95Ms: quantile(intervals, 0.95), mainThreadShare: (share / seconds) * 100, longTasks: long };
}

async function measure(vehicles: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const seeded = await seed(folder, { vehicles, walls: 1, tickets: TICKETS });
  const server = startChild<ProductAnswers>(new URL('./parts/product.ts', import.meta.url));
  const fleet = startChild<VehicleAnswers>(new URL('./parts/vehicles.ts', import.meta.url));
  const url = await server.ask('start', { folder, intervalMs: 500 });
  await fleet.ask('connect', { url, tokens: seeded.vehicleTokens });
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1920, height: 1080 },
    reducedMotion: 'reduce',
  });
  await context.addCookies([{ name: 'faultline', value: seeded.wallTokens[0] ?? '', url }]);
  const page = await context.newPage();
  let positions = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = String(payload);
      if (text.startsWith('42["positions"')) positions += text.split(',').length / FRAME_STRIDE;
    }),
  );
  await page.goto('/wall');
  await page.locator('canvas').first().waitFor();
  // Everybody has been seen once, and the map's tiles have been drawn.
  let plan = nextPlan(null, { vehicles, perSecond: vehicles, seconds: 3 });
  await fleet.ask('drive', plan);
  const moving: Seen[] = [];
  const still: Seen[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    still.push(await look(page));
    plan = nextPlan(plan, { vehicles, perSecond: vehicles, seconds: SECONDS + 1 });
    const [seen] = await Promise.all([
      new Promise((resolve) => setTimeout(resolve, 500)).then(() => look(page)),
      fleet.ask('drive', plan),
    ]);
    moving.push(seen);
  }
  if (positions < vehicles) throw new Error(`the wall has heard of ${positions} moves of ${vehicles} vehicles`);
  await context.close();
  await Promise.all([server.end(), fleet.end()]);
  rmSync(folder, { recursive: true });
  const pick = (seen: readonly Seen[], name: keyof Seen): number[] => seen.map((one) => one[name]);
  const figure = (id: string, unit: string, name: keyof Seen, goal: string): void =>
    report({
      id: `P7.${vehicles}.${id}`,
      unit,
      values: pick(moving, name),
      baselines: pick(still, name),
      against: 'the wall while nothing moves',
      goal,
    });
  figure('frame', 'ms p95', 'frameP95Ms', '≤ 34 ms');
  figure('main-thread', '% of a core', 'mainThreadShare', '≤ 15');
  figure('long-tasks', `over ${MAX_LONG_TASK_MS} ms`, 'longTasks', '0');
}

heading(`P7 wall: ${TICKETS} open tickets, every vehicle once a second, software rendering`);
const browser = await launchChromium();
for (const vehicles of SIZES) await measure(vehicles);
await browser.close();
