import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import type { Language, Seat } from '../support/browser.ts';
import { takePicture, takeSeat } from '../support/browser.ts';
import { launchChromium } from '../support/chromium.ts';
import type { PhoneServer } from '../support/phone-server.ts';
import { startPhoneServer } from '../support/phone-server.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const DUTY = 'contact-crew-qianmen-duty';
const SCREENS = { desktop: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } } as const;
const CLIENT_DIST = process.env['CLIENT_DIST'] ?? fileURLToPath(new URL('../../client/dist', import.meta.url));

describe('a duty phone in a browser', () => {
  let browser: Browser;
  let server: PhoneServer;
  let seat: Seat;
  let isServerGone = false;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    isServerGone = false;
    server = await startPhoneServer({ clientDist: CLIENT_DIST });
    onTestFailed(() => takePicture(seat.page, 'failed-phone'));
  });
  afterEach(async () => {
    expect(seat.complaints).toEqual([]);
    await seat.close();
    if (!isServerGone) await server.stop();
  });

  /** A phone that stands by, paired by one click. */
  async function standingBy(language: Language = 'zh-CN'): Promise<Page> {
    seat = await takeSeat(browser, server.origin, { language, mayLoseServer: () => isServerGone });
    const { page } = seat;
    await page.goto(language === 'en' ? '/phone?lang=en' : '/phone');
    await page.locator(`[data-contact="${DUTY}"]`).click();
    await page.locator('[data-reach="ready"]').waitFor();
    return page;
  }
  const card = (page: Page, name: string) => page.locator(`[data-testid="${name}"]`);
  const pictured = async (page: Page, name: string): Promise<void> => {
    for (const [screen, size] of Object.entries(SCREENS)) {
      await page.setViewportSize(size);
      await takePicture(page, `phone-${name}-${screen}`);
      expect(await faultsOf(page), `${name} on ${screen}`).toEqual([]);
    }
  };

  test('[E4] rings, is answered and accepts by key, without a mouse', async () => {
    server.nextRings.set(DUTY, server.clock.now() + 90_000);
    seat = await takeSeat(browser, server.origin);
    const { page } = seat;
    await page.goto('/');
    await page.locator('[data-testid="phone-door"]').click();
    await card(page, 'demo-phones').waitFor();
    await pictured(page, 'door');
    expect(await page.locator('[data-contact]').first().getAttribute('data-contact')).toBe(DUTY);
    await page.locator(`[data-contact="${DUTY}"]`).click();
    await page.locator('[data-reach="ready"]').waitFor();
    await pictured(page, 'standby');

    const ringing = server.told(({ type }) => type === 'ringing');
    const call = server.callTo(DUTY);
    await server.line.place(call);
    await ringing;
    await card(page, 'ring-card').filter({ hasText: '东城区' }).waitFor();
    expect(await page.title()).toMatch(/来电|值班电话/);
    await pictured(page, 'ring');
    const answered = server.told(({ type }) => type === 'answered');
    await page.keyboard.press('Enter');
    await answered;
    await card(page, 'said').filter({ hasText: call.opening }).waitFor();
    await pictured(page, 'talk');

    const details = server.told(({ type }) => type === 'key');
    await page.keyboard.press('3');
    expect(await details).toMatchObject({ key: '3' });
    await server.line.say(call.id, '东长安街1号，全楼停电。按1接单，按2无法处理。', false);
    await card(page, 'said').filter({ hasText: '东长安街1号' }).waitFor();
    const yes = server.told(({ type }) => type === 'key');
    await page.keyboard.press('1');
    expect(await yes).toMatchObject({ key: '1' });
    const ended = server.told(({ type }) => type === 'ended');
    await server.line.say(call.id, '已接单，谢谢。', true);
    expect(await ended).toMatchObject({ cause: 'hung-up' });
    await card(page, 'over-card').filter({ hasText: '已接单' }).waitFor();
    await pictured(page, 'over');
    await page.keyboard.press('Enter');
    await card(page, 'standby').filter({ hasText: '按键 31' }).waitFor();
  });

  test('[E6] goes on ringing over a reload, and says that the browser holds its sound back', async () => {
    const page = await standingBy();
    await page.reload();
    await page.locator('[data-reach="ready"]').waitFor();
    const banner = card(page, 'sound-banner');
    await banner.waitFor();
    expect(await banner.getAttribute('data-sound')).toBe('held-back');
    await takePicture(page, 'phone-held-back');

    const ringing = server.told(({ type }) => type === 'ringing');
    await server.line.place(server.callTo(DUTY));
    await ringing;
    await card(page, 'ring-card').waitFor();
    await page.reload();
    await card(page, 'ring-card').waitFor();
    await banner.getByRole('button').click();
    await banner.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '拒接' }).click();
    await card(page, 'over-card').filter({ hasText: '已拒接' }).waitFor();
    expect(server.events.at(-1)).toMatchObject({ type: 'ended', cause: 'declined' });
  });

  test('[E3] falls silent when the ticket is taken elsewhere, and says by whom', async () => {
    const page = await standingBy('en');
    const ringing = server.told(({ type }) => type === 'ringing');
    await server.line.place(server.callTo(DUTY));
    await ringing;
    await card(page, 'ring-card').filter({ hasText: 'Call from the dispatch console' }).waitFor();
    await takePicture(page, 'phone-ring-en');
    await server.line.cancel(`call-${DUTY}`, 'done-elsewhere', '王五已接单');
    await card(page, 'over-card').filter({ hasText: '王五已接单' }).waitFor();
  });

  test('[D1] says in large letters that it cannot be rung', async () => {
    const page = await standingBy();
    isServerGone = true;
    await server.stop();
    await page.locator('[data-reach="cut-off"]').filter({ hasText: '打不通' }).waitFor();
    await pictured(page, 'cut-off');
  });

  test('is told when its pairing was taken back', async () => {
    const page = await standingBy();
    await server.request('POST', `/api/organisation/contacts/${DUTY}/phone/revoke`, { login: 'admin' });
    await page.getByRole('alert').filter({ hasText: '授权已被收回' }).waitFor();
  });

  test('a card rings no longer than its time, whatever becomes of the server', async () => {
    const page = await standingBy();
    const ringing = server.told(({ type }) => type === 'ringing');
    const ringUntil = server.clock.now() + 2 * SECOND;
    await server.line.place(server.callTo(DUTY, { ringUntil, talkUntil: ringUntil + MINUTE }));
    await ringing;
    await card(page, 'ring-card').waitFor();
    isServerGone = true;
    await server.stop();
    await card(page, 'over-card').filter({ hasText: '无人接听' }).waitFor();
  });
});

/** What of the page a person could not read or reach. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const results = await page.evaluate(async () => {
    const axe: { run(options: object): Promise<AxeResults> } = Reflect.get(window, 'axe');
    return axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  });
  const violations = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const isTooWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  return isTooWide ? [...violations, 'scrolls sideways'] : violations;
}
