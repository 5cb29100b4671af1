import { getuid } from 'node:process';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumPath } from './chromium-path.mjs';

/**
 * Starts the machine's own chromium, headless; the caller closes it.
 *
 * The sandbox is given up only for root, under whom chromium refuses to start with it (containers, CI). Shared memory
 * goes to a file, because /dev/shm is 64 MB in a container and a map page outgrows that.
 *
 * @throws when no chromium is installed, naming the package
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath(process.env);
  if (executablePath === undefined) {
    throw new Error('No chromium on this machine: install the Debian package chromium, or set CHROMIUM_PATH.');
  }
  const args = ['--disable-dev-shm-usage', '--disable-gpu', '--lang=zh-CN'];
  if (getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({ executablePath, headless: true, args });
}
