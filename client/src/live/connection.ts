import { SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import { escalationStatusSchema } from '@faultline/shared/wire/escalation.ts';
import type {
  Acknowledged,
  ConsoleToServer,
  Head,
  JournalRow,
  PositionFrame,
  Pulled,
  Receipt,
  ServerToConsole,
} from '@faultline/shared/wire/live.ts';
import { journalRowSchema, LIVE_PATH } from '@faultline/shared/wire/live.ts';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';

/** What a connection hands on. Everything is called in the order in which the server sent it. */
export interface ConnectionEvents {
  /** The socket is open, the first time or again: whatever was said meanwhile was not heard. */
  readonly onOpen: () => void;
  readonly onRows: (rows: readonly JournalRow[]) => void;
  readonly onHead: (head: Head) => void;
  readonly onPositions: (frame: PositionFrame) => void;
  /** `null`: the server has told something that this page cannot read, so that what it knew no longer holds. */
  readonly onEscalation: (status: EscalationStatus | null) => void;
  /** Rows came that this page cannot read: the server speaks a newer language. */
  readonly onUnreadable: () => void;
  readonly onSignedOut: () => void;
  /** The socket could not be opened; a browser does not say why. */
  readonly onRefused: () => void;
}

export interface Connection {
  /** The rows after `cursor`, a refusal's code, or `null` when no answer came in time. */
  pull(cursor: number): Promise<Pulled | { readonly code: string } | null>;
  /** `null` when no answer came in time. */
  sendReceipt(receipt: Receipt): Promise<Acknowledged | null>;
  close(): void;
}

const ANSWER_WITHIN = 8 * SECOND;
/** Between these, with jitter: a restarted server must not meet all its consoles in one moment. */
const RECONNECT_AFTER = { first: 0.3 * SECOND, longest: 5 * SECOND, jitter: 0.5 };
/** After the server has closed the socket on purpose; it may be about to restart. */
const COME_BACK_AFTER = SECOND;

export function openConnection(events: ConnectionEvents): Connection {
  const socket: Socket<ServerToConsole, ConsoleToServer> = io({
    path: LIVE_PATH,
    transports: ['websocket'],
    reconnectionDelay: RECONNECT_AFTER.first,
    reconnectionDelayMax: RECONNECT_AFTER.longest,
    randomizationFactor: RECONNECT_AFTER.jitter,
    timeout: ANSWER_WITHIN,
  });
  let isSignedOut = false;
  let comeBack: ReturnType<typeof setTimeout> | undefined;

  socket.on('connect', events.onOpen);
  socket.on('connect_error', events.onRefused);
  socket.on('disconnect', (reason) => {
    // Socket.IO comes back by itself except when the server closed on purpose: a restart, or a sign-out told before.
    if (reason === 'io server disconnect' && !isSignedOut)
      comeBack = setTimeout(() => socket.connect(), COME_BACK_AFTER);
  });
  socket.on('events', (rows) => {
    const read = readRows(rows);
    if (read) events.onRows(read);
    else events.onUnreadable();
  });
  socket.on('head', events.onHead);
  socket.on('positions', events.onPositions);
  socket.on('escalation', (status) => events.onEscalation(readStatus(status)));
  socket.on('signed-out', () => {
    isSignedOut = true;
    events.onSignedOut();
  });

  return {
    pull: async (cursor) => {
      // Socket.IO would keep the question until it is connected; then another one is asked anyway.
      if (!socket.connected) return null;
      const answer = await inTime(socket.timeout(ANSWER_WITHIN).emitWithAck('since', { cursor }));
      if (answer === null || 'code' in answer) return answer;
      const rows = readRows(answer.rows);
      if (rows) return { rows, head: answer.head };
      events.onUnreadable();
      return null;
    },
    sendReceipt: async (receipt) =>
      socket.connected ? inTime(socket.timeout(ANSWER_WITHIN).emitWithAck('receipt', receipt)) : null,
    close: () => {
      clearTimeout(comeBack);
      socket.off();
      socket.disconnect();
    },
  };
}

/** Rows cross an edge: what this page does not understand must not reach its rules. */
function readRows(rows: unknown): readonly JournalRow[] | null {
  if (!Array.isArray(rows)) return null;
  const read: JournalRow[] = [];
  for (const row of rows) {
    const parsed = journalRowSchema.safeParse(row);
    if (!parsed.success) return null;
    read.push(parsed.data);
  }
  return read;
}

function readStatus(status: unknown): EscalationStatus | null {
  const parsed = escalationStatusSchema.safeParse(status);
  return parsed.success ? parsed.data : null;
}

/** A socket that closed while an answer was due rejects; the next head asks again. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch {
    return null;
  }
}
