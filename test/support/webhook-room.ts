import type { PhoneCall, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import type { Resolve } from '@faultline/server/src/escalation/webhook/safe-address.ts';
import type { WebhookSettings } from '@faultline/server/src/escalation/webhook/settings.ts';
import type { WebhookLine } from '@faultline/server/src/escalation/webhook/webhook-line.ts';
import { createWebhookLine } from '@faultline/server/src/escalation/webhook/webhook-line.ts';
import { runningClock } from './running-clock.ts';
import type { SignedCallback, WebhookSite } from './webhook-site.ts';
import { openWebhookSite, signedCallback } from './webhook-site.ts';

export const NEW_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
export const OLD_SECRET = 'the-secret-of-last-year';

export interface WebhookRoom {
  readonly line: WebhookLine;
  readonly site: WebhookSite;
  readonly clock: ReturnType<typeof runningClock>;
  readonly events: PhoneLineEvent[];
  readonly warnings: Record<string, unknown>[];
  /** What the site tells, through its signature; not through HTTP. */
  tell(body: object, how?: Partial<Parameters<typeof signedCallback>[1]>): ReturnType<WebhookLine['receive']>;
  sign(body: unknown, how?: Partial<Parameters<typeof signedCallback>[1]>): SignedCallback;
  /** Resolves when such an event has been told. */
  heard(type: PhoneLineEvent['type'], count?: number): Promise<void>;
  close(): Promise<void>;
}

/** The line, the site behind it, and a clock whose minutes need not be waited for. */
export async function openWebhookRoom(
  change: Partial<WebhookSettings> & { readonly resolve?: Resolve } = {},
): Promise<WebhookRoom> {
  const { resolve, ...settings } = change;
  const site = await openWebhookSite([NEW_SECRET, OLD_SECRET]);
  const clock = runningClock();
  const warnings: Record<string, unknown>[] = [];
  const line = createWebhookLine({
    settings: { url: site.url, secrets: [NEW_SECRET, OLD_SECRET], mayReachPrivate: true, channels: 10, ...settings },
    clock,
    random: (size) => Buffer.alloc(size, 128),
    log: { warn: (fields: object) => void warnings.push({ ...fields }) },
    ...(resolve ? { resolve } : {}),
  });
  const events: PhoneLineEvent[] = [];
  const waiting = new Set<() => void>();
  line.onEvent((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  let count = 0;
  const sign: WebhookRoom['sign'] = (body, how = {}) => {
    count += 1;
    return signedCallback(body, { secret: NEW_SECRET, id: `told-${count}`, atMs: clock.now(), ...how });
  };
  return {
    line,
    site,
    clock,
    events,
    warnings,
    sign,
    tell(body, how) {
      const { headers, payload } = sign(body, how);
      return line.receive(headers, Buffer.from(payload));
    },
    heard: (type, wanted = 1) =>
      new Promise((done) => {
        const look = (): void => {
          if (events.filter((event) => event.type === type).length < wanted) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      await line.close();
      await site.close();
    },
  };
}

export function phoneCall(id = 'call-1', change: Partial<PhoneCall> = {}): PhoneCall {
  return {
    id,
    purpose: 'ladder',
    person: {
      contactId: 'duty-1',
      departmentId: 'crew-1',
      district: 'd1',
      name: '值班室',
      phone: '01000000001',
      language: 'zh',
    },
    opening: '紧急催办。',
    tickets: [{ number: '261123-0007', area: '朝阳区', kind: 'crew-not-accepted', since: 1_795_000_000_000 }],
    ringUntil: 1_795_000_030_000,
    talkUntil: 1_795_000_150_000,
    providerId: null,
    ...change,
  };
}
