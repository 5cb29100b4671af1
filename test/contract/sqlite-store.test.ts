import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCallStore } from '@faultline/server/src/store/sqlite/call-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import { StorageFullFault, StoreMismatchFault } from '@faultline/server/src/store/store.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { opening } from '../support/store-unit.ts';
import type { CallStoreUnderTest } from './call-store.contract.ts';
import { callRow, callStoreContract } from './call-store.contract.ts';
import type { StoreUnderTest } from './journal-store.contract.ts';
import { journalStoreContract } from './journal-store.contract.ts';
import type { OrganisationStoreUnderTest } from './organisation-store.contract.ts';
import { organisationStoreContract } from './organisation-store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

async function open(path: string): Promise<StoreUnderTest> {
  const database = openDatabase(path);
  return {
    store: createJournalStore(database),
    async reopen() {
      database.close();
      return open(path);
    },
    async close() {
      database.close();
    },
    async tamper({ seq, how }) {
      const change =
        how === 'remove'
          ? 'DELETE FROM journal WHERE seq = ?'
          : `UPDATE journal SET body = replace(body, 'no power', 'no pOwer') WHERE seq = ?`;
      database.raw.prepare(change).run(seq);
    },
    async spoilProjection() {
      database.raw.prepare(`UPDATE ticket SET state = '{}', due_at = 1, version = 99`).run();
      database.raw
        .prepare(
          `INSERT INTO ticket SELECT 'ghost', district, number, street, version, is_unsettled, called_at, due_at, state FROM ticket`,
        )
        .run();
    },
  };
}

async function openCalls(path: string): Promise<CallStoreUnderTest> {
  const database = openDatabase(path);
  return {
    store: createCallStore(database),
    async reopen() {
      database.close();
      return openCalls(path);
    },
    async close() {
      database.close();
    },
  };
}

async function openOrganisation(path: string): Promise<OrganisationStoreUnderTest> {
  const database = openDatabase(path);
  const journal = createJournalStore(database);
  return {
    store: createOrganisationStore(database, journal),
    journal,
    async reopen() {
      database.close();
      return openOrganisation(path);
    },
    async close() {
      database.close();
    },
  };
}

journalStoreContract('SQLite', () => open(newPath()));
callStoreContract('SQLite', () => openCalls(newPath()));
organisationStoreContract('SQLite', () => openOrganisation(newPath()));

describe('the SQLite file', () => {
  it('[F2] every commit is durable: synchronous is FULL at each opening', () => {
    const path = newPath();
    openDatabase(path).close();
    const database = openDatabase(path);
    expect(database.raw.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.raw.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
  });

  it('[F6] a full disk gives no acknowledgement, loses nothing, and recovers by itself', async () => {
    const database = openDatabase(newPath());
    const store = createJournalStore(database);
    const commit = (id: string) => store.commit(opening(id, { commandId: id }));
    await commit('t0');
    const pages = Number(database.raw.pragma('page_count', { simple: true }));
    database.raw.pragma(`max_page_count = ${pages}`);
    const acknowledged: string[] = [];
    let fault: unknown = null;
    for (let index = 1; index < 200 && fault === null; index += 1) {
      await commit(`t${index}`).then(
        () => acknowledged.push(`t${index}`),
        (error: unknown) => {
          fault = error;
        },
      );
    }
    expect(fault).toBeInstanceOf(StorageFullFault);
    for (const id of acknowledged) expect(await store.ticket(id)).not.toBeNull();
    expect(await store.head('north')).toBe(acknowledged.length + 1);
    database.raw.pragma('max_page_count = 1000000');
    expect(await commit('after')).toMatchObject({ outcome: 'committed' });
    expect(await store.checkChain('north')).toEqual([]);
    database.close();
  });

  it('[F6] a call that cannot be written is a fault, and rings nowhere', async () => {
    const database = openDatabase(newPath());
    const store = createCallStore(database);
    database.raw.pragma('query_only = ON');
    await expect(store.insertCall(callRow('a'))).rejects.toThrow(StorageFullFault);
    database.raw.pragma('query_only = OFF');
    expect(await store.insertCall(callRow('a'))).toBe('inserted');
    database.close();
  });

  it('[E5] the database itself refuses a second call to a number, whoever writes it', async () => {
    const path = newPath();
    const database = openDatabase(path);
    await createCallStore(database).insertCall(callRow('a', { phone: '10086' }));
    const other = openDatabase(path);
    expect(await createCallStore(other).insertCall(callRow('b', { phone: '10086' }))).toBe('number-busy');
    const twin = `INSERT INTO call SELECT 'c', district, purpose, contact_id, contact_role, contact_name, number, found_by,
      department_id, language, phone, line, 'other', hops, opening, placed_at, ring_until, talk_until, provider_id,
      ringing_at, answered_at, ended_at, outcome, pressed, code FROM call`;
    expect(() => other.raw.prepare(twin).run()).toThrow(/UNIQUE/);
    other.close();
    database.close();
  });

  it('a damaged file is refused at the start with its name', () => {
    const path = newPath();
    const database = openDatabase(path);
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4_096, 20_480);
    writeFileSync(path, bytes);
    expect(() => openDatabase(path)).toThrow(StoreMismatchFault);
  });
});
