import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector/promises';
import { createApp } from '@faultline/server/src/app.ts';
import { systemClock } from '@faultline/server/src/clock.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { startChild } from './parts/child.ts';
import { nextPlan } from './parts/plan.ts';
import { seed } from './parts/seed.ts';

const V = Number(process.argv[2]),
  R = Number(process.argv[3]),
  C = Number(process.argv[4]);
const folder = mkdtempSync('/tmp/h12/ing-');
const seeded = await seed(folder, { vehicles: V, walls: 20, tickets: 0 });
const app = await createApp(readConfig('serve', { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'warn' }), {
  clock: systemClock(),
  random: randomBytes,
  log: createLog(process.stderr, 'warn'),
});
const url = await app.listen();
const v = startChild<any>(new URL('./parts/vehicles.ts', import.meta.url));
const c = startChild<any>(new URL('./parts/consoles.ts', import.meta.url));
await v.ask('connect', { url, tokens: seeded.vehicleTokens } as never);
if (C) await c.ask('connect', { url, tokens: Array.from({ length: C }, (_, n) => seeded.wallTokens[n % 20]) } as never);
let plan = nextPlan(null, { vehicles: V, perSecond: R, seconds: 2 });
await v.ask('drive', plan as never);
const s = new inspector.Session();
s.connect();
await s.post('Profiler.enable');
await s.post('Profiler.setSamplingInterval', { interval: 200 });
await s.post('Profiler.start');
plan = nextPlan(plan, { vehicles: V, perSecond: R, seconds: 4 });
const b = process.cpuUsage();
const late = await v.ask('drive', plan as never);
await new Promise((r) => setTimeout(r, 600));
const u = process.cpuUsage(b);
const { profile } = await s.post('Profiler.stop');
writeFileSync('/tmp/h12/ing.cpuprofile', JSON.stringify(profile));
console.log('late', late, 'cpu us/update', (u.user + u.system) / plan.updates);
await v.end();
await c.end();
process.exit();
