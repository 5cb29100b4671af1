import type { GeoData } from '@faultline/server/src/map/geodata.ts';
import { loadGeoData } from '@faultline/server/src/map/geodata.ts';
import type { ShiftVehicle } from '@faultline/server/src/shift/planned-ticket.ts';
import type { Records } from '@faultline/server/src/shift/records.ts';
import { loadRecords } from '@faultline/server/src/shift/records.ts';
import type { Roads } from '@faultline/server/src/shift/roads.ts';
import { createRoads } from '@faultline/server/src/shift/roads.ts';

/** The shipped data, loaded once per test file. */
export interface BundledCity {
  readonly data: GeoData;
  readonly roads: Roads;
  readonly records: Records;
}

export async function bundledCity(): Promise<BundledCity> {
  const [data, records] = await Promise.all([loadGeoData(), loadRecords()]);
  return { data, records, roads: createRoads(data) };
}

/** A fleet in the shape of the sample district: two thirds serve low voltage, one third the rest. */
export function fleet(size: number): ShiftVehicle[] {
  const bases = [
    { lon: 116.3, lat: 39.98 },
    { lon: 116.46, lat: 39.87 },
    { lon: 116.4, lat: 39.93 },
    { lon: 116.35, lat: 39.88 },
  ];
  return Array.from({ length: size }, (_, index) => ({
    vehicleId: `vehicle-${index}`,
    crewId: `crew-${Math.floor(index / 4)}`,
    base: bases[Math.floor(index / 4) % bases.length] ?? { lon: 116.4, lat: 39.9 },
    serves:
      index % 3 === 2
        ? (['medium-voltage', 'public-hazard'] as const)
        : (['service-drop-or-meter', 'low-voltage', 'unknown'] as const),
  }));
}
