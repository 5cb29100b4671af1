import type { IncomingHttpHeaders } from 'node:http';

/** Which names this server answers to, and which pages may speak to it. */
export interface OriginRules {
  /** Whether the request asks for a name of this server; anything else is a rebound name of a foreign page. */
  isOwnHost(headers: IncomingHttpHeaders): boolean;
  /** Whether the stated `Origin` is a page of this server; `false` also when none is stated. */
  isOwnOrigin(headers: IncomingHttpHeaders): boolean;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const;
/** Listening on these means "every address"; they are no name that anybody asks for. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

/**
 * @param host the address that is listened on; a wildcard adds no name, the public URL has to.
 * @param publicUrl the address people type, when a proxy or a name stands before the server.
 */
export function createOriginRules(parts: {
  readonly host: string;
  readonly publicUrl: string | null;
  readonly isSecure: boolean;
}): OriginRules {
  const publicUrl = parts.publicUrl === null ? null : new URL(parts.publicUrl);
  const names = new Set<string>(LOOPBACK_NAMES);
  if (!WILDCARDS.has(parts.host)) names.add(parts.host.includes(':') ? `[${parts.host}]` : parts.host.toLowerCase());
  if (publicUrl) names.add(publicUrl.hostname);
  const protocol = parts.isSecure ? 'https:' : 'http:';

  return {
    isOwnHost({ host }) {
      const asked = host === undefined ? null : parseUrl(`${protocol}//${host}`);
      return asked !== null && isBareHost(asked) && names.has(asked.hostname);
    },
    isOwnOrigin({ origin, host }) {
      if (origin === undefined || host === undefined) return false;
      const stated = parseUrl(origin);
      if (stated === null || stated.origin !== origin.toLowerCase()) return false;
      if (publicUrl && stated.origin === publicUrl.origin) return true;
      // Cookies know no ports, so another program of this machine is told apart by the whole `host:port`.
      return stated.protocol === protocol && stated.origin === parseUrl(`${protocol}//${host}`)?.origin;
    },
  };
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function isBareHost(url: URL): boolean {
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
}

const LOOPBACK_ADDRESSES = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * Whether the person sits at this machine. A proxy on the same machine makes everybody look so; it betrays itself by
 * the headers it adds, or by the name that was asked for.
 */
export function isFromThisMachine(address: string | undefined, headers: IncomingHttpHeaders): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'x-forwarded-host' in headers || 'forwarded' in headers;
  if (isForwarded || address === undefined || !LOOPBACK_ADDRESSES.has(address)) return false;
  const asked = parseUrl(`http://${headers.host ?? ''}`);
  return asked !== null && LOOPBACK_NAMES.some((name) => name === asked.hostname);
}
