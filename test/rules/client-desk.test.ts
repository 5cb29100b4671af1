import type { Identity } from '@faultline/shared/access/access.ts';
import type { Department } from '@faultline/shared/organisation/organisation.ts';
import { decide } from '@faultline/shared/ticket/decide.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import { rankCentres } from '../../client/src/desk/centre-proposal.ts';
import { deskAlarms, mustSound } from '../../client/src/desk/desk-alarms.ts';
import { ourCalls, queuesOf } from '../../client/src/desk/queues.ts';
import { createViewDeriver } from '../../client/src/live/ticket-view.ts';
import { actionsFor, stepsToDeclare, targetOf } from '../../client/src/ticket/possible-actions.ts';
import { stampedPoints } from '../../client/src/ticket/way.ts';
import { at, CENTRE, make, story, toldTo, USUAL } from './story.ts';

const AGENT: Identity = { role: 'agent', departmentId: 'service-centre' };
const LEAD: Identity = { role: 'lead', departmentId: 'service-centre' };
const OURS: Identity = { role: 'centre-dispatcher', departmentId: CENTRE };
const OTHERS: Identity = { role: 'centre-dispatcher', departmentId: 'centre-west' };
const SUPERVISOR: Identity = { role: 'supervisor', departmentId: null };

/** The queues that ask somebody to act, `all` left aside. */
function waitingIn(ticket: Ticket, who: Identity): readonly string[] {
  return queuesOf(ticket, who).filter((queue) => queue !== 'all');
}

describe('the queues of a desk', () => {
  test.each([
    ['opened', toldTo({}), 'to-issue'],
    ['issued', toldTo({ B: 1 }), 'not-taken'],
    ['received', toldTo({ B: 1, C: 2 }), 'not-taken'],
    ['dispatched', toldTo({ B: 1, C: 2, D: 3 }), 'under-way'],
    ['departed', toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5, G: 7 }), 'under-way'],
    ['arrived', toldTo(USUAL), 'under-way'],
  ] as const)('[L1] a ticket that is %s waits in one queue', (_phase, told, queue) => {
    expect(waitingIn(told.ticket(), LEAD)).toEqual([queue]);
  });

  test('[T1] taken and not dispatched, and dispatched and taken back, both wait for a dispatch', () => {
    const taken = toldTo({ B: 1, C: 2 });
    taken.must(2.5, make.take());
    expect(waitingIn(taken.ticket(), OURS)).toEqual(['to-dispatch']);
    const recalled = toldTo({ B: 1, C: 2, D: 3 });
    recalled.must(4, make.recall());
    expect(waitingIn(recalled.ticket(), OURS)).toEqual(['to-dispatch', 'recalls']);
  });

  test("[R1] another centre's ticket stands in no queue but the list of all", () => {
    expect(queuesOf(toldTo({ B: 1, C: 2 }).ticket(), OTHERS)).toEqual(['all']);
  });

  test('[R2] a recall waits for its receipt after the ticket is over, and at the centre that sent it', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(5, make.cancel());
    expect(waitingIn(told.ticket(), LEAD)).toEqual(['recalls']);
    expect(waitingIn(told.ticket(), OURS)).toEqual(['recalls']);
    told.must(6, make.confirmRecall());
    expect(waitingIn(told.ticket(), LEAD)).toEqual([]);
  });
});

describe('the calls that a desk answers for', () => {
  test('[E1] 95598 phones the centre that has not taken, the centre phones the crew that has not accepted', () => {
    const untaken = toldTo({ B: 1, C: 2 });
    untaken.must(6, make.fireDue);
    expect(ourCalls(untaken.ticket(), AGENT).map(({ kind }) => kind)).toEqual([
      'centre-not-taken',
      'centre-not-dispatched',
    ]);
    expect(ourCalls(untaken.ticket(), OURS)).toEqual([]);
    const silent = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    silent.must(7, make.fireDue);
    expect(ourCalls(silent.ticket(), OURS).map(({ kind }) => kind)).toEqual(['crew-not-accepted']);
    expect(ourCalls(silent.ticket(), LEAD)).toEqual([]);
    expect(ourCalls(silent.ticket(), OTHERS)).toEqual([]);
  });

  test('[E3] a task stays after a call and leaves with the acceptance', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.fireDue);
    const key = ourCalls(told.ticket(), OURS)[0]?.key ?? '';
    told.must(8, make.call(key));
    expect(ourCalls(told.ticket(), OURS)).toHaveLength(1);
    told.must(9, make.accept());
    expect(ourCalls(told.ticket(), OURS)).toEqual([]);
  });
});

describe('the alarms of a desk', () => {
  test('[D2] only sender and receiver are asked, unclaimed ones come first, and a claimed one is silent', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(46, make.fireDue);
    const views = (): ReturnType<ReturnType<typeof createViewDeriver>> =>
      createViewDeriver()(new Map([['ticket-1', told.ticket()]]), [FIRST_POLICY], at(46));
    expect(deskAlarms(views(), OTHERS)).toEqual([]);
    const alarms = deskAlarms(views(), OURS);
    expect(alarms[0]?.alarm).toMatchObject({ kind: 'promise-lost', priority: 1 });
    expect(mustSound(alarms)).toBe(true);
    told.must(46, make.acknowledge('promise-lost'));
    const claimed = deskAlarms(views(), OURS);
    expect(mustSound(claimed)).toBe(false);
    expect(claimed.at(-1)?.alarm.kind).toBe('promise-lost');
  });

  test('[E7] a ladder that was climbed in vain sounds at the desk of its sender', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.fireDue);
    const views = (): ReturnType<ReturnType<typeof createViewDeriver>> =>
      createViewDeriver()(new Map([['ticket-1', told.ticket()]]), [FIRST_POLICY], at(10));
    expect(mustSound(deskAlarms(views(), OURS))).toBe(false);
    told.must(10, make.spendLadder(told.ticket().feedbacks[0]?.key ?? ''));
    expect(deskAlarms(views(), OURS)[0]?.alarm).toMatchObject({ kind: 'feedback', priority: 1 });
    expect(mustSound(deskAlarms(views(), OURS))).toBe(true);
  });
});

describe('what a desk offers', () => {
  test('[T6] follows the way of the ticket for each role', () => {
    const phases = [toldTo({}), toldTo({ B: 1, C: 2 }), toldTo({ B: 1, C: 2, D: 3, E: 4 }), toldTo(USUAL)];
    const offered = (who: Identity): string[] => phases.map((told) => actionsFor(told.ticket(), who).join(' '));
    expect(offered(LEAD)).toEqual(['issue cancel', 'recall cancel', 'recall cancel', '']);
    expect(offered(OURS)).toEqual(['', 'take dispatch return', 'declare recall', 'declare']);
    expect(offered(AGENT)).toEqual(['cancel', '', '', '']);
    expect(offered(OTHERS)).toEqual(['', '', '', '']);
    expect(offered(SUPERVISOR)).toEqual(['', '', '', '']);
  });

  test('[T1] a step told by phone is one that is missing, the next one first', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    expect(stepsToDeclare(told.ticket(), OURS)).toEqual(['accept', 'depart', 'arrive', 'clear']);
    told.must(7, make.depart());
    expect(stepsToDeclare(told.ticket(), OURS)).toEqual(['arrive', 'clear', 'accept']);
    expect(stepsToDeclare(told.ticket(), OTHERS)).toEqual([]);
  });

  test('[R1] the sender takes back what he has sent, the receiver returns what he got', () => {
    const dispatched = toldTo({ B: 1, C: 2, D: 3 }).ticket();
    expect(targetOf('recall', dispatched, LEAD)).toEqual({ target: 'issue', no: 1 });
    expect(targetOf('recall', dispatched, OURS)).toEqual({ target: 'leg', no: 1 });
    expect(targetOf('return', toldTo({ B: 1, C: 2 }).ticket(), OURS)).toEqual({ target: 'issue', no: 1 });
  });

  test('[R1] every return, recall and cancellation that is offered is accepted by the rules', () => {
    for (const told of [
      toldTo({}),
      toldTo({ B: 1 }),
      toldTo({ B: 1, C: 2 }),
      toldTo({ B: 1, C: 2, D: 3 }),
      toldTo(USUAL),
    ]) {
      const ticket = told.ticket();
      for (const who of [LEAD, OURS, AGENT]) {
        for (const action of actionsFor(ticket, who)) {
          if (action !== 'return' && action !== 'recall' && action !== 'cancel') continue;
          const target = action === 'cancel' ? null : targetOf(action, ticket, who);
          const command =
            action === 'cancel'
              ? make.cancel('mistake')
              : ({
                  type: action,
                  target: target?.target ?? 'leg',
                  no: target?.no ?? 0,
                  reason: 'misrouted',
                  text: '',
                } as const);
          const context = { now: at(40), policies: [FIRST_POLICY], expectedRevision: ticket.revision };
          expect(decide(ticket, command, context), `${who.role} ${action}`).toMatchObject({ ok: true });
        }
      }
    }
  });

  test('[T5] every point of every issue and leg can be named for a correction, in the order of time', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(5, make.recall());
    told.must(6, make.dispatch());
    expect(
      stampedPoints(told.ticket())
        .map(({ point, legNo }) => `${point}${legNo ?? ''}`)
        .join(' '),
    ).toBe('A B C D1 E1 D2');
  });
});

describe('the proposal of a repair centre', () => {
  const centre = (id: string, areas: readonly string[], isActive = true): Department => ({
    id,
    district: 'east',
    kind: 'repair-centre',
    name: { zh: id, en: id },
    crewKind: null,
    centreId: null,
    site: id,
    areas,
    isActive,
  });

  test('the one that serves the area comes first, then the one with less to do', () => {
    const busy = story();
    busy.must(0, make.open());
    busy.must(1, make.issue(undefined, { centreId: 'b' }));
    const centres = [
      centre('b', ['西城']),
      centre('c', ['西城']),
      centre('a', ['东城']),
      centre('off', ['东城'], false),
    ];
    const ranked = rankCentres(centres, '东城', [busy.ticket()]);
    expect(ranked.map(({ centre: { id }, servesArea, openTickets }) => `${id} ${servesArea} ${openTickets}`)).toEqual([
      'a true 0',
      'c false 0',
      'b false 1',
    ]);
  });
});
