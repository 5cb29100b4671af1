import websocket from '@fastify/websocket';
import { assert } from '@faultline/shared/assert.ts';
import type { JournalRow } from '@faultline/shared/journal.ts';
import type { PhoneWord } from '@faultline/shared/wire/phone.ts';
import {
  MAX_PHONE_FRAME,
  PHONE_PATH,
  PHONE_PING_EVERY_MS,
  PHONE_PROTOCOL,
  PHONE_SILENT_AFTER_MS,
} from '@faultline/shared/wire/phone.ts';
import type { FastifyPluginAsync } from 'fastify';
import type { WebSocket } from 'ws';
import type { Access } from '../../access/guard.ts';
import type { Viewer } from '../../access/viewer.ts';
import type { Clock } from '../../clock.ts';
import { every } from '../../live/every.ts';
import type { UpgradeRouter } from '../../live/upgrade.ts';
import type { Directory } from '../../organisation/directory.ts';
import type { PhoneConnection } from './console-connection.ts';
import { createPhoneConnection } from './console-connection.ts';
import type { ConsoleLine, Handset, Seat } from './console-line.ts';
import { pairedContactOf } from './paired-contact.ts';

export interface ConsoleSocketParts {
  readonly upgrade: UpgradeRouter;
  readonly access: Pick<Access, 'onEnded'>;
  readonly directory: Directory;
  readonly line: ConsoleLine;
  readonly clock: Clock;
  /** Tells of each change of the organisation, after its commit. */
  readonly onOrganisationCommitted: (listener: (district: string, row: JournalRow) => void) => void;
}

/** Beyond this a phone's connection is dead, whatever its pongs say. */
const MAX_WAITING_BYTES = 64 * 1_024;

interface Open {
  readonly connection: PhoneConnection;
  readonly seat: Seat;
}

/**
 * The duty phones' own door, `GET /phone/ws` as a raw WebSocket. The router has authenticated before the 101; every
 * device of a contact stays connected, and all of them ring.
 */
export const consoleSocket: FastifyPluginAsync<ConsoleSocketParts> = async (app, parts) => {
  const { upgrade, access, directory, line, clock } = parts;
  const phones = new Set<Open>();

  await app.register(websocket, {
    options: {
      server: upgrade.phoneEntrance,
      maxPayload: MAX_PHONE_FRAME,
      perMessageDeflate: false,
      // The token that a browser offers beside it is never chosen, so it is never echoed.
      handleProtocols: (offered) => (offered.has(PHONE_PROTOCOL) ? PHONE_PROTOCOL : false),
    },
    // A frame that breaks the protocol is the other side's affair; `ws` has closed with the right code already.
    errorHandler: (_error, socket) => socket.terminate(),
  });

  app.get(PHONE_PATH, { websocket: true, config: { access: 'phone' } }, (socket, request) => {
    const viewer = upgrade.viewerOf(request.raw);
    assert(viewer !== null, 'a phone came through the router');
    open(socket, viewer);
  });

  const open = (socket: WebSocket, viewer: Viewer): void => {
    const connection = createPhoneConnection(socket, viewer, { clock, onWord: (word) => seat.hear(word) });
    const handset: Handset = {
      contactId: viewer.id,
      deviceId: viewer.credential,
      tell: connection.tell,
      dropDead() {
        leave();
        connection.terminate();
      },
    };
    const seat = line.join(handset);
    const phone: Open = { connection, seat };
    const leave = (): void => {
      if (phones.delete(phone)) seat.leave();
    };
    phones.add(phone);
    socket.on('close', leave);
    greet(phone);
  };

  const greet = ({ connection, seat }: Open): void => {
    const word = welcome(connection.viewer, seat);
    if (word) connection.tell(word);
    else connection.close('revoked');
  };

  const welcome = ({ id, district }: Viewer, seat: Seat): PhoneWord | null => {
    const contact = pairedContactOf(directory, id);
    const timeZone = directory.district(district)?.timeZone;
    if (!contact || timeZone === undefined) return null;
    return { type: 'welcome', now: clock.now(), timeZone, contact, ring: seat.ring() };
  };

  parts.onOrganisationCommitted((_district, row) => {
    if (row.kind !== 'organisation' || row.change.what !== 'contact') return;
    for (const phone of [...phones]) if (phone.connection.viewer.id === row.change.id) greet(phone);
  });
  access.onEnded((credential) => {
    for (const { connection } of phones) if (connection.viewer.credential === credential) connection.close('revoked');
  });

  const cancelPings = every(clock, PHONE_PING_EVERY_MS, () => {
    const now = clock.now();
    for (const { connection } of [...phones]) {
      if (now - connection.heardAt > PHONE_SILENT_AFTER_MS) connection.close('idle');
      else if (connection.waitingBytes() > MAX_WAITING_BYTES) connection.terminate();
      else connection.tell({ type: 'ping', now });
    }
  });
  app.addHook('preClose', async () => {
    cancelPings();
  });
};
