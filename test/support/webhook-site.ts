import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

/** A message as it came in, with what the site itself finds out about its signature. */
export interface SiteMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** Which of the site's secrets have signed it. */
  readonly signedBy: readonly string[];
}

/** How the site answers the next message: as it should, or in a way that no site should. */
export type Manner =
  | { readonly answer: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'hang-up'
  | 'endless';

export interface WebhookSite {
  readonly url: string;
  readonly messages: readonly SiteMessage[];
  /** For messages of this type from now on; `null` is good manners again. */
  behave(type: string, manner: Manner | null): void;
  /** Resolves with the message, also when it has come already. */
  next(type: string, count?: number): Promise<SiteMessage>;
  close(): Promise<void>;
}

/** The telephone system behind a webhook, whose own judgement of a signature shares no code with ours. */
export async function openWebhookSite(secrets: readonly string[]): Promise<WebhookSite> {
  const messages: SiteMessage[] = [];
  const manners = new Map<string, Manner>();
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = JSON.parse(text) as Record<string, unknown>;
    const { headers, url: path = '' } = request;
    const id = String(headers['webhook-id']);
    const given = String(headers['webhook-signature']).split(' ');
    const signedBy = secrets.filter((secret) =>
      given.includes(signature(secret, id, String(headers['webhook-timestamp']), text)),
    );
    messages.push({ path, headers, body, id, signedBy });
    for (const look of waiting) look();
    behave(manners.get(String(body['type'])) ?? { answer: 200 }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/calls`,
    messages,
    behave(type, manner) {
      if (manner === null) manners.delete(type);
      else manners.set(type, manner);
    },
    next: (type, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.filter(({ body }) => body['type'] === type)[count - 1];
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function behave(manner: Manner, response: ServerResponse): void {
  if (manner === 'hang') return;
  if (manner === 'hang-up') response.destroy();
  else if (manner === 'endless') void pour(response);
  else response.writeHead(manner.answer, manner.headers).end(manner.body ?? '');
}

async function pour(response: ServerResponse): Promise<void> {
  response.writeHead(200);
  while (!response.destroyed) {
    response.write('x'.repeat(4_096));
    await later(1);
  }
}

export interface SignedCallback {
  readonly headers: Record<string, string>;
  readonly payload: string;
}

/** A callback as the site signs it; what is given beside the body makes it a liar. */
export function signedCallback(
  body: unknown,
  how: { readonly secret: string; readonly id: string; readonly atMs: number },
): SignedCallback {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const timestamp = String(Math.floor(how.atMs / 1_000));
  return {
    payload,
    headers: {
      'content-type': 'application/json',
      'webhook-id': how.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature(how.secret, how.id, timestamp, payload),
    },
  };
}

function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
