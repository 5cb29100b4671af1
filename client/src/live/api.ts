import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { ACTING_AS_HEADER } from '@faultline/shared/wire/acting-as.ts';
import type { RefusalCode, WireRefusal } from '@faultline/shared/wire/errors.ts';
import { REFUSAL_CODES } from '@faultline/shared/wire/errors.ts';

/** A network that failed is the refusal `busy` with `offline: true`: the command may or may not have had its effect. */
export type ApiResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: WireRefusal };

/** What reads an answer: every schema of the wire is one. */
export interface Schema<Value> {
  safeParse(value: unknown): { readonly success: true; readonly data: Value } | { readonly success: false };
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** For answers whose body nobody reads. */
export const nothing: Schema<null> = { safeParse: () => ({ success: true, data: null }) };

/** A server that has not answered by then is treated as one that cannot be reached. */
const ANSWER_WITHIN: Duration = 15 * SECOND;

/** The person whose page this is; all tabs share one cookie, and a tab must not act for who signed in in another. */
let actingAs: string | null = null;

export function actAs(userId: string): void {
  actingAs = userId;
}

const OFFLINE: WireRefusal = { code: 'busy', offline: true };

const signOutListeners = new Set<() => void>();

/** Called whenever the server has answered that nobody is signed in here any more. @returns what ends it. */
export function onSignedOut(listener: () => void): () => void {
  signOutListeners.add(listener);
  return () => signOutListeners.delete(listener);
}

export function get<Value>(path: string, schema: Schema<Value>, options?: RequestOptions): Promise<ApiResult<Value>> {
  return request('GET', path, undefined, schema, options);
}

export function post<Value>(path: string, body: unknown, schema: Schema<Value>): Promise<ApiResult<Value>> {
  return request('POST', path, body, schema);
}

export function put<Value>(path: string, body: unknown, schema: Schema<Value>): Promise<ApiResult<Value>> {
  return request('PUT', path, body, schema);
}

export function del<Value>(path: string, schema: Schema<Value>): Promise<ApiResult<Value>> {
  return request('DELETE', path, undefined, schema);
}

export function isOffline(refusal: WireRefusal): boolean {
  return refusal['offline'] === true;
}

async function request<Value>(
  method: string,
  path: string,
  body: unknown,
  schema: Schema<Value>,
  options: RequestOptions = {},
): Promise<ApiResult<Value>> {
  const limit = AbortSignal.timeout(ANSWER_WITHIN);
  let response: Response;
  let content: unknown;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(actingAs === null ? {} : { [ACTING_AS_HEADER]: actingAs }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
    });
    content = contentOf(await response.text());
  } catch {
    return { ok: false, refusal: OFFLINE };
  }
  return response.ok ? accepted(content, schema) : refused(content, response.status);
}

/** What is not JSON comes from something between the page and the server; it is judged by its status alone. */
function contentOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An answer that cannot be read comes from a server of another version: the page has to be loaded anew. */
function accepted<Value>(content: unknown, schema: Schema<Value>): ApiResult<Value> {
  const read = schema.safeParse(content);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, refusal: { code: 'fault', detail: 'unreadable-answer' } };
}

function refused(content: unknown, status: number): { readonly ok: false; readonly refusal: WireRefusal } {
  const refusal = isRefusal(content) ? content : refusalOfStatus(status);
  if (refusal.code === 'not-signed-in') for (const listener of [...signOutListeners]) listener();
  return { ok: false, refusal };
}

function isRefusal(content: unknown): content is WireRefusal {
  return typeof content === 'object' && content !== null && 'code' in content && isRefusalCode(content.code);
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return REFUSAL_CODES.some((known) => known === code);
}

/** A proxy that answers for a server it cannot reach says so by 502, 503 or 504. */
function refusalOfStatus(status: number): WireRefusal {
  if (status === 502 || status === 503 || status === 504) return OFFLINE;
  return { code: status === 404 ? 'not-found' : 'fault', status };
}
