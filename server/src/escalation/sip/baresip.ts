import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { BaresipEvent, Control } from './control.ts';
import { ControlFault, connectControl } from './control.ts';
import { PID_FILE } from './orphans.ts';
import type { SipPrograms } from './programs.ts';

/** One running program: one line of the exchange, with at most one call. */
export interface Baresip {
  /** @throws ControlFault */
  command(name: string, params?: string): Promise<string>;
  /** Hangs up whatever is up, and is gone. */
  end(): Promise<void>;
  /** Gone at once, without a word to anybody. */
  kill(): void;
}

/** It opens its ports within a tenth of a second. */
const OPENS_WITHIN: Duration = 5 * SECOND;
const KNOCK_EVERY: Duration = 25;
/** An exchange that is gone would be said goodbye to for half a minute. */
const GOODBYE_WITHIN: Duration = 2 * SECOND;
const MOST_COMPLAINT = 500;
/** Its complaints name whom it rang. */
const NUMBERS = /\d{5,}/g;

/**
 * @param folder with the configuration; the program works in it, so that no path of ours has to stand in its files.
 * @throws ControlFault when it does not start; the text says what it complained of.
 */
export async function startBaresip(parts: {
  readonly programs: SipPrograms;
  readonly folder: string;
  readonly controlPort: number;
  readonly clock: Clock;
  readonly onEvent: (event: BaresipEvent) => void;
  /** Once, when it is gone or does not listen to us any more. */
  readonly onGone: (why: string) => void;
}): Promise<Baresip> {
  const { clock, folder } = parts;
  const child = spawnIn(folder, parts.programs);
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MOST_COMPLAINT);
  });
  const complained = (): string => complaint.trim().replaceAll(NUMBERS, '…');
  const exited = once(child, 'exit').then(
    ([code, signal]) => `ended by ${signal ?? code}`,
    (error: unknown) => `did not start: ${error instanceof Error ? error.message : String(error)}`,
  );
  let isUp = false;
  let isEnded = false;
  const gone = (why: string): void => {
    if (!isUp || isEnded) return;
    isEnded = true;
    child.kill('SIGKILL');
    parts.onGone(complaint === '' ? why : `${why}: ${complained()}`);
  };
  // Behind its end the port may be somebody else's: no more knocking.
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  const heard = { onEvent: parts.onEvent, onClosed: () => gone('listens to us no longer') };
  const control = await Promise.race([
    knock(parts.controlPort, clock, heard, ended.signal),
    exited.then((why) => {
      throw new ControlFault(`the program ${why}: ${complained()}`);
    }),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  isUp = true;
  void exited.then(gone);
  return {
    command: (name, params) => control.command(name, params),
    async end() {
      isEnded = true;
      child.kill('SIGTERM');
      const disarm = clock.at(clock.now() + GOODBYE_WITHIN, () => child.kill('SIGKILL'));
      await exited;
      disarm();
      control.close();
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/**
 * Stands between us and the program. The kernel tells it when we are gone, even by a kill that lets us say nothing, and
 * it asks the program to end, which hangs up then: no phone goes on ringing for a server that is not there. It asks once,
 * because the kernel repeats itself and the program leaves at a second word without waiting for the phone's answer. Who
 * kills the guard kills the program. What the program says to a pipe that nobody reads must not be its end.
 */
const GUARD = `
trap '' PIPE
trap 'trap "" TERM; kill -TERM "$program"' TERM
"$@" &
program=$!
umask 077
echo "$program" > ${PID_FILE}
wait "$program"
code=$?
while kill -0 "$program" 2> /dev/null; do wait "$program"; code=$?; done
exit "$code"
`;

function spawnIn(folder: string, { baresip, setpriv }: SipPrograms): ChildProcess {
  const whenWeAreGone = (signal: string): readonly string[] =>
    setpriv === null ? [] : [setpriv, '--pdeathsig', signal];
  const guarded = ['/bin/sh', '-c', GUARD, 'sh', ...whenWeAreGone('KILL'), baresip, '-f', '.'];
  const [program = '', ...args] = [...whenWeAreGone('TERM'), ...guarded];
  const env = { HOME: folder, LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' };
  return spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function knock(
  port: number,
  clock: Clock,
  heard: { readonly onEvent: (event: BaresipEvent) => void; readonly onClosed: () => void },
  ended: AbortSignal,
): Promise<Control> {
  const until = clock.now() + OPENS_WITHIN;
  for (;;) {
    try {
      return await connectControl(port, { clock, ...heard });
    } catch (error) {
      if (!(error instanceof ControlFault) || ended.aborted || clock.now() > until) throw error;
      await new Promise<void>((resolve) => clock.at(clock.now() + KNOCK_EVERY, resolve));
    }
  }
}
