import { FRAME_STRIDE } from '@faultline/shared/wire/live.ts';
import { describe, expect, test } from 'vitest';
import { createFleetStore, fixFreshness } from '../../client/src/map/fleet.ts';
import { FRAME_FIELDS } from '../../client/src/map/frame.ts';
import { createLabelSpace } from '../../client/src/map/label-space.ts';
import { worldX, worldY } from '../../client/src/map/mercator.ts';

const T = 1_763_800_000_000;
const BEIJING = [116_397_000, 39_908_000] as const;

function twoVehicles() {
  const store = createFleetStore();
  store.setVehicles([
    { index: 0, id: 'v-a', label: '101', state: 'standby' },
    { index: 3, id: 'v-b', label: '102', state: 'travelling' },
  ]);
  return store;
}

describe('a frame of positions', () => {
  test('the fields fill the stride of the wire', () => {
    expect(Object.values(FRAME_FIELDS).sort()).toEqual(Array.from({ length: FRAME_STRIDE }, (_, at) => at));
  });

  test('[V6] moves the vehicles it names and keeps when each position was taken', () => {
    const store = twoVehicles();
    expect(store.applyFrame({ t: T, v: [3, ...BEIJING, 90, 365, 12] })).toBe(1);
    const fleet = store.fleet();
    expect(fleet.x[3]).toBeCloseTo(worldX(116.397), 12);
    expect(fleet.y[3]).toBeCloseTo(worldY(39.908), 12);
    expect([fleet.headingDeg[3], fleet.speedKmh10[3], fleet.fixedAt[3]]).toEqual([90, 365, T - 12_000]);
    expect(fleet.fixedAt[0]).toBeNaN();
    expect(store.frameAt()).toBe(T);
  });

  test('[V6] says how far each position can be believed', () => {
    const store = twoVehicles();
    store.applyFrame({ t: T, v: [3, ...BEIJING, 90, 365, 12] });
    const fleet = store.fleet();
    const after = [0, 47_000, 48_000, 588_000, 589_000].map((ms) => fixFreshness(fleet, 3, T + ms));
    expect(after).toEqual(['live', 'live', 'stale', 'stale', 'lost']);
    expect(fixFreshness(fleet, 0, T)).toBe('unknown');
  });

  test.each([
    ['a run that is cut short', [3, ...BEIJING, 90, 365]],
    ['an index the snapshot does not know', [99, ...BEIJING, 90, 365, 0]],
    ['a negative index', [-1, ...BEIJING, 90, 365, 0]],
    ['half an index', [0.5, ...BEIJING, 90, 365, 0]],
    ['a longitude beyond the world', [3, 181e6, 39e6, 90, 365, 0]],
    ['a latitude that is not a number', [3, 116e6, Number.NaN, 90, 365, 0]],
  ])('moves nothing for %s', (_what, v) => {
    const store = twoVehicles();
    expect(store.applyFrame({ t: T, v })).toBe(0);
    expect(store.fleet().fixedAt.every((at) => Number.isNaN(at))).toBe(true);
  });

  test('a new snapshot keeps the positions of vehicles that it renumbers', () => {
    const store = twoVehicles();
    store.applyFrame({ t: T, v: [3, ...BEIJING, -1, -1, 0] });
    store.setVehicles([{ index: 1, id: 'v-b', label: '102', state: 'paused' }]);
    expect(store.fleet().fixedAt[1]).toBe(T);
    expect(store.indexOf('v-a')).toBeNull();
  });

  test('each change is announced once, and to nobody who has left', () => {
    const store = twoVehicles();
    let announced = 0;
    const leave = store.subscribe(() => {
      announced += 1;
    });
    store.applyFrame({ t: T, v: [0, ...BEIJING, 0, 0, 0, 3, ...BEIJING, 0, 0, 0] });
    store.setState('v-a', 'on-site');
    leave();
    store.setState('v-a', 'standby');
    expect(announced).toBe(2);
  });
});

describe('the projection', () => {
  test('puts the corners of the world into the corners of the unit square', () => {
    expect([worldX(-180), worldX(180)]).toEqual([0, 1]);
    expect(worldY(85.0511287798)).toBeCloseTo(0, 9);
    expect(worldY(0)).toBeCloseTo(0.5, 12);
    expect(worldY(90)).toBeCloseTo(0, 9);
  });
});

describe('room for labels', () => {
  test('whoever asks first gets the place, and nobody gets one outside', () => {
    const space = createLabelSpace(200, 100);
    expect(space.take(10, 10, 60, 14)).toBe(true);
    expect(space.take(40, 16, 60, 14)).toBe(false);
    expect(space.take(90, 10, 60, 14)).toBe(true);
    expect(space.take(170, 40, 60, 14)).toBe(false);
  });

  test('blocked places stay free of labels, also at the edge', () => {
    const space = createLabelSpace(200, 100);
    space.block({ left: -20, top: -20, width: 60, height: 60 });
    expect(space.take(30, 30, 20, 10)).toBe(false);
    expect(space.take(60, 60, 20, 10)).toBe(true);
  });
});
