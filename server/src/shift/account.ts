import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import { refusalSchema } from '@faultline/shared/wire/common.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { Session } from '@faultline/shared/wire/http.ts';
import { sessionSchema } from '@faultline/shared/wire/http.ts';
import type { z } from 'zod';

/** The server could not be asked, or what came back is not its contract: nothing is known about the request. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
}

export type Answer<Value> = Outcome<Value, WireRefusal>;

/** One person of the demo, signed in like a visitor who clicked on the account. */
export interface Account {
  readonly login: string;
  session(): Session;
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<Answer<z.output<Schema>>>;
  post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<Answer<z.output<Schema>>>;
  /** Makes sure that the session lives, and gives what a socket has to present. Throws `ServerFault`. */
  credentials(): Promise<{ readonly cookie: string; readonly origin: string }>;
}

export interface ServerAddress {
  readonly url: URL;
  readonly signal: AbortSignal;
  /** Told whenever the server has answered anything. */
  readonly onAnswer: () => void;
}

/** An answer that takes longer is as good as none; the request is repeated under its command id. */
const ANSWERS_WITHIN_MS = 10_000;

/** A request without a session: only what the demo's start page can do as well. */
export async function ask<Schema extends z.ZodType>(
  server: ServerAddress,
  request: { readonly path: string; readonly body?: unknown; readonly cookie?: string },
  schema: Schema,
): Promise<Answer<z.output<Schema>>> {
  const { status, json } = await exchange(server, request);
  return read(request.path, status, json, schema);
}

/** Throws `ServerFault` when the account cannot be had: without its people there is no shift. */
export async function openAccount(server: ServerAddress, login: string): Promise<Account> {
  let cookie = '';
  let session: Session | null = null;
  let signingIn: Promise<void> | null = null;

  const signIn = async (): Promise<void> => {
    const path = '/api/demo/session';
    const reply = await exchange(server, { path, body: { login } });
    const answer = read(path, reply.status, reply.json, sessionSchema);
    if (!answer.ok) throw new ServerFault(`the demo account ${login} was refused: ${answer.refusal.code}`);
    session = answer.value;
    cookie = reply.cookie;
  };
  /** However many requests find the session ended, it is opened once. */
  const renew = (): Promise<void> => {
    signingIn ??= signIn().finally(() => {
      signingIn = null;
    });
    return signingIn;
  };
  const request = async <Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<Answer<z.output<Schema>>> => {
    const first = await ask(server, { path, body, cookie }, schema);
    if (first.ok || first.refusal.code !== 'not-signed-in') return first;
    await renew();
    return ask(server, { path, body, cookie }, schema);
  };

  await renew();
  return {
    login,
    session() {
      if (session === null) throw new ServerFault(`the demo account ${login} is not signed in`);
      return session;
    },
    get: (path, schema) => request(path, undefined, schema),
    post: (path, body, schema) => request(path, body, schema),
    async credentials() {
      await request('/api/session', undefined, sessionSchema);
      return { cookie, origin: server.url.origin };
    },
  };
}

interface Exchange {
  readonly status: number;
  readonly json: unknown;
  /** The cookies that the answer set, as a request presents them. */
  readonly cookie: string;
}

async function exchange(
  { url, signal, onAnswer }: ServerAddress,
  { path, body, cookie }: { readonly path: string; readonly body?: unknown; readonly cookie?: string },
): Promise<Exchange> {
  try {
    const response = await fetch(new URL(path, url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        origin: url.origin,
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]),
    });
    const json: unknown = await response.json();
    onAnswer();
    const cookies = response.headers.getSetCookie().map((set) => set.split(';', 1)[0]);
    return { status: response.status, json, cookie: cookies.join('; ') };
  } catch (cause) {
    throw new ServerFault(`${path} was not answered`, { cause });
  }
}

function read<Schema extends z.ZodType>(
  path: string,
  status: number,
  json: unknown,
  schema: Schema,
): Answer<z.output<Schema>> {
  if (status >= 200 && status < 300) {
    const parsed = schema.safeParse(json);
    if (parsed.success) return accept(parsed.data);
    throw new ServerFault(`${path} answered with another shape`, { cause: parsed.error });
  }
  const refused = refusalSchema.safeParse(json);
  if (refused.success) return refuse(refused.data);
  throw new ServerFault(`${path} answered ${status} without a code`);
}
