import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@faultline/server/src/app.ts';
import { createApp } from '@faultline/server/src/app.ts';
import { readConfig } from '@faultline/server/src/config.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import type { Identity, PersonalCommand } from '@faultline/shared/access/access.ts';
import { COMMAND_ROLES, can, mayCommand, maySee, PERSONAL_COMMANDS } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { CommandAnswer, PersonalAction } from '@faultline/shared/wire/ticket.ts';
import { personalActionSchema } from '@faultline/shared/wire/ticket.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import type { Method } from '../support/office.ts';
import { cookieIn, countedRandom, requestOf } from '../support/office.ts';
import { opening } from '../support/store-unit.ts';

/** Everybody who can sign in, each office once as the ticket's own and once as another one's. */
const ASKERS: Readonly<Record<string, Identity>> = {
  agent: { role: 'agent', departmentId: 'service-centre' },
  lead: { role: 'lead', departmentId: 'service-centre' },
  centre1: { role: 'centre-dispatcher', departmentId: 'centre-inner' },
  centre2: { role: 'centre-dispatcher', departmentId: 'centre-chaoyang' },
  crew1: { role: 'crew', departmentId: 'crew-qianmen' },
  crew2: { role: 'crew', departmentId: 'crew-xidan' },
  supervisor: { role: 'supervisor', departmentId: null },
  admin: { role: 'admin', departmentId: null },
  wall: { role: 'wall', departmentId: null },
};

const DISPATCH = {
  type: 'dispatch',
  crewId: 'crew-qianmen',
  vehicleId: 'vehicle-01',
  supportVehicleIds: [],
} as const;

/** Each command with content that no fact stands against, so that only the right to it is asked. */
const ACTIONS: { readonly [Command in PersonalCommand]: Extract<PersonalAction, { type: Command }> } = {
  issue: { type: 'issue', centreId: 'centre-inner' },
  take: { type: 'take' },
  dispatch: { ...DISPATCH, supportVehicleIds: [] },
  'deliver-to-centre': { type: 'deliver-to-centre', issueNo: 1 },
  'deliver-to-crew': { type: 'deliver-to-crew', legNo: 1 },
  accept: { type: 'accept', legNo: 1 },
  depart: { type: 'depart', legNo: 1 },
  arrive: { type: 'arrive', legNo: 1 },
  clear: { type: 'clear', legNo: 1 },
  record: { type: 'record', record: { found: '熔断', cause: '过负荷', done: '更换' } },
  close: { type: 'close' },
  return: { type: 'return', target: 'leg', no: 1, reason: 'receiver-unable', text: '' },
  recall: { type: 'recall', target: 'leg', no: 1, reason: 'no-response', text: '' },
  cancel: { type: 'cancel', reason: 'mistake', text: '' },
  'confirm-recall': { type: 'confirm-recall', legNo: 1 },
  correct: { type: 'correct', point: 'A', issueNo: null, legNo: null, at: 1_700_000_000_000, reason: '核对' },
  'record-call': { type: 'record-call', key: 'k', contactId: 'contact-crew-qianmen-duty', outcome: 'busy', note: '' },
  'hold-calls': { type: 'hold-calls', key: 'k' },
  'release-calls': { type: 'release-calls', key: 'k' },
  'acknowledge-alarm': { type: 'acknowledge-alarm', key: 'k' },
};

/** A revision that no ticket ever had: who may decide is told so, and nothing changes. */
const NEVER = 0;

const folder = mkdtempSync(join(tmpdir(), 'faultline-matrix-'));
let app: App;
const cookies = new Map<string, string>();
const tickets = new Map<string, Ticket>();
let ids = 0;

async function ask(method: Method, url: string, login: string, body?: unknown) {
  const cookie = cookies.get(login) ?? '';
  return app.http.app.inject(requestOf(method, url, { cookie, ...(body === undefined ? {} : { body }) }));
}

async function command(login: string, ticketId: string, action: PersonalAction, expectedRevision: number | null) {
  ids += 1;
  const body = { commandId: `m${ids}`, expectedRevision, action };
  return ask('POST', `/api/tickets/${ticketId}/commands`, login, body);
}

/** A ticket that has gone this way; each step is a right of who takes it. */
async function ticketAfter(stage: string, ...steps: readonly (readonly [string, PersonalAction])[]): Promise<void> {
  const opened = await ask('POST', '/api/tickets', 'agent', {
    commandId: `open-${stage.replaceAll(' ', '-')}`,
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street: '前门大街', area: '东城区' },
    faultClass: 'low-voltage',
    faultText: '无电',
    caller: null,
  });
  const { ticketId } = opened.json<CommandAnswer>();
  for (const [login, action] of steps) expect((await command(login, ticketId, action, null)).statusCode).toBe(200);
  tickets.set(stage, (await ask('GET', `/api/tickets/${ticketId}`, 'lead')).json<{ ticket: Ticket }>().ticket);
}

beforeAll(async () => {
  const environment = { DATA_DIR: folder, PORT: '0', SHIFT: '0', CLIENT_DIST: folder };
  const log = createLog({ write: () => undefined });
  app = await createApp(readConfig('demo', environment), { clock: testClock(), random: countedRandom(folder), log });
  for (const login of Object.keys(ASKERS)) {
    cookies.set(login, cookieIn(await ask('POST', '/api/demo/session', '', { login })));
  }
  const issued = ['lead', ACTIONS.issue] as const;
  const dispatched = ['centre1', ACTIONS.dispatch] as const;
  await ticketAfter('opened');
  await ticketAfter('issued', issued);
  await ticketAfter('dispatched', issued, dispatched);
  await ticketAfter('arrived', issued, dispatched, ['crew1', ACTIONS.arrive]);
  await ticketAfter('leg recalled', issued, dispatched, ['centre1', ACTIONS.recall]);
  await ticketAfter('issue recalled', issued, ['lead', { ...ACTIONS.recall, target: 'issue' }]);
  await ticketAfter('cancelled', ['agent', ACTIONS.cancel]);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

function expected(asker: Identity, action: PersonalCommand, ticket: Ticket): string {
  if (!can(asker.role, 'ticket.read')) return 'not-allowed';
  if (!maySee(asker, ticket)) return 'ticket-unknown';
  return mayCommand(asker, action, ticket) ? 'stale-revision' : 'not-allowed';
}

describe('every command answers everybody as the access tables say', () => {
  test.each(Object.entries(ASKERS))('[F16] %s', async (login, asker) => {
    const head = async () => (await ask('GET', '/api/board', 'lead')).json<{ cursor: number }>().cursor;
    const before = await head();
    const wrong: string[] = [];
    for (const [stage, ticket] of tickets) {
      for (const type of PERSONAL_COMMANDS) {
        const answered = await command(login, ticket.id, ACTIONS[type], NEVER);
        const { code } = answered.json<{ code: string }>();
        const right = expected(asker, type, ticket);
        if (code !== right) wrong.push(`${type} on a ticket that is ${stage}: ${code} instead of ${right}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await head()).toBe(before);
  });

  test('[F16] the cells speak of each command and of each role that has one', () => {
    expect(personalActionSchema.options.map((option) => option.shape.type.value)).toEqual([...PERSONAL_COMMANDS]);
    for (const type of PERSONAL_COMMANDS) {
      for (const role of COMMAND_ROLES[type]) {
        const logins = Object.values(ASKERS).filter((asker) => asker.role === role);
        const cells = logins.flatMap((asker) => [...tickets.values()].map((ticket) => expected(asker, type, ticket)));
        expect(cells, `${type} by ${role}`).toContain('stale-revision');
      }
    }
  });

  test('[F16] an office that a ticket was never sent to decides nothing about it', () => {
    for (const ticket of tickets.values()) {
      for (const type of PERSONAL_COMMANDS) {
        for (const login of ['centre2', 'crew2'] as const) {
          const asker = ASKERS[login];
          expect(asker && expected(asker, type, ticket), `${login}: ${type}`).not.toBe('stale-revision');
        }
      }
    }
  });
});

describe('a ticket of another district', () => {
  const id = 'elsewhere';
  beforeAll(async () => {
    const database = openDatabase(join(folder, 'faultline.db'));
    await createJournalStore(database).commit(opening(id, { district: 'elsewhere', street: 'Canary Street' }));
    database.close();
  });

  test.each(Object.keys(ASKERS))('[F16] does not exist for %s', async (login) => {
    const codes = new Set<string>();
    for (const url of [`/api/tickets/${id}`, `/api/tickets/${id}/caller?purpose=x`]) {
      codes.add((await ask('GET', url, login)).json<{ code: string }>().code);
    }
    for (const type of PERSONAL_COMMANDS) {
      codes.add((await command(login, id, ACTIONS[type], null)).json<{ code: string }>().code);
    }
    for (const url of ['/api/tickets', '/api/board', '/api/late-hops']) {
      expect((await ask('GET', url, login)).body).not.toContain('Canary');
    }
    codes.delete('not-allowed');
    codes.delete('ticket-unknown');
    expect([...codes]).toEqual([]);
  });
});
