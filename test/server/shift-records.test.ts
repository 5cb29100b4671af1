import type { Incident, LoggedHop, Records } from '@faultline/server/src/shift/records.ts';
import {
  HOP_SCALES,
  loadRecords,
  loggedMedians,
  parseRecords,
  RecordsError,
  scaledHop,
} from '@faultline/server/src/shift/records.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { beforeAll, describe, expect, test } from 'vitest';

const HEADER =
  'Call Number,Unit ID,Received DtTm,Entry DtTm,Dispatch DtTm,Response DtTm,On Scene DtTm,Available DtTm,Call Type,Call Final Disposition,Unit sequence in call dispatch';

let records: Records;
beforeAll(async () => {
  records = await loadRecords();
});

describe('the shipped log', () => {
  test('[shift] 7,704 unit responses become 3,559 incidents, one call of two units contradicts itself', () => {
    expect(records.incidents).toHaveLength(3559);
    expect(records.contradictory).toBe(1);
    expect(records.incidents.reduce((units, incident) => units + incident.unitCount, 0)).toBe(7704 - 2);
    expect(records.incidents.filter((incident) => incident.unitCount > 1)).toHaveLength(2480 - 1);
    expect(new Set(records.incidents.map((incident) => incident.day)).size).toBe(8);
  });

  test('[shift] no incident has a negative interval, and they come in the order of their A', () => {
    let previous = '';
    for (const incident of records.incidents) {
      const intervals = [incident.entry, incident.dispatch, incident.turnout, incident.travel, incident.onScene];
      for (const interval of intervals) expect(interval ?? 0, incident.callNumber).toBeGreaterThanOrEqual(0);
      const order = `${incident.day} ${String(incident.timeOfDay).padStart(9, '0')}`;
      expect(order >= previous).toBe(true);
      previous = order;
    }
  });

  test('[shift] what the log does not have stays missing', () => {
    const without = (hop: LoggedHop) => records.incidents.filter((incident) => incident[hop] === null).length;
    const together = records.incidents.filter((incident) => incident.pressedTogether);
    expect(together).toHaveLength(235);
    expect(together.every((incident) => incident.turnout === null && incident.travel === null)).toBe(true);
    // 131 calls without any arrival beside the 235 whose drive cannot be told from a key press.
    expect(without('travel')).toBe(131 + 235);
  });
});

/** The table of the README's section on the simulated shift; `node test/run.mjs` shows it with a verbose reporter. */
test('[shift] scaled to the service, the typical hop keeps its budget by a minute and the log decides who is late', ({
  annotate,
}) => {
  const { AB, CD, EF, FG, GH } = FIRST_POLICY.budgetMin;
  const budgets = { entry: AB, dispatch: CD, turnout: EF + FG, travel: GH.urban } as const;
  const medians = loggedMedians(records.incidents);
  const lines: string[] = [];
  const lateShare = (hop: keyof typeof budgets): number => {
    const scaled = records.incidents
      .filter((incident) => incident[hop] !== null)
      .map((incident) => scaledHop(hop, incident[hop], medians))
      .toSorted((a, b) => a - b);
    const rank = (share: number) => ((scaled[Math.ceil(share * scaled.length) - 1] ?? 0) / MINUTE).toFixed(1);
    const late = scaled.filter((interval) => interval > budgets[hop] * MINUTE).length / scaled.length;
    lines.push(`${hop}: n ${scaled.length}, P50 ${rank(0.5)}, P90 ${rank(0.9)}, late ${(100 * late).toFixed(1)} %`);
    return late;
  };
  expect(lateShare('entry')).toBeCloseTo(0.143, 2);
  expect(lateShare('dispatch')).toBeCloseTo(0.269, 2);
  expect(lateShare('turnout')).toBeCloseTo(0.258, 2);
  expect(lateShare('travel')).toBeCloseTo(0.46, 2);
  expect(lines).toMatchInlineSnapshot(`
    [
      "entry: n 3559, P50 1.0, P90 2.3, late 14.3 %",
      "dispatch: n 3559, P50 1.0, P90 4.6, late 26.9 %",
      "turnout: n 3316, P50 3.0, P90 6.8, late 25.8 %",
      "travel: n 3193, P50 27.0, P90 54.6, late 46.0 %",
    ]
  `);
  // One minute for each hop of the budget: EF and FG are two.
  expect(HOP_SCALES.entry.typical).toBe((AB - 1) * MINUTE);
  expect(HOP_SCALES.dispatch.typical).toBe((CD - 1) * MINUTE);
  expect(HOP_SCALES.turnout.typical).toBe((EF - 1 + FG - 1) * MINUTE);
  expect(HOP_SCALES.travel.typical).toBe((GH.urban - 1) * MINUTE);
  return annotate(lines.join('\n'));
});

describe('choices', () => {
  const at = (clock: string) => `01/02/2017 ${clock}`;
  const row = (unit: string, response: string, onScene: string, sequence: number) =>
    [
      '170020001',
      unit,
      at('11:59:30 AM'),
      at('12:00:30 PM'),
      at('12:01:00 PM'),
      response && at(response),
      onScene && at(onScene),
      at('12:59:00 PM'),
      'Alarms',
      'Fire',
      sequence,
    ].join(',');
  const parse = (...rows: string[]) => parseRecords([HEADER, ...rows, ''].join('\n'));
  const only = (...rows: string[]): Incident => {
    const [incident] = parse(...rows).incidents;
    if (incident === undefined) throw new Error('no incident');
    return incident;
  };

  test('[shift] the first unit to arrive gives the times, not the first that was sent', () => {
    const incident = only(row('E1', '12:02:00 PM', '12:09:00 PM', 1), row('T2', '12:03:00 PM', '12:06:00 PM', 2));
    expect(incident).toMatchObject({ travel: 3 * MINUTE, turnout: 2 * MINUTE, unitCount: 2, entry: MINUTE });
    expect(incident.timeOfDay).toBe((11 * 60 + 59) * MINUTE + 30 * SECOND);
  });

  test('[shift] without an arrival the first unit to respond gives the turnout and there is no travel', () => {
    expect(only(row('E1', '', '', 1), row('T2', '12:03:00 PM', '', 2))).toMatchObject({
      turnout: 2 * MINUTE,
      travel: null,
      onScene: null,
      pressedTogether: false,
    });
  });

  test('[shift] departure and arrival within half a minute were pressed together at the place', () => {
    expect(only(row('E1', '12:08:50 PM', '12:09:00 PM', 1))).toMatchObject({
      pressedTogether: true,
      turnout: null,
      travel: null,
    });
  });

  test('[shift] an arrival before the departure leaves the call out', () => {
    expect(parse(row('E1', '12:09:00 PM', '12:06:00 PM', 1))).toEqual({ incidents: [], contradictory: 1 });
  });

  test.each([
    ['another header', `${HEADER},More\n`],
    ['a quoted field', `${HEADER}\n"a,b"\n`],
    ['a short row', `${HEADER}\n1,2,3\n`],
    ['a time of another format', `${HEADER}\n${row('E1', '', '', 1).replace('01/02/2017 11', '2017-01-02 11')}\n`],
    ['a row without a dispatch', `${HEADER}\n${row('E1', '', '', 1).replace('01/02/2017 12:01:00 PM', '')}\n`],
  ])('[shift] %s is not the log', (_, csv) => {
    expect(() => parseRecords(csv)).toThrow(RecordsError);
  });
});
