import { spawn } from 'node:child_process';
import type { Language } from '@faultline/shared/escalation/script.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { voiceOf } from './spoken-text.ts';
import type { Wave } from './wave.ts';
import { readWave, WaveFault } from './wave.ts';

/** Why there is no sound; `not-installed` is for an operator to mend, the others pass. */
export class SpeechFault extends Error {
  override readonly name = 'SpeechFault';
  readonly code: 'not-installed' | 'failed' | 'busy' | 'too-long';

  constructor(code: SpeechFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A minute of speech takes it a tenth of a second. */
const TIME_LIMIT: Duration = 20 * SECOND;
/** Ten minutes of sound at its 22,050 Hz; no text that we hand over makes as much. */
const MOST_BYTES = 600 * 2 * 22_050;
const MOST_COMPLAINT = 500;
/**
 * Words per minute, by which it means English ones. English a little slower than by itself, because a telephone cuts the
 * high sounds off; Chinese so that about four characters a second are heard.
 */
const SPEEDS: Readonly<Record<Language, string>> = { zh: '180', en: '155' };
/** Whatever the environment holds is no business of a speech program. */
const NO_ENVIRONMENT = {};

/**
 * Has espeak-ng read an SSML text. The text reaches the program by its standard input only.
 * @param program a name on the default search path, or a path. @throws SpeechFault
 */
export function readAloud(program: string, language: Language, ssml: string): Promise<Wave> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      program,
      ['-v', voiceOf(language), '-s', SPEEDS[language], '-b', '1', '-m', '--stdin', '--stdout'],
      {
        env: NO_ENVIRONMENT,
        timeout: TIME_LIMIT,
        killSignal: 'SIGKILL',
      },
    );
    const sound: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) child.kill('SIGKILL');
      else sound.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(0, MOST_COMPLAINT);
    });
    child.on('error', (cause) => {
      const isAbsent = 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EACCES');
      reject(new SpeechFault(isAbsent ? 'not-installed' : 'failed', `${program} cannot be started`, { cause }));
    });
    child.on('close', (code, signal) => {
      if (bytes > MOST_BYTES) reject(new SpeechFault('too-long', `${program} does not come to an end`));
      else if (code !== 0) reject(new SpeechFault('failed', `${program} ended with ${code ?? signal}: ${complaint}`));
      else resolveSound(Buffer.concat(sound), resolve, reject);
    });
    // It may end before it has read everything; `close` tells how.
    child.stdin.on('error', () => undefined);
    child.stdin.end(ssml);
  });
}

function resolveSound(sound: Buffer, resolve: (wave: Wave) => void, reject: (fault: SpeechFault) => void): void {
  try {
    resolve(readWave(sound));
  } catch (cause) {
    if (!(cause instanceof WaveFault)) throw cause;
    reject(new SpeechFault('failed', 'the speech program has written no sound', { cause }));
  }
}
