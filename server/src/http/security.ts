import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** What a page of the console may use of the browser: its place for the vehicle client, the screen lock, sounds. */
const PERMISSIONS =
  'geolocation=(self), screen-wake-lock=(self), autoplay=(self), camera=(), microphone=(), payment=()';

/** No inline script or style, nothing from elsewhere, no framing. Sockets of the same origin are part of `'self'`. */
export async function addSecurityHeaders(app: FastifyInstance, isSecure: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // On plain http to this machine a promise of TLS would lock people out of other programs on it.
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('permissions-policy', PERMISSIONS);
    // Answers about work and people are kept by no cache; files and tiles set their own header.
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}
