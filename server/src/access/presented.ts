import type { IncomingHttpHeaders } from 'node:http';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { BEARER_PROTOCOL_PREFIX } from '@faultline/shared/wire/vehicle.ts';

/** The secret a request came with, and by which way. */
export interface Presented {
  readonly way: 'cookie' | 'bearer';
  readonly token: string;
}

/** Longer than any token of ours: what is longer is not looked at. */
const MAX_TOKEN = 256;

/** `__Host-` makes the browser itself insist on TLS, the whole host and the root path. */
function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-faultline' : 'faultline';
}

/** A stated bearer token outweighs a cookie: whoever states one means it. */
export function presentedBy(headers: IncomingHttpHeaders, isSecure: boolean): Presented | null {
  const bearer = bearerOf(headers);
  if (bearer !== null) return bearer.length <= MAX_TOKEN ? { way: 'bearer', token: bearer } : null;
  const token = cookieIn(headers.cookie ?? '', cookieName(isSecure));
  return token && token.length <= MAX_TOKEN ? { way: 'cookie', token } : null;
}

export function hasBearer(headers: IncomingHttpHeaders): boolean {
  return bearerOf(headers) !== null;
}

function bearerOf(headers: IncomingHttpHeaders): string | null {
  const [, stated] = /^Bearer +([\w~+/.-]+=*) *$/i.exec(headers.authorization ?? '') ?? [];
  if (stated !== undefined) return stated;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const protocol = offered.find((candidate) => candidate.startsWith(BEARER_PROTOCOL_PREFIX));
  return protocol === undefined ? null : protocol.slice(BEARER_PROTOCOL_PREFIX.length);
}

function cookieIn(header: string, name: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * @param token of the alphabet of base64url, so that nothing in it has to be escaped.
 * @param livesFor how long the browser keeps it; 0 takes it away.
 */
export function cookieHeader(token: string, livesFor: Duration, isSecure: boolean): string {
  const parts = [`${cookieName(isSecure)}=${token}`, `Max-Age=${Math.floor(livesFor / SECOND)}`];
  return [...parts, 'Path=/', 'HttpOnly', 'SameSite=Strict', ...(isSecure ? ['Secure'] : [])].join('; ');
}
