import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, expect, it } from 'vitest';
import { attemptsOf, isAccepted } from '../../support/sip-desks.ts';
import { startSipExchange } from '../../support/sip-exchange.ts';
import type { SipHouse } from '../../support/sip-house.ts';
import { closedBooks, openSipHouse } from '../../support/sip-house.ts';
import { startSippPhone } from '../../support/sip-programs.ts';
import {
  HANGS_UP,
  IS_CANCELLED,
  IS_HUNG_UP_ON,
  LIFTS,
  presses,
  RINGS,
  refusesWith,
} from '../../support/sip-scenario.ts';

const CREW = 'crew-qianmen';
const DUTY = `contact-${CREW}-duty`;
/** The figures of the first policy. */
const [BUSY_PAUSE, PAUSE, RING, TALK] = [20 * SECOND, 30 * SECOND, 30 * SECOND, 120 * SECOND];
const [ROUND_GAP, ACKNOWLEDGED_PAUSE] = [5 * MINUTE, 10 * MINUTE];
/** Real programs take a moment; the shortest pause is far longer. */
const AT_ONCE = 3 * SECOND;

let closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function house(options?: Parameters<typeof openSipHouse>[0]): Promise<SipHouse> {
  const opened = await openSipHouse(options);
  closing.push(opened.close);
  return opened;
}

it('[E1] [E2] a ladder is climbed by real telephones to its end and again, and every attempt keeps how it went', async () => {
  const at = await house();
  const { desks, exchange, clock } = at;
  const duty = await desks.numberOf(CREW, 'duty');
  const chief1 = await desks.numberOf(CREW, 'chief-1');
  const chief2 = await desks.numberOf(CREW, 'chief-2');
  const busy = await at.phone(duty, refusesWith('486 Busy Here'));
  const { id } = await desks.silentTicket(CREW, clock.now());
  await busy.done;
  expect(await desks.ended(id, 0)).toMatchObject({
    contactId: DUTY,
    outcome: 'busy',
    code: '486',
    answeredAt: null,
  });

  const declining = await at.phone(duty, refusesWith('603 Decline'));
  const voicemail = await at.phone(chief1, [...RINGS, ...LIFTS, ...IS_HUNG_UP_ON]);
  clock.advance(BUSY_PAUSE - 2 * SECOND);
  expect(attemptsOf(await desks.read(id)), 'not before its time').toHaveLength(1);
  clock.advance(2 * SECOND);
  await declining.done;
  expect(await desks.ended(id, 1)).toMatchObject({ contactId: DUTY, outcome: 'declined', code: '603' });

  // Twice was enough: the first chief, at once. He has a machine that answers.
  await desks.until(id, (ticket) => attemptsOf(ticket)[2]?.answeredAt != null);
  clock.advance(RING + TALK);
  await voicemail.done;
  const unheard = await desks.ended(id, 2);
  expect(unheard).toMatchObject({ contactRole: 'chief-1', outcome: 'no-key', pressed: null });
  expect(unheard?.answeredAt).not.toBeNull();

  const deaf = await at.phone(chief1, [...RINGS, ...IS_CANCELLED]);
  const unable = await at.phone(chief2, [...RINGS, ...LIFTS, ...presses('2'), ...HANGS_UP]);
  clock.advance(PAUSE);
  await exchange.rung(chief1, 1);
  clock.advance(RING);
  await deaf.done;
  expect(await desks.ended(id, 3)).toMatchObject({ contactRole: 'chief-1', outcome: 'no-answer', answeredAt: null });

  await unable.done;
  const refusal = { contactRole: 'chief-2', outcome: 'refused', pressed: '2', endedBy: { kind: 'phone' } };
  expect(await desks.ended(id, 4)).toMatchObject(refusal);
  const spent = await desks.until(id, ({ feedbacks }) => feedbacks[0]?.spentRounds === 1);
  expect(spent.feedbacks[0]?.ended).toBeNull();

  // The next round, from the beginning. The exchange does not know the duty phone's number any more.
  exchange.route(duty, null);
  const chief = await at.phone(chief1, [...RINGS, ...LIFTS, ...presses('7'), ...presses('1'), ...HANGS_UP]);
  clock.advance(ROUND_GAP);
  expect(await desks.ended(id, 5)).toMatchObject({ contactId: DUTY, outcome: 'wrong-number', code: '404' });
  await chief.done;
  expect(await desks.ended(id, 6)).toMatchObject({
    contactRole: 'chief-1',
    outcome: 'acknowledged',
    pressed: '71',
  });
  expect(isAccepted(await desks.read(id)), 'a chief answers for it; he does not accept').toBe(false);

  // It is still nobody's: after the pause the crew is rung again, and takes it at last.
  const willing = await at.phone(duty, [...RINGS, ...LIFTS, ...presses('1'), ...HANGS_UP]);
  clock.advance(ACKNOWLEDGED_PAUSE);
  await willing.done;
  const attempts = attemptsOf(await desks.until(id, isAccepted));
  const pauses = attempts.slice(1).map(({ at: began }, index) => began - (attempts[index]?.endedAt ?? 0));
  const meant = [BUSY_PAUSE, 0, PAUSE, 0, ROUND_GAP, 0, ACKNOWLEDGED_PAUSE];
  expect(pauses).toEqual(meant.map((pause) => expect.toSatisfy((it: number) => it >= pause && it < pause + AT_ONCE)));
  expect(await closedBooks(at)).toHaveLength(8);
});

it('[E7] a ladder whose exchange is gone is given to a person at once, and rings when the exchange is back', async () => {
  const at = await house();
  const { desks, exchange, clock } = at;
  const number = await desks.numberOf(CREW, 'duty');
  await exchange.close();
  clock.advance(15 * SECOND);
  const down = await desks.untilStatus(({ lines }) => lines.some(({ state }) => state === 'down'));
  expect(down.lines).toMatchObject([{ id: 'sip', state: 'down', detail: 'unreachable' }]);
  const finding = { kind: 'line-down', line: 'sip', detail: 'unreachable' };
  expect(down.findings).toContainEqual(expect.objectContaining(finding));
  const { id } = await desks.silentTicket(CREW, clock.now());
  const asked = await desks.until(id, (ticket) => attemptsOf(ticket).length === 1);
  expect(attemptsOf(asked)).toMatchObject([{ line: 'manual', contactId: DUTY, outcome: null }]);

  const back = await startSipExchange(exchange.port);
  closing.push(back.close);
  const called = await startSippPhone([...RINGS, ...LIFTS, ...presses('1'), ...HANGS_UP]);
  closing.push(called.stop);
  back.route(number, called.port);
  clock.advance(5 * SECOND);
  await called.done;
  expect(attemptsOf(await desks.until(id, isAccepted))).toMatchObject([
    { line: 'manual', outcome: 'cancelled', code: 'line-free' },
    { line: 'sip', contactId: DUTY, outcome: 'acknowledged', pressed: '1' },
  ]);
  const up = await desks.untilStatus(({ lines }) => lines.every(({ state }) => state === 'up'));
  expect(up.findings.filter(({ kind }) => kind === 'line-down')).toEqual([]);
  await closedBooks(at);
});

it('[E6] a ladder whose only phone program dies while it rings asks a person, and rings again as soon as it can', async () => {
  const at = await house();
  const { desks } = at;
  const { id, called } = await killProgramBehindRing(at);
  await called.done;
  expect(attemptsOf(await desks.until(id, isAccepted))).toMatchObject([
    { line: 'sip', outcome: 'line-down', code: 'program-gone' },
    { line: 'manual', outcome: 'cancelled', code: 'line-free' },
    { line: 'sip', contactId: DUTY, outcome: 'acknowledged', pressed: '1' },
  ]);
  await closedBooks(at);
});

it('[E6] a ladder that loses one of several phone programs rings again by the others, as behind any failed call', async () => {
  const at = await house({ channels: 2 });
  const { desks, clock } = at;
  const { id, called } = await killProgramBehindRing(at);
  expect(await desks.ended(id, 0)).toMatchObject({ line: 'sip', outcome: 'failed', code: 'program-gone' });
  clock.advance(PAUSE);
  await called.done;
  expect(attemptsOf(await desks.until(id, isAccepted))).toMatchObject([
    { outcome: 'failed' },
    { line: 'sip', contactId: DUTY, outcome: 'acknowledged', pressed: '1' },
  ]);
  await closedBooks(at);
});

/** A phone rings, and the program that rings it is killed; whoever is rung next by the same number presses 1. */
async function killProgramBehindRing({ desks, exchange, clock, phone, dataDir }: SipHouse) {
  const number = await desks.numberOf(CREW, 'duty');
  await phone(number, [...RINGS, { step: 'pause', ms: 30_000 }]);
  const { id } = await desks.silentTicket(CREW, clock.now());
  await exchange.rung(number, 0);
  const called = await phone(number, [...RINGS, ...LIFTS, ...presses('1'), ...HANGS_UP]);
  // The first free line is the one that was taken.
  process.kill(Number(readFileSync(join(dataDir, 'sip', 'line-1', 'pid'), 'utf8')), 'SIGKILL');
  return { id, called };
}
