import { isIP } from 'node:net';
import { hostOf, isLoopback } from './safe-address.ts';
import { keysOf } from './signature.ts';

export interface WebhookSettings {
  /** Where calls, words and cancellations are posted; see `problemOfSettings`. */
  readonly url: string;
  /** What both sides sign with; while it is changed the new one and the old one. */
  readonly secrets: readonly string[];
  /** Whether the address may lie in the site's own networks or on this machine. */
  readonly mayReachPrivate: boolean;
  /** Calls at once. */
  readonly channels: number;
}

/** 128 bits that nobody can guess. */
const SHORTEST_KEY_BYTES = 16;
/** The new one and the old one; a third would be one that nobody has taken away. */
const MOST_SECRETS = 2;

/** What is wrong with what an operator has entered; `null` when nothing is. */
export function problemOfSettings({
  url,
  secrets,
  mayReachPrivate,
}: Pick<WebhookSettings, 'url' | 'secrets' | 'mayReachPrivate'>): string | null {
  return problemOfUrl(url, mayReachPrivate) ?? problemOfSecrets(secrets);
}

function problemOfUrl(text: string, mayReachPrivate: boolean): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'the address is no URL';
  if (url.username !== '' || url.password !== '') return 'a name and a password in the address would stand in logs';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return 'the address must begin with https:';
  const host = hostOf(url);
  const isHere = host === 'localhost' || (isIP(host) !== 0 && isLoopback(host));
  if (isHere && mayReachPrivate) return null;
  return 'plain http is spoken to this machine only, and only when private addresses are allowed: use https';
}

function problemOfSecrets(secrets: readonly string[]): string | null {
  if (secrets.length === 0) return 'there is no secret to sign with';
  if (secrets.length > MOST_SECRETS) return 'more than two secrets: the new one and the old one are enough';
  const isShort = keysOf(secrets).some((key) => key.length < SHORTEST_KEY_BYTES);
  return isShort ? `a secret is shorter than ${SHORTEST_KEY_BYTES} bytes` : null;
}
