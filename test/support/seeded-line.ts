import type { EndCause } from '@faultline/server/src/escalation/phone-line.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { TestClock } from './clock.ts';
import type { FakeLine } from './fake-line.ts';
import { createFakeLine } from './fake-line.ts';

/** Numbers in [0, 1), the same for the same seed: mulberry32 by Tommy Ettinger, in the public domain. */
export function seededUnit(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface SeededLine extends FakeLine {
  /** The most calls that were ever up at once. */
  mostAtOnce(): number;
  /** Numbers that were rung while they were in a call. */
  readonly collisions: string[];
  /** What rings or is spoken in now. */
  up(): readonly { readonly callId: string; readonly isAnswered: boolean }[];
  /** Everybody who is rung from now on picks up and presses 1. */
  calm(): void;
  /** The network goes with its server: nobody behind it is heard of again. */
  die(): void;
}

/** What the people and machines behind the numbers do, and how often, in a hundred. */
const MANNERS: readonly (readonly [share: number, manner: Manner])[] = [
  [35, 'yes'],
  [5, 'no'],
  [5, 'details-then-yes'],
  [10, 'voicemail'],
  [12, 'busy'],
  [18, 'dead'],
  [5, 'declines'],
  [3, 'wrong-number'],
  [4, 'failed'],
  [3, 'yes-twice'],
];
type Manner =
  | 'yes'
  | 'no'
  | 'details-then-yes'
  | 'voicemail'
  | 'busy'
  | 'dead'
  | 'declines'
  | 'wrong-number'
  | 'failed'
  | 'yes-twice';

const AT_ONCE: Partial<Record<Manner, EndCause>> = { busy: 'busy', 'wrong-number': 'wrong-number', failed: 'failed' };

/** A telephone network with people behind it, all of them out of one seed; it lives on the test's clock. */
export function createSeededLine(
  clock: TestClock,
  seed: number,
  options: {
    readonly id?: string;
    readonly channels: number;
    readonly startsPerSecond?: number;
    /** Whether anybody says yes before it is calm. */
    readonly isWilling?: boolean;
  },
): SeededLine {
  const unit = seededUnit(seed);
  const { isWilling = true } = options;
  const line = createFakeLine({ ...options, now: clock.now });
  const up = new Map<string, string>();
  const collisions: string[] = [];
  const answered = new Set<string>();
  let most = 0;
  let isCalm = false;
  const later = (after: Duration, work: () => void): void => void clock.at(clock.now() + after, work);
  const whileUp =
    (callId: string, work: () => void): (() => void) =>
    () => {
      if (up.has(callId)) work();
    };
  const hangUp = (callId: string, cause: EndCause): void => {
    up.delete(callId);
    line.ends(callId, cause);
  };
  const behave = (callId: string): void => {
    const drawn = mannerAt(unit() * 100);
    const manner = isCalm ? 'yes' : isWilling || drawn !== 'yes' ? drawn : 'dead';
    const delay = 1 + Math.floor(unit() * 6);
    const atOnce = AT_ONCE[manner];
    if (atOnce)
      return later(
        SECOND,
        whileUp(callId, () => hangUp(callId, atOnce)),
      );
    later(
      SECOND,
      whileUp(callId, () => line.rings(callId)),
    );
    if (manner === 'dead') return;
    if (manner === 'declines')
      return later(
        delay * SECOND,
        whileUp(callId, () => hangUp(callId, 'declined')),
      );
    later(
      delay * SECOND,
      whileUp(callId, () => {
        answered.add(callId);
        line.answers(callId);
      }),
    );
    const keys = KEYS_OF[manner] ?? '';
    for (const [index, key] of [...keys].entries()) {
      later(
        (delay + 4 + index * 3) * SECOND,
        whileUp(callId, () => line.presses(callId, key)),
      );
    }
    later(
      (delay + 20) * SECOND,
      whileUp(callId, () => hangUp(callId, 'hung-up')),
    );
  };
  const { place, cancel, ends } = line;
  return Object.assign(line, {
    collisions,
    mostAtOnce: () => most,
    up: () => [...up.keys()].map((callId) => ({ callId, isAnswered: answered.has(callId) })),
    calm() {
      isCalm = true;
    },
    die: () => up.clear(),
    ends(...args: Parameters<FakeLine['ends']>) {
      up.delete(args[0]);
      ends(...args);
    },
    async place(call: Parameters<FakeLine['place']>[0]) {
      await place(call);
      if ([...up.values()].includes(call.person.phone)) collisions.push(call.person.phone);
      up.set(call.id, call.person.phone);
      most = Math.max(most, up.size);
      behave(call.id);
    },
    async cancel(...args: Parameters<FakeLine['cancel']>) {
      up.delete(args[0]);
      await cancel(...args);
    },
  });
}

const KEYS_OF: Partial<Record<Manner, string>> = { yes: '1', no: '2', 'details-then-yes': '31', 'yes-twice': '11' };

function mannerAt(point: number): Manner {
  let sum = 0;
  for (const [share, manner] of MANNERS) {
    sum += share;
    if (point < sum) return manner;
  }
  return 'dead';
}
