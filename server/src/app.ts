import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { DemoAccounts } from '@faultline/shared/wire/http.ts';
import type { Logger } from 'pino';
import { createAccess } from './access/access.ts';
import { demoRoutes } from './access/demo-routes.ts';
import { firstRunRoutes } from './access/first-run-routes.ts';
import { accessRoutes } from './access/routes.ts';
import type { Random } from './access/tokens.ts';
import { makeId } from './access/tokens.ts';
import { auditRoutes } from './audit/routes.ts';
import type { Clock } from './clock.ts';
import { notBehind } from './clock.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config.ts';
import type { Dispatcher } from './dispatcher.ts';
import { createDispatcher } from './dispatcher.ts';
import { createConsoleLine } from './escalation/console/console-line.ts';
import { consoleSocket } from './escalation/console/console-socket.ts';
import { createNextRings } from './escalation/console/next-rings.ts';
import { pairingRoutes } from './escalation/console/pairing-routes.ts';
import type { Escalation } from './escalation/engine.ts';
import { createEscalation } from './escalation/engine.ts';
import { createLines } from './escalation/lines.ts';
import type { PhoneLine } from './escalation/phone-line.ts';
import { rehearsalRoutes } from './escalation/rehearsal-routes.ts';
import { escalationRoutes } from './escalation/routes.ts';
import { watchShifts } from './escalation/shift-watch.ts';
import { speechRoutes } from './escalation/speech/routes.ts';
import { createSpeech } from './escalation/speech/speech.ts';
import { createStatusBoard } from './escalation/status.ts';
import { webhookRoutes } from './escalation/webhook/routes.ts';
import type { Http } from './http/http.ts';
import { createHttp } from './http/http.ts';
import type { Metrics } from './http/metrics.ts';
import { createMetrics } from './http/metrics.ts';
import { createOriginRules } from './http/request-origin.ts';
import { every } from './live/every.ts';
import type { Hub } from './live/hub.ts';
import { createHub } from './live/hub.ts';
import { createPresence } from './live/presence.ts';
import { protocolRoutes } from './live/protocol-routes.ts';
import { createUpgradeRouter } from './live/upgrade.ts';
import { createCityMap } from './map/city-map.ts';
import { mapRoutes } from './map/routes.ts';
import type { Directory } from './organisation/directory.ts';
import { createDirectory } from './organisation/directory.ts';
import { checkPurpose, createFirstRun } from './organisation/first-run.ts';
import { createOrganisation } from './organisation/organisation.ts';
import { organisationRoutes } from './organisation/routes.ts';
import type { Sample } from './organisation/sample.ts';
import { seedSample } from './organisation/sample.ts';
import { createAccessStore } from './store/sqlite/access-store.ts';
import { createCallStore } from './store/sqlite/call-store.ts';
import { holdDataDir } from './store/sqlite/data-dir-lock.ts';
import { openDatabase } from './store/sqlite/database.ts';
import { createJournalStore } from './store/sqlite/journal-store.ts';
import { createOrganisationStore } from './store/sqlite/organisation-store.ts';
import type { JournalStore } from './store/store.ts';
import { boardRoutes } from './ticket/board-routes.ts';
import type { TicketRouteParts } from './ticket/routes.ts';
import { ticketRoutes } from './ticket/routes.ts';
import type { Fleet } from './vehicle/fleet.ts';
import { createFleet } from './vehicle/fleet.ts';
import { trackRoutes } from './vehicle/routes.ts';
import { vehicleSocket } from './vehicle/socket.ts';
import type { Track } from './vehicle/track.ts';
import { createTrack } from './vehicle/track.ts';
import { createWake } from './wake.ts';

/** What the outside gives an app; a test gives its own. */
export interface World {
  readonly clock: Clock;
  /** How far the machine's wall clock has moved away from `clock` since the start; a test's clock has none. */
  readonly drift?: () => Duration;
  readonly random: Random;
  readonly log: Logger;
}

export interface App {
  /** Opens the port, then begins to fire what is due. @returns the address people open. */
  listen(): Promise<string>;
  close(): Promise<void>;
  /** The bare HTTP server's routes, for a test that has no need of a socket. */
  readonly http: Http;
  /** In the demo only. */
  readonly sample: Sample | null;
  /** For an empty database in service; `null` otherwise. */
  readonly firstRunCode: string | null;
}

const CLIENT_DIST = join(dirname(fileURLToPath(import.meta.url)), '../../client/dist');
/** A track is kept for a month by default: long enough for a complaint, short enough for a disk. */
const TRACK_DAYS = 31;
const DRIFT_CHECK_EVERY: Duration = MINUTE;
/** Beyond this a person would see that the wall's clock and his own differ. */
const MAX_DRIFT: Duration = 2 * SECOND;

/**
 * Puts the server together; nothing runs before `listen`.
 * @throws StoreMismatchFault when the database is damaged or made for another purpose.
 */
export async function createApp(config: Config, world: World): Promise<App> {
  const held = holdDataDir(config.dataDir);
  try {
    return await compose(config, world, held.release);
  } catch (error) {
    held.release();
    throw error;
  }
}

async function compose(config: Config, world: World, releaseDataDir: () => void): Promise<App> {
  const { clock: wallClock, drift = () => 0, random, log } = world;
  const onFault = (error: unknown): void => log.error({ err: error }, 'a part failed beside its answers');
  const isSecure = config.tls !== null || config.trustProxy;
  const isDemo = config.mode === 'demo';
  const database = openDatabase(join(config.dataDir, 'faultline.db'));
  const store = createJournalStore(database);
  const clock = notBehind(wallClock, await store.newestAt());
  const organisationStore = createOrganisationStore(database, store);
  const accessStore = createAccessStore(database);
  await checkPurpose(organisationStore, config.mode);
  const directory = await createDirectory(organisationStore);
  const organisation = createOrganisation({ store: organisationStore, directory, clock, onListenerFault: onFault });
  const origins = createOriginRules({ host: config.host, publicUrl: config.publicUrl, isSecure });
  const access = await createAccess({ store: accessStore, directory, clock, random, origins, isSecure, onFault });
  const { passwords } = access;
  const sample = isDemo ? await seedSample({ store: organisationStore, directory, passwords, random, clock }) : null;
  const firstRun = createFirstRun({ directory, organisation, passwords, random });

  const policies = directory.policies;
  const dispatcher = createDispatcher({ store, clock, policies, onListenerFault: onFault });
  const wake = createWake({ store, dispatcher, clock, districtOf: districtIn(store), onFault });
  const upgrade = createUpgradeRouter({ access, clock });
  const presence = createPresence({ directory });
  const hub = createHub({ upgrade, access, store, dispatcher, presence, clock, onFault });
  organisation.onCommitted((district, row) => hub.announceOrganisation(district, row));
  const track = createTrack({ path: join(config.dataDir, 'positions.db'), keepDays: TRACK_DAYS, clock, onFault });
  const fleet = createFleet({
    clock,
    directory,
    frameIntervalMs: config.frameIntervalMs,
    onFrame: hub.sendPositions,
    onTrackPoint: track.add,
  });
  // Without its track the server still dispatches: vehicles appear with their next position.
  const lastShown: Track['lastShown'] = async () => {
    try {
      return await track.lastShown();
    } catch (error) {
      onFault(error);
      return [];
    }
  };
  const calls = createCallStore(database);
  const consoleLine = createConsoleLine({ clock });
  const speech = createSpeech({
    program: config.phone.espeakPath,
    cacheDir: join(config.dataDir, 'speech'),
    pronunciations: (language) => pronunciationsIn(directory, language),
    recordedDir: config.phone.promptsDir,
    onFault,
  });
  const { dataDir, phone } = config;
  const { all: lines, webhook } = createLines({ config: phone, dataDir, consoleLine, speech, clock, random, log });
  const escalation = createEscalation({
    store,
    calls,
    directory,
    dispatcher,
    lines,
    clock,
    newId: () => makeId(random),
    mostPerNumberAndDay: config.phone.callsPerNumberPerDay,
    onFault,
  });
  const status = createStatusBoard({ escalation, lines, calls, directory, clock, onFault });
  status.onChanged(hub.sendEscalation);
  organisation.onCommitted(status.touch);

  const metrics = createMetrics();
  const probes = { database: async () => (await store.newestAt()) >= 0, timers: () => wake.isHealthy() };
  const tls = config.tls && {
    cert: await readSetting('TLS_CERT_FILE', config.tls.certFile),
    key: await readSetting('TLS_KEY_FILE', config.tls.keyFile),
  };
  const { trustProxy } = config;
  const clientDist = resolve(config.clientDist ?? CLIENT_DIST);
  const http = await createHttp({
    access,
    logger: log,
    metrics,
    probes,
    random,
    isSecure,
    trustProxy,
    tls,
    clientDist,
  });
  const { app } = http;

  const facts = { directory, isDepartmentConnected: presence.isDepartmentConnected, positionOf: fleet.positionOf };
  const audit = accessStore;
  const recordReading: TicketRouteParts['recordReading'] = ({ district, id }, subject, detail) =>
    audit.record({ district, at: clock.now(), actorId: id, act: 'caller.read', subject, detail });
  const simulation = (): DemoAccounts['simulation'] => config.shift;
  await app.register(accessRoutes, { access, directory, isDemo, onWallPaired: organisation.wallPaired });
  const nextRings = createNextRings({ store, directory, clock });
  const isPhoneConnected = (contactId: string): boolean => consoleLine.isConnected(contactId);
  await app.register(demoRoutes, { access, directory, isDemo, simulation, nextRings, isPhoneConnected });
  await app.register(firstRunRoutes, { access, directory, firstRun });
  await app.register(organisationRoutes, {
    organisation,
    directory,
    store: organisationStore,
    journal: store,
    access,
    audit,
    clock,
    random,
    speech,
  });
  await app.register(boardRoutes, { store, directory, fleet, presence, clock });
  await app.register(ticketRoutes, { store, dispatcher, clock, facts, recordReading });
  await app.register(escalationRoutes, { directory, calls, escalation, status, clock });
  if (webhook) await app.register(webhookRoutes, { line: webhook, isReady: escalation.isStarted });
  await app.register(rehearsalRoutes, { directory, clock, lineFor: ({ id }) => escalation.lineFor(id) });
  await app.register(speechRoutes, { speech });
  await app.register(pairingRoutes, { access, directory, audit, clock, line: consoleLine });
  await app.register(consoleSocket, {
    upgrade,
    access,
    directory,
    line: consoleLine,
    clock,
    onOrganisationCommitted: organisation.onCommitted,
  });
  await app.register(auditRoutes, { store, directory, clock });
  await app.register(trackRoutes, { directory, track });
  const map = createCityMap();
  await app.register(mapRoutes, { map });
  const { changeDuty } = organisation;
  await app.register(vehicleSocket, {
    upgrade,
    access,
    store,
    dispatcher,
    directory,
    presence,
    fleet,
    clock,
    changeDuty,
    onOrganisationCommitted: organisation.onCommitted,
    onFault,
  });
  await app.register(protocolRoutes);
  upgrade.attach(app.server);
  await app.ready();
  addPhoneMetrics(metrics, escalation, lines);
  addRoomMetrics(metrics, { hub, fleet, track, dispatcher, clock, districts: directory.districts });
  metrics.gauge('faultline_clock_drift_seconds', 'Wall clock minus server clock since start', () => drift() / SECOND);
  const stopWatchingClock = every(clock, DRIFT_CHECK_EVERY, () => {
    const driftMs = drift();
    if (Math.abs(driftMs) > MAX_DRIFT) {
      log.warn(
        { driftMs },
        "the machine's clock was set: deadlines go by the clock of this server's start; restart it",
      );
    }
  });

  const { testCall } = escalation;
  const stopWatchingShifts = config.phone.testAtShiftStart
    ? watchShifts({ directory, clock, testCall, onFault })
    : () => {};

  return {
    http,
    sample,
    firstRunCode: firstRun.code,
    async listen() {
      fleet.restore(await lastShown());
      await app.listen({ host: config.host, port: config.port });
      fleet.start();
      await escalation.start();
      await wake.start();
      // Half a second of reading that nobody should wait for, neither the start nor the first map.
      map.tiles().catch(onFault);
      return addressOf(app.server, config);
    },
    async close() {
      stopWatchingClock();
      stopWatchingShifts();
      status.stop();
      await wake.stop();
      await escalation.stop();
      fleet.stop();
      hub.close();
      upgrade.close();
      await app.close();
      access.close();
      await track.close();
      database.close();
      releaseDataDir();
    },
  };
}

/** One server speaks for all its districts: a word is spoken the same way in each. */
function pronunciationsIn(directory: Directory, language: 'zh' | 'en') {
  return directory
    .districts()
    .flatMap(({ id }) => directory.pronunciations(id))
    .filter((word) => word.language === language);
}

async function readSetting(name: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ConfigError(`${name}=${path} cannot be read`, { cause });
  }
}

function districtIn(store: JournalStore): (ticketId: string) => Promise<string | null> {
  return async (ticketId) => (await store.ticket(ticketId))?.report.district ?? null;
}

/** What people type: the public address when there is one, else where the server really listens. */
function addressOf(server: Server, config: Config): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `${config.tls ? 'https' : 'http'}://${host}:${port}`;
}

function addPhoneMetrics(metrics: Metrics, escalation: Escalation, lines: readonly PhoneLine[]): void {
  metrics.gauge('faultline_ladders_open', 'Hops that lie still and are rung about', () => escalation.stats().open);
  metrics.gauge('faultline_calls_live', 'Calls under way on a line', () =>
    lines.reduce((sum, { id }) => sum + escalation.inUse(id), 0),
  );
  metrics.gauge(
    'faultline_lines_down',
    'Configured phone lines that are down',
    () => lines.filter((line) => line.status().state === 'down').length,
  );
  metrics.gauge(
    'faultline_late_keys',
    'Keys pressed after their call was over, since start',
    () => escalation.stats().lateKeys,
  );
}

function addRoomMetrics(
  metrics: Metrics,
  rooms: {
    readonly hub: Hub;
    readonly fleet: Fleet;
    readonly track: Track;
    readonly dispatcher: Dispatcher;
    readonly clock: Clock;
    readonly districts: Directory['districts'];
  },
): void {
  const { hub, fleet, track, dispatcher, clock } = rooms;
  metrics.gauge('faultline_consoles', 'Consoles that are connected', () => hub.stats().consoles);
  metrics.gauge(
    'faultline_consoles_cut_off',
    'Consoles cut off because they did not read, since start',
    () => hub.stats().cutOff,
  );
  metrics.gauge('faultline_positions_moved', 'Positions that moved a vehicle since start', () => fleet.stats().moved);
  metrics.gauge(
    'faultline_track_points_lost',
    'Positions the track could not keep since start',
    () => track.stats().lost,
  );
  metrics.gauge('faultline_vehicles_with_wrong_clock', 'Vehicles whose clock is off by more than two minutes', () =>
    rooms.districts().reduce((sum, { id }) => sum + fleet.clockFaults(id).length, 0),
  );
  const countEvent = metrics.counter('faultline_events_total', 'Ticket events by type', ['type']);
  const observeLateness = metrics.seconds('faultline_duty_lateness_seconds', 'From due to fired');
  dispatcher.onCommitted(({ rows }) => {
    for (const row of rows) {
      if (row.kind !== 'ticket') continue;
      countEvent({ type: row.event.type });
      if ('dueAt' in row.event) observeLateness(clock.now() - row.event.dueAt);
    }
  });
}
