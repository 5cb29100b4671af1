import type { DirectoryMirror } from '@faultline/server/src/organisation/directory.ts';
import { createDirectory } from '@faultline/server/src/organisation/directory.ts';
import type { OrganisationStore, OrganisationWrite } from '@faultline/server/src/store/organisation-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import { StoreFault } from '@faultline/server/src/store/store.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Callee, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import { HOUR } from '@faultline/shared/time.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { following, issued, opening, T0 } from '../support/store-unit.ts';

export interface OrganisationStoreUnderTest {
  readonly store: OrganisationStore;
  /** The journal of the same database: tickets stand there. */
  readonly journal: JournalStore;
  reopen(): Promise<OrganisationStoreUnderTest>;
  close(): Promise<void>;
}

const CONTACT: Contact = {
  id: 'c1',
  departmentId: 'centre',
  role: 'duty',
  vehicleId: null,
  name: '值班员',
  phone: '10086',
  language: 'zh',
};
const owner = { departmentId: 'centre', role: 'duty' } as const;
const OVERRIDE: RosterEntry = {
  id: 'r3',
  ...owner,
  kind: 'override',
  contactId: 'c2',
  from: T0,
  until: T0 + HOUR,
  reason: '换班',
};
const ROTATION: RosterEntry = {
  id: 'r2',
  ...owner,
  kind: 'rotation',
  contactIds: ['c1', 'c2'],
  firstDay: '2026-01-05',
  daysEach: 7,
  handOverAt: '08:00',
};
const ENTRIES: readonly RosterEntry[] = [
  { id: 'r1', ...owner, kind: 'shift', contactId: 'c1', days: [1, 7], from: '20:00', to: '08:00' },
  ROTATION,
  OVERRIDE,
];
const WORD: Pronunciation = { id: 'p1', language: 'zh', written: '重合闸', spoken: 'chong2he2zha2' };

/** Every store of the product has to pass this suite, whatever it is made of. */
export function organisationStoreContract(name: string, open: () => Promise<OrganisationStoreUnderTest>): void {
  describe(`organisation store: ${name}`, () => {
    let under: OrganisationStoreUnderTest;
    let mirror: DirectoryMirror;
    beforeEach(async () => {
      under = await open();
      mirror = await createDirectory(under.store);
    });
    afterEach(async () => {
      await under.close();
    });

    /** Writes as a route does: the commit, then the mirror. */
    const write = async (...writes: readonly OrganisationWrite[]): Promise<void> => {
      const change = { what: 'contact', id: 'any', how: 'changed' } as const;
      await under.store.commit({ district: 'north', change, by: { kind: 'system' }, at: T0 }, writes);
      mirror.apply(writes);
    };
    const reread = async (): Promise<DirectoryMirror> => {
      under = await under.reopen();
      return createDirectory(under.store);
    };

    it('[E1] contacts keep their role, their vehicle and an empty number over a restart', async () => {
      const ofVehicle: Contact = { ...CONTACT, id: 'c2', role: 'vehicle', vehicleId: 'v1', phone: '' };
      await write({ row: 'contact', contact: CONTACT }, { row: 'contact', contact: ofVehicle });
      expect((await reread()).contacts('centre')).toEqual([CONTACT, ofVehicle]);
      await write({ row: 'contact', contact: { ...ofVehicle, role: 'chief-1', vehicleId: null } });
      expect((await reread()).contact('c2')).toMatchObject({ role: 'chief-1', vehicleId: null });
    });

    it.each(ENTRIES)('[E1] a roster entry of kind $kind reads as it was written', async (entry) => {
      await write({ row: 'roster', entry });
      expect(mirror.rosterEntry(entry.id)).toEqual(entry);
      expect((await reread()).rosterEntry(entry.id)).toEqual(entry);
    });

    it('[E1] the roster keeps its order, changes entries in place, also their kind, and forgets what is removed', async () => {
      await write(...ENTRIES.map((entry) => ({ row: 'roster', entry }) as const));
      const elsewhere: RosterEntry = { ...OVERRIDE, id: 'r9', departmentId: 'crew' };
      const changed: RosterEntry = { ...OVERRIDE, id: 'r1' };
      await write({ row: 'roster', entry: elsewhere }, { row: 'roster', entry: changed });
      await write({ row: 'roster-removed', id: 'r2' });
      for (const directory of [mirror, await reread()]) {
        expect(directory.roster('centre')).toEqual([changed, OVERRIDE]);
        expect(directory.roster('crew')).toEqual([elsewhere]);
        expect(directory.rosterEntry('r2')).toBeNull();
        expect(directory.roster('nobody')).toEqual([]);
      }
    });

    it('a pronunciation reads as it was written, changes, and is forgotten when it is removed', async () => {
      await write({ row: 'pronunciation', district: 'north', pronunciation: WORD });
      const changed = { ...WORD, spoken: 'zhong4he2zha2' };
      await write({ row: 'pronunciation', district: 'north', pronunciation: changed });
      for (const directory of [mirror, await reread()]) {
        expect(directory.pronunciations('north')).toEqual([changed]);
        expect(directory.pronunciations('south')).toEqual([]);
        expect(directory.pronunciation('p1')).toEqual({ ...changed, district: 'north' });
      }
      mirror = await createDirectory(under.store);
      await write({ row: 'pronunciation-removed', id: 'p1' });
      expect(mirror.pronunciations('north')).toEqual([]);
      expect((await reread()).pronunciation('p1')).toBeNull();
    });

    it('a word is spoken in one way per district and language; the second one writes nothing', async () => {
      await write({ row: 'pronunciation', district: 'north', pronunciation: WORD });
      const head = await under.journal.head('north');
      const twin = { row: 'pronunciation', pronunciation: { ...WORD, id: 'p2' } } as const;
      await expect(write({ ...twin, district: 'north' })).rejects.toThrow(StoreFault);
      expect(await under.journal.head('north')).toBe(head);
      await write({ ...twin, district: 'south' });
      await write({ row: 'pronunciation', district: 'north', pronunciation: { ...WORD, id: 'p3', language: 'en' } });
      expect((await reread()).pronunciations('north').map(({ id }) => id)).toEqual(['p1', 'p3']);
    });

    it('[E2] a contact is named by the tickets about which he was rung', async () => {
      expect(await under.store.isNamedByTicket('north', 'c1')).toBe(false);
      await ticketWithCalls(under.journal);
      for (const id of ['c1', 'c2']) expect(await under.store.isNamedByTicket('north', id)).toBe(true);
      for (const id of ['c', 'c11', 'c3']) expect(await under.store.isNamedByTicket('north', id)).toBe(false);
      expect(await under.store.isNamedByTicket('south', 'c1')).toBe(false);
    });
  });
}

/** c1 was rung by a line, c2 by a person. */
async function ticketWithCalls(journal: JournalStore): Promise<void> {
  const callee: Callee = {
    contactId: 'c1',
    contactRole: 'duty',
    contactName: '值班员',
    number: '1****',
    foundBy: 'standing',
  };
  const key = 'centre-not-taken:1';
  const at = T0;
  const raised = { key, kind: 'centre-not-taken', departmentId: 'centre', issueNo: 1, legNo: null } as const;
  const placed = { key, callId: 'call-1', step: 0, callee, line: 'sip', text: '', at } as const;
  const byHand = { key, callee: { ...callee, contactId: 'c2' }, outcome: 'no-answer', note: '', at } as const;
  const events: readonly TicketEvent[] = [
    issued(),
    { type: 'feedback-raised', ...raised, policyVersion: 1, dueAt: at, at },
    { type: 'call-placed', ...placed },
    { type: 'call-recorded', ...byHand },
  ];
  await journal.commit(opening('t1'));
  for (const [index, event] of events.entries()) {
    const ticket = await journal.ticket('t1');
    if (!ticket) throw new Error('ticket t1 is missing');
    await journal.commit(following(ticket, event, { commandId: `next-${index}` }));
  }
}
