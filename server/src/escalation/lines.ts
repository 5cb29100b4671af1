import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Random } from '../access/tokens.ts';
import type { Clock } from '../clock.ts';
import type { PhoneConfig } from '../config.ts';
import { ConfigError } from '../config.ts';
import type { PhoneLine } from './phone-line.ts';
import { createSipLine } from './sip/sip-line.ts';
import type { Speech } from './speech/speech.ts';
import { problemOfSettings } from './webhook/settings.ts';
import type { WebhookLine } from './webhook/webhook-line.ts';
import { createWebhookLine } from './webhook/webhook-line.ts';

export interface Lines {
  /** In the order in which the site wants them tried. */
  readonly all: readonly PhoneLine[];
  /** Has a route of its own, for what the site's telephone system tells. */
  readonly webhook: WebhookLine | null;
}

/**
 * Makes the lines that a site has configured. Another maker's interface becomes another line here, and nowhere else.
 * @throws ConfigError
 */
export function createLines(parts: {
  readonly config: PhoneConfig;
  readonly dataDir: string;
  readonly consoleLine: PhoneLine;
  readonly speech: Speech;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}): Lines {
  const { config, speech, clock, random, log } = parts;
  const { sip, dialPrefixes } = config;
  const webhook = webhookOf(parts);
  const byName: Readonly<Record<PhoneConfig['lines'][number], PhoneLine | null>> = {
    console: parts.consoleLine,
    sip:
      sip &&
      createSipLine({
        settings: { ...sip, dialPrefixes, folder: join(parts.dataDir, 'sip') },
        speech,
        clock,
        random,
        log,
      }),
    webhook,
  };
  return { all: config.lines.flatMap((name) => byName[name] ?? []), webhook };
}

function webhookOf({
  config: { webhook: settings },
  clock,
  random,
  log,
}: {
  readonly config: PhoneConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}): WebhookLine | null {
  if (settings === null) return null;
  const problem = problemOfSettings(settings);
  if (problem !== null) throw new ConfigError(`WEBHOOK_URL and WEBHOOK_SECRETS: ${problem}`);
  return createWebhookLine({ settings, clock, random, log });
}
