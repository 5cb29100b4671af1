import { open, readFile } from 'node:fs/promises';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { PHONE_RATE, readWave, WaveFault, writeWave } from '../speech/wave.ts';

const BREATH: Duration = SECOND;
/** A mistake of a caller must not fill a disk; no talk lasts as long. */
const LONGEST_SILENCE: Duration = 3_600 * SECOND;
const HEAD_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/**
 * Writes what a line speaks: the sound so many times, a breath between, and then silence, because the program hangs up
 * at the end of a file. The silence is a hole in the file and takes no room on the disk.
 * @param sound path of a WAV as telephones want it. @throws WaveFault when it is something else.
 */
export async function writeSpoken(
  path: string,
  sound: string,
  { times, silence }: { readonly times: number; readonly silence: Duration },
): Promise<void> {
  const { sampleRate, samples } = readWave(await readFile(sound));
  if (sampleRate !== PHONE_RATE) throw new WaveFault(`${sampleRate} Hz: a telephone wants ${PHONE_RATE}`);
  const step = samples.length + samplesIn(BREATH);
  const spoken = new Float32Array(step * (times - 1) + samples.length);
  for (let at = 0; at < spoken.length; at += step) spoken.set(samples, at);
  const file = writeWave({ sampleRate, samples: spoken });
  const quiet = samplesIn(Math.min(Math.max(silence, 0), LONGEST_SILENCE)) * BYTES_PER_SAMPLE;
  // The two lengths of the head that `writeWave` makes: of everything behind them, and of the sound alone.
  file.writeUInt32LE(file.length - 8 + quiet, 4);
  file.writeUInt32LE(file.length - HEAD_BYTES + quiet, HEAD_BYTES - 4);
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.write(file);
    await handle.truncate(file.length + quiet);
  } finally {
    await handle.close();
  }
}

function samplesIn(duration: Duration): number {
  return Math.round((duration / SECOND) * PHONE_RATE);
}
