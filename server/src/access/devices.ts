import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { AccessStore, DeviceKind, DeviceRow } from '../store/access-store.ts';
import type { EndReason } from './guard.ts';
import type { Random } from './tokens.ts';
import { hashOf, makeCode, makeToken, normalCode } from './tokens.ts';

/** Long enough to walk to the vehicle, short enough that a code on a slip of paper is worth nothing tomorrow. */
const CODE_LIVES: Duration = 15 * MINUTE;
/** The demo hands out a token with each click; the oldest of a vehicle or phone end beyond this. */
const MAX_DEMO_TOKENS = 8;
/** A person with a desk, a tablet and a phone in the pocket is rung on all of them; what was forgotten falls out. */
const MAX_PHONES_PER_CONTACT = 5;
/** Earlier devices that stay paired beside a new one. A lost vehicle's phone must not stay a key. */
const KEEPS_EARLIER: Readonly<Record<DeviceKind, number>> = { vehicle: 0, wall: 0, phone: MAX_PHONES_PER_CONTACT - 1 };

export interface IssuedCode {
  readonly code: string;
  readonly expiresAt: Instant;
}

export interface PairedDevice {
  readonly subjectId: string;
  /** Shown to the device once; only its hash is kept. */
  readonly token: string;
}

export type CodeRefusal = { readonly code: 'code-unknown' | 'code-used' };

export interface Devices {
  find(tokenHash: string): DeviceRow | null;
  /** A one-time code; older codes of the same subject are void. */
  issueCode(kind: DeviceKind, subjectId: string): Promise<IssuedCode>;
  /** Exchanges a code for a token; of the subject's earlier tokens a vehicle and a wall keep none, a contact a few. */
  redeem(kind: DeviceKind, typed: string): Promise<Outcome<PairedDevice, CodeRefusal>>;
  /** One more token beside those there are: only the demo, where anybody may look through another's eyes. */
  addToken(kind: DeviceKind, subjectId: string): Promise<PairedDevice>;
  revoke(kind: DeviceKind, subjectId: string): Promise<void>;
  /** Ends one device's token; its fellows go on. Unknown and ended ones are a quiet yes. */
  revokeToken(tokenHash: string): Promise<void>;
  /** Live tokens of a kind by subject: when each was paired last. */
  pairedAt(kind: DeviceKind): ReadonlyMap<string, Instant>;
}

export async function createDevices(parts: {
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly announceEnd: (credential: string, reason: EndReason) => void;
}): Promise<Devices> {
  const { store, clock, random } = parts;
  const known = new Map((await store.devices()).map((device) => [device.tokenHash, device]));

  const markRevoked = (tokenHashes: readonly string[], revokedAt: Instant): void => {
    for (const tokenHash of tokenHashes) {
      const device = known.get(tokenHash);
      if (!device) continue;
      known.set(tokenHash, { ...device, revokedAt });
      parts.announceEnd(tokenHash, 'revoked');
    }
  };
  const liveOf = (kind: DeviceKind, subjectId: string): readonly DeviceRow[] =>
    [...known.values()].filter(
      (device) => device.kind === kind && device.subjectId === subjectId && device.revokedAt === null,
    );
  const revoke = async (kind: DeviceKind, subjectId: string): Promise<void> => {
    const at = clock.now();
    markRevoked(await store.revokeDevices(kind, subjectId, at), at);
  };

  return {
    find: (tokenHash) => known.get(tokenHash) ?? null,
    async issueCode(kind, subjectId) {
      const code = makeCode(random);
      const expiresAt = clock.now() + CODE_LIVES;
      await store.addCode({ codeHash: hashOf(normalCode(code)), kind, subjectId, expiresAt });
      return { code, expiresAt };
    },
    async redeem(kind, typed) {
      const token = makeToken(random);
      const at = clock.now();
      const redeemed = await store.redeemCode(
        { codeHash: hashOf(normalCode(typed)), kind, at, keepsEarlier: KEEPS_EARLIER[kind] },
        hashOf(token),
      );
      if (redeemed.outcome !== 'redeemed') return refuse({ code: `code-${redeemed.outcome}` });
      known.set(redeemed.device.tokenHash, redeemed.device);
      markRevoked(redeemed.revoked, at);
      return accept({ subjectId: redeemed.device.subjectId, token });
    },
    async addToken(kind, subjectId) {
      const live = liveOf(kind, subjectId).map(({ tokenHash }) => tokenHash);
      const surplus = live.slice(0, Math.max(0, live.length + 1 - MAX_DEMO_TOKENS));
      if (surplus.length > 0) {
        await store.revokeTokens(surplus, clock.now());
        markRevoked(surplus, clock.now());
      }
      const token = makeToken(random);
      const device = { tokenHash: hashOf(token), kind, subjectId, createdAt: clock.now(), revokedAt: null };
      await store.addDevice(device);
      known.set(device.tokenHash, device);
      return { subjectId, token };
    },
    revoke,
    async revokeToken(tokenHash) {
      if (known.get(tokenHash)?.revokedAt !== null) return;
      const at = clock.now();
      await store.revokeTokens([tokenHash], at);
      markRevoked([tokenHash], at);
    },
    pairedAt(kind) {
      const live = [...known.values()].filter((device) => device.kind === kind && device.revokedAt === null);
      return new Map(live.map(({ subjectId, createdAt }) => [subjectId, createdAt]));
    },
  };
}
