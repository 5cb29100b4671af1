import type { Identity } from '@faultline/shared/access/access.ts';
import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { CallOutcome, Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';
import type { LadderGroup } from '../../client/src/desk/ladders.ts';
import {
  callsTo,
  contactsFor,
  contactToRing,
  findingsFor,
  ladderGroups,
  laddersAbout,
  manualDeadline,
} from '../../client/src/desk/ladders.ts';
import { lineTroubleOf } from '../../client/src/live/line-trouble.ts';
import { phoneStateOf, ticketPhoneState } from '../../client/src/live/phone-state.ts';
import { placedCalls, rungsOf } from '../../client/src/ticket/rungs.ts';
import type { Story } from './story.ts';
import { at, CALLEE, CENTRE, CREW, make, toldTo } from './story.ts';

const LEAD: Identity = { role: 'lead', departmentId: 'service-centre' };
const OURS: Identity = { role: 'centre-dispatcher', departmentId: CENTRE };
const OTHERS: Identity = { role: 'centre-dispatcher', departmentId: 'centre-west' };
const { ladder: LADDER } = FIRST_POLICY;
const ROLES: readonly ContactRole[] = ['duty', 'chief-1', 'chief-2'];

/** A crew that has not accepted by the seventh minute, with the key of its feedback. */
function silentCrew(): { readonly told: Story; readonly key: string } {
  const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
  told.must(7, make.fireDue);
  return { told, key: told.ticket().feedbacks[0]?.key ?? '' };
}

/** Tells one call after another, half a minute each from the seventh minute on. */
function tellCalls(told: Story, key: string, calls: readonly (readonly [step: number, outcome: CallOutcome])[]): void {
  calls.forEach(([step, outcome], index) => {
    const callId = `call-${index + 1}`;
    const callee = { ...CALLEE, contactRole: ROLES[step] ?? 'duty' };
    told.must(7 + index, make.placeCall(key, { callId, attemptNo: index + 1, step, callee }));
    told.must(7.5 + index, make.endCall(key, outcome, { callId }));
  });
}

function feedbackOf(told: Story): Feedback {
  const feedback = told.ticket().feedbacks[0];
  if (!feedback) throw new Error('nothing lies still');
  return feedback;
}

function groupsOf(
  tickets: readonly Ticket[],
  who: Identity,
  waiting: readonly { ticketId: string; key: string; expectedWait: number }[] = [],
): readonly LadderGroup[] {
  return ladderGroups({ tickets, policies: [FIRST_POLICY], waiting, waitingAt: at(7), who });
}

function contact(id: string, role: ContactRole, facts: Partial<Contact> = {}): Contact {
  return { id, departmentId: CREW, role, vehicleId: null, name: id, phone: '00000000101', language: 'zh', ...facts };
}

describe('the picture of a ladder', () => {
  const picture = (told: Story): string =>
    rungsOf(feedbackOf(told), LADDER)
      .map(({ role, place, calls }) => `${role} ${place} ${calls.map(({ outcome }) => outcome ?? '…').join()}`.trim())
      .join(' | ');

  test('[E1] begins at the first step and shows what has come of each', () => {
    const { told, key } = silentCrew();
    expect(picture(told)).toBe('duty next | chief-1 ahead | chief-2 ahead');
    told.must(7, make.placeCall(key));
    expect(picture(told)).toBe('duty now … | chief-1 ahead | chief-2 ahead');
    told.must(7.5, make.endCall(key, 'no-answer'));
    expect(picture(told)).toBe('duty next no-answer | chief-1 ahead | chief-2 ahead');
    told.must(8, make.placeCall(key, { callId: 'call-2', attemptNo: 2 }));
    told.must(8.2, make.endCall(key, 'refused', { callId: 'call-2' }));
    expect(picture(told)).toBe('duty behind no-answer,refused | chief-1 next | chief-2 ahead');
  });

  test('[E6] a call that was taken back or lost uses up no try', () => {
    const { told, key } = silentCrew();
    tellCalls(told, key, [
      [0, 'cancelled'],
      [0, 'line-down'],
      [0, 'no-answer'],
    ]);
    expect(rungsOf(feedbackOf(told), LADDER)[0]).toMatchObject({ triesLeft: 1, place: 'next' });
    const group = groupsOf([told.ticket()], OURS)[0];
    expect(group && callsTo(group, CALLEE.contactId)).toBe(2);
  });

  test('[E4] is climbed anew after a pause, and what was before it stands in the list alone', () => {
    const { told, key } = silentCrew();
    tellCalls(told, key, [
      [0, 'refused'],
      [1, 'acknowledged'],
    ]);
    expect(picture(told)).toBe('duty next refused | chief-1 behind acknowledged | chief-2 ahead');
    told.must(19, make.placeCall(key, { callId: 'call-3', attemptNo: 3 }));
    expect(picture(told)).toBe('duty now … | chief-1 ahead | chief-2 ahead');
    expect(placedCalls(feedbackOf(told), LADDER).map(({ climb, round }) => `${climb}.${round}`)).toEqual([
      '1.1',
      '1.1',
      '2.1',
    ]);
  });

  test('[E7] keeps the spent round until the next one rings, and counts it', () => {
    const { told, key } = silentCrew();
    tellCalls(told, key, [
      [0, 'refused'],
      [1, 'wrong-number'],
      [2, 'refused'],
    ]);
    expect(picture(told)).toBe('duty next refused | chief-1 behind wrong-number | chief-2 behind refused');
    told.must(15, make.placeCall(key, { callId: 'call-4', attemptNo: 4 }));
    expect(placedCalls(feedbackOf(told), LADDER).at(-1)).toMatchObject({ round: 2, climb: 2, step: 0, tryNo: 1 });
  });

  test('[E2] a call by hand stands on the step that it moved, and beside the ladder otherwise', () => {
    const { told, key } = silentCrew();
    told.must(7.1, make.call(key, 'no-answer', { contactRole: 'chief-2' }));
    told.must(7.2, make.call(key, 'refused'));
    expect(placedCalls(feedbackOf(told), LADDER).map(({ step }) => step)).toEqual([null, 0]);
    expect(picture(told)).toBe('duty behind refused | chief-1 next | chief-2 ahead');
  });

  test('[E3] points nowhere once the hop is done', () => {
    const { told, key } = silentCrew();
    tellCalls(told, key, [[0, 'no-answer']]);
    told.must(9, make.accept());
    expect(picture(told)).toBe('duty behind no-answer | chief-1 ahead | chief-2 ahead');
  });
});

describe('the running ladders of a desk', () => {
  test('[E1] its own come first; the lead looks on at those of the centres, and a strange centre sees none', () => {
    const crew = silentCrew().told.ticket();
    const centre = toldTo({ B: 1, C: 2 });
    centre.must(6, make.fireDue);
    const tickets = [crew, { ...centre.ticket(), id: 'ticket-2' }];
    expect(groupsOf(tickets, LEAD).map(({ departmentId, isOurs }) => [departmentId, isOurs])).toEqual([
      [CENTRE, true],
      [CREW, false],
    ]);
    expect(groupsOf(tickets, OURS).map(({ departmentId, isOurs }) => [departmentId, isOurs])).toEqual([[CREW, true]]);
    expect(groupsOf(tickets, OTHERS)).toEqual([]);
  });

  test('[E5] tickets that mean the same phone share a ring, with its live call, the longest first', () => {
    const late = silentCrew();
    const early = toldTo({ B: 1, C: 2, D: 2.5, E: 4 });
    early.must(6.5, make.fireDue);
    const key = early.ticket().feedbacks[0]?.key ?? '';
    early.must(7, make.placeCall(key));
    const groups = groupsOf(
      [
        { ...late.told.ticket(), id: 'late' },
        { ...early.ticket(), id: 'early' },
      ],
      OURS,
    );
    expect(groups).toHaveLength(1);
    expect(groups[0]?.ladders.map(({ ticket }) => ticket.id)).toEqual(['early', 'late']);
    expect(groups[0]?.rings.map(({ role, live, ladders }) => [role, live?.callId, ladders.length])).toEqual([
      ['duty', 'call-1', 2],
    ]);
  });

  test('[E5] tickets on different steps ring different phones', () => {
    const first = silentCrew();
    const second = silentCrew();
    tellCalls(second.told, second.key, [[0, 'refused']]);
    const groups = groupsOf([first.told.ticket(), { ...second.told.ticket(), id: 'second' }], OURS);
    expect(groups[0]?.rings.map(({ role }) => role)).toEqual(['duty', 'chief-1']);
  });

  test('[E7] a spent ladder is of the first priority and goes before every other', () => {
    const spent = silentCrew();
    tellCalls(spent.told, spent.key, [
      [0, 'refused'],
      [1, 'refused'],
      [2, 'refused'],
    ]);
    spent.told.must(10, make.spendLadder(spent.key));
    const other = toldTo({ B: 1, C: 2 });
    other.must(2.5, make.dispatch(undefined, { crewId: 'crew-2' }));
    other.must(6.5, make.fireDue);
    const groups = groupsOf([{ ...other.ticket(), id: 'other' }, spent.told.ticket()], OURS);
    expect(groups.map(({ departmentId, priority }) => [departmentId, priority])).toEqual([
      [CREW, 1],
      ['crew-2', 2],
    ]);
    expect(groups[0]?.ladders[0]?.ladder).toMatchObject({ state: 'exhausted', dueAt: at(9.5 + LADDER.roundGapMin) });
  });

  test('[E5] a queued ladder says when its turn is expected', () => {
    const { told, key } = silentCrew();
    const waiting = [{ ticketId: 'ticket-1', key, expectedWait: 40 * SECOND }];
    expect(groupsOf([told.ticket()], OURS, waiting)[0]?.ladders[0]?.expectedAt).toBe(at(7) + 40 * SECOND);
    expect(groupsOf([told.ticket()], OURS)[0]?.ladders[0]?.expectedAt).toBeNull();
  });

  test('[E2] a manual call has its time, and is a call that nobody hears ringing', () => {
    const { told, key } = silentCrew();
    told.must(7, make.placeCall(key, { line: 'manual' }));
    const running = groupsOf([told.ticket()], OURS)[0]?.ladders[0];
    expect(running && manualDeadline(running)).toBe(at(7) + LADDER.manualSec * SECOND);
    expect(ticketPhoneState(told.ticket())).toBe('by-hand');
    told.must(8, make.call(key, 'no-answer'));
    expect(ticketPhoneState(told.ticket())).toBeNull();
    expect(groupsOf([told.ticket()], OURS)[0]?.ladders[0]?.ladder.state).toBe('armed');
  });

  test('[E6] an attempt is ringing until it is answered, and nothing when it has ended', () => {
    const call = { line: 'console', answeredAt: null, outcome: null } as const;
    expect(phoneStateOf(call)).toBe('ringing');
    expect(phoneStateOf({ ...call, answeredAt: 1 })).toBe('talking');
    expect(phoneStateOf({ ...call, outcome: 'cancelled' })).toBeNull();
  });

  test('[B2] a ladder whose policy is not known here is not shown by another one', () => {
    const { told } = silentCrew();
    const input = { tickets: [told.ticket()], policies: [], waiting: [], waitingAt: 0, who: OURS };
    expect(ladderGroups(input)).toEqual([]);
  });
});

describe('a call by hand', () => {
  const { told, key } = silentCrew();
  const people = [
    contact('chief', 'chief-1'),
    contact('contact-1', 'duty'),
    contact('car-1', 'vehicle', { vehicleId: 'vehicle-1' }),
    contact('car-9', 'vehicle', { vehicleId: 'vehicle-9' }),
  ];
  const groupNow = (): LadderGroup => {
    const group = groupsOf([told.ticket()], OURS)[0];
    if (!group) throw new Error('the crew is silent');
    return group;
  };

  test('[E2] offers the people in the order of the ladder, and of the vehicles only those concerned', () => {
    expect(contactsFor(groupNow(), people).map(({ id }) => id)).toEqual(['contact-1', 'chief', 'car-1']);
  });

  test('[E2] proposes who comes next, and who was asked for before everybody else', () => {
    expect(contactToRing(groupNow(), people)?.id).toBe('contact-1');
    const asked = silentCrew();
    asked.told.must(
      7,
      make.placeCall(asked.key, { line: 'manual', callee: { ...CALLEE, contactId: 'chief', contactRole: 'chief-1' } }),
    );
    const group = groupsOf([asked.told.ticket()], OURS)[0];
    expect(group && contactToRing(group, people)?.id).toBe('chief');
    expect(contactToRing(groupNow(), [contact('mute', 'duty', { phone: '' })])).toBeNull();
  });

  test("[E5] to a vehicle is about that vehicle's tickets alone", () => {
    const about = (id: string): number => {
      const person = people.find((candidate) => candidate.id === id);
      return person ? laddersAbout(groupNow(), person).length : -1;
    };
    expect([about('contact-1'), about('car-1'), about('car-9')]).toEqual([1, 1, 0]);
  });

  test('[E5] about two tickets counts as one call', () => {
    const second = { ...told.ticket(), id: 'second' };
    tellCalls(told, key, [[0, 'no-answer']]);
    const feedbacks = told.ticket().feedbacks;
    const group = groupsOf([told.ticket(), { ...second, feedbacks }], OURS)[0];
    expect(group && callsTo(group, 'contact-1')).toBe(1);
    expect(group && callsTo(group, 'chief')).toBe(0);
  });
});

describe('what a desk is told before a ladder needs it', () => {
  const line = (id: string, state: 'up' | 'down') => ({ id, state, since: 0, detail: '', channels: 1, inUse: 0 });

  test('[E7] a dead line is trouble, the worse when no other one rings by itself', () => {
    expect(lineTroubleOf(null)).toBeNull();
    expect(lineTroubleOf({ lines: [line('console', 'up'), line('manual', 'up')] })).toBeNull();
    expect(lineTroubleOf({ lines: [line('manual', 'up')] })).toBeNull();
    expect(lineTroubleOf({ lines: [line('console', 'up'), line('sip', 'down')] })).toMatchObject({ isAnyUp: true });
    expect(lineTroubleOf({ lines: [line('sip', 'down'), line('manual', 'up')] })).toMatchObject({ isAnyUp: false });
  });

  test('[E7] a centre is told of itself and its crews, the service centre of everybody, the gravest first', () => {
    const department = (id: string, centreId: string | null): readonly [string, Department] => [
      id,
      {
        id,
        district: 'east',
        kind: centreId === null ? 'repair-centre' : 'crew',
        name: { zh: id, en: id },
        crewKind: null,
        centreId,
        site: id,
        areas: [],
        isActive: true,
      },
    ];
    const departments = new Map([department(CENTRE, null), department(CREW, CENTRE), department('crew-far', 'far')]);
    const findings: readonly Finding[] = [
      { kind: 'line-down', line: 'sip', since: 0, detail: '' },
      { kind: 'no-number', departmentId: CREW, role: 'duty', contactId: 'c' },
      { kind: 'gap', departmentId: CENTRE, role: 'duty', from: 0, until: 1 },
      { kind: 'no-contact', departmentId: 'crew-far', role: 'duty' },
    ];
    const told = (who: Identity): readonly string[] =>
      findingsFor(findings, who, departments).map(([kind, found]) => `${kind} ${found.length}`);
    expect(told(OURS)).toEqual(['gap 1', 'no-number 1']);
    expect(told(LEAD)).toEqual(['no-contact 1', 'gap 1', 'no-number 1']);
  });
});
