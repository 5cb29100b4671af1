import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, pid, stdout } from 'node:process';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { CommandAnswer, OpenBody, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Random } from '../simulation/support/random.ts';
import { randomOf } from '../simulation/support/random.ts';
import type { Audit } from '../support/ledger.ts';
import { auditFiles, createLedger } from '../support/ledger.ts';
import type { ServerProcess } from '../support/process.ts';
import { startServerProcess } from '../support/process.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

/** Each costs a start of the whole product; a soak asks for more. */
const KILLS = Number(env['KILLS'] ?? 12);
const SEED = Number(env['KILL_SEED'] ?? 1);
/** Tickets that are worked on side by side. */
const DESKS = 8;
const VEHICLES = ['vehicle-01', 'vehicle-02', 'vehicle-03', 'vehicle-04'] as const;
const CREW = 'crew-qianmen';
/** A request that has failed this often on one server is not the fault of a kill. */
const MAX_TRIES = 20;

const dataDir = mkdtempSync(join(tmpdir(), 'faultline-kill-'));
/** Below the ports that outgoing connections get, so that nobody takes it between two starts. */
const port = 20_000 + (pid % 10_000);
const ledger = createLedger();
let server: ServerProcess;
/** Resolves when somebody answers; a new promise with each kill. */
let up = Promise.withResolvers<void>();
/** Called with each command that leaves. */
let onSent = (): void => {};
let onAnswered = (): void => {};
let isOver = false;

beforeAll(async () => {
  server = await startServerProcess({ dataDir, port });
  up.resolve();
});
afterAll(async () => {
  await server.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

async function post(path: string, cookie: string, body: unknown): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url, cookie },
    body: JSON.stringify(body),
  });
}

/** Says it until it is answered, as a desk with an outbox would. */
async function insist(path: string, cookie: string, body: { readonly commandId: string }): Promise<CommandAnswer> {
  let tries = 0;
  let asked = server;
  for (;;) {
    await up.promise;
    tries = asked === server ? tries + 1 : 1;
    asked = server;
    onSent();
    const response = await post(path, cookie, body).catch(() => null);
    const answer: unknown = await response?.json().catch(() => null);
    if (response?.ok && answer !== null) {
      ledger.answers.set(body.commandId, answer as CommandAnswer);
      onAnswered();
      return answer as CommandAnswer;
    }
    const isOurFault = response !== null && response.status < 500;
    if (isOurFault || tries > MAX_TRIES) throw new Error(`${body.commandId}: ${JSON.stringify(answer)}`);
  }
}

async function signIn(login: string): Promise<string> {
  const response = await post('/api/demo/session', '', { login });
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function tokenOf(vehicleId: string): Promise<string> {
  const response = await post('/api/demo/vehicle', '', { vehicleId });
  return ((await response.json()) as { token: string }).token;
}

type Vehicle = ReturnType<typeof vehicleClient> & { readonly id: string };
type Cookies = Readonly<Record<'agent' | 'lead' | 'centre1', string>>;

/** @param ageMs a ticket that is older than nothing was taken on paper. */
function opening(commandId: string, random: Random, ageMs: number): OpenBody {
  const at = Date.now() - ageMs;
  const steps = [
    { point: 'B' as const, at: at + SECOND, centreId: 'centre-inner' },
    { point: 'C' as const, at: at + 2 * SECOND },
  ].slice(0, random.below(3));
  return {
    commandId,
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
    faultClass: 'low-voltage',
    faultText: commandId,
    caller: { name: commandId, phone: '00000000101', address: '1-2-3', note: '' },
    ...(ageMs > 0 ? { paper: { at, steps } } : {}),
  };
}

/** One ticket from the call to the return visit, whatever happens to the server meanwhile. */
async function story(name: string, random: Random, cookies: Cookies, vehicle: Vehicle): Promise<void> {
  // Some tickets stay where they are, so that something is always about to fall due.
  const isLeft = random.chance(0.35);
  const ageMs = isLeft ? random.pick([88 * SECOND, 118 * SECOND, 4 * MINUTE - SECOND, 44 * MINUTE]) : 0;
  const body = opening(`${name}-open`, random, ageMs);
  ledger.openings.set(body.commandId, body);
  const { ticketId } = await insist('/api/tickets', cookies.agent, body);
  if (isLeft) return;
  const decide = (who: keyof Cookies, action: PersonalAction) =>
    insist(`/api/tickets/${ticketId}/commands`, cookies[who], {
      commandId: `${name}-${action.type}`,
      expectedRevision: null,
      action,
    } as { commandId: string });
  const tell = async (type: string, event: 'delivered-to-crew' | 'accepted' | 'departed' | 'arrived' | 'cleared') => {
    onSent();
    const word = { type, ticketId, legNo: 1, claimedAt: Date.now() };
    const answer = await vehicle.say(word);
    if (!answer.ok) throw new Error(`${name} ${type}: ${answer.refusal.code}`);
    ledger.words.set(`${vehicle.id}:${answer.id}`, { ticketId, type: event });
    onAnswered();
  };
  await decide('lead', { type: 'issue', centreId: 'centre-inner' });
  if (random.chance(0.5)) await decide('centre1', { type: 'take' });
  await decide('centre1', { type: 'dispatch', crewId: CREW, vehicleId: vehicle.id, supportVehicleIds: [] });
  await tell('receipt', 'delivered-to-crew');
  await tell('accept', 'accepted');
  await tell('depart', 'departed');
  await tell('arrive', 'arrived');
  await tell('clear', 'cleared');
  await decide('centre1', { type: 'record', record: { found: '熔断', cause: '过负荷', done: '更换' } });
  await decide('agent', { type: 'close' });
}

/** Kills at a moment that nobody has chosen, and starts again; meanwhile looks at what the dead one has left. */
async function killOnce(random: Random, vehicles: readonly Vehicle[], last: Audit & { startedAt: number }) {
  const sent = Promise.withResolvers<void>();
  let left = random.between(5, 90);
  onSent = () => {
    left -= 1;
    if (left === 0) sent.resolve();
  };
  await sent.promise;
  for (let turn = random.below(4); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
  up = Promise.withResolvers();
  onAnswered = () => {};
  await server.kill();
  const known = { ids: new Set(last.tickets.keys()), startedAt: last.startedAt };
  // Before the next one touches the files; what is still on its way to us was not answered by a living one.
  const auditing = auditFiles(dataDir, ledger, known);
  const startedAt = Date.now();
  server = await startServerProcess({ dataDir, port });
  const readyMs = Date.now() - startedAt;
  const first = Promise.withResolvers<number>();
  onAnswered = () => first.resolve(Date.now() - startedAt);
  for (const vehicle of vehicles) void vehicle.connect();
  up.resolve();
  const audit = await auditing;
  expect(audit.problems).toEqual([]);
  return { ...audit, startedAt, readyMs, firstCommitMs: await first.promise };
}

/** What the audit says of a journal without its newest row, an answer and a due time. */
async function expectAuditBites(known: Parameters<typeof auditFiles>[2]): Promise<void> {
  const database = openDatabase(join(dataDir, 'faultline.db'));
  const answered = [...ledger.answers.keys()].at(-1);
  database.raw.prepare('DELETE FROM command WHERE id = ?').run(answered);
  database.raw.exec(
    'UPDATE ticket SET due_at = due_at + 1 WHERE id IN (SELECT id FROM ticket WHERE due_at > 0 LIMIT 1)',
  );
  database.raw.exec('DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)');
  database.close();
  const said = (await auditFiles(dataDir, ledger, known)).problems.join('\n');
  for (const problem of [`the answer of ${answered} is lost`, 'seq is not dense', 'is missing', 'instead of']) {
    expect(said).toContain(problem);
  }
}

test(
  `[F1] ${KILLS} kills under load: what was answered is there, once and whole, and no duty is missed`,
  async () => {
    const random = randomOf(SEED);
    const [agent, lead, centre1, supervisor] = [
      await signIn('agent'),
      await signIn('lead'),
      await signIn('centre1'),
      await signIn('supervisor'),
    ];
    const vehicles = await Promise.all(
      VEHICLES.map(async (id) => ({ id, ...vehicleClient({ url: server.url, token: await tokenOf(id) }) })),
    );
    await Promise.all(vehicles.map((vehicle) => vehicle.connect()));
    const desks = Array.from({ length: DESKS }, async (_, desk) => {
      const mine = randomOf(SEED * 1_000 + desk);
      const vehicle = vehicles[desk % vehicles.length];
      for (let no = 1; !isOver && vehicle; no += 1) {
        await story(`d${desk}n${no}`, mine, { agent, lead, centre1 }, vehicle);
      }
    });
    const working = Promise.all(desks);
    let last = { ...(await auditFiles(dataDir, ledger, { ids: new Set(), startedAt: 0 })), startedAt: Date.now() };
    const readyMs: number[] = [];
    const firstCommitMs: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const told = await Promise.race([
        killOnce(random, vehicles, last),
        working.then(() => Promise.reject(new Error('the desks have stopped working'))),
      ]);
      readyMs.push(told.readyMs);
      firstCommitMs.push(told.firstCommitMs);
      last = told;
    }
    isOver = true;
    await working;
    const check = await fetch(`${server.url}/api/journal/check`, { headers: { cookie: supervisor } });
    const repeated = [...ledger.openings.values()].slice(-20);
    for (const body of repeated) {
      const first = ledger.answers.get(body.commandId);
      expect(await insist('/api/tickets', agent, body)).toEqual(first);
    }
    expect(await server.stop()).toBe(0);
    const known = { ids: new Set(last.tickets.keys()), startedAt: last.startedAt };
    const audit = await auditFiles(dataDir, ledger, known);
    expect(audit.problems).toEqual([]);
    expect(await check.json()).toMatchObject({ findings: [] });
    expect(ledger.answers.size + ledger.words.size).toBeGreaterThan(KILLS * 5);
    expect([...audit.tickets.values()].flatMap(({ fired }) => Object.keys(fired)).length).toBeGreaterThan(KILLS);
    await expectAuditBites(known);
    const spread = (values: readonly number[]) => {
      const sorted = [...values].sort((a, b) => a - b);
      return `median ${sorted[Math.floor(sorted.length / 2)]} ms, worst ${sorted.at(-1)} ms`;
    };
    stdout.write(
      `${KILLS} kills, ${ledger.answers.size} answers, ${ledger.words.size} words, ${audit.head} rows; ` +
        `start to ready: ${spread(readyMs)}; start to first commit: ${spread(firstCommitMs)}\n`,
    );
  },
  KILLS * 15_000 + 60_000,
);
