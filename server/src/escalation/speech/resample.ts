import { setImmediate as turn } from 'node:timers/promises';
import type { Wave } from './wave.ts';

/** Suppression beyond the new band, in dB: below the noise of a telephone's 8-bit companding. */
const STOP_DB = 60;
/** Speech on a telephone ends at 3.4 kHz of 4 kHz; between the two the filter falls. */
const PASS_SHARE = 0.85;
/** Samples made in one go: about two milliseconds of work, so that a long text holds nobody up. */
const SLICE = 16_000;

/**
 * Changes the rate by a windowed sinc in all the phases that the two rates have to each other.
 * Source of the filter's length and shape: J. F. Kaiser's design formulas for a window of a given attenuation.
 */
export async function resample({ sampleRate, samples }: Wave, rate: number): Promise<Wave> {
  if (sampleRate === rate) return { sampleRate, samples };
  const divisor = greatestCommonDivisor(sampleRate, rate);
  const [up, down] = [rate / divisor, sampleRate / divisor];
  const { reach, phases } = filterFor(sampleRate, rate, up);
  const result = new Float32Array(Math.floor((samples.length * up) / down));
  for (let index = 0; index < result.length; index += 1) {
    if (index > 0 && index % SLICE === 0) await turn();
    const position = index * down;
    const from = Math.floor(position / up) - reach + 1;
    const taps = phases[position % up] ?? NO_TAPS;
    let sum = 0;
    for (let tap = Math.max(0, -from); tap < taps.length && from + tap < samples.length; tap += 1) {
      sum += (taps[tap] ?? 0) * (samples[from + tap] ?? 0);
    }
    result[index] = sum;
  }
  return { sampleRate: rate, samples: result };
}

const NO_TAPS = new Float64Array();

interface Filter {
  /** Input samples on each side of the point. */
  readonly reach: number;
  /** For each position between two input samples the weights of the input around it; they sum to 1. */
  readonly phases: readonly Float64Array[];
}

const filters = new Map<string, Filter>();

function filterFor(from: number, to: number, up: number): Filter {
  const name = `${from}/${to}`;
  const known = filters.get(name);
  if (known) return known;
  const band = Math.min(from, to) / 2;
  const [pass, stop] = [band * PASS_SHARE, band];
  const reach = Math.ceil(((STOP_DB - 8) / (2.285 * 2 * Math.PI * ((stop - pass) / from)) + 1) / 2);
  const beta = 0.1102 * (STOP_DB - 8.7);
  const cutoff = (pass + stop) / from;
  const weight = (distance: number): number => {
    if (Math.abs(distance) >= reach) return 0;
    const window = bessel(beta * Math.sqrt(1 - (distance / reach) ** 2)) / bessel(beta);
    const angle = Math.PI * cutoff * distance;
    return window * (angle === 0 ? 1 : Math.sin(angle) / angle);
  };
  const phases = Array.from({ length: up }, (_, phase) => {
    const taps = Float64Array.from({ length: 2 * reach }, (_value, tap) => weight(tap - reach + 1 - phase / up));
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return taps.map((tap) => tap / sum);
  });
  const filter = { reach, phases };
  filters.set(name, filter);
  return filter;
}

/** The modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; k < 50 && term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
