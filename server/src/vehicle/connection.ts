import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ClockSample } from '@faultline/shared/vehicle/fix.ts';
import { clockSkew, withClockSample } from '@faultline/shared/vehicle/fix.ts';
import { idSchema } from '@faultline/shared/wire/common.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { ServerToVehicle, VehicleFix, VehicleMessage } from '@faultline/shared/wire/vehicle.ts';
import { VEHICLE_CLOSE, vehicleMessageSchema } from '@faultline/shared/wire/vehicle.ts';
import type { RawData, WebSocket } from 'ws';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { Allowance, TokenBucket } from '../live/token-bucket.ts';
import { createTokenBucket } from '../live/token-bucket.ts';

/** Messages that are answered by their id. */
export type AnsweredMessage = Extract<VehicleMessage, { readonly id: string }>;
export type Answer = { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: RefusalCode } };

export interface VehicleConnection {
  readonly viewer: Viewer;
  readonly heardAt: Instant;
  /** Sends what `message` makes of it in its turn: what was asked to be sent first arrives first. */
  sendInTurn(message: () => Promise<readonly ServerToVehicle[]>): void;
  close(reason: keyof typeof VEHICLE_CLOSE): void;
  ping(): void;
  /** Bytes that wait because the vehicle does not read. */
  waitingBytes(): number;
  terminate(): void;
}

export interface ConnectionParts {
  readonly clock: Clock;
  readonly onFixes: (fixes: readonly VehicleFix[], skew: Duration) => void;
  /** @param skew the device's clock minus the server's, as measured on this connection. */
  readonly onAnswered: (message: AnsweredMessage, skew: Duration) => Promise<Answer>;
  readonly onFault: (error: unknown) => void;
}

/** An outbox of three days at one fix in five seconds, a hundred to the frame, is sent within half a minute. */
const VEHICLE_ALLOWANCE: Allowance = { burst: 200, perSecond: 20 };
/** A vehicle that was told why has this long to hang up itself. */
const FAREWELL: Duration = SECOND;
const MAX_DETAIL = 200;

/** One vehicle's socket: reads frames, keeps the order of words and answers, never throws. */
export function createConnection(socket: WebSocket, viewer: Viewer, parts: ConnectionParts): VehicleConnection {
  const { clock } = parts;
  const bucket: TokenBucket = createTokenBucket(VEHICLE_ALLOWANCE, clock.now());
  let heardAt = clock.now();
  let clockSamples: readonly ClockSample[] = [];
  let turn: Promise<void> = Promise.resolve();

  const send = (message: ServerToVehicle): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn.then(work).catch(parts.onFault);
  };
  const close = (reason: keyof typeof VEHICLE_CLOSE): void => {
    socket.close(VEHICLE_CLOSE[reason], reason);
    clock.at(clock.now() + FAREWELL, () => socket.terminate());
  };

  const handle = (message: VehicleMessage): void => {
    const now = clock.now();
    switch (message.type) {
      case 'clock':
        clockSamples = withClockSample(clockSamples, { t: message.t, receivedAt: now });
        send({ type: 'clock', t: message.t, now });
        return;
      case 'fixes':
        parts.onFixes(message.fixes, clockSkew(clockSamples) ?? 0);
        return;
      default: {
        const skew = clockSkew(clockSamples) ?? 0;
        inTurn(async () => {
          const { id } = message;
          const answer = await parts.onAnswered(message, skew);
          send({ type: 'answer', id, ...answer });
        });
      }
    }
  };

  socket.on('message', (data, isBinary) => {
    heardAt = clock.now();
    if (socket.readyState !== socket.OPEN) return;
    if (!bucket.take(heardAt)) {
      close('flooding');
      return;
    }
    const read = isBinary ? unreadable('binary frames are not read') : readFrame(data);
    if (read.ok) handle(read.message);
    else send(read.reply);
  });
  socket.on('pong', () => {
    heardAt = clock.now();
  });

  return {
    viewer,
    get heardAt() {
      return heardAt;
    },
    sendInTurn(message) {
      inTurn(async () => {
        for (const one of await message()) send(one);
      });
    },
    close,
    ping: () => {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    waitingBytes: () => socket.bufferedAmount,
    terminate: () => socket.terminate(),
  };
}

type Read =
  | { readonly ok: true; readonly message: VehicleMessage }
  | { readonly ok: false; readonly reply: ServerToVehicle };

function unreadable(detail: string): Read {
  return { ok: false, reply: { type: 'malformed', detail: detail.slice(0, MAX_DETAIL) } };
}

/** A message that has an id is refused by it, so that the vehicle's outbox can let it go. */
function readFrame(data: RawData): Read {
  let content: unknown;
  try {
    content = JSON.parse(data.toString());
  } catch {
    return unreadable('the frame is not JSON');
  }
  const parsed = vehicleMessageSchema.safeParse(content);
  if (parsed.success) return { ok: true, message: parsed.data };
  const id = typeof content === 'object' && content !== null && 'id' in content ? idSchema.safeParse(content.id) : null;
  if (id?.success) {
    return { ok: false, reply: { type: 'answer', id: id.data, ok: false, refusal: { code: 'malformed' } } };
  }
  const issue = parsed.error.issues[0];
  return unreadable(issue ? `${issue.path.join('.')}: ${issue.message}` : 'the message is of no known form');
}
