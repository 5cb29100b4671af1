import type { JournalRow } from '@faultline/shared/wire/live.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAstray, learnHead, MAX_HELD, receive, startCursor, takePull } from '../../client/src/live/cursor.ts';
import { CUT_OFF_AFTER, freshnessOf, LATE_AFTER } from '../../client/src/live/freshness.ts';

function rows(...seqs: number[]): JournalRow[] {
  return seqs.map((seq) => ({ kind: 'stub', seq }));
}

function seqsOf(list: readonly JournalRow[]): number[] {
  return list.map(({ seq }) => seq);
}

describe('the cursor of a console', () => {
  test('[A1] applies the row after its cursor', () => {
    const { state, rows: applied } = receive(startCursor(7), rows(8));
    expect(seqsOf(applied)).toEqual([8]);
    expect(state).toEqual({ cursor: 8, head: 8, held: [] });
  });

  test('[A1] passes over a row that it has applied already', () => {
    const { state, rows: applied } = receive(startCursor(7), rows(6, 7));
    expect(applied).toEqual([]);
    expect(state.cursor).toBe(7);
  });

  test('[A1] holds what lies beyond a gap until the gap is closed', () => {
    const early = receive(startCursor(7), rows(9, 10));
    expect(early.rows).toEqual([]);
    expect(isAstray(early.state)).toBe(true);
    const closed = receive(early.state, rows(8));
    expect(seqsOf(closed.rows)).toEqual([8, 9, 10]);
    expect(isAstray(closed.state)).toBe(false);
  });

  test('[A1] does not hold more rows than its limit, and asks for the rest', () => {
    const many = Array.from({ length: MAX_HELD + 50 }, (_, index) => index + 9);
    const { state } = receive(startCursor(7), rows(...many));
    expect(state.held).toHaveLength(MAX_HELD);
    expect(state.held[0]?.seq).toBe(9);
    expect(isAstray(state)).toBe(true);
  });

  test.each([
    { head: 7, astray: false },
    { head: 8, astray: true },
    { head: 6, astray: true },
  ])('[A1] after head $head at cursor 7 it asks: $astray', ({ head, astray }) => {
    expect(isAstray(learnHead(startCursor(7), head))).toBe(astray);
  });

  test('[A1] whatever order and however often rows arrive, each is applied once, in order, without a gap', () => {
    const batches = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, (arrivals) => {
        let state = startCursor(0);
        const applied: number[] = [];
        for (const arrival of arrivals) {
          const advance = receive(state, rows(...arrival));
          state = advance.state;
          applied.push(...seqsOf(advance.rows));
        }
        expect(applied).toEqual(Array.from({ length: applied.length }, (_, index) => index + 1));
        const told = new Set(arrivals.flat());
        expect(told.has(state.cursor + 1)).toBe(false);
      }),
    );
  });
});

describe('a pull', () => {
  const head = (seq: number) => ({ seq, now: 0 });

  test('[A1] that brings everything is done', () => {
    const outcome = takePull(startCursor(7), 7, { rows: rows(8, 9), head: head(9) });
    expect(outcome.verdict).toBe('done');
    expect(seqsOf(outcome.rows)).toEqual([8, 9]);
    expect(outcome.state.cursor).toBe(9);
  });

  test('[A1] that brings a part is repeated', () => {
    expect(takePull(startCursor(7), 7, { rows: rows(8, 9), head: head(20) }).verdict).toBe('again');
  });

  test('[A1] that brings nothing although more exists has lost its way', () => {
    expect(takePull(startCursor(7), 7, { rows: [], head: head(20) }).verdict).toBe('lost');
  });

  test('[A1] of a journal that ends before the cursor changes nothing and says so', () => {
    const outcome = takePull(startCursor(7), 7, { rows: [], head: head(3) });
    expect(outcome).toMatchObject({ verdict: 'shorter', rows: [], state: { cursor: 7, head: 7 } });
  });

  test('[A1] is not taken for lost when live rows have run ahead of its answer', () => {
    const ahead = receive(startCursor(7), rows(8, 9, 10)).state;
    const outcome = takePull(ahead, 7, { rows: rows(8), head: head(8) });
    expect(outcome).toMatchObject({ verdict: 'done', rows: [], state: { cursor: 10, head: 10 } });
  });

  test('[A1] closes the gap before held rows', () => {
    const early = receive(startCursor(7), rows(10)).state;
    const outcome = takePull(early, 7, { rows: rows(8, 9), head: head(9) });
    expect(seqsOf(outcome.rows)).toEqual([8, 9, 10]);
    expect(outcome.verdict).toBe('done');
  });
});

describe('the age of the data', () => {
  test.each([
    { age: 0, is: 'live' },
    { age: LATE_AFTER, is: 'live' },
    { age: LATE_AFTER + 1, is: 'late' },
    { age: CUT_OFF_AFTER, is: 'late' },
    { age: CUT_OFF_AFTER + 1, is: 'cut-off' },
  ] as const)('[D1] $age ms is $is', ({ age, is }) => {
    expect(freshnessOf(1_000_000, 1_000_000 + age)).toBe(is);
  });
});
