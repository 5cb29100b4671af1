import type { Pulled, Receipt } from '@faultline/shared/wire/live.ts';
import { receiptSchema, sinceSchema } from '@faultline/shared/wire/live.ts';
import type { Clock } from '../clock.ts';
import { StorageFullFault } from '../store/store.ts';
import type { ConsoleSocket } from './socket-io.ts';
import type { Allowance } from './token-bucket.ts';
import { createTokenBucket } from './token-bucket.ts';

const CONSOLE_ALLOWANCE: Allowance = { burst: 60, perSecond: 30 };
/** Who goes on after this many refusals is not a console. */
const MAX_REFUSED = 200;

export interface ConsoleWordParts {
  readonly clock: Clock;
  readonly since: (cursor: number) => Promise<Pulled>;
  readonly receipt: (receipt: Receipt) => Promise<unknown>;
  readonly onRefused: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Listens to what one console says; whatever that is, it is answered or ignored and never throws. */
export function hearConsole(socket: ConsoleSocket, parts: ConsoleWordParts): void {
  const { clock } = parts;
  const bucket = createTokenBucket(CONSOLE_ALLOWANCE, clock.now());
  let refused = 0;

  const respond = (answer: unknown, work: () => Promise<unknown>): void => {
    work().then(
      (value) => answering(answer, value),
      (error: unknown) => {
        parts.onFault(error);
        answering(answer, { ok: false, code: error instanceof StorageFullFault ? 'storage-full' : 'busy' });
      },
    );
  };

  socket.use(([_event, ...args], next) => {
    if (bucket.take(clock.now())) {
      next();
      return;
    }
    refused += 1;
    parts.onRefused();
    answering(args.at(-1), { ok: false, code: 'too-many-requests' });
    if (refused > MAX_REFUSED) socket.disconnect(true);
  });
  socket.on('clock', (answer) => answering(answer, clock.now()));
  socket.on('since', (request, answer) => {
    const parsed = sinceSchema.safeParse(request);
    if (parsed.success) respond(answer, () => parts.since(parsed.data.cursor));
    else answering(answer, { code: 'malformed' });
  });
  socket.on('receipt', (receipt, answer) => {
    const parsed = receiptSchema.safeParse(receipt);
    if (parsed.success) respond(answer, () => parts.receipt(parsed.data));
    else answering(answer, { ok: false, code: 'malformed' });
  });
}

/** What crosses the wire as a callback may be anything; only a function can be answered. */
function answering(answer: unknown, value: unknown): void {
  if (typeof answer === 'function') answer(value);
}
