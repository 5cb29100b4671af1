import { assert } from '@faultline/shared/assert.ts';
import type { Contact, Department, User, UserRole, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Passwords } from '../access/password.ts';
import type { Random } from '../access/tokens.ts';
import { makeCode } from '../access/tokens.ts';
import type { Clock } from '../clock.ts';
import type { OrganisationStore, OrganisationWrite } from '../store/organisation-store.ts';
import type { DirectoryMirror } from './directory.ts';
import { PURPOSE } from './first-run.ts';
import {
  SAMPLE_DEPARTMENTS,
  SAMPLE_DISTRICT,
  SAMPLE_FLEET,
  SAMPLE_FURTHER_CONTACTS,
  SAMPLE_PRONUNCIATIONS,
  SAMPLE_ROSTER,
  SAMPLE_TRADES,
  SAMPLE_USERS,
  sampleOverride,
} from './sample-data.ts';

/** What the start of the demo tells the person at the terminal. */
export interface Sample {
  readonly districtName: string;
  readonly accounts: readonly { readonly login: string; readonly password: string; readonly role: UserRole }[];
}

/** All demo accounts share one password, drawn anew for each database and kept in it, so that every start can say it. */
const DEMO_PASSWORD = 'demo-password';

/** Numbers with nothing but zeros before the last digits belong to nobody in any network. */
const FIRST_PHONE = 101;
const PHONE_DIGITS = 11;

/**
 * The Beijing sample: everything but tickets. Makes the database a demo's for good; on a database that has it already
 * nothing is written.
 * @throws StoreFault when it cannot be written: nothing is written then.
 */
export async function seedSample(parts: {
  readonly store: OrganisationStore;
  readonly directory: DirectoryMirror;
  readonly passwords: Passwords;
  readonly random: Random;
  readonly clock: Clock;
}): Promise<Sample> {
  const { store, directory } = parts;
  const known = await store.setting(DEMO_PASSWORD);
  const password = known ?? makeCode(parts.random);
  if (known === null) {
    const passwordHash = await parts.passwords.hash(password);
    assert(passwordHash !== null, 'nobody else hashes before the port is open');
    const at = parts.clock.now();
    const writes = sampleWrites(password, passwordHash, at);
    const change = { what: 'policy', id: String(FIRST_POLICY.version), how: 'added' } as const;
    await store.commit({ district: SAMPLE_DISTRICT.id, change, by: { kind: 'system' }, at }, writes);
    directory.apply(writes);
  }
  return {
    districtName: `${SAMPLE_DISTRICT.name.zh} · ${SAMPLE_DISTRICT.name.en}`,
    accounts: SAMPLE_USERS.map(({ login, role }) => ({ login, role, password })),
  };
}

function sampleWrites(password: string, passwordHash: string, at: Instant): readonly OrganisationWrite[] {
  const district = SAMPLE_DISTRICT.id;
  const departments = SAMPLE_DEPARTMENTS.map((row): Department => ({ ...row, district, isActive: true }));
  const vehicles = sampleVehicles(district);
  const users = SAMPLE_USERS.map((row): User => ({ ...row, id: `user-${row.login}`, district, isActive: true }));
  return [
    { row: 'setting', key: PURPOSE, value: 'demo' },
    { row: 'setting', key: DEMO_PASSWORD, value: password },
    { row: 'district', district: SAMPLE_DISTRICT },
    { row: 'policy', district, policy: FIRST_POLICY },
    ...departments.map((department) => ({ row: 'department' as const, department })),
    ...SAMPLE_TRADES.map((trade) => ({ row: 'trade' as const, district, trade })),
    ...vehicles.map((vehicle) => ({ row: 'vehicle' as const, vehicle })),
    ...sampleContacts(vehicles).map((contact) => ({ row: 'contact' as const, contact })),
    ...[...SAMPLE_ROSTER, sampleOverride(at)].map((entry) => ({ row: 'roster' as const, entry })),
    ...SAMPLE_PRONUNCIATIONS.map((pronunciation) => ({ row: 'pronunciation' as const, district, pronunciation })),
    ...users.map((user) => ({ row: 'user' as const, user, passwordHash, endSessionsAt: null })),
  ];
}

function sampleVehicles(district: string): readonly Vehicle[] {
  const places = SAMPLE_DEPARTMENTS.flatMap(({ id, crewKind }) =>
    crewKind === null ? [] : SAMPLE_FLEET[crewKind].map((tradeIds) => ({ crewId: id, tradeIds })),
  );
  return places.map(({ crewId, tradeIds }, index) => {
    const number = String(index + 1).padStart(2, '0');
    return {
      id: `vehicle-${number}`,
      district,
      index,
      crewId,
      callSign: `抢修${number}`,
      // A letter after the dot and a number of this shape: no plate of the road looks like it.
      plate: `京A·F00${number}`,
      tradeIds,
      duty: 'on-duty',
      isActive: true,
    };
  });
}

/** Every office has a duty phone and two chiefs; a few have more. */
function sampleContacts(vehicles: readonly Vehicle[]): readonly Contact[] {
  const titles = [
    ['duty', '值班电话'],
    ['chief-1', '主管甲'],
    ['chief-2', '主管乙'],
  ] as const;
  const usual = SAMPLE_DEPARTMENTS.flatMap(({ id, name }) =>
    titles.map(([role, title]) => ({
      id: `contact-${id}-${role}`,
      departmentId: id,
      role,
      vehicleId: null,
      name: `${name.zh}${title}`,
    })),
  );
  const further = SAMPLE_FURTHER_CONTACTS.map(({ vehicle, ...contact }) => ({
    ...contact,
    vehicleId: vehicle === null ? null : (vehicles[vehicle]?.id ?? null),
  }));
  return [...usual, ...further].map((contact, at) => ({
    ...contact,
    phone: String(FIRST_PHONE + at).padStart(PHONE_DIGITS, '0'),
    language: 'zh',
  }));
}
