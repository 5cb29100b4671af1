import { budgetStateOf, openHopOf, promiseStateOf } from '@faultline/shared/ticket/clocks.ts';
import { dutiesOf, nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { verdictOf } from '@faultline/shared/ticket/ledger.ts';
import { SEGMENTS } from '@faultline/shared/ticket/points.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { AREA_CLASSES, budgetOf, FIRST_POLICY, policyAt } from '@faultline/shared/ticket/policy.ts';
import { minutes } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, make, minuteOf, story, toldTo, USUAL } from './story.ts';

const hopOf = (told: Story) => {
  const hop = openHopOf(told.ticket(), FIRST_POLICY);
  return hop && `${hop.segment} ${hop.party.kind} ${minuteOf(hop.enteredAt)}–${minuteOf(hop.deadline)}`;
};

describe('the budget of a hop', () => {
  test.each([
    ['urban', true, [2, 4, 2, 2, 2, 3, 28], 45],
    ['urban', false, [2, 4, 2, 4, 2, 3, 28], 45],
    ['rural', false, [2, 4, 2, 4, 2, 3, 73], 90],
    ['remote', false, [2, 4, 2, 4, 2, 3, 103], 120],
  ] as const)('[B1] %s, one office: %s', (areaClass, isCoLocated, budgets, promise) => {
    const minutesOf = SEGMENTS.map(
      (segment) => budgetOf(FIRST_POLICY, segment, { areaClass, isCoLocated }) / minutes(1),
    );
    expect(minutesOf).toEqual(budgets);
    expect(FIRST_POLICY.promiseMin[areaClass]).toBe(promise);
    expect(AREA_CLASSES).toContain(areaClass);
  });

  test.each([
    ['waiting for the issue', {}, 'AB service-centre 0–2'],
    ['issued', { B: 1 }, 'BC network 1–5'],
    ['on a desk of the centre', { B: 1, C: 2 }, 'CD repair-centre 2–4'],
    ['dispatched', { B: 1, C: 2, D: 3 }, 'DE network 3–5'],
    ['on a device of the crew', { B: 1, C: 2, D: 3, E: 4 }, 'EF crew-duty 4–6'],
    ['accepted', { B: 1, C: 2, D: 3, E: 4, F: 5 }, 'FG crew-team 5–8'],
    ['accepted without a receipt', { B: 1, D: 3, F: 5 }, 'FG crew-team 5–8'],
    ['departed', { B: 1, C: 2, D: 3, E: 4, F: 5, G: 7 }, 'GH crew-team 7–35'],
    ['arrived', USUAL, null],
  ] as const)('[B1] a deadline is the entry of the segment plus its budget: %s', (_, points, expected) => {
    expect(hopOf(toldTo(points))).toBe(expected);
  });

  test('[B1] a budget is inclusive: late begins a millisecond after the deadline', () => {
    const told = toldTo({ B: 1, C: 2 });
    const due = dutiesOf(told.ticket(), FIRST_POLICY).find(({ kind }) => kind === 'budget-late');
    expect(due?.dueAt).toBe(at(4) + 1);
    told.must(4, make.dispatch());
    expect(told.journal().some(({ event }) => 'key' in event && event.key.startsWith('budget-late:CD'))).toBe(false);
  });

  test('[B1] a hop warns at three quarters of its budget and is late only beyond it', () => {
    const hop = openHopOf(toldTo({ B: 1, C: 2 }).ticket(), FIRST_POLICY);
    const states = [3.49, 3.5, 4, 4.001].map((minute) => hop && budgetStateOf(hop, FIRST_POLICY, at(minute)));
    expect(states).toEqual(['in-time', 'warned', 'warned', 'late']);
  });

  test('[T3] a ticket that was taken without a receipt of the centre runs on both budgets together', () => {
    const told = toldTo({ B: 1 });
    told.must(3, make.take());
    expect(hopOf(told)).toBe('CD repair-centre 1–7');
    const { hops } = verdictOf(told.ticket(), FIRST_POLICY, at(5));
    expect(hops.at(-1)).toMatchObject({ segments: ['BC', 'CD'], budget: minutes(6), outcome: 'running' });
  });

  test.each([
    [false, 'BC repair-centre 1–5', 'DE crew-duty 3–5'],
    [true, 'BC network 1–5', 'DE network 3–5'],
  ])('[B1] the network answers for a delivery only while the receiver was connected: %s', (connected, BC, DE) => {
    const told = story();
    told.must(0, make.open());
    told.must(1, make.issue(undefined, { wasReceiverConnected: connected }));
    expect(hopOf(told)).toBe(BC);
    told.must(3, make.dispatch(undefined, { wasReceiverConnected: connected }));
    expect(hopOf(told)).toBe(DE);
  });
});

describe('policies', () => {
  const strict: Policy = {
    ...FIRST_POLICY,
    version: 2,
    validFrom: at(10),
    promiseMin: { urban: 20, rural: 20, remote: 20 },
    budgetMin: { ...FIRST_POLICY.budgetMin, AB: 1, GH: { urban: 5, rural: 5, remote: 5 } },
  };

  test('[B2] the policy valid at A judges, whenever the ticket was entered', () => {
    expect(policyAt([strict, FIRST_POLICY], at(9)).version).toBe(1);
    expect(policyAt([strict, FIRST_POLICY], at(10)).version).toBe(2);
    expect(policyAt([FIRST_POLICY, { ...strict, validFrom: 0 }], at(9)).version).toBe(2);
    const told = story([FIRST_POLICY, strict]);
    told.must(60, make.open({ how: 'entered', at: at(9), evidence: 'entered-by-dispatcher' }));
    expect(told.ticket().policyVersion).toBe(1);
  });

  test('[B2] a new version moves no deadline and no verdict of a ticket that began before it', () => {
    const judge = (policies: readonly Policy[]) => {
      const told = toldTo(USUAL, policies);
      return { journal: told.journal(), verdict: verdictOf(told.ticket(), policyAt(policies, at(0)), at(60)) };
    };
    expect(judge([FIRST_POLICY, strict])).toEqual(judge([FIRST_POLICY]));
  });
});

describe('the two clocks of a hop', () => {
  test('[B3] a hop warns, is late, and becomes a feedback, each once and each at its moment', () => {
    const told = toldTo({ B: 1, C: 2 });
    const moments: [number, string][] = [];
    for (let due = nextDueAt(told.ticket(), FIRST_POLICY); due !== null; due = nextDueAt(told.ticket(), FIRST_POLICY)) {
      const decision = told.tell(minuteOf(due), make.fireDue);
      if (decision.ok) for (const event of decision.value) if ('key' in event) moments.push([minuteOf(due), event.key]);
    }
    expect(moments.map(([minute, key]) => [Math.floor(minute * 100) / 100, key])).toEqual([
      [3.5, 'budget-warn:CD:1.0'],
      [4, 'budget-late:CD:1.0'],
      [5, 'feedback:centre-not-taken:1.0'],
      [6, 'feedback:centre-not-dispatched:1.0'],
      [17, 'promise-at-risk:0'],
      [45, 'promise-lost'],
    ]);
    expect(new Set(moments.map(([, key]) => key)).size).toBe(moments.length);
  });

  test('[B3] what had fallen due before a command stands before it in the journal, even if the clock was late', () => {
    const told = toldTo({ B: 1, C: 2 });
    expect(told.must(5, make.dispatch())).toEqual([
      'duty-fired',
      'duty-fired',
      'feedback-raised',
      'taken',
      'dispatched',
    ]);
    expect(told.ticket().feedbacks).toMatchObject([{ kind: 'centre-not-taken', ended: { cause: 'taken' } }]);
  });

  test('[B3] a second stay in the same segment warns again', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(3.6, make.dispatch());
    told.must(3.7, make.returned());
    expect(told.must(5.5, make.fireDue)).toContain('duty-fired');
    expect(Object.keys(told.ticket().fired)).toEqual(
      expect.arrayContaining(['budget-warn:CD:1.0', 'budget-warn:CD:1.1']),
    );
  });

  test('[E6] what fell due while nobody looked is announced at the next look, and only once', () => {
    const told = toldTo({ B: 1 });
    expect(told.must(500, make.fireDue)).toEqual([
      'duty-fired',
      'feedback-raised',
      'duty-fired',
      'duty-fired',
      'duty-fired',
    ]);
    expect(told.must(500, make.fireDue)).toEqual([]);
    expect(nextDueAt(told.ticket(), FIRST_POLICY)).toBeNull();
  });
});

describe('the promise', () => {
  const promise = (told: Story, minute: number) => {
    const state = promiseStateOf(told.ticket(), FIRST_POLICY, at(minute));
    return [state.state, state.remaining / minutes(1), minuteOf(state.latestDeparture)];
  };

  test('[B4] before a dispatch the driving time is the budget of GH', () => {
    const told = toldTo({ B: 1 });
    expect(promise(told, 17)).toEqual(['running', 28, 17]);
    expect(promise(told, 17.1)).toEqual(['at-risk', 27.9, 17]);
  });

  test('[B4] after a dispatch it is the expected one', () => {
    const told = toldTo({ B: 1, D: 3 });
    expect(promise(told, 30)).toEqual(['running', 15, 30]);
    expect(promise(told, 30.1)).toEqual(['at-risk', 14.9, 30]);
    expect(promise(told, 45)).toEqual(['at-risk', 0, 30]);
    expect(promise(told, 45.1)).toEqual(
      ['lost', -0.1, 30].map((value) => (value === -0.1 ? expect.closeTo(-0.1) : value)),
    );
  });

  test('[B4] while driving it is at risk five minutes before it breaks, or at once when it cannot be kept', () => {
    const inTime = toldTo({ B: 1, D: 3, F: 4, G: 10 });
    expect([promise(inTime, 39.9)[0], promise(inTime, 40)[0]]).toEqual(['running', 'at-risk']);
    const tooLate = toldTo({ B: 1, D: 3, F: 4, G: 31 });
    expect(promise(tooLate, 31)[0]).toBe('at-risk');
    const near = story();
    near.must(0, make.open());
    near.must(1, make.issue());
    near.must(3, make.dispatch(undefined, { travelMs: minutes(2) }));
    near.must(42, make.depart());
    expect(promiseStateOf(near.ticket(), FIRST_POLICY, at(42)).riskAt).toBe(at(42));
  });

  test('[B4] kept and lost are judged by the arrival, whenever one looks', () => {
    expect(promise(toldTo({ ...USUAL, H: 45 }), 500).slice(0, 2)).toEqual(['kept', 0]);
    expect(promise(toldTo({ ...USUAL, H: 46 }), 500).slice(0, 2)).toEqual(['lost', -1]);
  });

  test('[B4] without an arrival only what is proven is said', () => {
    const cleared = (points: Parameters<typeof toldTo>[0], minute: number) => {
      const told = toldTo(points);
      told.must(minute, make.clear());
      return promise(told, 500)[0];
    };
    expect(cleared({ B: 1, D: 3, F: 4 }, 44)).toBe('kept');
    expect(cleared({ B: 1, D: 3, F: 4 }, 60)).toBe('undetermined');
    expect(cleared({ B: 1, D: 3, F: 4, G: 46 }, 60)).toBe('lost');
  });

  test('[B4] a customer who withdrew after the promise had run out was let down, a slip was not', () => {
    const cancelled = (minute: number, reason: 'customer-withdrew' | 'mistake') => {
      const told = toldTo({ B: 1 });
      told.must(minute, make.cancel(reason));
      return promise(told, 500)[0];
    };
    expect(cancelled(45, 'customer-withdrew')).toBe('undetermined');
    expect(cancelled(46, 'customer-withdrew')).toBe('lost');
    expect(cancelled(46, 'mistake')).toBe('undetermined');
  });

  test('[R4] a new leg starts a new D, the promise goes on', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    told.must(10, make.recall());
    told.must(12, make.dispatch());
    expect(promise(told, 12)).toEqual(['running', 33, 30]);
    expect(hopOf(told)).toBe('DE network 12–14');
    expect(told.ticket().legs.map(({ D }) => minuteOf(D.at))).toEqual([3, 12]);
  });
});
