import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { sees, signInAs, takePicture, takeSeat } from '../support/browser.ts';
import type { ListeningApp } from '../support/browser-app.ts';
import { listenToApp } from '../support/browser-app.ts';
import { launchChromium } from '../support/chromium.ts';
import { pairPhone, phoneClient } from '../support/phone-client.ts';

describe('the administration of the calls, in the sample district', () => {
  let app: ListeningApp;
  let browser: Browser;
  let admin: Seat;
  let page: Page;

  beforeAll(async () => {
    [app, browser] = await Promise.all([listenToApp(), launchChromium()]);
    admin = await takeSeat(browser, app.url);
    page = admin.page;
    await signInAs(admin, app.url, 'admin');
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const dialog = (): Locator => page.locator('dialog:modal').last();
  const field = (place: Locator, label: string): Locator => place.getByLabel(new RegExp(`^${label}`));
  const closed = (): Promise<void> => page.locator('dialog:modal').waitFor({ state: 'detached' });
  const row = (text: string): Locator => page.locator('.admin-table tbody tr', { hasText: text });

  async function open(section: string): Promise<void> {
    onTestFailed(() => takePicture(page, `failed-admin-calls-${section}`));
    await page.goto(`/admin/${section}`);
    // The heading stands there before the lists were read; their first button is what a key may press.
    await page.locator('.admin-body .button').first().waitFor();
  }

  test('[E2] [E7] a browser is paired by a code, rung for a test, and cut off again', async () => {
    await open('contacts');
    const contact = row('前门供电站值班电话');
    await sees(contact, '没有线路可达');
    await contact.getByRole('button', { name: /^绑定/ }).click();
    const code = await page.getByTestId('code').textContent();
    const { token } = await pairPhone(app.url, { code: code ?? '' });
    const phone = phoneClient({ url: app.url, token });
    await phone.connect();
    await sees(dialog(), '绑定成功');
    await dialog().getByRole('button', { name: '关闭' }).last().click();
    await sees(contact, '在线');
    await sees(contact, '未发现问题');

    await contact.getByRole('button', { name: /^试拨/ }).click();
    await page.keyboard.press('Control+Enter');
    await phone.rung();
    await sees(dialog().locator('[data-stage="ringing"][data-state="done"]'), '对方响铃');
    await phone.answer();
    await sees(dialog().locator('[data-stage="answered"][data-state="done"]'), '对方接听');
    await phone.press('1');
    await sees(page.getByTestId('test-verdict'), '打通了');
    await dialog().getByRole('button', { name: '关闭' }).last().click();

    await contact.getByRole('button', { name: /^收回授权/ }).click();
    const cut = phone.closed();
    await dialog().getByRole('button', { name: '收回授权' }).click();
    await cut;
    await sees(contact, '没有线路可达');
    expect(admin.complaints).toEqual([]);
  });

  test('[E4] [E7] an answer without a key, such as a voicemail gives, marks the contact as not reached', async () => {
    await open('contacts');
    const contact = row('前门供电站主管甲');
    await contact.getByRole('button', { name: /^绑定/ }).click();
    const { token } = await pairPhone(app.url, { code: (await page.getByTestId('code').textContent()) ?? '' });
    const phone = phoneClient({ url: app.url, token });
    await phone.connect();
    await sees(dialog(), '绑定成功');
    await dialog().getByRole('button', { name: '关闭' }).last().click();
    await contact.getByRole('button', { name: /^试拨/ }).click();
    await page.keyboard.press('Control+Enter');
    await phone.rung();
    await phone.answer();
    phone.hangUp();
    await sees(page.getByTestId('test-verdict'), '没有打通：接听未按键');
    await dialog().getByRole('button', { name: '关闭' }).last().click();
    await sees(contact, '接听未按键');
    await page.goto('/admin/lines');
    await sees(row('前门供电站主管甲'), '试拨');
    phone.cut();
  });

  test('[E1] a contact may be without a number, which is said', async () => {
    await open('contacts');
    await page.keyboard.press('n');
    await field(dialog(), '单位').selectOption({ label: '西单供电站' });
    await field(dialog(), '角色').selectOption({ label: '车载电话' });
    await field(dialog(), '姓名').fill('无号车载');
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '车辆' }).locator('.field-error'), '请填写此项');
    await field(dialog(), '车辆').selectOption({ index: 1 });
    await page.keyboard.press('Control+Enter');
    await closed();
    await sees(row('无号车载'), '打不通：没有号码');
  });

  test('[E8] a gap of the coming day is filled by an override that is seen before it is saved', async () => {
    await open('roster');
    const gap = page.locator('.admin-warning .admin-findings > li');
    await sees(gap, '无人值班');
    expect(await page.locator('.roster-bar[data-gap]').count()).toBeGreaterThan(0);
    await gap.first().getByRole('button').click();
    const shown = dialog().locator('.roster-bar[data-found-by="override"]');
    expect(await shown.count()).toBe(0);
    await field(dialog(), '值班人').selectOption({ index: 1 });
    await shown.first().waitFor();
    await page.keyboard.press('Control+Enter');
    await closed();
    await sees(page.locator('.admin-body'), '今后 24 小时每一级都有人值班');
  });

  test('[E8] a rotation is entered by keyboard, a person in it cannot be removed, and says where', async () => {
    await open('roster');
    const department = page.locator('.roster-department select');
    await department.selectOption({ label: '西单供电站' });
    await department.blur();
    await page.keyboard.press('r');
    await field(dialog(), '担任').selectOption({ label: '第一领导' });
    await field(dialog(), '加入一人').selectOption({ label: '西单供电站主管甲（第一领导）' });
    await field(dialog(), '加入一人').selectOption({ label: '西单供电站主管乙（第二领导）' });
    await dialog().getByRole('button', { name: '西单供电站主管乙提前' }).click();
    await field(dialog(), '每人天数').fill('61');
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '每人天数' }).locator('.field-error'), '超出范围');
    await field(dialog(), '每人天数').fill('1');
    await dialog().locator('.roster-bar[data-found-by="rotation"]').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await closed();
    await sees(row('轮值'), '西单供电站主管乙 → 西单供电站主管甲');

    await open('contacts');
    await page.getByRole('button', { name: '西单供电站主管甲', exact: true }).click();
    await dialog().getByRole('button', { name: '删除' }).click();
    await dialog().getByRole('button', { name: '删除' }).last().click();
    await sees(dialog(), '值班表里还排着此人');
    await sees(dialog().locator('li'), '每人 1 天');
  });

  test('[E1] one ladder is edited for all hops that have it, and the change is said before it is saved', async () => {
    await open('policy');
    await page.getByRole('button', { name: /^新增版本/ }).click();
    const steps = page.locator('.ladder-steps');
    await steps.getByRole('button', { name: '删除第 3 步' }).click();
    await steps.getByLabel(/^次数/).first().fill('11');
    await page.getByLabel(/^我已知道/).check();
    await page.getByRole('button', { name: /^保存为新版本/ }).click();
    await sees(steps.locator('.field-error'), '1 至 10');
    await steps.getByLabel(/^次数/).first().fill('3');
    const changes = page.locator('.admin-changes li');
    await sees(changes, /报修中心未接单: .*第二领导 2 次 ⇒ 值班电话 3 次 → 第一领导 2 次/);
    expect(await changes.count()).toBe(4);
    await page.getByRole('button', { name: /^保存为新版本/ }).click();
    await sees(page.locator('.admin-versions tr', { hasText: '第 2 版' }), '现行');
    await sees(page.locator('.admin-figures tr', { hasText: '班组未接单' }), '值班电话 3 次 → 第一领导 2 次');
  });

  test('[E1] a rehearsal says whom the running policy would ring, and when', async () => {
    await open('rehearsal');
    await sees(page.locator('.admin-body'), '若一直无人接听，共拨打 5 次');
    expect(await page.locator('.admin-table tbody tr').count()).toBe(5);
    expect(await page.locator('.rehearsal-bar').count()).toBe(5);
  });

  test('a pronunciation is added once, changed and removed', async () => {
    await open('lines');
    await sees(row('网页值班电话'), '正常');
    await page.keyboard.press('n');
    await field(dialog(), '写法').fill('重合闸');
    await field(dialog(), '念法').fill('chonghezha');
    await sees(dialog().locator('.field-hint'), '不像带声调数字的拼音');
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '念法' }).locator('.field-error'), /./);
    await field(dialog(), '念法').fill('chong2he2zha2');
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '写法' }).locator('.field-error'), /./);
    await field(dialog(), '写法').fill('调度');
    await field(dialog(), '念法').fill('diao4du4');
    await page.keyboard.press('Control+Enter');
    await closed();
    await row('调度').getByRole('button', { name: /^删除/ }).click();
    await dialog().getByRole('button', { name: '删除' }).click();
    await row('调度').waitFor({ state: 'detached' });
    expect(admin.complaints.filter((complaint) => !complaint.includes('status of 409'))).toEqual([]);
  });
});
