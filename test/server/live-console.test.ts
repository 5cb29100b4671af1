import { once } from 'node:events';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { JournalRow, PositionFrame } from '@faultline/shared/wire/live.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ConsoleSocket } from '../support/console-client.ts';
import { bareSocket, connectConsole, followJournal } from '../support/console-client.ts';
import type { LiveServer } from '../support/live-server.ts';
import { CALLER, dispatch, fixAt, issue, open, recallLeg, startLiveServer } from '../support/live-server.ts';
import { refusedUpgrade } from '../support/refused-upgrade.ts';
import { vehicleClient } from '../support/vehicle-client.ts';

let server: LiveServer;
const sockets: ConsoleSocket[] = [];

beforeEach(async () => {
  server = await startLiveServer();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await server.stop();
  expect(server.faults).toEqual([]);
});

function console_(token: string): ConsoleSocket {
  const socket = connectConsole(server.origin, { authorization: `Bearer ${token}` });
  sockets.push(socket);
  return socket;
}

async function connected(token: string): Promise<ConsoleSocket> {
  const socket = console_(token);
  await heard(socket, 'connect');
  return socket;
}

/** The first argument of the next event of this name. */
function heard(socket: ConsoleSocket, event: string): Promise<unknown> {
  return new Promise((resolve) => {
    // Socket.IO types its listeners by name; a name that is an argument fits none of them.
    (socket as unknown as NodeJS.EventEmitter).once(event, resolve);
  });
}

function seqs(rows: readonly JournalRow[]): number[] {
  return rows.map(({ seq }) => seq);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, at) => at + 1);
}

describe('the journal reaches the consoles', () => {
  test('[F3] a row leaves at once after its commit, and heads tell the newest row and the time', async () => {
    const lead = await connected('lead');
    const events = heard(lead, 'events');
    await server.submit('t1', open('t1'));
    expect(await events).toMatchObject([{ kind: 'ticket', seq: 1, ticketId: 't1', event: { type: 'opened' } }]);
    const head = heard(lead, 'head');
    server.clock.advance(1.1 * SECOND);
    expect(await head).toMatchObject({ seq: 1 });
  });

  test('[F3] nothing is lost, nothing comes twice, and all in order, however often connections are cut', async () => {
    const followers = ['lead', 'agent', 'centre1', 'wall'].map((token) => {
      const socket = console_(token);
      return { socket, journal: followJournal(socket, 0) };
    });
    await Promise.all(followers.map(({ socket }) => heard(socket, 'connect')));
    const tickets = 60;
    for (let no = 1; no <= tickets; no += 1) {
      await server.submit(`t${no}`, open(`t${no}`));
      const { socket } = followers[no % followers.length] ?? {};
      if (socket?.connected && no % 3 === 0) bareSocket(socket).terminate();
      await server.submit(`t${no}`, issue());
    }
    server.clock.advance(2 * SECOND);
    const head = await server.store.head('north');
    await Promise.all(followers.map(({ journal }) => journal.reaches(head)));
    for (const { journal } of followers) expect(seqs(journal.applied)).toEqual(range(head));
  });

  test('[F3] a console that was away for long pulls page by page', async () => {
    for (let no = 1; no <= 260; no += 1) await server.submit(`t${no}`, open(`t${no}`), issue());
    const head = await server.store.head('north');
    expect(head).toBeGreaterThan(500);
    const lead = console_('lead');
    const journal = followJournal(lead, 0);
    await journal.reaches(head);
    expect(seqs(journal.applied)).toEqual(range(head));
  });

  test('a change of the organisation is announced in its turn', async () => {
    const wall = await connected('wall');
    const events = heard(wall, 'events');
    const by = { kind: 'person', id: 'person-5', role: 'admin', departmentId: null } as const;
    const change = { what: 'vehicle', id: 'v1', how: 'changed' } as const;
    server.hub.announceOrganisation('north', { kind: 'organisation', seq: 1, recordedAt: 1, by, change });
    expect(await events).toEqual([{ kind: 'organisation', seq: 1, recordedAt: 1, by: { ...by, id: '—' }, change }]);
  });

  test('another district hears nothing', async () => {
    const elsewhere = await connected('elsewhere');
    let count = 0;
    elsewhere.on('events', () => {
      count += 1;
    });
    await server.submit('t1', open('t1'));
    const pulled = await elsewhere.emitWithAck('since', { cursor: 0 });
    expect(pulled).toMatchObject({ rows: [], head: { seq: 0 } });
    expect(count).toBe(0);
  });
});

describe('what a viewer may see', () => {
  async function wholeWay(): Promise<void> {
    await server.submit('t1', open('t1'));
    await server.submit('t1', issue());
    await server.submit('t1', dispatch());
    await server.submit('t1', recallLeg());
    await server.submit('t1', dispatch());
    const time = { how: 'now', evidence: 'device-online' } as const;
    for (const type of ['accept', 'depart', 'arrive', 'clear'] as const)
      await server.submit('t1', { type, legNo: 2, time });
    const record = { found: 'secret words', cause: 'secret words', done: 'secret words' };
    await server.submit('t1', { type: 'record', record, time });
  }

  test('[D3] the wall gets every row without a person, a word of a person, or the caller', async () => {
    const wall = console_('wall');
    const journal = followJournal(wall, 0);
    await heard(wall, 'connect');
    await wholeWay();
    const head = await server.store.head('north');
    await journal.reaches(head);
    const pulled = await wall.emitWithAck('since', { cursor: 0 });
    for (const text of [JSON.stringify(journal.applied), JSON.stringify(pulled)]) {
      expect(text).toContain('Main Street');
      for (const hidden of ['secret words', 'person-77', 'c-t1', ...Object.values(CALLER)])
        expect(text).not.toContain(hidden);
    }
    expect(journal.applied.every(({ kind }) => kind === 'ticket')).toBe(true);
  });

  test('[D3] a crew gets stubs of what is not its own, and the cursor goes on', async () => {
    const [own, other] = [console_('crew1'), console_('crew2')];
    const journals = [followJournal(own, 0), followJournal(other, 0)];
    await Promise.all([heard(own, 'connect'), heard(other, 'connect')]);
    await wholeWay();
    const head = await server.store.head('north');
    const [ofOwn = [], ofOther = []] = await Promise.all(
      journals.map(async (journal) => {
        await journal.reaches(head);
        return journal.applied;
      }),
    );
    expect(ofOther).toEqual(range(head).map((seq) => ({ kind: 'stub', seq })));
    expect(seqs(ofOwn)).toEqual(range(head));
    expect(ofOwn.slice(0, 2).map(({ kind }) => kind)).toEqual(['stub', 'stub']);
    expect(ofOwn.find((row) => row.kind === 'ticket' && row.event.type === 'dispatched')).toBeDefined();
    // Asked afterwards, the crew may read from the beginning what has become its own.
    const pulled = await own.emitWithAck('since', { cursor: 0 });
    const first = 'rows' in pulled ? pulled.rows[0] : null;
    expect(first).toMatchObject({ kind: 'ticket', event: { type: 'opened', report: { callerId: null } } });
  });
});

describe('receipts', () => {
  test('[T1] the first desk of the centre that stored the ticket makes C, and nobody else can', async () => {
    await server.submit('t1', open('t1'));
    await server.submit('t1', issue());
    const receipt = { of: 'issue', ticketId: 't1', no: 1 } as const;
    for (const token of ['wall', 'lead', 'centre2', 'crew1']) {
      const socket = await connected(token);
      expect(await socket.emitWithAck('receipt', receipt), token).toEqual({ ok: false, code: 'not-allowed' });
    }
    const desk = await connected('centre1');
    expect(await desk.emitWithAck('receipt', receipt)).toEqual({ ok: true });
    const { C } = (await server.store.ticket('t1'))?.issues[0] ?? {};
    expect(C?.evidence).toBe('device-online');
    expect(await desk.emitWithAck('receipt', receipt)).toEqual({ ok: true });
    expect((await server.store.ticket('t1'))?.issues[0]?.C).toEqual(C);
  });

  test('[T1] a page of the crew office makes E', async () => {
    await server.submit('t1', open('t1'));
    await server.submit('t1', issue());
    await server.submit('t1', dispatch());
    const receipt = { of: 'leg', ticketId: 't1', no: 1 } as const;
    const [other, own] = [await connected('crew2'), await connected('crew1')];
    expect(await other.emitWithAck('receipt', receipt)).toEqual({ ok: false, code: 'not-allowed' });
    expect(await own.emitWithAck('receipt', receipt)).toEqual({ ok: true });
    expect((await server.store.ticket('t1'))?.legs[0]?.E).not.toBeNull();
    await server.submit('t1', recallLeg());
    const another = await connected('crew1');
    await server.submit('t1', dispatch());
    expect(await another.emitWithAck('receipt', { ...receipt, no: 3 })).toEqual({ ok: false, code: 'not-allowed' });
    expect(await another.emitWithAck('receipt', { ...receipt, ticketId: 't7' })).toEqual({
      ok: false,
      code: 'ticket-unknown',
    });
  });

  test('[B3] a desk that is connected is known to be, a wall is not', async () => {
    expect(server.presence.isDepartmentConnected('centre1')).toBe(false);
    const desk = await connected('centre1');
    await connected('wall');
    expect(server.presence.isDepartmentConnected('centre1')).toBe(true);
    expect(server.presence.isDepartmentConnected('service')).toBe(false);
    desk.disconnect();
    while (server.presence.isDepartmentConnected('centre1')) await new Promise(setImmediate);
  });
});

describe('the door', () => {
  test('[F17] who is not signed in, comes from elsewhere or asks for what is not there gets a plain answer', async () => {
    const path = '/live/?EIO=4&transport=websocket';
    const own = { origin: server.origin };
    expect(await refusedUpgrade(server, path, own)).toEqual({ status: 401, code: 'not-signed-in' });
    const cookie = 'session=lead';
    const foreign = { cookie, origin: 'https://elsewhere.example' };
    expect(await refusedUpgrade(server, path, foreign)).toEqual({ status: 403, code: 'foreign-origin' });
    expect(await refusedUpgrade(server, path, { cookie })).toEqual({ status: 403, code: 'foreign-origin' });
    const host = { ...own, cookie, host: 'elsewhere.example' };
    expect(await refusedUpgrade(server, path, host)).toEqual({ status: 421, code: 'foreign-host' });
    const vehicle = { authorization: 'Bearer v1' };
    expect(await refusedUpgrade(server, path, vehicle)).toEqual({ status: 403, code: 'not-allowed' });
    for (const nowhere of ['/', '/api/board', '/live/x', '/vehicle/ws/', '//', '/%']) {
      expect(await refusedUpgrade(server, nowhere, { ...own, cookie })).toEqual({ status: 404, code: 'not-found' });
    }
    expect((await fetch(`${server.origin}/live/?EIO=4&transport=polling`)).status).toBe(404);
  });

  test('[F17] a session that ends says so to its console and closes it within a second, and no other', async () => {
    const [lead, agent] = [await connected('lead'), await connected('agent')];
    const reason = heard(lead, 'signed-out');
    const closed = heard(lead, 'disconnect');
    const since = performance.now();
    server.access.end('lead', 'expired');
    expect(await reason).toBe('expired');
    expect(await closed).toBe('io server disconnect');
    expect(performance.now() - since).toBeLessThan(SECOND);
    expect(agent.connected).toBe(true);
    expect(await refusedUpgrade(server, '/live/?EIO=4&transport=websocket', { authorization: 'Bearer lead' })).toEqual({
      status: 401,
      code: 'token-revoked',
    });
  });

  test('[F17] a connection whose session ends before it has said anything is cut', async () => {
    const url = `${server.origin.replace('http', 'ws')}/live/?EIO=4&transport=websocket`;
    const silent = new WebSocket(url, { headers: { authorization: 'Bearer lead' } });
    await once(silent, 'open');
    const closed = once(silent, 'close');
    server.access.end('lead', 'revoked');
    await closed;
    while (server.upgrade.count() > 0) await new Promise(setImmediate);
  });
});

describe('bad company', () => {
  test('[F14] what is malformed is refused and changes nothing', async () => {
    const lead = await connected('lead');
    const bare = lead as unknown as {
      emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
      emit(event: string, ...args: unknown[]): void;
    };
    for (const request of [null, {}, { cursor: -1 }, { cursor: 'x' }, { cursor: 1.5 }, { cursor: 1, more: 1 }]) {
      expect(await bare.emitWithAck('since', request)).toEqual({ code: 'malformed' });
    }
    for (const receipt of [null, { of: 'ticket' }, { of: 'leg', ticketId: '../x', no: 1 }]) {
      expect(await bare.emitWithAck('receipt', receipt)).toEqual({ ok: false, code: 'malformed' });
    }
    bare.emit('since', { cursor: 0 });
    bare.emit('since', { cursor: 0 }, 'no function');
    bare.emit('receipt');
    bare.emit('clock', 7);
    bare.emit('nothing', Buffer.from('x'));
    expect(Math.abs((await lead.emitWithAck('clock')) - server.clock.now())).toBeLessThan(SECOND);
  });

  test('[F13] frames that are too long or no Socket.IO close their own connection only', async () => {
    const lead = await connected('lead');
    const url = `${server.origin.replace('http', 'ws')}/live/?EIO=4&transport=websocket`;
    const frames = ['', '9', '4', '42', '40{', '45', '451-["x"]', '4599999-["x"]', '42["since"', 'x'.repeat(70_000)];
    for (const frame of frames) {
      const rude = new WebSocket(url, { headers: { authorization: 'Bearer agent' } });
      rude.on('error', () => {});
      await once(rude, 'open');
      const closed = once(rude, 'close');
      rude.send('40');
      rude.send(frame);
      rude.send(Buffer.from([1, 2, 3]));
      server.clock.advance(SECOND);
      rude.terminate();
      await closed;
    }
    expect(await lead.emitWithAck('clock')).toBeGreaterThan(0);
  });

  test('[F13] a console that floods is refused and then closed', async () => {
    const lead = await connected('lead');
    const closed = heard(lead, 'disconnect');
    const answers: unknown[] = [];
    for (let at = 0; at < 400; at += 1) lead.emit('since', { cursor: 0 }, (answer) => answers.push(answer));
    expect(await closed).toBe('io server disconnect');
    expect(answers).toContainEqual({ ok: false, code: 'too-many-requests' });
    expect(server.hub.stats().refused).toBeGreaterThan(100);
  });

  test('[F11] a console that stops reading is cut off while the others go on', async () => {
    const [slow, quick] = [await connected('agent'), await connected('lead')];
    const gone = heard(slow, 'disconnect');
    bareSocket(slow).pause();
    let taken = 0;
    quick.on('events', () => {
      taken += 1;
    });
    const by = { kind: 'system' } as const;
    const id = 'x'.repeat(50_000);
    const announcements = 400;
    for (let seq = 1; seq <= announcements; seq += 1) {
      const change = { what: 'trade', id, how: 'changed' } as const;
      server.hub.announceOrganisation('north', { kind: 'organisation', seq, recordedAt: 1, by, change });
      await new Promise(setImmediate);
    }
    while (taken < announcements) await new Promise(setImmediate);
    // Second by second, so that whoever reads can be seen to.
    for (let second = 0; second < 10; second += 1) {
      server.clock.advance(SECOND);
      await quick.emitWithAck('clock');
      await new Promise(setImmediate);
    }
    bareSocket(slow).resume();
    await gone;
    expect(server.hub.stats().cutOff).toBe(1);
    expect(quick.connected).toBe(true);
  });

  test('[F11] a frozen console is gone within ten seconds', async () => {
    const url = `${server.origin.replace('http', 'ws')}/live/?EIO=4&transport=websocket`;
    const frozen = new WebSocket(url, { headers: { authorization: 'Bearer centre1' } });
    await once(frozen, 'open');
    frozen.send('40');
    while (!server.presence.isDepartmentConnected('centre1')) await new Promise(setImmediate);
    frozen.pause();
    const since = performance.now();
    while (server.upgrade.count() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(performance.now() - since).toBeLessThan(10 * SECOND);
    expect(server.presence.isDepartmentConnected('centre1')).toBe(false);
    frozen.terminate();
  });
});

describe('positions', () => {
  test('[V6] a fix of a vehicle reaches every console of its district in a frame of integers', async () => {
    const [lead, wall] = [await connected('lead'), await connected('wall')];
    const vehicle = vehicleClient({ url: server.origin, token: 'v2', now: server.clock.now });
    await vehicle.connect();
    const frames = [heard(lead, 'positions'), heard(wall, 'positions')];
    vehicle.send({ type: 'fixes', fixes: [fixAt(server.clock, { fixedAt: server.clock.now() - MINUTE })] });
    for (const frame of (await Promise.all(frames)) as PositionFrame[]) {
      expect(Math.abs(frame.t - server.clock.now())).toBeLessThan(SECOND);
      expect(frame.v).toEqual([2, 116_400_000, 39_900_000, 90, 180, 60]);
    }
    vehicle.cut();
  });

  test('[F11] a frame is encoded once, however many consoles it goes to', async () => {
    let readings = 0;
    const frame = {
      t: 1,
      get v(): readonly number[] {
        readings += 1;
        return [1, 2, 3, 4, 5, 6];
      },
    };
    const readingsFor = async (consoles: number): Promise<number> => {
      const all = await Promise.all(Array.from({ length: consoles }, () => connected('wall')));
      const arrivals = all.map((socket) => heard(socket, 'positions'));
      readings = 0;
      server.hub.sendPositions('north', frame);
      await Promise.all(arrivals);
      for (const socket of all) socket.disconnect();
      return readings;
    };
    const alone = await readingsFor(1);
    expect(alone).toBeGreaterThan(0);
    expect(await readingsFor(12)).toBe(alone);
  });
});
