import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { loadGeoData } from '../map/geodata.ts';
import { ServerFault } from './account.ts';
import { planShift } from './plan.ts';
import { playShift } from './player.ts';
import { loadRecords } from './records.ts';
import { createRoads } from './roads.ts';

/** What can be set, by the environment or as `--speed=4` on the command line, which wins. */
const settingsSchema = z.object({
  url: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080'),
  /** How many times faster than the log calls come in and vehicles drive and repair. */
  speed: z.coerce.number().min(1).max(100).default(4),
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  vehicles: z.coerce.number().int().min(1).max(10_000).default(40),
});

/** The player's own process: its arguments, its environment, its signals. Ends with 0 when it was asked to. */
async function main(): Promise<void> {
  const settings = readSettings();
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  // A server that dies without a word must not leave its shift behind for the next one.
  if (process.connected) process.once('disconnect', () => stop.abort());
  const [data, { incidents }] = await Promise.all([loadGeoData(), loadRecords()]);
  const roads = createRoads(data);
  const { seed, speed } = settings;
  const end = await playShift({
    ...settings,
    url: new URL(settings.url),
    clock: systemClock(),
    roads,
    plan: (given) => planShift({ incidents, roads, seed, speed, ...given }),
    say,
    signal: stop.signal,
  });
  if (end === 'server-away') throw new ServerFault(`${settings.url} has been away for a minute; the shift is over`);
}

function readSettings(): z.output<typeof settingsSchema> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = process.env[`SHIFT_${name.toUpperCase()}`];
    if (value) given[name] = value;
  }
  for (const argument of process.argv.slice(2)) {
    const [, name, value] = /^--(\w+)=(.*)$/.exec(argument) ?? [];
    if (name === undefined || value === undefined || !Object.hasOwn(settingsSchema.shape, name)) {
      throw new RangeError(`unknown argument ${argument}: say --url= --speed= --seed= --vehicles=`);
    }
    given[name] = value;
  }
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new RangeError(`these settings cannot be used: ${problems.join('; ')}`, { cause: parsed.error });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main()
  .catch((error: unknown) => {
    const isExpected = error instanceof ServerFault || error instanceof RangeError;
    process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  })
  // Half-open sockets would otherwise hold the process for as long as their time limits.
  .finally(() => process.exit());
