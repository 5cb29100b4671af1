import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Access } from '@faultline/server/src/access/guard.ts';
import { systemClock } from '@faultline/server/src/clock.ts';
import { createDispatcher } from '@faultline/server/src/dispatcher.ts';
import { createHub } from '@faultline/server/src/live/hub.ts';
import { createPresence } from '@faultline/server/src/live/presence.ts';
import { createUpgradeRouter } from '@faultline/server/src/live/upgrade.ts';
import { openDatabase } from '@faultline/server/src/store/sqlite/database.ts';
import { createJournalStore } from '@faultline/server/src/store/sqlite/journal-store.ts';
import { createFleet } from '@faultline/server/src/vehicle/fleet.ts';
import type { Vehicle } from '@faultline/shared/organisation/organisation.ts';
import { accept } from '@faultline/shared/outcome.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import { answer, usage } from './child.ts';
import type { Plan } from './plan.ts';
import { dueAt, placeOf, play } from './plan.ts';

/** The product's own way from a reported position to the consoles, without the vehicles' sockets and without a disk. */
const DISTRICT = 'north';
const WALL = {
  kind: 'device',
  id: 'wall',
  name: 'wall',
  role: 'wall',
  departmentId: null,
  district: DISTRICT,
} as const;
const clock = systemClock();
const onFault = (error: unknown): never => {
  throw error;
};
/** Everybody is let in as the wall; who may see what is no part of this measurement. */
const access: Pick<Access, 'identify' | 'checkUpgradeOrigin' | 'onEnded'> = {
  identify: ({ authorization }) => accept({ ...WALL, credential: authorization ?? '' }),
  checkUpgradeOrigin: () => ({ ok: true }),
  onEnded: () => {},
};
const vehicles = new Map<string, Vehicle>();
const directory = { vehicle: (id: string): Vehicle | null => vehicles.get(id) ?? null };
const idOf = (index: number): string => `vehicle-${index}`;

const addVehicles = (count: number): void => {
  for (let index = vehicles.size; index < count; index += 1) {
    const id = idOf(index);
    const facts = { trades: [], crewId: 'crew', callSign: id, plate: id, tradeIds: [] };
    vehicles.set(id, { id, district: DISTRICT, index, ...facts, duty: 'on-duty', isActive: true });
  }
};

const answers = {
  start({ intervalMs }: { readonly intervalMs: number }): Promise<string> {
    const store = createJournalStore(openDatabase(':memory:'));
    const dispatcher = createDispatcher({ store, clock, policies: () => [FIRST_POLICY], onListenerFault: onFault });
    const upgrade = createUpgradeRouter({ access, clock });
    const presence = createPresence({ directory });
    const hub = createHub({ upgrade, access, store, dispatcher, presence, clock, onFault });
    const onFrame = hub.sendPositions;
    fleet = createFleet({ clock, directory, frameIntervalMs: intervalMs, onFrame, onTrackPoint: () => {} });
    fleet.start();
    const server = createServer();
    upgrade.attach(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
  },
  broadcast(plan: Plan): Promise<number> {
    addVehicles(plan.vehicles);
    return play(plan, (update) => {
      const { index, lonE6, latE6 } = placeOf(plan, update);
      const motion = { speedMps: 4, headingDeg: 90, accuracyM: 8 };
      const times = { fixedAt: Math.floor(dueAt(plan, update)), receivedAt: clock.now() };
      fleet?.report(idOf(index), { ...times, lon: lonE6 / 1e6, lat: latE6 / 1e6, ...motion }, 0);
    });
  },
  usage: (isExact: boolean) => usage(isExact),
};
let fleet: ReturnType<typeof createFleet> | null = null;
export type HubAnswers = typeof answers;
answer(answers);
