import type { LookupAddress } from 'node:dns';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { Resolve } from './safe-address.ts';
import { hostOf, isLoopback, mayConnectTo } from './safe-address.ts';

export type PostFaultCode =
  | 'timeout'
  | 'unreachable'
  | 'address-refused'
  | 'redirected'
  | 'answer-too-large'
  | 'cancelled';

/** There is no answer to go by. */
export class PostFault extends Error {
  override readonly name = 'PostFault';
  readonly code: PostFaultCode;

  constructor(code: PostFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** From the question for the address to the last byte: a phone that rings five seconds late is still in time. */
export const POST_TIMEOUT: Duration = 5 * SECOND;
/** What is expected is a hundred bytes. */
const MOST_ANSWER_BYTES = 16 * 1_024;

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * One POST to an address that was looked up, judged and then used as it is: a name that answers differently a moment
 * later leads nowhere else. Follows no redirect and keeps no connection.
 * @throws PostFault
 */
export async function post(
  { url, headers, body, signal }: Post,
  world: { readonly resolve: Resolve; readonly mayReachPrivate: boolean; readonly clock: Clock },
): Promise<PostAnswer> {
  const over = new AbortController();
  const disarm = world.clock.at(world.clock.now() + POST_TIMEOUT, () => over.abort());
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const address = await safeAddress(url, world, either);
    return await exchange({ url, headers, body, signal: either }, address);
  } catch (cause) {
    throw faultOf(cause, { isLate: over.signal.aborted, isCancelled: signal.aborted });
  } finally {
    disarm();
  }
}

function faultOf(
  cause: unknown,
  { isLate, isCancelled }: { readonly isLate: boolean; readonly isCancelled: boolean },
): PostFault {
  if (isLate) return new PostFault('timeout', `no answer in ${POST_TIMEOUT} ms`, { cause });
  if (isCancelled) return new PostFault('cancelled', 'not wanted any more', { cause });
  if (cause instanceof PostFault) return cause;
  return new PostFault('unreachable', cause instanceof Error ? cause.message : 'no connection', { cause });
}

async function safeAddress(
  url: URL,
  { resolve, mayReachPrivate }: { readonly resolve: Resolve; readonly mayReachPrivate: boolean },
  signal: AbortSignal,
): Promise<LookupAddress> {
  const addresses = await Promise.race([resolve(hostOf(url)), rejectedBy(signal)]);
  const [first] = addresses;
  if (first === undefined) throw new PostFault('unreachable', `${url.hostname} has no address`);
  const bad = addresses.find(
    ({ address }) => !mayConnectTo(address, { mayReachPrivate }) || (url.protocol === 'http:' && !isLoopback(address)),
  );
  if (bad) throw new PostFault('address-refused', `${url.hostname} is ${bad.address}, which is not to be called`);
  return first;
}

/** A name server can be waited for longer than we want to, and cannot be stopped. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = (): void => reject(new PostFault('cancelled', 'the address came too late'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

function exchange({ url, headers, body, signal }: Post, address: LookupAddress): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      host: hostOf(url),
      port: url.port,
      path: url.pathname + url.search,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
      agent: false,
      lookup: always(address),
      signal,
    };
    const request: ClientRequest = url.protocol === 'https:' ? requestHttps(options) : requestHttp(options);
    request.on('error', reject);
    request.on('response', (response) => read(response).then(resolve, reject));
    request.end(body);
  });
}

function always({ address, family }: LookupAddress): LookupFunction {
  return (_host, { all }, callback) => {
    if (all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

async function read(response: IncomingMessage): Promise<PostAnswer> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw new PostFault('redirected', `answered with ${status}: the address has to be the right one`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) {
      response.destroy();
      throw new PostFault('answer-too-large', `the answer is longer than ${MOST_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return { status, body: Buffer.concat(chunks).toString('utf8') };
}
