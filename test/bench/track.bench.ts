import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrackStore } from '@faultline/server/src/store/sqlite/track/track-store.ts';
import type { TrackPoint } from '@faultline/server/src/store/track.ts';
import { HOUR, SECOND } from '@faultline/shared/time.ts';
import Sqlite from 'better-sqlite3';
import { heading, isQuick, report } from './parts/figure.ts';

/** [P9] What a day of positions takes on the disk and how long it takes to read one vehicle's, beside bare rows. */
const VEHICLES = isQuick ? 2 : 8;
const HOURS = isQuick ? 4 : 24;
const READS = isQuick ? 3 : 15;
/** The server writes what has come in turns of this length. */
const TURN_SECONDS = 5;
/** Midnight of a day, so that the hours of a day are whole ones. */
const DAY = Date.UTC(2026, 2, 2);

/** A vehicle that drives and stands by turns, with the noise of a receiver in every value. */
function positionsOf(vehicle: number): TrackPoint[] {
  let seed = vehicle + 1;
  const noise = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 - 0.5;
  };
  let lon = 116.3 + vehicle / 100;
  let lat = 39.9;
  return Array.from({ length: HOURS * 3_600 }, (_, second): TrackPoint => {
    const isDriving = Math.floor(second / 600) % 2 === 0;
    const heading = (Math.floor(second / 60) * 37 + vehicle * 90) % 360;
    const speedMps = isDriving ? 9 + 4 * noise() : 0;
    lon += (Math.sin((heading * Math.PI) / 180) * speedMps) / 85_000 + noise() * 1e-5;
    lat += (Math.cos((heading * Math.PI) / 180) * speedMps) / 111_000 + noise() * 1e-5;
    const fixedAt = DAY + second * SECOND;
    const receivedAt = fixedAt + 300 + Math.floor(noise() * 200);
    const accuracyM = Math.round(8 + 4 * noise());
    return { fixedAt, receivedAt, lon, lat, speedMps, headingDeg: Math.round(heading), accuracyM, isMoved: true };
  });
}

function writeOurs(path: string, tracks: readonly (readonly TrackPoint[])[]): void {
  const store = openTrackStore(path);
  for (let second = 0; second < HOURS * 3_600; second += TURN_SECONDS) {
    store.append(new Map(tracks.map((points, no) => [`vehicle-${no}`, points.slice(second, second + TURN_SECONDS)])));
  }
  while (store.seal(DAY + 48 * HOUR, 1_000) > 0);
  store.close();
}

function writeRows(path: string, tracks: readonly (readonly TrackPoint[])[]): void {
  const raw = new Sqlite(path);
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = NORMAL');
  raw.exec(`create table point (vehicle integer, fixed_at integer, received_at integer, lon real, lat real, speed real,
    heading integer, accuracy integer, is_moved integer, primary key (vehicle, fixed_at)) without rowid`);
  const insert = raw.prepare('insert into point values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  raw.transaction(() => {
    for (const [vehicle, points] of tracks.entries()) {
      for (const { fixedAt, receivedAt, lon, lat, speedMps, headingDeg, accuracyM } of points) {
        insert.run(vehicle, fixedAt, receivedAt, lon, lat, speedMps, headingDeg, accuracyM, 1);
      }
    }
  })();
  raw.close();
}

function timed(work: () => { readonly length: number }): number {
  const startedAt = performance.now();
  if (work().length === 0) throw new Error('nothing was read');
  return performance.now() - startedAt;
}

heading(`P9 track: ${VEHICLES} vehicles, one position a second, ${HOURS} h`);
const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
const paths = { ours: join(folder, 'ours.db'), rows: join(folder, 'rows.db') };
const tracks = Array.from({ length: VEHICLES }, (_, vehicle) => positionsOf(vehicle));
const points = VEHICLES * HOURS * 3_600;
writeOurs(paths.ours, tracks);
writeRows(paths.rows, tracks);

const store = openTrackStore(paths.ours);
const raw = new Sqlite(paths.rows);
const select = raw.prepare('select * from point where vehicle = ? and fixed_at >= ? and fixed_at < ? order by fixed_at');
const usedBytes = (database: Sqlite.Database): number =>
  (Number(database.pragma('page_count', { simple: true })) - Number(database.pragma('freelist_count', { simple: true }))) *
  Number(database.pragma('page_size', { simple: true }));
const own = new Sqlite(paths.ours, { readonly: true });
report({
  id: 'P9.track.bytes',
  unit: 'bytes/position',
  values: [usedBytes(own) / points],
  baselines: [usedBytes(raw) / points],
  against: 'bare rows',
  goal: '≤ 6',
});
// Pages that the hour's small parts have left stay in the file and are filled again by the next hour.
report({ id: 'P9.track.file', unit: 'bytes/position', values: [statSync(paths.ours).size / points] });
const reads = { ours: [] as number[], rows: [] as number[] };
for (let read = 0; read < READS; read += 1) {
  const vehicle = read % VEHICLES;
  reads.ours.push(timed(() => store.read(`vehicle-${vehicle}`, DAY, DAY + HOURS * HOUR)));
  reads.rows.push(timed(() => select.all(vehicle, DAY, DAY + HOURS * HOUR)));
}
report({ id: `P9.track.read-${HOURS}h`, unit: 'ms', values: reads.ours, baselines: reads.rows, against: 'bare rows', goal: '≤ 10 ms' });
own.close();
raw.close();
store.close();
rmSync(folder, { recursive: true });
