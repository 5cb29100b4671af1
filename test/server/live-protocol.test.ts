import { readFileSync } from 'node:fs';
import { protocolRoutes } from '@faultline/server/src/live/protocol-routes.ts';
import type { ConsoleToServer, ServerToConsole } from '@faultline/shared/wire/live.ts';
import { journalRowSchema, LIVE_PATH, MAX_PULL, receiptSchema, sinceSchema } from '@faultline/shared/wire/live.ts';
import type { PhoneWord } from '@faultline/shared/wire/phone.ts';
import { MAX_PHONE_FRAME, PHONE_CLOSE, PHONE_PATH, phoneMessageSchema } from '@faultline/shared/wire/phone.ts';
import { callerSchema, ticketSchema } from '@faultline/shared/wire/ticket.ts';
import type { ServerToVehicle } from '@faultline/shared/wire/vehicle.ts';
import {
  MAX_VEHICLE_FRAME,
  VEHICLE_CLOSE,
  VEHICLE_PATH,
  vehicleMessageSchema,
} from '@faultline/shared/wire/vehicle.ts';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { LiveServer } from '../support/live-server.ts';
import { dispatch, issue, open, startLiveServer } from '../support/live-server.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

const text = readFileSync(new URL('../../server/asyncapi.yaml', import.meta.url), 'utf8');

interface Described {
  readonly name: string;
  readonly payload: unknown;
}
interface Document {
  readonly asyncapi: string;
  readonly channels: Record<string, { address: string; description: string; messages: Record<string, unknown> }>;
  readonly operations: Record<string, { messages: { $ref: string }[] }>;
  readonly components: { messages: Record<string, Described>; schemas: Record<string, unknown> };
}
const document: Document = parse(text);

function resolve(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), document);
}

/** A schema with its references put in and its descriptions taken out, as one that was made from zod has neither. */
function bare(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(bare);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('$ref' in schema && typeof schema.$ref === 'string') return bare(resolve(schema.$ref));
  const kept = Object.entries(schema).filter(
    ([key, value]) => key !== '$schema' && !(key === 'description' && typeof value === 'string'),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'required' ? [...(value as string[])].sort() : bare(value)]),
  );
}

function described(who: string): Record<string, unknown> {
  const messages = Object.entries(document.components.messages).filter(([key]) => key.startsWith(`${who}.`));
  return Object.fromEntries(messages.map(([, { name, payload }]) => [name, bare(payload)]));
}

function fromZod(schema: z.ZodType): unknown {
  return bare(z.toJSONSchema(schema, { io: 'input' }));
}

describe('the document and the schemas say the same', () => {
  test('[F14] every word of a vehicle, field by field', () => {
    const schemas = vehicleMessageSchema.options.map((option) => [option.shape.type.value, fromZod(option)] as const);
    expect(described('vehicle-says')).toEqual(Object.fromEntries(schemas));
  });

  test('[F14] every word of a duty phone, field by field', () => {
    const schemas = phoneMessageSchema.options.map((option) => [option.shape.type.value, fromZod(option)] as const);
    expect(described('phone-says')).toEqual(Object.fromEntries(schemas));
  });

  test('[F14] every word of a console, field by field', () => {
    const payloads: Record<keyof ConsoleToServer, unknown> = {
      since: fromZod(sinceSchema),
      receipt: fromZod(receiptSchema),
      clock: { type: 'null' },
    };
    expect(described('console-says')).toEqual(payloads);
  });

  test('[F14] every word of the server', () => {
    // Total records: a new message does not compile until it stands here.
    const toVehicle: Record<ServerToVehicle['type'], true> = {
      welcome: true,
      leg: true,
      clock: true,
      answer: true,
      malformed: true,
    };
    const toConsole: Record<keyof ServerToConsole, true> = {
      events: true,
      head: true,
      positions: true,
      escalation: true,
      'signed-out': true,
    };
    const toPhone: Record<PhoneWord['type'], true> = {
      welcome: true,
      ring: true,
      answered: true,
      say: true,
      stopped: true,
      ping: true,
      malformed: true,
    };
    expect(Object.keys(described('phone-hears')).sort()).toEqual(Object.keys(toPhone).sort());
    expect(Object.keys(described('vehicle-hears')).sort()).toEqual(Object.keys(toVehicle).sort());
    expect(Object.keys(described('console-hears')).sort()).toEqual(Object.keys(toConsole).sort());
  });

  test('[F14] the ticket, the caller and the rows have the fields of the wire', () => {
    const inCode = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    expect(resolve('#/components/schemas/Ticket/required')).toEqual(inCode(ticketSchema).required);
    const caller = '#/components/schemas/VehicleLeg/properties/caller/oneOf/1/required';
    expect(resolve(caller)).toEqual(inCode(callerSchema).required);
    const rows = inCode(journalRowSchema).oneOf ?? [];
    expect(rows).toHaveLength(3);
    for (const [at, row] of rows.entries()) {
      expect(resolve(`#/components/schemas/JournalRow/oneOf/${at}`)).toMatchObject({ required: row.required });
    }
  });

  test('[F13] addresses, limits and close codes are those of the code', () => {
    const { vehicle, phone, console: live } = document.channels;
    expect(phone?.address).toBe(PHONE_PATH);
    for (const code of Object.values(PHONE_CLOSE)) expect(phone?.description).toContain(String(code));
    expect(phone?.description).toContain(MAX_PHONE_FRAME.toLocaleString('en'));
    expect(vehicle?.address).toBe(VEHICLE_PATH);
    expect(live?.address).toBe(LIVE_PATH);
    for (const code of Object.values(VEHICLE_CLOSE)) expect(vehicle?.description).toContain(String(code));
    expect(vehicle?.description).toContain(MAX_VEHICLE_FRAME.toLocaleString('en'));
    expect(text).toContain(`at most ${MAX_PULL} rows`);
  });

  test('[F14] every reference leads somewhere, every message is in a channel and an operation', () => {
    const references = [...text.matchAll(/\$ref: ["']([^"']+)["']/g)].map(([, pointer = '']) => pointer);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((pointer) => resolve(pointer) === undefined)).toEqual([]);
    const inChannels = Object.entries(document.channels).flatMap(([name, { messages }]) =>
      Object.keys(messages).map((key) => `${name}-${key}`),
    );
    expect(inChannels.sort()).toEqual(Object.keys(document.components.messages).sort());
    const inOperations = Object.values(document.operations).flatMap(({ messages }) => messages.map(({ $ref }) => $ref));
    expect(new Set(inOperations).size).toBe(inChannels.length);
  });
});

test('the document is served to everybody', async () => {
  const app = Fastify();
  await app.register(protocolRoutes);
  const { statusCode, headers, body } = await app.inject('/api/asyncapi.yaml');
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toContain('application/yaml');
  expect(body).toBe(text);
  await app.close();
});

describe('the sample client', () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startLiveServer();
  });
  afterAll(() => server.stop());

  test('[T2] keeps its words through a cut and settles every one of them', async () => {
    await server.submit('t1', open('t1'));
    await server.submit('t1', issue());
    await server.submit('t1', dispatch());
    const client = vehicleClient({ url: server.origin, token: 'v1', now: server.clock.now });
    const about = () => ({ ticketId: 't1', legNo: 1, claimedAt: server.clock.now() });
    const early = client.say({ type: 'receipt', ...about() });
    await client.connect();
    expect(await early).toMatchObject({ ok: true });
    const cut = client.say({ type: 'accept', ...about() });
    client.cut();
    const later = client.say({ type: 'depart', ...about() });
    expect(client.outbox.size).toBe(2);
    await client.connect();
    expect(await Promise.all([cut, later])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(client.outbox.size).toBe(0);
    const leg = (await server.store.ticket('t1'))?.legs[0];
    expect([leg?.E, leg?.F, leg?.G].every((stamp) => stamp != null)).toBe(true);
    client.cut();
  });
});
