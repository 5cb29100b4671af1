import type { Duration } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import { LineFault } from '../phone-line.ts';
import type { Health } from './health.ts';
import type { WebhookAnswer, WebhookMessage } from './messages.ts';
import { webhookAnswerSchema } from './messages.ts';
import type { PostAnswer } from './post.ts';
import { PostFault, post } from './post.ts';
import type { Resolve } from './safe-address.ts';
import { signedHeaders } from './signature.ts';

/** The shape of the messages; a receiver refuses what it does not know. */
const PROTOCOL = 1;
const RETRY_PAUSE: Duration = 300;

export interface Sending {
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** @throws LineFault with the code of what was wrong: `http-503`, `timeout`, `nonsense` … */
export type Send = (message: WebhookMessage, sending: Sending) => Promise<WebhookAnswer>;

/**
 * Posts messages to the site's address, signed, again under the same id when the first try came to nothing. What comes
 * of each try is told to `health`, but for a try that was not wanted any more.
 */
export function createSender(parts: {
  readonly url: URL;
  readonly keys: readonly Buffer[];
  readonly mayReachPrivate: boolean;
  readonly resolve: Resolve;
  readonly clock: Clock;
  readonly health: Pick<Health, 'succeeded' | 'failed'>;
}): Send {
  const { url, keys, clock, health } = parts;

  const tryOnce = async (message: WebhookMessage, signal: AbortSignal): Promise<WebhookAnswer> => {
    const body = JSON.stringify({ version: PROTOCOL, ...message });
    const id = message.type === 'ping' ? `ping.${message.message}` : `${message.callId}.${message.message}`;
    const headers = signedHeaders({ id, body }, keys, clock.now());
    try {
      const answer = read(await post({ url, headers, body, signal }, parts));
      // A site that forgets calls need not be one that makes any.
      if (message.type !== 'cancel') health.succeeded();
      return answer;
    } catch (cause) {
      const fault = faultOf(cause);
      // What it says about one call says that it is there.
      if (SAID_BY_THE_SITE.has(fault.code)) health.succeeded();
      else if (fault.code !== 'cancelled') health.failed(fault.code);
      throw fault;
    }
  };

  return async (message, { tries, signal }) => {
    for (let left = tries; ; left -= 1) {
      try {
        return await tryOnce(message, signal);
      } catch (error) {
        if (left <= 1 || !(error instanceof LineFault) || !isWorthAnotherTry(error.code)) throw error;
        await pause(clock, RETRY_PAUSE, signal);
        if (signal.aborted) throw error;
      }
    }
  };
}

/** Over at the end of the time, or at once when nobody waits for it any more. */
function pause(clock: Clock, length: Duration, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const disarm = clock.at(clock.now() + length, resolve);
    signal.addEventListener(
      'abort',
      () => {
        disarm();
        resolve();
      },
      { once: true },
    );
  });
}

/** 422: this call cannot be made. 410: this call is over. */
const SAID_BY_THE_SITE: ReadonlySet<string> = new Set(['http-422', 'http-410']);

function isWorthAnotherTry(code: string): boolean {
  return code === 'timeout' || code === 'unreachable' || code === 'http-429' || code.startsWith('http-5');
}

/** Whether the site may have begun to ring although we have not heard so. */
export function mayHaveBegun(code: string): boolean {
  return (
    code === 'timeout' ||
    code === 'unreachable' ||
    code === 'nonsense' ||
    code === 'answer-too-large' ||
    code.startsWith('http-5')
  );
}

function faultOf(cause: unknown): LineFault {
  if (cause instanceof LineFault) return cause;
  if (cause instanceof PostFault) return new LineFault(cause.code, cause.message, { cause });
  throw cause;
}

function read({ status, body }: PostAnswer): WebhookAnswer {
  if (status < 200 || status > 299) throw new LineFault(`http-${status}`, `the webhook answered with ${status}`);
  if (body.trim() === '') return {};
  const answer = webhookAnswerSchema.safeParse(parsed(body));
  if (!answer.success) {
    throw new LineFault('nonsense', 'the webhook answered with something that is no answer', { cause: answer.error });
  }
  return answer.data;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
