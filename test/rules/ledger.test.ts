import type { Verdict } from '@faultline/shared/ticket/ledger.ts';
import { ledgerOf, partyKey, verdictOf } from '@faultline/shared/ticket/ledger.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { minutes } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, CENTRE, CREW, make, minuteOf, story, toldTo, USUAL } from './story.ts';

const verdict = (told: Story, minute: number): Verdict => verdictOf(told.ticket(), FIRST_POLICY, at(minute));

const rows = (told: Story, minute: number) =>
  ledgerOf(told.ticket(), FIRST_POLICY, at(minute)).map(({ segments, from, to, party, outcome, ending }) =>
    [segments.join('+'), `${minuteOf(from)}–${to === null ? '' : minuteOf(to)}`, partyKey(party), outcome, ending ?? '']
      .join(' ')
      .trim(),
  );

describe('who owned the ticket', () => {
  test('[L1] the stays of a ticket follow each other from A to H', () => {
    expect(rows(toldTo(USUAL), 500)).toEqual([
      'AB 0–1 service-centre kept',
      'BC 1–2 network:centre kept',
      `CD 2–3 repair-centre:${CENTRE} kept`,
      `DE 3–4 network:crew kept`,
      `EF 4–5 crew-duty:${CREW} kept`,
      `FG 5–7 crew-team:${CREW} kept`,
      `GH 7–30 crew-team:${CREW} kept`,
    ]);
  });

  test('[L1] a ticket that went twice is owned at every instant', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(6, make.recall());
    told.must(7, make.recall({ target: 'issue' }));
    told.must(9, make.issue());
    told.must(10, make.dispatch());
    told.must(12, make.arrive(undefined, 2));
    expect(rows(told, 500)).toEqual([
      'AB 0–1 service-centre kept',
      'BC 1–2 network:centre kept',
      `CD 2–3 repair-centre:${CENTRE} kept`,
      'DE 3–4 network:crew kept',
      `EF 4–6 crew-duty:${CREW} kept recalled`,
      `CD 6–7 repair-centre:${CENTRE} kept recalled`,
      'AB 7–9 service-centre kept',
      'BC+CD 9–10 undetermined kept',
      'DE+EF+FG+GH 10–12 undetermined kept',
    ]);
  });

  test('[L1] the last stay runs until somebody ends it', () => {
    const told = toldTo({ B: 1, C: 2 });
    expect(rows(told, 4).at(-1)).toBe(`CD 2– repair-centre:${CENTRE} running`);
    expect(rows(told, 4.1).at(-1)).toBe(`CD 2– repair-centre:${CENTRE} running-late`);
    told.must(5, make.cancel());
    expect(rows(told, 9).at(-1)).toBe(`CD 2–5 repair-centre:${CENTRE} late cancelled`);
  });

  test('[L1] a cancellation ends the stay of the vehicle once', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(5, make.cancel());
    expect(rows(told, 9).at(-1)).toBe(`EF 4–5 crew-duty:${CREW} kept cancelled`);
  });

  test('[T3] a stay that was cleared without an arrival is judged by nobody', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5 });
    told.must(90, make.clear());
    expect(rows(told, 500).at(-1)).toBe(`FG+GH 5– crew-team:${CREW} undetermined`);
  });
});

describe('missing points in the ledger', () => {
  test('[T3] departure and driving are judged jointly when the departure is missing', () => {
    const way = { B: 1, C: 2, D: 3, E: 4, F: 5 };
    expect(rows(toldTo({ ...way, H: 36 }), 500).at(-1)).toBe(`FG+GH 5–36 crew-team:${CREW} kept`);
    expect(rows(toldTo({ ...way, H: 36.1 }), 500).at(-1)).toMatch(/late$/);
  });

  test('[T3] a joint stay of different owners that is late is undetermined and charged to nobody', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, F: 9 });
    const joint = ledgerOf(told.ticket(), FIRST_POLICY, at(9)).find(({ segments }) => segments.length > 1);
    expect(joint).toMatchObject({ segments: ['DE', 'EF'], party: null, chargedTo: null, outcome: 'undetermined' });
    expect(joint?.overspend).toBe(minutes(2));
    expect(verdict(told, 9).overspendByParty).toEqual([{ party: null, overspend: minutes(2) }]);
  });

  test('[T3] joint owners who are the same department answer together', () => {
    const told = story();
    told.must(0, make.open());
    told.must(1, make.issue(undefined, { wasReceiverConnected: false }));
    told.must(9, make.dispatch());
    expect(rows(told, 9)[1]).toBe(`BC+CD 1–9 repair-centre:${CENTRE} late`);
  });

  test('[T3] a taken ticket that is returned without a receipt was with network and centre together', () => {
    const told = toldTo({ B: 1 });
    told.must(2, make.take());
    told.must(3, make.returned({ target: 'issue' }));
    expect(rows(told, 4)[1]).toBe('BC+CD 1–3 undetermined kept returned');
  });
});

describe('the verdict', () => {
  const late = (points: Partial<typeof USUAL>) => toldTo({ ...USUAL, ...points } as typeof USUAL);

  test('[L2] hop late and promise broken are two verdicts', () => {
    const judged = verdict(late({ B: 5, C: 6, D: 7, E: 8, F: 9, G: 10, H: 30 } as never), 60);
    expect(judged.promise.state).toBe('kept');
    expect(
      judged.hops.filter(({ overspend }) => overspend > 0).map(({ segments, effect }) => [segments[0], effect]),
    ).toEqual([['AB', 'harmless']]);
  });

  test('[L2] a hop without whose overspend the promise would have been kept was decisive', () => {
    const judged = verdict(late({ B: 1, C: 2, D: 3, E: 4, F: 5, G: 13, H: 47 } as never), 60);
    expect(judged.promise).toMatchObject({ state: 'lost', remaining: -minutes(2) });
    expect(judged.hops.map(({ segments, overspend, effect }) => [segments[0], overspend / minutes(1), effect])).toEqual(
      [
        ['AB', 0, null],
        ['BC', 0, null],
        ['CD', 0, null],
        ['DE', 0, null],
        ['EF', 0, null],
        ['FG', 5, 'decisive'],
        ['GH', 6, 'decisive'],
      ],
    );
  });

  test('[L2] one that could not have saved it alone contributed', () => {
    const judged = verdict(late({ B: 3, C: 4, D: 5, E: 6, F: 7, G: 13, H: 70 } as never), 90);
    const effects = judged.hops.map(({ segments, effect }) => [segments[0], effect]);
    expect(Object.fromEntries(effects)).toMatchObject({ AB: 'contributory', FG: 'contributory', GH: 'decisive' });
  });

  test('[L2] as long as nobody has arrived the effect is open', () => {
    const told = toldTo({ B: 4 });
    expect(verdict(told, 5).hops[0]?.effect).toBe('open');
    expect(verdict(told, 100).hops[0]?.effect).toBe('open');
  });

  test('[L2] each hop says what it inherited', () => {
    const told = toldTo({ B: 4, C: 5, D: 6, E: 7 });
    told.must(9, make.returned());
    told.must(10, make.dispatch());
    const inherited = verdict(told, 11).hops.map(({ segments, inherited: by }) => [segments[0], by / minutes(1)]);
    expect(inherited).toEqual([
      ['AB', 0],
      ['BC', 2],
      ['CD', -1],
      ['DE', -2],
      ['EF', -3],
      ['CD', 3],
      ['DE', 2],
    ]);
  });

  test('[L2] overspend is summed up per charged party, the largest first', () => {
    const told = toldTo({ B: 4, C: 5, D: 12, E: 13, F: 18, G: 20, H: 40 });
    expect(
      verdict(told, 60).overspendByParty.map(({ party, overspend }) => [partyKey(party), overspend / minutes(1)]),
    ).toEqual([
      [`repair-centre:${CENTRE}`, 5],
      [`crew-duty:${CREW}`, 3],
      ['service-centre', 2],
    ]);
  });

  test('[L3] a verdict is the same whenever it is asked for', () => {
    const told = toldTo(USUAL);
    told.must(40, make.clear());
    expect(verdict(told, 41)).toEqual(verdict(told, 4_100));
    const cancelled = toldTo({ B: 1 });
    cancelled.must(50, make.cancel());
    expect(verdict(cancelled, 51)).toEqual(verdict(cancelled, 5_100));
  });
});
