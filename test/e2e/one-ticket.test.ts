import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { enterAs, sees, takePicture, takeSeat } from '../support/browser.ts';
import type { ServerProcess } from '../support/browser-server.ts';
import { startServer } from '../support/browser-server.ts';
import { launchChromium } from '../support/chromium.ts';

/** Between Tiananmen and Qianmen, in the area of the Inner City repair centre. */
const FAULT = { longitude: 116.4035, latitude: 39.9085 };
const FIRST_VEHICLE = 'vehicle-01';
const FIRST_CALL_SIGN = '抢修01';
const SECOND_VEHICLE = 'vehicle-02';
const SECOND_CALL_SIGN = '抢修02';

describe('one ticket, from the call to the crew and back to the desk', () => {
  let server: ServerProcess;
  let browser: Browser;
  let isServerAway = false;
  const seats: Record<string, Seat> = {};

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await server.end();
  });

  async function seat(name: string, options: Parameters<typeof takeSeat>[2] = {}): Promise<Page> {
    const taken = await takeSeat(browser, server.url, { mayLoseServer: () => isServerAway, ...options });
    seats[name] = taken;
    return taken.page;
  }

  async function person(login: string): Promise<Page> {
    const page = await seat(login);
    const taken = seats[login];
    if (taken) await enterAs(taken, login);
    return page;
  }

  async function vehicle(id: string, callSign: string): Promise<Page> {
    const page = await seat(id, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      permissions: ['geolocation'],
      geolocation: { longitude: FAULT.longitude - 0.02, latitude: FAULT.latitude - 0.01, accuracy: 8 },
    });
    await page.goto('/vehicle');
    await page.locator(`[data-vehicle="${id}"]`).click();
    await sees(page.locator('.vehicle-who'), callSign);
    await page.locator('[data-link="open"]').waitFor();
    await page.locator('[data-gps="known"]').waitFor();
    return page;
  }

  test('[F3] by hand through every page, over a recall and a power cut of the server', async () => {
    onTestFailed(async () => {
      for (const [name, { page }] of Object.entries(seats)) await takePicture(page, `failed-one-ticket-${name}`);
    });
    const wall = await person('wall');
    const agent = await person('agent');
    const lead = await person('lead');
    const centre = await person('centre1');
    const firstVehicle = await vehicle(FIRST_VEHICLE, FIRST_CALL_SIGN);
    const secondVehicle = await vehicle(SECOND_VEHICLE, SECOND_CALL_SIGN);

    // A: the agent writes down what the caller says.
    await agent.locator('.map-ground').click();
    await expectValue(agent.getByLabel('街道'), /\S/);
    await agent.getByLabel('详细地址').fill('3 号楼 2 单元 501');
    await agent.getByRole('button', { name: '整栋楼停电' }).click();
    await agent.getByLabel('姓名').fill('演示客户');
    await agent.getByLabel('电话', { exact: true }).fill('00000000199');
    await agent.getByRole('button', { name: /客户已挂机/ }).click();
    await agent.getByRole('button', { name: /保存工单/ }).click();
    const opened = agent.getByRole('status', { name: /工单 .* 已建立/ });
    const number = /工单 (\S+) 已建立/.exec((await opened.locator('p').first().textContent()) ?? '')?.[1] ?? '';
    expect(number).not.toBe('');

    // The wall shows it at once, and its countdown runs.
    const onWall = wall.locator(`[data-ticket="${number}"]`);
    const letter = onWall.locator('.segment-letters');
    await sees(letter, 'AB');
    await runs(onWall.locator('.urgent-time .countdown').first());

    // B: the lead issues it. C follows by itself, because a desk of the centre is there.
    await row(lead, number).click();
    await act(lead, '下发');
    await lead.getByRole('button', { name: '城区报修中心', exact: false }).first().click();
    await lead.getByRole('button', { name: /^下发至/ }).click();
    await point(lead, 'C').waitFor();
    await sees(letter, 'CD');

    // D, to the first vehicle.
    await row(centre, number).click();
    await act(centre, '接单');
    await sees(centre.getByTestId('phase'), '报修中心已接单');
    await dispatchTo(centre, FIRST_CALL_SIGN);
    await sees(letter, /EF|FG/);

    // E by itself, then the crew accepts.
    await sees(firstVehicle.locator('.vehicle-ticket-number'), number);
    await point(centre, 'E').waitFor();
    await next(firstVehicle, '接单');
    await point(centre, 'F').waitFor();
    await sees(letter, 'FG');

    // It was the wrong vehicle: the screen of the first one is taken until somebody has read it.
    await act(centre, '召回');
    await centre.getByRole('dialog').getByLabel('原因').selectOption({ label: '派错单位' });
    await centre.getByRole('dialog').getByRole('button', { name: /^召回/ }).click();
    const recall = firstVehicle.getByRole('alertdialog');
    await sees(recall, '工单已召回');
    await sees(recall, '派错单位');
    await sees(letter, 'CD');

    // The power fails before the crew has pressed; the pages come back by themselves and miss nothing.
    isServerAway = true;
    await server.kill();
    await firstVehicle.locator('[data-link="waiting"]').waitFor();
    await recall.getByRole('button', { name: '我已知道' }).click();
    await sees(firstVehicle.locator('.vehicle-sign-more').first(), '1 项待发送');
    await server.start();
    await firstVehicle.locator('[data-link="open"][data-well="true"]').waitFor();
    await sees(centre.locator('.receipt'), '车辆已确认召回');
    await wall.locator('[data-freshness="live"]').waitFor();
    isServerAway = false;

    // The second leg: D to the second vehicle, F, G, H, cleared.
    await dispatchTo(centre, SECOND_CALL_SIGN);
    await sees(secondVehicle.locator('.vehicle-ticket-number'), number);
    await next(secondVehicle, '接单');
    await sees(letter, 'FG');
    await next(secondVehicle, '出发');
    await sees(letter, 'GH');
    await seats[SECOND_VEHICLE]?.context.setGeolocation({ ...FAULT, accuracy: 6 });
    await next(secondVehicle, '到达现场');
    await point(centre, 'H').waitFor();
    await next(secondVehicle, '处理完毕');

    // Nothing runs on the wall any more.
    await onWall.waitFor({ state: 'detached' });

    // The crew writes the record where it stands.
    await secondVehicle.getByRole('button', { name: '熔断器熔断' }).click();
    await secondVehicle.getByRole('button', { name: '过负荷' }).click();
    await secondVehicle.getByRole('button', { name: '更换熔断器' }).click();
    await secondVehicle.getByRole('button', { name: '提交故障记录' }).click();
    await sees(secondVehicle.locator('.vehicle-empty'), '暂无工单');

    // The agent closes it.
    await agent.getByRole('button', { name: '查看', exact: true }).click();
    await sees(agent.getByTestId('phase'), '已记录');
    await act(agent, '归档');
    const page = agent.getByRole('link', { name: '查看工单页面' });
    await page.waitFor();
    await page.click();

    // The sheet says all of it: eight points on the way that was gone, both legs in the ledger, and the verdict.
    await sees(agent.locator('.sheet-phase'), '已归档');
    await sees(agent.locator('.promise'), '承诺兑现');
    const points = await agent.locator('.points tbody th').allTextContents();
    expect(points.map((text) => text.slice(0, 1)).join('')).toBe('ABCDEFDEFGH');
    const hops = await agent.locator('.ledger tbody th').allTextContents();
    expect(hops.map((text) => text.slice(0, 2))).toEqual([
      'AB',
      'BC',
      'CD',
      'DE',
      'EF',
      'FG',
      'CD',
      'DE',
      'EF',
      'FG',
      'GH',
    ]);
    await sees(agent.locator('.ledger'), '召回');
    await sees(agent.locator('.sheet'), '更换熔断器');
    for (const name of ['建单', '下发', '召回', '召回已确认', '故障记录', '归档'])
      await sees(agent.locator('.journal'), name);

    const complaints = Object.entries(seats).flatMap(([who, taken]) =>
      taken.complaints.map((text) => `${who}: ${text}`),
    );
    expect(complaints).toEqual([]);
  });
});

function row(desk: Page, number: string): Locator {
  return desk.locator('.row', { hasText: number });
}

async function act(desk: Page, name: string): Promise<void> {
  await desk.locator('.action-bar').getByRole('button', { name, exact: true }).click();
}

async function dispatchTo(desk: Page, callSign: string): Promise<void> {
  await act(desk, '派工');
  await desk.getByRole('searchbox').fill(callSign);
  await desk.locator('.vehicle-option').getByRole('button', { name: callSign }).click();
  await desk.getByRole('button', { name: new RegExp(`^派 ${callSign}`) }).click();
  await point(desk, 'D').waitFor();
}

/** A point of the ticket that is done, as the desk shows it. */
function point(desk: Page, letter: string): Locator {
  return desk.locator(`.delivery [data-point="${letter}"][data-done]`);
}

/** Presses the one large button. */
async function next(vehicle: Page, step: string): Promise<void> {
  await vehicle.locator('.vehicle-next').getByRole('button', { name: step }).click();
}

/** Resolves when what it says has changed: a clock that stands still never lets it. */
async function runs(countdown: Locator): Promise<void> {
  const before = await countdown.textContent();
  await countdown.filter({ hasNotText: before ?? '' }).waitFor();
}

async function expectValue(field: Locator, value: RegExp): Promise<void> {
  const handle = await field.elementHandle();
  await field
    .page()
    .waitForFunction(
      ([element, source]) => element instanceof HTMLInputElement && new RegExp(String(source)).test(element.value),
      [handle, value.source] as const,
    );
}
