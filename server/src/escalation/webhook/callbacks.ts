import type { IncomingHttpHeaders } from 'node:http';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Callback, CallbackResult } from './messages.ts';
import { callbackSchema } from './messages.ts';
import { rememberNames } from './remember-names.ts';
import type { SignatureRefusal } from './signature.ts';
import { checkSignature } from './signature.ts';

export type CallbackRefusal = ({ readonly code: 'not-signed-in' } & SignatureRefusal) | { readonly code: 'malformed' };

export type ReceiveCallback = (headers: IncomingHttpHeaders, body: Buffer) => Outcome<CallbackResult, CallbackRefusal>;

/** More than a site sends in twice the five minutes that a signature lasts. */
const MOST_MESSAGES = 20_000;
/** Whoever forges messages must not be able to fill the log with them. */
const LOG_PAUSE: Duration = MINUTE;

/** Lets through what is signed, new and understood; everything else gets its answer and has no effect. */
export function createCallbackDesk(parts: {
  readonly keys: readonly Buffer[];
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly take: (callback: Callback) => CallbackResult;
}): ReceiveCallback {
  const { keys, clock, log, take } = parts;
  const messages = rememberNames(MOST_MESSAGES);
  let forgedCount = 0;
  let loggedAt: Instant | null = null;

  const refuseForged = (refusal: SignatureRefusal): Outcome<never, CallbackRefusal> => {
    forgedCount += 1;
    if (loggedAt === null || clock.now() - loggedAt >= LOG_PAUSE) {
      loggedAt = clock.now();
      log.warn({ ...refusal, forgedCount }, 'a webhook callback was not signed as it must be');
    }
    return refuse({ code: 'not-signed-in', ...refusal });
  };

  return (headers, body) => {
    const signed = checkSignature(headers, body, keys, clock.now());
    if (!signed.ok) return refuseForged(signed.refusal);
    if (messages.has(signed.value)) return accept('repeated');
    const callback = callbackSchema.safeParse(parsed(body));
    if (!callback.success) {
      const problem = callback.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', ');
      log.warn({ messageId: signed.value, problem }, 'a webhook callback is signed but makes no sense');
      return refuse({ code: 'malformed' });
    }
    messages.add(signed.value);
    return accept(take(callback.data));
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
