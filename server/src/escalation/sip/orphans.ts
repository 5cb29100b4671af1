import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';

/** Whoever runs in a line's folder is noted there, for the next start. */
export const PID_FILE = 'pid';
/** It hangs up and says goodbye to the exchange; one that does not come to an end is ended. */
const GOODBYE_WITHIN: Duration = 2 * SECOND;
const LOOK_EVERY: Duration = 50;

/**
 * Ends programs that an earlier run of this server left behind, so that no phone rings about what nobody follows any
 * more: they hang up on being told to end. A number in a file may mean somebody else by now: only a process that works
 * in the line's own folder is ours.
 */
export async function endOrphans(folder: string, clock: Clock): Promise<number> {
  const lines = await readdir(folder).catch(() => []);
  const ended = await Promise.all(lines.map((line) => endOrphan(join(folder, line), clock)));
  return ended.filter(Boolean).length;
}

async function endOrphan(folder: string, clock: Clock): Promise<boolean> {
  const pid = Number(await readFile(join(folder, PID_FILE), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1 || !(await isOurs(pid, folder))) return false;
  await signal(pid, 'TERM');
  for (let waited = 0; waited < GOODBYE_WITHIN; waited += LOOK_EVERY) {
    await new Promise<void>((resolve) => clock.at(clock.now() + LOOK_EVERY, resolve));
    if (!(await isOurs(pid, folder))) return true;
  }
  await signal(pid, 'KILL');
  return true;
}

async function isOurs(pid: number, folder: string): Promise<boolean> {
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(folder));
  } catch {
    // It is gone, or belongs to somebody else.
    return false;
  }
}

async function signal(pid: number, name: 'TERM' | 'KILL'): Promise<void> {
  const shell = spawn('/bin/sh', ['-c', 'kill -"$1" "$2"', 'sh', name, String(pid)], { stdio: 'ignore' });
  // It may have ended by itself in this very moment.
  await once(shell, 'exit').catch(() => undefined);
}
