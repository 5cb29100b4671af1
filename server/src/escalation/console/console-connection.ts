import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord } from '@faultline/shared/wire/phone.ts';
import { PHONE_CLOSE, phoneMessageSchema } from '@faultline/shared/wire/phone.ts';
import type { RawData, WebSocket } from 'ws';
import type { Viewer } from '../../access/viewer.ts';
import type { Clock } from '../../clock.ts';
import type { Allowance } from '../../live/token-bucket.ts';
import { createTokenBucket } from '../../live/token-bucket.ts';
import type { CallWord } from './console-line.ts';

/** One duty phone's socket: reads frames, answers what cannot be read, never throws. */
export interface PhoneConnection {
  readonly viewer: Viewer;
  readonly heardAt: Instant;
  tell(word: PhoneWord): void;
  close(reason: keyof typeof PHONE_CLOSE): void;
  /** Bytes that wait because the phone does not read. */
  waitingBytes(): number;
  terminate(): void;
}

/** A finger on the keys; a page that says more is broken. */
const PHONE_ALLOWANCE: Allowance = { burst: 60, perSecond: 5 };
/** A phone that was told why has this long to hang up itself. */
const FAREWELL = SECOND;
const MAX_DETAIL = 200;

export function createPhoneConnection(
  socket: WebSocket,
  viewer: Viewer,
  { clock, onWord }: { readonly clock: Clock; readonly onWord: (word: CallWord) => void },
): PhoneConnection {
  const bucket = createTokenBucket(PHONE_ALLOWANCE, clock.now());
  let heardAt = clock.now();

  const tell = (word: PhoneWord): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(word));
  };
  const close = (reason: keyof typeof PHONE_CLOSE): void => {
    socket.close(PHONE_CLOSE[reason], reason);
    clock.at(clock.now() + FAREWELL, () => socket.terminate());
  };

  socket.on('message', (data, isBinary) => {
    heardAt = clock.now();
    if (socket.readyState !== socket.OPEN) return;
    if (!bucket.take(heardAt)) return close('flooding');
    const read = isBinary ? { detail: 'binary frames are not read' } : readFrame(data);
    if ('detail' in read) tell({ type: 'malformed', detail: read.detail.slice(0, MAX_DETAIL) });
    else if (read.message.type !== 'pong') onWord(read.message);
  });

  return {
    viewer,
    get heardAt() {
      return heardAt;
    },
    tell,
    close,
    waitingBytes: () => socket.bufferedAmount,
    terminate: () => socket.terminate(),
  };
}

function readFrame(data: RawData): { readonly message: PhoneMessage } | { readonly detail: string } {
  let content: unknown;
  try {
    content = JSON.parse(data.toString());
  } catch {
    return { detail: 'the frame is not JSON' };
  }
  const parsed = phoneMessageSchema.safeParse(content);
  if (parsed.success) return { message: parsed.data };
  const issue = parsed.error.issues[0];
  return { detail: issue ? `${issue.path.join('.')}: ${issue.message}` : 'the message is of no known form' };
}
