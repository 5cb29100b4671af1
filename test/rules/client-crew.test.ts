import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import { crewBoard, feedbackAt, heldBy, sinceOf } from '../../client/src/crew/crew-model.ts';
import type { TicketView } from '../../client/src/live/ticket-view.ts';
import { createViewDeriver } from '../../client/src/live/ticket-view.ts';
import { at, CREW, make, toldTo, USUAL } from './story.ts';

const { B, C, D, E } = USUAL;

function view(ticket: Ticket, id = 'ticket-1'): TicketView {
  const [derived] = createViewDeriver()(new Map([[id, { ...ticket, id }]]), [FIRST_POLICY], at(60));
  if (!derived) throw new Error('a ticket has a view');
  return derived;
}

describe('the crew office', () => {
  test('what was sent waits for the duty person until he accepts, or the crew has begun without him', () => {
    const views = [
      view(toldTo({ B, C, D }).ticket(), 'sent'),
      view(toldTo({ B, C, D, E }).ticket(), 'delivered'),
      view(toldTo({ B, C, D, E, F: 5 }).ticket(), 'accepted'),
      view(toldTo({ B, C, D, E, G: 7 }).ticket(), 'departed'),
    ];
    const { toAccept, underWay } = crewBoard(views, CREW);
    expect(toAccept.map(({ view: { ticket } }) => ticket.id)).toEqual(['sent', 'delivered']);
    expect(underWay.map(({ view: { ticket } }) => ticket.id)).toEqual(['accepted', 'departed']);
  });

  test('a ticket is under way until its record is written, and another crew’s never is', () => {
    const story = toldTo(USUAL);
    story.must(40, make.clear());
    expect(crewBoard([view(story.ticket())], CREW).underWay).toHaveLength(1);
    expect(crewBoard([view(story.ticket())], 'crew-other')).toEqual({ toAccept: [], underWay: [], recalls: [] });
    story.must(45, make.record());
    expect(crewBoard([view(story.ticket())], CREW).underWay).toEqual([]);
  });

  test('[R2] a recall stands until the vehicle has confirmed it, beside the new dispatch of the same ticket', () => {
    const story = toldTo({ B, C, D, E });
    story.must(6, make.recall());
    story.must(7, make.dispatch());
    const board = crewBoard([view(story.ticket())], CREW);
    expect(board.recalls.map(({ leg }) => leg.no)).toEqual([1]);
    expect(board.toAccept.map(({ leg }) => leg.no)).toEqual([2]);
    story.must(8, make.confirmRecall());
    expect(crewBoard([view(story.ticket())], CREW).recalls).toEqual([]);
  });

  test('[E1] the phone rings four minutes after the dispatch, where the policy has it', () => {
    const [waiting] = crewBoard([view(toldTo({ B, C, D, E }).ticket())], CREW).toAccept;
    if (!waiting) throw new Error('one ticket waits');
    expect(feedbackAt(waiting.leg, FIRST_POLICY)).toBe(at(D + 4));
    const silent = {
      ...FIRST_POLICY,
      feedbackMin: { ...FIRST_POLICY.feedbackMin, crewNotAcceptedAfterDispatch: null },
    };
    expect(feedbackAt(waiting.leg, silent)).toBeNull();
  });

  test('"since" is the entry of the running hop, and after the arrival the last point', () => {
    const sinceAfter = (ticket: Ticket) => crewBoard([view(ticket)], CREW).underWay.map(sinceOf);
    expect(sinceAfter(toldTo({ B, C, D, E, F: 5, G: 7 }).ticket())).toEqual([at(7)]);
    const story = toldTo(USUAL);
    expect(sinceAfter(story.ticket())).toEqual([at(USUAL.H)]);
    story.must(50, make.clear());
    expect(sinceAfter(story.ticket())).toEqual([at(50)]);
  });

  test('[V1] a vehicle holds what it was sent to and what it supports', () => {
    const story = toldTo({ B, C });
    story.must(D, make.dispatch(undefined, { supportVehicleIds: ['vehicle-2'] }));
    const { toAccept } = crewBoard([view(story.ticket(), 'a'), view(toldTo({ B, C, D }).ticket(), 'b')], CREW);
    expect(Object.fromEntries(heldBy(toAccept))).toEqual({ 'vehicle-1': 2, 'vehicle-2': 1 });
  });
});
