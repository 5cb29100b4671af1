import type { FeedbackKind } from '../ticket/policy.ts';
import type { FaultClass } from '../ticket/ticket.ts';
import type { Instant } from '../time.ts';
import { MINUTE } from '../time.ts';

export type Language = 'zh' | 'en';

/** What a call can say about one ticket. */
export interface SpokenTicket {
  /** As people write it: `261122-0007`. */
  readonly number: string;
  readonly area: string;
  readonly street: string;
  readonly faultClass: FaultClass;
  readonly faultText: string;
  readonly kind: FeedbackKind;
  /** Since when its hop lies still. */
  readonly since: Instant;
}

/**
 * What key 1 does: a duty phone takes (centre) or accepts (crew), anybody else and any other hop acknowledges. In a call
 * about several kinds of hop it takes or accepts those that can be, and acknowledges the others. [E4]
 */
export type KeyOne = 'takes' | 'accepts' | 'acknowledges';

/** What the person on the phone may choose between. */
export interface Choice {
  readonly language: Language;
  readonly keyOne: KeyOne;
  readonly tickets: readonly Pick<SpokenTicket, 'kind'>[];
}

export interface Opening extends Choice {
  /** The longest waiting first; at least one. */
  readonly tickets: readonly SpokenTicket[];
  /** How many wait for this person in all; more than `tickets` when they do not fit in one call. [E5] */
  readonly waitingCount: number;
  /** In the language of the call. */
  readonly departmentName: string;
  readonly now: Instant;
}

/** A voice that goes on for minutes is hung up on: of a long fault text this many characters are spoken. */
const LONGEST_FAULT_TEXT = 80;
/** More areas than these are only counted. */
const MOST_AREAS = 3;

/**
 * The first words of a call: how urgent, how many, since when, where, which numbers, and the keys. Neither street nor
 * fault, because a voicemail may be listening. [E4] [E5]
 */
export function openingOf({ tickets, waitingCount, departmentName, language, keyOne, now }: Opening): string {
  const words = WORDS[language];
  const count = Math.max(waitingCount, tickets.length);
  const since = Math.min(...tickets.map((ticket) => ticket.since));
  return words.text([
    words.urgent(departmentName),
    words.waiting(count, kindsOf(tickets), words.ago(minutesBetween(since, now))),
    words.areas(distinct(tickets.map(({ area }) => area))),
    count > tickets.length ? words.spokenHere(tickets.length) : '',
    words.numbers(tickets.map(({ number }) => (tickets.length > 1 ? spelled(endOf(number)) : spelled(number)))),
    words.keys(keyOne, tickets),
  ]);
}

/** Where and what, after key 3 or behind a yes; `withKeys` repeats the choice behind it. */
export function detailsOf(
  tickets: readonly SpokenTicket[],
  language: Language,
  withKeys: Pick<Choice, 'keyOne'> | null = null,
): string {
  const words = WORDS[language];
  const details = tickets.map((ticket, index) => {
    const before = tickets.length > 1 ? words.nth(index + 1) : '';
    const { area, street, faultClass, faultText, number } = ticket;
    return before + words.detail({ area, street, fault: words.fault[faultClass], text: shortened(faultText), number });
  });
  return words.text([...details, withKeys ? words.keys(withKeys.keyOne, tickets) : '']);
}

export type Answer =
  | { readonly type: 'taken' | 'accepted' | 'refused' }
  /** The ladder goes on after this long if the hop is still open. [E4] */
  | { readonly type: 'acknowledged'; readonly pauseMin: number }
  /** Of the tickets of this call some could not be taken or accepted any more. */
  | { readonly type: 'partly'; readonly doneCount: number; readonly count: number }
  /** The key was heard and nothing could be written: nobody may believe that the ticket is taken. */
  | { readonly type: 'not-written' };

/** What is said to a key that decided. */
export function answerOf(answer: Answer, language: Language): string {
  const words = WORDS[language];
  switch (answer.type) {
    case 'acknowledged':
      return words.acknowledged(answer.pauseMin);
    case 'partly':
      return words.partly(answer.doneCount, answer.count - answer.doneCount);
    default:
      return words.answer[answer.type];
  }
}

/** Any key but 1, 2 and 3: says so and repeats the choice. [E4] */
export function unknownKeyOf({ language, keyOne, tickets }: Choice): string {
  const words = WORDS[language];
  return words.text([words.unknownKey, words.keys(keyOne, tickets)]);
}

/** A key that came too late, or a phone that is to fall silent. `byWhom`: a name; `null` when nobody did the hop. */
export function alreadyDoneOf({
  language,
  byWhom,
  kind,
}: {
  readonly language: Language;
  readonly byWhom: string | null;
  readonly kind: FeedbackKind;
}): string {
  const words = WORDS[language];
  return byWhom === null ? words.noLongerWaiting : words.doneBy[kind](byWhom);
}

/** A call that only asks whether somebody can be reached. [E7] */
export function testOpeningOf({
  language,
  departmentName,
  contactName,
}: {
  readonly language: Language;
  readonly departmentName: string;
  readonly contactName: string;
}): string {
  return WORDS[language].testOpening(departmentName, contactName);
}

export function testThanksOf(language: Language): string {
  return WORDS[language].testThanks;
}

/** A test call knows the key 1 only. */
export function testUnknownKeyOf(language: Language): string {
  return WORDS[language].testUnknownKey;
}

/** What the journal keeps as spoken about one ticket of a call; with its number as people write it. [E2] */
export function sentenceAbout(ticket: SpokenTicket, language: Language, now: Instant): string {
  const words = WORDS[language];
  return words.about(ticket, words.ago(minutesBetween(ticket.since, now)));
}

/** `261122-0007` → `2 6 1 1 2 2, 0 0 0 7`: any voice reads single digits one by one. */
function spelled(number: string): string {
  return number
    .split('-')
    .map((part) => [...part].join(' '))
    .join(', ');
}

/** What tells today's tickets apart: a dozen whole numbers would be a minute of digits. */
function endOf(number: string): string {
  return number.split('-').at(-1) ?? number;
}

function minutesBetween(since: Instant, now: Instant): number {
  return Math.max(0, Math.floor((now - since) / MINUTE));
}

function distinct<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function kindsOf(tickets: readonly Pick<SpokenTicket, 'kind'>[]): readonly FeedbackKind[] {
  return distinct(tickets.map(({ kind }) => kind));
}

function shortened(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  if (characters.length <= LONGEST_FAULT_TEXT) return characters.join('');
  return `${characters.slice(0, LONGEST_FAULT_TEXT).join('')}…`;
}

/** Whether key 1 does the hop of this ticket, or only says that somebody knows of it. */
function isDoneByKeyOne(keyOne: KeyOne, { kind }: Pick<SpokenTicket, 'kind'>): boolean {
  if (keyOne === 'takes') return kind === 'centre-not-taken';
  return keyOne === 'accepts' && kind === 'crew-not-accepted';
}

interface Detail {
  readonly area: string;
  readonly street: string;
  readonly fault: string;
  readonly text: string;
  readonly number: string;
}

/** Everything that a call says, once per language. */
interface Words {
  /** Joins sentences; empty ones are left out. */
  readonly text: (sentences: readonly string[]) => string;
  readonly urgent: (departmentName: string) => string;
  readonly waiting: (count: number, kinds: readonly FeedbackKind[], ago: string) => string;
  readonly ago: (minutes: number) => string;
  readonly areas: (areas: readonly string[]) => string;
  readonly spokenHere: (count: number) => string;
  readonly numbers: (numbers: readonly string[]) => string;
  readonly keys: (keyOne: KeyOne, tickets: readonly Pick<SpokenTicket, 'kind'>[]) => string;
  readonly nth: (position: number) => string;
  readonly detail: (detail: Detail) => string;
  readonly fault: Readonly<Record<FaultClass, string>>;
  readonly answer: Readonly<Record<'taken' | 'accepted' | 'refused' | 'not-written', string>>;
  readonly acknowledged: (pauseMin: number) => string;
  readonly partly: (doneCount: number, restCount: number) => string;
  readonly unknownKey: string;
  readonly noLongerWaiting: string;
  readonly doneBy: Readonly<Record<FeedbackKind, (name: string) => string>>;
  readonly testOpening: (departmentName: string, contactName: string) => string;
  readonly testThanks: string;
  readonly testUnknownKey: string;
  readonly about: (ticket: Pick<SpokenTicket, 'number' | 'area' | 'kind'>, ago: string) => string;
}

const ZH_WAITS: Readonly<Record<FeedbackKind, string>> = {
  'centre-not-taken': '等待接单',
  'centre-not-dispatched': '等待派工',
  'crew-not-accepted': '等待接单',
  'crew-not-departed': '等待出发',
  'promise-at-risk': '承诺时限告急',
};

const ZH_KEY_ONE: Readonly<Record<KeyOne, string>> = {
  takes: '接单请按 1',
  accepts: '接单请按 1',
  acknowledges: '确认知晓请按 1',
};

const ZH: Words = {
  text: (sentences) => sentences.filter((sentence) => sentence !== '').join(''),
  urgent: (departmentName) => `紧急催办，${departmentName}。`,
  waiting: (count, kinds, ago) =>
    count === 1
      ? `1 张工单${distinct(kinds.map((kind) => ZH_WAITS[kind])).join('、')}，${ago}。`
      : `${count} 张工单${distinct(kinds.map((kind) => ZH_WAITS[kind])).join('、')}，最久的${ago}。`,
  ago: (minutes) => (minutes === 0 ? '不到 1 分钟' : `已有 ${minutes} 分钟`),
  areas: (areas) => {
    const named = areas.slice(0, MOST_AREAS).join('、');
    return areas.length > MOST_AREAS ? `区域：${named}等 ${areas.length} 个区域。` : `区域：${named}。`;
  },
  spokenHere: (count) => `本次通话涉及其中 ${count} 张。`,
  numbers: (numbers) => (numbers.length === 1 ? `工单号 ${numbers[0]}。` : `工单尾号：${numbers.join('；')}。`),
  keys: (keyOne, tickets) => {
    const isMixed = keyOne !== 'acknowledges' && !tickets.every((ticket) => isDoneByKeyOne(keyOne, ticket));
    const one = isMixed ? `${ZH_KEY_ONE[keyOne]}，其余工单同时确认知晓` : ZH_KEY_ONE[keyOne];
    return `${one}；无法处理请按 2；听地址和故障请按 3。`;
  },
  nth: (position) => `第 ${position} 张，`,
  detail: ({ area, street, fault, text, number }) =>
    `${area}${street}，${fault}${text === '' ? '' : `，${text}`}，工单号 ${spelled(number)}。`,
  fault: {
    'service-drop-or-meter': '接户线或电表故障',
    'low-voltage': '低压故障',
    'medium-voltage': '10 千伏故障',
    'public-hazard': '公共安全隐患',
    unknown: '故障类别待判断',
  },
  answer: {
    taken: '已接单，谢谢。',
    accepted: '已接单，谢谢。',
    refused: '已记录您无法处理，立即呼叫下一位。再见。',
    'not-written': '抱歉，系统未能记录，工单仍在等待，请在工作台上接单。',
  },
  acknowledged: (pauseMin) => `已记录您知晓此事。若 ${pauseMin} 分钟后仍未处理，将再次呼叫。`,
  partly: (doneCount, restCount) => `${doneCount} 张已接单；其余 ${restCount} 张已不再等待接单，或已记录您知晓。`,
  unknownKey: '按键无效。',
  noLongerWaiting: '该工单已不再等待，无须处理。再见。',
  doneBy: {
    'centre-not-taken': (name) => `该工单已由${name}接单，无须处理。再见。`,
    'centre-not-dispatched': (name) => `该工单已由${name}派工，无须处理。再见。`,
    'crew-not-accepted': (name) => `该工单已由${name}接单，无须处理。再见。`,
    'crew-not-departed': (name) => `${name}已出发，无须处理。再见。`,
    'promise-at-risk': (name) => `${name}已到达现场，无须处理。再见。`,
  },
  testOpening: (departmentName, contactName) =>
    `这是抢修调度台的测试呼叫，没有工单等待。${departmentName}，${contactName}，听到后请按 1。`,
  testThanks: '谢谢，测试成功，此号码可以接到催办电话。再见。',
  testUnknownKey: '按键无效。听到测试呼叫后请按 1。',
  about: ({ number, area, kind }, ago) => `${area}，工单 ${number} ${ZH_WAITS[kind]}，${ago}。`,
};

const EN_WAITS: Readonly<Record<FeedbackKind, string>> = {
  'centre-not-taken': 'waiting to be taken',
  'centre-not-dispatched': 'waiting to be dispatched',
  'crew-not-accepted': 'waiting to be accepted',
  'crew-not-departed': 'waiting for departure',
  'promise-at-risk': 'about to break the promise',
};

const EN_KEY_ONE: Readonly<Record<KeyOne, string>> = {
  takes: 'To take it, press 1',
  accepts: 'To accept it, press 1',
  acknowledges: 'To say that you know of it, press 1',
};

const EN_KEY_ONE_MANY: Readonly<Record<KeyOne, string>> = {
  takes: 'To take them, press 1',
  accepts: 'To accept them, press 1',
  acknowledges: 'To say that you know of them, press 1',
};

const EN: Words = {
  text: (sentences) => sentences.filter((sentence) => sentence !== '').join(' '),
  urgent: (departmentName) => `Urgent call for ${departmentName}.`,
  waiting: (count, kinds, ago) => {
    const waits = kinds.map((kind) => EN_WAITS[kind]).join(' or ');
    return count === 1 ? `1 ticket is ${waits}, ${ago}.` : `${count} tickets are ${waits}, the longest ${ago}.`;
  },
  ago: (minutes) => {
    if (minutes === 0) return 'for less than a minute';
    return minutes === 1 ? 'for 1 minute' : `for ${minutes} minutes`;
  },
  areas: (areas) => {
    const named = areas.slice(0, MOST_AREAS).join(', ');
    if (areas.length === 1) return `Area: ${named}.`;
    return areas.length > MOST_AREAS ? `Areas: ${named} and ${areas.length - MOST_AREAS} more.` : `Areas: ${named}.`;
  },
  spokenHere: (count) => (count === 1 ? 'This call is about 1 of them.' : `This call is about ${count} of them.`),
  numbers: (numbers) =>
    numbers.length === 1 ? `Ticket number ${numbers[0]}.` : `Ticket numbers ending in: ${numbers.join('; ')}.`,
  keys: (keyOne, tickets) => {
    const one = tickets.length === 1 ? EN_KEY_ONE[keyOne] : EN_KEY_ONE_MANY[keyOne];
    const isMixed = keyOne !== 'acknowledges' && !tickets.every((ticket) => isDoneByKeyOne(keyOne, ticket));
    const others = isMixed ? '; for the others it says that you know of them' : '';
    return `${one}${others}. If you cannot, press 2. To hear the address and the fault, press 3.`;
  },
  nth: (position) => `Number ${position}: `,
  detail: ({ area, street, fault, text, number }) =>
    `${street}, ${area}, ${fault}${text === '' ? '' : `, ${text}`}, ticket number ${spelled(number)}.`,
  fault: {
    'service-drop-or-meter': 'service drop or meter fault',
    'low-voltage': 'low voltage fault',
    'medium-voltage': '10 kilovolt fault',
    'public-hazard': 'public hazard',
    unknown: 'fault class not yet known',
  },
  answer: {
    taken: 'Taken. Thank you.',
    accepted: 'Accepted. Thank you.',
    refused: 'It is noted that you cannot. The next person is called now. Goodbye.',
    'not-written': 'Sorry, this could not be recorded. The ticket is still waiting: please take it at your desk.',
  },
  acknowledged: (pauseMin) =>
    `It is noted that you know of it. If nothing has been done in ${pauseMin} minutes, you will be called again.`,
  partly: (doneCount, restCount) =>
    `Done for ${doneCount}. The other ${restCount} no longer wait for it, or it is noted that you know of them.`,
  unknownKey: 'This key means nothing here.',
  noLongerWaiting: 'This ticket no longer waits; there is nothing to do. Goodbye.',
  doneBy: {
    'centre-not-taken': (name) => `This ticket has already been taken by ${name}. Goodbye.`,
    'centre-not-dispatched': (name) => `This ticket has already been dispatched by ${name}. Goodbye.`,
    'crew-not-accepted': (name) => `This ticket has already been accepted by ${name}. Goodbye.`,
    'crew-not-departed': (name) => `${name} has already departed; there is nothing to do. Goodbye.`,
    'promise-at-risk': (name) => `${name} has already arrived; there is nothing to do. Goodbye.`,
  },
  testOpening: (departmentName, contactName) =>
    `This is a test call of the repair dispatch console; no ticket is waiting. ${departmentName}, ${contactName}: ` +
    'if you hear this, press 1.',
  testThanks: 'Thank you. The test is passed: this number can be reached. Goodbye.',
  testUnknownKey: 'This key means nothing here. If you hear this test call, press 1.',
  about: ({ number, area, kind }, ago) => `${area}, ticket ${number} is ${EN_WAITS[kind]}, ${ago}.`,
};

const WORDS: Readonly<Record<Language, Words>> = { zh: ZH, en: EN };
