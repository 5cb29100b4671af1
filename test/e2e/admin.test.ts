import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import type { DepartmentKind } from '@faultline/shared/organisation/organisation.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { boardSchema, ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { commandAnswerSchema } from '@faultline/shared/wire/ticket.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { Seat } from '../support/browser.ts';
import { sees, takePicture, takeSeat } from '../support/browser.ts';
import { SAMPLE_REPORT } from '../support/browser-ticket.ts';
import { launchChromium } from '../support/chromium.ts';
import { runningClock } from '../support/running-clock.ts';

const PASSWORD = 'a long sentence for the test';

describe('the administration from an empty database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-e2e-'));
  let app: App;
  let url: string;
  let browser: Browser;
  let admin: Seat;
  let page: Page;

  beforeAll(async () => {
    const config = readConfig('serve', { ...process.env, DATA_DIR: folder, PORT: '0' });
    const log = createLog({ write: () => {} });
    [app, browser] = await Promise.all([
      createApp(config, { clock: runningClock(), random: randomBytes, log }),
      launchChromium(),
    ]);
    url = await app.listen();
    admin = await takeSeat(browser, url);
    page = admin.page;
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const dialog = (): Locator => page.locator('dialog:modal').last();
  const goTo = (section: string): Promise<void> => page.locator('.admin-nav a', { hasText: section }).click();
  const field = (place: Locator, label: string): Locator => place.getByLabel(new RegExp(`^${label}`));

  /** Saves with the keyboard, as somebody does who has much to enter. */
  async function save(): Promise<void> {
    const open = page.locator('dialog:modal');
    await page.keyboard.press('Control+Enter');
    await open.waitFor({ state: 'detached' });
  }

  async function addDepartment(kind: string, zh: string, en: string, site: string): Promise<void> {
    await page.getByRole('button', { name: /^新增单位/ }).click();
    await field(dialog(), '单位类型').selectOption({ label: kind });
    await field(dialog(), '中文名称').fill(zh);
    await field(dialog(), '英文名称').fill(en);
    await field(dialog(), '办公地点').fill(site);
  }

  async function addUser(login: string, name: string, role: string): Promise<void> {
    await page.getByRole('button', { name: /^新增用户/ }).click();
    await field(dialog(), '用户名').fill(login);
    await field(dialog(), '姓名').fill(name);
    await field(dialog(), '岗位').selectOption({ label: role });
    await field(dialog(), '单位').selectOption({ index: 1 });
    await field(dialog(), '密码').fill(PASSWORD);
    await save();
    await sees(page.locator('.admin-table tr'), login);
  }

  test('an administrator puts the district to work by this page alone', async () => {
    onTestFailed(() => takePicture(page, 'failed-admin'));
    await page.goto('/admin');
    await firstRun();
    await departments();
    await vehicle();
    await people();
    await contacts();
    await goTo('总览');
    await sees(page.locator('.admin-card'), '一切就绪，可以派工');
    await policy();
    await goTo('操作日志');
    await sees(page.getByTestId('journal'), '日志完整，没有被改动');
    await typedWordsAreGuarded();
    expect(admin.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint))).toEqual([]);
  });

  test('[F16] other roles are told whose page it is', async () => {
    const lead = await takeSeat(browser, url);
    const answer = await lead.context.request.post('/api/session', {
      data: { login: 'lead', password: PASSWORD },
      headers: { origin: url },
    });
    expect(answer.ok()).toBe(true);
    await lead.page.goto('/admin/users');
    await sees(lead.page.locator('.state'), '您的岗位不能使用系统管理');
    expect(await lead.page.locator('.admin-nav').count()).toBe(0);
    await lead.close();
  });

  test('the people it has set up bring the first ticket to the vehicle', async () => {
    const lead = await signedIn('lead');
    const centre = await signedIn('centre');
    const { departments, vehicles } = boardSchema.parse(await lead('/api/board'));
    const ofKind = (kind: DepartmentKind): string => departments.find((one) => one.kind === kind)?.id ?? '';
    const { ticketId } = commandAnswerSchema.parse(
      await lead('/api/tickets', { ...SAMPLE_REPORT, commandId: randomUUID() }),
    );
    const act = async (ask: typeof lead, action: PersonalAction): Promise<Ticket> => {
      const { ticket } = ticketAnswerSchema.parse(await ask(`/api/tickets/${ticketId}`));
      await ask(`/api/tickets/${ticketId}/commands`, {
        commandId: randomUUID(),
        expectedRevision: ticket.revision,
        action,
      });
      return ticketAnswerSchema.parse(await ask(`/api/tickets/${ticketId}`)).ticket;
    };
    await act(lead, { type: 'issue', centreId: ofKind('repair-centre') });
    await act(centre, { type: 'take' });
    const vehicleId = vehicles[0]?.id ?? '';
    const ticket = await act(centre, {
      type: 'dispatch',
      crewId: ofKind('crew'),
      vehicleId,
      supportVehicleIds: [],
    });
    expect(ticket).toMatchObject({ policyVersion: 2, legs: [{ vehicleId, isCoLocated: true }] });
  });

  /** Somebody with one of the new accounts, who works without a screen. @throws when he is refused. */
  async function signedIn(login: string): Promise<(path: string, body?: unknown) => Promise<unknown>> {
    const headers: Record<string, string> = { origin: url, 'content-type': 'application/json' };
    const ask = async (path: string, body?: unknown): Promise<Response> => {
      const answer = await fetch(new URL(path, url), {
        headers,
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${login} was refused ${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    const entered = await ask('/api/session', { login, password: PASSWORD });
    headers['cookie'] = (entered.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    return async (path, body) => (await ask(path, body)).json();
  }

  /** Nothing typed is lost by a refusal, and each error stands beside its field. */
  async function firstRun(): Promise<void> {
    const form = page.locator('form');
    await form.getByRole('button', { name: /^启用系统/ }).click();
    await sees(form.locator('.field', { hasText: '首次使用码' }).locator('.field-error'), '请填写此项');
    await field(form, '首次使用码').fill('0000-0000');
    await field(form, '中文名称').fill('北区');
    await field(form, '英文名称').fill('North');
    await field(form, '姓名').fill('管理员');
    await field(form, '密码').fill(PASSWORD);
    await form.getByRole('button', { name: /^启用系统/ }).click();
    await sees(form.locator('.field', { hasText: '首次使用码' }).locator('.field-error'), '码不正确');
    expect(await field(form, '中文名称').inputValue()).toBe('北区');
    await field(form, '首次使用码').fill(app.firstRunCode ?? '');
    await form.getByRole('button', { name: /^启用系统/ }).click();
    await sees(page.locator('.admin-card'), '还缺 9 项');
  }

  async function departments(): Promise<void> {
    await page.locator('[data-step="service-centre"] a').click();
    await sees(page.locator('.state'), '还没有单位');
    await addDepartment('客服中心', '客服中心', 'Service centre', '客服大楼');
    await save();
    await addDepartment('报修中心', '北区报修中心', 'North repair centre', '北区大院');
    await save();
    await sees(page.locator('.admin-table tr'), '北区报修中心');
    await addDepartment('班组', '北区供电所', 'North station', '北区大院');
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '班组类型' }).locator('.field-error'), '请填写此项');
    await field(dialog(), '班组类型').selectOption({ index: 1 });
    await field(dialog(), '报修中心').selectOption({ label: '北区报修中心' });
    await sees(dialog().locator('.field-hint'), '与北区报修中心同址');
    await save();
    await sees(page.locator('.admin-table tr', { hasText: '北区供电所' }), '同址');
  }

  /** The code is typed into a second browser, which goes on duty; the page that shows the code notices by itself. */
  async function vehicle(): Promise<void> {
    await goTo('车辆');
    await page.getByRole('button', { name: /^新增车辆/ }).click();
    await field(dialog(), '班组').selectOption({ label: '北区供电所' });
    await field(dialog(), '呼号').fill('抢修01');
    await field(dialog(), '车牌').fill('京A·F0001');
    await save();
    await page.getByRole('button', { name: '登记码：抢修01' }).click();
    const code = await page.getByTestId('code').textContent();
    const phone = await takeSeat(browser, url, { viewport: { width: 390, height: 844 } });
    await phone.page.goto('/vehicle');
    await phone.page.locator('.vehicle-door-form input').fill(code ?? '');
    await phone.page.locator('.vehicle-door-form button').click();
    await sees(dialog(), '绑定成功');
    await dialog().getByRole('button', { name: '关闭' }).last().click();
    await phone.page.getByRole('button', { name: '在岗', exact: true }).click();
    await sees(page.locator('.admin-table [data-column="duty"]'), '在岗');
    await phone.close();
  }

  async function people(): Promise<void> {
    await goTo('用户');
    await addUser('lead', '值长甲', '值长');
    await addUser('centre', '调度员甲', '报修中心调度员');
    await page.getByRole('button', { name: /^新增用户/ }).click();
    await field(dialog(), '用户名').fill('lead');
    await field(dialog(), '姓名').fill('值长乙');
    await field(dialog(), '岗位').selectOption({ label: '监督' });
    await field(dialog(), '密码').fill(PASSWORD);
    await page.keyboard.press('Control+Enter');
    await sees(dialog().locator('.field', { hasText: '用户名' }).locator('.field-error'), '已被使用');
    expect(await field(dialog(), '姓名').inputValue()).toBe('值长乙');
    await field(dialog(), '用户名').fill('supervisor');
    await save();
  }

  /** Every hole in a ladder is a button that fills it; a number that cannot be dialled is refused beside its field. */
  async function contacts(): Promise<void> {
    await goTo('联系人');
    await sees(page.locator('.admin-warning'), '3 个单位的联系人不全');
    const gaps = page.locator('.admin-gap');
    for (let left = 9; left > 0; left -= 1) {
      await expect.poll(() => gaps.count(), { timeout: 30_000 }).toBe(left);
      await gaps.first().click();
      await field(dialog(), '姓名').fill(`联系人${left}`);
      if (left === 9) {
        await field(dialog(), '电话号码').fill('call me');
        await page.keyboard.press('Control+Enter');
        await sees(dialog().locator('.field-error'), '不是可拨打的号码');
      }
      await field(dialog(), '电话号码').fill(`000-0000 000${left}`);
      await save();
    }
    await page.locator('.admin-warning').waitFor({ state: 'detached' });
    await sees(page.locator('.admin-contact'), '00000000001');
  }

  /** The sum beside the promise while one types; what changes; the confirmation that old tickets keep their judgement. */
  async function policy(): Promise<void> {
    await goTo('时限标准');
    const urban = page.locator('[data-sum="urban"]');
    await sees(urban, /43 分钟\s*45 分钟\s*45 分钟/);
    await page.getByRole('button', { name: /^新增版本/ }).click();
    await page.getByLabel(/^EF /).fill('3');
    await sees(urban, /44 分钟\s*46 分钟\s*45 分钟/);
    await sees(page.locator('.admin-warning'), '城区的环节时限之和超过承诺');
    await sees(page.locator('.admin-changes li'), /EF .*2 分钟 ⇒ 3 分钟/);
    await page.getByRole('button', { name: /^保存为新版本/ }).click();
    await sees(page.locator('.admin-policy-aside .field-error'), '请先确认');
    await page.getByLabel(/^我已知道/).check();
    await page.getByRole('button', { name: /^保存为新版本/ }).click();
    await sees(page.locator('.admin-versions tr', { hasText: '第 2 版' }), '现行');
    await sees(page.locator('.admin-versions tr', { hasText: '第 1 版' }), '已过期');
  }

  async function typedWordsAreGuarded(): Promise<void> {
    await goTo('工种');
    await page.keyboard.press('n');
    await field(dialog(), '中文名称').fill('配电');
    await page.keyboard.press('Escape');
    await sees(dialog(), '修改尚未保存');
    await dialog().getByRole('button', { name: '继续填写' }).click();
    expect(await field(dialog(), '中文名称').inputValue()).toBe('配电');
    await page.keyboard.press('Escape');
    await dialog().getByRole('button', { name: '放弃修改' }).click();
    await dialog().waitFor({ state: 'detached' });
    await sees(page.locator('.state'), '还没有工种');
  }
});
