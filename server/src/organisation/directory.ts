import { unreachable } from '@faultline/shared/assert.ts';
import type {
  Contact,
  Department,
  District,
  Trade,
  User,
  Vehicle,
  Wall,
} from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Pronunciation } from '@faultline/shared/wire/escalation.ts';
import type { OrganisationStore, OrganisationWrite } from '../store/organisation-store.ts';

/** The organisation as the rooms read it: a mirror in memory, renewed with every committed change. */
export interface Directory {
  districts(): readonly District[];
  district(id: string): District | null;
  departments(district: string): readonly Department[];
  department(id: string): Department | null;
  trades(district: string): readonly Trade[];
  /** In the order of their index. */
  vehicles(district: string): readonly Vehicle[];
  vehicle(id: string): Vehicle | null;
  contacts(departmentId: string): readonly Contact[];
  contact(id: string): Contact | null;
  roster(departmentId: string): readonly RosterEntry[];
  rosterEntry(id: string): RosterEntry | null;
  pronunciations(district: string): readonly Pronunciation[];
  pronunciation(id: string): (Pronunciation & { readonly district: string }) | null;
  policies(district: string): readonly Policy[];
  user(id: string): User | null;
  users(district: string): readonly User[];
  walls(district: string): readonly Wall[];
  wall(id: string): Wall | null;
}

export interface DirectoryMirror extends Directory {
  /** What a commit has written; told by whoever has committed it, right after. */
  apply(writes: readonly OrganisationWrite[]): void;
}

/** Rows of one kind by id, and the same rows by what they belong to, in the order of their entry. */
interface Shelf<Row extends { readonly id: string }> {
  readonly byId: ReadonlyMap<string, Row>;
  of(owner: string): readonly Row[];
  put(row: Row): void;
  remove(id: string): void;
}

function createShelf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  ownerOf: (row: Row) => string,
): Shelf<Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  // Lists are made when they are asked for and kept until something of the kind changes.
  let lists: Map<string, Row[]> | null = null;
  return {
    byId,
    of(owner) {
      lists ??= Map.groupBy(byId.values(), ownerOf);
      return lists.get(owner) ?? [];
    },
    put(row) {
      byId.set(row.id, row);
      lists = null;
    },
    remove(id) {
      byId.delete(id);
      lists = null;
    },
  };
}

/** Loads the mirror. @throws StoreFault when the store cannot be read. */
export async function createDirectory(store: OrganisationStore): Promise<DirectoryMirror> {
  const rows = await store.readAll();
  const ofDistrict = (row: { readonly district: string }): string => row.district;
  const districts = new Map(rows.districts.map((district) => [district.id, district]));
  const departments = createShelf(rows.departments, ofDistrict);
  const trades = createShelf(rows.trades, ofDistrict);
  const vehicles = createShelf(rows.vehicles, ofDistrict);
  const contacts = createShelf(rows.contacts, (contact) => contact.departmentId);
  const roster = createShelf(rows.roster, (entry) => entry.departmentId);
  const pronunciations = createShelf(rows.pronunciations, ofDistrict);
  const users = createShelf(rows.users, ofDistrict);
  const walls = createShelf(rows.walls, ofDistrict);
  const policies = new Map<string, readonly Policy[]>();
  const addPolicy = (district: string, policy: Policy): void => {
    policies.set(district, [...(policies.get(district) ?? []), policy]);
  };
  for (const { district, policy } of rows.policies) addPolicy(district, policy);

  const applyOne = (write: OrganisationWrite): void => {
    switch (write.row) {
      case 'district':
        districts.set(write.district.id, write.district);
        return;
      case 'department':
        return departments.put(write.department);
      case 'department-removed':
        return departments.remove(write.id);
      case 'trade':
        return trades.put({ ...write.trade, district: write.district });
      case 'trade-removed':
        return trades.remove(write.id);
      case 'vehicle':
        return vehicles.put(write.vehicle);
      case 'contact':
        return contacts.put(write.contact);
      case 'contact-removed':
        return contacts.remove(write.id);
      case 'roster':
        return roster.put(write.entry);
      case 'roster-removed':
        return roster.remove(write.id);
      case 'pronunciation':
        return pronunciations.put({ ...write.pronunciation, district: write.district });
      case 'pronunciation-removed':
        return pronunciations.remove(write.id);
      case 'policy':
        return addPolicy(write.district, write.policy);
      case 'user':
        return users.put(write.user);
      case 'wall':
        return walls.put(write.wall);
      case 'setting':
        return;
      default:
        return unreachable(write);
    }
  };

  return {
    districts: () => [...districts.values()],
    district: (id) => districts.get(id) ?? null,
    departments: (district) => departments.of(district),
    department: (id) => departments.byId.get(id) ?? null,
    trades: (district) => trades.of(district).map(({ id, name }) => ({ id, name })),
    vehicles: (district) => vehicles.of(district),
    vehicle: (id) => vehicles.byId.get(id) ?? null,
    contacts: (departmentId) => contacts.of(departmentId),
    contact: (id) => contacts.byId.get(id) ?? null,
    roster: (departmentId) => roster.of(departmentId),
    rosterEntry: (id) => roster.byId.get(id) ?? null,
    pronunciations: (district) => pronunciations.of(district).map(({ district: _, ...row }) => row),
    pronunciation: (id) => pronunciations.byId.get(id) ?? null,
    policies: (district) => policies.get(district) ?? [],
    user: (id) => users.byId.get(id) ?? null,
    users: (district) => users.of(district),
    walls: (district) => walls.of(district),
    wall: (id) => walls.byId.get(id) ?? null,
    apply: (writes) => writes.forEach(applyOne),
  };
}
