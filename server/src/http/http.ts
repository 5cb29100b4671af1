import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Access, GuardedRoute } from '../access/guard.ts';
import { addGuard } from '../access/guard.ts';
import type { Random } from '../access/tokens.ts';
import { makeId } from '../access/tokens.ts';
import { addErrorAnswers } from './errors.ts';
import type { Probes } from './health.ts';
import { healthRoutes } from './health.ts';
import type { Metrics } from './metrics.ts';
import { addMetrics } from './metrics.ts';
import { addOpenApi } from './openapi.ts';
import { addPages } from './pages.ts';
import { addSecurityHeaders } from './security.ts';

/** The longest honest body is a ticket from paper with its history, a few kilobytes. */
const BODY_LIMIT = 256 * 1_024;
/** A request that has not arrived by then is not going to. */
const REQUEST_TIMEOUT: Duration = 30 * SECOND;
/** Below this a compressed answer is not smaller on the wire. */
const COMPRESS_FROM = 1_024;
/** Of brotli's eleven: better than gzip at about its cost. */
const BROTLI_QUALITY = 4;

export interface HttpParts {
  readonly access: Access;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly probes: Probes;
  readonly random: Random;
  readonly isSecure: boolean;
  /** Believe the proxy's word for who asks. */
  readonly trustProxy: boolean;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Folder of the built console; it may be missing. */
  readonly clientDist: string;
}

export interface Http {
  /** Routes are registered on it; it listens when the caller says so. */
  readonly app: FastifyInstance;
  /** Every route with who may use it; complete after `app.ready()`. */
  routes(): readonly GuardedRoute[];
}

/** The HTTP server with everything that stands around a route. */
export async function createHttp(parts: HttpParts): Promise<Http> {
  const { access, metrics, random, tls, isSecure } = parts;
  const app: FastifyInstance = fastify({
    loggerInstance: parts.logger,
    // Fastify applies its own timeouts only to a server that it made itself.
    serverFactory: (handler): Server =>
      tls
        ? createTlsServer({ requestTimeout: REQUEST_TIMEOUT, ...tls }, handler)
        : createServer({ requestTimeout: REQUEST_TIMEOUT }, handler),
    genReqId: () => makeId(random),
    bodyLimit: BODY_LIMIT,
    // Only the proxy itself is believed; what stands further left in its header was written by whoever asks.
    trustProxy: parts.trustProxy ? (_address, hop) => hop === 0 : false,
    // A line per request would drown what matters; the histogram has them all.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addErrorAnswers(app);
  const routes = addGuard(app, access);
  await addSecurityHeaders(app, isSecure);
  await app.register(compress, {
    threshold: COMPRESS_FROM,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
  await addOpenApi(app);
  addMetrics(app, metrics);
  await app.register(healthRoutes, { probes: parts.probes });
  await addPages(app, parts.clientDist);
  return { app, routes };
}
