import type { ShiftPlan } from '@faultline/server/src/shift/plan.ts';
import { planShift } from '@faultline/server/src/shift/plan.ts';
import { seededRandom } from '@faultline/server/src/shift/seeded-random.ts';
import { budgetOf, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BundledCity } from '../support/bundled-city.ts';
import { bundledCity, fleet } from '../support/bundled-city.ts';

const START_AT = Date.UTC(2026, 5, 1, 6, 0);
const SEEDS = [1, 2, 3, 20261122, 2 ** 40 + 7];

let city: BundledCity;
beforeAll(async () => {
  city = await bundledCity();
});

function plan(
  changes: {
    seed?: number;
    speed?: number;
    vehicles?: number;
    startAt?: number;
    horizon?: number;
    heldCrewIds?: readonly string[];
  } = {},
): ShiftPlan {
  return planShift({
    incidents: city.records.incidents,
    roads: city.roads,
    seed: changes.seed ?? 1,
    speed: changes.speed ?? 4,
    vehicles: fleet(changes.vehicles ?? 40),
    startAt: changes.startAt ?? START_AT,
    horizon: changes.horizon ?? 3 * HOUR,
    heldCrewIds: changes.heldCrewIds ?? [],
  });
}

describe('a plan', () => {
  test('[shift] is the same for the same seed and another one for another seed', () => {
    expect(plan()).toEqual(plan());
    expect(plan({ seed: 2 }).tickets).not.toEqual(plan().tickets);
  });

  test.each(SEEDS)('[shift] with seed %i has consistent times, real places and fictional callers', (seed) => {
    const { tickets, paper } = plan({ seed });
    const vehicleIds = new Set(fleet(40).map((vehicle) => vehicle.vehicleId));
    expect(tickets.length).toBeGreaterThan(30);
    expect(new Set(tickets.map((ticket) => ticket.key)).size).toBe(tickets.length);
    let previous = START_AT;
    for (const { hangUpAt, hops, place, caller, homeVehicleId } of tickets) {
      expect(hangUpAt).toBeGreaterThanOrEqual(previous);
      previous = hangUpAt;
      const { takeAfter, dispatchAfter, driveMetresPerSecond, departureReport, arrivalReport, ...waits } = hops;
      expect(takeAfter).toBeLessThanOrEqual(dispatchAfter);
      for (const wait of [takeAfter, dispatchAfter, ...Object.values(waits)]) {
        expect(Number.isInteger(wait) && wait >= 0).toBe(true);
      }
      expect(driveMetresPerSecond).toBeGreaterThan(1);
      expect(driveMetresPerSecond).toBeLessThanOrEqual(36);
      expect(place.street).toMatch(/^[\p{Script=Han}\d]+$/u);
      expect(city.roads.districtName(place)).toBe(place.area);
      expect(caller.phone).toMatch(/^000-\d{4}-\d{4}$/);
      expect(caller.name).toContain('模拟');
      expect(vehicleIds).toContain(homeVehicleId);
      expect([departureReport, arrivalReport]).toBeDefined();
    }
    expect(tickets[0]?.hangUpAt).toBeLessThan(START_AT + MINUTE / 2);
    expect(paper).toHaveLength(8);
  });

  test('[shift] real drives take about as long as the log says', () => {
    const vehicles = new Map(fleet(40).map((vehicle) => [vehicle.vehicleId, vehicle]));
    const misfits = plan({ speed: 1 })
      .tickets.slice(0, 60)
      .map(({ place, hops, homeVehicleId }) => {
        const base = vehicles.get(homeVehicleId)?.base;
        if (base === undefined) throw new Error(`no vehicle ${homeVehicleId}`);
        return ((city.roads.route(base, place).lengthM / hops.driveMetresPerSecond) * 1000) / hops.driveFor;
      })
      .toSorted((a, b) => a - b);
    expect(misfits[30]).toBeGreaterThan(0.9);
    expect(misfits[30]).toBeLessThan(1.15);
  });

  test('[shift] the speed brings calls, wheels and tools forward, and leaves desks and crews their pace', () => {
    const slow = plan({ speed: 1 }).tickets;
    const fast = plan({ speed: 5 }).tickets;
    for (const [index, ticket] of slow.entries()) {
      const twin = fast[index];
      if (twin === undefined) throw new Error('the faster shift has at least as many calls');
      expect(twin.hops.issueAfter).toBe(ticket.hops.issueAfter);
      expect(twin.hops.dispatchAfter).toBe(ticket.hops.dispatchAfter);
      expect(twin.hops.acceptAfter).toBe(ticket.hops.acceptAfter);
      expect(twin.hops.departAfter).toBe(ticket.hops.departAfter);
      expect(twin.hops.repairFor).toBe(Math.round(ticket.hops.repairFor / 5));
      expect(twin.hops.driveFor).toBeLessThanOrEqual(ticket.hops.driveFor);
      expect(twin.hops.driveMetresPerSecond).toBeLessThanOrEqual(36);
      expect(twin.place).toEqual(ticket.place);
    }
  });

  test('[shift] the log begins again when it ends, holes in it are closed, and no call comes twice under one key', () => {
    const { tickets } = plan({ speed: 20, horizon: 12 * HOUR });
    expect(tickets.length).toBeGreaterThan(city.records.incidents.length);
    expect(new Set(tickets.map((ticket) => ticket.key)).size).toBe(tickets.length);
    const gaps = tickets.slice(1).map((ticket, index) => ticket.hangUpAt - (tickets[index]?.hangUpAt ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...gaps)).toBe((40 * MINUTE) / 20);
  });

  test('[shift] a call at night follows the start as closely as one at noon', () => {
    for (let hour = 0; hour < 24; hour += 3) {
      const startAt = START_AT + hour * HOUR;
      expect(plan({ startAt, horizon: MINUTE }).tickets[0]?.hangUpAt).toBe(startAt + 8_000);
    }
  });

  test('[shift] refuses an empty fleet and a speed below real time', () => {
    expect(() => plan({ vehicles: 0 })).toThrow(RangeError);
    expect(() => plan({ speed: 0.5 })).toThrow(RangeError);
    expect(() => plan({ speed: Number.NaN })).toThrow(RangeError);
  });
});

describe('what was on paper before the start', () => {
  const budget = (segment: 'AB' | 'FG' | 'GH') =>
    budgetOf(FIRST_POLICY, segment, { areaClass: 'urban', isCoLocated: true });

  test.each(SEEDS)(
    '[shift] with seed %i has its own earlier times in order, some hops late and some in time',
    (seed) => {
      const { paper } = plan({ seed });
      const late: string[] = [];
      for (const { ticket, written, vehicleId, drivenShare } of paper) {
        const noted = [written.A, written.B, written.D, written.F, written.G].filter((at) => at !== null);
        expect(noted).toEqual(noted.toSorted((a, b) => a - b));
        expect(noted.at(-1)).toBeLessThan(START_AT);
        expect(written.A).toBe(ticket.hangUpAt);
        expect(written.A).toBeGreaterThan(START_AT - 90 * MINUTE);
        expect(vehicleId === null).toBe(written.D === null);
        expect(drivenShare > 0).toBe(written.G !== null);
        expect(drivenShare).toBeLessThan(1);
        if (written.G !== null && START_AT - written.G > budget('GH')) late.push('GH');
        if (written.G === null && written.F !== null && START_AT - written.F > budget('FG')) late.push('FG');
        if (written.B === null && START_AT - written.A > budget('AB')) late.push('AB');
      }
      expect(late.toSorted()).toEqual(['AB', 'FG', 'GH', 'GH']);
      const vehicleIds = paper.map((each) => each.vehicleId).filter((id) => id !== null);
      expect(new Set(vehicleIds).size).toBe(vehicleIds.length);
    },
  );

  test('[shift] a small fleet is not given away on paper', () => {
    expect(plan({ vehicles: 6 }).paper).toHaveLength(2);
    expect(plan({ vehicles: 2 }).paper).toHaveLength(0);
  });
});

describe('who makes trouble', () => {
  test('[shift] one crew is slow and another does not accept at all', () => {
    const tempers = [...plan().crewTempers.values()].map((temper) => temper.kind);
    expect(tempers.toSorted()).toEqual(['does-not-accept', 'slow']);
    expect(plan({ vehicles: 8 }).crewTempers.size).toBe(0);
  });

  test('[shift] the crew whose duty phone a visitor holds already is the one that does not accept', () => {
    const silent = (heldCrewIds: readonly string[]) =>
      [...plan({ heldCrewIds }).crewTempers].flatMap(([id, { kind }]) => (kind === 'does-not-accept' ? [id] : []));
    const [drawn = ''] = silent([]);
    for (const crewId of new Set(fleet(40).map((vehicle) => vehicle.crewId))) {
      expect(silent([crewId])).toEqual([crewId]);
      expect([...plan({ heldCrewIds: [crewId] }).crewTempers.values()].map(({ kind }) => kind).toSorted()).toEqual([
        'does-not-accept',
        'slow',
      ]);
    }
    expect(silent(['a crew that has no vehicle'])).toEqual([drawn]);
    expect(silent([drawn, 'crew-0'])).toEqual([drawn]);
  });

  test.each(SEEDS)(
    '[shift] with seed %i tickets stand by for the crew that does not accept, near and ordinary',
    (seed) => {
      const { silentCrewTickets, crewTempers } = plan({ seed });
      const silent = [...crewTempers].flatMap(([id, { kind }]) => (kind === 'does-not-accept' ? [id] : []));
      expect([...silentCrewTickets.keys()]).toEqual(silent);
      for (const [crewId, tickets] of silentCrewTickets) {
        const own = fleet(40).filter((vehicle) => vehicle.crewId === crewId);
        expect(tickets.length).toBeGreaterThan(5);
        for (const { homeVehicleId, hops, outcome, faultClass } of tickets) {
          expect(own.map((vehicle) => vehicle.vehicleId)).toContain(homeVehicleId);
          expect(own.flatMap(({ serves }) => serves)).toContain(faultClass);
          expect(hops.departAfter).toBeLessThanOrEqual(75_000);
          expect(hops).toMatchObject({ departureReport: 'on-departure', arrivalReport: 'on-arrival' });
          expect(outcome.kind).toBe('repaired');
        }
      }
    },
  );

  test('[shift] the vehicle that loses its network first is one that is under way', () => {
    const { networkLosses, paper } = plan();
    const [first] = networkLosses;
    expect(paper.find((each) => each.vehicleId === first?.vehicleId)?.written.G).toBeLessThan(START_AT);
    for (const [index, loss] of networkLosses.entries()) {
      expect(loss.until).toBeGreaterThan(loss.from);
      expect(loss.from).toBeGreaterThan(networkLosses[index - 1]?.until ?? START_AT);
    }
  });
});

describe('seeded numbers', () => {
  test('[shift] streams of one seed are independent and evenly spread', () => {
    const sequence = (seed: number, ...streams: string[]) => {
      const random = seededRandom(seed, ...streams);
      return Array.from({ length: 5 }, () => random.unit());
    };
    expect(sequence(1, 'a')).toEqual(sequence(1, 'a'));
    expect(sequence(1, 'a')).not.toEqual(sequence(1, 'b'));
    expect(sequence(1, 'a', 'b')).not.toEqual(sequence(1, 'ab'));
    expect(sequence(1, 'a')).not.toEqual(sequence(1 + 2 ** 32, 'a'));
    const random = seededRandom(9);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw++) {
      const digit = random.below(10);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    // Chi-squared with nine degrees of freedom: above 27.9 once in a thousand seeds, and this seed is fixed.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
    expect(() => random.oneOf([])).toThrow(RangeError);
  });
});
