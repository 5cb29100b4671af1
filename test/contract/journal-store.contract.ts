import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { following, issued, opening, T0 } from '../support/store-unit.ts';

/** What a store under contract has to offer the suite beside its interface: opening it again, and harming it. */
export interface StoreUnderTest {
  readonly store: JournalStore;
  /** Closes and opens the same data again, as after a restart. */
  reopen(): Promise<StoreUnderTest>;
  close(): Promise<void>;
  /** Harms one row behind the store's back. */
  tamper(harm: { readonly seq: number; readonly how: 'alter' | 'remove' }): Promise<void>;
  /** Throws the projection of all tickets away, or falsifies it. */
  spoilProjection(): Promise<void>;
}

/** Every store of the product has to pass this suite, whatever it is made of. */
export function journalStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`journal store: ${name}`, () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.close();
    });

    describe('commit', () => {
      it('[T2] the same command id is answered as the first time and writes nothing', async () => {
        const unit = opening('t1', { commandId: 'k1' });
        const first = await under.store.commit(unit);
        const again = await under.store.commit(unit);
        expect(first).toMatchObject({ outcome: 'committed', answer: { ticketId: 't1', seq: 1, version: 1 } });
        expect(again).toEqual({ outcome: 'repeated', answer: first.outcome === 'committed' ? first.answer : null });
        expect(await under.store.head('north')).toBe(1);
      });

      it('[T2] the same command id with another content is told apart', async () => {
        await under.store.commit(opening('t1', { commandId: 'k1' }));
        const other = opening('t2', { commandId: 'k1', fingerprint: 'other' });
        expect(await under.store.commit(other)).toEqual({ outcome: 'reused' });
        expect(await under.store.ticket('t2')).toBeNull();
      });

      it('[T6] a unit decided on an older version is a conflict and writes nothing', async () => {
        await under.store.commit(opening('t1'));
        const stale = { ...opening('t1', { commandId: 'k9' }), expectedVersion: 0 };
        expect(await under.store.commit(stale)).toEqual({ outcome: 'conflict' });
        expect(await under.store.head('north')).toBe(1);
        expect(await under.store.answer('k9')).toBeNull();
      });

      it('[A1] seq is dense per district, whatever is committed at the same time', async () => {
        const units = Array.from({ length: 40 }, (_, index) =>
          opening(`t${index}`, { commandId: `k${index}`, district: index % 2 ? 'north' : 'south' }),
        );
        const results = await Promise.all(units.map((unit) => under.store.commit(unit)));
        expect(results.every(({ outcome }) => outcome === 'committed')).toBe(true);
        for (const district of ['north', 'south']) {
          const rows = await under.store.since(district, 0, 100);
          expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
        }
      });

      it('[T2] of two units with one ticket and one version exactly one is written', async () => {
        await under.store.commit(opening('t1'));
        const ticket = await mustRead(under.store, 't1');
        const results = await Promise.all([
          under.store.commit(following(ticket, issued(), { commandId: 'a' })),
          under.store.commit(following(ticket, issued(), { commandId: 'b' })),
        ]);
        expect(results.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'conflict']);
        expect((await mustRead(under.store, 't1')).version).toBe(2);
      });
    });

    describe('reading', () => {
      it('rows after a cursor come oldest first and no more than asked for', async () => {
        for (const id of ['t1', 't2', 't3']) await under.store.commit(opening(id, { commandId: id }));
        expect((await under.store.since('north', 1, 1)).map(({ seq }) => seq)).toEqual([2]);
        expect(await under.store.since('north', 3, 10)).toEqual([]);
        expect(await under.store.since('elsewhere', 0, 10)).toEqual([]);
      });

      it('a ticket, its journal and the open list survive a restart', async () => {
        await under.store.commit(opening('t1'));
        const before = await mustRead(under.store, 't1');
        under = await under.reopen();
        expect(await under.store.ticket('t1')).toEqual(before);
        expect(await under.store.journalOf('t1')).toHaveLength(1);
        expect(await under.store.openTickets('north')).toEqual([before]);
      });

      it('search takes the text as it stands, wildcards too', async () => {
        await under.store.commit(opening('t1', { street: '100% road' }));
        await under.store.commit(opening('t2', { commandId: 'k2', street: '100 road' }));
        const found = await under.store.search('north', { text: '0%', state: 'all', limit: 10 });
        expect(found.map(({ id }) => id)).toEqual(['t1']);
        expect(await under.store.search('north', { text: '', state: 'over', limit: 10 })).toEqual([]);
      });

      it('the newest time is that of the newest row, 0 when nothing was written', async () => {
        expect(await under.store.newestAt()).toBe(0);
        await under.store.commit(opening('t1', { at: T0 }));
        await under.store.commit(opening('t2', { commandId: 'k2', district: 'south', at: T0 + MINUTE }));
        expect(await under.store.newestAt()).toBe(T0 + MINUTE);
      });

      it('numbers count per district and day', async () => {
        expect(await under.store.nextNumber('north', '260105')).toBe(1);
        expect(await under.store.nextNumber('north', '260105')).toBe(2);
        expect(await under.store.nextNumber('south', '260105')).toBe(1);
        expect(await under.store.nextNumber('north', '260106')).toBe(1);
      });
    });

    describe('due times', () => {
      it('[E6] the earliest comes first, survives a restart, and moves with the ticket', async () => {
        const late = opening('t1', { at: T0 });
        const early = opening('t2', { commandId: 'k2', at: T0 - MINUTE });
        await under.store.commit(late);
        await under.store.commit(early);
        under = await under.reopen();
        expect(await under.store.nextDueAt()).toBe(early.nextDueAt);
        const due = await under.store.dueTickets(T0 + MINUTE * 2, 10);
        expect(due.map(({ ticketId }) => ticketId)).toEqual(['t2', 't1']);
        const ticket = await mustRead(under.store, 't2');
        await under.store.commit({ ...following(ticket, issued(), { commandId: 'k3' }), nextDueAt: null });
        expect(await under.store.nextDueAt()).toBe(late.nextDueAt);
      });

      it('nothing is due early', async () => {
        const unit = opening('t1');
        await under.store.commit(unit);
        expect(await under.store.dueTickets((unit.nextDueAt ?? 0) - 1, 10)).toEqual([]);
        expect(await under.store.dueTickets(unit.nextDueAt ?? 0, 10)).toHaveLength(1);
      });
    });

    describe('the caller', () => {
      it('[A1] stands beside the journal, never in it', async () => {
        const data = { name: 'Canary Name', phone: '00000000777', address: 'Canary Lane 7', note: '' };
        await under.store.commit({ ...opening('t1'), caller: { id: 'c1', data } });
        expect(await under.store.caller('c1')).toEqual(data);
        const rows = JSON.stringify(await under.store.since('north', 0, 10));
        expect(rows).not.toContain('Canary');
        expect(rows).not.toContain('00000000777');
      });

      it('an unknown caller is null', async () => {
        expect(await under.store.caller('nobody')).toBeNull();
      });
    });

    describe('projection and chain', () => {
      it('[L3] projections can be thrown away and made again from the journal', async () => {
        await under.store.commit(opening('t1'));
        await under.store.commit(following(await mustRead(under.store, 't1'), issued(), { commandId: 'k2' }));
        const before = await mustRead(under.store, 't1');
        const due = await under.store.nextDueAt();
        await under.spoilProjection();
        expect(await under.store.rebuild(async () => [FIRST_POLICY])).toBe(1);
        expect(await mustRead(under.store, 't1')).toEqual(before);
        expect(await under.store.nextDueAt()).toBe(due);
      });

      it('[A1] an unharmed chain has no finding', async () => {
        for (const id of ['t1', 't2']) await under.store.commit(opening(id, { commandId: id }));
        expect(await under.store.checkChain('north')).toEqual([]);
      });

      it.each([1, 2, 3])('[A1] an altered row %i is named', async (seq) => {
        for (const id of ['t1', 't2', 't3']) await under.store.commit(opening(id, { commandId: id }));
        await under.tamper({ seq, how: 'alter' });
        expect(await under.store.checkChain('north')).toContainEqual({ seq, problem: 'altered' });
      });

      it.each([1, 2, 3])('[A1] a missing row %i is named, the last one too', async (seq) => {
        for (const id of ['t1', 't2', 't3']) await under.store.commit(opening(id, { commandId: id }));
        await under.tamper({ seq, how: 'remove' });
        expect(await under.store.checkChain('north')).toContainEqual({ seq, problem: 'missing' });
      });
    });
  });
}

async function mustRead(store: JournalStore, id: string): Promise<Ticket> {
  const ticket = await store.ticket(id);
  if (!ticket) throw new Error(`ticket ${id} is missing`);
  return ticket;
}
