import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import type { CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';

/** One call that is owed: about which hop, to whom. It exists as a feedback in the journal before it is placed. */
export interface OwedCall {
  /** Names the call for ever: the ticket and the feedback's key. */
  readonly id: string;
  readonly district: string;
  readonly ticketId: string;
  readonly feedbackKey: string;
  readonly kind: FeedbackKind;
  readonly departmentId: string;
  readonly dueAt: Instant;
  /** In the order in which they are to be rung. */
  readonly contacts: readonly Contact[];
}

export type PhoneLineEvent =
  | { readonly type: 'ringing'; readonly callId: string }
  | { readonly type: 'ended'; readonly callId: string; readonly contactId: string; readonly outcome: CallOutcome };

/**
 * A way to reach people by phone. The engine places what is owed, cancels what is no longer owed, and after a start
 * offers everything that is still open to `adopt`, so that a crash loses no call. [E6]
 */
export interface PhoneLine {
  readonly name: string;
  /** Resolves when the line has taken the call over; rejects when it cannot, and another line is tried. */
  place(call: OwedCall): Promise<void>;
  /** Ends the call at once; a quiet yes when it is not known. */
  cancel(callId: string): Promise<void>;
  /** After a start: the calls that are still owed; the line goes on with them or begins again. */
  adopt(calls: readonly OwedCall[]): Promise<void>;
  onEvent(listener: (event: PhoneLineEvent) => void): void;
}
