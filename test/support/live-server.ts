import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access, EndReason } from '@faultline/server/src/access/guard.ts';
import { addGuard } from '@faultline/server/src/access/guard.ts';
import type { Viewer } from '@faultline/server/src/access/viewer.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { addErrorAnswers } from '@faultline/server/src/http/errors.ts';
import { createHub } from '@faultline/server/src/live/hub.ts';
import { createPresence } from '@faultline/server/src/live/presence.ts';
import { createUpgradeRouter } from '@faultline/server/src/live/upgrade.ts';
import type { Directory } from '@faultline/server/src/organisation/directory.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createFleet } from '@faultline/server/src/vehicle/fleet.ts';
import { trackRoutes } from '@faultline/server/src/vehicle/routes.ts';
import { vehicleSocket } from '@faultline/server/src/vehicle/socket.ts';
import { createTrack } from '@faultline/server/src/vehicle/track.ts';
import type { Role } from '@faultline/shared/access/access.ts';
import type { Department, District, Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Report } from '@faultline/shared/ticket/ticket.ts';
import type { VehicleFix } from '@faultline/shared/wire/vehicle.ts';
import { BEARER_PROTOCOL_PREFIX } from '@faultline/shared/wire/vehicle.ts';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { runningClock } from './running-clock.ts';

const DISTRICT: District = {
  id: 'north',
  name: { zh: '北区', en: 'North' },
  timeZone: 'Asia/Shanghai',
  bounds: [116, 39, 117, 41],
};

function department(id: string, kind: Department['kind'], centreId: string | null = null): Department {
  const crewKind = kind === 'crew' ? 'city-supply-station' : null;
  const name = { zh: `部门${id}`, en: `Office ${id}` };
  return { id, district: 'north', kind, name, crewKind, centreId, site: id, areas: [], isActive: true };
}

const DEPARTMENTS = [
  department('service', 'service-centre'),
  department('centre1', 'repair-centre'),
  department('centre2', 'repair-centre'),
  department('crew1', 'crew', 'centre1'),
  department('crew2', 'crew', 'centre1'),
];

function vehicle(index: number, crewId: string): Vehicle {
  const id = `v${index}`;
  const plate = `京A·F000${index}`;
  return {
    id,
    district: 'north',
    index,
    crewId,
    callSign: `A${index}`,
    plate,
    tradeIds: [],
    duty: 'on-duty',
    isActive: true,
  };
}

const VEHICLES = [vehicle(1, 'crew1'), vehicle(2, 'crew1'), vehicle(3, 'crew2')];

const directory: Directory = {
  districts: () => [DISTRICT],
  district: (id) => (id === DISTRICT.id ? DISTRICT : null),
  departments: () => DEPARTMENTS,
  department: (id) => DEPARTMENTS.find((one) => one.id === id) ?? null,
  trades: () => [],
  vehicles: () => VEHICLES,
  vehicle: (id) => VEHICLES.find((one) => one.id === id) ?? null,
  contacts: () => [],
  contact: () => null,
  roster: () => [],
  rosterEntry: () => null,
  pronunciations: () => [],
  pronunciation: () => null,
  policies: () => [FIRST_POLICY],
  user: () => null,
  users: () => [],
  walls: () => [],
  wall: () => null,
};

/** Tokens that exist: whoever shows one is this viewer. */
const VIEWERS: Record<string, Omit<Viewer, 'credential'>> = {
  lead: person('lead', 'lead', 'service'),
  agent: person('agent', 'agent', 'service'),
  centre1: person('centre1', 'centre-dispatcher', 'centre1'),
  centre2: person('centre2', 'centre-dispatcher', 'centre2'),
  crew1: person('crew1', 'crew', 'crew1'),
  crew2: person('crew2', 'crew', 'crew2'),
  wall: { ...person('wall', 'wall', null), kind: 'device' },
  elsewhere: { ...person('elsewhere', 'lead', 'service'), district: 'south' },
  ...Object.fromEntries(
    VEHICLES.map(({ id, crewId, district }) => [
      id,
      { kind: 'device', id, name: id, role: 'vehicle', departmentId: crewId, district } as const,
    ]),
  ),
};

function person(id: string, role: Role, departmentId: string | null): Omit<Viewer, 'credential'> {
  return { kind: 'person', id, name: id, role, departmentId, district: 'north' };
}

function createTestAccess(ownOrigin: () => string): Access & { end(token: string, reason: EndReason): void } {
  const ended = new Set<string>();
  const listeners: ((credential: string, reason: EndReason) => void)[] = [];
  const tokenOf = (headers: IncomingHttpHeaders): string | null => {
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    const offered = protocols.find((one) => one.startsWith(BEARER_PROTOCOL_PREFIX));
    if (offered) return offered.slice(BEARER_PROTOCOL_PREFIX.length);
    return headers.authorization?.replace('Bearer ', '') ?? headers.cookie?.replace('session=', '') ?? null;
  };
  const credentialOf = (token: string): string => createHash('sha256').update(token).digest('hex');
  const identify: Access['identify'] = (headers) => {
    const token = tokenOf(headers);
    const viewer = token === null ? undefined : VIEWERS[token];
    if (token === null || !viewer) return refuse({ code: 'not-signed-in' });
    if (ended.has(token)) return refuse({ code: 'token-revoked' });
    return accept({ ...viewer, credential: credentialOf(token) });
  };
  return {
    identify,
    async authenticate(headers) {
      const identified = identify(headers);
      return identified.ok ? identified.value : null;
    },
    touch() {},
    checkUpgradeOrigin(headers) {
      if (headers.host !== new URL(ownOrigin()).host) return { ok: false, code: 'foreign-host' };
      if (headers.origin === undefined && tokenOf(headers) !== null && !headers.cookie) return { ok: true };
      return headers.origin === ownOrigin() ? { ok: true } : { ok: false, code: 'foreign-origin' };
    },
    checkMutationOrigin: () => true,
    isOwnHost: () => true,
    onEnded: (listener) => void listeners.push(listener),
    end(token, reason) {
      ended.add(token);
      for (const listener of listeners) listener(credentialOf(token), reason);
    },
  };
}

/**
 * The live part of the server on its real store, with an organisation of its own and a clock that can be moved.
 * @param options a track is kept only where a file for it is named.
 */
export async function startLiveServer(
  options: { frameIntervalMs?: number; databasePath?: string; trackPath?: string } = {},
) {
  const clock = runningClock();
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const database = openDatabase(options.databasePath ?? ':memory:');
  const store = createJournalStore(database);
  const dispatcher = createDispatcher({ store, clock, policies: directory.policies, onListenerFault: onFault });
  let origin = '';
  const access = createTestAccess(() => origin);
  const upgrade = createUpgradeRouter({ access, clock });
  const presence = createPresence({ directory });
  const hub = createHub({ upgrade, access, store, dispatcher, presence, clock, onFault });
  const track =
    options.trackPath === undefined ? null : createTrack({ path: options.trackPath, keepDays: 30, clock, onFault });
  const fleet = createFleet({
    clock,
    directory,
    frameIntervalMs: options.frameIntervalMs ?? 50,
    onFrame: hub.sendPositions,
    onTrackPoint: track?.add ?? (() => {}),
  });
  const app = Fastify({ forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  addErrorAnswers(app);
  addGuard(app, access);
  await app.register(vehicleSocket, {
    upgrade,
    access,
    store,
    dispatcher,
    directory,
    presence,
    fleet,
    clock,
    onFault,
    onOrganisationCommitted: () => {},
    changeDuty: async ({ vehicleId, duty }) =>
      duty === 'paused' && vehicleId === 'v3' ? refuse({ code: 'vehicle-is-last-of-trade' }) : accept(null),
  });
  if (track) await app.register(trackRoutes, { directory, track });
  upgrade.attach(app.server);
  fleet.start();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;

  let commands = 0;
  return {
    origin,
    port,
    app,
    clock,
    store,
    dispatcher,
    access,
    presence,
    hub,
    fleet,
    track,
    upgrade,
    faults,
    /** Submits commands as the shift lead would; a refusal is a mistake of the test. */
    async submit(ticketId: string, ...given: TicketCommand[]) {
      commands += 1;
      const outcome = await dispatcher.submit({
        commandId: `test-${commands}`,
        district: 'north',
        ticketId,
        commands: given,
        by: { kind: 'person', id: 'person-77', role: 'lead', departmentId: 'service' },
        expectedRevision: null,
        ...(given[0]?.type === 'open' ? { caller: { id: `c-${ticketId}`, data: CALLER } } : {}),
      });
      if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
      return outcome.value.answer;
    },
    async stop() {
      fleet.stop();
      hub.close();
      upgrade.close();
      await app.close();
      await track?.close();
      database.close();
    },
  };
}

export type LiveServer = Awaited<ReturnType<typeof startLiveServer>>;

/** Words that must not reach those who have no business with the caller. */
export const CALLER = {
  name: 'Wang Canary',
  phone: '13900000777',
  address: 'Canary Lane 7, door 3',
  note: 'canary note',
};

const NOW: TimeClaim = { how: 'now', evidence: 'device-online' };

export function open(ticketId: string): TicketCommand {
  const report: Report = {
    number: `n-${ticketId}`,
    district: 'north',
    areaClass: 'urban',
    place: { lon: 116.4, lat: 39.9, street: 'Main Street', area: 'Centre' },
    faultClass: 'low-voltage',
    faultText: 'no power',
    callerId: `c-${ticketId}`,
    isFromPaper: false,
  };
  return { type: 'open', report, time: NOW };
}

export function issue(centreId = 'centre1'): TicketCommand {
  return { type: 'issue', centreId, wasReceiverConnected: true, time: NOW };
}

export function dispatch(vehicleId = 'v1', crewId = 'crew1', supportVehicleIds: readonly string[] = []): TicketCommand {
  const facts = { isCoLocated: false, wasReceiverConnected: true, travelMs: null };
  return { type: 'dispatch', crewId, vehicleId, supportVehicleIds, ...facts, time: NOW };
}

export function recallLeg(no = 1): TicketCommand {
  return { type: 'recall', target: 'leg', no, reason: 'misrouted', text: 'secret words' };
}

export function fixAt(clock: { now(): number }, change: Partial<VehicleFix> = {}): VehicleFix {
  return { fixedAt: clock.now(), lon: 116.4, lat: 39.9, speedMps: 5, headingDeg: 90, accuracyM: 10, ...change };
}
