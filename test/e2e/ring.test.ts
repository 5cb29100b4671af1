import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { enterAs, sees, takePicture, takeSeat } from '../support/browser.ts';
import type { ListeningApp } from '../support/browser-app.ts';
import { listenToApp } from '../support/browser-app.ts';
import type { Hand } from '../support/browser-ticket.ts';
import { handOf } from '../support/browser-ticket.ts';
import { giveVoice, hears } from '../support/browser-voice.ts';
import { launchChromium } from '../support/chromium.ts';

const CREW = 'crew-qianmen';
const CREW_NAME = '前门供电站';
const DESKTOP = { width: 1920, height: 1080 };
const POCKET = { width: 390, height: 844 };
const VIDEO_WALL = { width: 3840, height: 2160 };
/** A phone that has not answered a ping for longer is cut off: time is moved in steps that it can answer. */
const STEP = 8 * SECOND;
/** From the opening of a ticket to its ladder: long enough to open the phone's page, short enough for one step of it. */
const SOON = 19 * SECOND;

describe('a silent crew is rung in a browser', () => {
  let app: ListeningApp;
  let browser: Browser;
  let agent: Hand;
  let wall: Page;
  let centre: Page;
  let phone: Page;
  const seats: Record<string, Seat> = {};

  beforeAll(async () => {
    [app, browser] = await Promise.all([listenToApp(), launchChromium()]);
    agent = await handOf(app.url, 'agent');
    wall = await person('wall');
    centre = await person('centre1');
    await centre.locator('.work-tools').getByRole('button', { name: '电话任务' }).click();
    const seat = await takeSeat(browser, app.url);
    await giveVoice(seat.context);
    seats['phone'] = seat;
    phone = seat.page;
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function person(login: string): Promise<Page> {
    const seat = await takeSeat(browser, app.url);
    seats[login] = seat;
    await enterAs(seat, login);
    return seat.page;
  }

  /** A ticket from paper that lies with its crew; its ladder begins `after` from now. [T7] */
  async function dispatched(after: number): Promise<{ readonly id: string; readonly number: string; dueAt: number }> {
    const dueAt = app.clock.now() + after;
    const at = dueAt - 4 * MINUTE;
    const steps = [
      { point: 'B' as const, at: at - 20 * SECOND, centreId: 'centre-inner' },
      { point: 'C' as const, at: at - 10 * SECOND },
      { point: 'D' as const, at, crewId: CREW, vehicleId: 'vehicle-01' },
      { point: 'E' as const, at: at + SECOND },
    ];
    const { id, report } = await agent.open({ paper: { at: at - 30 * SECOND, steps } });
    return { id, number: report.number, dueAt };
  }

  const card = (name: string): Locator => phone.getByTestId(name);
  const panel = (): Locator => centre.getByRole('article', { name: `致电${CREW_NAME}` });
  const row = (number: string): Locator => wall.locator(`[data-ticket="${number}"]`);

  async function pictured(page: Page, name: string, sizes: Readonly<Record<string, typeof DESKTOP>>): Promise<void> {
    for (const [screen, size] of Object.entries(sizes)) {
      await page.setViewportSize(size);
      await takePicture(page, `ring-${name}-${screen}`);
      const isTooWide = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth > clientWidth;
      });
      expect(isTooWide, `${name} on ${screen} scrolls sideways`).toBe(false);
    }
    await page.setViewportSize(DESKTOP);
  }

  /** Time passes at the pace at which the phone still answers: its own clock is waited for after each step. */
  async function pass(duration: number, shownBy: Locator): Promise<void> {
    const until = app.clock.now() + duration;
    while (app.clock.now() < until) {
      const before = await shownBy.textContent();
      app.clock.advance(Math.min(STEP, until - app.clock.now()));
      await shownBy.filter({ hasNotText: before ?? '' }).waitFor();
    }
  }

  function keepPicturesOnFailure(): void {
    onTestFailed(async () => {
      for (const [name, { page }] of Object.entries(seats)) await takePicture(page, `failed-ring-${name}`);
    });
  }

  function expectNoComplaints(): void {
    const said = Object.entries(seats).flatMap(([who, { complaints }]) => complaints.map((text) => `${who}: ${text}`));
    expect(said).toEqual([]);
  }

  test('[E1] [E4] rings, speaks, takes key 1, and everybody sees the ticket accepted', async () => {
    keepPicturesOnFailure();
    const { id, number, dueAt } = await dispatched(SOON);

    // The visitor is led to the phone that is about to ring.
    await phone.goto('/');
    await card('phone-door').click();
    const first = phone.locator('[data-contact]').first();
    await sees(first, CREW_NAME);
    await sees(first, /后响铃/);
    await first.click();
    await phone.locator('[data-reach="ready"]').waitFor();
    await pictured(phone, 'standby', { pocket: POCKET, desktop: DESKTOP });

    app.advanceTo(dueAt);
    await sees(card('ring-card'), '抢修调度台来电');
    await sees(card('ring-card'), '东城区');
    await sees(card('ring-card'), number);
    expect(await card('ring-card').textContent(), 'no street before a key').not.toContain('前门东大街');
    await runs(phone.locator('.phone-left .countdown'));
    await pictured(phone, 'ringing', { pocket: POCKET, desktop: DESKTOP });

    // A page that nobody has touched since it was loaded may make no sound: it says so, and a tap lets it ring.
    await phone.reload();
    await phone.locator('[data-sound="held-back"]').getByRole('button', { name: '开启铃声' }).click();
    await card('sound-banner').waitFor({ state: 'detached' });
    await card('ring-card').waitFor();

    // The wall says that a phone rings and where; the desk says whom, and for how long.
    await sees(wall.getByTestId('phones-at-work'), '1 部电话正在响');
    await sees(wall.getByTestId('phones-at-work'), CREW_NAME);
    await row(number).locator('[data-phone="ringing"]').waitFor();
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor();
    await pictured(wall, 'wall', { desktop: DESKTOP, 'video-wall': VIDEO_WALL });
    await sees(panel(), `${CREW_NAME}值班电话 响铃中`);
    await pictured(centre, 'desk', { desktop: DESKTOP });

    await phone.getByRole('button', { name: '接听' }).click();
    await sees(card('said'), `紧急催办，${CREW_NAME}`);
    await hears(phone, `紧急催办，${CREW_NAME}`);
    await sees(panel(), '已接听');
    await row(number).locator('[data-phone="talking"]').waitFor();
    await pictured(phone, 'speaking', { pocket: POCKET, desktop: DESKTOP });

    await phone.getByRole('button', { name: /接单/ }).click();
    await sees(card('over-card'), '已接单，谢谢。');
    await sees(card('over-card'), '前门东大街');
    await hears(phone, '已接单，谢谢。');
    await pictured(phone, 'accepted', { pocket: POCKET, desktop: DESKTOP });

    await sees(row(number).locator('.segment-letters'), 'FG');
    await wall.getByTestId('phones-at-work').waitFor({ state: 'detached' });
    await wall.locator('.alarm-card[data-kind="feedback"]').waitFor({ state: 'detached' });
    await panel().waitFor({ state: 'detached' });

    // Every call stands on the ticket, with its key and its times.
    const sheet = await seats['centre1']?.context.newPage();
    if (!sheet) throw new Error('the centre has a seat');
    await sheet.goto(`/ticket/${id}`);
    const attempt = sheet.locator('.attempt').last();
    await sees(attempt, '已答复');
    await sees(attempt, '按键 1');
    await sees(attempt, /拨出 \d\d:\d\d:\d\d · 接听 \d\d:\d\d:\d\d/);
    await sees(attempt, '网页值班电话');
    await takePicture(sheet, 'ring-ticket-accepted', { isWhole: true });
    await sheet.close();
    expect((await agent.read(id)).legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
    expectNoComplaints();
  });

  test('[E3] falls silent when the desk accepts the ticket, and says who has done it', async () => {
    keepPicturesOnFailure();
    await phone.goto('/phone?lang=en');
    await phone.locator('[data-reach="ready"]').waitFor();
    await pictured(phone, 'standby-en', { pocket: POCKET, desktop: DESKTOP });
    const { id, number } = await dispatched(0);
    await sees(card('ring-card'), number);
    await pictured(phone, 'ringing-en', { pocket: POCKET, desktop: DESKTOP });

    await panel().getByRole('button', { name: number }).click();
    await centre.locator('.action-bar').getByRole('button', { name: '电话报告' }).click();
    await centre
      .getByRole('dialog')
      .getByRole('button', { name: /^班组已接单/ })
      .click();
    await centre.getByRole('dialog').getByRole('button', { name: /^登记/ }).click();
    await phone.locator('[data-ending="done-elsewhere"]').waitFor();
    await sees(card('over-card'), '该工单已由城区调度员接单');
    await pictured(phone, 'done-elsewhere-en', { pocket: POCKET, desktop: DESKTOP });
    await wall.getByTestId('phones-at-work').waitFor({ state: 'detached' });
    await expect(agent.read(id)).resolves.toMatchObject({
      feedbacks: [{ ended: { cause: 'accepted' }, attempts: [{ outcome: 'cancelled' }] }],
    });
    await centre.locator('.work-tools').getByRole('button', { name: '电话任务' }).click();
    expectNoComplaints();
  });

  test('[E2] goes on to the next step, waits for whoever takes it over, and is written down by hand', async () => {
    keepPicturesOnFailure();
    await phone.goto('/phone?lang=zh-CN');
    await phone.locator('[data-reach="ready"]').waitFor();
    const { id } = await dispatched(0);
    await card('ring-card').waitFor();
    const ringUntil = Number((await agent.read(id)).feedbacks[0]?.attempts[0]?.at) + 30 * SECOND;
    await pass(ringUntil - app.clock.now() - SECOND, phone.locator('.phone-left .countdown'));
    app.clock.advance(SECOND);
    await sees(card('over-card'), '无人接听，系统会再次呼叫，或转呼下一位。');
    await phone.getByRole('button', { name: '知道了' }).click();
    await sees(panel(), /下一步拨打值班电话 还有 00:[0-3]\d/);
    await takePicture(centre, 'ring-desk-next-desktop');

    // Taken over: the phone stays silent beyond the moment at which it would have rung.
    await panel()
      .getByRole('button', { name: /^接手拨打/ })
      .click();
    await sees(panel(), /城区调度员.*接手拨打至 \d\d:\d\d/);
    await pass(MINUTE, phone.locator('.phone-clock'));
    expect(await card('ring-card').count()).toBe(0);
    await pictured(centre, 'desk-held', { desktop: DESKTOP });

    // Given back: it rings at once.
    await panel()
      .getByRole('button', { name: /^交还系统拨打/ })
      .click();
    await card('ring-card').waitFor();

    // Taken over while it rings, it falls silent and says so; that try is not counted.
    await panel()
      .getByRole('button', { name: /^接手拨打/ })
      .click();
    await phone.locator('[data-ending="taken-over"]').waitFor();
    await phone.getByRole('button', { name: '知道了' }).click();
    await panel()
      .getByRole('button', { name: /^交还系统拨打/ })
      .click();
    await card('ring-card').waitFor();
    await phone.getByRole('button', { name: '拒接' }).click();
    await sees(card('over-card'), '已拒接');

    // The next step has no phone that could ring: a person is asked to, and writes down what came of it.
    await sees(panel(), `请拨打${CREW_NAME}主管甲并登记结果`);
    await panel().getByLabel('备注').fill('主管手机已接通');
    await panel()
      .locator('.outcomes')
      .getByRole('button', { name: /^已答复/ })
      .click();
    await sees(panel(), '暂停至');
    await pictured(centre, 'desk-paused', { desktop: DESKTOP });
    const sheet = await seats['centre1']?.context.newPage();
    if (!sheet) throw new Error('the centre has a seat');
    await sheet.goto(`/ticket/${id}`);
    const attempts = sheet.locator('.attempt');
    await sees(attempts.nth(0), '无人接听');
    await sees(attempts.nth(1), '已停止');
    await sees(attempts.nth(2), '拒接');
    await sees(attempts.nth(3), `${CREW_NAME}主管甲`);
    await sees(attempts.nth(3), /已答复[\s\S]*人工拨打[\s\S]*由城区调度员.*结束/);
    await sees(attempts.nth(3), '主管手机已接通');
    await takePicture(sheet, 'ring-ticket-by-hand', { isWhole: true });
    await sheet.close();
    await expect(agent.read(id)).resolves.toMatchObject({ feedbacks: [{ ended: null }] });
    expectNoComplaints();
  });
});

/** Resolves when what it says has changed: a clock that stands still never lets it. */
async function runs(countdown: Locator): Promise<void> {
  const before = await countdown.textContent();
  await countdown.filter({ hasNotText: before ?? '' }).waitFor();
}
