import { alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { dutiesOf } from '@faultline/shared/ticket/duties.ts';
import type { FeedbackKind, Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, CENTRE, CREW, fromDevice, LEAD, make, minuteOf, story, toldTo } from './story.ts';

type Way = Parameters<typeof toldTo>[0];

interface Hop {
  readonly kind: FeedbackKind;
  readonly way: Way;
  readonly dueAt: number;
  readonly departmentId: string;
  readonly key: string;
  /** Everything that is a way of doing the hop. */
  readonly doneBy: readonly TicketCommand[];
}

const HOPS: readonly Hop[] = [
  {
    kind: 'centre-not-taken',
    way: { B: 1, C: 2 },
    dueAt: 5,
    departmentId: CENTRE,
    key: 'feedback:centre-not-taken:1.0',
    doneBy: [make.take(), make.dispatch()],
  },
  {
    kind: 'centre-not-dispatched',
    way: { B: 1, C: 2 },
    dueAt: 6,
    departmentId: CENTRE,
    key: 'feedback:centre-not-dispatched:1.0',
    doneBy: [make.dispatch()],
  },
  {
    kind: 'crew-not-accepted',
    way: { B: 1, C: 2, D: 3, E: 4 },
    dueAt: 7,
    departmentId: CREW,
    key: 'feedback:crew-not-accepted:1.1',
    doneBy: [make.accept(), make.depart(), make.arrive()],
  },
  {
    kind: 'crew-not-departed',
    way: { B: 1, C: 2, D: 3, E: 4, F: 5 },
    dueAt: 10,
    departmentId: CREW,
    key: 'feedback:crew-not-departed:1.1',
    doneBy: [make.depart(), make.arrive(), make.clear()],
  },
  {
    kind: 'promise-at-risk',
    way: { B: 1, C: 2, D: 3, E: 4, F: 5, G: 10 },
    dueAt: 40,
    departmentId: CREW,
    key: 'feedback:promise-at-risk:1.1',
    doneBy: [make.arrive(), make.clear()],
  },
];

function raised(hop: Hop): Story {
  const told = toldTo(hop.way);
  told.must(hop.dueAt, make.fireDue);
  return told;
}

const feedbackOf = (told: Story, hop: Hop) => told.ticket().feedbacks.find(({ key }) => key === hop.key);

describe('a hop that lies still', () => {
  test.each(HOPS)('[E1] $kind becomes a feedback at its minute and not before', (hop) => {
    const told = toldTo(hop.way);
    const duty = dutiesOf(told.ticket(), FIRST_POLICY).find(({ key }) => key === hop.key);
    expect(duty && minuteOf(duty.dueAt)).toBe(hop.dueAt);
    told.must(hop.dueAt - 0.001, make.fireDue);
    expect(feedbackOf(told, hop)).toBeUndefined();
    told.must(hop.dueAt, make.fireDue);
    expect(feedbackOf(told, hop)).toMatchObject({ kind: hop.kind, departmentId: hop.departmentId, ended: null });
  });

  test.each(HOPS)('[E1] $kind is switched off by a policy that does not want it', ({ key, way }) => {
    const silent: Policy = {
      ...FIRST_POLICY,
      feedbackMin: {
        centreNotTakenAfterIssue: null,
        centreNotDispatchedAfterDeadline: null,
        crewNotAcceptedAfterDispatch: null,
        crewNotDepartedAfterDeadline: null,
        promiseAtRisk: false,
      },
    };
    expect(dutiesOf(toldTo(way, [silent]).ticket(), silent).map((duty) => duty.key)).not.toContain(key);
  });

  test('[E1] a driver who set off when the promise was already lost is not rung for its risk', () => {
    const keys = (minute: number) =>
      dutiesOf(toldTo({ B: 1, D: 3, F: 4, G: minute }).ticket(), FIRST_POLICY).map(({ key }) => key);
    expect(keys(31)).toContain('feedback:promise-at-risk:1.1');
    expect(keys(46)).not.toContain('feedback:promise-at-risk:1.1');
  });

  test('[E1] an alarm on the lead’s desk speaks for a ticket that is not issued', () => {
    const told = story();
    told.must(0, make.open());
    told.must(2.1, make.fireDue);
    expect(alarmsOf(told.ticket(), FIRST_POLICY, at(2.1))).toMatchObject([
      { kind: 'budget-late', segment: 'AB', audience: ['service-centre'] },
    ]);
  });
});

describe('the call', () => {
  test.each(HOPS)('[E2] every attempt for $kind is kept with who, when, how and by whom', (hop) => {
    const told = raised(hop);
    told.must(hop.dueAt + 1, make.call(hop.key, 'no-answer'));
    told.must(hop.dueAt + 2, make.call(hop.key, 'acknowledged'));
    expect(feedbackOf(told, hop)?.attempts).toMatchObject([
      { contactName: '值班员', line: 'manual', outcome: 'no-answer', at: at(hop.dueAt + 1), by: LEAD },
      { contactName: '值班员', line: 'manual', outcome: 'acknowledged', at: at(hop.dueAt + 2), by: LEAD },
    ]);
  });

  test('[E2] a call belongs to a task that exists and stands', () => {
    const told = toldTo({ B: 1 });
    expect(told.refused(2, make.call('feedback:centre-not-taken:1.0'))).toEqual({ code: 'feedback-unknown' });
    told.must(5, make.fireDue);
    told.must(6, make.take());
    expect(told.refused(7, make.call('feedback:centre-not-taken:1.0'))).toEqual({ code: 'feedback-over' });
  });

  test.each(HOPS)('[E3] no call ends $kind, whatever its outcome', (hop) => {
    const told = raised(hop);
    told.must(hop.dueAt, make.acknowledge(hop.key));
    expect(feedbackOf(told, hop)?.ended).toBeNull();
    for (const outcome of ['acknowledged', 'refused', 'no-answer'] as const) {
      told.must(hop.dueAt + 1, make.call(hop.key, outcome));
      expect(feedbackOf(told, hop)?.ended).toBeNull();
    }
  });

  test.each(HOPS.flatMap((hop) => hop.doneBy.map((command) => ({ ...hop, command, by: command.type }))))(
    '[E3] $kind ends at once when the hop is done by $by',
    ({ command, ...hop }) => {
      const told = raised(hop);
      told.must(hop.dueAt + 1, command);
      expect(feedbackOf(told, hop)?.ended).toMatchObject({ at: at(hop.dueAt + 1) });
    },
  );

  test.each(HOPS)('[E3] $kind ends when its ticket is taken back or cancelled', (hop) => {
    const isWithCrew = hop.departmentId === CREW;
    const ways = [make.cancel(), make.recall({ target: 'issue' }), ...(isWithCrew ? [make.recall()] : [])];
    for (const command of ways) {
      const told = raised(hop);
      told.must(hop.dueAt + 1, command);
      expect(feedbackOf(told, hop)?.ended).not.toBeNull();
    }
  });

  test('[E3] a late word of an offline device ends the feedback, too', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.fireDue);
    told.must(20, make.accept(fromDevice(5)));
    expect(told.ticket().feedbacks).toMatchObject([
      { kind: 'crew-not-accepted', ended: { at: at(20), cause: 'accepted' } },
    ]);
  });

  test('[E3] a recall of a leg leaves the centre’s own feedback of its next stay untouched', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    told.must(4, make.returned());
    told.must(8, make.fireDue);
    expect(told.ticket().feedbacks).toMatchObject([{ key: 'feedback:centre-not-dispatched:1.1', ended: null }]);
    told.must(9, make.dispatch());
    expect(told.ticket().feedbacks).toMatchObject([{ ended: { cause: 'dispatched' } }]);
  });
});

describe('alarms', () => {
  const kinds = (told: Story, minute: number) =>
    alarmsOf(told.ticket(), FIRST_POLICY, at(minute)).map(({ priority, kind }) => `${priority} ${kind}`);

  test('[D2] one cause has one alarm, the gravest word of it', () => {
    const told = toldTo({ B: 1, C: 2 });
    const at_ = (minute: number) => {
      told.must(minute, make.fireDue);
      return kinds(told, minute);
    };
    expect(at_(3)).toEqual([]);
    expect(at_(3.5)).toEqual(['3 budget-warn']);
    expect(at_(4.1)).toEqual(['3 budget-late']);
    expect(at_(5)).toEqual(['2 feedback']);
    expect(at_(6)).toEqual(['2 feedback']);
    expect(at_(18)).toEqual(['2 feedback', '2 promise-at-risk']);
    expect(at_(46)).toEqual(['1 promise-lost', '2 feedback']);
  });

  test('[D2] an alarm clears itself with its cause', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5, G: 10 });
    told.must(40, make.fireDue);
    expect(kinds(told, 40)).toEqual(['2 feedback']);
    told.must(46, make.fireDue);
    expect(kinds(told, 46)).toEqual(['1 promise-lost', '3 budget-late']);
    told.must(47, make.arrive());
    expect(kinds(told, 47)).toEqual([]);
  });

  test('[D2] a word that a correction has made untrue stands no longer', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(3.5, make.fireDue);
    told.must(3.6, make.correct('C', 3.5));
    expect(kinds(told, 3.6)).toEqual([]);
  });

  test('[D2] an acknowledgement claims an alarm for five minutes while its cause stands', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(5, make.fireDue);
    const key = 'feedback:centre-not-taken:1.0';
    expect(told.must(5, make.acknowledge(key))).toEqual(['alarm-acknowledged']);
    expect(told.must(5.5, make.acknowledge(key))).toEqual([]);
    const claimed = (minute: number) => alarmsOf(told.ticket(), FIRST_POLICY, at(minute))[0]?.acknowledged;
    expect(claimed(9.99)).toEqual({ at: at(5), by: LEAD });
    expect(claimed(10)).toBeNull();
    expect(told.refused(5, make.acknowledge('promise-lost'))).toEqual({ code: 'alarm-unknown' });
    for (const inherited of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(told.refused(5, make.acknowledge(inherited))).toEqual({ code: 'alarm-unknown' });
    }
  });

  test('[D2] sender and receiver hear of a hop, nobody else', () => {
    const heard = (told: Story, minute: number) => {
      told.must(minute, make.fireDue);
      return alarmsOf(told.ticket(), FIRST_POLICY, at(minute)).map(({ audience }) => audience);
    };
    expect(heard(toldTo({ B: 1 }), 5)).toEqual([['service-centre', CENTRE]]);
    expect(heard(toldTo({ B: 1, D: 2 }), 6)).toEqual([['service-centre', CENTRE, CREW]]);
  });

  test('[D2] who no longer holds the ticket hears nothing of its next hop', () => {
    const audiences = (told: Story, minute: number) => {
      told.must(minute, make.fireDue);
      return alarmsOf(told.ticket(), FIRST_POLICY, at(minute))
        .filter(({ kind }) => kind === 'budget-late')
        .map(({ audience }) => audience);
    };
    const recalledIssue = toldTo({ B: 1, C: 2 });
    recalledIssue.must(3, make.recall({ target: 'issue' }));
    expect(audiences(recalledIssue, 6)).toEqual([['service-centre']]);
    const returnedLeg = toldTo({ B: 1, C: 2, D: 3 });
    returnedLeg.must(4, make.returned());
    expect(audiences(returnedLeg, 7)).toEqual([['service-centre', CENTRE]]);
  });
});
