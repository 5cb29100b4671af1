import type { Department, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { FaultClass } from '@faultline/shared/ticket/ticket.ts';
import type { LonLat } from '../map/local-metres.ts';
import type { ShiftVehicle } from './planned-ticket.ts';
import type { Roads } from './roads.ts';
import { seededRandom } from './seeded-random.ts';

/** What each kind of crew is responsible for, in the order of its duties. [S1] */
const SERVES: Readonly<Record<NonNullable<Department['crewKind']>, readonly FaultClass[]>> = {
  'community-service-station': ['service-drop-or-meter', 'low-voltage', 'unknown'],
  'city-supply-station': ['low-voltage', 'service-drop-or-meter', 'unknown'],
  'suburban-station': ['low-voltage', 'service-drop-or-meter', 'medium-voltage', 'public-hazard', 'unknown'],
  'emergency-repair-squad': ['medium-voltage', 'public-hazard'],
};

type Nodes = Pick<Roads, 'kerbsideNodes' | 'nodePlace' | 'nearestNode' | 'districtName'>;
type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Vehicles of one yard stand this far apart at most. */
const YARD_M = 400;
const SITE_TRIES = 4_000;

/**
 * The vehicles of the shift with the yards they start from, at most `limit`, the crews taken in turn so that a small
 * fleet still has all kinds. A yard is drawn once for its site, within its crews' areas: it lies at the same
 * place in every shift, whatever the seed.
 */
export function shiftVehicles(
  district: {
    readonly departments: readonly Department[];
    readonly vehicles: readonly Vehicle[];
    readonly bounds: Bounds;
  },
  roads: Nodes,
  limit: number,
): ShiftVehicle[] {
  const crews = district.departments.filter(({ kind, isActive }) => kind === 'crew' && isActive);
  const ofCrew = Map.groupBy(
    district.vehicles.filter(({ isActive, duty }) => isActive && duty !== 'off-duty'),
    ({ crewId }) => crewId,
  );
  const yards = new Map<string, LonLat>();
  const chosen: ShiftVehicle[] = [];
  const longest = Math.max(0, ...[...ofCrew.values()].map((vehicles) => vehicles.length));
  for (let turn = 0; turn < longest; turn++) {
    for (const crew of crews) {
      const vehicle = ofCrew.get(crew.id)?.[turn];
      if (vehicle === undefined || chosen.length === limit) continue;
      const yard = yards.get(crew.site) ?? drawYard(crew, district.bounds, roads);
      yards.set(crew.site, yard);
      const base = nearYard(yard, vehicle.id, roads);
      const serves = crew.crewKind === null ? [] : SERVES[crew.crewKind];
      chosen.push({ vehicleId: vehicle.id, crewId: crew.id, base, serves });
    }
  }
  return chosen;
}

/** A street in one of the crew's areas; anywhere in the district for a crew whose areas the map does not know. */
function drawYard(crew: Department, [west, south, east, north]: Bounds, roads: Nodes): LonLat {
  const random = seededRandom(0, 'yard', crew.site);
  let inDistrict: LonLat | null = null;
  for (let attempt = 0; attempt < SITE_TRIES; attempt++) {
    const place = roads.nodePlace(random.oneOf(roads.kerbsideNodes));
    if (place.lon < west || place.lon > east || place.lat < south || place.lat > north) continue;
    inDistrict ??= place;
    const area = roads.districtName(place);
    if (area !== null && crew.areas.includes(area)) return place;
  }
  return inDistrict ?? roads.nodePlace(random.oneOf(roads.kerbsideNodes));
}

const METRES_PER_DEGREE = 111_195;

function nearYard(yard: LonLat, vehicleId: string, roads: Nodes): LonLat {
  const random = seededRandom(0, 'bay', vehicleId);
  const away = () => ((random.unit() * 2 - 1) * YARD_M) / METRES_PER_DEGREE;
  return roads.nodePlace(roads.nearestNode({ lon: yard.lon + away(), lat: yard.lat + away() }));
}
