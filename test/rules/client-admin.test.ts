import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import { dutySpans } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact, Department, User, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import { FEEDBACK_KINDS, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { HOUR, MINUTE, SECOND } from '@faultline/shared/time.ts';
import { rosterEntryInputSchema } from '@faultline/shared/wire/escalation.ts';
import { policyInputSchema } from '@faultline/shared/wire/http.ts';
import { describe, expect, test } from 'vitest';
import { entryBody, entryProblems, entryValues, movedPerson } from '../../client/src/admin/entry-form.ts';
import {
  changesBetween,
  contentOf,
  FIGURES,
  figuresOf,
  isBeyondPromise,
  sumsOf,
} from '../../client/src/admin/figures.ts';
import {
  kindsLike,
  LADDER_TIMES,
  ladderChanges,
  ladderContentOf,
  ladderTyped,
  moved,
  rolesFor,
  roundLength,
  STEP_FIGURES,
  withStep,
  withSteps,
} from '../../client/src/admin/ladder-form.ts';
import type { Office } from '../../client/src/admin/office.ts';
import { dialled, findingsOfContact, placesOf } from '../../client/src/admin/places.ts';
import { isPinyin } from '../../client/src/admin/pronunciation.ts';
import type { Step } from '../../client/src/admin/readiness.ts';
import { contactGaps, findingMarks, readinessOf } from '../../client/src/admin/readiness.ts';
import { pictureOf } from '../../client/src/admin/rehearsal-lanes.ts';
import {
  dayRuns,
  firstMomentOf,
  isOver,
  partsOf,
  shareOf,
  weekOf,
  withDraft,
} from '../../client/src/admin/roster-week.ts';
import type { LoggedCall } from '../../client/src/admin/test-call.ts';
import { stagesOf } from '../../client/src/admin/test-call.ts';

const FIRST = figuresOf(FIRST_POLICY);

describe('a policy as figures', () => {
  test('[B2] comes back from the form as it was, and the wire takes it', () => {
    const { version: _version, ...input } = FIRST_POLICY;
    const ladder = ladderContentOf(ladderTyped(FIRST_POLICY.ladder));
    const content = { validFrom: 0, ...contentOf(FIRST, FIRST_POLICY.feedbackMin.promiseAtRisk), ladder };
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
    const { ladder } = FIRST_POLICY;
    const read = policyInputSchema.safeParse({ validFrom: 0, ...contentOf(changed, true), ladder });
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
    roster: [],
    users: [],
    walls: [],
    policies: [FIRST_POLICY],
    pronunciations: [],
    isSpeechInstalled: true,
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
    const contacts = whole.contacts.filter(({ id }) => id !== 'centre-chief-2');
    expect(contactGaps({ ...whole, contacts })).toMatchObject([{ department: { id: 'centre' }, roles: ['chief-2'] }]);
    const closed = { ...department('old', 'repair-centre'), isActive: false };
    expect(contactGaps({ ...whole, departments: [...whole.departments, closed] })).toEqual([]);
  });

  test('[E7] findings are counted where they are mended, holes in the contacts once', () => {
    expect(findingMarks(whole, [])).toEqual({ overview: 0, contacts: 0, roster: 0, lines: 0 });
    const contacts = whole.contacts.filter(({ id }) => id !== 'centre-chief-2');
    const findings: Finding[] = [
      { kind: 'line-down', line: 'sip', since: 0, detail: '' },
      { kind: 'gap', departmentId: 'crew', role: 'duty', from: 0, until: HOUR },
      { kind: 'no-contact', departmentId: 'centre', role: 'chief-2' },
      { kind: 'no-number', departmentId: 'crew', role: 'duty', contactId: 'crew-duty' },
    ];
    expect(findingMarks({ ...whole, contacts }, findings)).toEqual({ overview: 4, contacts: 2, roster: 1, lines: 1 });
  });

  test('[E1] holes stand among the contacts of their department, several people of a role one after the other', () => {
    const second: Contact = { ...contact('crew', 'duty'), id: 'second' };
    const truck: Contact = { ...contact('crew', 'vehicle'), vehicleId: 'v1' };
    const contacts = [...ladder('crew').filter(({ role }) => role !== 'chief-1'), second, truck];
    const places = placesOf({ departments: [department('crew', 'crew')], contacts });
    expect(places.map(({ role, contact: known }) => [role, known?.id ?? null])).toEqual([
      ['duty', 'crew-duty'],
      ['duty', 'second'],
      ['chief-1', null],
      ['chief-2', 'crew-chief-2'],
      ['vehicle', 'crew-vehicle'],
    ]);
  });

  test('[E7] a contact carries the findings that name him and no other', () => {
    const mine: Finding = { kind: 'no-line', departmentId: 'crew', role: 'duty', contactId: 'crew-duty' };
    const findings: Finding[] = [
      mine,
      { ...mine, contactId: 'crew-chief-1' },
      { kind: 'no-contact', departmentId: 'crew', role: 'duty' },
    ];
    expect(findingsOfContact(findings, 'crew-duty')).toEqual([mine]);
  });

  test.each([
    ['010-6666 0000', '01066660000'],
    ['（010）66660000\uff0c12', '01066660000,12'],
    ['+86 10 6666', '+86106666'],
    ['call me', 'callme'],
  ])('what is typed as %s is dialled as %s', (typed, phone) => {
    expect(dialled(typed)).toBe(phone);
  });
});

describe('the ladder in a policy', () => {
  const typed = ladderTyped(FIRST_POLICY.ladder);

  test('[E1] hops with equal steps are edited together, one that differs by itself', () => {
    expect(kindsLike('centre-not-taken', typed.steps)).toEqual(FEEDBACK_KINDS.slice(0, 4));
    expect(kindsLike('promise-at-risk', typed.steps)).toEqual(['promise-at-risk']);
  });

  test('[E1] a change reaches the chosen hops and no other', () => {
    const kinds = kindsLike('centre-not-taken', typed.steps);
    const steps = withSteps(typed.steps, kinds, typed.steps['centre-not-taken'].slice(0, 1));
    const content = ladderContentOf({ ...typed, steps });
    expect(ladderChanges(FIRST_POLICY.ladder, content)).toEqual({ kinds, times: [] });
    expect(content.steps['promise-at-risk']).toEqual(FIRST_POLICY.ladder.steps['promise-at-risk']);
  });

  test('[E1] steps change places, and the ends stay where they are', () => {
    const roles = (steps: readonly { readonly role: string }[]): string[] => steps.map(({ role }) => role);
    const steps = typed.steps['crew-not-accepted'];
    expect(roles(moved(steps, 0, 1))).toEqual(['chief-1', 'duty', 'chief-2']);
    expect(roles(moved(steps, 2, -1))).toEqual(['duty', 'chief-2', 'chief-1']);
    expect(moved(steps, 0, -1)).toBe(steps);
    expect(moved(steps, 2, 1)).toBe(steps);
  });

  test('[E1] a new step rings whom no other rings, and a centre has no vehicle to ring', () => {
    const steps = typed.steps['crew-not-accepted'];
    expect(withStep(steps, rolesFor(['crew-not-accepted'])).at(-1)).toMatchObject({ role: 'vehicle', no: 3 });
    expect(withStep(steps, rolesFor(['crew-not-accepted', 'centre-not-taken'])).at(-1)?.role).toBe('chief-2');
    expect(withStep([], rolesFor(['centre-not-taken']))).toMatchObject([{ role: 'duty', tries: '2', no: 0 }]);
  });

  test('[E1] a round in which nobody answers lasts as long as its rings and its pauses', () => {
    // Two rings of 30 s with 30 s between them, for three people.
    expect(roundLength(FIRST_POLICY.ladder.steps['centre-not-taken'])).toBe(3 * 90 * SECOND);
    expect(roundLength([])).toBe(0);
  });

  test.each(STEP_FIGURES)('the range that is said for $key is the one that is taken', ({ key, least, most }) => {
    const read = (figure: number): string[] => {
      const steps = withSteps(
        typed.steps,
        ['crew-not-accepted'],
        [{ ...typed.steps['promise-at-risk'][0], no: 0, role: 'duty', ...figuresOfStep, [key]: String(figure) }],
      );
      return pathsWrongIn(ladderContentOf({ ...typed, steps }));
    };
    expect([read(least), read(most)]).toEqual([[], []]);
    expect([read(least - 1), read(most + 1)].flat()).toEqual(Array(2).fill(`ladder.steps.crew-not-accepted.0.${key}`));
  });

  test.each(LADDER_TIMES)('the range that is said for $key is the one that is taken', ({ key, least, most }) => {
    const read = (figure: string): string[] =>
      pathsWrongIn(ladderContentOf({ ...typed, times: { ...typed.times, [key]: figure } }));
    expect([read(String(least)), read(String(most))]).toEqual([[], []]);
    expect([read(String(least / 2 - 1)), read(String(most + 1)), read('x')].flat()).toEqual(
      Array(3).fill(`ladder.${key}`),
    );
    // Only the rounds may be without a figure: then there is no end.
    expect(read('')).toEqual(key === 'rounds' ? [] : [`ladder.${key}`]);
  });

  const figuresOfStep = { tries: '1', ringSec: '30', retryAfterSec: '30', busyRetryAfterSec: '20' };

  function pathsWrongIn(ladder: unknown): string[] {
    const read = policyInputSchema.safeParse({ validFrom: 0, ...contentOf(FIRST, true), ladder });
    return read.error?.issues.map((issue) => issue.path.join('.')) ?? [];
  }
});

describe('the week of a roster', () => {
  const SHANGHAI = 'Asia/Shanghai';
  const BERLIN = 'Europe/Berlin';
  const wednesday = Date.UTC(2026, 10, 25, 4);

  test('[E8] begins on Monday at midnight of the district, whatever the moment', () => {
    const week = weekOf(wednesday, SHANGHAI);
    expect(week.map(({ weekday }) => weekday)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(week[0]?.from).toBe(Date.UTC(2026, 10, 22, 16));
    expect(week[6]?.until).toBe(Date.UTC(2026, 10, 29, 16));
    expect(weekOf(Date.UTC(2026, 10, 22, 16), SHANGHAI)).toEqual(week);
    expect(weekOf(Date.UTC(2026, 10, 29, 16) - 1, SHANGHAI)).toEqual(week);
    expect(weekOf(wednesday, SHANGHAI, 1)[0]?.from).toBe(week[6]?.until);
    expect(weekOf(wednesday, SHANGHAI, -1)[6]?.until).toBe(week[0]?.from);
  });

  test('[E8] has a day of 25 hours when the clocks are set back, and its parts fill it exactly', () => {
    const sunday = weekOf(Date.UTC(2026, 9, 25, 12), BERLIN)[6];
    expect(sunday && sunday.until - sunday.from).toBe(25 * HOUR);
    if (!sunday) return;
    const spans = dutySpans(
      { contacts: ladder('crew'), entries: [], timeZone: BERLIN },
      'crew',
      'duty',
      sunday.from - HOUR,
      sunday.until + HOUR,
    );
    expect(partsOf(spans, sunday)).toMatchObject([
      { contactId: 'crew-duty', foundBy: 'standing', start: 0, length: 1, isFromBefore: true, goesOn: true },
    ]);
    expect(shareOf(sunday.from, sunday)).toBe(0);
    expect(shareOf(sunday.until, sunday)).toBeNull();
  });

  test('[E8] a night shift is drawn in two days, and what it leaves open is a gap', () => {
    const night: RosterEntry = shift('night', 'crew-duty', '20:00', '08:00');
    const week = weekOf(wednesday, SHANGHAI);
    const [from, until] = [week[0]?.from ?? 0, week[6]?.until ?? 0];
    const spans = dutySpans(
      { contacts: ladder('crew'), entries: [night], timeZone: SHANGHAI },
      'crew',
      'duty',
      from,
      until,
    );
    const tuesday = week[1];
    expect(tuesday && partsOf(spans, tuesday)).toMatchObject([
      { contactId: 'crew-duty', start: 0, length: 8 / 24, isFromBefore: true, goesOn: false },
      { contactId: null, start: 8 / 24, length: 0.5 },
      { contactId: 'crew-duty', start: 20 / 24, length: 4 / 24, isFromBefore: false, goesOn: true },
    ]);
  });

  test('days that follow each other are said as one', () => {
    expect(dayRuns([5, 1, 2, 3, 4, 7])).toEqual([
      [1, 5],
      [7, 7],
    ]);
    expect(dayRuns([])).toEqual([]);
  });

  test('[E8] the preview puts a new entry beside the others and a changed one in its place', () => {
    const known = [shift('a', 'crew-duty', '08:00', '20:00'), shift('b', 'crew-chief-1', '20:00', '08:00')];
    const { id: _id, ...draft } = shift('', 'crew-chief-2', '06:00', '18:00');
    expect(withDraft(known, null, draft).map(({ id }) => id)).toEqual(['a', 'b', 'draft']);
    expect(withDraft(known, 'a', draft)).toEqual([{ ...draft, id: 'a' }, known[1]]);
    expect(withDraft(known, 'a', null)).toBe(known);
  });

  test('[E8] the preview of an override or a coming rotation looks at its own week', () => {
    const override = { kind: 'override', departmentId: 'crew', role: 'duty', contactId: 'x', reason: '' } as const;
    const at = wednesday + 30 * 24 * HOUR;
    expect(firstMomentOf({ ...override, from: at, until: at + HOUR }, wednesday, SHANGHAI)).toBe(at);
    const rotation = { kind: 'rotation', departmentId: 'crew', role: 'duty', contactIds: ['x'], daysEach: 7 } as const;
    const from = (firstDay: string) =>
      firstMomentOf({ ...rotation, firstDay, handOverAt: '08:00' }, wednesday, SHANGHAI);
    expect(from('2026-12-07')).toBe(Date.UTC(2026, 11, 7));
    expect(from('2026-11-02')).toBeNull();
    expect(isOver({ ...override, id: 'o', from: 0, until: wednesday }, wednesday)).toBe(true);
    expect(isOver(shift('a', 'x', '08:00', '20:00'), wednesday)).toBe(false);
  });

  test.each(['shift', 'rotation', 'override'] as const)('[E8] an empty form for a %s is taken as it stands', (kind) => {
    const start = { kind, entry: null, role: 'duty', gap: null } as const;
    const values = entryValues(start, ladder('crew'), wednesday, SHANGHAI);
    expect(rosterEntryInputSchema.safeParse(entryBody('crew', kind, values)).error).toBeUndefined();
    expect(entryProblems(kind, values)).toEqual({});
  });

  test('[E8] a gap begins its override, and somebody has to be chosen for it', () => {
    const gap = { contactId: null, foundBy: null, from: wednesday, until: wednesday + 3 * HOUR };
    const start = { kind: 'override', entry: null, role: 'duty', gap } as const;
    const values = entryValues(start, ladder('crew'), wednesday, SHANGHAI);
    expect(values).toMatchObject({ contactId: '', begin: gap.from, end: gap.until });
    const read = rosterEntryInputSchema.safeParse(entryBody('crew', 'override', values));
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['contactId']);
    expect(entryProblems('override', { ...values, end: gap.from })).toEqual({ until: 'range' });
  });

  test('[E8] an entry comes back from its form as it was', () => {
    const entries: RosterEntry[] = [
      shift('a', 'crew-duty', '20:00', '08:00'),
      {
        id: 'r',
        departmentId: 'crew',
        role: 'chief-1',
        kind: 'rotation',
        contactIds: ['crew-chief-1', 'crew-chief-2'],
        firstDay: '2026-11-02',
        daysEach: 3,
        handOverAt: '09:30',
      },
      {
        id: 'o',
        departmentId: 'crew',
        role: 'duty',
        kind: 'override',
        contactId: 'crew-chief-1',
        from: wednesday,
        until: wednesday + HOUR,
        reason: 'leave',
      },
    ];
    for (const entry of entries) {
      const { id: _id, ...input } = entry;
      const values = entryValues({ kind: entry.kind, entry, role: entry.role, gap: null }, [], 0, SHANGHAI);
      expect(entryBody('crew', entry.kind, values)).toEqual(input);
    }
  });

  test('[E8] people change places in a turn', () => {
    expect(movedPerson(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(movedPerson(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });

  function shift(id: string, contactId: string, from: string, to: string): Extract<RosterEntry, { kind: 'shift' }> {
    const days = [1, 2, 3, 4, 5, 6, 7] as const;
    return { id, departmentId: 'crew', role: 'duty', kind: 'shift', contactId, days: [...days], from, to };
  }
});

describe('a test call', () => {
  const placed: LoggedCall = {
    id: 'c',
    purpose: 'test',
    contactId: 'x',
    contactName: 'x',
    number: '000',
    line: 'sip',
    placedAt: 1,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    pressed: null,
    code: '',
    ticketIds: [],
  };
  const states = (call: LoggedCall): string =>
    stagesOf(call)
      .map(({ state }) => state)
      .join(' ');

  test.each<[string, Partial<LoggedCall>, string]>([
    ['dialled', {}, 'done now open open'],
    ['ringing', { ringingAt: 2 }, 'done done now open'],
    ['answered', { ringingAt: 2, answeredAt: 3 }, 'done done done now'],
    ['answered on a line that does not tell of ringing', { answeredAt: 3 }, 'done done done now'],
    ['confirmed by key', { ringingAt: 2, answeredAt: 3, endedAt: 4, outcome: 'acknowledged' }, 'done done done done'],
    [
      'answered by a voicemail',
      { ringingAt: 2, answeredAt: 3, endedAt: 4, outcome: 'no-key' },
      'done done done failed',
    ],
    ['not answered', { ringingAt: 2, endedAt: 4, outcome: 'no-answer' }, 'done done failed open'],
    ['refused by the line', { endedAt: 4, outcome: 'line-down' }, 'done failed open open'],
  ])('[E7] %s', (_what, change, expected) => {
    expect(states({ ...placed, ...change })).toBe(expected);
  });
});

describe('a rehearsal', () => {
  const call = (at: number, step: number, tryNo: number) => ({
    at,
    step,
    tryNo,
    role: step === 0 ? ('duty' as const) : ('chief-1' as const),
    contactId: 'x',
    contactName: 'x',
    foundBy: null,
    line: 'console',
    until: at + 30 * SECOND,
  });

  test('[E1] has a lane per step and bars to the scale of time', () => {
    const picture = pictureOf({
      calls: [call(0, 0, 1), call(MINUTE, 0, 2), call(90 * SECOND, 1, 1)],
      spentAt: 2 * MINUTE,
    });
    expect(picture?.lanes.map(({ step, role, bars }) => [step, role, bars.map(({ start }) => start)])).toEqual([
      [0, 'duty', [0, 0.5]],
      [1, 'chief-1', [0.75]],
    ]);
    expect(picture?.lanes[1]?.bars[0]?.length).toBe(0.25);
    expect(picture?.ticks).toEqual([
      { minute: 0, share: 0 },
      { minute: 1, share: 0.5 },
      { minute: 2, share: 1 },
    ]);
  });

  test('[E1] of a policy that rings nobody there is no picture', () => {
    expect(pictureOf({ calls: [], spentAt: null })).toBeNull();
  });

  test('the scale of a long ladder stays readable', () => {
    const ticks = pictureOf({ calls: [call(0, 0, 1)], spentAt: 43 * MINUTE })?.ticks ?? [];
    expect(ticks.map(({ minute }) => minute)).toEqual([0, 10, 20, 30, 40]);
  });
});

describe('a pronunciation', () => {
  test.each(['chong2he2zha2', 'yin2 hang2', "xi1'an1", 'lv4', 'De5'])(
    '%s has a tone behind every syllable',
    (spoken) => {
      expect(isPinyin(spoken)).toBe(true);
    },
  );

  test.each(['chonghezha', 'chong2he', 'zha9', '', '2', '\u91cd\u5408\u95f8'])(
    '%s leaves the voice to guess',
    (spoken) => {
      expect(isPinyin(spoken)).toBe(false);
    },
  );
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
  return (['duty', 'chief-1', 'chief-2'] as const).map((role) => contact(departmentId, role));
}

function contact(departmentId: string, role: Contact['role']): Contact {
  return {
    id: `${departmentId}-${role}`,
    departmentId,
    role,
    vehicleId: null,
    name: role,
    phone: '000',
    language: 'zh',
  };
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
