import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Language, Seat } from '../support/browser.ts';
import { signInAs, takePicture, takeSeat } from '../support/browser.ts';
import type { ListeningApp } from '../support/browser-app.ts';
import { listenToApp } from '../support/browser-app.ts';
import type { FullBoard } from '../support/browser-board.ts';
import { fillBoard, WORKING_VEHICLE } from '../support/browser-board.ts';
import { launchChromium } from '../support/chromium.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
const SCREENS = { desktop: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } } as const;
const VIDEO_WALL = { width: 3840, height: 2160 };
/** A4 within the style sheet's margins of 14 mm, at 96 pixels an inch. */
const PAPER = { width: 688, height: 1017 };

/** What a missing sentence looks like: its key, or a gap that nothing was put into. */
const RAW_TEXT =
  /(?<![\w@/.-])(?:[a-z]+:)?[a-z][a-zA-Z-]*(?:\.[a-zA-Z][\w-]*)+(?![\w/])|\{\{|\}\}|undefined|NaN|\[object/;

interface Look {
  readonly name: string;
  /** Nobody is signed in where this is missing. */
  readonly login?: string;
  readonly path: (board: FullBoard) => string;
  /** On the screen when the page has come to rest. */
  readonly ready: string;
  /** What somebody does before the page looks like this. */
  readonly first?: (page: Page) => Promise<void>;
}

const ADMIN_SECTIONS = [
  'departments',
  'trades',
  'vehicles',
  'contacts',
  'roster',
  'policy',
  'rehearsal',
  'lines',
  'users',
  'walls',
  'journal',
] as const;

const LOOKS: readonly Look[] = [
  { name: 'start', path: () => '/', ready: '[data-testid="demo"]' },
  { name: 'start-signed-in', login: 'lead', path: () => '/', ready: '[data-testid="signed-in"]' },
  { name: 'wall', login: 'wall', path: () => '/wall', ready: '[data-testid="wall"] .map-canvas' },
  { name: 'wall-unpaired', path: () => '/wall', ready: 'form' },
  { name: 'desk-intake', login: 'agent', path: () => '/desk', ready: '.intake' },
  { name: 'desk-ticket', login: 'lead', path: ({ untaken }) => `/desk?ticket=${untaken.id}`, ready: '.ticket-pane' },
  {
    name: 'desk-issue',
    login: 'lead',
    path: ({ toIssue }) => `/desk?ticket=${toIssue.id}&pane=issue`,
    ready: '.option',
  },
  { name: 'desk-calls', login: 'lead', path: () => '/desk?pane=calls&queue=calls', ready: '.ladder' },
  {
    name: 'desk-dispatch',
    login: 'centre1',
    path: ({ toDispatch }) => `/desk?ticket=${toDispatch.id}&pane=dispatch`,
    ready: '.vehicle-option',
  },
  { name: 'ticket', login: 'lead', path: ({ finished }) => `/ticket/${finished.id}`, ready: '.journal li' },
  { name: 'ticket-open', login: 'centre1', path: ({ recallOwed }) => `/ticket/${recallOwed.id}`, ready: '.journal li' },
  { name: 'ticket-search', login: 'supervisor', path: () => '/ticket', ready: 'table' },
  { name: 'late', login: 'supervisor', path: () => '/late', ready: 'tbody tr' },
  { name: 'vehicle-door', path: () => '/vehicle', ready: '[data-testid="demo"]' },
  {
    name: 'vehicle',
    path: () => '/vehicle',
    ready: '.vehicle-ticket',
    first: (page) => page.locator(`[data-vehicle="${WORKING_VEHICLE}"]`).click(),
  },
  { name: 'crew', login: 'crew1', path: () => '/crew', ready: 'main h2' },
  { name: 'admin', login: 'admin', path: () => '/admin', ready: 'main h2' },
  { name: 'phone-door', path: () => '/phone', ready: '[data-testid="demo-phones"]' },
  {
    name: 'phone',
    path: () => '/phone',
    ready: '[data-testid="standby"]',
    // The first ones of the list are about to ring.
    first: (page) => page.locator('[data-testid="demo-phones"] button').last().click(),
  },
  ...ADMIN_SECTIONS.map((section) => ({
    name: `admin-${section}`,
    login: 'admin',
    path: () => `/admin/${section}`,
    ready: 'main h2',
  })),
];

describe.each(LANGUAGES)('every page in %s', (language) => {
  let app: ListeningApp;
  let browser: Browser;
  let board: FullBoard;

  beforeAll(async () => {
    [app, browser] = await Promise.all([listenToApp(), launchChromium()]);
    board = await fillBoard(app);
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  async function open({ login, path, ready, first }: Look): Promise<Seat> {
    const seat = await takeSeat(browser, app.url, {
      language,
      permissions: ['geolocation'],
      geolocation: { longitude: 116.41, latitude: 39.9, accuracy: 8 },
    });
    if (login) await signInAs(seat, app.url, login);
    const address = new URL(path(board), app.url);
    address.searchParams.set('lang', language);
    await seat.page.goto(address.href);
    await first?.(seat.page);
    await seat.page.locator(ready).first().waitFor();
    await seat.page.waitForLoadState('networkidle');
    return seat;
  }

  test.each(LOOKS)('$name fits, speaks and can be read by everybody', async (look) => {
    const { page, complaints, close } = await open(look);
    const findings: string[] = [];
    for (const [screen, size] of Object.entries(SCREENS)) {
      await page.setViewportSize(size);
      await drawn(page);
      await takePicture(page, `${look.name}-${language}-${screen}`, { isWhole: true });
      findings.push(...(await faultsOf(page)).map((fault) => `${screen}: ${fault}`));
    }
    expect([...findings, ...complaints]).toEqual([]);
    await close();
  });

  test('the wall fills a video wall', async () => {
    const look = LOOKS.find(({ name }) => name === 'wall');
    if (!look) throw new Error('the wall is one of the pages');
    const { page, complaints, close } = await open(look);
    await page.setViewportSize(VIDEO_WALL);
    await drawn(page);
    await takePicture(page, `wall-${language}-video-wall`);
    const isWithin = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.documentElement;
      return scrollHeight <= clientHeight;
    });
    expect(isWithin, 'a wall does not scroll').toBe(true);
    expect([...(await faultsOf(page)), ...complaints]).toEqual([]);
    await close();
  });

  test('a ticket goes on paper', async () => {
    const look = LOOKS.find(({ name }) => name === 'ticket');
    if (!look) throw new Error('the ticket is one of the pages');
    const { page, complaints, close } = await open(look);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    await drawn(page);
    await takePicture(page, `ticket-${language}-paper`, { isWhole: true });
    expect(await page.locator('.screen-only:visible').count()).toBe(0);
    for (const part of ['.points', '.ledger', '.segment-bar', '.journal']) {
      expect(await page.locator(part).first().isVisible(), `${part} is on the paper`).toBe(true);
    }
    const faults = await faultsOf(page);
    expect([...faults, ...complaints]).toEqual([]);
    await close();
  });
});

/** What is wrong with the page as it stands. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  const { width, room, frames, text } = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? '');
    const { scrollWidth, clientWidth } = document.documentElement;
    // A table has a frame of its own to be pushed about in; nothing else has to be.
    const pushed = [...document.querySelectorAll('body *')].filter((element) => {
      if (element.scrollWidth <= element.clientWidth + 1 || element.querySelector(':scope > table')) return false;
      return ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    });
    const frames = pushed.map(({ tagName, className }) => `${tagName}.${className}`);
    return { width: scrollWidth, room: clientWidth, frames, text: texts.join('\n') };
  });
  const raw = RAW_TEXT.exec(text)?.[0];
  return [
    ...(width > room ? [`scrolls sideways: ${width} px of page in ${room} px`] : []),
    ...frames.map((frame) => `scrolls sideways: ${frame}`),
    ...(raw === undefined ? [] : [`text without a sentence: ${raw}`]),
    ...(await barriersOn(page)),
  ];
}

async function barriersOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const results: AxeResults = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }),
    WCAG_22_AA,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 4).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary ?? ''}`),
  );
}

/** Resolves when the browser has laid the page out at its new size and nothing moves on it, the blinking aside. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  await page.waitForLoadState('networkidle');
}

declare global {
  interface Window {
    readonly axe: typeof import('axe-core');
  }
}
