import { callSteps, isLadderSpent, nextCallStep } from '@faultline/shared/escalation/call-task.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { CallAttempt, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, it } from 'vitest';

const CONTACTS: readonly Contact[] = (['chief-2', 'duty', 'chief-1'] as const).map((role) => ({
  id: role,
  departmentId: 'crew',
  role,
  name: role,
  phone: '00000000101',
  language: 'zh',
}));

type Calls = readonly (readonly [contactId: string, outcome: CallOutcome])[];

function tried(calls: Calls): readonly CallAttempt[] {
  return calls.map(([contactId, outcome], index) => ({
    contactId,
    contactRole: contactId,
    contactName: contactId,
    line: 'manual',
    outcome,
    note: '',
    at: index,
    by: { kind: 'system' },
  }));
}

function next(calls: Calls): string | undefined {
  return nextCallStep(callSteps(CONTACTS, tried(calls)))?.contact.id;
}

describe('whom to ring next', () => {
  it('[E1] the duty phone comes first, then the first chief, then the second', () => {
    expect(callSteps(CONTACTS, []).map(({ contact }) => contact.id)).toEqual(['duty', 'chief-1', 'chief-2']);
    expect(next([])).toBe('duty');
  });

  it.each<[string, string, Calls]>([
    ['one unanswered call is tried again', 'duty', [['duty', 'no-answer']]],
    [
      'two unanswered calls go one step up',
      'chief-1',
      [
        ['duty', 'no-answer'],
        ['duty', 'busy'],
      ],
    ],
    ['who cannot is not asked twice', 'chief-1', [['duty', 'refused']]],
    ['a wrong number is not dialled twice', 'chief-1', [['duty', 'wrong-number']]],
    ['an acknowledged call is no end of the task', 'duty', [['duty', 'acknowledged']]],
    [
      'the last step is the second chief',
      'chief-2',
      [
        ['duty', 'refused'],
        ['chief-1', 'wrong-number'],
      ],
    ],
  ])('[E2] %s', (_name, expected, calls) => {
    expect(next(calls)).toBe(expected);
  });

  it('[E3] when everybody was tried it begins again with whoever was rung least', () => {
    const calls = [
      ['duty', 'no-answer'],
      ['duty', 'no-answer'],
      ['chief-1', 'refused'],
      ['chief-2', 'no-answer'],
      ['chief-2', 'no-answer'],
    ] as const;
    expect(isLadderSpent(callSteps(CONTACTS, tried(calls)))).toBe(true);
    expect(next(calls)).toBe('chief-1');
  });

  it('a department without a contact has nobody to ring, and says so', () => {
    expect(nextCallStep(callSteps([], []))).toBeNull();
    expect(isLadderSpent([])).toBe(false);
  });
});
