import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { expect, it } from 'vitest';
import { isAccepted } from '../../support/sip-desks.ts';
import { mostAtOnce } from '../../support/sip-exchange.ts';
import { closedBooks, openSipHouse } from '../../support/sip-house.ts';
import { startSippPhone } from '../../support/sip-programs.ts';
import type { SipStep } from '../../support/sip-scenario.ts';
import { HANGS_UP, LIFTS, presses, RINGS } from '../../support/sip-scenario.ts';

const CHANNELS = 4;
const CREWS = 8;
const TICKETS = 60;
/** Longer than it takes to fill the channels at two starts a second. */
const WALKS_MS = 2_500;
/** More calls than it can come to: the phones never run out. */
const MOST_CALLS = 200;

it(`[E5] [E6] ${TICKETS} silent tickets of ${CREWS} crews ring through ${CHANNELS} channels until all are accepted`, async () => {
  const house = await openSipHouse({ channels: CHANNELS });
  // One program plays the phones of all crews: somebody walks up to each, lifts, presses 1, and hangs up.
  const walks: SipStep = { step: 'pause', ms: WALKS_MS };
  const phones = await startSippPhone([...RINGS, walks, ...LIFTS, ...presses('1'), ...HANGS_UP], {
    calls: MOST_CALLS,
  });
  const { desks, exchange, clock } = house;
  try {
    const crews = desks.crews().slice(0, CREWS);
    const numbers = await Promise.all(crews.map((crew) => desks.numberOf(crew, 'duty')));
    for (const number of numbers) exchange.route(number, phones.port);
    const ladderAt = clock.now() + MINUTE;
    const silent = (no: number): Promise<Ticket> => desks.silentTicket(crews[no % CREWS] ?? '', ladderAt);
    const tickets: Ticket[] = [];
    while (tickets.length < TICKETS / 2) tickets.push(await silent(tickets.length));
    clock.advance(ladderAt - clock.now());
    // The other half comes while the phones ring; its time is over already.
    while (tickets.length < TICKETS) tickets.push(await silent(tickets.length));
    for (const { id } of tickets) {
      const { legs, feedbacks } = await desks.until(id, isAccepted);
      expect(legs[0]?.F).toMatchObject({ evidence: 'declared-by-phone' });
      expect(feedbacks[0]?.attempts).toMatchObject([{ line: 'sip', outcome: 'acknowledged' }]);
    }
    const calls = await closedBooks(house);
    const seen = exchange.calls();
    expect(new Set(seen.map(({ number }) => number))).toEqual(new Set(numbers));
    expect(mostAtOnce(seen)).toBeLessThanOrEqual(CHANNELS);
    expect(mostAtOnce(seen), 'the phones ring side by side').toBeGreaterThan(CHANNELS / 2);
    for (const number of numbers) expect(mostAtOnce(exchange.calls(number)), 'nobody is rung twice at once').toBe(1);
    expect(seen).toHaveLength(calls.length);
    expect(calls.length, 'several tickets are spoken in one call').toBeLessThan(TICKETS / 2);
  } finally {
    await phones.stop();
    await house.close();
  }
});
