/** What telephones speak: 8 kHz, one channel, 16 bits. */
export const PHONE_RATE = 8_000;

export interface Wave {
  readonly sampleRate: number;
  /** One channel, from -1 to 1. */
  readonly samples: Float32Array;
}

/** Not a WAV of one channel of 16-bit PCM; the text says what it is instead. */
export class WaveFault extends Error {
  override readonly name = 'WaveFault';
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** Every chunk begins with its name and its length. */
const CHUNK_HEAD = 8;

/**
 * @param file a whole RIFF file; a length that runs beyond its end is cut there, because a program that writes to a pipe
 *   does not know the length when it writes the head.
 * @throws WaveFault
 */
export function readWave(file: Buffer): Wave {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new WaveFault('no RIFF/WAVE head');
  }
  let sampleRate = 0;
  for (let at = 12; at + CHUNK_HEAD <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const start = at + CHUNK_HEAD;
    const length = Math.min(file.readUInt32LE(at + 4), file.length - start);
    if (name === 'fmt ') sampleRate = rateOf(file.subarray(start, start + length));
    if (name === 'data') {
      if (sampleRate === 0) throw new WaveFault('the data stand before their format');
      return { sampleRate, samples: samplesOf(file.subarray(start, start + length)) };
    }
    at = start + length + (length % 2);
  }
  throw new WaveFault('no data');
}

function rateOf(format: Buffer): number {
  if (format.length < 16) throw new WaveFault('the format is cut off');
  const [tag, channels, rate, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(14),
  ];
  if ((tag !== PCM && tag !== EXTENSIBLE) || channels !== 1 || bits !== 16) {
    throw new WaveFault(`format ${tag}, ${channels} channels, ${bits} bits: one channel of 16-bit PCM is wanted`);
  }
  if (rate < PHONE_RATE || rate > 48_000) throw new WaveFault(`${rate} Hz: 8,000 to 48,000 are wanted`);
  return rate;
}

function samplesOf(data: Buffer): Float32Array {
  const samples = new Float32Array(Math.floor(data.length / 2));
  for (let index = 0; index < samples.length; index += 1) samples[index] = data.readInt16LE(2 * index) / 32_768;
  return samples;
}

/** A whole WAV file; what is louder than full scale is cut at it. */
export function writeWave({ sampleRate, samples }: Wave): Buffer {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(PCM, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(2 * sampleRate, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples.length, 40);
  let at = 44;
  for (const sample of samples) {
    file.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))), at);
    at += 2;
  }
  return file;
}
