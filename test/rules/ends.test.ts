import { alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import { openHopOf } from '@faultline/shared/ticket/clocks.ts';
import { dutiesOf } from '@faultline/shared/ticket/duties.ts';
import { partyKey, verdictOf } from '@faultline/shared/ticket/ledger.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import { minutes } from '@faultline/shared/time.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, CENTRE, CREW, entered, fromDevice, make, minuteOf, toldTo, USUAL } from './story.ts';

const hopOf = (told: Story) => {
  const hop = openHopOf(told.ticket(), FIRST_POLICY);
  return hop && `${hop.segment} ${partyKey(hop.party)} ${minuteOf(hop.enteredAt)}–${minuteOf(hop.deadline)}`;
};

describe('return and recall', () => {
  test.each([
    ['returned by the crew', make.returned()],
    ['recalled by the centre', make.recall()],
  ])('[R1] a leg that is %s ends at commit, and the centre owns the ticket on a fresh budget', (_, command) => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4, F: 5 });
    told.must(6, command);
    expect(hopOf(told)).toBe(`CD repair-centre:${CENTRE} 6–8`);
    expect(phaseOf(told.ticket())).toBe('taken');
    expect(told.refused(7, make.depart())).toEqual({ code: 'leg-ended', legNo: 1 });
    expect(told.must(7, make.dispatch())).toEqual(['dispatched']);
  });

  test.each([
    ['returned by the centre', make.returned({ target: 'issue' })],
    ['recalled by the service centre', make.recall({ target: 'issue' })],
  ])('[R1] an issue that is %s leaves the ticket with the service centre on a fresh budget', (_, command) => {
    const told = toldTo({ B: 1, C: 2 });
    told.must(3, command);
    expect(hopOf(told)).toBe('AB service-centre 3–5');
    expect(phaseOf(told.ticket())).toBe('opened');
    expect(told.refused(4, make.dispatch())).toEqual({ code: 'not-issued' });
    told.must(4, make.issue(undefined, { centreId: 'centre-west' }));
    expect(hopOf(told)).toBe('BC network:centre 4–8');
  });

  test('[R1] a recalled issue takes the vehicle’s leg back with it', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, F: 5 });
    expect(told.must(6, make.recall({ target: 'issue' }))).toEqual(['recalled', 'recalled']);
    expect(told.ticket()).toMatchObject({
      issues: [{ ending: { how: 'recalled' } }],
      legs: [{ ending: { how: 'recalled' }, recallReceipt: 'owed' }],
    });
  });

  test('[R1] a centre whose crew is under way cannot return the ticket before it has recalled the leg', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    expect(told.refused(4, make.returned({ target: 'issue' }))).toEqual({ code: 'already-dispatched', legNo: 1 });
  });

  test('[R1] nothing is taken back after the arrival or after the work is done', () => {
    const arrived = toldTo(USUAL);
    const done = toldTo({ B: 1, D: 3, F: 5 });
    done.must(20, make.clear());
    for (const told of [arrived, done]) {
      for (const command of [make.recall(), make.returned(), make.recall({ target: 'issue' }), make.cancel()]) {
        expect(told.refused(40, command)).toMatchObject({ code: 'already-arrived' });
      }
    }
  });

  test('[R1] a late button names what it meant, so it cannot hit a newer leg or issue', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    told.must(4, make.recall());
    told.must(5, make.dispatch());
    expect(told.refused(6, make.recall({ no: 1 }))).toEqual({ code: 'leg-ended', legNo: 1 });
    told.must(6, make.recall({ target: 'issue' }));
    expect(told.refused(7, make.recall({ target: 'issue', no: 1 }))).toEqual({ code: 'issue-ended', issueNo: 1 });
    told.must(8, make.issue());
    expect(told.refused(9, make.recall({ target: 'issue', no: 1 }))).toEqual({ code: 'issue-ended', issueNo: 1 });
    expect(told.refused(9, make.recall({ target: 'issue', no: 3 }))).toEqual({ code: 'not-issued' });
    expect(told.refused(9, make.recall({ no: 9 }))).toEqual({ code: 'leg-unknown', legNo: 9 });
  });

  test('[R1] a return or recall says why; "other" needs a word', () => {
    const told = toldTo({ B: 1, C: 2, D: 3 });
    expect(told.refused(4, make.returned({ reason: 'other', text: ' ' }))).toEqual({ code: 'reason-missing' });
    told.must(4, make.returned({ reason: 'other', text: '道路塌陷' }));
    expect(told.ticket().legs[0]?.ending).toMatchObject({ reason: 'other', text: '道路塌陷' });
  });
});

describe('the vehicle’s receipt', () => {
  const recalled = () => {
    const told = toldTo({ B: 1, C: 2, D: 3, F: 5 });
    told.must(6, make.recall());
    return told;
  };
  const KEY = 'recall-unconfirmed:1';

  test('[R2] it is chased until it comes, and never blocks a new leg', () => {
    const told = recalled();
    told.must(7, make.dispatch(undefined, { vehicleId: 'vehicle-2' }));
    expect(dutiesOf(told.ticket(), FIRST_POLICY).find(({ key }) => key === KEY)?.dueAt).toBe(at(8));
    told.must(8, make.fireDue);
    const chase = () => alarmsOf(told.ticket(), FIRST_POLICY, at(9)).find(({ key }) => key === KEY);
    expect(chase()).toMatchObject({ priority: 2, audience: ['service-centre', CREW, CENTRE] });
    expect(told.must(9, make.confirmRecall())).toContain('recall-confirmed');
    expect(chase()).toBeUndefined();
    expect(told.must(9, make.confirmRecall())).toEqual([]);
    expect(told.ticket().legs[1]?.ending).toBeNull();
  });

  test('[R2] it is owed even when the ticket is over', () => {
    const told = recalled();
    told.must(7, make.cancel());
    expect(told.must(9, make.fireDue)).toContain('duty-fired');
    expect(told.ticket().fired).toHaveProperty(KEY);
    expect(told.must(10, make.confirmRecall())).toEqual(['recall-confirmed']);
  });

  test('[R2] a cancellation owes one, too', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, F: 5 });
    told.must(6, make.cancel());
    expect(told.ticket().legs[0]).toMatchObject({ ending: { how: 'cancelled' }, recallReceipt: 'owed' });
  });

  test('[R2] a receipt that was given offline never precedes the recall', () => {
    const told = recalled();
    told.must(20, make.confirmRecall(1, fromDevice(2)));
    expect(told.ticket().legs[0]?.recallReceipt).toMatchObject({ at: at(6), receivedAt: at(20) });
  });

  test('[R2] a receipt that was declared by phone cannot precede the recall either', () => {
    expect(recalled().refused(20, make.confirmRecall(1, entered(5)))).toMatchObject({
      code: 'time-contradicts',
      point: 'ending',
    });
  });

  test('[R2] nobody confirms what was not recalled', () => {
    expect(toldTo({ B: 1, D: 3 }).refused(5, make.confirmRecall())).toEqual({ code: 'nothing-to-confirm', legNo: 1 });
    expect(toldTo({ B: 1, D: 3 }).refused(5, make.confirmRecall(2))).toEqual({ code: 'leg-unknown', legNo: 2 });
  });
});

describe('a wrong errand', () => {
  const charges = (told: Story, minute: number) =>
    verdictOf(told.ticket(), FIRST_POLICY, at(minute)).hops.map(
      ({ segments, chargedTo, charge }) => `${segments.join('+')} ${partyKey(chargedTo)} ${charge / minutes(1)}`,
    );

  test('[R3] all minutes of a misrouted leg are charged to the centre, also those within budget', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.returned({ reason: 'misrouted' }));
    told.must(8, make.dispatch());
    expect(charges(told, 9)).toEqual([
      'AB service-centre 0',
      'BC network:centre 0',
      `CD repair-centre:${CENTRE} 0`,
      `DE repair-centre:${CENTRE} 1`,
      `EF repair-centre:${CENTRE} 3`,
      `CD repair-centre:${CENTRE} 0`,
      'DE network:crew 0',
    ]);
  });

  test('[R3] all minutes of a misrouted issue, its legs included, are charged to the service centre', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(6, make.returned({ reason: 'misrouted' }));
    told.must(7, make.returned({ target: 'issue', reason: 'misrouted' }));
    told.must(8, make.issue(undefined, { centreId: 'centre-west' }));
    expect(charges(told, 9)).toEqual([
      'AB service-centre 0',
      'BC service-centre 1',
      'CD service-centre 1',
      'DE service-centre 1',
      'EF service-centre 2',
      'CD service-centre 1',
      'AB service-centre 0',
      'BC network:centre 0',
    ]);
  });

  test('[R3] a leg that was returned for another reason stays with the crew', () => {
    const told = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    told.must(7, make.returned({ reason: 'receiver-unable' }));
    expect(charges(told, 8).at(-2)).toBe(`EF crew-duty:${CREW} 1`);
  });
});
