import type { KeyOne, Language, SpokenTicket } from '@faultline/shared/escalation/script.ts';
import {
  alreadyDoneOf,
  answerOf,
  detailsOf,
  openingOf,
  sentenceAbout,
  testOpeningOf,
  testThanksOf,
  testUnknownKeyOf,
  unknownKeyOf,
} from '@faultline/shared/escalation/script.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import { FAULT_CLASSES } from '@faultline/shared/ticket/ticket.ts';
import { minutes } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const NOW = Date.UTC(2026, 10, 23, 1, 0);

function ticket(change: Partial<SpokenTicket> = {}): SpokenTicket {
  return {
    number: '261123-0007',
    area: '朝阳区',
    street: '建国路',
    faultClass: 'low-voltage',
    faultText: '整栋楼停电',
    kind: 'crew-not-accepted',
    since: NOW - minutes(4),
    ...change,
  };
}

const opening = (change: Partial<Parameters<typeof openingOf>[0]> = {}): string =>
  openingOf({
    tickets: [ticket()],
    waitingCount: 1,
    departmentName: '朝阳供电所',
    language: 'zh',
    keyOne: 'accepts',
    now: NOW,
    ...change,
  });

const languages: readonly Language[] = ['zh', 'en'];
const keyOnes: readonly KeyOne[] = ['takes', 'accepts', 'acknowledges'];
const anyTicket = fc.record({
  number: fc.integer({ min: 0, max: 9_999 }).map((count) => `261123-${String(count).padStart(4, '0')}`),
  area: fc.constantFrom('朝阳区', '海淀区', '东城区', '丰台区', '通州区'),
  street: fc.constant('秘密胡同'),
  faultClass: fc.constantFrom(...FAULT_CLASSES),
  faultText: fc.constantFrom('私密文字', ''),
  kind: fc.constantFrom(...FEEDBACK_KINDS),
  since: fc.integer({ min: NOW - minutes(300), max: NOW }),
});
const anyOpening = fc.record({
  tickets: fc.array(anyTicket, { minLength: 1, maxLength: 12 }),
  waitingCount: fc.integer({ min: 1, max: 500 }),
  departmentName: fc.constant('朝阳供电所'),
  language: fc.constantFrom(...languages),
  keyOne: fc.constantFrom(...keyOnes),
  now: fc.constant(NOW),
});

describe('the first words of a call', () => {
  test('[E4] one ticket: urgency first, how long it waits, where, its number digit by digit, the keys', () => {
    expect(opening()).toBe(
      '紧急催办，朝阳供电所。1 张工单等待接单，已有 4 分钟。区域：朝阳区。工单号 2 6 1 1 2 3, 0 0 0 7。' +
        '接单请按 1；无法处理请按 2；听地址和故障请按 3。',
    );
    expect(opening({ language: 'en', departmentName: 'Chaoyang station' })).toBe(
      'Urgent call for Chaoyang station. 1 ticket is waiting to be accepted, for 4 minutes. Area: 朝阳区. ' +
        'Ticket number 2 6 1 1 2 3, 0 0 0 7. ' +
        'To accept it, press 1. If you cannot, press 2. To hear the address and the fault, press 3.',
    );
  });

  test('[E5] 37 tickets of which 12 fit into the call: both numbers, the longest wait, endings instead of numbers', () => {
    const tickets = Array.from({ length: 12 }, (_, index) =>
      ticket({ number: `261123-00${String(index + 10)}`, since: NOW - minutes(12 - index) }),
    );
    const text = opening({ tickets, waitingCount: 37 });
    expect(text).toContain('37 张工单等待接单，最久的已有 12 分钟。');
    expect(text).toContain('本次通话涉及其中 12 张。');
    expect(text).toContain('工单尾号：0 0 1 0；0 0 1 1；');
    expect(opening({ tickets, waitingCount: 37, language: 'en' })).toContain('This call is about 12 of them.');
  });

  test('[E5] more areas than a listener keeps are counted', () => {
    const tickets = ['朝阳区', '海淀区', '东城区', '丰台区', '朝阳区'].map((area) => ticket({ area }));
    expect(opening({ tickets })).toContain('区域：朝阳区、海淀区、东城区等 4 个区域。');
    expect(opening({ tickets, language: 'en' })).toContain('Areas: 朝阳区, 海淀区, 东城区 and 1 more.');
  });

  test('[E4] what key 1 does to a call about several kinds of hop is said', () => {
    const tickets = [ticket(), ticket({ kind: 'crew-not-departed' })];
    expect(opening({ tickets })).toContain('接单请按 1，其余工单同时确认知晓；');
    expect(opening({ tickets: [ticket(), ticket()] })).not.toContain('其余');
    expect(opening({ tickets, keyOne: 'acknowledges' })).toContain('。确认知晓请按 1；');
  });

  test('less than a minute is no number', () => {
    expect(opening({ tickets: [ticket({ since: NOW - 59_999 })] })).toContain('等待接单，不到 1 分钟。');
    expect(opening({ tickets: [ticket({ since: NOW + 5_000 })] })).toContain('不到 1 分钟');
    expect(opening({ tickets: [ticket({ since: NOW - minutes(1) })], language: 'en' })).toContain('for 1 minute.');
  });

  test('[E4] whatever waits, a voicemail hears neither street nor fault', () => {
    fc.assert(
      fc.property(anyOpening, (given) => {
        const text = openingOf(given);
        expect(text).not.toMatch(/秘密|胡同|私密|低压|接户线|隐患|voltage|meter|hazard/);
      }),
    );
  });

  test('[E5] every ticket of the call is named, in order, and the three keys are told', () => {
    fc.assert(
      fc.property(anyOpening, (given) => {
        const text = openingOf(given);
        let at = 0;
        for (const { number } of given.tickets) {
          const ending = [...number.slice(-4)].join(' ');
          at = text.indexOf(ending, at);
          expect(at).toBeGreaterThan(0);
          at += ending.length;
        }
        const keys = given.language === 'zh' ? /按 1.*按 2.*按 3/ : /press 1.*press 2.*press 3/;
        expect(text.slice(at)).toMatch(keys);
        expect(text).not.toMatch(/undefined|NaN|Infinity|\{|\}/);
        expect(text).toContain(String(Math.max(given.waitingCount, given.tickets.length)));
      }),
    );
  });
});

describe('after a key', () => {
  test('[E4] key 3: street, class, fault, number, and the keys again when asked for', () => {
    expect(detailsOf([ticket()], 'zh')).toBe('朝阳区建国路，低压故障，整栋楼停电，工单号 2 6 1 1 2 3, 0 0 0 7。');
    expect(detailsOf([ticket()], 'zh', { keyOne: 'accepts' })).toMatch(/0 0 0 7。接单请按 1；.*请按 3。$/);
    expect(detailsOf([ticket({ faultText: '' }), ticket()], 'en')).toBe(
      'Number 1: 建国路, 朝阳区, low voltage fault, ticket number 2 6 1 1 2 3, 0 0 0 7. ' +
        'Number 2: 建国路, 朝阳区, low voltage fault, 整栋楼停电, ticket number 2 6 1 1 2 3, 0 0 0 7.',
    );
  });

  test('a long fault text is cut, not read for minutes', () => {
    const details = detailsOf([ticket({ faultText: `${'长'.repeat(500)}` })], 'zh');
    expect(details).toContain(`${'长'.repeat(80)}…，`);
    expect(details).not.toContain('长'.repeat(81));
  });

  test.each(languages)('[E4] every answer has its own words (%s)', (language) => {
    const said = [
      answerOf({ type: 'taken' }, language),
      answerOf({ type: 'acknowledged', pauseMin: 10 }, language),
      answerOf({ type: 'refused' }, language),
      answerOf({ type: 'partly', doneCount: 3, count: 5 }, language),
      answerOf({ type: 'not-written' }, language),
      unknownKeyOf({ language, keyOne: 'takes', tickets: [ticket()] }),
      alreadyDoneOf({ language, byWhom: null, kind: 'crew-not-accepted' }),
      testOpeningOf({ language, departmentName: '朝阳供电所', contactName: '王五' }),
      testThanksOf(language),
      testUnknownKeyOf(language),
    ];
    expect(new Set(said).size).toBe(said.length);
    expect(answerOf({ type: 'acknowledged', pauseMin: 10 }, language)).toContain('10');
    expect(answerOf({ type: 'partly', doneCount: 3, count: 5 }, language)).toMatch(/3.*2/);
  });

  test('[E4] any other key: says so and repeats the choice', () => {
    expect(unknownKeyOf({ language: 'zh', keyOne: 'takes', tickets: [ticket({ kind: 'centre-not-taken' })] })).toBe(
      '按键无效。接单请按 1；无法处理请按 2；听地址和故障请按 3。',
    );
  });

  test('[E4] a late key hears who was quicker', () => {
    expect(alreadyDoneOf({ language: 'zh', byWhom: '李四', kind: 'crew-not-accepted' })).toContain('已由李四接单');
    expect(alreadyDoneOf({ language: 'en', byWhom: 'Li Si', kind: 'crew-not-accepted' })).toContain(
      'already been accepted by Li Si',
    );
    for (const language of languages) {
      for (const kind of FEEDBACK_KINDS) expect(alreadyDoneOf({ language, byWhom: '李四', kind })).toContain('李四');
    }
  });

  test('[E2] the journal keeps one sentence per ticket, with the number as people write it', () => {
    expect(sentenceAbout(ticket(), 'zh', NOW)).toBe('朝阳区，工单 261123-0007 等待接单，已有 4 分钟。');
    expect(sentenceAbout(ticket({ kind: 'promise-at-risk' }), 'en', NOW)).toBe(
      '朝阳区, ticket 261123-0007 is about to break the promise, for 4 minutes.',
    );
  });

  test('[E7] a test call says that nothing waits', () => {
    expect(testOpeningOf({ language: 'zh', departmentName: '朝阳供电所', contactName: '王五' })).toContain(
      '没有工单等待',
    );
  });
});
