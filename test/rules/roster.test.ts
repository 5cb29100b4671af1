import {
  calendarDayAt,
  calendarDayOf,
  momentOf,
  timeOfDay,
  weekdayOf,
} from '@faultline/shared/organisation/local-time.ts';
import type { DutyRoster } from '@faultline/shared/organisation/on-duty.ts';
import { dutySpans, namedBy, onDuty } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact, ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { Override, RosterEntry, Rotation, Shift, Weekday } from '@faultline/shared/organisation/roster.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const BEIJING = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';
const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const DAY = 24 * HOUR;

function contact(id: string, role: ContactRole = 'duty'): Contact {
  return { id, departmentId: 'crew', role, vehicleId: null, name: id, phone: '0001', language: 'zh' };
}

const CONTACTS = ['day', 'night', 'third', 'fourth'].map((id) => contact(id));
const place = { departmentId: 'crew', role: 'duty' } as const;

let entered = 0;
function shift(contactId: string, from: string, to: string, days: readonly Weekday[] = EVERY_DAY): Shift {
  entered += 1;
  return { id: `s${entered}`, ...place, kind: 'shift', contactId, days, from, to };
}
function rotation(fields: Partial<Rotation> = {}): Rotation {
  const contactIds = ['day', 'night', 'third'];
  const turn = { contactIds, firstDay: '2026-11-02', daysEach: 7, handOverAt: '08:30' };
  return { id: 'r', ...place, kind: 'rotation', ...turn, ...fields };
}
function override(contactId: string, from: Instant, until: Instant): Override {
  return { id: `o-${contactId}`, ...place, kind: 'override', contactId, from, until, reason: '' };
}
function roster(entries: readonly RosterEntry[], timeZone = BEIJING, contacts = CONTACTS): DutyRoster {
  return { contacts, entries, timeZone };
}

/** Beijing's clocks, which nobody changes. */
const at = (day: string, time: string): Instant => Date.parse(`${day}T${time}:00+08:00`);

function who(known: DutyRoster, moment: Instant): string {
  const found = onDuty(known, 'crew', 'duty', moment);
  return found ? `${found.contact.id} by ${found.foundBy}` : 'nobody';
}

describe('who is on duty', () => {
  const DAY_AND_NIGHT = [shift('day', '08:00', '20:00'), shift('night', '20:00', '08:00')];

  test.each([
    ['07:59', 'night by shift'],
    ['08:00', 'day by shift'],
    ['19:59', 'day by shift'],
    ['20:00', 'night by shift'],
    ['23:59', 'night by shift'],
    ['00:00', 'night by shift'],
  ])('[E8] shifts hand over at their minute: %s', (time, expected) => {
    expect(who(roster(DAY_AND_NIGHT), at('2026-11-23', time))).toBe(expected);
  });

  test('[E8] without shifts and rotation the first contact of the role always is', () => {
    const contacts = [contact('chief', 'chief-1'), contact('first'), contact('second')];
    expect(who(roster([], BEIJING, contacts), at('2026-11-23', '03:00'))).toBe('first by standing');
    expect(onDuty(roster([], BEIJING, contacts), 'crew', 'chief-1', 0)?.contact.id).toBe('chief');
    expect(onDuty(roster([], BEIJING, contacts), 'crew', 'chief-2', 0)).toBeNull();
    expect(onDuty(roster([], BEIJING, contacts), 'elsewhere', 'duty', 0)).toBeNull();
  });

  test('[E8] who is named for a time goes before shift, rotation and the standing contact, and for that time only', () => {
    const from = at('2026-11-23', '10:00');
    const named = override('fourth', from, from + HOUR);
    for (const [entries, before] of [
      [DAY_AND_NIGHT, 'day by shift'],
      [[rotation()], 'day by rotation'],
      [[], 'day by standing'],
    ] as const) {
      const known = roster([...entries, named]);
      expect(who(known, from - 1)).toBe(before);
      expect(who(known, from)).toBe('fourth by override');
      expect(who(known, from + HOUR - 1)).toBe('fourth by override');
      expect(who(known, from + HOUR)).toBe(before);
    }
  });

  test('[E8] a shift goes before the rotation, and the rotation fills what the shifts leave open', () => {
    const known = roster([rotation(), shift('fourth', '08:00', '12:00', [1])]);
    expect(who(known, at('2026-11-23', '09:00'))).toBe('fourth by shift');
    expect(who(known, at('2026-11-23', '12:00'))).toBe('day by rotation');
    expect(who(known, at('2026-11-24', '09:00'))).toBe('day by rotation');
  });

  test('[E8] a time that the shifts leave open is a gap, even though the role has contacts', () => {
    const known = roster([shift('day', '08:00', '18:00', [1, 2, 3, 4, 5])]);
    expect(who(known, at('2026-11-20', '17:59'))).toBe('day by shift');
    expect(who(known, at('2026-11-20', '18:00'))).toBe('nobody');
    expect(who(known, at('2026-11-21', '12:00'))).toBe('nobody');
  });

  test('[E8] of two shifts that overlap the one that began later counts, then the order of entry', () => {
    const known = roster([
      shift('day', '08:00', '20:00'),
      shift('third', '12:00', '13:00'),
      shift('fourth', '12:00', '13:00'),
    ]);
    expect(who(known, at('2026-11-23', '11:59'))).toBe('day by shift');
    expect(who(known, at('2026-11-23', '12:30'))).toBe('third by shift');
    expect(who(known, at('2026-11-23', '13:00'))).toBe('day by shift');
  });

  test('[E8] a night shift belongs to the day on which it begins', () => {
    const known = roster([shift('night', '22:00', '06:00', [7])]);
    // 22 November 2026 is a Sunday.
    expect(who(known, at('2026-11-22', '05:59'))).toBe('nobody');
    expect(who(known, at('2026-11-22', '22:00'))).toBe('night by shift');
    expect(who(known, at('2026-11-23', '05:59'))).toBe('night by shift');
    expect(who(known, at('2026-11-23', '06:00'))).toBe('nobody');
  });

  test('[E8] a shift that ends when it begins lasts a day', () => {
    const known = roster([shift('day', '08:00', '08:00', [1])]);
    expect(who(known, at('2026-11-23', '07:59'))).toBe('nobody');
    expect(who(known, at('2026-11-24', '07:59'))).toBe('day by shift');
    expect(who(known, at('2026-11-24', '08:00'))).toBe('nobody');
  });

  test.each([
    ['2026-11-02', '08:29', 'nobody'],
    ['2026-11-02', '08:30', 'day by rotation'],
    ['2026-11-09', '08:29', 'day by rotation'],
    ['2026-11-09', '08:30', 'night by rotation'],
    ['2026-11-16', '08:30', 'third by rotation'],
    ['2026-11-23', '08:30', 'day by rotation'],
    ['2036-11-03', '08:29', 'third by rotation'],
    ['2036-11-03', '08:30', 'day by rotation'],
  ])('[E8] a rotation goes round from its first day on: %s %s', (day, time, expected) => {
    expect(who(roster([rotation()]), at(day, time))).toBe(expected);
  });

  test('[E8] an entry that names somebody who is not there any more gives nobody that time', () => {
    const from = at('2026-11-23', '10:00');
    expect(who(roster([...DAY_AND_NIGHT, override('gone', from, from + HOUR)]), from)).toBe('day by shift');
    expect(who(roster([shift('gone', '00:00', '00:00')]), from)).toBe('nobody');
    expect([rotation(), shift('day', '00:00', '01:00')].map(namedBy)).toEqual([['day', 'night', 'third'], ['day']]);
  });
});

describe('the week as spans', () => {
  test('[E8] has no hole, names each change, and joins what belongs together', () => {
    const from = at('2026-11-23', '00:00');
    const spans = dutySpans(roster([shift('day', '08:00', '20:00', [1, 2])]), 'crew', 'duty', from, from + 2 * DAY);
    expect(spans).toEqual([
      { contactId: null, foundBy: null, from, until: from + 8 * HOUR },
      { contactId: 'day', foundBy: 'shift', from: from + 8 * HOUR, until: from + 20 * HOUR },
      { contactId: null, foundBy: null, from: from + 20 * HOUR, until: from + 32 * HOUR },
      { contactId: 'day', foundBy: 'shift', from: from + 32 * HOUR, until: from + 44 * HOUR },
      { contactId: null, foundBy: null, from: from + 44 * HOUR, until: from + 48 * HOUR },
    ]);
    const always = dutySpans(roster([shift('day', '08:00', '08:00')]), 'crew', 'duty', from, from + 7 * DAY);
    expect(always).toEqual([{ contactId: 'day', foundBy: 'shift', from, until: from + 7 * DAY }]);
    expect(dutySpans(roster([]), 'crew', 'duty', from, from)).toEqual([]);
  });
});

describe('clocks that are changed', () => {
  const NIGHT = roster([shift('night', '22:00', '06:00'), shift('day', '06:00', '22:00')], BERLIN);
  const hours = (known: DutyRoster, from: Instant, to: Instant): [string, number][] =>
    dutySpans(known, 'crew', 'duty', from, to).map((span) => [span.contactId ?? '', (span.until - span.from) / HOUR]);

  test('[E8] the night that loses an hour is one of seven, the one that gains one is of nine', () => {
    const spring = Date.parse('2026-03-28T22:00+01:00');
    expect(hours(NIGHT, spring, Date.parse('2026-03-29T22:00+02:00'))).toEqual([
      ['night', 7],
      ['day', 16],
    ]);
    const autumn = Date.parse('2026-10-24T22:00+02:00');
    expect(hours(NIGHT, autumn, Date.parse('2026-10-25T22:00+01:00'))).toEqual([
      ['night', 9],
      ['day', 16],
    ]);
  });

  test('[E8] a hand-over at a time that is skipped is at the jump: nobody is missing, nobody is doubled', () => {
    const jump = Date.parse('2026-03-29T01:00Z');
    const known = roster([shift('night', '20:00', '02:30'), shift('day', '02:30', '20:00')], BERLIN);
    expect([who(known, jump - 1), who(known, jump)]).toEqual(['night by shift', 'day by shift']);
    const within = roster([shift('third', '02:10', '02:50')], BERLIN);
    expect(dutySpans(within, 'crew', 'duty', jump - HOUR, jump + HOUR).map(({ contactId }) => contactId)).toEqual([
      null,
    ]);
  });

  test('[E8] a hand-over at a time that comes twice is at the first of them', () => {
    const first = Date.parse('2026-10-25T02:30+02:00');
    const known = roster([shift('night', '20:00', '02:30'), shift('day', '02:30', '20:00')], BERLIN);
    expect([who(known, first - 1), who(known, first), who(known, first + HOUR)]).toEqual([
      'night by shift',
      'day by shift',
      'day by shift',
    ]);
  });

  test.each([
    ['half an hour', 'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30Z'],
    ['at midnight', 'America/Santiago', '2026-09-06', '00:30', '2026-09-06T04:00Z'],
    ['a whole day', 'Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00Z'],
    ['never', 'Asia/Kathmandu', '2026-11-23', '00:00', '2026-11-22T18:15Z'],
  ])('[E8] %s: the moment is the first that shows the time or a later one', (_what, zone, date, time, expected) => {
    expect(momentOf(calendarDayOf(date), timeOfDay(time), zone)).toBe(Date.parse(expected));
  });
});

describe('the calendar', () => {
  test('[E8] agrees with the calendar of the platform for every day of four centuries', () => {
    for (let day = Date.UTC(1900, 0, 1) / DAY; day < Date.UTC(2300, 0, 1) / DAY; day += 1) {
      const date = new Date(day * DAY);
      const text = date.toISOString().slice(0, 10);
      if (calendarDayOf(text) !== day || weekdayOf(day) !== (date.getUTCDay() || 7)) throw new Error(text);
    }
    expect(calendarDayAt(Date.parse('2026-11-22T16:00Z'), BEIJING)).toBe(calendarDayOf('2026-11-23'));
    expect(calendarDayAt(Date.parse('2026-11-22T15:59:59.999Z'), BEIJING)).toBe(calendarDayOf('2026-11-22'));
    expect(calendarDayAt(Date.parse('1969-12-31T23:59:59.999Z'), 'UTC')).toBe(-1);
  });

  test('[E8] a zone that is none is a fault and no silent Greenwich', () => {
    expect(() => calendarDayAt(0, 'Moon/Crater')).toThrow(RangeError);
  });
});

/** The same question answered the slow way: minute by minute, by what the clocks show. */
function slowly(entries: readonly RosterEntry[], zone: string, moment: Instant): string | null {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const firstShowing = (day: number, time: string): Instant => {
    const wanted = `${new Date(day * DAY).toISOString().slice(0, 10)} ${time}`;
    // From before that day begins anywhere: the first minute that shows the wanted one or a later.
    let minute = day * DAY - 15 * HOUR;
    while (shown.format(minute) < wanted) minute += MINUTE;
    return minute;
  };
  const begins: {
    readonly rank: number;
    readonly from: Instant;
    readonly contactId: string;
    readonly order: number;
  }[] = [];
  for (const [order, entry] of entries.entries()) {
    const today = Math.floor(moment / DAY);
    for (const day of entry.kind === 'override' ? [today] : [today - 2, today - 1, today, today + 1]) {
      let watch = { rank: 0, from: 0, until: 0, contactId: '' };
      if (entry.kind === 'override') watch = { rank: 0, ...entry };
      if (entry.kind === 'shift') {
        if (!entry.days.includes((new Date(day * DAY).getUTCDay() || 7) as Weekday)) continue;
        const until = firstShowing(entry.to <= entry.from ? day + 1 : day, entry.to);
        watch = { rank: 1, from: firstShowing(day, entry.from), until, contactId: entry.contactId };
      }
      if (entry.kind === 'rotation') {
        const count = day - Date.parse(`${entry.firstDay}T00:00Z`) / DAY;
        const contactId = entry.contactIds[Math.floor(count / entry.daysEach) % entry.contactIds.length];
        if (count < 0 || contactId === undefined) continue;
        // A turn is told day by day here: within it one follows the other without a hole.
        const [from, until] = [firstShowing(day, entry.handOverAt), firstShowing(day + 1, entry.handOverAt)];
        watch = { rank: 2, from, until, contactId };
      }
      if (watch.from <= moment && moment < watch.until) begins.push({ ...watch, order });
    }
  }
  begins.sort((a, b) => a.rank - b.rank || b.from - a.from || a.order - b.order);
  return begins[0]?.contactId ?? null;
}

describe('laws of the roster', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
  const anybody = fc.constantFrom('day', 'night', 'third');
  const days = fc.uniqueArray(fc.constantFrom(...EVERY_DAY), { minLength: 1 });
  const shifts = fc.tuple(anybody, time, time, days).map(([id, from, to, on]) => shift(id, from, to, on));
  /** The weeks in which Europe and Chile change their clocks, and one in which nobody does. */
  const weeks = [Date.parse('2026-03-26T00:00Z'), Date.parse('2026-10-22T00:00Z'), Date.parse('2026-09-03T00:00Z')];
  const moments = fc
    .tuple(fc.constantFrom(...weeks), fc.integer({ min: 0, max: 7 * 24 * 60 }))
    .map(([from, minute]) => from + minute * MINUTE);
  const zones = fc.constantFrom(BEIJING, BERLIN, 'America/Santiago', 'Asia/Kathmandu');
  const rotations = fc
    .tuple(fc.integer({ min: 1, max: 9 }), time, fc.constantFrom('2026-03-27', '2025-12-31', '2026-10-25'))
    .map(([daysEach, handOverAt, firstDay]) => rotation({ daysEach, handOverAt, firstDay }));
  const overrides = fc
    .tuple(anybody, moments, fc.integer({ min: 1, max: 3_000 }))
    .map(([id, from, length]) => override(id, from, from + length * MINUTE));
  const entries = fc
    .tuple(fc.array(fc.oneof({ weight: 4, arbitrary: shifts }, overrides), { maxLength: 5 }), fc.option(rotations))
    .map(([others, turn]): readonly RosterEntry[] => (turn ? [...others, turn] : others));

  test('[E8] the quick answer is the slow one, in every zone and every week', () => {
    fc.assert(
      fc.property(entries, zones, moments, (known, zone, moment) => {
        fc.pre(known.some(({ kind }) => kind !== 'override'));
        const found = onDuty(roster(known, zone), 'crew', 'duty', moment);
        expect(found?.contact.id ?? null).toBe(slowly(known, zone, moment));
      }),
      { numRuns: 30 },
    );
  });

  test('[E8] a week’s spans say of every moment what the question about that moment says', () => {
    fc.assert(
      fc.property(entries, zones, moments, fc.integer({ min: 1, max: 6 * 24 * 60 }), (known, zone, from, length) => {
        const to = from + length * MINUTE;
        const spans = dutySpans(roster(known, zone), 'crew', 'duty', from, to);
        expect(spans[0]?.from).toBe(from);
        expect(spans.at(-1)?.until).toBe(to);
        for (const [index, span] of spans.entries()) {
          expect(span.until).toBeGreaterThan(span.from);
          if (index > 0) expect(span.from).toBe(spans[index - 1]?.until);
          for (const moment of [span.from, Math.floor((span.from + span.until) / 2), span.until - 1]) {
            const found = onDuty(roster(known, zone), 'crew', 'duty', moment);
            expect([found?.contact.id ?? null, found?.foundBy ?? null]).toEqual([span.contactId, span.foundBy]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
