import websocket from '@fastify/websocket';
import { redactTicket } from '@faultline/shared/access/redact.ts';
import { assert } from '@faultline/shared/assert.ts';
import type { JournalRow } from '@faultline/shared/journal.ts';
import type { VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { policyOfVersion, promiseOf } from '@faultline/shared/ticket/policy.ts';
import type { Leg, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { isUnderWay, legsOfVehicle } from '@faultline/shared/vehicle/state.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { ServerToVehicle, VehicleFix, VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import { MAX_VEHICLE_FRAME, VEHICLE_PATH, VEHICLE_PROTOCOL } from '@faultline/shared/wire/vehicle.ts';
import type { FastifyPluginAsync } from 'fastify';
import type { WebSocket } from 'ws';
import type { Access } from '../access/guard.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Committed, Dispatcher } from '../dispatcher.ts';
import { every } from '../live/every.ts';
import type { PresenceBook } from '../live/presence.ts';
import type { UpgradeRouter } from '../live/upgrade.ts';
import type { Directory } from '../organisation/directory.ts';
import type { JournalStore } from '../store/store.ts';
import { StorageFullFault, StoreFault } from '../store/store.ts';
import type { Answer, AnsweredMessage, VehicleConnection } from './connection.ts';
import { createConnection } from './connection.ts';
import type { Fleet } from './fleet.ts';
import { createLegBook } from './leg-book.ts';
import { submitStamp } from './stamps.ts';

export interface VehicleSocketParts {
  readonly upgrade: UpgradeRouter;
  readonly access: Pick<Access, 'onEnded'>;
  readonly store: Pick<JournalStore, 'ticket' | 'caller' | 'openTickets'>;
  readonly dispatcher: Dispatcher;
  readonly directory: Directory;
  readonly presence: PresenceBook;
  readonly fleet: Pick<Fleet, 'report'>;
  readonly clock: Clock;
  /** The organisation's own rule about pauses decides. [V3] */
  readonly changeDuty: (request: {
    readonly vehicleId: string;
    readonly duty: VehicleDuty;
    readonly by: Viewer;
  }) => Promise<Outcome<unknown, { readonly code: RefusalCode }>>;
  /** Tells of each change of the organisation, after its commit. */
  readonly onOrganisationCommitted: (listener: (district: string, row: JournalRow) => void) => void;
  readonly onFault: (error: unknown) => void;
}

const IDLE_AFTER: Duration = MINUTE;
/** Each vehicle is pinged once in so many turns of a second: thousands at once would hold up everybody else. */
const PING_TURNS = 20;
const SWEEP_EVERY: Duration = 5 * SECOND;
/** Beyond this a vehicle's connection is dead, whatever its pongs say; it gets everything again with its welcome. */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * The vehicles' own door, `GET /vehicle/ws` as a raw WebSocket: carries legs to them and their points, receipts and
 * positions back. The router has authenticated before the 101; of one vehicle the newest connection stays.
 */
export const vehicleSocket: FastifyPluginAsync<VehicleSocketParts> = async (app, parts) => {
  const { upgrade, access, store, directory, dispatcher, presence, clock } = parts;
  const legs = createLegBook(store);
  const connections = new Map<string, VehicleConnection>();

  await app.register(websocket, {
    options: {
      server: upgrade.vehicleEntrance,
      maxPayload: MAX_VEHICLE_FRAME,
      perMessageDeflate: false,
      // The token that a browser offers beside it is never chosen, so it is never echoed.
      handleProtocols: (offered) => (offered.has(VEHICLE_PROTOCOL) ? VEHICLE_PROTOCOL : false),
    },
    // A frame that breaks the protocol is the other side's affair; `ws` has closed with the right code already.
    errorHandler: (_error, socket) => socket.terminate(),
  });

  app.get(VEHICLE_PATH, { websocket: true, config: { access: 'vehicle' } }, (socket, request) => {
    const viewer = upgrade.viewerOf(request.raw);
    assert(viewer !== null, 'a vehicle came through the router');
    open(socket, viewer);
  });

  const open = (socket: WebSocket, viewer: Viewer): void => {
    const connection = createConnection(socket, viewer, {
      clock,
      onFixes: (fixes, skew) => reportFixes(viewer.id, fixes, skew),
      onAnswered: (message, skew) => answer(viewer, message, skew),
      onFault: parts.onFault,
    });
    connections.get(viewer.id)?.close('replaced');
    connections.set(viewer.id, connection);
    const leave = presence.enter(viewer);
    socket.on('close', () => {
      leave();
      if (connections.get(viewer.id) === connection) connections.delete(viewer.id);
    });
    connection.sendInTurn(async () => [await welcome(viewer)]);
  };

  const reportFixes = (vehicleId: string, fixes: readonly VehicleFix[], skew: Duration): void => {
    const receivedAt = clock.now();
    for (const [index, fix] of fixes.entries()) {
      // Only the newest of a frame can have come live; the others tell how long the vehicle was cut off.
      const lateness = index === fixes.length - 1 ? receivedAt - fix.fixedAt : null;
      parts.fleet.report(vehicleId, { ...fix, fixedAt: fix.fixedAt - skew, receivedAt }, lateness);
    }
  };

  const answer = async (viewer: Viewer, message: AnsweredMessage, skew: Duration): Promise<Answer> => {
    // A token whose revoking failed half-way must not let a withdrawn vehicle speak.
    if (!directory.vehicle(viewer.id)?.isActive) return { ok: false, refusal: { code: 'token-revoked' } };
    try {
      const outcome =
        message.type === 'duty'
          ? await parts.changeDuty({ vehicleId: viewer.id, duty: message.duty, by: viewer })
          : await submitStamp(dispatcher, viewer, message, skew);
      return outcome.ok ? { ok: true } : { ok: false, refusal: { code: outcome.refusal.code } };
    } catch (error) {
      parts.onFault(error);
      return { ok: false, refusal: { code: codeOf(error) } };
    }
  };

  const welcome = async (viewer: Viewer): Promise<ServerToVehicle> => {
    const vehicle = directory.vehicle(viewer.id);
    assert(vehicle !== null, 'a token belongs to a vehicle');
    const { id, callSign, plate, duty, crewId } = vehicle;
    const crewName = directory.department(crewId)?.name ?? { zh: '', en: '' };
    const known: VehicleLeg[] = [];
    for (const ticketId of legs.ticketIdsOf(id)) {
      const ticket = await store.ticket(ticketId);
      if (!ticket) continue;
      for (const leg of legsOfVehicle(ticket, id)) known.push(await legFor(id, ticket, leg));
    }
    return { type: 'welcome', now: clock.now(), vehicle: { id, callSign, plate, duty }, crewName, legs: known };
  };

  /** The caller goes to the leg's own vehicle and only while it has to find the door. */
  const legFor = async (vehicleId: string, ticket: Ticket, leg: Leg): Promise<VehicleLeg> => {
    const { callerId } = ticket.report;
    const needsCaller = callerId !== null && leg.vehicleId === vehicleId && isUnderWay(ticket, leg);
    const caller = needsCaller ? await store.caller(callerId) : null;
    const policy = policyOfVersion(directory.policies(ticket.report.district), ticket.policyVersion);
    const promiseDue = ticket.A.at + promiseOf(policy, ticket.report.areaClass);
    const shown = redactTicket({ role: 'vehicle', departmentId: leg.crewId }, ticket);
    return { ticket: shown, legNo: leg.no, caller, promiseDue };
  };

  const follow = ({ before, after }: Committed): void => {
    for (const vehicleId of legs.follow(before, after)) {
      const connection = connections.get(vehicleId);
      if (!connection) continue;
      const numbers = new Set(
        [before, after].flatMap((ticket) => (ticket ? legsOfVehicle(ticket, vehicleId) : [])).map(({ no }) => no),
      );
      connection.sendInTurn(async () => {
        const concerned = after.legs.filter(({ no }) => numbers.has(no));
        return Promise.all(
          concerned.map(async (leg) => ({ type: 'leg', leg: await legFor(vehicleId, after, leg) }) as const),
        );
      });
    }
  };

  const sweep = (): void => {
    const now = clock.now();
    for (const connection of connections.values()) {
      if (now - connection.heardAt > IDLE_AFTER) connection.close('idle');
      else if (connection.waitingBytes() > MAX_WAITING_BYTES) connection.terminate();
    }
  };

  // Before the first vehicle is let in, the book knows what was under way when the server went down.
  await legs.load(directory.districts().map(({ id }) => id));
  dispatcher.onCommitted(follow);
  parts.onOrganisationCommitted((_district, row) => {
    // Its duty, crew or call sign was changed by somebody else: it is told all of it anew.
    if (row.kind !== 'organisation' || row.change.what !== 'vehicle') return;
    const connection = connections.get(row.change.id);
    if (connection && directory.vehicle(row.change.id)?.isActive) {
      connection.sendInTurn(async () => [await welcome(connection.viewer)]);
    }
  });
  access.onEnded((credential) => {
    for (const connection of connections.values()) {
      if (connection.viewer.credential === credential) connection.close('revoked');
    }
  });
  const cancelSweep = every(clock, SWEEP_EVERY, sweep);
  let turn = 0;
  const cancelPings = every(clock, SECOND, () => {
    turn = (turn + 1) % PING_TURNS;
    for (const [vehicleId, connection] of connections) {
      if ((directory.vehicle(vehicleId)?.index ?? 0) % PING_TURNS === turn) connection.ping();
    }
  });
  app.addHook('preClose', async () => {
    cancelSweep();
    cancelPings();
  });
};

function codeOf(error: unknown): RefusalCode {
  if (error instanceof StorageFullFault) return 'storage-full';
  return error instanceof StoreFault ? 'busy' : 'fault';
}
