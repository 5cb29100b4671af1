import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { decide, decideAll } from '@faultline/shared/ticket/decide.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { describe, expect, test } from 'vitest';
import { at, LEAD, make, toldTo } from './story.ts';

describe('a command that comes again', () => {
  test.each([
    ['the receipt of the centre', make.receive()],
    ['the receipt of the crew', make.deliver()],
    ['what has fallen due', make.fireDue],
  ] as const)('[T2] is a quiet yes: %s', (_, command) => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(9, make.fireDue);
    const before = told.ticket();
    expect(told.must(9, command)).toEqual([]);
    expect(told.ticket()).toBe(before);
  });

  test('[T2] a second "accept" is told what stands already', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5 });
    expect(told.refused(6, make.accept())).toMatchObject({
      code: 'point-already-set',
      point: 'F',
      stamp: { at: at(5) },
    });
  });
});

describe('a desk that has seen an older ticket', () => {
  const context = (expectedRevision: number | null) => ({ now: at(6), policies: [FIRST_POLICY], expectedRevision });

  test('[T6] is refused with what changed', () => {
    const told = toldTo({ B: 1, C: 2 });
    const seen = told.ticket().revision;
    told.must(3, make.dispatch());
    expect(decide(told.ticket(), make.recall(), context(seen))).toEqual({
      ok: false,
      refusal: { code: 'stale-revision', revision: seen + 2, lastChange: { type: 'dispatched', at: at(3) } },
    });
    expect(decide(told.ticket(), make.recall(), context(seen + 2)).ok).toBe(true);
  });

  test('[T6] is not disturbed by receipts, due times and calls, which change nothing it decides on', () => {
    const told = toldTo({ B: 1 });
    const seen = told.ticket().revision;
    told.must(2, make.receive());
    told.must(5, make.fireDue);
    told.must(5.1, make.call('feedback:centre-not-taken:1.0'));
    told.must(5.2, make.acknowledge('feedback:centre-not-taken:1.0'));
    expect(told.ticket().revision).toBe(seen);
    expect(told.ticket().version).toBeGreaterThan(seen);
    expect(decide(told.ticket(), make.dispatch(), context(seen)).ok).toBe(true);
  });

  test('[T6] sends several commands as one decision on what it has seen', () => {
    const told = toldTo({ B: 1, C: 2 });
    const { revision } = told.ticket();
    const commands: TicketCommand[] = [make.take(), make.dispatch()];
    const identity = { id: 'ticket-1', by: LEAD };
    expect(decideAll(told.ticket(), commands, context(revision), identity).ok).toBe(true);
    expect(decideAll(told.ticket(), commands, context(revision - 1), identity).ok).toBe(false);
  });
});

describe('the journal', () => {
  test('[A1] names the caller by a reference and knows nothing else of him', () => {
    const told = toldTo({});
    const [opened] = told.journal();
    expect(opened?.event.type === 'opened' && Object.keys(opened.event.report).sort()).toEqual([
      'areaClass',
      'callerId',
      'district',
      'faultClass',
      'faultText',
      'isFromPaper',
      'number',
      'place',
    ]);
    expect(Object.keys(told.ticket().report.place).sort()).toEqual(['area', 'lat', 'lon', 'street']);
  });

  test('[A1] says of what fell due that nobody did it, even when a command brought it to light', () => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(5, make.dispatch());
    const authors = told.journal().map(({ event, by }) => `${event.type} ${by.kind}`);
    expect(authors.slice(-5)).toEqual([
      'duty-fired system',
      'duty-fired system',
      'feedback-raised system',
      'taken person',
      'dispatched person',
    ]);
  });
});
