import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import { systemClock } from '@faultline/server/src/clock.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { PERSONAL_COMMANDS } from '@faultline/shared/access/access.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import { REFUSAL_CODES, STATUS_OF } from '@faultline/shared/wire/errors.ts';
import type { CommandAnswer } from '@faultline/shared/wire/ticket.ts';
import { commandBodySchema, openBodySchema, personalActionSchema } from '@faultline/shared/wire/ticket.ts';
import { vehicleMessageSchema } from '@faultline/shared/wire/vehicle.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { refusedUpgrade } from '../support/refused-upgrade.ts';
import type { JsonSchema } from '../support/schema-arbitrary.ts';
import { brokenLike, shapedLike } from '../support/schema-arbitrary.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-bad-'));
const log: Record<string, unknown>[] = [];
let app: App;
let url = '';
const cookies = new Map<string, string>();
let ids = 0;

beforeAll(async () => {
  const environment = { DATA_DIR: folder, PORT: '0', SHIFT: '0', CLIENT_DIST: folder };
  app = await createApp(readConfig('demo', environment), {
    clock: systemClock(),
    random: randomBytes,
    log: createLog({ write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) }),
  });
  url = await app.listen();
  for (const login of ['agent', 'lead', 'centre1', 'crew1', 'supervisor', 'admin', 'wall']) {
    const response = await ask('POST', '/api/demo/session', { body: { login } });
    cookies.set(login, response.headers['set-cookie']?.[0]?.split(';')[0] ?? '');
  }
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly code: unknown;
}

interface Asking {
  readonly as?: string;
  readonly body?: unknown;
  /** Sent as it stands instead of `body`; an empty header is left out, the origin too. */
  readonly bytes?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Plain HTTP, because `fetch` would not say what a bad client says. */
function ask(method: string, path: string, { as, body, bytes, headers = {} }: Asking = {}): Promise<Answered> {
  const sent = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const asking = request(`${url}${path}`, {
      method,
      headers: {
        ...(headers['origin'] === undefined ? { origin: url } : {}),
        ...(sent === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
        ...(as === undefined ? {} : { cookie: cookies.get(as) ?? '' }),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      },
    });
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
        const answer: unknown = isJson ? JSON.parse(text) : null;
        const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code });
      });
    });
    asking.on('error', reject);
    asking.end(sent);
  });
}

async function head(): Promise<number> {
  const board = await ask('GET', '/api/board', { as: 'lead' });
  return (JSON.parse(board.text) as { cursor: number }).cursor;
}

/** Refused with this code and its status, and nothing was written. */
async function expectRefused(code: string, asked: () => Promise<Answered>): Promise<Answered> {
  const before = await head();
  const answered = await asked();
  expect(answered.code, answered.text).toBe(code);
  expect(answered.status).toBe(STATUS_OF[code as keyof typeof STATUS_OF]);
  expect(await head()).toBe(before);
  return answered;
}

/** Either a yes or a refusal of ours that changed nothing; never a fault. */
function expectPlain(answered: Answered, what: unknown): void {
  const isFine = answered.status < 300 || (answered.status < 500 && REFUSAL_CODES.includes(answered.code as 'fault'));
  expect(isFine, `${JSON.stringify(what)}: ${answered.status} ${answered.text}`).toBe(true);
}

function nextId(): string {
  ids += 1;
  return `bad-${ids}`;
}

function openBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    commandId: nextId(),
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
    faultClass: 'low-voltage',
    faultText: '无电',
    caller: null,
    ...change,
  };
}

const open = (change: Record<string, unknown>, as = 'agent') =>
  ask('POST', '/api/tickets', { as, body: openBody(change) });

async function opened(): Promise<string> {
  const answered = await open({});
  return (JSON.parse(answered.text) as CommandAnswer).ticketId;
}

function command(ticketId: string, action: unknown, as = 'lead', change: Record<string, unknown> = {}) {
  const body = { commandId: nextId(), expectedRevision: null, action, ...change };
  return ask('POST', `/api/tickets/${ticketId}/commands`, { as, body });
}

const ISSUE = { type: 'issue', centreId: 'centre-inner' };

describe('a body that is not what was agreed', () => {
  test.each<[string, Record<string, unknown>]>([
    ['an unknown field', { priority: 1 }],
    ['an unknown field inside', { place: { lon: 116.4, lat: 39.9, street: 'x', area: '', floor: 3 } }],
    ['a missing field', { areaClass: undefined }],
    ['a number for a text', { faultText: 7 }],
    ['a list for an object', { place: [] }],
    ['a word that is none of ours', { faultClass: 'sabotage' }],
    ['a place off the globe', { place: { lon: 999, lat: 39.9, street: 'x', area: '' } }],
    ['an empty text', { faultText: '   ' }],
    ['a control character', { faultText: 'a\u0000b' }],
    ['a text too long', { faultText: 'x'.repeat(301) }],
    ['an id with a space', { commandId: 'a b' }],
    ['an id too long', { commandId: 'x'.repeat(65) }],
    ['a time of another age', { callEndedAt: 12 }],
    ['half a millisecond', { callEndedAt: Date.now() - 0.5 }],
    ['too many steps', { paper: { at: Date.now() - HOUR, steps: Array(13).fill({ point: 'C', at: Date.now() }) } }],
    ['a phone number of letters', { caller: { name: 'x', phone: 'call me', address: '', note: '' } }],
  ])('[F14] %s', async (_what, change) => {
    await expectRefused('malformed', () => open(change));
  });

  test.each<[string, string | Buffer, Record<string, string>]>([
    ['no JSON', '{"commandId":', {}],
    ['nothing', '', {}],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), {}],
    ['a bare word', 'true', {}],
    ['a body nested five thousand times', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, {}],
    ['a key that means the prototype', JSON.stringify(openBody()).replace('{', '{"__proto__":{"role":"admin"},'), {}],
    ['another kind of content', 'commandId=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['XML', '<ticket/>', { 'content-type': 'application/xml' }],
  ])('[F14] %s', async (_what, bytes, headers) => {
    await expectRefused('malformed', () => ask('POST', '/api/tickets', { as: 'agent', bytes, headers }));
  });

  test('[F14] a body too large is not read', async () => {
    const bytes = JSON.stringify(openBody({ faultText: 'x'.repeat(300_000) }));
    await expectRefused('too-large', () => ask('POST', '/api/tickets', { as: 'agent', bytes }));
  });

  test.each(['%00', '..%2f..%2fetc', 'x'.repeat(65), '%F0%9F%9A%92', "t1'--", 'nothing'])(
    '[F14] a ticket that is named %s',
    async (id) => {
      for (const path of [`/api/tickets/${id}`, `/api/tickets/${id}/caller?purpose=x`]) {
        const answered = await ask('GET', path, { as: 'lead' });
        expect(['ticket-unknown', 'malformed', 'not-found']).toContain(answered.code);
      }
      const commanded = await command(id, ISSUE);
      expect(['ticket-unknown', 'malformed', 'not-found']).toContain(commanded.code);
    },
  );

  test.each([
    '/api/tickets?limit=0',
    '/api/tickets?limit=1e9',
    '/api/tickets?state=lost',
    '/api/tickets?text=a&text=b',
    '/api/tickets?unknown=1',
    '/api/late-hops?from=-1',
    '/api/late-hops?from=yesterday',
    '/api/late-hops?segment=AH',
    '/api/late-hops?limit=NaN',
  ])('[F14] the question %s', async (path) => {
    await expectRefused('malformed', () => ask('GET', path, { as: 'lead' }));
  });

  test('[F14] a text to search for is taken as it stands', async () => {
    for (const text of ["' OR 1=1 --", '%', '_', '\\', '\u0000', '😀']) {
      const answered = await ask('GET', `/api/tickets?text=${encodeURIComponent(text)}`, { as: 'lead' });
      expectPlain(answered, text);
      if (answered.status === 200) expect(JSON.parse(answered.text)).toEqual({ tickets: [] });
    }
  });
});

describe('a time that cannot be', () => {
  const entered = (at: number) => ({ at, evidence: 'entered-by-dispatcher' });

  test('[T4] the future is refused, in an opening, on paper, in a decision and in a correction', async () => {
    const later = Date.now() + HOUR;
    await expectRefused('time-in-future', () => open({ callEndedAt: later }));
    await expectRefused('time-in-future', () => open({ paper: { at: later, steps: [] } }));
    const id = await opened();
    await expectRefused('time-in-future', () => command(id, { ...ISSUE, entered: entered(later) }));
    const correction = { type: 'correct', point: 'A', issueNo: null, legNo: null, at: later, reason: 'x' };
    await expectRefused('time-in-future', () => command(id, correction));
  });

  test('[T7] what is older than three days is refused', async () => {
    const long = Date.now() - 73 * HOUR;
    await expectRefused('time-too-old', () => open({ paper: { at: long, steps: [] } }));
  });

  test('[T1] a step before the one before it is refused, and nothing of the paper is written', async () => {
    const at = Date.now() - HOUR;
    const B = { point: 'B', at: at + 5 * MINUTE, centreId: 'centre-inner' };
    const D = { point: 'D', at: at + 4 * MINUTE, crewId: 'crew-qianmen', vehicleId: 'vehicle-01' };
    const H = { point: 'H', at: at + 9 * MINUTE };
    await expectRefused('time-contradicts', () => open({ paper: { at, steps: [B, D] } }));
    await expectRefused('time-contradicts', () => open({ paper: { at: at + 6 * MINUTE, steps: [B] } }));
    await expectRefused('not-issued', () => open({ paper: { at, steps: [D] } }));
    await expectRefused('leg-unknown', () => open({ paper: { at, steps: [B, H] } }));
    const id = await opened();
    await expectRefused('time-contradicts', () => command(id, { ...ISSUE, entered: entered(at) }));
  });
});

describe('a decision that does not fit the ticket', () => {
  test('[T6] a revision that was overtaken, or never was', async () => {
    const id = await opened();
    await expectRefused('stale-revision', () => command(id, ISSUE, 'lead', { expectedRevision: 0 }));
    await expectRefused('stale-revision', () => command(id, ISSUE, 'lead', { expectedRevision: 99 }));
    expect((await command(id, ISSUE, 'lead', { expectedRevision: 1 })).status).toBe(200);
    await expectRefused('stale-revision', () =>
      command(id, { type: 'cancel', reason: 'mistake', text: '' }, 'lead', { expectedRevision: 1 }),
    );
  });

  test('[T1] names that nobody has', async () => {
    const id = await opened();
    await expectRefused('centre-unknown', () => command(id, { type: 'issue', centreId: 'nowhere' }));
    await expectRefused('centre-unknown', () => command(id, { type: 'issue', centreId: 'crew-qianmen' }));
    await command(id, ISSUE);
    const dispatch = { type: 'dispatch', crewId: 'crew-qianmen', vehicleId: 'vehicle-01', supportVehicleIds: [] };
    const dispatched = (change: object) => () => command(id, { ...dispatch, ...change }, 'centre1');
    await expectRefused('crew-unknown', dispatched({ crewId: 'centre-inner' }));
    await expectRefused('vehicle-unknown', dispatched({ vehicleId: 'vehicle-99' }));
    await expectRefused('vehicle-unknown', dispatched({ supportVehicleIds: ['vehicle-99'] }));
    await expectRefused('vehicle-not-of-crew', dispatched({ vehicleId: 'vehicle-30' }));
    const call = { type: 'record-call', key: 'x', outcome: 'no-answer', note: '' };
    await expectRefused('contact-unknown', () => command(id, { ...call, contactId: 'nobody' }));
    const contactId = 'contact-centre-inner-duty';
    await expectRefused('feedback-unknown', () => command(id, { ...call, contactId }));
    await expectRefused('alarm-unknown', () => command(id, { type: 'acknowledge-alarm', key: 'x' }));
    await expectRefused('leg-unknown', () => command(id, { type: 'arrive', legNo: 7 }, 'centre1'));
  });

  test('[T2] the id of another decision', async () => {
    const id = await opened();
    const commandId = nextId();
    expect((await command(id, ISSUE, 'lead', { commandId })).status).toBe(200);
    await expectRefused('command-id-reused', () =>
      command(id, { type: 'cancel', reason: 'mistake', text: '' }, 'lead', { commandId }),
    );
    const again = await command(id, ISSUE, 'lead', { commandId });
    expect(again.status).toBe(200);
  });

  test('[T2] a repeated decision gets its answer although the vehicle has gone off duty since', async () => {
    const id = await opened();
    await command(id, ISSUE);
    const dispatch = { type: 'dispatch', crewId: 'crew-qianmen', vehicleId: 'vehicle-02', supportVehicleIds: [] };
    const commandId = nextId();
    const first = await command(id, dispatch, 'centre1', { commandId });
    expect(first.status).toBe(200);
    const token = await tokenOf('vehicle-02');
    const vehicle = vehicleClient({ url, token });
    await vehicle.connect();
    expect(await vehicle.say({ type: 'duty', duty: 'off-duty' })).toMatchObject({ ok: true });
    vehicle.cut();
    const again = await command(id, dispatch, 'centre1', { commandId });
    expect(again.text).toBe(first.text);
  });
});

describe('somebody who should not ask', () => {
  test('a foreign page, a foreign name, no origin at all', async () => {
    const body = openBody();
    const asked = (headers: Record<string, string>) => () =>
      ask('POST', '/api/tickets', { as: 'agent', body, headers });
    await expectRefused('foreign-origin', asked({ origin: 'https://elsewhere.example' }));
    await expectRefused('foreign-origin', asked({ origin: 'null' }));
    for (const site of ['cross-site', 'same-site']) {
      await expectRefused('foreign-origin', asked({ origin: '', 'sec-fetch-site': site }));
    }
    await expectRefused('foreign-origin', asked({ origin: '' }));
    await expectRefused('foreign-host', asked({ host: 'elsewhere.example' }));
  });

  test('nobody, an invented session, and a token that was revoked', async () => {
    const post = (headers: Record<string, string>) => () => ask('POST', '/api/tickets', { body: openBody(), headers });
    await expectRefused('not-signed-in', post({}));
    await expectRefused('not-signed-in', post({ cookie: `faultline=${'x'.repeat(43)}` }));
    await expectRefused('not-signed-in', post({ authorization: 'Bearer nonsense' }));
    const token = await tokenOf('vehicle-40');
    const vehicle = vehicleClient({ url, token });
    await vehicle.connect();
    const closed = vehicle.closed();
    await ask('POST', '/api/organisation/vehicles/vehicle-40/revoke', { as: 'admin' });
    expect((await closed).code).toBe(4001);
    await expectRefused('token-revoked', post({ authorization: `Bearer ${token}` }));
    const port = Number(new URL(url).port);
    expect(await refusedUpgrade({ port }, '/vehicle/ws', { authorization: `Bearer ${token}` })).toEqual({
      status: STATUS_OF['token-revoked'],
      code: 'token-revoked',
    });
  });
});

async function tokenOf(vehicleId: string): Promise<string> {
  const answered = await ask('POST', '/api/demo/vehicle', { body: { vehicleId } });
  return (JSON.parse(answered.text) as { token: string }).token;
}

const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

describe('whatever comes', () => {
  test('[F14] bodies like those of an opening are taken or refused, never a fault, and a refusal writes nothing', async () => {
    const schema = jsonSchemaOf(openBodySchema);
    const bodies = fc.oneof(brokenLike(schema), shapedLike(schema));
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom('agent', 'lead', 'crew1'), async (body, as) => {
        const before = await head();
        const answered = await ask('POST', '/api/tickets', { as, body });
        expectPlain(answered, body);
        if (answered.status !== 200) expect(await head()).toBe(before);
      }),
      { numRuns: 150 },
    );
  });

  test('[F14] decisions of every kind on tickets in every state', async () => {
    const tickets = [await opened(), await opened(), 'nothing'];
    await command(tickets[1] ?? '', ISSUE);
    const asked = new Set<string>();
    const action = jsonSchemaOf(personalActionSchema);
    const body = fc.oneof(
      brokenLike(jsonSchemaOf(commandBodySchema)),
      fc.record({
        commandId: fc.uuid(),
        expectedRevision: fc.option(fc.integer({ min: 0, max: 9 })),
        action: fc.oneof({ weight: 4, arbitrary: shapedLike(action) }, { weight: 1, arbitrary: brokenLike(action) }),
      }),
    );
    const people = fc.constantFrom('agent', 'lead', 'centre1', 'crew1', 'supervisor', 'admin', 'wall');
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(...tickets), people, async (sent, id, as) => {
        const before = await head();
        const answered = await ask('POST', `/api/tickets/${id}/commands`, { as, body: sent });
        expectPlain(answered, sent);
        if (answered.status !== 200) expect(await head()).toBe(before);
        asked.add(String((sent as { action?: { type?: unknown } } | null)?.action?.type));
      }),
      { numRuns: 300 },
    );
    expect(PERSONAL_COMMANDS.filter((type) => !asked.has(type))).toEqual([]);
  });

  test('[F14] words of a vehicle: each with an id is answered by it, and a no writes nothing', async () => {
    const schema = jsonSchemaOf(vehicleMessageSchema);
    const token = await tokenOf('vehicle-03');
    const vehicle = vehicleClient({ url, token });
    await vehicle.connect();
    const before = await head();
    const words = fc.sample(fc.oneof(shapedLike(schema), brokenLike(schema)), { numRuns: 120, seed: 5 });
    for (const word of words) {
      // The duty is the vehicle's own to change.
      if (typeof word === 'object' && word !== null && 'type' in word && word.type === 'duty') continue;
      vehicle.send(word as object);
    }
    expect(await vehicle.say({ type: 'accept', ticketId: 'nothing', legNo: 1, claimedAt: Date.now() })).toMatchObject({
      ok: false,
      refusal: { code: 'ticket-unknown' },
    });
    const answers = vehicle.heard.flatMap((message) => (message.type === 'answer' && !message.ok ? [message] : []));
    expect(answers.length).toBeGreaterThan(5);
    for (const { refusal } of answers) expect(REFUSAL_CODES).toContain(refusal.code);
    expect(await head()).toBe(before);
    vehicle.cut();
  });

  test('nothing of all this was a fault of ours', () => {
    expect(log.filter(({ level }) => Number(level) >= 50).slice(0, 3)).toEqual([]);
  });
});
