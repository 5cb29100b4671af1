import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** How long something that will be seen may take on a busy machine, ms. Nothing waits this long when all is well. */
export const SEEN_WITHIN_MS = 30_000;

export type Language = 'zh-CN' | 'en';

/** One person at one screen: a browser profile of his own, and everything that went wrong in it. */
export interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, exceptions, and requests to anybody but the server. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface SeatOptions extends BrowserContextOptions {
  readonly language?: Language;
  /** While this is true a lost connection is part of the test, and the browser's word about it is no complaint. */
  readonly mayLoseServer?: () => boolean;
}

/** What a browser says by itself when a server is not there; no page can keep it from doing so. */
const CONNECTION_LOST = /net::ERR_|WebSocket connection to .* failed|Failed to load resource/;
/** The first question of a page that nobody is signed in to is answered with 401 and 404, which a browser calls errors. */
const NOT_SIGNED_IN = /Failed to load resource: the server responded with a status of (401|404)/;

export async function takeSeat(browser: Browser, url: string, options: SeatOptions = {}): Promise<Seat> {
  const { language = 'zh-CN', mayLoseServer = () => false, ...rest } = options;
  const context = await browser.newContext({
    baseURL: url,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1920, height: 1080 },
    reducedMotion: 'reduce',
    ...rest,
  });
  context.setDefaultTimeout(SEEN_WITHIN_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  const host = new URL(url).host;
  context.on('console', (message) => {
    if (message.type() !== 'error' || NOT_SIGNED_IN.test(message.text())) return;
    if (mayLoseServer() && CONNECTION_LOST.test(message.text())) return;
    complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(`exception: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && !['data:', 'blob:'].includes(asked.protocol)) complaints.push(`foreign: ${asked.href}`);
  });
  return { page, context, complaints, close: () => context.close() };
}

/** Comes in by the demo's own door and ends on the page of the role. */
export async function enterAs({ page }: Seat, login: string): Promise<void> {
  await page.goto('/');
  await page.locator(`[data-login="${login}"]`).click();
  await page.waitForURL((address) => address.pathname !== '/');
}

/** The same without the door's page, for tests that are about something else. */
export async function signInAs({ context }: Seat, url: string, login: string): Promise<void> {
  const answer = await context.request.post('/api/demo/session', { data: { login }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`nobody is let in as ${login}: ${answer.status()} ${await answer.text()}`);
}

/** Resolves when the element is on the screen and says `text` somewhere. */
export async function sees(place: Locator, text: string | RegExp): Promise<void> {
  await place.filter({ hasText: text }).first().waitFor();
}

const PICTURES = join(import.meta.dirname, '../pictures');

/** Keeps what a screen looks like, in a folder that git ignores, for people to look at. @param name without its ending. */
export async function takePicture(page: Page, name: string, options: { isWhole?: boolean } = {}): Promise<void> {
  await mkdir(PICTURES, { recursive: true });
  const path = join(PICTURES, `${name}.png`);
  await page.screenshot({ path, fullPage: options.isWhole ?? false, animations: 'disabled' });
}
