import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { openBodySchema } from '@faultline/shared/wire/ticket.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IntakeDraft } from '../../client/src/desk/intake-draft.ts';
import {
  BLANK_DRAFT,
  likelyDuplicates,
  openBodyOf,
  problemsOf,
  readDraft,
} from '../../client/src/desk/intake-draft.ts';
import { fieldOf, momentOf } from '../../client/src/ticket/entered-time.ts';
import { at, make, toldTo } from './story.ts';

const NOW = at(60);
const WHOLE: IntakeDraft = {
  ...BLANK_DRAFT,
  position: { lon: 116.4, lat: 39.9 },
  street: '东四北大街',
  faultText: '全楼无电',
};
const PAPER: IntakeDraft = {
  ...WHOLE,
  isFromPaper: true,
  paperAt: at(10),
  paperCentreId: 'centre-1',
  paperVehicleId: 'vehicle-1',
};
const crewOf = (): string => 'crew-1';

function fieldsOf(draft: IntakeDraft): readonly string[] {
  return problemsOf(draft, NOW).map(({ field, because }) => `${field} ${because}`);
}

describe('an intake', () => {
  test('a blank draft lacks place, street and fault, and nothing else', () => {
    expect(fieldsOf(BLANK_DRAFT)).toEqual(['position missing', 'street missing', 'faultText missing']);
    expect(fieldsOf(WHOLE)).toEqual([]);
  });

  test('a number is read as people write it', () => {
    expect(fieldsOf({ ...WHOLE, callerPhone: '000 0000-1234' })).toEqual([]);
    expect(openBodyOf({ ...WHOLE, callerPhone: '(000) 0000-1234' }, NOW, crewOf)?.caller?.phone).toBe('00000001234');
    expect(fieldsOf({ ...WHOLE, callerPhone: '零零零' })).toEqual(['callerPhone not-a-number']);
  });

  test('[T7] a paper way is checked step by step before it is sent', () => {
    expect(fieldsOf({ ...PAPER, paperAt: null })).toEqual(['paperAt missing']);
    expect(fieldsOf({ ...PAPER, paperAt: NOW - 73 * HOUR })).toEqual(['paperAt too-old']);
    expect(fieldsOf({ ...PAPER, paperTimes: { B: NOW + MINUTE } })).toEqual(['B future']);
    expect(fieldsOf({ ...PAPER, paperTimes: { B: at(9) } })).toEqual(['B before-earlier']);
    expect(fieldsOf({ ...PAPER, paperTimes: { D: at(15) } })).toEqual(['D needs']);
    expect(fieldsOf({ ...PAPER, paperTimes: { B: at(12), F: at(15) } })).toEqual(['F needs']);
    expect(fieldsOf({ ...PAPER, paperCentreId: '', paperTimes: { B: at(12) } })).toEqual(['paperCentreId missing']);
    expect(fieldsOf({ ...PAPER, paperTimes: { B: at(12), D: at(14), G: at(18), H: at(40) } })).toEqual([]);
  });

  test('[T3] a step whose time nobody knows is not sent', () => {
    const body = openBodyOf({ ...PAPER, paperTimes: { B: at(12), D: at(14), H: at(40) } }, NOW, crewOf);
    expect(body?.paper?.steps.map(({ point }) => point)).toEqual(['B', 'D', 'H']);
    expect(body?.callEndedAt).toBeUndefined();
  });

  test('[T7] whatever draft has no problem is a ticket that the server can read', () => {
    const minute = fc.option(fc.integer({ min: -30, max: 90 }).map(at), { nil: undefined });
    const text = fc.string({ maxLength: 40 }).map((line) => line.replaceAll(/\p{Cc}/gu, ''));
    const drafts = fc.record({
      street: text,
      faultText: text,
      callerPhone: fc.constantFrom('', '000 1234', 'x', '+86 000 0000'),
      callEndedAt: fc.option(fc.integer({ min: -30, max: 90 }).map(at)),
      isFromPaper: fc.boolean(),
      paperTimes: fc.record({ B: minute, C: minute, D: minute, E: minute, F: minute, G: minute, H: minute }),
    });
    fc.assert(
      fc.property(drafts, ({ paperTimes, ...rest }) => {
        const times = Object.fromEntries(Object.entries(paperTimes).filter(([, when]) => when !== undefined));
        const draft: IntakeDraft = { ...PAPER, ...rest, paperAt: at(0), paperTimes: times };
        const body = openBodyOf(draft, NOW, crewOf);
        expect(body === null).toBe(problemsOf(draft, NOW).length > 0);
        if (body) expect(openBodySchema.safeParse({ commandId: 'c1', ...body }).success).toBe(true);
      }),
    );
  });

  test('a kept draft comes back as it was, and anything else is no draft', () => {
    expect(readDraft(JSON.parse(JSON.stringify(PAPER)))).toEqual(PAPER);
    for (const kept of [
      null,
      3,
      {},
      { ...PAPER, position: {} },
      { ...PAPER, paperTimes: { Z: 1 } },
      { ...PAPER, areaClass: 'moon' },
    ]) {
      expect(readDraft(kept)).toBeNull();
    }
  });

  test('open tickets near the place are shown as possible duplicates, the nearest first', () => {
    const told = toldTo({ B: 1 });
    const open = told.ticket();
    const moved = (id: string, lat: number) => ({
      ...open,
      id,
      report: { ...open.report, place: { ...open.report.place, lat } },
    });
    told.must(2, make.cancel());
    const tickets = [
      moved('far', 39.91),
      moved('near', 39.9005),
      moved('here', 39.9),
      { ...told.ticket(), id: 'over' },
    ];
    expect(likelyDuplicates(WHOLE, tickets).map(({ ticket }) => ticket.id)).toEqual(['here', 'near']);
    expect(likelyDuplicates({ ...WHOLE, position: null }, tickets).map(({ ticket }) => ticket.id)).toEqual([
      'far',
      'near',
      'here',
    ]);
  });
});

describe('a typed time', () => {
  test.each(['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC'])(
    'means the same moment in %s as it shows',
    (zone) => {
      fc.assert(
        fc.property(fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), (second) => {
          const field = fieldOf(second * 1_000, zone);
          const moment = momentOf(field, zone);
          expect(moment).not.toBeNull();
          expect(fieldOf(moment ?? 0, zone)).toBe(field);
        }),
      );
    },
  );

  test('half a time is none', () => {
    expect(momentOf('', 'UTC')).toBeNull();
    expect(momentOf('2026-11-22T', 'UTC')).toBeNull();
    expect(momentOf('2026-11-22T10:30', 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 22, 2, 30));
  });
});
