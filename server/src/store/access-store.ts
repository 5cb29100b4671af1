import type { Instant } from '@faultline/shared/time.ts';

/** A signed-in browser; only the hash of its token is known. */
export interface SessionRow {
  readonly tokenHash: string;
  readonly userId: string;
  readonly createdAt: Instant;
  /** When the person last acted, at most a minute behind. */
  readonly seenAt: Instant;
}

export const DEVICE_KINDS = ['vehicle', 'wall', 'phone'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** A paired device; `subjectId` is the vehicle, the wall or the contact that it stands for. */
export interface DeviceRow {
  readonly tokenHash: string;
  readonly kind: DeviceKind;
  readonly subjectId: string;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export interface CodeRow {
  readonly codeHash: string;
  readonly kind: DeviceKind;
  readonly subjectId: string;
  readonly expiresAt: Instant;
}

export interface Credentials {
  readonly userId: string;
  /** PHC string. */
  readonly passwordHash: string;
}

/** One counter of failed tries and how many it lets pass within the window. */
export interface TryLimit {
  readonly key: string;
  readonly most: number;
}

export type TryResult =
  | { readonly outcome: 'counted'; readonly tryIds: readonly number[] }
  /** Nothing was counted; `freeAt` is when the oldest try that stands in the way is forgotten. */
  | { readonly outcome: 'locked'; readonly freeAt: Instant };

export interface AuditEntry {
  readonly district: string;
  readonly at: Instant;
  readonly actorId: string;
  /** What was done, such as `caller.read`. */
  readonly act: string;
  readonly subject: string;
  readonly detail: string;
}

/** Acts that change no ticket but have to be answered for, such as readings of personal data; append-only. */
export interface AuditLog {
  record(entry: AuditEntry): Promise<void>;
  /** The newest first. */
  entries(district: string, limit: number): Promise<readonly AuditEntry[]>;
}

/** What access keeps. Every method throws StoreFault when the store fails. */
export interface AccessStore extends AuditLog {
  /** Sessions that have not been ended; those created before `since` are forgotten for good. */
  sessions(since: Instant): Promise<readonly SessionRow[]>;
  addSession(session: SessionRow): Promise<void>;
  markSeen(tokenHash: string, seenAt: Instant): Promise<void>;
  endSessions(tokenHashes: readonly string[], endedAt: Instant): Promise<void>;
  /** By the login as it is stored, in lower case. */
  credentials(login: string): Promise<Credentials | null>;

  devices(): Promise<readonly DeviceRow[]>;
  addDevice(device: DeviceRow): Promise<void>;
  /** Ends the tokens of a subject and voids its codes; returns the hashes of the tokens that lived until now. */
  revokeDevices(kind: DeviceKind, subjectId: string, revokedAt: Instant): Promise<readonly string[]>;
  /** Ends these tokens and no others. */
  revokeTokens(tokenHashes: readonly string[], revokedAt: Instant): Promise<void>;
  /** Older codes of the same subject are void from now on. */
  addCode(code: CodeRow): Promise<void>;
  /**
   * Uses a code up; in the same transaction the new token is kept and of the subject's earlier ones the newest
   * `keepsEarlier` stay, the others end.
   */
  redeemCode(
    code: { readonly codeHash: string; readonly kind: DeviceKind; readonly at: Instant; readonly keepsEarlier: number },
    tokenHash: string,
  ): Promise<Redeemed>;

  /** Counts one try under every key, or none when one of them has no more left. */
  countTry(limits: readonly TryLimit[], at: Instant, windowStart: Instant): Promise<TryResult>;
  /** A try that succeeded, or was never looked at, does not count; `clearKey` starts anew. */
  forgiveTry(tryIds: readonly number[], clearKey: string | null): Promise<void>;
}

export type Redeemed =
  | { readonly outcome: 'redeemed'; readonly device: DeviceRow; readonly revoked: readonly string[] }
  | { readonly outcome: 'unknown' }
  /** Used up, replaced by a newer code, or too old. */
  | { readonly outcome: 'used' };
