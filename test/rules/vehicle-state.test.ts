import type { VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { freshnessOf, legsOfVehicle, vehicleStateOf } from '@faultline/shared/vehicle/state.ts';
import { describe, expect, test } from 'vitest';
import { at, make, toldTo, USUAL } from './story.ts';

const VEHICLE = 'vehicle-1';

function stateOf(tickets: Parameters<typeof vehicleStateOf>[1], duty: VehicleDuty = 'on-duty') {
  return vehicleStateOf({ id: VEHICLE, duty }, tickets);
}

describe('the state of a vehicle', () => {
  test('[V2] without a leg on the road it is as it has declared itself', () => {
    expect(stateOf([])).toBe('standby');
    expect(stateOf([], 'paused')).toBe('paused');
    expect(stateOf([], 'off-duty')).toBe('off-duty');
    const { F, ...untilAccepted } = { B: USUAL.B, C: USUAL.C, D: USUAL.D, E: USUAL.E, F: USUAL.F };
    expect(stateOf([toldTo({ ...untilAccepted, F }).ticket()])).toBe('standby');
  });

  test('[V2] it travels from its departure and is on site from its arrival to the end of the work', () => {
    const { H, ...untilDeparture } = USUAL;
    const told = toldTo(untilDeparture);
    expect(stateOf([told.ticket()], 'paused')).toBe('travelling');
    told.must(H, make.arrive());
    expect(stateOf([told.ticket()])).toBe('on-site');
    told.must(60, make.clear());
    expect(stateOf([told.ticket()])).toBe('standby');
  });

  test('[V1] of several tickets the newest point decides', () => {
    const { H: _, ...untilDeparture } = USUAL;
    const earlier = toldTo(USUAL).ticket();
    const later = toldTo({ ...untilDeparture, G: 40 }).ticket();
    expect(stateOf([earlier, later])).toBe('travelling');
    expect(stateOf([later, earlier])).toBe('travelling');
  });

  test('[V2] a recall takes it off the road at once', () => {
    const { H: _, ...untilDeparture } = USUAL;
    const told = toldTo(untilDeparture);
    told.must(9, make.recall());
    expect(stateOf([told.ticket()])).toBe('standby');
  });
});

describe('the legs a vehicle has to know of', () => {
  test('[R2] a leg stays until the record is written, a recall until its receipt', () => {
    const told = toldTo(USUAL);
    const numbers = () => legsOfVehicle(told.ticket(), VEHICLE).map(({ no }) => no);
    told.must(60, make.clear());
    expect(numbers()).toEqual([1]);
    told.must(65, make.record());
    expect(numbers()).toEqual([]);

    const recalled = toldTo({ B: 1, C: 2, D: 3 });
    recalled.must(4, make.recall());
    recalled.must(5, make.dispatch());
    expect(legsOfVehicle(recalled.ticket(), VEHICLE).map(({ no }) => no)).toEqual([1, 2]);
    recalled.must(6, make.confirmRecall());
    expect(legsOfVehicle(recalled.ticket(), VEHICLE).map(({ no }) => no)).toEqual([2]);
  });

  test('[T1] a supporting vehicle has the open leg and owes no receipt', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(3, make.dispatch(undefined, { supportVehicleIds: ['vehicle-2'] }));
    expect(legsOfVehicle(told.ticket(), 'vehicle-2')).toHaveLength(1);
    expect(vehicleStateOf({ id: 'vehicle-2', duty: 'on-duty' }, [told.ticket()])).toBe('standby');
    told.must(4, make.recall());
    expect(legsOfVehicle(told.ticket(), 'vehicle-2')).toEqual([]);
    expect(legsOfVehicle(told.ticket(), VEHICLE)).toHaveLength(1);
  });
});

test('[V6] a position is live for two intervals and at least a minute, lost after ten', () => {
  const aged = (age: number, interval = 10 * SECOND) => freshnessOf(at(0) - age, at(0), interval);
  expect(freshnessOf(null, at(0), SECOND)).toBe('unknown');
  expect([0, MINUTE - 1, MINUTE, 10 * MINUTE, 10 * MINUTE + 1].map((age) => aged(age))).toEqual([
    'live',
    'live',
    'stale',
    'stale',
    'lost',
  ]);
  expect(aged(3 * MINUTE, 2 * MINUTE)).toBe('live');
  expect(aged(4 * MINUTE, 2 * MINUTE)).toBe('stale');
});
