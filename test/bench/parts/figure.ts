import { availableParallelism, loadavg } from 'node:os';

/** One claim: a measured value beside a bare baseline of the same run, taken in turns. */
export interface Figure {
  /** The goal's number and what was measured, such as `P4.serial`. */
  readonly id: string;
  readonly unit: string;
  /** One value per round. */
  readonly values: readonly number[];
  /** The baseline's value of the same round; absent where nothing bare does the same thing. */
  readonly baselines?: readonly number[];
  /** What the baseline is. */
  readonly against?: string;
  /** What is to be reached, for the reader; nothing fails when it is not. */
  readonly goal?: string;
}

/** `QUICK=1 npm run bench`, or the word behind a single benchmark: smaller sizes and fewer rounds. */
export const isQuick = process.env['QUICK'] === '1' || process.argv.includes('QUICK');

export function heading(title: string): void {
  const load = loadavg().map((value) => value.toFixed(1));
  say(`\n${title}`);
  say(
    `  node ${process.versions.node}, ${availableParallelism()} cores, load ${load.join(' ')}${isQuick ? ', QUICK' : ''}`,
  );
}

/** Prints a figure twice: a line for people, and JSON for programs. */
export function report({ id, unit, values, baselines, against, goal }: Figure): void {
  const middle = median(values);
  const spread = quantile(values, 0.75) - quantile(values, 0.25);
  const baseline = baselines === undefined ? null : median(baselines);
  // Round by round, so that what else the machine does weighs on both sides of a division alike.
  const ratio =
    baselines === undefined ? null : median(values.map((value, at) => value / (baselines[at] ?? Number.NaN)));
  const beside =
    baseline === null ? '' : `  ${show(ratio ?? Number.NaN)} × ${against ?? 'the baseline'} (${show(baseline)})`;
  const aim = goal === undefined ? '' : `  goal ${goal}`;
  say(
    `  ${id.padEnd(30)} ${show(middle).padStart(9)} ${unit.padEnd(14)} ± ${show(spread).padEnd(8)} n ${values.length}${beside}${aim}`,
  );
  say(
    JSON.stringify({
      id,
      unit,
      n: values.length,
      median: round(middle),
      spread: round(spread),
      ratio: round(ratio),
      baseline: round(baseline),
    }),
  );
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share between 0 and 1. `NaN` of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

function round(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}

function show(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
