import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { AccessStore, SessionRow } from '../store/access-store.ts';
import type { EndReason } from './guard.ts';

/** A desk that nobody touches for so long is locked. */
const IDLE_LIMIT: Duration = 30 * MINUTE;
/** A shift and its hand-over; then everybody signs in again. */
export const ABSOLUTE_LIMIT: Duration = 12 * HOUR;
/** How far the stored time of the last act may lag, so that not every request writes to the disk. */
const SEEN_WRITTEN_EVERY: Duration = MINUTE;
/** Beyond this the oldest session of the same person ends; browsers that were closed leave sessions behind. */
const MAX_PER_USER = 20;

interface Session {
  readonly userId: string;
  readonly createdAt: Instant;
  /** `null`: the session has no idle limit. */
  readonly idleLimit: Duration | null;
  seenAt: Instant;
  writtenAt: Instant;
}

export interface Sessions {
  open(session: SessionRow): Promise<void>;
  /** Whose live session this is. */
  userOf(tokenHash: string): string | null;
  expiresAt(tokenHash: string): Instant | null;
  touch(tokenHash: string): void;
  end(tokenHash: string, reason: EndReason): Promise<void>;
  /** The store has already ended the sessions of this user in a transaction of its own. */
  forgetUser(userId: string, reason: EndReason): void;
  close(): void;
}

/**
 * Live sessions in memory, written through to the store; a timer ends them when they expire.
 * @param isExemptFromIdle for people whose screen is watched and not touched.
 */
export async function createSessions(parts: {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly isExemptFromIdle: (userId: string) => boolean;
  readonly announceEnd: (credential: string, reason: EndReason) => void;
  readonly onFault: (error: unknown) => void;
}): Promise<Sessions> {
  const { store, clock } = parts;
  const live = new Map<string, Session>();
  let cancel: (() => void) | null = null;
  let armedFor: Instant = Number.POSITIVE_INFINITY;

  const remember = ({ tokenHash, userId, createdAt, seenAt }: SessionRow): void => {
    const idleLimit = parts.isExemptFromIdle(userId) ? null : IDLE_LIMIT;
    live.set(tokenHash, { userId, createdAt, idleLimit, seenAt, writtenAt: seenAt });
  };
  const arm = (at: Instant): void => {
    if (at >= armedFor) return;
    cancel?.();
    armedFor = at;
    cancel = clock.at(at, () => {
      armedFor = Number.POSITIVE_INFINITY;
      sweep();
    });
  };
  const drop = (tokenHash: string, reason: EndReason): void => {
    if (live.delete(tokenHash)) parts.announceEnd(tokenHash, reason);
  };
  const sweep = (): void => {
    const now = clock.now();
    const expired = [...live].filter(([, session]) => endOf(session) <= now).map(([tokenHash]) => tokenHash);
    for (const tokenHash of expired) drop(tokenHash, 'expired');
    if (expired.length > 0) store.endSessions(expired, now).catch(parts.onFault);
    if (live.size > 0) arm(Math.min(...[...live.values()].map(endOf)));
  };
  const end = async (tokenHash: string, reason: EndReason): Promise<void> => {
    if (!live.has(tokenHash)) return;
    await store.endSessions([tokenHash], clock.now());
    drop(tokenHash, reason);
  };

  for (const row of await store.sessions(clock.now() - ABSOLUTE_LIMIT)) remember(row);
  sweep();

  return {
    async open(row) {
      await store.addSession(row);
      remember(row);
      const own = [...live].filter(([, session]) => session.userId === row.userId);
      for (const [tokenHash] of own.slice(0, Math.max(0, own.length - MAX_PER_USER))) await end(tokenHash, 'expired');
      arm(row.seenAt + IDLE_LIMIT);
    },
    userOf(tokenHash) {
      const session = live.get(tokenHash);
      if (!session) return null;
      if (endOf(session) > clock.now()) return session.userId;
      sweep();
      return null;
    },
    expiresAt(tokenHash) {
      const session = live.get(tokenHash);
      return session ? endOf(session) : null;
    },
    touch(tokenHash) {
      const session = live.get(tokenHash);
      if (!session) return;
      session.seenAt = clock.now();
      if (session.seenAt - session.writtenAt < SEEN_WRITTEN_EVERY) return;
      session.writtenAt = session.seenAt;
      store.markSeen(tokenHash, session.seenAt).catch(parts.onFault);
    },
    end,
    forgetUser(userId, reason) {
      for (const [tokenHash, session] of [...live]) if (session.userId === userId) drop(tokenHash, reason);
    },
    close() {
      cancel?.();
      cancel = null;
      armedFor = Number.NEGATIVE_INFINITY;
    },
  };
}

function endOf({ createdAt, seenAt, idleLimit }: Session): Instant {
  const absolute = createdAt + ABSOLUTE_LIMIT;
  return idleLimit === null ? absolute : Math.min(absolute, seenAt + idleLimit);
}
