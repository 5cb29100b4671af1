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
  readonly phone: PhoneConfig;
  readonly shift: { readonly speed: number; readonly seed: number; readonly vehicles: number } | null;
}

/** By which ways people are rung; whoever none of them reaches is rung by hand. */
export interface PhoneConfig {
  /** In the order in which they are tried. */
  readonly lines: readonly PhoneLineName[];
  /** Only numbers that begin with one of these are dialled by a line that costs; empty: every number. */
  readonly dialPrefixes: readonly string[];
  readonly callsPerNumberPerDay: number;
  readonly testAtShiftStart: boolean;
  readonly sip: SipConfig | null;
  readonly webhook: WebhookConfig | null;
  readonly espeakPath: string;
  readonly promptsDir: string | null;
}

export const PHONE_LINE_NAMES = ['console', 'sip', 'webhook'] as const;
export type PhoneLineName = (typeof PHONE_LINE_NAMES)[number];

export interface SipConfig {
  /** Host with an optional port. */
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly transport: 'udp' | 'tcp';
  /** A trunk that knows us by our address needs no registration. */
  readonly isRegistered: boolean;
  readonly displayName: string;
  /** The address that the phone network sees. */
  readonly listen: string;
  readonly channels: number;
  readonly baresipPath: string;
}

export interface WebhookConfig {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly mayReachPrivate: boolean;
  readonly channels: number;
}

export type Mode = 'demo' | 'serve';

/** A setting that cannot be used; its text names the variable and says what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** These mean every address. */
const WILDCARDS = new Set(['0.0.0.0', '::']);
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** A configuration file of the phone program is written with it: no quotes, no separators, no line ends. */
const SIP_SECRET = /^[^\s"';<>\\]*$/;

/** `a,b,c`, each part trimmed; an empty text is no part. */
function listOf<Part extends z.ZodType<string, string>>(part: Part) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    )
    .pipe(z.array(part));
}

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
  PHONE_LINES: listOf(z.enum(PHONE_LINE_NAMES)).default(['console']),
  DIAL_PREFIXES: listOf(z.string().regex(/^\+?\d{1,15}$/)).default([]),
  CALLS_PER_NUMBER_PER_DAY: z.coerce.number().int().min(1).max(10_000).default(200),
  TEST_CALLS: z.enum(['0', '1']).default('1'),
  SIP_SERVER: z
    .string()
    .regex(/^[A-Za-z0-9.-]+(?::\d{1,5})?$/)
    .optional(),
  SIP_USER: z
    .string()
    .regex(/^[A-Za-z0-9_.+-]{1,64}$/)
    .optional(),
  SIP_PASSWORD: z.string().max(128).regex(SIP_SECRET).default(''),
  SIP_TRANSPORT: z.enum(['udp', 'tcp']).default('udp'),
  SIP_REGISTER: z.enum(['0', '1']).default('1'),
  SIP_DISPLAY_NAME: z
    .string()
    .regex(/^[A-Za-z0-9 _.-]{0,40}$/)
    .default('Faultline'),
  SIP_LISTEN: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
  SIP_CHANNELS: z.coerce.number().int().min(1).max(60).default(4),
  BARESIP_PATH: z.string().min(1).default('baresip'),
  WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEBHOOK_SECRETS: listOf(z.string().min(16).max(256)).default([]),
  WEBHOOK_PRIVATE: z.enum(['0', '1']).default('0'),
  WEBHOOK_CHANNELS: z.coerce.number().int().min(1).max(1_000).default(10),
  ESPEAK_PATH: z.string().min(1).default('espeak-ng'),
  PROMPTS_DIR: z.string().min(1).optional(),
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
    phone: phoneOf(value),
    shift:
      mode === 'demo' && value.SHIFT === '1'
        ? { speed: value.SHIFT_SPEED, seed: value.SHIFT_SEED, vehicles: value.SHIFT_VEHICLES }
        : null,
  };
}

function phoneOf(value: z.infer<typeof environmentSchema>): PhoneConfig {
  const lines = [...new Set(value.PHONE_LINES)];
  return {
    lines,
    dialPrefixes: value.DIAL_PREFIXES,
    callsPerNumberPerDay: value.CALLS_PER_NUMBER_PER_DAY,
    testAtShiftStart: value.TEST_CALLS === '1',
    sip: lines.includes('sip') ? sipOf(value) : null,
    webhook: lines.includes('webhook') ? webhookOf(value) : null,
    espeakPath: value.ESPEAK_PATH,
    promptsDir: value.PROMPTS_DIR ?? null,
  };
}

function sipOf(value: z.infer<typeof environmentSchema>): SipConfig {
  const { SIP_SERVER: server, SIP_USER: user } = value;
  if (server === undefined || user === undefined) {
    throw new ConfigError(
      'PHONE_LINES names sip: set SIP_SERVER (the PBX or trunk, host or host:port) and SIP_USER (our extension there)',
    );
  }
  return {
    server,
    user,
    password: value.SIP_PASSWORD,
    transport: value.SIP_TRANSPORT,
    isRegistered: value.SIP_REGISTER === '1',
    displayName: value.SIP_DISPLAY_NAME,
    listen: value.SIP_LISTEN,
    channels: value.SIP_CHANNELS,
    baresipPath: value.BARESIP_PATH,
  };
}

function webhookOf(value: z.infer<typeof environmentSchema>): WebhookConfig {
  const { WEBHOOK_URL: url, WEBHOOK_SECRETS: secrets } = value;
  if (url === undefined || secrets.length === 0) {
    throw new ConfigError(
      'PHONE_LINES names webhook: set WEBHOOK_URL and WEBHOOK_SECRETS (one secret of at least 16 characters, or the ' +
        'new and the old one while they are changed)',
    );
  }
  return { url, secrets, mayReachPrivate: value.WEBHOOK_PRIVATE === '1', channels: value.WEBHOOK_CHANNELS };
}
