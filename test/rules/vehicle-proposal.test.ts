import type { Department, Trade, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { ProposalInput } from '@faultline/shared/vehicle/proposal.ts';
import { proposeVehicles } from '@faultline/shared/vehicle/proposal.ts';
import type { Fix } from '@faultline/shared/vehicle/vehicle.ts';
import { describe, expect, test } from 'vitest';
import { at, CENTRE, make, story, USUAL } from './story.ts';

const TRADES: readonly Trade[] = [
  { id: 'distribution', name: { zh: '配电', en: 'Distribution' } },
  { id: 'metering', name: { zh: '计量', en: 'Metering' } },
  { id: 'flying', name: { zh: '无人机巡检', en: 'Drones' } },
];

function crew(id: string, centreId: string): Department {
  const name = { zh: id, en: id };
  const rest = { crewKind: 'city-supply-station', site: id, areas: [], isActive: true } as const;
  return { id, district: 'east', kind: 'crew', name, centreId, ...rest };
}

const DEPARTMENTS = new Map([crew('near', CENTRE), crew('far', 'centre-west')].map((one) => [one.id, one]));

function vehicle(index: number, change: Partial<Vehicle> = {}): Vehicle {
  const id = `vehicle-${index}`;
  const plain = { district: 'east', crewId: 'near', callSign: id, plate: id, duty: 'on-duty', isActive: true } as const;
  return { id, index, tradeIds: ['distribution'], ...plain, ...change };
}

/** The fault lies at 116.4, 39.9; a kilometre to the north is 0.009 degrees. */
function kmAway(km: number, minute = 3): Fix {
  const motion = { speedMps: 0, headingDeg: null, accuracyM: 10 };
  return { lon: 116.4, lat: 39.9 + km / 111.195, fixedAt: at(minute), receivedAt: at(minute), ...motion };
}

function propose(vehicles: readonly Vehicle[], change: Partial<ProposalInput> & { km?: Record<string, number> } = {}) {
  const told = story();
  told.must(0, make.open());
  told.must(1, make.issue());
  const { km = {}, ...input } = change;
  return proposeVehicles({
    ticket: told.ticket(),
    vehicles,
    positionOf: ({ id }) => (km[id] === undefined ? null : kmAway(km[id])),
    openTickets: [],
    departments: DEPARTMENTS,
    trades: TRADES,
    policies: [FIRST_POLICY],
    now: at(3),
    ...input,
  });
}

function order(proposals: ReturnType<typeof proposeVehicles>): readonly number[] {
  return proposals.map((one) => one.vehicle.index);
}

/** A ticket that another vehicle's list holds already. */
function heldBy(vehicleId: string, openedAt: number, until: 'D' | 'G' | 'H' = 'D', id = 'held-1'): Ticket {
  const told = story();
  told.must(openedAt, make.open());
  told.must(openedAt + USUAL.B, make.issue());
  told.must(openedAt + USUAL.D, make.dispatch(undefined, { vehicleId }));
  if (until !== 'D') told.must(openedAt + USUAL.F, make.accept());
  if (until !== 'D') told.must(openedAt + USUAL.G, make.depart());
  if (until === 'H') told.must(openedAt + 12, make.arrive());
  return { ...told.ticket(), id };
}

describe('the order', () => {
  test('[V7] of equal vehicles the nearest comes first, one without a position last', () => {
    const km = { 'vehicle-1': 6, 'vehicle-2': 1, 'vehicle-3': 3 };
    const found = propose([vehicle(1), vehicle(2), vehicle(3), vehicle(4)], { km });
    expect(order(found)).toEqual([2, 3, 1, 4]);
    expect(found[0]?.distanceM).toBeCloseTo(1_000, -1);
    expect(found[3]).toMatchObject({ distanceM: null, arrival: null, promise: 'unknown', freshness: 'unknown' });
  });

  test('[V7] who cannot be sent comes last, whoever is nearest, and inactive ones not at all', () => {
    const km = { 'vehicle-1': 0.1, 'vehicle-2': 0.2, 'vehicle-3': 9, 'vehicle-4': 0 };
    const vehicles = [
      vehicle(1, { duty: 'off-duty' }),
      vehicle(2, { duty: 'paused' }),
      vehicle(3),
      vehicle(4, { isActive: false }),
    ];
    const found = propose(vehicles, { km });
    expect(order(found)).toEqual([3, 2, 1]);
    expect(found.map(({ obstacle }) => obstacle)).toEqual([null, 'paused', 'off-duty']);
  });

  test('[V7] the fitting trade comes before the nearer place, an unknown one between', () => {
    const km = { 'vehicle-1': 0.1, 'vehicle-2': 0.2, 'vehicle-3': 5, 'vehicle-4': 0.3 };
    const vehicles = [
      vehicle(1, { tradeIds: ['metering'] }),
      vehicle(2, { tradeIds: ['flying'] }),
      vehicle(3),
      vehicle(4, { tradeIds: [] }),
    ];
    const found = propose(vehicles, { km });
    expect(found.map(({ vehicle: one, trade }) => [one.index, trade])).toEqual([
      [3, 'fits'],
      [2, 'unknown'],
      [4, 'unknown'],
      [1, 'other'],
    ]);
  });

  test('[V7] crews of the centre come before those of another', () => {
    const km = { 'vehicle-1': 1, 'vehicle-2': 4 };
    const found = propose([vehicle(1, { crewId: 'far' }), vehicle(2)], { km });
    expect(found.map(({ isOfCentre }) => isOfCentre)).toEqual([true, false]);
  });
});

describe('the reasons', () => {
  test('[V7] the arrival has its range and tells what becomes of the promise', () => {
    const [near, far, tooFar] = propose([vehicle(1), vehicle(2), vehicle(3)], {
      km: { 'vehicle-1': 2, 'vehicle-2': 8, 'vehicle-3': 30 },
    });
    for (const one of [near, far, tooFar]) {
      expect(one?.arrival?.p10).toBeLessThan(one?.arrival?.p50 ?? 0);
      expect(one?.arrival?.p50).toBeLessThan(one?.arrival?.p90 ?? 0);
    }
    expect([near, far, tooFar].map((one) => one?.promise)).toEqual(['kept', 'at-risk', 'lost']);
    const travel = (near?.arrival?.p50 ?? 0) - at(3);
    expect(travel).toBeGreaterThan(8 * MINUTE);
    expect(travel).toBeLessThan(14 * MINUTE);
    expect((near?.arrival?.p90 ?? 0) - at(3)).toBeCloseTo(travel * 1.67, -2);
  });

  test('[V7] the age of the position stands beside it', () => {
    const positionOf = () => kmAway(1, -20);
    expect(propose([vehicle(1)], { positionOf })[0]).toMatchObject({ freshness: 'lost', fixedAt: at(-20) });
  });

  test('[V7] a vehicle at work comes after its work, one on the road after its ticket', () => {
    const km = { 'vehicle-1': 1, 'vehicle-2': 1 };
    const [working] = propose([vehicle(1)], { km, openTickets: [heldBy('vehicle-1', -12, 'H')] });
    expect(working).toMatchObject({ state: 'on-site', load: 1, held: [] });
    expect(working?.arrival?.p50).toBeGreaterThanOrEqual(at(30));
    const [travelling] = propose([vehicle(2)], { km, openTickets: [heldBy('vehicle-2', -5, 'G')] });
    expect(travelling?.state).toBe('travelling');
    expect(travelling?.arrival?.p50).toBeGreaterThan(working?.arrival?.p50 ?? Number.POSITIVE_INFINITY);
  });

  test('[V7] a promise already given is shown with its latest departure and with what becomes of it', () => {
    const younger = heldBy('vehicle-1', 2);
    const [one] = propose([vehicle(1)], { km: { 'vehicle-1': 1 }, openTickets: [younger], now: at(6) });
    // The new ticket's promise ends first, so it would be served first and the waiting one half an hour later.
    expect(one?.held).toMatchObject([{ ticketId: 'held-1', without: 'kept', withIt: 'kept' }]);
    expect(one?.held[0]?.latestDeparture).toBe(at(2 + 45 - 15));
    expect(one?.harmed).toBe(0);

    const [late] = propose([vehicle(1)], { km: { 'vehicle-1': 4 }, openTickets: [younger], now: at(6) });
    expect(late?.held).toMatchObject([{ without: 'kept', withIt: 'lost' }]);
    expect(late?.harmed).toBe(1);
  });

  test('[V7] a vehicle that harms nobody comes before a nearer one that breaks a promise', () => {
    const younger = heldBy('vehicle-1', 2);
    const found = propose([vehicle(1), vehicle(2)], {
      km: { 'vehicle-1': 4, 'vehicle-2': 5 },
      openTickets: [younger],
      now: at(6),
    });
    expect(order(found)).toEqual([2, 1]);
  });

  test('[V7] an older ticket is served first and is not harmed', () => {
    const older = heldBy('vehicle-1', -3);
    const [one] = propose([vehicle(1)], { km: { 'vehicle-1': 1 }, openTickets: [older], now: at(3) });
    expect(one?.held).toMatchObject([{ without: 'kept', withIt: 'kept' }]);
    expect(one?.arrival?.p50).toBeGreaterThan(at(3 + 30));
  });

  test('[V7] the same board gives the same list', () => {
    const km = { 'vehicle-1': 2, 'vehicle-2': 2, 'vehicle-3': 2 };
    const vehicles = [vehicle(1), vehicle(2), vehicle(3)];
    expect(order(propose([...vehicles].reverse(), { km }))).toEqual(order(propose(vehicles, { km })));
  });
});
