import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import { pino } from 'pino';

/** Secrets and people's numbers, wherever an object of the log carries them, down to four levels. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'sec-websocket-protocol',
  'token',
  'password',
  'passwordHash',
  'phone',
  'caller',
] as const;
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'] as const;

const redacted = DEPTHS.flatMap((depth) =>
  SECRET_KEYS.map((key) => (key.includes('-') ? `${depth.replace(/\.$/, '')}["${key}"]` : `${depth}${key}`)),
);

/** JSON lines without tokens, passwords and phone numbers. */
export function logOptions({ logLevel }: { readonly logLevel: string }): LoggerOptions {
  return {
    level: logLevel,
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: {
      // The query may carry what a person was looking for, or a tracker's token; the path is enough.
      req: (request: { readonly method: string; readonly url: string; readonly ip?: string }) => ({
        method: request.method,
        path: request.url.split('?')[0],
        from: request.ip,
      }),
      res: (reply: { readonly statusCode: number }) => ({ status: reply.statusCode }),
    },
  };
}

/** The server's log, to `destination` instead of the standard output. */
export function createLog(destination: DestinationStream, logLevel = 'info'): Logger {
  return pino(logOptions({ logLevel }), destination);
}
