import type { IncomingHttpHeaders } from 'node:http';
import type { Action } from '@faultline/shared/access/access.ts';
import { ACTIONS, can } from '@faultline/shared/access/access.ts';
import { assert } from '@faultline/shared/assert.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { ACTING_AS_HEADER } from '@faultline/shared/wire/acting-as.ts';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { sendRefusal } from '../http/refusal.ts';
import type { Viewer } from './viewer.ts';

/**
 * Who may use a route: everybody, whoever has a credential, a device of one kind, or the roles of an action; `signed`:
 * another server, whose every message carries a signature that the route itself checks.
 */
export type RouteAccess = Action | 'public' | 'signed' | 'signed-in' | 'vehicle' | 'phone';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    viewer: Viewer | null;
  }
}

/** Why a request or a socket has nobody behind it. */
export type NobodyRefusal = { readonly code: 'not-signed-in' | 'token-revoked' };

export type EndReason = 'signed-out' | 'expired' | 'revoked';

/** What requests and sockets ask; whoever signs people in and out knows more (`access.ts`). */
export interface Access {
  /** Cookie session or `Authorization: Bearer` device token (or a bearer subprotocol) → who it is, or null. */
  authenticate(headers: IncomingHttpHeaders): Promise<Viewer | null>;
  /** The same, and why not. */
  identify(headers: IncomingHttpHeaders): Outcome<Viewer, NobodyRefusal>;
  /** A person has acted with this credential: the idle time starts anew. What a page reads by itself is no act. */
  touch(credential: string): void;
  /** Before the 101. A missing Origin is fine only with a bearer token. */
  checkUpgradeOrigin(
    headers: IncomingHttpHeaders,
  ): { readonly ok: true } | { readonly ok: false; readonly code: 'foreign-origin' | 'foreign-host' };
  /** For a request that changes something. */
  checkMutationOrigin(headers: IncomingHttpHeaders): boolean;
  isOwnHost(headers: IncomingHttpHeaders): boolean;
  /** Called with the credential whose session or token has ended, so that its sockets close. */
  onEnded(listener: (credential: string, reason: EndReason) => void): void;
}

export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const ACCESSES: ReadonlySet<string> = new Set([...ACTIONS, 'public', 'signed', 'signed-in', 'vehicle', 'phone']);
/** Probes ask by address; what they are told is no secret. */
const PROBE_PATHS = new Set(['/healthz', '/readyz']);

/**
 * Stands before every route of the instance, also those of plugins registered later: the Host, the Origin of what
 * changes something, who asks, and whether the route's declared access lets him. Fail-closed: a route without a
 * declared access makes `ready()` throw.
 * @returns the routes with their access, complete after `ready()`.
 */
export function addGuard(app: FastifyInstance, access: Access): () => readonly GuardedRoute[] {
  const routes: GuardedRoute[] = [];
  const undeclared: string[] = [];

  app.decorateRequest('viewer', null);
  app.addHook('onRoute', (route: RouteOptions) => {
    const methods = typeof route.method === 'string' ? [route.method] : route.method;
    const declared = route.config?.access;
    for (const method of methods) {
      if (declared === undefined || !ACCESSES.has(declared)) undeclared.push(`${method} ${route.url}`);
      else routes.push({ method, url: route.url, access: declared });
    }
  });
  app.addHook('onReady', async () => {
    assert(undeclared.length === 0, `every route declares its access; these do not: ${undeclared.join(', ')}`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions;
    if (!access.isOwnHost(request.headers) && !(url && PROBE_PATHS.has(url))) {
      return sendRefusal(reply, { code: 'foreign-host' });
    }
    const declared = request.routeOptions.config.access;
    // A server has no origin, and what it has signed nobody else can have it send.
    if (declared === 'signed') return;
    if (!SAFE_METHODS.has(request.method) && !access.checkMutationOrigin(request.headers)) {
      return sendRefusal(reply, { code: 'foreign-origin' });
    }
    if (request.is404) return;
    assert(declared !== undefined, 'a route that is reached has declared its access');
    if (declared === 'public') return;
    const identified = access.identify(request.headers);
    if (!identified.ok) return sendRefusal(reply, identified.refusal);
    const actingAs = request.headers[ACTING_AS_HEADER];
    const isForAnother = actingAs !== undefined && actingAs !== identified.value.id;
    if (isForAnother && !SAFE_METHODS.has(request.method)) return sendRefusal(reply, { code: 'signed-in-as-another' });
    if (!mayUse(identified.value, declared)) return sendRefusal(reply, { code: 'not-allowed' });
    if (!SAFE_METHODS.has(request.method)) access.touch(identified.value.credential);
    request.viewer = identified.value;
  });
  return () => routes;
}

function mayUse(viewer: Viewer, access: Exclude<RouteAccess, 'public' | 'signed'>): boolean {
  if (access === 'signed-in') return true;
  if (access === 'vehicle' || access === 'phone') return viewer.role === access;
  return can(viewer.role, access);
}

/** The person or device behind the request. Asking on a public route is a mistake in our code. */
export function viewerOf(request: FastifyRequest): Viewer {
  assert(request.viewer !== null, `${request.method} ${request.url} has no viewer: is the route public?`);
  return request.viewer;
}
