import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { assert } from '@faultline/shared/assert.ts';
import type { TrackPoint } from '../../track.ts';

/** The first byte of a body: how the rest is written. */
const PLAIN = 1;
const ZSTD = 2;

/**
 * Positions as columns of differences: neighbours are alike, so most numbers become one byte. Degrees are kept to a
 * millionth (11 cm), speed to a tenth of km/h, heading, accuracy and lateness to whole degrees, metres and seconds.
 * @param points oldest first.
 */
export function encodePoints(points: readonly TrackPoint[], isSealed: boolean): Buffer {
  const bytes: number[] = [];
  pushVarint(bytes, points.length);
  for (const column of COLUMNS) {
    let previous = 0;
    for (const point of points) {
      const value = column.read(point);
      pushVarint(bytes, zigzag(value - previous));
      previous = value;
    }
  }
  const plain = Buffer.from(bytes);
  return isSealed
    ? Buffer.concat([Buffer.of(ZSTD), zstdCompressSync(plain)])
    : Buffer.concat([Buffer.of(PLAIN), plain]);
}

export function decodePoints(body: Buffer): TrackPoint[] {
  const kind = body[0];
  assert(kind === PLAIN || kind === ZSTD, 'a track body of a known form');
  const bytes = kind === ZSTD ? zstdDecompressSync(body.subarray(1)) : body.subarray(1);
  const reader = { bytes, at: 0 };
  const count = readVarint(reader);
  const columns = COLUMNS.map(() => {
    const values = new Array<number>(count);
    let previous = 0;
    for (let at = 0; at < count; at += 1) {
      previous += unzigzag(readVarint(reader));
      values[at] = previous;
    }
    return values;
  });
  return Array.from({ length: count }, (_, at) => pointOf(columns.map((column) => column[at] ?? 0)));
}

const UNKNOWN = -1;

const COLUMNS: readonly { readonly read: (point: TrackPoint) => number }[] = [
  { read: ({ fixedAt }) => fixedAt },
  { read: ({ lon }) => Math.round(lon * 1e6) },
  { read: ({ lat }) => Math.round(lat * 1e6) },
  { read: ({ speedMps }) => (speedMps === null ? UNKNOWN : Math.round(speedMps * 36)) },
  { read: ({ headingDeg }) => (headingDeg === null ? UNKNOWN : Math.round(headingDeg)) },
  { read: ({ accuracyM }) => (accuracyM === null ? UNKNOWN : Math.round(accuracyM)) },
  { read: ({ fixedAt, receivedAt }) => Math.round((receivedAt - fixedAt) / 1_000) },
  { read: ({ isMoved }) => (isMoved ? 1 : 0) },
];

function pointOf([
  fixedAt = 0,
  lon = 0,
  lat = 0,
  speed = 0,
  heading = 0,
  accuracy = 0,
  lateness = 0,
  moved = 0,
]: readonly number[]): TrackPoint {
  return {
    fixedAt,
    receivedAt: fixedAt + lateness * 1_000,
    lon: lon / 1e6,
    lat: lat / 1e6,
    speedMps: speed === UNKNOWN ? null : speed / 36,
    headingDeg: heading === UNKNOWN ? null : heading,
    accuracyM: accuracy === UNKNOWN ? null : accuracy,
    isMoved: moved === 1,
  };
}

/** Small numbers of either sign become small positive ones. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** Seven bits to the byte; by division, because times do not fit into 32 bits. */
function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readVarint(reader: { readonly bytes: Buffer; at: number }): number {
  let value = 0;
  let factor = 1;
  for (;;) {
    const byte = reader.bytes[reader.at];
    assert(byte !== undefined, 'a track body is whole');
    reader.at += 1;
    value += (byte % 128) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
}
