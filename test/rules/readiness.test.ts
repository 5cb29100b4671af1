import type { ReadinessFacts } from '@faultline/shared/escalation/readiness.ts';
import { findingsOf, gapsOf } from '@faultline/shared/escalation/readiness.ts';
import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import type { Shift } from '@faultline/shared/organisation/roster.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import { CALL_OUTCOMES } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';

const NOW: Instant = Date.parse('2026-11-23T09:00:00+08:00');
const DAY = 24 * HOUR;

function department(id: string, kind: Department['kind'], isActive = true): Department {
  const facts = { crewKind: kind === 'crew' ? 'suburban-station' : null, centreId: null, site: id, areas: [] } as const;
  return { id, district: 'north', kind, name: { zh: id, en: id }, ...facts, isActive };
}

const OFFICES = [
  department('service', 'service-centre'),
  department('centre', 'repair-centre'),
  department('crew', 'crew'),
];

function contact(departmentId: string, role: ContactRole, fields: Partial<Contact> = {}): Contact {
  return {
    id: `${departmentId}-${role}`,
    departmentId,
    role,
    vehicleId: null,
    name: role,
    phone: '00000000101',
    language: 'zh',
    ...fields,
  };
}

const CONTACTS = ['centre', 'crew'].flatMap((id) =>
  (['duty', 'chief-1', 'chief-2'] as const).map((role) => contact(id, role)),
);

function shift(contactId: string, role: ContactRole, from: string, to: string): Shift {
  const days = [1, 2, 3, 4, 5, 6, 7] as const;
  return { id: `${contactId}-${from}`, departmentId: 'crew', role, kind: 'shift', contactId, days, from, to };
}

function facts(fields: Partial<ReadinessFacts> = {}): ReadinessFacts {
  return {
    departments: OFFICES,
    contacts: CONTACTS,
    roster: [],
    timeZone: 'Asia/Shanghai',
    policy: FIRST_POLICY,
    lines: [
      { id: 'console', state: 'up', since: 0, detail: '', channels: 8, inUse: 0 },
      { id: 'manual', state: 'up', since: 0, detail: '', channels: 100, inUse: 0 },
    ],
    canReach: () => true,
    lastReached: [],
    now: NOW,
    ...fields,
  };
}

const replaced = (id: string, fields: Partial<Contact>): Contact[] =>
  CONTACTS.map((one) => (one.id === id ? { ...one, ...fields } : one));
const without = (id: string): Contact[] => CONTACTS.filter((one) => one.id !== id);
const reached = (contactId: string, outcome: CallOutcome, at = NOW - HOUR) => ({ contactId, outcome, at });

describe('what would make a ladder fail in the coming day', () => {
  test('[E7] nothing, where everybody is there', () => {
    expect(findingsOf(facts())).toEqual([]);
  });

  test('[E7] a role that some ladder rings and nobody has', () => {
    expect(findingsOf(facts({ contacts: without('crew-chief-2') }))).toEqual([
      { kind: 'no-contact', departmentId: 'crew', role: 'chief-2' },
    ]);
  });

  test('[E7] only roles that a ladder of the policy rings, of departments in service, and no vehicle’s', () => {
    const ladder = { ...FIRST_POLICY.ladder, steps: { ...FIRST_POLICY.ladder.steps } };
    for (const kind of ['crew-not-accepted', 'crew-not-departed', 'promise-at-risk'] as const) {
      ladder.steps[kind] = ladder.steps[kind].filter(({ role }) => role !== 'chief-2');
    }
    const policy = { ...FIRST_POLICY, ladder };
    expect(findingsOf(facts({ contacts: without('crew-chief-2'), policy }))).toEqual([]);
    const closed = [...OFFICES.slice(0, 2), department('crew', 'crew', false)];
    expect(findingsOf(facts({ contacts: without('crew-chief-2'), departments: closed }))).toEqual([]);
    expect(findingsOf(facts({ contacts: without('centre-chief-2'), policy }))).toHaveLength(1);
  });

  test('[E7] a gap of the coming day, to the minute, and none beyond it', () => {
    const roster = [shift('crew-duty', 'duty', '13:00', '12:30')];
    const from = Date.parse('2026-11-23T12:30:00+08:00');
    expect(findingsOf(facts({ roster }))).toEqual([
      { kind: 'gap', departmentId: 'crew', role: 'duty', from, until: from + 30 * MINUTE },
    ]);
    expect(findingsOf(facts({ roster, now: from + 30 * MINUTE - 1 }))).toMatchObject([
      { from, until: from + 30 * MINUTE },
      { from: from + DAY, until: from + DAY + 30 * MINUTE },
    ]);
    expect(findingsOf(facts({ roster, now: from + 30 * MINUTE }))).toMatchObject([{ from: from + DAY }]);
    expect(findingsOf(facts({ roster, now: from }))).toHaveLength(1);
    const short = [shift('crew-duty', 'duty', '12:30', '12:10')];
    const filled = { from: from + DAY - 20 * MINUTE, until: from + DAY };
    expect(findingsOf(facts({ roster: short, now: from }))).toMatchObject([filled]);
  });

  test('[E7] the same findings from one look to the next, as long as nothing has changed', () => {
    const roster = [shift('crew-duty', 'duty', '09:00', '09:00')].map((entry) => ({ ...entry, days: [2] as const }));
    const first = findingsOf(facts({ roster }));
    expect(first).toMatchObject([{ kind: 'gap' }]);
    for (let minute = 1; minute < 60; minute += 1) {
      expect(findingsOf(facts({ roster, now: NOW + minute * MINUTE }))).toEqual(first);
    }
  });

  test('[E7] gaps of any span are told, also where a role was never filled', () => {
    const ladders = facts({
      roster: [shift('crew-duty', 'duty', '13:00', '12:30')],
      contacts: without('crew-chief-1'),
    });
    const gaps = gapsOf(ladders, NOW, NOW + 7 * DAY);
    expect(gaps.filter(({ role }) => role === 'duty')).toHaveLength(7);
    expect(gaps.filter(({ role }) => role === 'chief-1')).toEqual([
      { departmentId: 'crew', role: 'chief-1', from: NOW, until: NOW + 7 * DAY },
    ]);
  });

  test('[E7] somebody without a number, as soon as he comes on duty within the day', () => {
    const contacts = [...CONTACTS, contact('crew', 'duty', { id: 'night', phone: '' })];
    const roster = [shift('crew-duty', 'duty', '08:00', '20:00'), shift('night', 'duty', '20:00', '08:00')];
    expect(findingsOf(facts({ contacts, roster }))).toEqual([
      { kind: 'no-number', departmentId: 'crew', role: 'duty', contactId: 'night' },
    ]);
    expect(findingsOf(facts({ contacts }))).toEqual([]);
  });

  test('[E7] who is on duty now and is reached by no line; who comes later may still switch his phone on', () => {
    const contacts = [...CONTACTS, contact('crew', 'duty', { id: 'night' })];
    const roster = [shift('crew-duty', 'duty', '08:00', '20:00'), shift('night', 'duty', '20:00', '08:00')];
    const canReach = (id: string): boolean => id !== 'night';
    expect(findingsOf(facts({ contacts, roster, canReach }))).toEqual([]);
    expect(findingsOf(facts({ contacts, roster, canReach, now: NOW + 12 * HOUR }))).toEqual([
      { kind: 'no-line', departmentId: 'crew', role: 'duty', contactId: 'night' },
    ]);
  });

  test('[E7] a line that is down is one finding, not one for each person it does not reach', () => {
    const [line] = facts().lines;
    if (!line) throw new Error('there is a line');
    const lines = [{ ...line, state: 'down' as const, since: NOW - MINUTE, detail: 'not-registered' }];
    expect(findingsOf(facts({ lines, canReach: () => false }))).toEqual([
      { kind: 'line-down', line: 'console', since: NOW - MINUTE, detail: 'not-registered' },
    ]);
    expect(findingsOf(facts({ lines: [], canReach: () => false }))).toEqual([]);
  });

  const NOBODY_THERE: ReadonlySet<CallOutcome> = new Set(['wrong-number', 'no-answer', 'no-key', 'failed']);
  test.each(CALL_OUTCOMES)('[E7] whose newest call ended as %s', (outcome) => {
    const lastReached = [reached('crew-duty', outcome), reached('crew-duty', 'acknowledged', NOW - 2 * HOUR)];
    const finding = { kind: 'not-reached', departmentId: 'crew', role: 'duty', contactId: 'crew-duty', at: NOW - HOUR };
    const expected = NOBODY_THERE.has(outcome) ? [{ ...finding, outcome }] : [];
    expect(findingsOf(facts({ lastReached }))).toEqual(expected);
    expect(findingsOf(facts({ lastReached: lastReached.toReversed() }))).toEqual(expected);
  });

  test('[E7] a call that reached him since then ends the finding', () => {
    const lastReached = [reached('crew-duty', 'no-answer', NOW - 2 * HOUR), reached('crew-duty', 'refused')];
    expect(findingsOf(facts({ lastReached }))).toEqual([]);
  });

  test('[E7] the gravest stands first', () => {
    const [up] = facts().lines;
    if (!up) throw new Error('there is a line');
    const findings = findingsOf(
      facts({
        lines: [up, { ...up, id: 'sip', state: 'down' }],
        contacts: replaced('centre-duty', { phone: '' }).filter(({ id }) => id !== 'crew-chief-2'),
        roster: [shift('crew-duty', 'duty', '12:00', '11:00'), shift('crew-chief-1', 'chief-1', '11:00', '10:00')],
        canReach: (id) => id !== 'centre-chief-1',
        lastReached: [reached('centre-chief-1', 'wrong-number')],
      }),
    );
    expect(findings.map((finding) => finding.kind)).toEqual([
      'line-down',
      'no-contact',
      'gap',
      'gap',
      'no-number',
      'not-reached',
      'no-line',
    ]);
    expect(findings.slice(2, 4)).toMatchObject([{ role: 'chief-1' }, { role: 'duty' }]);
  });
});
