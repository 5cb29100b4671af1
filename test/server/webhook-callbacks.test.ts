import { webhookRoutes } from '@faultline/server/src/escalation/webhook/routes.ts';
import { SIGNATURE_LASTS } from '@faultline/server/src/escalation/webhook/signature.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Office } from '../support/office.ts';
import { openOffice } from '../support/office.ts';
import type { WebhookRoom } from '../support/webhook-room.ts';
import { OLD_SECRET, openWebhookRoom, phoneCall } from '../support/webhook-room.ts';
import type { SignedCallback } from '../support/webhook-site.ts';

describe('callbacks of the site', () => {
  let room: WebhookRoom;
  let office: Office;
  beforeAll(async () => {
    room = await openWebhookRoom();
    await room.line.start();
    const { line } = room;
    office = await openOffice({ extend: (app) => void app.register(webhookRoutes, { line, isReady: () => isReady }) });
  });
  afterAll(async () => {
    await office.close();
    await room.close();
  });
  let isReady = true;
  let callId = '';
  let count = 0;
  beforeEach(async () => {
    count += 1;
    callId = `call-${count}`;
    await room.line.place(phoneCall(callId));
    room.events.length = 0;
    room.warnings.length = 0;
  });

  /** As another server asks: no page, no origin, no cookie. */
  const post = async ({ headers, payload }: SignedCallback, host = '127.0.0.1:8080') => {
    const answer = await office.app.inject({
      method: 'POST',
      url: '/api/webhook/calls',
      headers: { host, ...headers },
      payload,
    });
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  };
  const ringing = () => ({ callId, event: 1, type: 'ringing' });

  test('a signed event is taken, by the new secret and by the old one', async () => {
    expect(await post(room.sign(ringing()))).toEqual({ status: 200, body: { result: 'taken' } });
    const answered = { callId, event: 2, type: 'answered' };
    expect(await post(room.sign(answered, { secret: OLD_SECRET }))).toEqual({ status: 200, body: { result: 'taken' } });
    expect(room.events).toEqual([
      { type: 'ringing', callId },
      { type: 'answered', callId },
    ]);
  });

  test('[E6] before the calls of an earlier run are known, a word is not taken, and may be said again', async () => {
    isReady = false;
    const signed = room.sign(ringing());
    expect(await post(signed)).toEqual({ status: 503, body: { code: 'busy' } });
    isReady = true;
    expect(await post(signed)).toEqual({ status: 200, body: { result: 'taken' } });
  });

  test('the same message again changes nothing, also under a new signature', async () => {
    const first = room.sign(ringing(), { id: `same-${callId}` });
    await post(first);
    expect(await post(first)).toEqual({ status: 200, body: { result: 'repeated' } });
    const again = room.sign({ ...ringing(), event: 2, type: 'answered' }, { id: `same-${callId}` });
    expect(await post(again)).toEqual({ status: 200, body: { result: 'repeated' } });
    expect(room.events).toEqual([{ type: 'ringing', callId }]);
  });

  const key = (): object => ({ callId, event: 1, type: 'key', key: '1' });
  const without = (signed: SignedCallback, name: string): SignedCallback => ({
    ...signed,
    headers: Object.fromEntries(Object.entries(signed.headers).filter(([header]) => header !== name)),
  });
  const instead = (signed: SignedCallback, name: string, value: string): SignedCallback => ({
    ...signed,
    headers: { ...signed.headers, [name]: value },
  });
  const LIES: readonly (readonly [string, string, (honest: SignedCallback) => SignedCallback])[] = [
    ['without an id', 'signature-missing', (honest) => without(honest, 'webhook-id')],
    ['without a time', 'signature-missing', (honest) => without(honest, 'webhook-timestamp')],
    ['without a signature', 'signature-missing', (honest) => without(honest, 'webhook-signature')],
    [
      'with another body',
      'signature-wrong',
      (honest) => ({ ...honest, payload: honest.payload.replace('"1"', '"2"') }),
    ],
    ['with another id', 'signature-wrong', (honest) => instead(honest, 'webhook-id', 'another')],
    [
      'with another time',
      'signature-wrong',
      (honest) => instead(honest, 'webhook-timestamp', String(Number(honest.headers['webhook-timestamp']) + 1)),
    ],
    ['with an empty signature', 'signature-wrong', (honest) => instead(honest, 'webhook-signature', '')],
    ['with nonsense for a signature', 'signature-wrong', (honest) => instead(honest, 'webhook-signature', 'v1,%%%')],
    [
      'with a signature of another version',
      'signature-wrong',
      (honest) => instead(honest, 'webhook-signature', String(honest.headers['webhook-signature']).replace('v1', 'v0')),
    ],
    [
      'with a part of the signature',
      'signature-wrong',
      (honest) => instead(honest, 'webhook-signature', String(honest.headers['webhook-signature']).slice(0, 20)),
    ],
    ['signed by somebody else', 'signature-wrong', () => room.sign(key(), { secret: 'a-secret-of-somebody-else' })],
    ['with words for a time', 'signature-wrong', (honest) => instead(honest, 'webhook-timestamp', 'now')],
  ];
  test.each(LIES)('a message %s is refused and has no effect', async (_what, because, lie) => {
    expect(await post(lie(room.sign(key())))).toEqual({ status: 401, body: { code: 'not-signed-in', because } });
    expect(room.events).toEqual([]);
  });

  test('a message lives for five minutes in either direction', async () => {
    const now = room.clock.now();
    const old = room.sign(key(), { atMs: now - SIGNATURE_LASTS - 2_000 });
    const early = room.sign(key(), { atMs: now + SIGNATURE_LASTS + 2_000 });
    const body = { code: 'not-signed-in', because: 'signature-too-old' };
    expect([await post(old), await post(early)]).toEqual([
      { status: 401, body },
      { status: 401, body },
    ]);
    expect(room.events).toEqual([]);
    expect((await post(room.sign(ringing(), { atMs: now - SIGNATURE_LASTS + 10_000 }))).status).toBe(200);
  });

  test('forged messages do not fill the log: one line a minute, with their number', async () => {
    room.clock.advance(61_000);
    const forge = () => post(room.sign(key(), { secret: 'a-secret-of-somebody-else' }));
    for (let tries = 0; tries < 5; tries += 1) await forge();
    expect(room.warnings).toHaveLength(1);
    room.clock.advance(61_000);
    await forge();
    expect(room.warnings).toHaveLength(2);
    expect(Number(room.warnings[1]?.['forgedCount']) - Number(room.warnings[0]?.['forgedCount'])).toBe(5);
  });

  test.each([
    ['no JSON', '{"callId":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['an event without a number', { callId: 'call-1', type: 'ringing' }],
    ['an unknown event', { callId: 'call-1', event: 1, type: 'dancing' }],
    ['a key that no phone has', { callId: 'call-1', event: 1, type: 'key', key: '11' }],
    ['a cause that nobody knows', { callId: 'call-1', event: 1, type: 'ended', cause: 'because' }],
    ['a field that nobody knows', { callId: 'call-1', event: 1, type: 'ringing', extra: true }],
    ['a number beyond all calls', { callId: 'call-1', event: 1e9, type: 'ringing' }],
    ['a prototype', '{"__proto__":{"type":"ringing"},"callId":"call-1","event":1}'],
  ])('nonsense, properly signed, is refused and stands in the log: %s', async (_what, body) => {
    expect(await post(room.sign(body))).toEqual({ status: 400, body: { code: 'malformed' } });
    expect(room.warnings).toEqual([expect.objectContaining({ problem: expect.any(String) })]);
    expect(room.events).toEqual([]);
  });

  test('a message that is too long is not read', async () => {
    expect(await post(room.sign({ ...ringing(), extra: 'x'.repeat(17_000) }))).toEqual({
      status: 413,
      body: { code: 'too-large' },
    });
  });

  test('a call that is unknown or over has its word and does no harm', async () => {
    const unknown = { callId: 'never-placed', event: 1, type: 'answered' };
    expect(await post(room.sign(unknown))).toEqual({ status: 200, body: { result: 'call-unknown' } });
    const over = { callId, event: 1, type: 'ended', cause: 'busy', code: '486' };
    expect(await post(room.sign(over))).toEqual({ status: 200, body: { result: 'taken' } });
    expect(await post(room.sign({ callId, event: 2, type: 'answered' }))).toEqual({
      status: 200,
      body: { result: 'call-ended' },
    });
    expect(room.events).toEqual([{ type: 'ended', callId, cause: 'busy', code: '486' }]);
  });

  test('it is asked for by its own name only, and only by a signature: a cookie opens nothing', async () => {
    expect((await post(room.sign(ringing()), 'rebound.example')).body).toEqual({ code: 'foreign-host' });
    const cookie = await office.cookieOf('admin');
    const answer = await office.ask('POST', '/api/webhook/calls', { cookie, body: ringing() });
    expect([answer.statusCode, answer.json()]).toEqual([401, { code: 'not-signed-in', because: 'signature-missing' }]);
  });
});
