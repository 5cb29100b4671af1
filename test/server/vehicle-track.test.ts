import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePoints, encodePoints } from '@faultline/server/src/store/sqlite/track/track-blob.ts';
import { openTrackStore } from '@faultline/server/src/store/sqlite/track/track-store.ts';
import type { TrackPoint } from '@faultline/server/src/store/track.ts';
import { createTrack } from '@faultline/server/src/vehicle/track.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { TRACK_STRIDE, trackAnswerSchema } from '@faultline/shared/wire/track.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixAt, startLiveServer } from '../support/live-server.ts';
import { runningClock } from '../support/running-clock.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-track-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function point(second: number, change: Partial<TrackPoint> = {}): TrackPoint {
  const fixedAt = T0 + second * SECOND;
  const motion = { speedMps: 10, headingDeg: 45, accuracyM: 12 };
  return { fixedAt, receivedAt: fixedAt + SECOND, lon: 116.4, lat: 39.9, ...motion, isMoved: true, ...change };
}

/** A vehicle that drives about: every value changes a little from second to second. */
function drive(seconds: number): TrackPoint[] {
  return Array.from({ length: seconds }, (_, second) =>
    point(second, {
      lon: Math.round((116.4 + 0.02 * Math.sin(second / 300)) * 1e6) / 1e6,
      lat: Math.round((39.9 + 0.02 * Math.cos(second / 300)) * 1e6) / 1e6,
      speedMps: Math.round(36 * (8 + 4 * Math.sin(second / 20))) / 36,
      headingDeg: Math.floor((second / 2) % 360),
    }),
  );
}

describe('a body of positions', () => {
  test('[V4] gives back what was put in, sealed or not', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max });
    const any = fc.record({
      fixedAt: whole(0, 4_102_444_800_000),
      lateness: whole(-120, 72 * 3_600),
      lon: whole(-180e6, 180e6).map((value) => value / 1e6),
      lat: whole(-90e6, 90e6).map((value) => value / 1e6),
      speedMps: fc.option(whole(0, 3_600).map((value) => value / 36)),
      headingDeg: fc.option(whole(0, 359)),
      accuracyM: fc.option(whole(0, 10_000)),
      isMoved: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), fc.boolean(), (drawn, isSealed) => {
        const points = drawn.map(({ lateness, ...one }) => ({ ...one, receivedAt: one.fixedAt + lateness * 1_000 }));
        expect(decodePoints(encodePoints(points, isSealed))).toEqual(points);
      }),
    );
  });

  test('[V4] a sealed hour of a moving vehicle costs at most six bytes a position', () => {
    expect(encodePoints(drive(3_600), true).length / 3_600).toBeLessThanOrEqual(6);
  });
});

describe('the track store', () => {
  test('[V4] reads pieces of a track in order, none twice, whether its hours are sealed or not', () => {
    const store = openTrackStore(join(folder, 'store.db'));
    const whole = drive(3 * 3_600);
    for (let at = 0; at < whole.length; at += 600) store.append(new Map([['v1', whole.slice(at, at + 600)]]));
    store.append(
      new Map([
        ['v1', [point(100), point(50, { lon: 116.41, isMoved: false })]],
        ['v2', [point(7)]],
      ]),
    );
    const piece = () => store.read('v1', T0 + HOUR - MINUTE, T0 + HOUR + MINUTE);
    const before = piece();
    expect(before.map(({ fixedAt }) => fixedAt)).toEqual(
      Array.from({ length: 120 }, (_, at) => T0 + HOUR - MINUTE + at * SECOND),
    );
    expect(store.seal(T0 + 2 * HOUR, 10)).toBe(3);
    expect(store.seal(T0 + 2 * HOUR, 10)).toBe(0);
    expect(piece()).toEqual(before);
    // What comes late opens its hour again.
    store.append(new Map([['v1', [point(30.5)]]]));
    expect(store.seal(T0 + 2 * HOUR, 10)).toBe(1);
    const first = store.read('v1', T0 + 30 * SECOND, T0 + 32 * SECOND);
    expect(first.map(({ fixedAt }) => fixedAt - T0)).toEqual([30_000, 30_500, 31_000]);
    expect(store.read('v9', T0, T0 + HOUR)).toEqual([]);
    store.close();
  });

  test('[V6] knows where each vehicle was last shown, and forgets whole hours', () => {
    const path = join(folder, 'last.db');
    const store = openTrackStore(path);
    store.append(
      new Map([
        ['v1', [point(0), point(10), point(20, { isMoved: false })]],
        ['v2', [point(5, { isMoved: false })]],
      ]),
    );
    store.close();
    const again = openTrackStore(path);
    const shown = again.lastShown(T0);
    expect([...shown.keys()]).toEqual(['v1']);
    expect(shown.get('v1')?.fixedAt).toBe(T0 + 10 * SECOND);
    expect(again.lastShown(T0 + HOUR).size).toBe(0);
    again.forget(T0 + HOUR);
    expect(again.read('v1', T0, T0 + HOUR)).toEqual([]);
    again.close();
  });
});

describe('the worker', () => {
  test('[V4] keeps what it was handed over a restart of the server', async () => {
    const path = join(folder, 'worker.db');
    const faults: unknown[] = [];
    const clock = runningClock();
    const open = () => createTrack({ path, keepDays: 30, clock, onFault: (error) => faults.push(error) });
    const first = open();
    const now = Math.floor(clock.now() / SECOND) * SECOND;
    const points = Array.from({ length: 10_000 }, (_, at) => point(0, { fixedAt: now - 10_000 + at, receivedAt: now }));
    for (const { isMoved, ...fix } of points) first.add('v1', fix, isMoved);
    const read = await first.read('v1', now - HOUR, now + HOUR);
    expect(read).toHaveLength(10_000);
    expect(read[7]).toMatchObject({ fixedAt: now - 9_993, lon: 116.4, speedMps: 10, isMoved: true });
    first.add('v2', point(0, { fixedAt: now, receivedAt: now }), true);
    await first.close();

    const second = open();
    const shown = new Map(await second.lastShown());
    expect([...shown.keys()].sort()).toEqual(['v1', 'v2']);
    expect(shown.get('v2')).toMatchObject({ fixedAt: now, lon: 116.4 });
    await second.close();
    expect(faults).toEqual([]);
  });

  test('[F6] a file that cannot be opened stops nothing else', async () => {
    const clock = runningClock();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const track = createTrack({
      path: join(folder, 'worker.db', 'no-folder.db'),
      keepDays: 30,
      clock,
      onFault: resolve,
    });
    track.add('v1', point(0), true);
    await expect(track.read('v1', T0, T0 + HOUR)).rejects.toThrow('track');
    expect(await promise).toMatchObject({ name: 'StoreFault' });
    await track.close();
  });
});

test('[V6] a track is read over HTTP by its own district only', async () => {
  const server = await startLiveServer({ trackPath: join(folder, 'http.db') });
  const client = vehicleClient({ url: server.origin, token: 'v1', now: server.clock.now });
  await client.connect();
  const now = server.clock.now();
  client.send({
    type: 'fixes',
    fixes: [fixAt(server.clock), fixAt(server.clock, { fixedAt: now - MINUTE, accuracyM: null })],
  });
  const answered = client.next('clock', ({ t }) => t === 3);
  client.send({ type: 'clock', t: 3 });
  await answered;
  const get = async (token: string, id: string, from: number, to: number) => {
    const url = `${server.origin}/api/vehicles/${id}/track?from=${from}&to=${to}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    return { status: response.status, body };
  };
  const { status, body } = await get('lead', 'v1', now - HOUR, now + HOUR);
  expect(status).toBe(200);
  const { v } = trackAnswerSchema.parse(body);
  expect(v).toHaveLength(2 * TRACK_STRIDE);
  expect(v.slice(1, TRACK_STRIDE)).toEqual([116_400_000, 39_900_000, 90, 180, -1, 0]);
  expect(v.at(-1)).toBe(1);
  expect(await get('lead', 'v9', now - HOUR, now)).toMatchObject({ status: 404, body: { code: 'vehicle-unknown' } });
  expect(await get('elsewhere', 'v1', now - HOUR, now)).toMatchObject({ status: 404 });
  expect((await get('lead', 'v1', now, now - 1)).status).toBe(400);
  expect((await get('lead', 'v1', now - 49 * HOUR, now)).status).toBe(400);
  for (const token of ['v1', 'crew1', 'wall', 'agent']) {
    expect(await get(token, 'v1', now - HOUR, now)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
  }
  client.cut();
  await server.stop();
});
