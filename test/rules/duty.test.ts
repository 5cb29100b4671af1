import type { Vehicle, VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import { decideDuty } from '@faultline/shared/vehicle/duty.ts';
import { describe, expect, test } from 'vitest';

function vehicle(id: string, duty: VehicleDuty, tradeIds: readonly string[], isActive = true): Vehicle {
  return { id, district: 'd', index: 0, crewId: 'crew', callSign: id, plate: id, tradeIds, duty, isActive };
}

const asking = vehicle('asking', 'on-duty', ['cable']);
const pause = (crew: readonly Vehicle[], isConfirmedByCentre = false, who = asking) =>
  decideDuty({ vehicle: who, duty: 'paused', crew: [who, ...crew], isConfirmedByCentre });

describe('a pause', () => {
  test('[V3] is free while another vehicle of the trade is on duty', () => {
    expect(pause([vehicle('other', 'on-duty', ['cable'])])).toEqual({ ok: true, value: 'paused' });
  });

  test('[V3] of the only vehicle of its trade needs the centre', () => {
    const last = { code: 'vehicle-is-last-of-trade', tradeId: 'cable' };
    for (const crew of [
      [],
      [vehicle('other', 'off-duty', ['cable'])],
      [vehicle('other', 'on-duty', ['metering'])],
      [vehicle('other', 'on-duty', ['cable'], false)],
    ]) {
      expect(pause(crew)).toEqual({ ok: false, refusal: last });
      expect(pause(crew, true)).toEqual({ ok: true, value: 'paused' });
    }
  });

  test('[V3] waits for another pause of the trade, whoever asks', () => {
    const crew = [vehicle('resting', 'paused', ['metering', 'cable']), vehicle('third', 'on-duty', ['cable'])];
    const refusal = { code: 'another-vehicle-paused', tradeId: 'cable', vehicleId: 'resting' };
    expect(pause(crew)).toEqual({ ok: false, refusal });
    expect(pause(crew, true)).toEqual({ ok: false, refusal });
  });

  test('[V3] of a vehicle with several trades looks at each of them', () => {
    const both = vehicle('both', 'on-duty', ['cable', 'metering']);
    const crew = [vehicle('other', 'on-duty', ['cable'])];
    expect(pause(crew, false, both)).toEqual({
      ok: false,
      refusal: { code: 'vehicle-is-last-of-trade', tradeId: 'metering' },
    });
  });

  test('[V3] said twice is said once', () => {
    const paused = vehicle('paused', 'paused', ['cable']);
    expect(pause([], false, paused)).toEqual({ ok: true, value: 'paused' });
  });
});

test.each(['on-duty', 'off-duty'] as const)('[V3] nobody has to be asked to go %s', (duty) => {
  const lonely = vehicle('lonely', 'paused', ['cable']);
  expect(decideDuty({ vehicle: lonely, duty, crew: [], isConfirmedByCentre: false })).toEqual({
    ok: true,
    value: duty,
  });
});
