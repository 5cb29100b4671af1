import { ladderRules } from '@faultline/shared/escalation/ladder.ts';
import type { RehearsalInput } from '@faultline/shared/escalation/rehearsal.ts';
import { rehearse } from '@faultline/shared/escalation/rehearsal.ts';
import type { Contact, ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { LadderPolicy } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const START: Instant = Date.parse('2026-11-23T19:59:00+08:00');

function contact(role: ContactRole, fields: Partial<Contact> = {}): Contact {
  const facts = { departmentId: 'crew', vehicleId: null, phone: '00000000101', language: 'zh' } as const;
  return { id: role, role, name: `name of ${role}`, ...facts, ...fields };
}

const CONTACTS = (['duty', 'chief-1', 'chief-2'] as const).map((role) => contact(role));

function input(
  fields: Partial<Omit<RehearsalInput, 'roster'>> & {
    readonly contacts?: readonly Contact[];
    readonly entries?: readonly RosterEntry[];
  } = {},
): RehearsalInput {
  const { contacts = CONTACTS, entries = [], ...more } = fields;
  return {
    roster: { contacts, entries, timeZone: 'Asia/Shanghai' },
    departmentId: 'crew',
    kind: 'crew-not-accepted',
    policy: FIRST_POLICY.ladder,
    at: START,
    lineFor: () => 'sip',
    ...more,
  };
}

/** `19:59:30 duty 2 → 20:00:00 sip`: a call in one line. */
function said(given: RehearsalInput): string[] {
  const clock = (at: Instant): string => new Date(at + 8 * 60 * MINUTE).toISOString().slice(11, 19);
  return rehearse(given).calls.map(
    ({ at, role, tryNo, contactId, line, until }) =>
      `${clock(at)} ${role} ${tryNo}: ${contactId ?? 'nobody'}, ${line}, until ${clock(until)}`,
  );
}

describe('a ladder without a ring', () => {
  test('[E1] says whom it would ring and when, if nobody ever answered', () => {
    expect(said(input())).toEqual([
      '19:59:00 duty 1: duty, sip, until 19:59:30',
      '20:00:00 duty 2: duty, sip, until 20:00:30',
      '20:00:30 chief-1 1: chief-1, sip, until 20:01:00',
      '20:01:30 chief-1 2: chief-1, sip, until 20:02:00',
      '20:02:00 chief-2 1: chief-2, sip, until 20:02:30',
      '20:03:00 chief-2 2: chief-2, sip, until 20:03:30',
    ]);
    expect(rehearse(input()).spentAt).toBe(START + 4.5 * MINUTE);
    expect(rehearse(input()).calls[2]).toEqual({
      at: START + 90 * SECOND,
      step: 1,
      tryNo: 1,
      role: 'chief-1',
      contactId: 'chief-1',
      contactName: 'name of chief-1',
      foundBy: 'standing',
      line: 'sip',
      until: START + 120 * SECOND,
    });
  });

  test('[E8] finds each person at the moment of his call, across a change of shift', () => {
    const place = { departmentId: 'crew', role: 'duty', kind: 'shift', days: [1, 2, 3, 4, 5, 6, 7] } as const;
    const given = input({
      contacts: [...CONTACTS, contact('duty', { id: 'night' })],
      entries: [
        { ...place, id: 'a', contactId: 'duty', from: '08:00', to: '20:00' },
        { ...place, id: 'b', contactId: 'night', from: '20:00', to: '08:00' },
      ],
    });
    expect(said(given).slice(0, 2)).toEqual([
      '19:59:00 duty 1: duty, sip, until 19:59:30',
      '20:00:00 duty 2: night, sip, until 20:00:30',
    ]);
    expect(rehearse(given).calls[0]?.foundBy).toBe('shift');
  });

  test('[E7] goes on at once where nobody is on duty or has no number', () => {
    const contacts = [contact('chief-1', { phone: '' }), contact('chief-2')];
    expect(said(input({ contacts }))).toEqual([
      '19:59:00 duty 1: nobody, manual, until 19:59:00',
      '19:59:00 chief-1 1: chief-1, manual, until 19:59:00',
      '19:59:00 chief-2 1: chief-2, sip, until 19:59:30',
      '20:00:00 chief-2 2: chief-2, sip, until 20:00:30',
    ]);
  });

  test('[E2] gives a person who rings by hand his own time', () => {
    const [first] = said(input({ lineFor: () => 'manual' }));
    expect(first).toBe('19:59:00 duty 1: duty, manual, until 20:02:00');
  });

  test('[E1] rings nobody where the policy names nobody', () => {
    const policy = { ...FIRST_POLICY.ladder, steps: { ...FIRST_POLICY.ladder.steps, 'crew-not-accepted': [] } };
    expect(rehearse(input({ policy }))).toEqual({ calls: [], spentAt: null });
  });

  test('[E6] every step has all its tries, in order, whatever the policy', () => {
    const step = fc.record({
      role: fc.constantFrom<ContactRole>('duty', 'chief-1', 'chief-2', 'vehicle'),
      tries: fc.integer({ min: 1, max: 10 }),
      ringSec: fc.integer({ min: 5, max: 120 }),
      retryAfterSec: fc.integer({ min: 0, max: 600 }),
      busyRetryAfterSec: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.constantFrom(...FEEDBACK_KINDS), (steps, kind) => {
        const policy: LadderPolicy = { ...FIRST_POLICY.ladder, steps: { ...FIRST_POLICY.ladder.steps, [kind]: steps } };
        const { calls, spentAt } = rehearse(input({ policy, kind }));
        const expected = ladderRules(policy, kind).steps.flatMap(({ role, tries }, index) =>
          Array.from({ length: role === 'vehicle' ? 1 : tries }, (_, tryNo) => `${index}/${tryNo + 1}`),
        );
        expect(calls.map((call) => `${call.step}/${call.tryNo}`)).toEqual(expected);
        for (const [index, call] of calls.entries()) {
          expect(call.at).toBeGreaterThanOrEqual(calls[index - 1]?.until ?? START);
        }
        expect(spentAt).toBe(calls.at(-1)?.until);
      }),
      { numRuns: 100 },
    );
  });
});
