import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { SEEN_WITHIN_MS, sees, signInAs, takePicture, takeSeat } from '../support/browser.ts';
import type { ServerProcess } from '../support/browser-server.ts';
import { startServer } from '../support/browser-server.ts';
import { handOf } from '../support/browser-ticket.ts';
import { launchChromium } from '../support/chromium.ts';

/** The board is cut off half a minute after the last word; what follows from it is on the screen soon after. */
const CUT_OFF_WITHIN_MS = 30_000 + SEEN_WITHIN_MS;

describe('the server dies', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await server.end();
  });

  async function watch(login: string, path: string): Promise<Seat> {
    const seat = await takeSeat(browser, server.url, { mayLoseServer: () => true });
    await signInAs(seat, server.url, login);
    await seat.page.goto(path);
    await seat.page.locator('[data-freshness="live"]').waitFor();
    return seat;
  }

  test('[D1] the wall fades, says since when nothing is known, and comes back by itself', async () => {
    const agent = await handOf(server.url, 'agent');
    const before = await agent.open();
    const wall = await watch('wall', '/wall');
    const desk = await watch('lead', '/desk');
    onTestFailed(async () => {
      await takePicture(wall.page, 'failed-cut-off-wall');
      await takePicture(desk.page, 'failed-cut-off-desk');
    });
    const row = wall.page.locator(`[data-ticket="${before.report.number}"]`);
    await sees(row.locator('.countdown').first(), /\d\d:\d\d/);
    const moving = wall.page.locator('.map-canvas').first();
    expect([await opacityOf(row), await opacityOf(moving)]).toEqual([1, 1]);

    await server.kill();
    await wall.page.locator('[data-freshness="late"]').waitFor();

    const faded = wall.page.locator('.wall[data-cut-off]');
    await faded.waitFor({ timeout: CUT_OFF_WITHIN_MS });
    await sees(wall.page.getByRole('alert'), /\d\d:\d\d:\d\d 起情况未知/);
    // What was known stays to be seen; what is not known is not guessed, and no colour says that all is well.
    await sees(row.locator('.countdown').first(), '--:--');
    expect(await row.getAttribute('data-budget')).toBe('unknown');
    await wall.page.locator('.map[data-cut-off]').waitFor();
    for (const faint of [row, moving]) expect(await opacityOf(faint)).toBeLessThan(0.7);
    await sees(desk.page.locator('.cut-off'), '起情况未知');
    await sees(desk.page.locator('.row', { hasText: before.report.number }).locator('.countdown').first(), '--:--');
    await takePicture(wall.page, 'wall-cut-off');
    await takePicture(desk.page, 'desk-cut-off');

    await server.start();
    await faded.waitFor({ state: 'detached' });
    await wall.page.locator('[data-freshness="live"]').waitFor();
    await sees(row.locator('.countdown').first(), /\d\d:\d\d/);
    await desk.page.locator('.cut-off').waitFor({ state: 'detached' });

    // What happens after it is seen without a reload.
    const after = await (await handOf(server.url, 'agent')).open({
      faultText: '电线掉落',
      faultClass: 'public-hazard',
    });
    await wall.page.locator(`[data-ticket="${after.report.number}"]`).waitFor();
    await desk.page.locator('.row', { hasText: after.report.number }).waitFor();
    expect([...wall.complaints, ...desk.complaints]).toEqual([]);
  });
});

/** Of the element within everything that it lies in, from 0 (not to be seen) to 1. */
function opacityOf(element: Locator): Promise<number> {
  return element.evaluate((start) => {
    let opacity = 1;
    for (let at: Element | null = start; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  });
}
