import type { LineStatus } from '@faultline/shared/escalation/readiness.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';

/** Whom a call means, resolved from the roster at the moment of dialling. */
export interface CalledPerson {
  readonly contactId: string;
  readonly departmentId: string;
  readonly district: string;
  readonly name: string;
  /** A dial string as `isPhone` knows it; nothing else ever reaches a line. */
  readonly phone: string;
  readonly language: 'zh' | 'en';
}

/** One call as a line gets it. It stands in the store before it is placed, under the same id for ever. [E6] */
export interface PhoneCall {
  readonly id: string;
  readonly purpose: 'ladder' | 'test';
  readonly person: CalledPerson;
  /** Spoken first, twice: no address and no fault, because a voicemail may be listening. */
  readonly opening: string;
  /** For a card beside the voice. */
  readonly tickets: readonly {
    readonly number: string;
    readonly area: string;
    readonly kind: FeedbackKind;
    readonly since: Instant;
  }[];
  /** Absolute: a phone that has not been answered by then is given up, whatever crashed meanwhile. */
  readonly ringUntil: Instant;
  /** Absolute: an answered call ends by then. */
  readonly talkUntil: Instant;
  /** What the line called it at the provider, once it is known; for `adopt`. */
  readonly providerId: string | null;
}

/** Why a call ended, in the line's words; the engine makes an outcome of it. */
export type EndCause =
  | 'busy'
  | 'declined'
  | 'no-answer'
  | 'wrong-number'
  | 'failed'
  | 'line-down'
  /** Somebody had answered, or we hung up after the last word. */
  | 'hung-up';

export type PhoneLineEvent =
  | { readonly type: 'ringing'; readonly callId: string; readonly providerId?: string }
  | { readonly type: 'answered'; readonly callId: string }
  /** One of `0`–`9`, `*`, `#`; anything else is the line's mistake and is dropped there. */
  | { readonly type: 'key'; readonly callId: string; readonly key: string }
  | {
      readonly type: 'ended';
      readonly callId: string;
      readonly cause: EndCause;
      /** The provider's own word, such as `486`; empty when there is none. */
      readonly code: string;
    }
  /** The line came up or went down, or somebody can be reached now who could not. */
  | { readonly type: 'changed' };

/** The line cannot take this call; another one is tried. The text is for the log, `code` for the journal. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A way to reach people by phone. The engine decides everything: whom, when, what is said to which key, and when it
 * is over. A line rings, speaks, listens, and tells what happened. Events of unknown or ended calls do no harm.
 */
export interface PhoneLine {
  readonly id: string;
  /** Calls at once. */
  readonly channels: number;
  readonly startsPerSecond: number;
  /** `inUse` is not asked here: the engine counts its own calls. */
  status(): Omit<LineStatus, 'id' | 'channels' | 'inUse'>;
  /** Whether a call to this person could be placed now; a line that is down reaches nobody. */
  canReach(person: CalledPerson): boolean;
  start(): Promise<void>;
  /** Ends what it has up, as far as it can. */
  close(): Promise<void>;
  /** Resolves when the line has taken the call over. @throws LineFault when it cannot. */
  place(call: PhoneCall): Promise<void>;
  /** Speaks in an answered call, instead of what is being spoken; hangs up behind it if it is the last word. */
  say(callId: string, text: string, isLast: boolean): Promise<void>;
  /** Silence at once, whether it rings or speaks; a quiet yes when it is not known. `text` is for a screen. */
  cancel(callId: string, reason: StopReason, text: string): Promise<void>;
  /** After a start: which of these calls the line still has up and goes on with; it ends whatever else it finds up. */
  adopt(calls: readonly PhoneCall[]): Promise<ReadonlySet<string>>;
  onEvent(listener: (event: PhoneLineEvent) => void): void;
}
