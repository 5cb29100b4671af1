import type { PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { openAccount } from '@faultline/server/src/shift/account.ts';
import type { FreePhone } from '@faultline/server/src/shift/free-phones.ts';
import type { PhoneManner, Rung } from '@faultline/server/src/shift/phone-manner.ts';
import { handOutcomeOf, phoneMannerOf } from '@faultline/server/src/shift/phone-manner.ts';
import type { CrewTemper } from '@faultline/server/src/shift/plan.ts';
import type { ShiftVehicle } from '@faultline/server/src/shift/planned-ticket.ts';
import { isUnaccepted, wantedTicketAge } from '@faultline/server/src/shift/silent-crew.ts';
import { SimulatedPhone } from '@faultline/server/src/shift/simulated-phone.ts';
import type { CallOutcome, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at, CALLEE, CREW, make, toldTo } from '../rules/story.ts';
import type { BundledCity } from '../support/bundled-city.ts';
import { bundledCity } from '../support/bundled-city.ts';
import type { PhoneClient } from '../support/phone-client.ts';
import { pairPhone, phoneClient } from '../support/phone-client.ts';
import type { PhoneServer } from '../support/phone-server.ts';
import { startPhoneServer } from '../support/phone-server.ts';
import type { Playing, ShiftRoom, Visitor } from '../support/shift-room.ts';
import { openShiftRoom, vehicleAt } from '../support/shift-room.ts';

const SILENT: CrewTemper = { kind: 'does-not-accept', recalledAfter: 20 * MINUTE, heedsChiefs: true };
const NOT_ACCEPTED = 'feedback:crew-not-accepted:1.1';

describe('what somebody does when his duty phone rings', () => {
  const rung = (changes: Partial<Rung> = {}): Rung => ({
    contactId: 'contact-1',
    role: 'duty',
    isOfSilentCrew: false,
    kind: 'crew-not-accepted',
    subject: '0001',
    callNo: 1,
    ...changes,
  });
  const many = Array.from({ length: 400 }, (_, index) => rung({ subject: String(index) }));

  test('[shift] the same call of the same seed finds the same man, and both calls of a step do', () => {
    for (const call of many) {
      expect(phoneMannerOf(call, 7)).toEqual(phoneMannerOf(call, 7));
      expect(phoneMannerOf({ ...call, callNo: 2 }, 7).kind).toBe(phoneMannerOf(call, 7).kind);
    }
    expect(many.map((call) => phoneMannerOf(call, 8).kind)).not.toEqual(
      many.map((call) => phoneMannerOf(call, 7).kind),
    );
  });

  test('[shift] most say yes, at the pace of people; a few do not answer, and some say no', () => {
    const manners = many.map((call) => phoneMannerOf(call, 7));
    const answered = manners.filter((manner) => manner.kind === 'answers');
    const lastKeys = answered.map(({ keys }) => keys.at(-1)?.key);
    const share = (count: number): number => count / manners.length;
    expect(share(lastKeys.filter((key) => key === '1').length)).toBeGreaterThan(0.7);
    expect(share(lastKeys.filter((key) => key === '2').length)).toBeGreaterThan(0.02);
    expect(share(answered.filter(({ keys }) => keys[0]?.key === '3').length)).toBeGreaterThan(0.05);
    expect(share(manners.length - answered.length)).toBeGreaterThan(0.1);
    for (const { after, keys } of answered) {
      expect(after).toBeGreaterThanOrEqual(6 * SECOND);
      expect(after).toBeLessThan(30 * SECOND);
      for (const key of keys) expect(key.after).toBeGreaterThanOrEqual(7 * SECOND);
    }
  });

  test('[shift] who let it ring twice may be back later', () => {
    const away = many.filter((call) => phoneMannerOf(call, 7).kind === 'lets-it-ring');
    const later = away.map((call) => phoneMannerOf({ ...call, callNo: 3 }, 7).kind);
    expect(later).toContain('answers');
  });

  test('[E7] a test call is always answered, and hardly anybody is away who has nobody behind him', () => {
    const away = (changes: Partial<Rung>): number =>
      many.filter((call) => phoneMannerOf({ ...call, ...changes }, 7).kind === 'lets-it-ring').length;
    expect(away({ kind: null })).toBe(0);
    expect(away({ kind: 'promise-at-risk' })).toBeLessThan(many.length / 20);
  });

  test('[shift] of a silent crew only the second chief is reached, by phone and by hand', () => {
    for (const [role, kind, outcome] of [
      ['duty', 'lets-it-ring', 'no-answer'],
      ['chief-1', 'lets-it-ring', 'no-answer'],
      ['chief-2', 'answers', 'acknowledged'],
    ] as const) {
      expect(phoneMannerOf(rung({ role, isOfSilentCrew: true }), 7).kind).toBe(kind);
      expect(handOutcomeOf(rung({ role, isOfSilentCrew: true }), 7)).toBe(outcome);
    }
  });
});

describe('when another ticket has to come to a silent crew', () => {
  /** Lies at the crew since minute 3, after these calls to its duty phone, one a minute from minute 7 on. */
  function lying(...outcomes: readonly (CallOutcome | null)[]): Ticket {
    const story = toldTo({ B: 1, C: 2, D: 3, E: 4 });
    story.must(7, make.fireDue);
    for (const [index, outcome] of outcomes.entries()) {
      const callId = `call-${index}`;
      story.must(7 + index, make.placeCall(NOT_ACCEPTED, { callId, attemptNo: index + 1 }));
      if (outcome !== null) story.must(7.5 + index, make.endCall(NOT_ACCEPTED, outcome, { callId }));
    }
    return story.ticket();
  }
  const phone = (changes: Partial<FreePhone> = {}): FreePhone => ({
    contactId: CALLEE.contactId,
    crewId: CREW,
    takenSince: at(6),
    ringsAt: null,
    ...changes,
  });
  const wanted = (tickets: readonly Ticket[], changes: Partial<FreePhone> = {}, minute = 20): boolean =>
    wantedTicketAge(tickets, phone(changes), at(minute)) !== null;

  test('[E1] a visitor with nothing to be rung for gets one that is rung for within a minute', () => {
    const age = wantedTicketAge([], phone(), at(20)) ?? 0;
    expect(age).toBeGreaterThanOrEqual(3 * MINUTE);
    expect(age).toBeLessThan(4 * MINUTE);
  });

  test('[shift] none comes to a phone that nobody has, or that is about to ring anyway', () => {
    expect(wanted([], { takenSince: null })).toBe(false);
    expect(wanted([lying()], { ringsAt: at(20) + 90 * SECOND })).toBe(false);
    expect(wanted([lying()], { ringsAt: at(20) + 91 * SECOND })).toBe(true);
  });

  test('[shift] never more than two lie there, and none is entered while he is on the phone or has just been', () => {
    expect(wanted([lying(), lying()])).toBe(false);
    expect(wanted([lying(null)])).toBe(false);
    expect(wanted([lying('acknowledged')], {}, 10.4)).toBe(false);
    expect(wanted([lying('acknowledged')], {}, 10.6)).toBe(true);
  });

  test('[shift] who lets it ring twice has gone, until he opens the phone anew', () => {
    expect(wanted([lying('no-answer')])).toBe(true);
    expect(wanted([lying('no-answer', 'no-answer')])).toBe(false);
    expect(wanted([lying('no-answer', 'no-answer', 'refused')])).toBe(true);
    expect(wanted([lying('no-answer', 'no-answer')], { takenSince: at(19) })).toBe(true);
  });
});

describe('a simulated phone', () => {
  const DUTY = 'contact-crew-guomao-duty';
  const PATIENT: PhoneManner = {
    kind: 'answers',
    after: 6 * SECOND,
    keys: [
      { key: '3', after: 8 * SECOND },
      { key: '1', after: 8 * SECOND },
    ],
    hangsUpAfter: 3 * SECOND,
  };
  let server: PhoneServer;
  let phone: SimulatedPhone;
  let calls: Pick<Rung, 'kind' | 'subject' | 'callNo'>[];
  beforeEach(async () => {
    server = await startPhoneServer();
    calls = [];
  });
  afterEach(async () => {
    phone.close();
    await server.stop();
    expect(server.faults).toEqual([]);
  });

  async function connect(manner: PhoneManner): Promise<void> {
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const joined = server.told(({ type }) => type === 'changed');
    phone = new SimulatedPhone({
      url: new URL(server.origin),
      token,
      clock: server.clock,
      mannerOf(call) {
        calls.push(call);
        return manner;
      },
      onRevoked() {},
    });
    await joined;
  }
  const happened = (type: PhoneLineEvent['type'], id: string): boolean =>
    server.events.some((event) => event.type === type && event.type !== 'changed' && event.callId === id);
  /** Moves the clock by a second at a time, with a round trip for the sockets. */
  const pass = async (ms: number, isEnough: () => boolean = () => false): Promise<void> => {
    for (let left = ms; left > 0 && !isEnough(); left -= SECOND) {
      server.clock.advance(SECOND);
      await server.request('GET', '/api/demo');
    }
  };
  const keys = (): string[] => server.events.flatMap((event) => (event.type === 'key' ? [event.key] : []));

  test('[shift] answers after a while, presses one key after the other, and hangs up behind the last word', async () => {
    await connect(PATIENT);
    await server.line.place(server.callTo(DUTY, { id: 'a' }));
    await pass(5 * SECOND);
    expect(happened('ringing', 'a')).toBe(true);
    expect(happened('answered', 'a')).toBe(false);
    await pass(3 * SECOND, () => happened('answered', 'a'));
    expect(happened('answered', 'a')).toBe(true);
    await pass(12 * SECOND, () => keys().length === 1);
    expect(keys()).toEqual(['3']);
    await server.line.say('a', '东四北大街，整栋楼停电。', false);
    await pass(12 * SECOND, () => keys().length === 2);
    expect(keys()).toEqual(['3', '1']);
    await server.line.say('a', '已接单，谢谢。', true);
    await pass(6 * SECOND, () => happened('ended', 'a'));
    expect(server.events.at(-1)).toMatchObject({ type: 'ended', cause: 'hung-up' });
  });

  test('[shift] counts the calls about the same ticket, and lets it ring when its owner is away', async () => {
    await connect({ kind: 'lets-it-ring' });
    for (const id of ['a', 'b']) {
      await server.line.place(server.callTo(DUTY, { id }));
      await pass(30 * SECOND);
      await server.line.cancel(id, 'no-answer', '');
      expect(happened('ringing', id)).toBe(true);
      expect(happened('answered', id)).toBe(false);
    }
    expect(calls).toEqual([
      { kind: 'crew-not-accepted', subject: '20261123-0017', callNo: 1 },
      { kind: 'crew-not-accepted', subject: '20261123-0017', callNo: 2 },
    ]);
  });

  test('[shift] a phone that a visitor has answered with his own device is his for ten minutes', async () => {
    await connect(PATIENT);
    const { token } = await pairPhone(server.origin, { contactId: DUTY });
    const visitor = phoneClient({ url: server.origin, token });
    await visitor.connect();
    await server.line.place(server.callTo(DUTY, { id: 'a' }));
    await visitor.rung();
    await visitor.answer();
    visitor.cut();
    await server.line.cancel('a', 'ended', '');
    await server.line.place(server.callTo(DUTY, { id: 'b' }));
    await pass(30 * SECOND);
    expect(happened('answered', 'b')).toBe(false);
    await server.line.cancel('b', 'no-answer', '');
    await pass(10 * MINUTE);
    await server.line.place(server.callTo(DUTY, { id: 'c' }));
    await pass(10 * SECOND, () => happened('answered', 'c'));
    expect(happened('answered', 'c')).toBe(true);
  });
});

let city: BundledCity;
beforeAll(async () => {
  city = await bundledCity();
});

describe('the shift on the phone', () => {
  let room: ShiftRoom;
  let visitor: Visitor;
  let silent: ShiftVehicle;
  let held: readonly string[] | undefined;
  beforeEach(async () => {
    room = await openShiftRoom(city);
    visitor = await room.watch();
  });
  afterEach(() => room.close());

  function begin(): Playing {
    return room.play((vehicles, startAt, { heldCrewIds }) => {
      silent = vehicleAt(vehicles, 0);
      held = heldCrewIds;
      const tickets = ['幸福大街', '建国路'].map((street) => room.call(street, silent, startAt));
      return {
        crewTempers: new Map([[silent.crewId, SILENT]]),
        silentCrewTickets: new Map([[silent.crewId, tickets]]),
      };
    });
  }
  const lies = (ticket: Ticket): boolean => isUnaccepted(ticket, silent.crewId);
  const dutyPhone = async (contactId = `contact-${silent.crewId}-duty`): Promise<PhoneClient> => {
    const { token } = await pairPhone(room.url.href, { contactId });
    const phone = phoneClient({ url: room.url.href, token });
    await phone.connect();
    return phone;
  };
  const hasRung = (phone: PhoneClient) => (): boolean => phone.heard.some(({ type }) => type === 'ring');
  const attemptsOf = ({ feedbacks }: Ticket) =>
    feedbacks.flatMap(({ attempts }) => attempts.map((one) => `${one.contactRole} ${one.line} ${one.outcome}`));

  test('[E4] a visitor at the silent crew is rung within two minutes, presses 1, and the vehicle goes its way', async () => {
    begin();
    await visitor.see((ticket) => ticket.legs.length > 0);
    const phone = await dutyPhone();
    expect(await room.passUntil(2 * MINUTE, hasRung(phone))).toBeGreaterThan(20 * SECOND);
    const ring = await phone.rung();
    expect(ring.tickets).toMatchObject([{ kind: 'crew-not-accepted' }]);
    await phone.answer();
    expect(await phone.press('1')).toMatchObject({ type: 'say', isLast: true });
    const accepted = await visitor.see((ticket) => (openLeg(ticket)?.F ?? null) !== null);
    expect(accepted.report.number).toBe(ring.tickets[0]?.number);
    expect(accepted.feedbacks).toMatchObject([
      { ended: { cause: 'accepted' }, attempts: [{ line: 'console', contactRole: 'duty' }] },
    ]);
    await room.passUntil(5 * MINUTE, () => visitor.find(({ closed }) => closed !== null) !== undefined);
    const closed = await visitor.see((ticket) => ticket.closed !== null);
    expect(closed.id).toBe(accepted.id);
    expect(closed.legs).toHaveLength(1);
    expect(closed.contradictions).toHaveLength(0);
    // He stays: after a rest the next one comes.
    const count = phone.heard.filter(({ type }) => type === 'ring').length;
    await room.passUntil(6 * MINUTE, () => phone.heard.filter(({ type }) => type === 'ring').length > count);
    expect([...visitor.tickets.values()].filter(lies)).toHaveLength(1);
  });

  test('[E2] without a visitor people ring by hand, the chiefs are rung, and the crew accepts at the second one', async () => {
    const shift = begin();
    await shift.said(/a shift begins/);
    await visitor.see((ticket) => ticket.legs.length > 0);
    await room.passUntil(
      10 * MINUTE,
      () => visitor.find((ticket) => (openLeg(ticket)?.F ?? null) !== null) !== undefined,
    );
    const accepted = await visitor.see((ticket) => (openLeg(ticket)?.F ?? null) !== null);
    expect(attemptsOf(accepted)).toEqual([
      'duty manual no-answer',
      'duty manual no-answer',
      'chief-1 console no-answer',
      'chief-1 console no-answer',
      'chief-2 console acknowledged',
    ]);
    const byHand = accepted.feedbacks[0]?.attempts[0];
    expect(byHand?.endedBy).toMatchObject({ kind: 'person', role: 'centre-dispatcher' });
    const F = openLeg(accepted)?.F;
    expect((F?.at ?? 0) - (openLeg(accepted)?.D.at ?? 0)).toBeGreaterThan(7 * MINUTE);
    expect(F?.evidence).toBe('device-online');
    // Nobody is there to be rung, so no further ticket is brought.
    await room.pass(3 * MINUTE);
    expect([...visitor.tickets.values()].filter(lies)).toHaveLength(0);
  });

  test('[E4] as long as a visitor has the duty phone, no chief makes the crew accept in his place', async () => {
    begin();
    await visitor.see((ticket) => ticket.legs.length > 0);
    const phone = await dutyPhone();
    const isAnswered = (ticket: Ticket): boolean => attemptsOf(ticket).includes('chief-2 console acknowledged');
    await room.passUntil(8 * MINUTE, () => visitor.find(isAnswered) !== undefined);
    await room.pass(2 * MINUTE);
    expect(lies(await visitor.see(isAnswered))).toBe(true);
    // He has let it ring twice: no further ticket is brought to a phone that nobody answers.
    expect(phone.heard.filter(({ type }) => type === 'ring')).toHaveLength(2);
    expect(visitor.tickets.size).toBe(1);
    phone.cut();
    await room.passUntil(MINUTE, () => visitor.find((ticket) => (openLeg(ticket)?.F ?? null) !== null) !== undefined);
  });

  test('[E2] a visitor who comes while somebody rings by hand is rung at once in his place', async () => {
    begin();
    const asked = (ticket: Ticket): boolean => attemptsOf(ticket).includes('duty manual null');
    await visitor.see((ticket) => ticket.legs.length > 0);
    await room.passUntil(2 * MINUTE, () => visitor.find(asked) !== undefined);
    const phone = await dutyPhone();
    expect(await room.passUntil(10 * SECOND, hasRung(phone))).toBeLessThanOrEqual(10 * SECOND);
  });

  test('[E1] a visitor who comes when nothing lies there is rung within two minutes', async () => {
    begin();
    const first = await visitor.see(lies);
    const lead = await openAccount(room.server, 'lead');
    const cancelled = { type: 'cancel', reason: 'restored-meanwhile', text: '' } as const;
    expect(await room.command(lead, first, cancelled)).toBe('yes');
    await room.pass(MINUTE);
    expect([...visitor.tickets.values()].filter(lies)).toHaveLength(0);
    const phone = await dutyPhone();
    expect(await room.passUntil(2 * MINUTE, hasRung(phone))).toBeLessThan(75 * SECOND);
  });

  test('[E4] [R1] after key 2 the centre takes the ticket back and sends another crew', async () => {
    begin();
    await visitor.see((ticket) => ticket.legs.length > 0);
    const phone = await dutyPhone();
    await room.passUntil(2 * MINUTE, hasRung(phone));
    await phone.answer();
    await phone.press('2');
    await room.passUntil(3 * MINUTE, () => visitor.find(({ legs }) => legs.length === 2) !== undefined);
    const ticket = await visitor.see(({ legs }) => legs.length === 2);
    expect(ticket.legs[0]?.ending).toMatchObject({ how: 'recalled', reason: 'receiver-unable' });
    expect(openLeg(ticket)?.crewId).not.toBe(silent.crewId);
  });

  test('[shift] a crew whose duty phone was opened before the shift began is told to the plan', async () => {
    await dutyPhone('contact-crew-guomao-duty');
    await begin().said(/a shift begins/);
    expect(held).toEqual(['crew-guomao']);
  });
});
