import { lateHopsQuerySchema } from '@faultline/shared/wire/http.ts';
import { describe, expect, test } from 'vitest';
import type { LateFilter } from '../../client/src/late/late-filter.ts';
import { filterOf, isPeriodReversed, NO_FILTER, queryOf, writeFilter } from '../../client/src/late/late-filter.ts';
import { at } from './story.ts';

const FILTER: LateFilter = { from: at(0), to: at(60), segment: 'GH', departmentId: 'crew-1', areaClass: 'rural' };

describe('the filter of the late hops', () => {
  test('stands in the address and is read from it again', () => {
    const parameters = new URLSearchParams('lang=en');
    writeFilter(parameters, FILTER);
    expect(filterOf(parameters)).toEqual(FILTER);
    writeFilter(parameters, NO_FILTER);
    expect(parameters.toString()).toBe('lang=en');
    expect(filterOf(parameters)).toEqual(NO_FILTER);
  });

  test('nonsense in the address filters nothing', () => {
    expect(filterOf(new URLSearchParams('from=gestern&to=-5&segment=XY&area=moon&department='))).toEqual(NO_FILTER);
  });

  test('is a question that the server can read', () => {
    const asked = Object.fromEntries(queryOf(FILTER, 200));
    expect(lateHopsQuerySchema.parse(asked)).toEqual({ ...FILTER, limit: 200 });
    expect(lateHopsQuerySchema.parse(Object.fromEntries(queryOf(NO_FILTER, 200)))).toEqual({ limit: 200 });
  });

  test('a period that ends before it begins is noticed', () => {
    expect(isPeriodReversed({ ...NO_FILTER, from: at(2), to: at(1) })).toBe(true);
    expect(isPeriodReversed({ ...NO_FILTER, from: at(2) })).toBe(false);
  });
});
