import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import { at, entered, fromDevice, make, minuteOf, story, toldTo, USUAL } from './story.ts';

describe('points, issues and legs', () => {
  test('[T1] a ticket goes from A to H through one issue and one leg', () => {
    const told = toldTo(USUAL);
    const { A, issues, legs } = told.ticket();
    expect(minuteOf(A.at)).toBe(0);
    expect(issues.map(({ B, C }) => [B, C].map((stamp) => stamp && minuteOf(stamp.at)))).toEqual([[1, 2]]);
    expect(legs.map(({ D, E, F, G, H }) => [D, E, F, G, H].map((stamp) => stamp && minuteOf(stamp.at)))).toEqual([
      [3, 4, 5, 7, 30],
    ]);
    expect(phaseOf(told.ticket())).toBe('arrived');
  });

  test('[T1] a dispatch implies that the centre took the ticket', () => {
    expect(toldTo({ B: 1, C: 2 }).must(3, make.dispatch())).toEqual(['taken', 'dispatched']);
    const taken = toldTo({ B: 1, C: 2 });
    taken.must(2.5, make.take());
    expect(taken.must(3, make.dispatch())).toEqual(['dispatched']);
  });

  test('[T1] a dispatch cannot lie before the taking that preceded it', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(4, make.take());
    expect(told.refused(6, make.dispatch(entered(3)))).toEqual({ code: 'time-contradicts', point: 'taken', at: at(4) });
    expect(told.must(6, make.dispatch(entered(4)))).toContain('dispatched');
  });

  test('[T1] a dispatch cannot lie before the taking, nor before the end of the leg before it', () => {
    const told = toldTo({ B: 1 });
    told.must(3, make.take());
    told.must(4, make.dispatch());
    told.must(8, make.recall());
    expect(told.refused(10, make.dispatch(entered(7)))).toMatchObject({ code: 'time-contradicts', point: 'ending' });
  });

  test('[T1] an offline clearance before the arrival is kept beside the ticket and not moved behind it', () => {
    const told = toldTo({ B: 1, D: 3, E: 4, F: 5, G: 7, H: 30 });
    expect(told.must(60, make.clear(fromDevice(25)))).toContain('contradicted');
    expect(told.ticket().contradictions).toMatchObject([
      { point: 'cleared', because: 'before-earlier-point', claimed: { at: at(25), claimedAt: at(25) } },
    ]);
    expect(told.ticket().cleared).toBeNull();
    expect(told.must(61, make.clear(fromDevice(25)))).toEqual([]);
    expect(told.refused(62, make.clear(entered(25)))).toEqual({ code: 'time-contradicts', point: 'H', at: at(30) });
    told.must(63, make.clear(fromDevice(40)));
    expect(told.ticket().cleared).toMatchObject({ at: at(40), evidence: 'device-synced-late' });
  });

  test('[T1] only one leg is open at a time, and only one issue', () => {
    const told = toldTo({ B: 1, D: 3 });
    expect(told.refused(4, make.dispatch())).toEqual({ code: 'already-dispatched', legNo: 1 });
    expect(told.refused(4, make.issue())).toMatchObject({ code: 'already-issued' });
  });

  test.each([
    ['depart before the acceptance', make.depart(entered(4)), 'F'],
    ['depart after the arrival', make.depart(entered(31)), 'H'],
    ['arrival is set', make.arrive(entered(20)), null],
  ])('[T1] a time that contradicts its neighbours is refused: %s', (_, command, point) => {
    const told = toldTo({ B: 1, D: 3, F: 5, H: 30 });
    const refusal = told.refused(32, command);
    expect(refusal).toMatchObject(
      point ? { code: 'time-contradicts', point } : { code: 'point-already-set', point: 'H' },
    );
  });

  test('[T1] the contradictory word of a device that was offline is kept once and has no effect', () => {
    const told = toldTo({ B: 1, D: 3, E: 4, F: 5, H: 30 });
    expect(told.must(40, make.depart(fromDevice(32)))).toContain('contradicted');
    expect(told.ticket().contradictions).toMatchObject([{ point: 'G', because: 'after-later-point' }]);
    expect(told.ticket().legs[0]?.G).toBeNull();
    expect(told.must(41, make.depart(fromDevice(32)))).toEqual([]);
  });

  test('[T1] a contradictory word of a device that is online is refused: its driver can be asked', () => {
    const told = toldTo({ B: 1, D: 3, E: 4, F: 5, H: 30 });
    expect(told.refused(32, make.depart(fromDevice(32)))).toMatchObject({ code: 'time-contradicts' });
  });

  test.each([
    ['arrival', make.arrive(fromDevice(8))],
    ['clearance', make.clear(fromDevice(9))],
  ])('[T1] what an offline device did on a leg that was taken back is kept beside it: %s', (_, command) => {
    const told = toldTo({ B: 1, D: 3, F: 5 });
    told.must(10, make.recall());
    expect(told.refused(10.1, make.arrive(fromDevice(10.1)))).toEqual({ code: 'leg-ended', legNo: 1 });
    expect(told.must(20, command)).toContain('contradicted');
    expect(told.must(21, command)).toEqual([]);
    expect(told.ticket().contradictions).toMatchObject([{ because: 'leg-ended' }]);
    expect(told.ticket()).toMatchObject({ cleared: null, legs: [{ H: null }] });
  });

  test('[T1] an offline device is heard even after its ticket was cancelled', () => {
    const told = toldTo({ B: 1, D: 3, F: 5 });
    told.must(10, make.cancel());
    expect(told.must(20, make.depart(fromDevice(7)))).toContain('contradicted');
    expect(told.refused(20, make.depart())).toMatchObject({ code: 'ticket-over', how: 'cancelled' });
  });

  test('[T1] two live words of one device that overtook each other on the way keep their order', () => {
    const told = toldTo({ B: 1, D: 3, E: 4 });
    told.must(6, make.depart(fromDevice(5.95)));
    told.must(6.05, make.accept(fromDevice(5.9)));
    const leg = told.ticket().legs[0];
    expect(leg?.F).toMatchObject({ at: at(5.9), evidence: 'device-synced-late' });
    expect(leg?.G).toMatchObject({ at: at(6), evidence: 'device-online' });
  });

  test('[T1] further vehicles support a leg and have no clock', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(3, make.dispatch(undefined, { supportVehicleIds: ['vehicle-2'] }));
    expect(told.ticket().legs).toMatchObject([{ vehicleId: 'vehicle-1', supportVehicleIds: ['vehicle-2'] }]);
  });
});

describe('missing points', () => {
  test('[T3] an arrival without a departure leaves the departure missing', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5, H: 30 });
    expect(told.ticket().legs[0]).toMatchObject({ G: null, H: { at: at(30) } });
    expect(phaseOf(told.ticket())).toBe('arrived');
  });

  test('[T3] a receipt that comes after the receiver has acted proves nothing and stays missing', () => {
    const told = toldTo({ B: 1, D: 3, F: 5 });
    expect(told.must(6, make.receive())).toEqual([]);
    expect(told.must(6, make.deliver())).toEqual([]);
    expect(told.ticket()).toMatchObject({ issues: [{ C: null }], legs: [{ E: null }] });
  });

  test('[T3] a desk that shows a ticket after the centre took it proves no delivery', () => {
    const told = toldTo({ B: 1 });
    told.must(2, make.take());
    expect(told.must(3, make.receive())).toEqual([]);
    told.must(3, make.receive(fromDevice(1.5)));
    expect(told.ticket().issues[0]?.C?.at).toBe(at(1.5));
  });

  test('[T1] a receipt that a person enters with a contradictory time is refused, never dropped', () => {
    expect(toldTo({ B: 5 }).refused(8, make.receive(entered(4)))).toMatchObject({
      code: 'time-contradicts',
      point: 'B',
    });
    const dispatched = toldTo({ B: 1, C: 2, D: 5 });
    expect(dispatched.refused(8, make.deliver(entered(4)))).toMatchObject({ code: 'time-contradicts', point: 'D' });
  });

  test('[T3] a receipt that was stored in time but sent late is set with its own time', () => {
    const told = toldTo({ B: 1, D: 3, E: 4, F: 5 });
    told.must(9, make.receive(fromDevice(2)));
    expect(told.ticket().issues[0]?.C).toMatchObject({ at: at(2), evidence: 'device-synced-late' });
  });

  test('[T3] a fault may be cleared without an arrival, but not by a crew that never answered', () => {
    expect(toldTo({ B: 1, D: 3, F: 5 }).must(50, make.clear())).toContain('cleared');
    expect(toldTo({ B: 1, D: 3, E: 4 }).refused(50, make.clear())).toEqual({
      code: 'point-out-of-order',
      expected: 'F',
    });
  });

  test('[T3] a missing point cannot be made by a correction', () => {
    const told = toldTo({ B: 1, D: 3, F: 5, H: 30 });
    for (const point of ['C', 'E', 'G'] as const) {
      expect(told.refused(40, make.correct(point, 4))).toEqual({ code: 'point-missing', point });
    }
  });

  test('[T3] cleared, recorded and closed come in this order, each once', () => {
    const told = toldTo(USUAL);
    expect(told.refused(31, make.record())).toMatchObject({ code: 'point-out-of-order', expected: 'cleared' });
    expect(told.refused(31, make.close())).toMatchObject({ code: 'point-out-of-order', expected: 'recorded' });
    told.must(40, make.clear());
    expect(told.refused(41, make.clear())).toMatchObject({ code: 'point-already-set', point: 'cleared' });
    told.must(42, make.record());
    told.must(43, make.close());
    expect(phaseOf(told.ticket())).toBe('closed');
  });
});

describe('the four times of a point', () => {
  const before = () => toldTo({ B: 1, C: 2, D: 3, E: 4 });

  test.each([
    ['a live word gets the server’s time', 6, fromDevice(5.9, 30), 6, 'device-online'],
    ['a late word keeps the device’s time', 20, fromDevice(6), 6, 'device-synced-late'],
    ['… corrected by the measured difference of its clock', 20, fromDevice(6, 3_600), 6, 'device-synced-late'],
    ['… never before the ticket was delivered', 20, fromDevice(-60), 4, 'device-synced-late'],
    ['… never after it was received', 20, fromDevice(90), 20, 'device-synced-late'],
    ['a person’s word stands as it was given', 20, entered(6), 6, 'entered-by-dispatcher'],
  ] as const)('[T4] %s', (_, minute, time, expected, evidence) => {
    const told = before();
    told.must(minute, make.accept(time));
    const stamp = told.ticket().legs[0]?.F;
    expect(stamp).toMatchObject({ at: at(expected), receivedAt: at(minute), evidence });
    expect(stamp?.claimedAt).toBe(time.how === 'device' ? time.claimedAt : at(6));
  });

  test('[T4] a receipt of the centre is clamped to the issue, even when a vehicle is already under way', () => {
    const told = toldTo({ B: 1, D: 5, E: 6, F: 7 });
    told.must(30, make.receive(fromDevice(0)));
    expect(told.ticket().issues[0]?.C).toMatchObject({ at: at(1) });
  });

  test('[T4] nobody states a time that has not come yet', () => {
    expect(before().refused(6, make.accept(entered(6.1)))).toEqual({ code: 'time-in-future', now: at(6) });
  });

  test('[T4] a clock of a device that is a day off does no harm', () => {
    const told = before();
    told.must(20, make.accept({ how: 'device', claimedAt: at(6) + 86_400_000, skewMs: 86_400_000 }));
    expect(told.ticket().legs[0]?.F?.at).toBe(at(6));
  });
});

describe('paper', () => {
  test('[T7] a ticket from paper is judged by its own times and knows when they were learnt', () => {
    const told = story();
    told.must(60, make.open(entered(0), { isFromPaper: true }), make.issue(entered(1)), make.dispatch(entered(4)));
    const { A, legs, policyVersion } = told.ticket();
    expect(A).toMatchObject({ at: at(0), receivedAt: at(60), evidence: 'entered-by-dispatcher' });
    expect(legs[0]?.D).toMatchObject({ at: at(4), receivedAt: at(60) });
    expect(policyVersion).toBe(1);
  });

  test('[T7] duties that were over on paper never fire, what is still open and overdue fires once', () => {
    const told = story();
    told.must(20, make.open(entered(0), { isFromPaper: true }), make.issue(entered(10)), make.dispatch(entered(12)));
    const keysAt = (minute: number) => {
      const decision = told.tell(minute, make.fireDue);
      return decision.ok ? decision.value.map((event) => ('key' in event ? event.key : event.type)) : [];
    };
    expect(keysAt(20)).toEqual(['budget-warn:DE:1.1', 'budget-late:DE:1.1', 'feedback:crew-not-accepted:1.1']);
    expect(keysAt(20)).toEqual([]);
  });

  test('[T7] all or none of a paper ticket is entered', () => {
    const told = story();
    const refusal = told.refused(60, make.open(entered(0)), make.issue(entered(3)), make.dispatch(entered(2)));
    expect(refusal).toMatchObject({ code: 'time-contradicts', point: 'B' });
    expect(told.journal()).toEqual([]);
  });

  test('[T7] nothing older than three days is entered', () => {
    expect(story().refused(73 * 60, make.open(entered(0)))).toMatchObject({ code: 'time-too-old' });
  });
});
