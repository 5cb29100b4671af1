import type { SpokenTicket } from '@faultline/shared/escalation/script.ts';
import { alreadyDoneOf, answerOf, detailsOf } from '@faultline/shared/escalation/script.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, expect, it } from 'vitest';
import { attemptsOf, isAccepted } from '../../support/sip-desks.ts';
import type { SipHouse } from '../../support/sip-house.ts';
import { closedBooks, openSipHouse } from '../../support/sip-house.ts';
import { startBaresipPhone } from '../../support/sip-programs.ts';
import { HANGS_UP, IS_CANCELLED, IS_HUNG_UP_ON, LIFTS, presses, RINGS } from '../../support/sip-scenario.ts';
import type { SipEar } from '../../support/sip-sound.ts';
import { likeness, openSipEar } from '../../support/sip-sound.ts';

const CREW = 'crew-qianmen';
const DUTY = `contact-${CREW}-duty`;
const RATE = 8_000;
/** What a telephone's companding leaves of a sound is above this; silence and another message are far below. */
const SAME_SOUND = 0.95;
const ANOTHER_SOUND = 0.6;

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function house(): Promise<SipHouse & { readonly duty: string }> {
  const opened = await openSipHouse();
  closing.push(opened.close);
  return { ...opened, duty: await opened.desks.numberOf(CREW, 'duty') };
}

async function ear(): Promise<SipEar> {
  const opened = await openSipEar();
  closing.push(opened.close);
  return opened;
}

/** What a call about this ticket says behind a key. */
function spoken({ report, legs }: Ticket): SpokenTicket {
  const { number, place, faultClass, faultText } = report;
  const { area, street } = place;
  return { number, area, street, faultClass, faultText, kind: 'crew-not-accepted', since: legs[0]?.D.at ?? 0 };
}

it('[E4] a silent crew hears the opening on a real telephone, accepts by key 1, and only then hears address and fault', async () => {
  const at = await house();
  const heard = await ear();
  const called = await at.phone(at.duty, [...RINGS, ...LIFTS, ...IS_HUNG_UP_ON], { audioPorts: [heard.port] });
  const ticket = await at.desks.silentTicket(CREW, at.clock.now());
  await at.desks.until(ticket.id, (now) => attemptsOf(now)[0]?.answeredAt != null);
  const [row] = (await at.books()).calls;
  const opening = row?.opening ?? '';
  expect(opening).not.toMatch(/前门东大街|整栋停电/);
  // Nobody listens to the end before he presses a key.
  const beginning = (await at.sound(opening)).subarray(0, 6 * RATE);
  await heard.hears(6.3);
  const before = heard.heard();
  expect(likeness(before, beginning)).toBeGreaterThan(SAME_SOUND);
  const details = await at.sound(`${answerOf({ type: 'accepted' }, 'zh')} ${detailsOf([spoken(ticket)], 'zh')}`);
  expect(likeness(before, details)).toBeLessThan(ANOTHER_SOUND);

  heard.press('1');
  const accepted = await at.desks.until(ticket.id, isAccepted);
  expect(accepted.legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
  expect(attemptsOf(accepted)).toMatchObject([
    {
      contactId: DUTY,
      line: 'sip',
      outcome: 'acknowledged',
      pressed: '1',
      endedBy: { kind: 'phone', id: DUTY, departmentId: CREW },
    },
  ]);
  await called.done;
  expect(likeness(heard.heard().subarray(before.length), details)).toBeGreaterThan(SAME_SOUND);
  expect(await closedBooks(at)).toMatchObject([{ outcome: 'acknowledged', pressed: '1' }]);
});

it('[E3] a telephone is silent within a second when somebody accepts at a desk', async () => {
  const at = await house();
  const called = await at.phone(at.duty, [...RINGS, ...IS_CANCELLED]);
  const ticket = await at.desks.silentTicket(CREW, at.clock.now());
  await at.exchange.rung(at.duty, 0);
  await at.desks.act(ticket, { type: 'accept', legNo: 1 });
  const acceptedAtMs = Date.now();
  const cancel = await at.exchange.seen(/^CANCEL /);
  expect(cancel.atMs - acceptedAtMs).toBeLessThan(SECOND);
  await called.done;
  const endedBy = { kind: 'person', role: 'centre-dispatcher' };
  expect(await at.desks.ended(ticket.id, 0)).toMatchObject({ outcome: 'cancelled', code: 'accepted', endedBy });
  await closedBooks(at);
});

it('[E3] who listens already hears who has accepted at a desk, and is hung up on', async () => {
  const at = await house();
  const heard = await ear();
  const called = await at.phone(at.duty, [...RINGS, ...LIFTS, ...IS_HUNG_UP_ON], { audioPorts: [heard.port] });
  const ticket = await at.desks.silentTicket(CREW, at.clock.now());
  await heard.hears(0.5);
  await at.desks.act(ticket, { type: 'accept', legNo: 1 });
  const before = heard.heard().length;
  await called.done;
  const word = alreadyDoneOf({ language: 'zh', byWhom: '城区调度员', kind: 'crew-not-accepted' });
  expect(likeness(heard.heard().subarray(before), await at.sound(word))).toBeGreaterThan(SAME_SOUND);
  await closedBooks(at);
});

it('[E2] a telephone is silent when a desk takes the calls over, and rings again when they are given back', async () => {
  const at = await house();
  const silenced = await at.phone(at.duty, [...RINGS, ...IS_CANCELLED]);
  const ticket = await at.desks.silentTicket(CREW, at.clock.now());
  await at.exchange.rung(at.duty, 0);
  const { feedbacks } = await at.desks.read(ticket.id);
  const key = feedbacks[0]?.key ?? '';
  await at.desks.act(ticket, { type: 'hold-calls', key });
  await silenced.done;
  expect(await at.desks.ended(ticket.id, 0)).toMatchObject({ outcome: 'cancelled', code: 'taken-over' });
  const called = await at.phone(at.duty, [...RINGS, ...LIFTS, ...presses('1'), ...HANGS_UP]);
  await at.desks.act(ticket, { type: 'release-calls', key });
  await called.done;
  await at.desks.until(ticket.id, isAccepted);
  expect(await closedBooks(at)).toHaveLength(2);
});

it('[E5] twelve tickets for one crew are one ring, and one key accepts them all', async () => {
  const at = await house();
  const other = await startBaresipPhone(at.duty);
  closing.push(other.stop);
  at.exchange.route(at.duty, other.port);
  const ladderAt = at.clock.now() + MINUTE;
  const tickets: Ticket[] = [];
  while (tickets.length < 12) tickets.push(await at.desks.silentTicket(CREW, ladderAt));
  expect(at.exchange.calls()).toEqual([]);
  at.clock.advance(ladderAt - at.clock.now());
  await other.next('CALL_ESTABLISHED');
  await other.command('sndcode', '1');
  for (const { id } of tickets) {
    const { legs, feedbacks } = await at.desks.until(id, isAccepted);
    expect(legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
    expect(feedbacks).toMatchObject([{ ended: { cause: 'accepted' }, attempts: [{ outcome: 'acknowledged' }] }]);
  }
  await other.command('hangup');
  const [row, ...others] = await closedBooks(at);
  expect(others).toEqual([]);
  expect(at.exchange.calls(), 'one call').toHaveLength(1);
  expect(row?.hops.map(({ ticketId }) => ticketId).sort()).toEqual(tickets.map(({ id }) => id).sort());
  expect(row?.opening).toContain('12 张工单');
});

it('[E7] a test call rings a real telephone about no ticket, and its key says that somebody can be reached', async () => {
  const at = await house();
  const called = await at.phone(at.duty, [...RINGS, ...LIFTS, ...presses('5'), ...presses('1'), ...HANGS_UP]);
  await at.desks.testCall(DUTY);
  await called.done;
  expect(await closedBooks(at)).toMatchObject([{ purpose: 'test', hops: [], outcome: 'acknowledged', pressed: '51' }]);
});
