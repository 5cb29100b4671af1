import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessControl } from '@faultline/server/src/access/access.ts';
import { createAccess } from '@faultline/server/src/access/access.ts';
import { demoRoutes } from '@faultline/server/src/access/demo-routes.ts';
import { firstRunRoutes } from '@faultline/server/src/access/first-run-routes.ts';
import type { EndReason, GuardedRoute } from '@faultline/server/src/access/guard.ts';
import { accessRoutes } from '@faultline/server/src/access/routes.ts';
import type { Random } from '@faultline/server/src/access/tokens.ts';
import type { Probes } from '@faultline/server/src/http/health.ts';
import { createHttp } from '@faultline/server/src/http/http.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { createMetrics } from '@faultline/server/src/http/metrics.ts';
import { createOriginRules } from '@faultline/server/src/http/request-origin.ts';
import type { DirectoryMirror } from '@faultline/server/src/organisation/directory.ts';
import { createDirectory } from '@faultline/server/src/organisation/directory.ts';
import type { FirstRun } from '@faultline/server/src/organisation/first-run.ts';
import { checkPurpose, createFirstRun } from '@faultline/server/src/organisation/first-run.ts';
import type { Organisation } from '@faultline/server/src/organisation/organisation.ts';
import { createOrganisation } from '@faultline/server/src/organisation/organisation.ts';
import { organisationRoutes } from '@faultline/server/src/organisation/routes.ts';
import type { Sample } from '@faultline/server/src/organisation/sample.ts';
import { seedSample } from '@faultline/server/src/organisation/sample.ts';
import type { AccessStore } from '@faultline/server/src/store/access-store.ts';
import type { OrganisationStore } from '@faultline/server/src/store/organisation-store.ts';
import { createAccessStore } from '@faultline/server/src/store/sqlite/access-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import type { SqliteJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import type { JournalRow } from '@faultline/shared/wire/live.ts';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { TestClock } from './clock.ts';
import { testClock } from './clock.ts';

/** The rooms of access and organisation behind the real HTTP server, without tickets and sockets. */
export interface Office {
  readonly app: FastifyInstance;
  readonly clock: TestClock;
  readonly access: AccessControl;
  readonly directory: DirectoryMirror;
  readonly organisation: Organisation;
  readonly firstRun: FirstRun;
  readonly sample: Sample | null;
  readonly stores: {
    readonly access: AccessStore;
    readonly organisation: OrganisationStore;
    readonly journal: SqliteJournalStore;
  };
  /** Pages the database may have beside those it has; `null` lifts the limit. */
  limitDisk(spare: number | null): void;
  readonly ended: { readonly credential: string; readonly reason: EndReason }[];
  readonly announced: JournalRow[];
  readonly faults: unknown[];
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[];
  routes(): readonly GuardedRoute[];
  /** A request from a page of this server. */
  ask(method: Method, url: string, options?: Asked): Promise<LightMyRequestResponse>;
  /** Signs in by one click and gives the cookie. */
  cookieOf(login: string): Promise<string>;
  close(): Promise<void>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Asked {
  readonly body?: unknown;
  readonly cookie?: string;
  readonly token?: string;
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OfficeOptions {
  /** A demo has the sample district; service begins empty. */
  readonly mode?: 'demo' | 'serve';
  /** The database file; in memory when none is given. */
  readonly path?: string;
  readonly clock?: TestClock;
  readonly isSecure?: boolean;
  readonly publicUrl?: string;
  readonly trustProxy?: boolean;
  readonly clientDist?: string;
  readonly probes?: Probes;
  /** Routes of the test's own, registered before the rest. */
  readonly extend?: (app: FastifyInstance) => void;
}

export async function openOffice(options: OfficeOptions = {}): Promise<Office> {
  const { mode = 'demo', path = ':memory:', isSecure = false } = options;
  const clock = options.clock ?? testClock();
  const random = countedRandom(path);
  const database = openDatabase(path);
  const journal = createJournalStore(database);
  const store = createOrganisationStore(database, journal);
  const accessStore = createAccessStore(database);
  await checkPurpose(store, mode);
  const directory = await createDirectory(store);
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const origins = createOriginRules({ host: '127.0.0.1', publicUrl: options.publicUrl ?? null, isSecure });
  const parts = { store: accessStore, directory, clock, random, origins, isSecure, onFault };
  const access = await createAccess(parts);
  const organisation = createOrganisation({ store, directory, clock, onListenerFault: onFault });
  const isDemo = mode === 'demo';
  const sample = isDemo ? await seedSample({ store, directory, passwords: access.passwords, random, clock }) : null;
  const firstRun = createFirstRun({ directory, organisation, passwords: access.passwords, random });

  const ended: Office['ended'] = [];
  const announced: JournalRow[] = [];
  access.onEnded((credential, reason) => ended.push({ credential, reason }));
  organisation.onCommitted((_district, row) => announced.push(row));

  const log: Record<string, unknown>[] = [];
  const logger = createLog({ write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) });
  const { app, routes } = await createHttp({
    access,
    logger,
    metrics: createMetrics(),
    probes: options.probes ?? { database: () => true },
    random,
    isSecure,
    trustProxy: options.trustProxy ?? false,
    tls: null,
    clientDist: options.clientDist ?? join(tmpdir(), 'faultline-no-client'),
  });
  options.extend?.(app);
  await app.register(accessRoutes, { access, directory, isDemo, onWallPaired: organisation.wallPaired });
  await app.register(demoRoutes, {
    access,
    directory,
    isDemo,
    simulation: () => null,
    nextRings: async () => new Map(),
    isPhoneConnected: () => false,
  });
  await app.register(firstRunRoutes, { access, directory, firstRun });
  await app.register(organisationRoutes, {
    organisation,
    directory,
    store,
    journal,
    access,
    audit: accessStore,
    clock,
    random,
    speech: { isInstalled: async () => false },
  });
  await app.ready();

  const ask: Office['ask'] = (method, url, asked = {}) => app.inject(requestOf(method, url, asked));
  return {
    app,
    clock,
    access,
    directory,
    organisation,
    firstRun,
    sample,
    stores: { access: accessStore, organisation: store, journal },
    limitDisk(spare) {
      const pages = Number(database.raw.pragma('page_count', { simple: true }));
      database.raw.pragma(`max_page_count = ${spare === null ? 1_000_000 : pages + spare}`);
    },
    ended,
    announced,
    faults,
    log,
    routes,
    ask,
    async cookieOf(login) {
      const answer = await ask('POST', '/api/demo/session', { body: { login } });
      if (answer.statusCode !== 200) throw new Error(`no session for ${login}: ${answer.body}`);
      return cookieIn(answer);
    },
    async close() {
      access.close();
      await app.close();
      database.close();
    },
  };
}

/** A request as a page of this server makes it. */
export function requestOf(method: Method, url: string, asked: Asked): InjectOptions {
  const headers = {
    host: '127.0.0.1:8080',
    'sec-fetch-site': 'same-origin',
    ...(asked.cookie === undefined ? {} : { cookie: asked.cookie }),
    ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
    ...asked.headers,
  };
  const body = asked.body === undefined ? {} : { payload: asked.body as object };
  return { method, url, headers, remoteAddress: asked.address ?? '127.0.0.1', ...body };
}

/** `name=value` of the cookie that an answer sets. */
export function cookieIn(answer: LightMyRequestResponse): string {
  const header = answer.headers['set-cookie'];
  const first = Array.isArray(header) ? header[0] : header;
  if (first === undefined) throw new Error(`no cookie in ${answer.body}`);
  return first.split(';')[0] ?? '';
}

/** Bytes that look like chance and are the same in every run. */
export function countedRandom(seed: string): Random {
  let count = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32) {
      count += 1;
      blocks.push(createHash('sha256').update(`${seed}:${count}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
}
