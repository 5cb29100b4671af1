import { SECOND } from '@faultline/shared/time.ts';
import { contactsAnswerSchema, ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WholeApp } from '../support/whole-app.ts';
import { openWholeApp } from '../support/whole-app.ts';

/** What an office is told and what its word is worth, asked of the whole server over HTTP. */
const LOGINS = ['agent', 'lead', 'centre1', 'centre2', 'crew1', 'crew2', 'supervisor', 'admin', 'wall'] as const;
type Login = (typeof LOGINS)[number];

const CALLER = { name: '张三', phone: '13800000000', address: '东四北大街 5 号 3 单元', note: '' };
const REPORT = {
  areaClass: 'urban',
  place: { lon: 116.417123, lat: 39.929456, street: '东四北大街', area: '东城区' },
  faultClass: 'low-voltage',
  faultText: '全楼无电',
  caller: CALLER,
} as const;

let office: WholeApp;
let cookies: Record<Login, string>;
let ids = 0;

beforeAll(async () => {
  office = await openWholeApp();
  // Only a server that listens lets things fall due.
  await office.app.listen();
  return () => office.close();
});
/** Each test moves the clock, so each signs everybody in anew. */
beforeEach(async () => {
  const signedIn = await Promise.all(LOGINS.map(async (login) => [login, await office.cookieOf(login)] as const));
  cookies = Object.fromEntries(signedIn) as Record<Login, string>;
});

const get = (login: Login, path: string) => office.ask('GET', path, { cookie: cookies[login] });

function commandId(): string {
  ids += 1;
  return `offices-${String(ids).padStart(12, '0')}`;
}

async function open(more: object = {}): Promise<string> {
  const body = { ...REPORT, ...more, commandId: commandId() };
  const answer = await office.ask('POST', '/api/tickets', { cookie: cookies.agent, body });
  expect(answer.json()).toMatchObject({ ticketId: expect.any(String) });
  return answer.json().ticketId;
}

async function say(login: Login, id: string, action: object): Promise<void> {
  const { ticket } = ticketAnswerSchema.parse((await get('lead', `/api/tickets/${id}`)).json());
  const body = { commandId: commandId(), expectedRevision: ticket.revision, action };
  const answer = await office.ask('POST', `/api/tickets/${id}/commands`, { cookie: cookies[login], body });
  expect([login, action, answer.statusCode, answer.body]).toMatchObject([login, action, 200, expect.anything()]);
  await office.clock.settle(SECOND);
}

const issue = (id: string) => say('lead', id, { type: 'issue', centreId: 'centre-inner' });
const dispatch = (id: string) =>
  say('centre1', id, { type: 'dispatch', crewId: 'crew-qianmen', vehicleId: 'vehicle-01', supportVehicleIds: [] });

async function ticketOf(id: string) {
  return ticketAnswerSchema.parse((await get('lead', `/api/tickets/${id}`)).json()).ticket;
}

describe('the caller', () => {
  const readers = async (id: string): Promise<Login[]> => {
    const answers = await Promise.all(
      LOGINS.map(async (login) => [login, await get(login, `/api/tickets/${id}/caller?purpose=回电`)] as const),
    );
    return answers.filter(([, { statusCode }]) => statusCode === 200).map(([login]) => login);
  };

  test('[D3] is told to the offices that hold the ticket, and to no other', async () => {
    const id = await open();
    expect(await readers(id)).toEqual(['agent', 'lead']);
    await issue(id);
    expect(await readers(id)).toEqual(['agent', 'lead', 'centre1']);
    await dispatch(id);
    expect(await readers(id)).toEqual(['agent', 'lead', 'centre1', 'crew1']);
    expect((await get('centre2', `/api/tickets/${id}/caller?purpose=回电`)).json()).toEqual({ code: 'not-allowed' });
    await say('centre1', id, { type: 'recall', target: 'leg', no: 1, reason: 'mistake', text: '' });
    expect(await readers(id)).toEqual(['agent', 'lead', 'centre1']);
  });
});

describe('the number of a contact', () => {
  test('[F16] the numbers of another centre are not for a centre; those of a crew are', async () => {
    const statuses = async (login: Login) =>
      Promise.all(
        ['centre-inner', 'centre-chaoyang', 'crew-qianmen'].map(
          async (id) => (await get(login, `/api/contacts/${id}`)).statusCode,
        ),
      );
    for (const login of ['agent', 'lead', 'admin'] as const) expect(await statuses(login)).toEqual([200, 200, 200]);
    expect(await statuses('centre1')).toEqual([200, 403, 200]);
    expect(await statuses('centre2')).toEqual([403, 200, 200]);
    expect(await statuses('supervisor')).toEqual([403, 403, 403]);
    const { contacts } = contactsAnswerSchema.parse((await get('centre1', '/api/organisation/contacts')).json());
    const masked = new Set(contacts.filter(({ phone }) => phone.includes('*')).map((contact) => contact.departmentId));
    expect(masked).toContain('centre-chaoyang');
    expect(masked).not.toContain('centre-inner');
    expect(masked).not.toContain('crew-qianmen');
  });
});

describe('what a word is worth', () => {
  test('[T4] the end of the call that an agent states is no word of a telephone system', async () => {
    const at = office.clock.now() - 20 * SECOND;
    const { A } = await ticketOf(await open({ callEndedAt: at }));
    expect(A).toMatchObject({ at, evidence: 'entered-by-dispatcher' });
  });

  test('[T4] what a lead or a centre says for another office without a time was heard on the phone', async () => {
    const id = await open();
    await issue(id);
    await say('lead', id, { type: 'deliver-to-centre', issueNo: 1 });
    await dispatch(id);
    await say('centre1', id, { type: 'deliver-to-crew', legNo: 1 });
    await say('centre1', id, { type: 'accept', legNo: 1 });
    await say('crew1', id, { type: 'depart', legNo: 1 });
    await say('centre1', id, { type: 'arrive', legNo: 1 });
    await say('centre1', id, { type: 'clear', legNo: 1 });
    const ticket = await ticketOf(id);
    const [leg] = ticket.legs;
    expect(
      [ticket.issues[0]?.C, leg?.E, leg?.F, leg?.G, leg?.H, ticket.cleared].map((stamp) => stamp?.evidence),
    ).toEqual([
      'declared-by-phone',
      'declared-by-phone',
      'declared-by-phone',
      'device-online',
      'declared-by-phone',
      'declared-by-phone',
    ]);
    expect(leg?.F).toMatchObject({ claimedAt: null });
  });

  test('[T4] an office speaks for itself by its own device', async () => {
    const id = await open();
    await issue(id);
    await say('centre1', id, { type: 'deliver-to-centre', issueNo: 1 });
    await dispatch(id);
    await say('crew1', id, { type: 'deliver-to-crew', legNo: 1 });
    await say('crew1', id, { type: 'accept', legNo: 1 });
    const { issues, legs } = await ticketOf(id);
    expect([issues[0]?.C, legs[0]?.E, legs[0]?.F].map((stamp) => stamp?.evidence)).toEqual(
      Array.from({ length: 3 }, () => 'device-online'),
    );
  });
});
