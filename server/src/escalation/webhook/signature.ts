import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';

/** The three headers of the Standard Webhooks specification, for which libraries exist in most languages. */
const ID = 'webhook-id';
const TIMESTAMP = 'webhook-timestamp';
const SIGNATURE = 'webhook-signature';
const VERSION = 'v1';

/** Clocks may differ by so much; beyond it a message is an old one that somebody plays again. */
export const SIGNATURE_LASTS: Duration = 5 * MINUTE;
const MOST_SIGNATURES = 8;
const PREFIX = 'whsec_';

export type SignatureRefusal = { readonly because: 'signature-missing' | 'signature-wrong' | 'signature-too-old' };

/** @param secrets as configured: `whsec_` and base64, or any other text as it stands. The newest first. */
export function keysOf(secrets: readonly string[]): readonly Buffer[] {
  return secrets.map((secret) =>
    secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret, 'utf8'),
  );
}

/** Signed with every key, so that a receiver may know the new secret or still the old one. */
export function signedHeaders(
  message: { readonly id: string; readonly body: string },
  keys: readonly Buffer[],
  now: Instant,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / SECOND));
  const signatures = keys.map((key) => `${VERSION},${signatureOf({ ...message, timestamp }, key).toString('base64')}`);
  return { [ID]: message.id, [TIMESTAMP]: timestamp, [SIGNATURE]: signatures.join(' ') };
}

/**
 * HMAC-SHA256 over `id.timestamp.body`. The signature is judged before the time, so that only who knows a secret learns
 * anything about the clock.
 * @returns the message's id.
 */
export function checkSignature(
  headers: IncomingHttpHeaders,
  body: Buffer,
  keys: readonly Buffer[],
  now: Instant,
): Outcome<string, SignatureRefusal> {
  const [id, timestamp, signature] = [headers[ID], headers[TIMESTAMP], headers[SIGNATURE]];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') {
    return refuse({ because: 'signature-missing' });
  }
  if (!/^[\x21-\x7e]{1,128}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return refuse({ because: 'signature-wrong' });
  const given = signature
    .split(' ', MOST_SIGNATURES)
    .flatMap((one) => (one.startsWith(`${VERSION},`) ? [Buffer.from(one.slice(VERSION.length + 1), 'base64')] : []));
  const isRight = keys.some((key) => {
    const right = signatureOf({ id, timestamp, body }, key);
    return given.some((one) => one.length === right.length && timingSafeEqual(one, right));
  });
  if (!isRight) return refuse({ because: 'signature-wrong' });
  const isFresh = Math.abs(Number(timestamp) * SECOND - now) <= SIGNATURE_LASTS;
  return isFresh ? accept(id) : refuse({ because: 'signature-too-old' });
}

function signatureOf(
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string | Buffer },
  key: Buffer,
): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
