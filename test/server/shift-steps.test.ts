import type { Candidate } from '@faultline/server/src/shift/assignment.ts';
import { chooseVehicle } from '@faultline/server/src/shift/assignment.ts';
import { shiftVehicles } from '@faultline/server/src/shift/depots.ts';
import { nextDeskStep } from '@faultline/server/src/shift/desk-steps.ts';
import type { Manner } from '@faultline/server/src/shift/manner.ts';
import { leftoverManner, visitorsManner } from '@faultline/server/src/shift/manner.ts';
import { whereabouts } from '@faultline/server/src/shift/motion.ts';
import type { CrewTemper } from '@faultline/server/src/shift/plan.ts';
import { Silence } from '@faultline/server/src/shift/silence.ts';
import type { Errand } from '@faultline/server/src/shift/vehicle-deeds.ts';
import { currentErrand, isDone, nextDeed } from '@faultline/server/src/shift/vehicle-deeds.ts';
import type { CallOutcome, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';
import { at, CALLEE, CENTRE, CREW, make, START, toldTo, USUAL } from '../rules/story.ts';
import { bundledCity } from '../support/bundled-city.ts';

const MANNER: Manner = {
  hops: {
    issueAfter: 60 * SECOND,
    takeAfter: 20 * SECOND,
    dispatchAfter: 50 * SECOND,
    acceptAfter: 40 * SECOND,
    departAfter: 100 * SECOND,
    driveFor: 20 * MINUTE,
    driveMetresPerSecond: 10,
    parkFor: 5 * SECOND,
    repairFor: 15 * MINUTE,
    recordAfter: 30 * SECOND,
    closeAfter: 45 * SECOND,
    departureReport: 'on-departure',
    arrivalReport: 'on-arrival',
  },
  outcome: { kind: 'repaired', record: { found: 'f', cause: 'c', done: 'd' } },
  homeVehicleId: null,
  notBefore: 0,
};

function upTo(last: keyof typeof USUAL | 'A'): Ticket {
  const points = Object.entries(USUAL).filter(([point]) => point <= last);
  return toldTo(Object.fromEntries(points)).ticket();
}

function step(ticket: Ticket, changes: Partial<Manner> = {}, temper?: CrewTemper) {
  return nextDeskStep(ticket, { ...MANNER, ...changes }, (crewId) => (crewId === CREW ? temper : undefined));
}

const SILENT = { kind: 'does-not-accept', recalledAfter: 20 * MINUTE, heedsChiefs: true } as const;
const NOT_ACCEPTED = 'feedback:crew-not-accepted:1.1';

/** Lies at its crew since minute 3; at minute 7 somebody of this role was rung, at minute 8 he said this. */
function rung(contactRole: string, outcome: CallOutcome): Ticket {
  const story = toldTo({ B: 1, C: 2, D: 3, E: 4 });
  story.must(7, make.fireDue);
  story.must(7, make.placeCall(NOT_ACCEPTED, { callee: { ...CALLEE, contactRole } }));
  story.must(8, make.endCall(NOT_ACCEPTED, outcome));
  return story.ticket();
}

describe('what a desk does next', () => {
  test.each([
    ['A', { by: 'lead', type: 'issue' }, at(0) + 60 * SECOND],
    ['B', { by: 'centre', type: 'take', centreId: CENTRE }, at(USUAL.B) + 20 * SECOND],
    ['C', { by: 'centre', type: 'take', centreId: CENTRE }, at(USUAL.C) + 20 * SECOND],
    ['D', { by: 'crew', type: 'accept', crewId: CREW, legNo: 1 }, at(USUAL.D) + 40 * SECOND],
    ['E', { by: 'crew', type: 'accept', crewId: CREW, legNo: 1 }, at(USUAL.E) + 40 * SECOND],
  ] as const)('[shift] after %s it is $1', (last, due, dueAt) => {
    expect(step(upTo(last))).toEqual({ step: due, dueAt });
  });

  test.each(['F', 'G', 'H'] as const)('[shift] after %s the ticket is with its vehicle', (last) => {
    expect(step(upTo(last))).toBeNull();
  });

  test('[shift] a taken ticket is dispatched, a recorded one closed, a closed one left alone', () => {
    const story = toldTo({ B: 1, C: 2 });
    story.must(2.5, make.take());
    expect(step(story.ticket())).toEqual({
      step: { by: 'centre', type: 'dispatch', centreId: CENTRE },
      dueAt: at(2) + 50 * SECOND,
    });
    story.must(3, make.dispatch(), make.accept(), make.depart(), make.arrive(), make.clear());
    expect(step(story.ticket())).toBeNull();
    story.must(40, make.record());
    expect(step(story.ticket())).toEqual({ step: { by: 'agent', type: 'close' }, dueAt: at(40) + 45 * SECOND });
    story.must(41, make.close());
    expect(step(story.ticket())).toBeNull();
  });

  test('[R1] after a return or a recall the sender begins anew', () => {
    const story = toldTo({ B: 1, C: 2, D: 3 });
    story.must(12, make.recall());
    expect(step(story.ticket())).toEqual({
      step: { by: 'centre', type: 'dispatch', centreId: CENTRE },
      dueAt: at(12) + 50 * SECOND,
    });
    story.must(13, make.recall({ target: 'issue' }));
    expect(step(story.ticket())).toEqual({ step: { by: 'lead', type: 'issue' }, dueAt: at(13) + 60 * SECOND });
  });

  test('[shift] a slow crew takes its time, and a ticket is taken back from one that does not answer', () => {
    expect(step(upTo('E'), {}, { kind: 'slow', factor: 3 })?.dueAt).toBe(at(USUAL.E) + 120 * SECOND);
    expect(step(upTo('E'), {}, SILENT)).toEqual({
      step: { by: 'centre', type: 'recall', centreId: CENTRE, legNo: 1, reason: 'no-response' },
      dueAt: at(USUAL.D) + 20 * MINUTE,
    });
  });

  test('[E4] a crew that does not accept by itself does so once a chief has answered for it', () => {
    const accept = { by: 'crew', type: 'accept', crewId: CREW, legNo: 1 };
    expect(step(rung('chief-2', 'acknowledged'), {}, SILENT)).toEqual({ step: accept, dueAt: at(8) + 40 * SECOND });
    expect(step(rung('chief-1', 'no-answer'), {}, SILENT)?.step.type).toBe('recall');
    expect(step(rung('duty', 'acknowledged'), {}, SILENT)?.step.type).toBe('recall');
    const visited = { ...SILENT, heedsChiefs: false };
    expect(step(rung('chief-2', 'acknowledged'), {}, visited)?.step.type).toBe('recall');
  });

  test('[E4] [R1] a ticket that the duty phone has said no to is taken back soon, whatever the temper', () => {
    for (const temper of [SILENT, undefined]) {
      expect(step(rung('duty', 'refused'), {}, temper)).toEqual({
        step: { by: 'centre', type: 'recall', centreId: CENTRE, legNo: 1, reason: 'receiver-unable' },
        dueAt: at(8) + 45 * SECOND,
      });
      expect(step(rung('chief-1', 'refused'), {}, temper)?.step).not.toMatchObject({ reason: 'receiver-unable' });
    }
  });

  test('[shift] a withdrawn call is cancelled in its time unless the crew is there already', () => {
    const withdrawn = { outcome: { kind: 'cancelled', reason: 'customer-withdrew', after: 6 * MINUTE } } as const;
    expect(step(upTo('E'), withdrawn)?.step).toMatchObject({ type: 'accept' });
    expect(step(upTo('G'), withdrawn)).toEqual({
      step: { by: 'lead', type: 'cancel', reason: 'customer-withdrew' },
      dueAt: at(6),
    });
    expect(step(upTo('H'), withdrawn)).toBeNull();
  });

  test('[shift] leftovers of an earlier shift are settled soon, the old ones by cancelling', () => {
    const options = { seed: 1, speed: 4 };
    const fresh = leftoverManner(upTo('C'), { ...options, now: at(30) });
    expect(fresh.outcome.kind).toBe('repaired');
    const old = leftoverManner(upTo('G'), { ...options, now: START + 4 * HOUR });
    expect(old.outcome).toMatchObject({ kind: 'cancelled', reason: 'restored-meanwhile' });
    const due = nextDeskStep(upTo('G'), old, () => undefined);
    expect(due?.step.type).toBe('cancel');
    expect(due?.dueAt).toBeGreaterThanOrEqual(START + 4 * HOUR);
    expect(due?.dueAt).toBeLessThanOrEqual(START + 4 * HOUR + 30 * SECOND);
    expect(leftoverManner(upTo('H'), { ...options, now: START + 4 * HOUR }).outcome.kind).toBe('repaired');
  });

  test("[shift] a visitor's ticket is left to the visitor at the desks", () => {
    const manner = visitorsManner(upTo('A'), { seed: 1, speed: 4 });
    expect(nextDeskStep(upTo('A'), manner, () => undefined)?.dueAt).toBe(at(15));
    expect(nextDeskStep(upTo('E'), manner, () => undefined)?.dueAt).toBeLessThan(at(USUAL.E) + 2 * MINUTE);
  });
});

describe('what a crew in its vehicle does next', () => {
  function errand(last: keyof typeof USUAL, changes: Partial<Errand> = {}): Errand {
    const ticket = changes.ticket ?? upTo(last);
    const leg = ticket.legs.at(-1);
    if (leg === undefined) throw new Error('the story has a leg');
    return { ticket, leg, manner: MANNER, temper: undefined, said: {}, reachedAt: null, ...changes };
  }
  const manner = (hops: Partial<Manner['hops']>): Manner => ({ ...MANNER, hops: { ...MANNER.hops, ...hops } });

  test('[shift] it waits for the acceptance, departs, drives, arrives, repairs, and writes', () => {
    expect(nextDeed(errand('E'))).toBeNull();
    expect(nextDeed(errand('F'))).toEqual({ deed: 'depart', dueAt: at(USUAL.F) + 100 * SECOND });
    expect(nextDeed(errand('G'))).toBeNull();
    const there = at(20);
    expect(nextDeed(errand('G', { reachedAt: there }))).toEqual({ deed: 'arrive', dueAt: there + 5 * SECOND });
    expect(nextDeed(errand('H', { reachedAt: there }))).toEqual({ deed: 'clear', dueAt: at(USUAL.H) + 15 * MINUTE });
    const said = { depart: at(7), arrive: at(20), clear: at(35) };
    expect(nextDeed(errand('F', { reachedAt: there, said }))).toEqual({ deed: 'record', dueAt: at(35) + 30 * SECOND });
    expect(nextDeed(errand('F', { reachedAt: there, said: { ...said, record: at(36) } }))).toBeNull();
  });

  test('[T3] some crews press both keys at the place, and some never the second', () => {
    const together = manner({ departureReport: 'with-arrival' });
    expect(nextDeed(errand('F', { manner: together }))?.deed).toBe('set-off');
    const said = { 'set-off': at(7) };
    expect(nextDeed(errand('F', { manner: together, said, reachedAt: at(20) }))?.deed).toBe('depart');
    const silent = manner({ arrivalReport: 'never' });
    expect(nextDeed(errand('G', { manner: silent, reachedAt: at(20) }))).toEqual({ deed: 'clear', dueAt: at(35) });
  });

  test('[V1] of several tickets the one under way goes first, then the one accepted first', () => {
    const waiting = errand('F');
    const underWay = errand('G');
    expect(currentErrand([waiting, underWay])).toBe(underWay);
    expect(currentErrand([errand('E')])).toBeNull();
    const taken = toldTo({ B: 1, C: 2, D: 3, F: 4 });
    taken.must(5, make.recall());
    expect(isDone(errand('F', { ticket: taken.ticket() }))).toBe(true);
  });
});

describe('whom a dispatcher sends', () => {
  const base = { lon: 116.4, lat: 39.9 };
  const candidate = (vehicleId: string, changes: Partial<Candidate> = {}): Candidate => ({
    vehicleId,
    crewId: `crew of ${vehicleId}`,
    base,
    serves: ['low-voltage'],
    centreId: CENTRE,
    position: base,
    load: 0,
    letsOneLie: false,
    ...changes,
  });
  const pick = (
    candidates: Candidate[],
    search: { homeVehicleId?: string; mayQueue?: boolean } = {},
    ticket = upTo('C'),
  ) => chooseVehicle(ticket, candidates, { homeVehicleId: null, mayQueue: false, ...search })?.vehicleId;

  test('[shift] the home vehicle if it is free, else the nearest of the right crews of the own centre', () => {
    const near = candidate('near');
    const far = candidate('far', { position: { lon: 116.5, lat: 39.9 } });
    const unfit = candidate('unfit', { serves: ['medium-voltage'] });
    const foreign = candidate('foreign', { centreId: 'centre-west' });
    expect(pick([foreign, unfit, far, near])).toBe('near');
    expect(pick([near, far], { homeVehicleId: 'far' })).toBe('far');
    expect(pick([foreign, unfit])).toBe('unfit');
    expect(pick([foreign])).toBe('foreign');
  });

  test('[shift] a busy one only when nobody was free for long, and nobody holds three', () => {
    const busy = candidate('busy', { load: 1 });
    expect(pick([busy])).toBeUndefined();
    expect(pick([busy], { mayQueue: true })).toBe('busy');
    expect(pick([candidate('full', { load: 2 })], { mayQueue: true })).toBeUndefined();
  });

  test('[shift] one of a crew that lets a ticket lie only when there is nobody else', () => {
    const lying = candidate('lying', { letsOneLie: true });
    const far = candidate('far', { position: { lon: 116.5, lat: 39.9 } });
    expect(pick([lying, far], { homeVehicleId: 'lying' })).toBe('far');
    expect(pick([lying])).toBe('lying');
  });

  test('[R1] a crew that did not answer for this ticket is not asked again', () => {
    const story = toldTo({ B: 1, C: 2, D: 3 });
    story.must(12, make.recall());
    const candidates = [
      candidate('again', { crewId: CREW }),
      candidate('other', { position: { lon: 116.6, lat: 39.9 } }),
    ];
    expect(pick(candidates, {}, story.ticket())).toBe('other');
  });
});

describe('where things are', () => {
  test('[shift] a fleet is spread over its crews, in yards inside their areas that do not move', async () => {
    const { roads } = await bundledCity();
    const crew = (id: string, area: string) =>
      ({
        id,
        district: 'd',
        kind: 'crew',
        name: { zh: id, en: id },
        crewKind: 'city-supply-station',
        centreId: CENTRE,
        site: `site of ${id}`,
        areas: [area],
        isActive: true,
      }) as const;
    const vehicle = (id: string, crewId: string, index: number) =>
      ({
        id,
        district: 'd',
        index,
        crewId,
        callSign: id,
        plate: id,
        tradeIds: [],
        duty: 'on-duty',
        isActive: true,
      }) as const;
    const district = {
      departments: [crew('one', '东城区'), crew('two', '丰台区')],
      vehicles: [vehicle('a', 'one', 0), vehicle('b', 'one', 1), vehicle('c', 'two', 2)],
      bounds: [116.2, 39.75, 116.55, 40.03],
    } as const;
    const fleet = shiftVehicles(district, roads, 2);
    expect(fleet.map(({ vehicleId }) => vehicleId)).toEqual(['a', 'c']);
    expect(fleet.map(({ base }) => roads.districtName(base))).toEqual(['东城区', '丰台区']);
    expect(shiftVehicles(district, roads, 40).slice(0, 2)).toEqual(fleet);
  });

  test('[shift] a motion is a matter of time alone', () => {
    const route = {
      points: [
        [116.4, 39.9],
        [116.41, 39.9],
      ],
      cumulative: [0, 854],
      lengthM: 854,
    } as const;
    const motion = { kind: 'driving', route, since: START, metresPerSecond: 10 } as const;
    expect(whereabouts(motion, START)).toMatchObject({ lon: 116.4, metresPerSecond: 10, reachedAt: null });
    expect(whereabouts(motion, START + 42_700).lon).toBeCloseTo(116.405, 6);
    expect(whereabouts(motion, START + HOUR)).toMatchObject({
      lon: 116.41,
      metresPerSecond: 0,
      reachedAt: START + 85_400,
    });
  });

  test('[shift] a process that slept has not listened', () => {
    const silence = new Silence(START);
    expect(silence.look(START + HOUR)).toBe(10 * SECOND);
    expect(silence.look(START + HOUR + 3 * SECOND)).toBe(13 * SECOND);
    silence.heard();
    expect(silence.look(START + HOUR + 4 * SECOND)).toBe(SECOND);
  });
});
