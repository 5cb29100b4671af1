import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hashOf } from '@faultline/server/src/access/tokens.ts';
import { systemClock } from '@faultline/server/src/clock.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { PURPOSE } from '@faultline/server/src/organisation/first-run.ts';
import { SAMPLE_DEPARTMENTS, SAMPLE_DISTRICT, SAMPLE_USERS } from '@faultline/server/src/organisation/sample-data.ts';
import { createAccessStore } from '@faultline/server/src/store/sqlite/access-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';

/** A district in service with as many vehicles, walls and tickets as a measurement needs, and the keys to get in. */
export interface Seeded {
  readonly vehicleTokens: readonly string[];
  readonly wallTokens: readonly string[];
  /** The session of the shift lead, as a `Cookie` header. */
  readonly leadCookie: string;
}

const WALL_ID = 'wall-1';
const LEAD = { kind: 'person', id: 'user-lead', role: 'lead', departmentId: 'service-centre' } as const satisfies Actor;

/** Writes the rows that an administrator's hours would, straight into the stores of a server that does not run yet. */
export async function seed(
  folder: string,
  size: { vehicles: number; walls: number; tickets: number },
): Promise<Seeded> {
  const database = openDatabase(join(folder, 'faultline.db'));
  const journal = createJournalStore(database);
  const organisation = createOrganisationStore(database, journal);
  const access = createAccessStore(database);
  const at = Date.now();
  const district = SAMPLE_DISTRICT.id;
  const crewIds = SAMPLE_DEPARTMENTS.flatMap(({ id, kind }) => (kind === 'crew' ? [id] : []));
  const vehicles = Array.from({ length: size.vehicles }, (_, index): Vehicle => {
    const crewId = crewIds[index % crewIds.length] ?? '';
    const names = { callSign: `抢修${index}`, plate: `京A·F${index}` };
    return { id: `vehicle-${index}`, district, index, crewId, ...names, tradeIds: [], duty: 'on-duty', isActive: true };
  });
  const change = { what: 'policy', id: String(FIRST_POLICY.version), how: 'added' } as const;
  await organisation.commit({ district, change, by: { kind: 'system' }, at }, [
    { row: 'setting', key: PURPOSE, value: 'service' },
    { row: 'district', district: SAMPLE_DISTRICT },
    { row: 'policy', district, policy: FIRST_POLICY },
    ...SAMPLE_DEPARTMENTS.map((one) => ({
      row: 'department' as const,
      department: { ...one, district, isActive: true },
    })),
    ...SAMPLE_USERS.map((one) => ({
      row: 'user' as const,
      user: { ...one, id: `user-${one.login}`, district, isActive: true },
      passwordHash: null,
      endSessionsAt: null,
    })),
    ...vehicles.map((vehicle) => ({ row: 'vehicle' as const, vehicle })),
    { row: 'wall', wall: { id: WALL_ID, district, name: 'wall', pairedAt: at, isRevoked: false } },
  ]);
  const device = (kind: 'vehicle' | 'wall', subjectId: string, no: number) => {
    const token = tokenOf(`${kind}-${no}`);
    return { token, row: { tokenHash: hashOf(token), kind, subjectId, createdAt: at, revokedAt: null } };
  };
  const vehicleDevices = vehicles.map(({ id, index }) => device('vehicle', id, index));
  const wallDevices = Array.from({ length: size.walls }, (_, no) => device('wall', WALL_ID, no));
  const leadToken = tokenOf('lead');
  database.raw.exec('BEGIN');
  for (const { row } of [...vehicleDevices, ...wallDevices]) await access.addDevice(row);
  await access.addSession({ tokenHash: hashOf(leadToken), userId: LEAD.id, createdAt: at, seenAt: at });
  database.raw.exec('COMMIT');
  const dispatcher = createDispatcher({
    store: journal,
    clock: systemClock(),
    policies: () => [FIRST_POLICY],
    onListenerFault: (error) => {
      throw error;
    },
  });
  const TOGETHER = 256;
  for (let from = 0; from < size.tickets; from += TOGETHER) {
    const nos = Array.from({ length: Math.min(TOGETHER, size.tickets - from) }, (_, index) => from + index);
    await Promise.all(
      nos.map((no) =>
        dispatcher.submit({
          commandId: `seed-${no}`,
          district,
          ticketId: `ticket-${no}`,
          commands: [openCommand(district, no)],
          by: LEAD,
          expectedRevision: null,
        }),
      ),
    );
  }
  database.close();
  return {
    vehicleTokens: vehicleDevices.map(({ token }) => token),
    wallTokens: wallDevices.map(({ token }) => token),
    leadCookie: `faultline=${leadToken}`,
  };
}

/** A ticket of the sample district, each at a place of its own. */
export function openCommand(district: string, no: number): TicketCommand {
  return {
    type: 'open',
    report: {
      number: `20261122-${String(no).padStart(5, '0')}`,
      district,
      areaClass: 'urban',
      place: {
        lon: 116.25 + (no % 100) / 400,
        lat: 39.8 + (Math.floor(no / 100) % 100) / 500,
        street: '东四北大街',
        area: '东城区',
      },
      faultClass: 'low-voltage',
      faultText: '全楼无电',
      callerId: null,
      isFromPaper: false,
    },
    time: { how: 'now', evidence: 'device-online' },
  };
}

/** The same keys in every run: the databases they open live as long as a benchmark. */
function tokenOf(name: string): string {
  return createHash('sha256').update(`bench:${name}`).digest('base64url');
}
