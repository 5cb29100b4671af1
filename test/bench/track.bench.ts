import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { openTrackStore } from '@faultline/server/src/store/sqlite/track/track-store.ts';
import type { TrackPoint } from '@faultline/server/src/store/track.ts';
import { HOUR, SECOND } from '@faultline/shared/time.ts';
import { heading, isQuick, report } from './parts/figure.ts';

/** [P9] What a day of positions takes on the disk and how long it takes to read one vehicle's, beside bare rows. */
const VEHICLES = isQuick ? 2 : 8;
const HOURS = isQuick ? 4 : 24;
const READS = isQuick ? 3 : 15;
/** The server writes what has come in turns of this length. */
const TURN_SECONDS = 5;
const MAX_SEALED = 1_000;
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
    // As the server does it: an hour is packed a while after it is over, and its pages are used again.
    if (second % 3_600 === 600) store.seal(DAY + (second - 600) * SECOND, MAX_SEALED);
  }
  store.seal(DAY + HOURS * HOUR, MAX_SEALED);
  store.close();
}

/** @returns the bare rows' reader and the bytes they take. */
function writeRows(path: string, tracks: readonly (readonly TrackPoint[])[]) {
  const { raw, close } = openDatabase(path);
  const pages = (): number => Number(raw.pragma('page_count', { simple: true }));
  const before = pages();
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
  const bytes = (pages() - before) * Number(raw.pragma('page_size', { simple: true }));
  const select = raw.prepare(
    'select * from point where vehicle = ? and fixed_at >= ? and fixed_at < ? order by fixed_at',
  );
  return { bytes, read: (vehicle: number) => select.all(vehicle, DAY, DAY + HOURS * HOUR), close };
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
const rows = writeRows(paths.rows, tracks);
report({
  id: 'P9.track.bytes',
  unit: 'bytes/position',
  values: [statSync(paths.ours).size / points],
  baselines: [rows.bytes / points],
  against: 'bare rows',
  goal: '≤ 6',
});
const store = openTrackStore(paths.ours);
const reads = { ours: [] as number[], rows: [] as number[] };
for (let read = -1; read < READS; read += 1) {
  const vehicle = Math.max(0, read) % VEHICLES;
  const ours = timed(() => store.read(`vehicle-${vehicle}`, DAY, DAY + HOURS * HOUR));
  const bare = timed(() => rows.read(vehicle));
  if (read < 0) continue;
  reads.ours.push(ours);
  reads.rows.push(bare);
}
report({
  id: `P9.track.read-${HOURS}h`,
  unit: 'ms',
  values: reads.ours,
  baselines: reads.rows,
  against: 'bare rows',
  goal: '≤ 10 ms for 24 h',
});
rows.close();
store.close();
rmSync(folder, { recursive: true });
