import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import { describe, expect, test } from 'vitest';
import type { LegView } from '../../client/src/vehicle/leg-view.ts';
import { canReturn, currentOf, isOwnReturn, legOf, legViews, withStamp } from '../../client/src/vehicle/leg-view.ts';
import { navigationLink } from '../../client/src/vehicle/navigation.ts';
import type { StampMessage } from '../../client/src/vehicle/numbered-message.ts';
import type { Word } from '../../client/src/vehicle/outbox.ts';
import { readLeg, readServerMessage } from '../../client/src/vehicle/server-message.ts';
import { at, make, toldTo, USUAL } from './story.ts';

const VEHICLE = 'vehicle-1';
const { B, C, D, E } = USUAL;
const DELIVERED = { B, C, D, E };

function told(ticket: Ticket, id = ticket.id, promiseMinute = 45): VehicleLeg {
  return { ticket: { ...ticket, id }, legNo: 1, caller: null, promiseDue: at(promiseMinute) };
}

function word(
  type: 'accept' | 'depart' | 'arrive' | 'clear' | 'confirm-recall',
  ticketId = 'ticket-1',
  minute = 6,
): Word {
  return {
    message: { type, id: `${minute}-${type}`, ticketId, legNo: 1, claimedAt: at(minute) },
    refusal: null,
  };
}

function only(views: readonly LegView[]): LegView {
  const [view] = views;
  if (!view || views.length !== 1) throw new Error(`one leg, not ${views.length}`);
  return view;
}

describe('the next action of a leg', () => {
  test.each([
    [DELIVERED, 'accept'],
    [{ ...DELIVERED, F: 5 }, 'depart'],
    [{ ...DELIVERED, F: 5, G: 7 }, 'arrive'],
    [USUAL, 'clear'],
    // The office has stamped a later point by phone: what was passed over is not asked for any more. [T3]
    [{ ...DELIVERED, G: 7 }, 'arrive'],
    [{ ...DELIVERED, H: 20 }, 'clear'],
  ] as const)('[T3] after %j it is %s', (points, next) => {
    const { underWay } = legViews([told(toldTo(points).ticket())], [], VEHICLE);
    expect(only(underWay).next).toBe(next);
  });

  test('what was done without a network counts on the screen, each step once and marked as unsent', () => {
    const known = told(toldTo(DELIVERED).ticket());
    const words = [word('accept'), word('depart', 'ticket-1', 8), word('depart', 'ticket-1', 9)];
    const view = only(legViews([known], words, VEHICLE).underWay);
    expect(view.next).toBe('arrive');
    expect(view.leg.G?.at).toBe(at(8));
    expect([...view.unsent]).toEqual(['accept', 'depart']);
  });

  test('a refused word does not count, nor one of another ticket or leg', () => {
    const known = told(toldTo(DELIVERED).ticket());
    const refused: Word = { ...word('accept'), refusal: 'leg-ended' };
    const elsewhere: Word = { message: { ...asStamp(word('accept')), legNo: 2 }, refusal: null };
    expect(only(legViews([known], [refused, elsewhere, word('accept', 'other')], VEHICLE).underWay).next).toBe(
      'accept',
    );
  });

  test('the server’s own time is not overwritten by what was said here', () => {
    const known = told(toldTo({ ...DELIVERED, F: 5 }).ticket());
    expect(legOf(withStamp(known, asStamp(word('accept')))).F?.at).toBe(at(5));
  });

  test('a leg is over for the vehicle when its record is written', () => {
    const known = told(toldTo(USUAL).ticket());
    const record: StampMessage = {
      type: 'record',
      id: 'r',
      ticketId: 'ticket-1',
      legNo: 1,
      claimedAt: at(50),
      record: { found: '熔断', cause: '过负荷', done: '更换' },
    };
    const words: Word[] = [word('clear', 'ticket-1', 45)];
    expect(only(legViews([known], words, VEHICLE).underWay).next).toBe('record');
    expect(legViews([known], [...words, { message: record, refusal: null }], VEHICLE).underWay).toEqual([]);
  });

  test('[T1] a supporting vehicle has nothing to stamp and nothing to return', () => {
    const supported = toldTo({ B, C });
    supported.must(D, make.dispatch(undefined, { supportVehicleIds: ['vehicle-2'] }));
    const view = only(legViews([told(supported.ticket())], [], 'vehicle-2').underWay);
    expect(view).toMatchObject({ isSupport: true, next: null });
    expect(canReturn(view)).toBe(false);
  });
});

describe('several tickets', () => {
  const waiting = toldTo(DELIVERED).ticket();
  const driving = toldTo({ ...DELIVERED, F: 5, G: 7 }).ticket();

  test('[V1] they stand in the order in which their promises fall due', () => {
    const legs = [told(waiting, 'late', 60), told(waiting, 'early', 45), told(driving, 'middle', 50)];
    expect(legViews(legs, [], VEHICLE).underWay.map(({ ticket }) => ticket.id)).toEqual(['early', 'middle', 'late']);
  });

  test('the leg that has come furthest is the current one until somebody chooses another', () => {
    const { underWay } = legViews([told(waiting, 'early', 45), told(driving, 'driven', 50)], [], VEHICLE);
    expect(currentOf(underWay, null)?.ticket.id).toBe('driven');
    expect(currentOf(underWay, 'early 1')?.ticket.id).toBe('early');
    expect(currentOf([], 'early 1')).toBeNull();
  });

  test('a new ticket that falls due earlier does not take the place of the one that is worked on', () => {
    const before = legViews([told(waiting, 'mine', 50)], [], VEHICLE).underWay;
    const chosen = currentOf(before, null)?.key ?? null;
    const after = legViews([told(waiting, 'mine', 50), told(waiting, 'new', 20)], [], VEHICLE).underWay;
    expect(after[0]?.ticket.id).toBe('new');
    expect(currentOf(after, chosen)?.ticket.id).toBe('mine');
  });

  test('a chosen leg that is over gives way to the next one', () => {
    const { underWay } = legViews([told(waiting, 'next', 50)], [], VEHICLE);
    expect(currentOf(underWay, 'gone 1')?.ticket.id).toBe('next');
  });
});

describe('a leg that is taken back', () => {
  test('[R2] asks for its receipt until somebody has given it, also before it is sent', () => {
    const story = toldTo(DELIVERED);
    story.must(6, make.recall());
    const known = told(story.ticket());
    const { underWay, takenBack } = legViews([known], [], VEHICLE);
    expect(underWay).toEqual([]);
    expect(only(takenBack).leg.ending?.how).toBe('recalled');
    expect(legViews([known], [word('confirm-recall')], VEHICLE).takenBack).toEqual([]);
    expect(legViews([known], [{ ...word('confirm-recall'), refusal: 'busy' }], VEHICLE).takenBack).toHaveLength(1);
  });

  test('[R1] it can be given back until the arrival, and then is away at once', () => {
    const known = told(toldTo({ ...DELIVERED, F: 5, G: 7 }).ticket());
    const returned: StampMessage = {
      type: 'return',
      id: 'b',
      ticketId: 'ticket-1',
      legNo: 1,
      claimedAt: at(8),
      reason: 'misrouted',
      text: '',
    };
    expect(canReturn(only(legViews([known], [], VEHICLE).underWay))).toBe(true);
    const after = legViews([known], [{ message: returned, refusal: null }], VEHICLE);
    expect(after).toEqual({ underWay: [], takenBack: [] });
    expect(isOwnReturn(legOf(withStamp(known, returned)))).toBe(true);
    const arrived = only(legViews([told(toldTo(USUAL).ticket())], [], VEHICLE).underWay);
    expect(canReturn(arrived)).toBe(false);
  });

  test('[R2] a return by the crew office is not the vehicle’s own and has to be read', () => {
    const story = toldTo(DELIVERED);
    story.must(6, make.returned());
    expect(isOwnReturn(legOf(told(story.ticket())))).toBe(false);
  });
});

describe('what the server says', () => {
  test('a leg is read whole, from the wire and from the disk', () => {
    const leg = told(toldTo(DELIVERED).ticket());
    expect(readLeg(JSON.parse(JSON.stringify(leg)))).toEqual(leg);
    expect(readServerMessage(JSON.stringify({ type: 'leg', leg }))).toEqual({ type: 'leg', leg });
  });

  test.each([
    ['not JSON', '{'],
    ['no message', '[]'],
    ['an unknown kind', '{"type":"news"}'],
    ['a leg without its ticket', '{"type":"leg","leg":{"legNo":1}}'],
    [
      'a leg its ticket does not have',
      JSON.stringify({ type: 'leg', leg: { ...told(toldTo(DELIVERED).ticket()), legNo: 9 } }),
    ],
    ['an answer with an unknown code', '{"type":"answer","id":"a","ok":false,"refusal":{"code":"strange"}}'],
  ])('%s is nothing this page acts on', (_name, frame) => {
    expect(readServerMessage(frame)).toBeNull();
  });
});

test('a navigation opens what the device has', () => {
  const place = { lon: 116.4, lat: 39.9 };
  expect(navigationLink(place, '东四', 'Linux; Android 15')).toBe(
    `geo:39.9,116.4?q=39.9,116.4(${encodeURIComponent('东四')})`,
  );
  expect(navigationLink(place, '东四', 'iPhone')).toContain('maps.apple.com/?daddr=39.9,116.4');
  expect(navigationLink(place, '东四', 'X11; Linux')).toContain('coordinate=wgs84');
});

function asStamp({ message }: Word): StampMessage {
  if (message.type === 'duty') throw new Error('a duty is about no leg');
  return message;
}
