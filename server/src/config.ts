import { z } from 'zod';

/** What an operator can set; everything has a default, everything is checked before the first port is opened. */
export interface Config {
  readonly mode: Mode;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly publicUrl: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly trustProxy: boolean;
  readonly clientDist: string | null;
  readonly frameIntervalMs: number;
  readonly logLevel: string;
  readonly shift: { readonly speed: number; readonly seed: number; readonly vehicles: number } | null;
}

export type Mode = 'demo' | 'serve';

/** A setting that cannot be used; its text names the variable and says what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** These mean every address. */
const WILDCARDS = new Set(['0.0.0.0', '::']);
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const environmentSchema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATA_DIR: z.string().min(1).default('data'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  TRUST_PROXY: z.enum(['0', '1']).default('0'),
  CLIENT_DIST: z.string().min(1).optional(),
  FRAME_INTERVAL_MS: z.coerce.number().int().min(50).max(10_000).default(500),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SHIFT: z.enum(['0', '1']).default('1'),
  SHIFT_SPEED: z.coerce.number().min(1).max(100).default(4),
  SHIFT_SEED: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  SHIFT_VEHICLES: z.coerce.number().int().min(1).max(40).default(40),
});

/**
 * @param environment the process's variables; unknown ones are not ours to judge.
 * @throws ConfigError naming every variable that is wrong.
 */
export function readConfig(mode: Mode, environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`these settings cannot be used:\n  ${problems.join('\n  ')}`);
  }
  const value = parsed.data;
  if ((value.TLS_CERT_FILE === undefined) !== (value.TLS_KEY_FILE === undefined)) {
    throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or neither');
  }
  const tls =
    value.TLS_CERT_FILE && value.TLS_KEY_FILE ? { certFile: value.TLS_CERT_FILE, keyFile: value.TLS_KEY_FILE } : null;
  const trustProxy = value.TRUST_PROXY === '1';
  if (!LOOPBACK.has(value.HOST) && !tls && !trustProxy) {
    throw new ConfigError(
      `HOST=${value.HOST} is reachable from outside, and browsers give location and secure cookies only to secure ` +
        'origins: set TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY=1 behind a proxy that speaks TLS',
    );
  }
  if (WILDCARDS.has(value.HOST) && value.PUBLIC_URL === undefined) {
    throw new ConfigError(
      `HOST=${value.HOST} listens on every address but names none, and requests for other names are refused: set ` +
        'PUBLIC_URL to the address people type, such as https://dispatch.example',
    );
  }
  return {
    mode,
    // A name would open two servers, one of which the sockets never see.
    host: value.HOST === 'localhost' ? '127.0.0.1' : value.HOST,
    port: value.PORT,
    dataDir: value.DATA_DIR,
    publicUrl: value.PUBLIC_URL ?? null,
    tls,
    trustProxy,
    clientDist: value.CLIENT_DIST ?? null,
    frameIntervalMs: value.FRAME_INTERVAL_MS,
    logLevel: value.LOG_LEVEL,
    shift:
      mode === 'demo' && value.SHIFT === '1'
        ? { speed: value.SHIFT_SPEED, seed: value.SHIFT_SEED, vehicles: value.SHIFT_VEHICLES }
        : null,
  };
}
