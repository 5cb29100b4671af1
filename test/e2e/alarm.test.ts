import { MINUTE } from '@faultline/shared/time.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { enterAs, sees, takePicture, takeSeat } from '../support/browser.ts';
import type { ListeningApp } from '../support/browser-app.ts';
import { listenToApp } from '../support/browser-app.ts';
import { handOf } from '../support/browser-ticket.ts';
import { launchChromium } from '../support/chromium.ts';

describe('an alarm at the fourth minute', () => {
  let app: ListeningApp;
  let browser: Browser;
  const seats: Record<string, Seat> = {};

  beforeAll(async () => {
    [app, browser] = await Promise.all([listenToApp(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function person(login: string): Promise<Page> {
    const taken = await takeSeat(browser, app.url);
    seats[login] = taken;
    await enterAs(taken, login);
    return taken.page;
  }

  test('[E1] an untaken ticket becomes a call that nothing ends but the hop itself', async () => {
    onTestFailed(async () => {
      for (const [name, { page }] of Object.entries(seats)) await takePicture(page, `failed-alarm-${name}`);
    });
    const lead = await person('lead');
    const centre = await person('centre1');
    const wall = await person('wall');
    const agent = await handOf(app.url, 'agent');
    const { id, report } = await agent.open();
    const { number } = report;

    const onLead = lead.locator('.row', { hasText: number });
    await onLead.click();
    await lead.locator('.action-bar').getByRole('button', { name: '下发' }).click();
    await lead.getByRole('button', { name: /^下发至城区报修中心/ }).click();
    await lead.locator('.delivery [data-point="C"][data-done]').waitFor();
    const issuedAt = (await agent.read(id)).issues[0]?.B.at ?? Number.NaN;

    // A minute before: what is late is said, and nobody has to phone yet.
    app.advanceTo(issuedAt + 3 * MINUTE);
    await sees(lead.locator('.alarm'), '环节超时');
    await lead.locator('.work-tools').getByRole('button', { name: '电话任务' }).click();
    const calls = lead.locator('.calls');
    await sees(calls, '没有需要拨打的电话');
    expect(app.clock.now(), 'this was looked at before the fourth minute').toBeLessThan(issuedAt + 4 * MINUTE);

    // The fourth minute: the call at the lead's desk, the alarm on the wall and at the centre itself.
    app.advanceTo(issuedAt + 4 * MINUTE);
    const call = lead.getByRole('article', { name: '致电城区报修中心' });
    await sees(call.locator('.call-items'), '报修中心未接单');
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor();
    const atCentre = centre.locator('.alarm', { hasText: number });
    await sees(atCentre, /报修中心未(接单|派工)/);

    // It can be claimed, for five minutes, and it can be worked at. It cannot be sent away.
    await atCentre.getByRole('button', { name: /^确认告警/ }).click();
    await sees(atCentre, '处理中');
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor({ state: 'detached' });
    await call.getByRole('button', { name: '已答复' }).click();
    await sees(call, /已答复，暂停至/);
    await sees(call.locator('.call-items'), '报修中心未接单');
    await expect(handOf(app.url, 'lead').then((hand) => hand.read(id))).resolves.toMatchObject({
      feedbacks: [{ kind: 'centre-not-taken', ended: null, attempts: [{ outcome: 'acknowledged' }] }, {}],
    });
    app.clock.advance(5 * MINUTE);
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor();
    await atCentre.getByRole('button', { name: /^确认告警/ }).waitFor();

    // The centre takes it: that call is over at once. The next one ends with the dispatch.
    await centre.locator('.row', { hasText: number }).click();
    await centre.locator('.action-bar').getByRole('button', { name: '接单', exact: true }).click();
    await call.locator('.call-items li', { hasText: '报修中心未接单' }).waitFor({ state: 'detached' });
    await sees(call.locator('.call-items'), '报修中心未派工');
    await handOf(app.url, 'centre1').then((hand) =>
      hand.act(id, { type: 'dispatch', crewId: 'crew-qianmen', vehicleId: 'vehicle-01', supportVehicleIds: [] }),
    );
    await sees(calls, '没有需要拨打的电话');
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor({ state: 'detached' });
    await centre.locator('.alarm', { hasText: '报修中心未' }).waitFor({ state: 'detached' });

    const complaints = Object.entries(seats).flatMap(([who, taken]) =>
      taken.complaints.map((text) => `${who}: ${text}`),
    );
    expect(complaints).toEqual([]);
  });
});
