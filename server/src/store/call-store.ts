import type { LastReached } from '@faultline/shared/escalation/readiness.ts';
import type { Callee, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';

/** One call to one number, about one or several hops or none (a test call): a row before it is a ring. [E6] */
export interface CallRow {
  readonly id: string;
  readonly district: string;
  readonly purpose: 'ladder' | 'test';
  readonly callee: Callee;
  readonly departmentId: string;
  readonly language: 'zh' | 'en';
  /** The whole dial string; nowhere else but with the contact. */
  readonly phone: string;
  readonly line: string;
  /** Names the attempts that it makes: the same attempts are never rung twice at once. */
  readonly idempotencyKey: string;
  readonly hops: readonly { readonly ticketId: string; readonly key: string; readonly attemptNo: number }[];
  readonly opening: string;
  readonly placedAt: Instant;
  readonly ringUntil: Instant;
  readonly talkUntil: Instant;
  readonly providerId: string | null;
  readonly ringingAt: Instant | null;
  readonly answeredAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: CallOutcome | null;
  readonly pressed: string | null;
  readonly code: string;
}

/** What of a call changes after it was placed. */
export type CallProgress = Partial<
  Pick<
    CallRow,
    'providerId' | 'ringingAt' | 'answeredAt' | 'endedAt' | 'outcome' | 'pressed' | 'code' | 'hops' | 'opening'
  >
>;

/** These ends were made by this side or by the way in between: they do not say whether somebody can be reached. */
export const ENDS_OF_OURS: readonly CallOutcome[] = ['cancelled', 'lost', 'line-down', 'no-number', 'nobody-on-duty'];

/** The `code` of a call by hand of which nobody wrote down an end in time: it does not say that anybody rang. */
export const NOT_WRITTEN = 'not-written';

/** Every method throws StoreFault when the store fails. */
export interface CallStore {
  /**
   * `number-busy`: a call to this number is under way; the database says so, not a hope. `repeated`: a call
   * under way makes these attempts already; it is told before a busy number. A call by hand (`manual`) occupies
   * no number. The id must be new: one that names another call already is a bug. [E5] [E6]
   */
  insertCall(call: CallRow): Promise<'inserted' | 'number-busy' | 'repeated'>;
  /** Calls that have ended stay as they are, but for their `providerId`. @returns the call as it is now. */
  progress(id: string, change: CallProgress): Promise<CallRow | null>;
  call(id: string): Promise<CallRow | null>;
  /** Calls without an end, the oldest first, by hand too. */
  liveCalls(): Promise<readonly CallRow[]>;
  /** Calls placed to this number then or later, by any line but the manual one. */
  countSince(phone: string, since: Instant): Promise<number>;
  /** The newest call of each contact that came to an end of its own, not one of ENDS_OF_OURS or NOT_WRITTEN. */
  lastReached(district: string): Promise<readonly LastReached[]>;
  /** The newest first. */
  recentCalls(district: string, limit: number): Promise<readonly CallRow[]>;
}
