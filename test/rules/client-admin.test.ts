import type { Contact, Department, User, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { policyInputSchema } from '@faultline/shared/wire/http.ts';
import { describe, expect, test } from 'vitest';
import {
  changesBetween,
  contentOf,
  FIGURES,
  figuresOf,
  isBeyondPromise,
  sumsOf,
} from '../../client/src/admin/figures.ts';
import type { Office } from '../../client/src/admin/office.ts';
import type { Step } from '../../client/src/admin/readiness.ts';
import { contactGaps, readinessOf } from '../../client/src/admin/readiness.ts';

const FIRST = figuresOf(FIRST_POLICY);

describe('a policy as figures', () => {
  test('[B2] comes back from the form as it was, and the wire takes it', () => {
    const { version: _version, ...input } = FIRST_POLICY;
    const content = { validFrom: 0, ...contentOf(FIRST, FIRST_POLICY.feedbackMin.promiseAtRisk) };
    expect(content).toEqual(input);
    expect(policyInputSchema.safeParse(content).success).toBe(true);
  });

  test('[B1] sums to 43 minutes under one roof and 45 under two, beside a promise of 45', () => {
    expect(sumsOf(FIRST)).toEqual([
      { areaClass: 'urban', together: 43, apart: 45, promise: 45 },
      { areaClass: 'rural', together: 88, apart: 90, promise: 90 },
      { areaClass: 'remote', together: 118, apart: 120, promise: 120 },
    ]);
    expect(sumsOf(FIRST).some(isBeyondPromise)).toBe(false);
  });

  test('a minute more than the promise is said, and a missing figure makes no sum', () => {
    expect(sumsOf({ ...FIRST, 'GH-rural': 74 }).filter(isBeyondPromise)).toMatchObject([{ areaClass: 'rural' }]);
    expect(sumsOf({ ...FIRST, EF: null })).toMatchObject([{ together: null }, { together: null }, { together: null }]);
    expect(sumsOf({ ...FIRST, AB: 0.1, BC: 0.2 })[0]?.together).toBe(37.3);
  });

  test.each(FIGURES)('a change of $key is named, and every wrong figure is found under its path', ({ key, path }) => {
    const changed = { ...FIRST, [key]: 9_999 };
    expect(changesBetween(FIRST, changed)).toEqual([key]);
    const read = policyInputSchema.safeParse({ validFrom: 0, ...contentOf(changed, true) });
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});

describe('what is missing before the first ticket', () => {
  const empty: Office = {
    departments: [],
    trades: [],
    vehicles: [],
    pairedAt: {},
    contacts: [],
    users: [],
    walls: [],
    policies: [FIRST_POLICY],
  };
  const whole: Office = {
    ...empty,
    departments: [
      department('service', 'service-centre'),
      department('centre', 'repair-centre'),
      department('crew', 'crew'),
    ],
    vehicles: [vehicle()],
    pairedAt: { v1: 1 },
    contacts: ['service', 'centre', 'crew'].flatMap(ladder),
    users: [user('lead', 'service'), user('centre-dispatcher', 'centre')],
  };
  const missing = (office: Office): Step[] =>
    readinessOf(office)
      .filter(({ isDone }) => !isDone)
      .map(({ step }) => step);

  test('an empty district lacks everything, a whole one nothing', () => {
    expect(missing(empty)).toEqual(readinessOf(empty).map(({ step }) => step));
    expect(missing(whole)).toEqual([]);
  });

  test.each<[string, Partial<Office>, Step[]]>([
    ['a lead who has left', { users: [{ ...user('lead', 'service'), isActive: false }] }, ['lead', 'dispatcher']],
    ['a vehicle without a device', { pairedAt: {} }, ['device', 'on-duty']],
    ['a vehicle that is not on duty', { vehicles: [{ ...vehicle(), duty: 'paused' }] }, ['on-duty']],
    ['a vehicle out of service', { vehicles: [{ ...vehicle(), isActive: false }] }, ['vehicle', 'device', 'on-duty']],
    [
      'a second centre without people',
      { departments: [...whole.departments, department('centre2', 'repair-centre')] },
      ['dispatcher', 'contacts'],
    ],
  ])('%s is missing', (_what, change, steps) => {
    expect(missing({ ...whole, ...change })).toEqual(steps);
  });

  test('[E1] a hole in a ladder is found with its department, but for those out of service', () => {
    const contacts = whole.contacts.filter(({ id }) => id !== 'centre chief-2');
    expect(contactGaps({ ...whole, contacts })).toMatchObject([{ department: { id: 'centre' }, roles: ['chief-2'] }]);
    const closed = { ...department('old', 'repair-centre'), isActive: false };
    expect(contactGaps({ ...whole, departments: [...whole.departments, closed] })).toEqual([]);
  });
});

function department(id: string, kind: Department['kind']): Department {
  const isCrew = kind === 'crew';
  return {
    id,
    district: 'north',
    kind,
    name: { zh: id, en: id },
    crewKind: isCrew ? 'city-supply-station' : null,
    centreId: isCrew ? 'centre' : null,
    site: id,
    areas: [],
    isActive: true,
  };
}

function vehicle(): Vehicle {
  return {
    id: 'v1',
    district: 'north',
    index: 0,
    crewId: 'crew',
    callSign: 'A1',
    plate: 'F0001',
    tradeIds: [],
    duty: 'on-duty',
    isActive: true,
  };
}

function ladder(departmentId: string): Contact[] {
  return CONTACT_ROLES.map((role) => ({
    id: `${departmentId} ${role}`,
    departmentId,
    role,
    name: role,
    phone: '000',
    language: 'zh',
  }));
}

function user(role: User['role'], departmentId: string): User {
  return {
    id: `${role} ${departmentId}`,
    district: 'north',
    login: role,
    name: role,
    role,
    departmentId,
    isActive: true,
  };
}
