import type {
  CalledPerson,
  EndCause,
  PhoneCall,
  PhoneLine,
  PhoneLineEvent,
} from '@faultline/server/src/escalation/phone-line.ts';
import { LineFault } from '@faultline/server/src/escalation/phone-line.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';

export interface FakeLine extends PhoneLine {
  /** Every call that was ever placed, in order. */
  readonly placed: PhoneCall[];
  readonly said: { readonly callId: string; readonly text: string; readonly isLast: boolean }[];
  readonly cancelled: { readonly callId: string; readonly reason: StopReason; readonly text: string }[];
  /** The call that rings or speaks at this number now. */
  at(phone: string): PhoneCall | null;
  /** The phones behind the line speak by these. */
  rings(callId: string): void;
  answers(callId: string): void;
  presses(callId: string, key: string): void;
  ends(callId: string, cause: EndCause, code?: string): void;
  /** Up at the start; a line that is down ends its calls. */
  setUp(isUp: boolean): void;
  /** Refuses the next placing with this code. */
  refuseNext(code: string): void;
  reach: (person: CalledPerson) => boolean;
  /** What it still has up after a restart of the server. */
  keeps: Set<string>;
  /** What happens in a method before it does its work; it may fail, or never come to an end. */
  trouble: Partial<Record<'start' | 'place' | 'say' | 'cancel' | 'adopt' | 'close', () => Promise<void>>>;
}

/** A telephone network in memory: nothing happens at it unless the test says so. */
export function createFakeLine(
  options: {
    readonly id?: string;
    readonly channels?: number;
    readonly startsPerSecond?: number;
    readonly now?: () => Instant;
  } = {},
): FakeLine {
  const { id = 'fake', channels = 100, startsPerSecond = 1_000, now = () => 0 } = options;
  const listeners: ((event: PhoneLineEvent) => void)[] = [];
  const up = new Map<string, PhoneCall>();
  let isUp = true;
  let since = 0;
  let refusal: string | null = null;
  const tell = (event: PhoneLineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const line: FakeLine = {
    id,
    channels,
    startsPerSecond,
    placed: [],
    said: [],
    cancelled: [],
    keeps: new Set(),
    trouble: {},
    reach: () => true,
    status: () => ({ state: isUp ? 'up' : 'down', since, detail: isUp ? '' : 'unplugged' }),
    canReach: (person) => isUp && line.reach(person),
    start: async () => line.trouble.start?.(),
    close: async () => line.trouble.close?.(),
    async place(call) {
      if (line.trouble.place) await line.trouble.place();
      if (refusal !== null) {
        const code = refusal;
        refusal = null;
        throw new LineFault(code, 'the test refuses this call');
      }
      line.placed.push(call);
      up.set(call.id, call);
    },
    async say(callId, text, isLast) {
      line.said.push({ callId, text, isLast });
      if (line.trouble.say) await line.trouble.say();
    },
    async cancel(callId, reason, text) {
      line.cancelled.push({ callId, reason, text });
      if (line.trouble.cancel) await line.trouble.cancel();
      up.delete(callId);
    },
    async adopt(calls) {
      if (line.trouble.adopt) await line.trouble.adopt();
      const kept = calls.filter((call) => line.keeps.has(call.id));
      for (const call of kept) up.set(call.id, call);
      return new Set(kept.map((call) => call.id));
    },
    onEvent: (listener) => void listeners.push(listener),
    at: (phone) => [...up.values()].find((call) => call.person.phone === phone) ?? null,
    rings: (callId) => tell({ type: 'ringing', callId }),
    answers: (callId) => tell({ type: 'answered', callId }),
    presses: (callId, key) => tell({ type: 'key', callId, key }),
    ends(callId, cause, code = '') {
      up.delete(callId);
      tell({ type: 'ended', callId, cause, code });
    },
    setUp(next) {
      isUp = next;
      since = now();
      const cut = isUp ? [] : [...up.keys()];
      for (const callId of cut) line.ends(callId, 'line-down', 'unplugged');
      tell({ type: 'changed' });
    },
    refuseNext(code) {
      refusal = code;
    },
  };
  return line;
}
