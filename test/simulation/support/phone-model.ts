import type { EndCause, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { hold } from './invariants.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

export const PHONE_LINES = [
  { id: 'console', channels: 2, startsPerSecond: 2 },
  { id: 'sip', channels: 3, startsPerSecond: 1 },
] as const;

/** What really happened in a call, whatever was written about it. */
export interface Truth {
  readonly phone: string;
  readonly line: string;
  readonly startedAt: Instant;
  answeredAt: Instant | null;
  /** Keys that were pressed before the call was over. */
  readonly pressed: string[];
  readonly causes: EndCause[];
  isUp: boolean;
}

/** Telephones with people, or nobody, behind them; two lines that fail; and nothing that keeps its manners. */
export interface Phones {
  /** @returns false when the line does not take the call. */
  place(callId: string, line: string, phone: string): boolean;
  silence(callId: string): void;
  /** What a line does with calls that nobody speaks for any more. */
  silenceAll(): void;
  isUp(line: string): boolean;
  truthOf(callId: string): Truth | null;
  up(): ReadonlyMap<string, Truth>;
}

export interface PhoneParts {
  readonly random: Random;
  readonly schedule: Schedule;
  isCalm(): boolean;
  tell(event: PhoneLineEvent): void;
}

type Manner =
  | 'busy'
  | 'declined'
  | 'dead'
  | 'mute'
  | 'no-answer'
  | 'says'
  | 'voicemail'
  | 'hangs-up'
  | 'wrong-number'
  | 'failed'
  | 'line-down';

const MANNERS: readonly [Manner, ...Manner[]] = [
  'busy',
  'declined',
  'dead',
  'dead',
  'dead',
  'mute',
  'no-answer',
  'says',
  'says',
  'voicemail',
  'hangs-up',
  'wrong-number',
  'failed',
  'line-down',
];

const SAYINGS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['1'],
  ['2'],
  ['2'],
  ['3', '1'],
  ['7', '1'],
  ['*', '2'],
  ['1', '1'],
  ['1', '2'],
  ['2', '1'],
];

export function createPhones(parts: PhoneParts): Phones {
  const { random, schedule } = parts;
  const truths = new Map<string, Truth>();
  const up = new Map<string, Truth>();
  const down = new Set<string>();

  /** Lines repeat themselves, and sometimes they are slow to do so. */
  const tell = (event: PhoneLineEvent): void => {
    parts.tell(event);
    if (random.chance(0.1)) schedule.after(random.between(0, 60) * SECOND, () => parts.tell(event));
  };
  const hangUp = (callId: string, truth: Truth): void => {
    truth.isUp = false;
    up.delete(callId);
  };
  const end = (callId: string, truth: Truth, cause: EndCause): void => {
    if (!truth.isUp) return;
    truth.causes.push(cause);
    hangUp(callId, truth);
    tell({ type: 'ended', callId, cause, code: cause === 'busy' ? '486' : '' });
  };
  const answer = (callId: string, truth: Truth): void => {
    if (!truth.isUp) return;
    truth.answeredAt ??= schedule.now();
    tell({ type: 'answered', callId });
  };
  /** A key of a call that is over reaches nobody, but a line may still report it. */
  const press = (callId: string, truth: Truth, key: string): void => {
    if (truth.isUp) truth.pressed.push(key);
    if (truth.isUp || random.chance(0.5)) tell({ type: 'key', callId, key });
  };

  const say = (callId: string, truth: Truth, keys: readonly string[]): void => {
    let at = random.between(2, 28);
    schedule.after(at * SECOND, () => answer(callId, truth));
    for (const key of keys) {
      at += random.between(1, 25);
      schedule.after(at * SECOND, () => press(callId, truth, key));
    }
    schedule.after((at + random.between(2, 90)) * SECOND, () => end(callId, truth, 'hung-up'));
  };
  const behave = (callId: string, truth: Truth): void => {
    const manner = parts.isCalm() ? 'says' : random.pick(MANNERS);
    const soon = random.between(1, 5) * SECOND;
    switch (manner) {
      case 'dead':
      case 'mute':
        // Nobody ends such a call but the one who placed it; a mute line says that it rings, and then nothing.
        if (manner === 'mute') schedule.after(soon, () => tell({ type: 'ringing', callId }));
        return;
      case 'says':
        say(callId, truth, parts.isCalm() ? ['1'] : random.pick(SAYINGS));
        return;
      case 'voicemail':
        schedule.after(random.between(8, 40) * SECOND, () => answer(callId, truth));
        schedule.after(random.between(45, 200) * SECOND, () => end(callId, truth, 'hung-up'));
        return;
      case 'hangs-up':
        schedule.after(soon, () => answer(callId, truth));
        schedule.after(2 * soon, () => end(callId, truth, 'hung-up'));
        return;
      default:
        schedule.after(soon, () => end(callId, truth, manner));
    }
  };

  const wander = (line: string): void => {
    const wasDown = down.delete(line);
    if (!wasDown && !parts.isCalm()) down.add(line);
    parts.tell({ type: 'changed' });
    schedule.after(random.between(30, wasDown ? 2_400 : 600) * SECOND, () => wander(line));
  };
  for (const { id } of PHONE_LINES) schedule.after(random.between(60, 3_000) * SECOND, () => wander(id));

  const upOn = (line: string) => [...up.values()].filter((truth) => truth.line === line);

  return {
    place(callId, line, phone) {
      const now = schedule.now();
      const carried = PHONE_LINES.find(({ id }) => id === line);
      const isRung = [...up.values()].some((truth) => truth.phone === phone);
      hold(/^\d+$/.test(phone), 'E5', () => `"${phone}" was dialled`);
      hold(!isRung, 'E5', () => `${phone} was rung while it was in a call`);
      hold(upOn(line).length < (carried?.channels ?? 0), 'E5', () => `${line} got more calls than its channels`);
      const starts = [...truths.values()].filter((truth) => truth.line === line && truth.startedAt > now - SECOND);
      hold(starts.length < (carried?.startsPerSecond ?? 0), 'E5', () => `${line} had to start too many calls at once`);
      if (down.has(line) || (!parts.isCalm() && random.chance(0.04))) return false;
      const truth: Truth = { phone, line, startedAt: now, answeredAt: null, pressed: [], causes: [], isUp: true };
      truths.set(callId, truth);
      up.set(callId, truth);
      behave(callId, truth);
      return true;
    },
    silence(callId) {
      const truth = truths.get(callId);
      if (truth) hangUp(callId, truth);
    },
    silenceAll() {
      for (const [callId, truth] of up) hangUp(callId, truth);
    },
    isUp: (line) => !down.has(line),
    truthOf: (callId) => truths.get(callId) ?? null,
    up: () => up,
  };
}
