import type { Escalation, EscalationMakers } from '@faultline/server/src/escalation/engine.ts';
import { createEscalation } from '@faultline/server/src/escalation/engine.ts';
import type { PhoneLine } from '@faultline/server/src/escalation/phone-line.ts';
import type { DirectoryMirror } from '@faultline/server/src/organisation/directory.ts';
import { createDirectory } from '@faultline/server/src/organisation/directory.ts';
import type { CallStore } from '@faultline/server/src/store/call-store.ts';
import type { OrganisationWrite } from '@faultline/server/src/store/organisation-store.ts';
import { createCallStore } from '@faultline/server/src/store/sqlite/call-store.ts';
import { createOrganisationStore } from '@faultline/server/src/store/sqlite/organisation-store.ts';
import type { JournalStore } from '@faultline/server/src/store/store.ts';
import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { CENTRE, CREW, make } from '../rules/story.ts';
import type { TestClock } from './clock.ts';
import type { DispatchRoom } from './dispatch-room.ts';
import { openDispatchRoom } from './dispatch-room.ts';

export interface CallRoom extends DispatchRoom {
  readonly clock: TestClock;
  readonly calls: CallStore;
  readonly directory: DirectoryMirror;
  readonly escalation: Escalation;
  /** Writes rows of the organisation, past its rules. */
  write(...writes: OrganisationWrite[]): Promise<void>;
  /** Time passes, second by second, as it does; everything that hangs on it settles. */
  pass(by: Duration): Promise<void>;
  /** A ticket that was issued to the centre and lies there. */
  issued(id: string, centreId?: string): Promise<Ticket>;
  /** A ticket that was dispatched to the crew and lies there. */
  dispatched(id: string, crewId?: string): Promise<Ticket>;
  /** The process dies here and now: nothing of it moves any more, and what was not written is lost. */
  crash(): void;
}

const DISTRICT = 'east';
export const PHONE_OF: Readonly<Record<ContactRole, string>> = {
  duty: '01000000001',
  'chief-1': '01000000002',
  'chief-2': '01000000003',
  vehicle: '01000000004',
};

export function contactOf(departmentId: string, role: ContactRole, change: Partial<Contact> = {}): Contact {
  return {
    id: `${departmentId}-${role}`,
    departmentId,
    role,
    vehicleId: role === 'vehicle' ? 'vehicle-1' : null,
    name: `${departmentId} ${role}`,
    phone: departmentId === CREW ? PHONE_OF[role] : PHONE_OF[role].replace('010', '020'),
    language: 'zh',
    ...change,
  };
}

export function departmentOf(id: string, kind: Department['kind']): Department {
  return {
    id,
    district: DISTRICT,
    kind,
    name: { zh: id, en: id },
    crewKind: kind === 'crew' ? 'city-supply-station' : null,
    centreId: kind === 'crew' ? CENTRE : null,
    site: 'east',
    areas: [],
    isActive: true,
  };
}

const districtRows = (policy: Policy): readonly OrganisationWrite[] => [
  {
    row: 'district',
    district: { id: DISTRICT, name: { zh: '城东', en: 'East' }, timeZone: 'Asia/Shanghai', bounds: [116, 39, 117, 40] },
  },
  { row: 'policy', district: DISTRICT, policy },
  { row: 'department', department: departmentOf(CENTRE, 'repair-centre') },
  { row: 'department', department: departmentOf(CREW, 'crew') },
  ...(['duty', 'chief-1', 'chief-2'] as const).flatMap((role): OrganisationWrite[] => [
    { row: 'contact', contact: contactOf(CENTRE, role) },
    { row: 'contact', contact: contactOf(CREW, role) },
  ]),
];

/** The clock of one process: its timers die with it. */
function mortal(clock: TestClock): { readonly clock: TestClock; die(): void } {
  let isDead = false;
  const timers = new Set<() => void>();
  const at: TestClock['at'] = (due, callback) => {
    if (isDead) return () => {};
    const cancel = clock.at(due, () => {
      timers.delete(cancel);
      callback();
    });
    timers.add(cancel);
    return () => {
      timers.delete(cancel);
      cancel();
    };
  };
  return {
    clock: { ...clock, at },
    die() {
      isDead = true;
      for (const cancel of timers) cancel();
    },
  };
}

let ids = 0;
function newId(): string {
  ids += 1;
  return `call-${ids}`;
}

/**
 * The whole engine on a real database file, with the lines that the test gives it. Opening the same file again is a
 * restart. `store` and `calls` change what the engine sees of the real stores.
 */
export async function openCallRoom(parts: {
  readonly path: string;
  readonly clock: TestClock;
  readonly lines: readonly PhoneLine[];
  readonly mostPerNumberAndDay?: number;
  /** Whose ladders hold from the beginning; the rule book's when none is given. */
  readonly policy?: Policy;
  /** What the engine is made of, where it is not to be sound. */
  readonly make?: EscalationMakers;
  readonly store?: (store: JournalStore) => JournalStore;
  readonly calls?: (calls: CallStore) => CallStore;
}): Promise<CallRoom> {
  const { lines, mostPerNumberAndDay = 1_000 } = parts;
  const life = mortal(parts.clock);
  const { clock } = life;
  const room = openDispatchRoom({ path: parts.path, clock, ...(parts.store ? { store: parts.store } : {}) });
  const organisation = createOrganisationStore(room.database, room.journal);
  const directory = await createDirectory(organisation);
  const write = async (...writes: OrganisationWrite[]): Promise<void> => {
    const change = { what: 'contact', id: 'test', how: 'changed' } as const;
    await organisation.commit({ district: DISTRICT, change, by: { kind: 'system' }, at: clock.now() }, writes);
    directory.apply(writes);
  };
  if (directory.districts().length === 0) await write(...districtRows(parts.policy ?? FIRST_POLICY));
  const realCalls = createCallStore(room.database);
  const calls = parts.calls?.(realCalls) ?? realCalls;
  const escalation = createEscalation(
    {
      store: room.store,
      calls,
      directory,
      dispatcher: room.dispatcher,
      lines,
      clock,
      newId,
      mostPerNumberAndDay,
      onFault: (error) => void room.faults.push(error),
    },
    parts.make,
  );
  await room.wake.start();
  await escalation.start();
  await clock.settle();
  return {
    ...room,
    clock,
    calls: realCalls,
    directory,
    escalation,
    write,
    async pass(by) {
      const until = clock.now() + by;
      while (clock.now() < until) await clock.settle(Math.min(1_000, until - clock.now()));
    },
    async issued(id, centreId = CENTRE) {
      await room.send(id, make.open(undefined, { number: id }));
      await room.send(id, make.issue(undefined, { centreId }));
      return room.ticket(id);
    },
    async dispatched(id, crewId = CREW) {
      await room.send(id, make.open(undefined, { number: id }));
      await room.send(id, make.issue());
      await room.send(id, make.dispatch(undefined, { crewId }));
      return room.ticket(id);
    },
    crash() {
      life.die();
      room.database.close();
    },
    async close() {
      await escalation.stop();
      await room.close();
    },
  };
}
