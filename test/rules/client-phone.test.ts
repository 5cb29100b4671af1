import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord, Ring } from '@faultline/shared/wire/phone.ts';
import { PHONE_CLOSE, phoneMessageSchema } from '@faultline/shared/wire/phone.ts';
import { VEHICLE_CLOSE } from '@faultline/shared/wire/vehicle.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loggedCall, withCall } from '../../client/src/phone/call-log.ts';
import type { CallEvent, CallState } from '../../client/src/phone/phone-call.ts';
import { IDLE, nextCall } from '../../client/src/phone/phone-call.ts';
import { readingTime, sentencesOf } from '../../client/src/phone/voice.ts';

const NOW = 1_800_000_000_000;
const RING: Ring = {
  callId: 'c1',
  purpose: 'ladder',
  language: 'zh',
  opening: '有一张工单等待接单。',
  tickets: [{ number: '17', area: '东城', kind: 'crew-not-accepted', since: NOW - 4 * MINUTE }],
  ringUntil: NOW + 30 * SECOND,
  answeredAt: null,
  said: null,
};
const OTHER: Ring = { ...RING, callId: 'c2' };
const ANSWERED: Ring = { ...RING, answeredAt: NOW };

const heard = (word: PhoneWord): CallEvent => ({ type: 'heard', word });
const welcome = (ring: Ring | null): CallEvent =>
  heard({
    type: 'welcome',
    now: NOW,
    timeZone: 'Asia/Shanghai',
    contact: { id: 'li', name: '李', role: 'duty', language: 'zh', departmentName: { zh: '班组', en: 'Crew' } },
    ring,
  });
const stopped = (callId: string, text = ''): CallEvent =>
  heard({ type: 'stopped', callId, reason: 'done-elsewhere', text });

const TALKING = { at: 'talking', ring: RING, said: RING.opening, isLast: false, awaited: null, pressed: '' } as const;
const STATES = {
  idle: IDLE,
  ringing: { at: 'ringing', ring: RING, isAnswering: false },
  answering: { at: 'ringing', ring: RING, isAnswering: true },
  talking: TALKING,
  ending: { ...TALKING, said: '已接单。', isLast: true, pressed: '1' },
  over: { at: 'over', ring: RING, ending: 'ended', text: '', pressed: '1', endedAt: NOW },
} as const satisfies Record<string, CallState>;

const EVENTS = {
  'welcome without a call': welcome(null),
  'welcome with this call': welcome(RING),
  'welcome back into the talk': welcome(ANSWERED),
  'welcome with another call': welcome(OTHER),
  ring: heard({ type: 'ring', ring: RING }),
  'another ring': heard({ type: 'ring', ring: OTHER }),
  answered: heard({ type: 'answered', callId: 'c1' }),
  'answered, another': heard({ type: 'answered', callId: 'c2' }),
  say: heard({ type: 'say', callId: 'c1', text: '东长安街1号。', isLast: false }),
  'last word': heard({ type: 'say', callId: 'c1', text: '已接单。', isLast: true }),
  'say, another': heard({ type: 'say', callId: 'c2', text: '?', isLast: true }),
  stopped: stopped('c1'),
  'stopped, another': stopped('c2'),
  ping: heard({ type: 'ping', now: NOW }),
  malformed: heard({ type: 'malformed', detail: '?' }),
  answer: { type: 'answer' },
  press: { type: 'press', key: '1' },
  'hang up': { type: 'hang-up' },
  spoken: { type: 'spoken' },
  dismiss: { type: 'dismiss' },
  second: { type: 'second' },
} as const satisfies Record<string, CallEvent>;

/** What comes after and what is said to the server, for every state; `.` stays as it is. */
const TABLE: Readonly<Record<keyof typeof EVENTS, Readonly<Record<keyof typeof STATES, string>>>> = {
  'welcome without a call': {
    idle: '.',
    ringing: 'over',
    answering: 'over',
    talking: 'over',
    ending: 'over',
    over: '.',
  },
  'welcome with this call': {
    idle: 'ringing +ringing',
    ringing: '. +ringing',
    answering: '. +ringing+answer',
    talking: '. +answer',
    ending: '. +answer',
    over: '. +hang-up',
  },
  'welcome back into the talk': {
    idle: 'talking',
    ringing: 'talking',
    answering: 'talking',
    talking: '.',
    ending: '.',
    over: '. +hang-up',
  },
  'welcome with another call': row('ringing +ringing'),
  ring: {
    idle: 'ringing +ringing',
    ringing: '. +ringing',
    answering: '. +ringing+answer',
    talking: '. +answer',
    ending: '. +answer',
    over: '. +hang-up',
  },
  'another ring': row('ringing +ringing'),
  answered: { ...row('.'), ringing: 'talking', answering: 'talking' },
  'answered, another': row('.'),
  say: { ...row('.'), ending: 'talking' },
  'last word': { ...row('.'), talking: 'ending' },
  'say, another': row('.'),
  stopped: { ...row('over'), idle: '.', over: '.' },
  'stopped, another': row('.'),
  ping: row('.'),
  malformed: row('.'),
  answer: { ...row('.'), ringing: 'answering +answer' },
  press: { ...row('.'), talking: '. +key' },
  'hang up': {
    idle: '.',
    ringing: 'over +hang-up',
    answering: 'over +hang-up',
    talking: 'over +hang-up',
    ending: 'over +hang-up',
    over: '.',
  },
  spoken: { ...row('.'), ending: 'over +hang-up' },
  dismiss: { ...row('.'), over: 'idle' },
  second: row('.'),
};

function row(all: string): Record<keyof typeof STATES, string> {
  return { idle: all, ringing: all, answering: all, talking: all, ending: all, over: all };
}

function nameOf(state: CallState): keyof typeof STATES {
  if (state.at === 'ringing') return state.isAnswering ? 'answering' : 'ringing';
  if (state.at === 'talking') return state.isLast ? 'ending' : 'talking';
  return state.at;
}

describe('the call of a duty phone', () => {
  const cells = (Object.keys(EVENTS) as (keyof typeof EVENTS)[]).flatMap((event) =>
    (Object.keys(STATES) as (keyof typeof STATES)[]).map((state) => [state, event, TABLE[event][state]] as const),
  );

  test('the table has a word for every state and event', () => {
    expect(cells).toHaveLength(6 * 21);
  });

  test.each(cells)('[E4] %s, %s: %s', (state, event, expected) => {
    const { state: after, say } = nextCall(STATES[state], EVENTS[event], NOW);
    const [stays, said = ''] = expected.split(' ');
    expect(nameOf(after)).toBe(stays === '.' ? state : stays);
    expect(say.map(({ type }) => `+${type}`).join('')).toBe(said);
  });

  const messages = (events: readonly CallEvent[]): PhoneMessage[] => {
    let state: CallState = IDLE;
    const said: PhoneMessage[] = [];
    for (const event of events) {
      const step = nextCall(state, event, NOW);
      state = step.state;
      said.push(...step.say);
    }
    return said;
  };

  test('[E4] whatever happens, no key and no last word is said before an answer, and all of it has the form of the wire', () => {
    const names = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 40 }), (chosen) => {
        const events = chosen.map((name) => EVENTS[name]);
        for (const message of messages(events)) expect(phoneMessageSchema.safeParse(message).success).toBe(true);
        const withoutAnswer = events.filter(
          (event) =>
            event.type !== 'answer' &&
            !(
              event.type === 'heard' &&
              (event.word.type === 'answered' || event === EVENTS['welcome back into the talk'])
            ),
        );
        expect(messages(withoutAnswer).some(({ type }) => type === 'key' || type === 'answer')).toBe(false);
      }),
    );
  });

  test('[E4] keeps the keys of a call, in their order', () => {
    let state: CallState = TALKING;
    for (const key of ['3', '1']) state = nextCall(state, { type: 'press', key }, NOW).state;
    expect(state).toMatchObject({ pressed: '31', awaited: '1' });
    state = nextCall(state, EVENTS['last word'], NOW).state;
    expect(state).toMatchObject({ awaited: null, isLast: true });
    expect(nextCall(state, EVENTS.spoken, NOW).state).toMatchObject({
      at: 'over',
      ending: 'ended',
      text: '已接单。',
      pressed: '31',
    });
  });

  test('[E4] a late word about the end replaces what is shown of it, an empty one does not', () => {
    const told = nextCall(STATES.over, stopped('c1', '王五已接单'), NOW + SECOND).state;
    expect(told).toMatchObject({ ending: 'done-elsewhere', text: '王五已接单', endedAt: NOW + SECOND });
    expect(nextCall(told, stopped('c1'), NOW).state).toBe(told);
  });

  test('[E6] a device that came back into a talk hears what was said last', () => {
    const said = { text: '东长安街1号。', isLast: false };
    expect(nextCall(IDLE, welcome({ ...ANSWERED, said }), NOW).state).toMatchObject({ at: 'talking', said: said.text });
    expect(nextCall(TALKING, welcome({ ...ANSWERED, said }), NOW).state).toMatchObject({ said: said.text });
  });

  test('[E6] rings a little longer than its time when the server says nothing, and then no more', () => {
    const second = (after: number): CallState =>
      nextCall(STATES.ringing, { type: 'second' }, RING.ringUntil + after).state;
    expect(second(5 * SECOND).at).toBe('ringing');
    expect(second(5 * SECOND + 1)).toMatchObject({ at: 'over', ending: 'no-answer' });
  });

  test('[E6] a call that this phone had given up rings again when the server still rings', () => {
    const lost: CallState = { ...STATES.over, ending: 'no-answer' };
    expect(nextCall(lost, welcome(RING), NOW)).toMatchObject({ state: { at: 'ringing' }, say: [{ type: 'ringing' }] });
  });

  test('what is over goes away by itself', () => {
    const second = (after: number): CallState => nextCall(STATES.over, { type: 'second' }, NOW + after).state;
    expect(second(8 * SECOND).at).toBe('over');
    expect(second(8 * SECOND + 1)).toEqual(IDLE);
  });
});

describe('the last calls', () => {
  test('[D3] keep neither street nor fault, once each, the newest first, and only so many', () => {
    let log: ReturnType<typeof withCall> = [];
    for (let at = 0; at < 12; at += 1) {
      log = withCall(log, loggedCall({ ...STATES.over, ring: { ...RING, callId: `c${at % 10}` }, endedAt: NOW + at }));
    }
    expect(log.map(({ callId }) => callId)).toEqual(['c1', 'c0', 'c9', 'c8', 'c7', 'c6', 'c5', 'c4']);
    expect(log[0]).toEqual({
      callId: 'c1',
      purpose: 'ladder',
      numbers: ['17'],
      areas: ['东城'],
      endedAt: NOW + 11,
      ending: 'ended',
      pressed: '1',
    });
  });
});

describe('what is spoken', () => {
  test.each([
    ['有一张工单。按1接单，按2无法处理！', ['有一张工单。', '按1接单，按2无法处理！']],
    [
      'One ticket waits. Press 1 to accept; press 2 if you cannot.',
      ['One ticket waits.', 'Press 1 to accept;', 'press 2 if you cannot.'],
    ],
    ['1.5 kV', ['1.5 kV']],
    ['  ', []],
  ])('%j is said sentence by sentence', (text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });

  test('a text without a voice stays as long as it takes to read', () => {
    expect(readingTime('好。', 'zh')).toBe(4 * SECOND);
    expect(readingTime('字'.repeat(50), 'zh')).toBe(10 * SECOND);
    expect(readingTime('x'.repeat(1_000), 'en')).toBe(20 * SECOND);
  });
});

test('one link serves vehicles and phones, because their close codes mean the same', () => {
  expect(VEHICLE_CLOSE).toMatchObject(PHONE_CLOSE);
});
