import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian calls it chromium; the others are the same engine under the names of other distributions. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * @param {Readonly<Record<string, string | undefined>>} env the environment; CHROMIUM_PATH wins over the search path
 * @returns {string | undefined} the browser's program, undefined when this machine has none
 */
export function chromiumPath(env) {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}
