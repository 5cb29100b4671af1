import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { TicketView } from '../../client/src/live/ticket-view.ts';
import { createViewDeriver } from '../../client/src/live/ticket-view.ts';
import { destinationOf, HOME_OF, mayOpen, PAGES } from '../../client/src/start/pages.ts';
import { defaultRem, readCalibration, remOf } from '../../client/src/wall/calibration.ts';
import type { Availability } from '../../client/src/wall/wall-model.ts';
import {
  alarmStripOf,
  fleetCountsOf,
  holderOf,
  mapTicketsOf,
  mostUrgent,
  phonesAtWork,
  segmentCountsOf,
} from '../../client/src/wall/wall-model.ts';
import type { Story } from './story.ts';
import { at, CENTRE, CREW, make, toldTo, USUAL } from './story.ts';

function viewsOf(tickets: readonly Ticket[], minute: number): readonly TicketView[] {
  return createViewDeriver()(new Map(tickets.map((ticket) => [ticket.id, ticket])), [FIRST_POLICY], at(minute));
}

/** @param copies of one story, told apart by their ids, each with what has fallen due by `minute`. */
function copiesOf(told: Story, minute: number, copies: number, area = '东城'): readonly Ticket[] {
  told.must(minute, make.fireDue);
  const ticket = told.ticket();
  const report = { ...ticket.report, place: { ...ticket.report.place, area } };
  return Array.from({ length: copies }, (_, index) => ({ ...ticket, report, id: `${area}-${index}` }));
}

describe('the wall', () => {
  test('[L1] counts each ticket in the one segment where it lies, and those under repair apart', () => {
    const stories = [{}, { B: 1 }, { B: 1, C: 2 }, { B: 1, C: 2, D: 3, E: 4, F: 5, G: 7 }, USUAL];
    const tickets = stories.map((points, index) => ({ ...toldTo(points).ticket(), id: `t${index}` }));
    const counts = segmentCountsOf(viewsOf(tickets, 4.5));
    expect(counts.map(({ segment, count }) => `${segment}${count}`).join(' ')).toBe('AB1 BC1 CD1 DE0 EF0 FG0 GH1 H1');
    expect(counts.filter(({ late }) => late > 0).map(({ segment }) => segment)).toEqual(['AB', 'CD']);
  });

  test('[D3] names who has a ticket by department, and where it is by street', () => {
    expect(holderOf(toldTo({}).ticket())).toBeNull();
    expect(holderOf(toldTo({ B: 1 }).ticket())).toBe(CENTRE);
    expect(holderOf(toldTo({ B: 1, C: 2, D: 3 }).ticket())).toBe(CREW);
    const [shown] = mapTicketsOf(viewsOf([toldTo({ B: 1 }).ticket()], 2));
    expect(shown).toMatchObject({ letter: 'B', label: '东四北大街', priority: null });
  });

  test('[R2] leaves a cancelled ticket off the map and out of the counts, however long its recall is unconfirmed', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(5, make.cancel());
    told.must(8, make.fireDue);
    const views = viewsOf([told.ticket()], 8);
    expect(mapTicketsOf(views)).toEqual([]);
    expect(segmentCountsOf(views).every(({ count }) => count === 0)).toBe(true);
    expect(alarmStripOf(views, 4, at(8)).shown).toMatchObject([
      { kind: 'recall-unconfirmed', concerned: { kind: 'department', id: CREW } },
    ]);
  });

  test('[D2] puts no ticket among the urgent ones on which no limit runs', () => {
    const views = viewsOf([toldTo(USUAL).ticket()], 31);
    expect(views).toHaveLength(1);
    expect(mostUrgent(views, 10)).toEqual([]);
  });

  test('[D2] shows an alarm with whom it concerns, until somebody has claimed it', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.fireDue);
    const strip = alarmStripOf(viewsOf([told.ticket()], 7), 4, at(7));
    expect(strip.shown).toMatchObject([
      { kind: 'feedback', priority: 2, count: 1, concerned: { kind: 'department', id: CREW }, since: at(7) },
    ]);
    for (const key of Object.keys(told.ticket().fired)) told.must(7, make.acknowledge(key));
    expect(alarmStripOf(viewsOf([told.ticket()], 7), 4, at(7)).total).toBe(0);
  });

  test('[D2] sounds for a lost promise', () => {
    const warned = viewsOf(copiesOf(toldTo({ B: 1, C: 2 }), 3.6, 1), 3.6);
    expect(alarmStripOf(warned, 4, at(3.6))).toMatchObject({ total: 1, hasFirstPriority: false });
    const lost = viewsOf(copiesOf(toldTo({ B: 1, C: 2 }), 46, 1), 46);
    expect(alarmStripOf(lost, 4, at(46)).hasFirstPriority).toBe(true);
  });

  test('[E7] sounds for a ladder that was climbed in vain, and says so', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.fireDue);
    expect(alarmStripOf(viewsOf([told.ticket()], 7), 4, at(7))).toMatchObject({
      hasFirstPriority: false,
      shown: [{ isSpent: false }],
    });
    told.must(8, make.spendLadder(told.ticket().feedbacks[0]?.key ?? ''));
    expect(alarmStripOf(viewsOf([told.ticket()], 8), 4, at(8))).toMatchObject({
      hasFirstPriority: true,
      shown: [{ isSpent: true, priority: 1, concerned: { kind: 'department', id: CREW } }],
    });
  });

  test('[E5] counts phones and not tickets, and leaves out what a person was asked to ring', () => {
    const calling = (facts: { callId: string; line?: string }): Story => {
      const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
      told.must(7, make.fireDue);
      told.must(7, make.placeCall(told.ticket().feedbacks[0]?.key ?? '', facts));
      return told;
    };
    const answered = calling({ callId: 'call-2' });
    answered.must(7, make.answerCall(answered.ticket().feedbacks[0]?.key ?? '', 'call-2'));
    const stories = [calling({ callId: 'call-1' }), calling({ callId: 'call-1' }), answered];
    stories.push(calling({ callId: 'call-3', line: 'manual' }));
    const tickets = stories.map((told, index) => ({ ...told.ticket(), id: `t${index}` }));
    const one = { count: 1, departmentIds: [CREW] };
    expect(phonesAtWork(viewsOf(tickets, 7))).toEqual({ ringing: one, talking: one });
    expect(phonesAtWork(viewsOf([toldTo({ B: 1 }).ticket()], 2))).toMatchObject({
      ringing: { count: 0 },
      talking: { count: 0 },
    });
  });

  test('[D2] gathers a flood by kind, area and segment, and loses none in the counting', () => {
    const tickets = [
      ...copiesOf(toldTo({ B: 1, C: 2 }), 3.6, 9, '东城'),
      ...copiesOf(toldTo({ B: 1, C: 2 }), 3.6, 3, '海淀'),
      ...copiesOf(toldTo({ B: 1, C: 2 }), 3.6, 2, '朝阳'),
    ];
    const strip = alarmStripOf(viewsOf(tickets, 3.6), 2, at(3.6));
    expect(strip).toMatchObject({ total: 14, isFlood: true });
    expect(strip.shown).toHaveLength(1);
    expect(strip.shown[0]?.count).toBeGreaterThan(1);
    const told = strip.shown.reduce((sum, { count }) => sum + count, 0);
    expect(told + strip.more.reduce((sum, { count }) => sum + count, 0)).toBe(14);
  });

  test('[V2] counts vehicles by what they do and their crews once each, and leaves those off duty out', () => {
    const vehicle = (id: string, crewId: string): Vehicle => ({
      id,
      district: 'east',
      index: 0,
      crewId,
      callSign: id,
      plate: id,
      tradeIds: [],
      duty: 'on-duty',
      isActive: true,
    });
    const does: Record<string, Availability | null> = { a: 'free', b: 'free', c: 'silent', d: null };
    const vehicles = [vehicle('a', 'x'), vehicle('b', 'x'), vehicle('c', 'x'), vehicle('d', 'y')];
    const counts = fleetCountsOf(vehicles, ({ id }) => does[id] ?? null);
    expect(counts.vehicles).toEqual({ free: 2, travelling: 0, 'on-site': 0, paused: 0, silent: 1 });
    expect(counts.crews).toEqual({ free: 1, travelling: 0, 'on-site': 0, paused: 0, silent: 1 });
  });
});

describe('the size of text on a wall', () => {
  test('is 30 px at 55 inches, 1920 × 1080 and 3 m, also without a calibration', () => {
    const screen = { diagonalInch: 55, widthPx: 1920, heightPx: 1080, seatM: 3 };
    expect(Math.round(remOf(screen, 1))).toBe(30);
    expect(Math.round(remOf({ ...screen, widthPx: 3840, heightPx: 2160 }, 2))).toBe(30);
    expect(defaultRem(1080)).toBe(30);
  });

  test('grows with the distance and shrinks with the screen', () => {
    const screen = { diagonalInch: 55, widthPx: 1920, heightPx: 1080, seatM: 3 };
    expect(remOf({ ...screen, seatM: 6 }, 1) / remOf(screen, 1)).toBeCloseTo(2);
    expect(remOf({ ...screen, diagonalInch: 110 }, 1) / remOf(screen, 1)).toBeCloseTo(0.5);
  });

  test.each([
    { given: { diagonalInch: '55', widthPx: '1920', heightPx: '1080', seatM: '3,5' }, isRead: true },
    { given: { diagonalInch: '55', widthPx: '1920', heightPx: '1080', seatM: '' }, isRead: false },
    { given: { diagonalInch: '0', widthPx: '1920', heightPx: '1080', seatM: '3' }, isRead: false },
    { given: { diagonalInch: 55, widthPx: 1920, heightPx: 1080, seatM: Number.NaN }, isRead: false },
    { given: {}, isRead: false },
  ])('reads $given: $isRead', ({ given, isRead }) => {
    expect(readCalibration(given) !== null).toBe(isRead);
  });
});

describe('the start page', () => {
  test.each(Object.entries(HOME_OF))('sends %s to a page that the role may open: %s', (role, page) => {
    expect(mayOpen(page, role as keyof typeof HOME_OF)).toBe(true);
  });

  test('opens nothing to nobody but the pages of devices', () => {
    expect(PAGES.filter((page) => mayOpen(page, null))).toEqual(['vehicle', 'phone']);
  });

  test.each([
    { search: '', role: 'lead', to: '/desk' },
    { search: '?next=/wall', role: 'lead', to: '/wall' },
    { search: '?next=/ticket/01J', role: 'lead', to: '/ticket/01J' },
    { search: '?next=/admin', role: 'lead', to: '/desk' },
    { search: '?next=//elsewhere.example/wall', role: 'lead', to: '/desk' },
    { search: '?next=https://elsewhere.example', role: 'crew', to: '/crew' },
    { search: '?next=/wall/../admin', role: 'admin', to: '/admin' },
  ] as const)('[D3] follows $search for $role to $to and never off this site', ({ search, role, to }) => {
    expect(destinationOf(search, role)).toBe(to);
  });
});
