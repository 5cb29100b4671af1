import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccess } from '@faultline/server/src/access/access.ts';
import { demoRoutes } from '@faultline/server/src/access/demo-routes.ts';
import { accessRoutes } from '@faultline/server/src/access/routes.ts';
import { createConsoleLine } from '@faultline/server/src/escalation/console/console-line.ts';
import { consoleSocket } from '@faultline/server/src/escalation/console/console-socket.ts';
import { pairingRoutes } from '@faultline/server/src/escalation/console/pairing-routes.ts';
import type { PhoneCall, PhoneLineEvent } from '@faultline/server/src/escalation/phone-line.ts';
import { createHttp } from '@faultline/server/src/http/http.ts';
import { createLog } from '@faultline/server/src/http/log.ts';
import { createMetrics } from '@faultline/server/src/http/metrics.ts';
import { createOriginRules } from '@faultline/server/src/http/request-origin.ts';
import { createUpgradeRouter } from '@faultline/server/src/live/upgrade.ts';
import { createDirectory } from '@faultline/server/src/organisation/directory.ts';
import { createOrganisation } from '@faultline/server/src/organisation/organisation.ts';
import { organisationRoutes } from '@faultline/server/src/organisation/routes.ts';
import { seedSample } from '@faultline/server/src/organisation/sample.ts';
import { createAccessStore } from '@faultline/server/src/store/sqlite/access-store.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { countedRandom } from './office.ts';
import { runningClock } from './running-clock.ts';

/** The duty phones' rooms of the server behind a real port, with the sample organisation and no engine. */
export async function startPhoneServer(options: { readonly clientDist?: string } = {}) {
  const clock = runningClock();
  const random = countedRandom('phones');
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const database = openDatabase(':memory:');
  const journal = createJournalStore(database);
  const store = createOrganisationStore(database, journal);
  const audit = createAccessStore(database);
  const directory = await createDirectory(store);
  const origins = createOriginRules({ host: '127.0.0.1', publicUrl: null, isSecure: false });
  const access = await createAccess({ store: audit, directory, clock, random, origins, isSecure: false, onFault });
  const organisation = createOrganisation({ store, directory, clock, onListenerFault: onFault });
  await seedSample({ store, directory, passwords: access.passwords, random, clock });

  const line = createConsoleLine({ clock });
  const events: PhoneLineEvent[] = [];
  const listeners = new Set<(event: PhoneLineEvent) => void>();
  line.onEvent((event) => {
    events.push(event);
    for (const listener of [...listeners]) listener(event);
  });
  const upgrade = createUpgradeRouter({ access, clock });
  const { app } = await createHttp({
    access,
    logger: createLog({ write: () => undefined }),
    metrics: createMetrics(),
    probes: { database: () => true },
    random,
    isSecure: false,
    trustProxy: false,
    tls: null,
    clientDist: options.clientDist ?? join(tmpdir(), 'faultline-no-client'),
  });
  const nextRings = new Map<string, number>();
  await app.register(accessRoutes, { access, directory, isDemo: true, onWallPaired: organisation.wallPaired });
  await app.register(demoRoutes, {
    access,
    directory,
    isDemo: true,
    simulation: () => null,
    nextRings: async () => nextRings,
    isPhoneConnected: (contactId) => line.isConnected(contactId),
  });
  await app.register(pairingRoutes, { access, directory, line, audit, clock });
  const speech = { isInstalled: async () => false };
  const organisationParts = { organisation, directory, store, journal, access, audit, clock, random, speech };
  await app.register(organisationRoutes, organisationParts);
  await app.register(consoleSocket, {
    upgrade,
    access,
    directory,
    line,
    clock,
    onOrganisationCommitted: organisation.onCommitted,
  });
  upgrade.attach(app.server);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  return {
    origin,
    port,
    app,
    clock,
    access,
    audit,
    directory,
    line,
    events,
    nextRings,
    faults,
    /** The next event of the line that matches; what was told before does not count. */
    told(matches: (event: PhoneLineEvent) => boolean): Promise<PhoneLineEvent> {
      return new Promise((resolve) => {
        const listener = (event: PhoneLineEvent): void => {
          if (!matches(event)) return;
          listeners.delete(listener);
          resolve(event);
        };
        listeners.add(listener);
      });
    },
    /** A call to this contact as the engine would place it. */
    callTo(contactId: string, change: Partial<PhoneCall> = {}): PhoneCall {
      const now = clock.now();
      const contact = directory.contact(contactId);
      if (!contact) throw new Error(`there is no contact ${contactId}`);
      const { departmentId, name, phone, language } = contact;
      return {
        id: `call-${contactId}`,
        purpose: 'ladder',
        person: { contactId, departmentId, district: 'beijing', name, phone, language },
        opening: '抢修工单，东城区，等待接单四分钟。',
        tickets: [{ number: '20261123-0017', area: '东城区', kind: 'crew-not-accepted', since: now - 4 * MINUTE }],
        ringUntil: now + 30 * SECOND,
        talkUntil: now + 2 * MINUTE,
        providerId: null,
        ...change,
      };
    },
    async request(
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      asked: { readonly body?: unknown; readonly login?: string; readonly token?: string } = {},
    ) {
      const cookie = asked.login === undefined ? undefined : await this.cookieOf(asked.login);
      const answer = await fetch(new URL(path, origin), {
        method,
        headers: {
          origin,
          ...(cookie ? { cookie } : {}),
          ...(asked.token ? { authorization: `Bearer ${asked.token}` } : {}),
          ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: asked.body === undefined ? null : JSON.stringify(asked.body),
      });
      return { status: answer.status, json: JSON.parse(await answer.text()), headers: answer.headers };
    },
    async cookieOf(login: string): Promise<string> {
      const answer = await fetch(new URL('/api/demo/session', origin), {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ login }),
      });
      return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    },
    /** Ends every connection that is open now; new ones are let in. */
    dropConnections: () => upgrade.close(),
    async stop() {
      await line.close();
      upgrade.close();
      await app.close();
      access.close();
      database.close();
    },
  };
}

export type PhoneServer = Awaited<ReturnType<typeof startPhoneServer>>;
