import { idSchema, lineSchema } from '@faultline/shared/wire/common.ts';
import type { StopReason } from '@faultline/shared/wire/phone.ts';
import { z } from 'zod';
import type { PhoneCall } from '../phone-line.ts';

/** What is posted to the site's address. `message` rises within a call; the same number is the same message. */
export type WebhookMessage =
  | {
      readonly type: 'call';
      readonly callId: string;
      readonly message: 0;
      readonly purpose: PhoneCall['purpose'];
      readonly phone: string;
      readonly name: string;
      readonly language: 'zh' | 'en';
      /** To be spoken twice when somebody answers, until a key is pressed. */
      readonly opening: string;
      readonly tickets: PhoneCall['tickets'];
      readonly ringUntil: number;
      readonly talkUntil: number;
    }
  | {
      readonly type: 'say';
      readonly callId: string;
      readonly message: number;
      readonly text: string;
      /** Hang up behind it. */
      readonly isLast: boolean;
    }
  | {
      readonly type: 'cancel';
      readonly callId: string;
      readonly message: number;
      readonly reason: StopReason;
      /** To be spoken if somebody listens; may be empty. */
      readonly text: string;
    }
  | { readonly type: 'ping'; readonly message: number };

/** What a 2xx may carry; an empty body says nothing and is fine. `state: ended` denies a call that was asked about. */
export const webhookAnswerSchema = z.object({
  providerId: lineSchema(100).optional(),
  state: z.enum(['taken', 'ringing', 'answered', 'ended']).optional(),
});
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;

const eventShape = {
  callId: idSchema,
  /** Counts the events of a call from 1: repeated and reordered ones are told by it. */
  event: z.int().min(1).max(10_000),
};

/** What the site posts back, one event of one call at a time. */
export const callbackSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...eventShape, type: z.literal('ringing'), providerId: lineSchema(100).optional() }),
  z.strictObject({ ...eventShape, type: z.literal('answered') }),
  z.strictObject({ ...eventShape, type: z.literal('key'), key: z.string().regex(/^[0-9*#]$/) }),
  z.strictObject({
    ...eventShape,
    type: z.literal('ended'),
    cause: z.enum(['busy', 'declined', 'no-answer', 'wrong-number', 'failed', 'line-down', 'hung-up']),
    /** The provider's own word, such as `486`. */
    code: lineSchema(40).default(''),
  }),
]);
export type Callback = z.infer<typeof callbackSchema>;

/**
 * `taken`: it has had its effect. `waiting`: it came before an earlier one and has it as soon as that one comes, or
 * shortly. `repeated`, `late`, `call-ended`, `call-unknown`: it changes nothing, and need not be sent again.
 */
export const CALLBACK_RESULTS = ['taken', 'waiting', 'repeated', 'late', 'call-ended', 'call-unknown'] as const;
export type CallbackResult = (typeof CALLBACK_RESULTS)[number];
