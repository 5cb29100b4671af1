import { unreachable } from '@faultline/shared/assert.ts';
import type {
  Contact,
  Department,
  District,
  User,
  Vehicle,
  Wall,
} from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import type { OrganisationRows, OrganisationStore, OrganisationWrite } from '../organisation-store.ts';
import type { SqliteDatabase } from './database.ts';
import { faultOf } from './database.ts';
import { and, asc, eq, isNull, sql } from './drizzle.ts';
import type { SqliteJournalStore } from './journal-store.ts';
import { ticket } from './schema-journal.ts';
import {
  contact,
  department,
  district,
  policy,
  pronunciation,
  rosterEntry,
  session,
  setting,
  trade,
  userAccount,
  vehicle,
  wall,
} from './schema-organisation.ts';

/** The organisation in SQLite. Each change and its journal row are one transaction of the journal's store. */
export function createOrganisationStore(database: SqliteDatabase, journal: SqliteJournalStore): OrganisationStore {
  const { orm } = database;
  return {
    readAll: () => answer(() => readAll(orm)),
    setting: (key) => answer(() => orm.select().from(setting).where(eq(setting.key, key)).get()?.value ?? null),
    isNamedByTicket: (ofDistrict, id) => answer(() => isNamedByTicket(orm, ofDistrict, id)),
    async commit(commit, writes) {
      return journal.commitOrganisation(commit, () => {
        for (const write of writes) apply(orm, write);
      });
    },
  };
}

type Orm = SqliteDatabase['orm'];

async function answer<Value>(work: () => Value): Promise<Value> {
  try {
    return work();
  } catch (error) {
    throw faultOf(error);
  }
}

function isNamedByTicket(orm: Orm, ofDistrict: string, id: string): boolean {
  // An id stands in a ticket's state as a JSON string; ids have no characters that JSON escapes.
  const isNamed = sql`instr(${ticket.state}, ${JSON.stringify(id)}) > 0`;
  const isMeant = and(eq(ticket.district, ofDistrict), isNamed);
  return orm.select({ id: ticket.id }).from(ticket).where(isMeant).limit(1).get() !== undefined;
}

function readAll(orm: Orm): OrganisationRows {
  const byEntry = sql`rowid`;
  return {
    districts: orm.select().from(district).orderBy(byEntry).all().map(districtOf),
    departments: orm.select().from(department).orderBy(byEntry).all().map(departmentOf),
    trades: orm
      .select()
      .from(trade)
      .orderBy(byEntry)
      .all()
      .map((row) => ({
        id: row.id,
        district: row.district,
        name: { zh: row.nameZh, en: row.nameEn },
      })),
    vehicles: orm.select().from(vehicle).orderBy(asc(vehicle.district), asc(vehicle.index)).all().map(vehicleOf),
    contacts: orm
      .select()
      .from(contact)
      .orderBy(byEntry)
      .all()
      .map((row) => row as Contact),
    roster: orm.select().from(rosterEntry).orderBy(byEntry).all().map(rosterEntryOf),
    pronunciations: orm.select().from(pronunciation).orderBy(byEntry).all().map(pronunciationOf),
    policies: orm
      .select()
      .from(policy)
      .orderBy(asc(policy.district), asc(policy.version))
      .all()
      .map((row) => ({ district: row.district, policy: JSON.parse(row.body) as Policy })),
    users: orm.select().from(userAccount).orderBy(byEntry).all().map(userOf),
    walls: orm.select().from(wall).orderBy(byEntry).all() satisfies Wall[],
  };
}

// Rows are written by `apply` below and by nothing else, so what stands in them is of the domain's own types.
function districtOf(row: typeof district.$inferSelect): District {
  const bounds = JSON.parse(row.bounds) as District['bounds'];
  return { id: row.id, name: { zh: row.nameZh, en: row.nameEn }, timeZone: row.timeZone, bounds };
}

function departmentOf({ nameZh, nameEn, ...row }: typeof department.$inferSelect): Department {
  const { kind, crewKind } = row as Pick<Department, 'kind' | 'crewKind'>;
  return { ...row, kind, crewKind, name: { zh: nameZh, en: nameEn }, areas: JSON.parse(row.areas) as string[] };
}

function vehicleOf(row: typeof vehicle.$inferSelect): Vehicle {
  const { duty } = row as Pick<Vehicle, 'duty'>;
  return { ...row, duty, tradeIds: JSON.parse(row.tradeIds) as string[] };
}

function rosterEntryOf({ body, ...row }: typeof rosterEntry.$inferSelect): RosterEntry {
  return { ...row, ...(JSON.parse(body) as object) } as RosterEntry;
}

function pronunciationOf(row: typeof pronunciation.$inferSelect): Pronunciation & { readonly district: string } {
  const { language } = row as Pick<Pronunciation, 'language'>;
  return { ...row, language };
}

function userOf({ passwordHash: _, ...row }: typeof userAccount.$inferSelect): User {
  const { role } = row as Pick<User, 'role'>;
  return { ...row, role };
}

function apply(orm: Orm, write: OrganisationWrite): void {
  switch (write.row) {
    case 'district': {
      const { id, name, timeZone, bounds } = write.district;
      const set = { nameZh: name.zh, nameEn: name.en, timeZone, bounds: JSON.stringify(bounds) };
      orm
        .insert(district)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: district.id, set })
        .run();
      return;
    }
    case 'department': {
      const { id, name, areas, ...rest } = write.department;
      const set = { ...rest, nameZh: name.zh, nameEn: name.en, areas: JSON.stringify(areas) };
      orm
        .insert(department)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: department.id, set })
        .run();
      return;
    }
    case 'department-removed':
      orm.delete(department).where(eq(department.id, write.id)).run();
      return;
    case 'trade': {
      const { id, name } = write.trade;
      const set = { district: write.district, nameZh: name.zh, nameEn: name.en };
      orm
        .insert(trade)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: trade.id, set })
        .run();
      return;
    }
    case 'trade-removed':
      orm.delete(trade).where(eq(trade.id, write.id)).run();
      return;
    case 'vehicle': {
      const { id, tradeIds, ...rest } = write.vehicle;
      const set = { ...rest, tradeIds: JSON.stringify(tradeIds) };
      orm
        .insert(vehicle)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: vehicle.id, set })
        .run();
      return;
    }
    case 'contact': {
      const { id, ...set } = write.contact;
      orm
        .insert(contact)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: contact.id, set })
        .run();
      return;
    }
    case 'contact-removed':
      orm.delete(contact).where(eq(contact.id, write.id)).run();
      return;
    case 'roster': {
      const { id, departmentId, role, kind, ...rest } = write.entry;
      const set = { departmentId, role, kind, body: JSON.stringify(rest) };
      orm
        .insert(rosterEntry)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: rosterEntry.id, set })
        .run();
      return;
    }
    case 'roster-removed':
      orm.delete(rosterEntry).where(eq(rosterEntry.id, write.id)).run();
      return;
    case 'pronunciation': {
      const { id, ...rest } = write.pronunciation;
      const set = { ...rest, district: write.district };
      orm
        .insert(pronunciation)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: pronunciation.id, set })
        .run();
      return;
    }
    case 'pronunciation-removed':
      orm.delete(pronunciation).where(eq(pronunciation.id, write.id)).run();
      return;
    case 'policy': {
      const { version, validFrom } = write.policy;
      orm
        .insert(policy)
        .values({ district: write.district, version, validFrom, body: JSON.stringify(write.policy) })
        .run();
      return;
    }
    case 'user':
      applyUser(orm, write);
      return;
    case 'wall': {
      const { id, ...set } = write.wall;
      orm
        .insert(wall)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: wall.id, set })
        .run();
      return;
    }
    case 'setting': {
      const { key, value } = write;
      orm.insert(setting).values({ key, value }).onConflictDoUpdate({ target: setting.key, set: { value } }).run();
      return;
    }
    default:
      unreachable(write);
  }
}

function applyUser(orm: Orm, write: Extract<OrganisationWrite, { row: 'user' }>): void {
  const { id, ...rest } = write.user;
  const set = write.passwordHash === null ? rest : { ...rest, passwordHash: write.passwordHash };
  const isKnown = orm.select({ id: userAccount.id }).from(userAccount).where(eq(userAccount.id, id)).get();
  if (isKnown) orm.update(userAccount).set(set).where(eq(userAccount.id, id)).run();
  else
    orm
      .insert(userAccount)
      .values({ id, passwordHash: '!', ...set })
      .run();
  if (write.endSessionsAt !== null) {
    const isLive = and(eq(session.userId, id), isNull(session.endedAt));
    orm.update(session).set({ endedAt: write.endSessionsAt }).where(isLive).run();
  }
}
