import type { IncomingHttpHeaders } from 'node:http';
import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { HOUR } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { OriginRules } from '../http/request-origin.ts';
import type { Directory } from '../organisation/directory.ts';
import type { AccessStore, DeviceRow } from '../store/access-store.ts';
import type { CodeRefusal, Devices, PairedDevice } from './devices.ts';
import { createDevices } from './devices.ts';
import type { Access, EndReason, NobodyRefusal } from './guard.ts';
import type { Passwords } from './password.ts';
import { createPasswords } from './password.ts';
import { cookieHeader, hasBearer, presentedBy } from './presented.ts';
import type { Sessions } from './sessions.ts';
import { ABSOLUTE_LIMIT, createSessions } from './sessions.ts';
import type { Random } from './tokens.ts';
import { hashOf, makeToken } from './tokens.ts';
import type { Tries, TryRefusal } from './tries.ts';
import { createTries } from './tries.ts';
import type { Viewer } from './viewer.ts';

/** Browsers keep no cookie longer than this; a wall's is renewed whenever it asks who it is. */
const WALL_COOKIE_LIVES: Duration = 400 * 24 * HOUR;

export type SignInRefusal = TryRefusal | { readonly code: 'wrong-password' | 'busy' };

export interface SignedIn {
  readonly user: User;
  readonly expiresAt: Instant;
  /** The whole `Set-Cookie` header. */
  readonly cookie: string;
}

/** By what a person has proved who he is; kept in the audit log with each sign-in. */
export type Proof = 'password' | 'demo' | 'first-run-code';

/** Signs people and devices in and out. Everything that requests and sockets ask is in `Access`. */
export interface AccessControl extends Access {
  readonly passwords: Passwords;
  readonly devices: Pick<Devices, 'issueCode' | 'addToken' | 'revoke' | 'revokeToken' | 'pairedAt'>;
  signIn(typed: {
    readonly login: string;
    readonly password: string;
    readonly address: string;
  }): Promise<Outcome<SignedIn, SignInRefusal>>;
  /** Opens a session for somebody who has proved himself in another way. */
  openSession(user: User, proof: Proof): Promise<SignedIn>;
  /** @returns the `Set-Cookie` header that takes the cookie away. */
  signOut(credential: string): Promise<string>;
  /** Exchanges a one-time code for a device token, within the tries that the address has. */
  redeemCode(
    kind: DeviceRow['kind'],
    typed: { readonly code: string; readonly address: string },
  ): Promise<Outcome<PairedDevice, CodeRefusal | TryRefusal>>;
  /** A device's own cookie, for a wall: a browser cannot set a header when it opens a page. */
  wallCookie(token: string): string;
  /** The same once more, for the wall that this request came from: browsers forget a cookie in time. */
  renewedWallCookie(headers: IncomingHttpHeaders): string | null;
  /** A secret that is not an account's password, within the tries that the address has. */
  tryCode(address: string): ReturnType<Tries['code']>;
  /** When the credential ends by itself; `null` for a device, which is revoked and does not expire. */
  expiresAt(credential: string): Instant | null;
  /** The store has ended a user's sessions together with a change of the user. */
  forgetSessionsOf(userId: string): void;
  close(): void;
}

export interface AccessParts {
  readonly store: AccessStore;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
  readonly origins: OriginRules;
  /** Whether people reach the server by TLS: decides the cookie's name and its Secure. */
  readonly isSecure: boolean;
  /** Told what failed without anybody waiting for it, and when a listener throws. */
  readonly onFault: (error: unknown) => void;
}

/** Loads live sessions and device tokens; authenticating is a matter of memory from then on. */
export async function createAccess(parts: AccessParts): Promise<AccessControl> {
  const { store, directory, clock, random, origins, isSecure, onFault } = parts;
  const listeners: ((credential: string, reason: EndReason) => void)[] = [];
  const announceEnd = (credential: string, reason: EndReason): void => {
    for (const listener of listeners) {
      try {
        listener(credential, reason);
      } catch (error) {
        onFault(error);
      }
    }
  };
  // A wall is watched, nobody touches it; it sees no personal data and can do nothing.
  const isExemptFromIdle = (userId: string): boolean => directory.user(userId)?.role === 'wall';
  const sessions = await createSessions({ store, clock, isExemptFromIdle, announceEnd, onFault });
  const devices = await createDevices({ store, clock, random, announceEnd });
  const passwords = createPasswords(random);
  const tries = createTries(store, clock);

  const identify = (headers: IncomingHttpHeaders): Outcome<Viewer, NobodyRefusal> => {
    const presented = presentedBy(headers, isSecure);
    if (presented === null) return refuse({ code: 'not-signed-in' });
    const credential = hashOf(presented.token);
    const device = devices.find(credential);
    if (device) return deviceViewer(device, directory);
    const userId = presented.way === 'cookie' ? sessions.userOf(credential) : null;
    const user = userId === null ? null : directory.user(userId);
    if (!user?.isActive) return refuse({ code: 'not-signed-in' });
    const { id, name, district, role, departmentId } = user;
    return accept({ kind: 'person', id, name, district, role, departmentId, credential });
  };
  const openSession = async (user: User, proof: Proof): Promise<SignedIn> => {
    const token = makeToken(random);
    const tokenHash = hashOf(token);
    const now = clock.now();
    const { id, district } = user;
    await store.record({ district, at: now, actorId: id, act: 'sign-in', subject: id, detail: proof });
    await sessions.open({ tokenHash, userId: user.id, createdAt: now, seenAt: now });
    const expiresAt = sessions.expiresAt(tokenHash) ?? now;
    return { user, expiresAt, cookie: cookieHeader(token, ABSOLUTE_LIMIT, isSecure) };
  };

  return {
    passwords,
    devices,
    identify,
    async authenticate(headers) {
      const identified = identify(headers);
      return identified.ok ? identified.value : null;
    },
    touch: (credential) => sessions.touch(credential),
    ...originChecks(origins),
    onEnded(listener) {
      listeners.push(listener);
    },
    signIn: (typed) => signIn(typed, { store, directory, passwords, tries, openSession }),
    openSession,
    signOut: (credential) => signOut(credential, sessions, isSecure),
    async redeemCode(kind, { code, address }) {
      const counted = await tries.code(address);
      if ('code' in counted) return refuse(counted);
      const redeemed = await devices.redeem(kind, code);
      if (redeemed.ok) await counted.forgive(true);
      return redeemed;
    },
    wallCookie: (token) => cookieHeader(token, WALL_COOKIE_LIVES, isSecure),
    renewedWallCookie(headers) {
      const presented = presentedBy(headers, isSecure);
      return presented?.way === 'cookie' ? cookieHeader(presented.token, WALL_COOKIE_LIVES, isSecure) : null;
    },
    tryCode: (address) => tries.code(address),
    expiresAt: (credential) => sessions.expiresAt(credential),
    forgetSessionsOf: (userId) => sessions.forgetUser(userId, 'revoked'),
    close: () => sessions.close(),
  };
}

function originChecks(origins: OriginRules): Pick<Access, 'checkUpgradeOrigin' | 'checkMutationOrigin' | 'isOwnHost'> {
  return {
    isOwnHost: (headers) => origins.isOwnHost(headers),
    checkUpgradeOrigin(headers) {
      if (!origins.isOwnHost(headers)) return { ok: false, code: 'foreign-host' };
      const isFine = headers.origin === undefined ? hasBearer(headers) : origins.isOwnOrigin(headers);
      return isFine ? { ok: true } : { ok: false, code: 'foreign-origin' };
    },
    checkMutationOrigin(headers) {
      if (headers.origin !== undefined) return origins.isOwnOrigin(headers);
      const site = headers['sec-fetch-site'];
      if (site !== undefined) return site === 'same-origin' || site === 'none';
      return hasBearer(headers);
    },
  };
}

function deviceViewer(device: DeviceRow, directory: Directory): Outcome<Viewer, NobodyRefusal> {
  if (device.revokedAt !== null) return refuse({ code: 'token-revoked' });
  const credential = device.tokenHash;
  if (device.kind === 'vehicle') {
    const vehicle = directory.vehicle(device.subjectId);
    if (!vehicle?.isActive) return refuse({ code: 'token-revoked' });
    const { id, callSign: name, district, crewId: departmentId } = vehicle;
    return accept({ kind: 'device', role: 'vehicle', id, name, district, departmentId, credential });
  }
  if (device.kind === 'phone') {
    const contact = directory.contact(device.subjectId);
    const department = contact && directory.department(contact.departmentId);
    if (!contact || !department) return refuse({ code: 'token-revoked' });
    const { id, name, departmentId } = contact;
    return accept({ kind: 'device', role: 'phone', id, name, district: department.district, departmentId, credential });
  }
  const wall = directory.wall(device.subjectId);
  if (!wall || wall.isRevoked) return refuse({ code: 'token-revoked' });
  const { id, name, district } = wall;
  return accept({ kind: 'device', role: 'wall', id, name, district, departmentId: null, credential });
}

async function signIn(
  typed: Parameters<AccessControl['signIn']>[0],
  parts: {
    readonly store: AccessStore;
    readonly directory: Directory;
    readonly passwords: Passwords;
    readonly tries: Tries;
    readonly openSession: AccessControl['openSession'];
  },
): Promise<Outcome<SignedIn, SignInRefusal>> {
  const login = typed.login.trim().toLowerCase();
  const counted = await parts.tries.signIn(login, typed.address);
  if ('code' in counted) return refuse(counted);
  const account = await parts.store.credentials(login);
  const isRight = await parts.passwords.verify(typed.password, account?.passwordHash ?? null);
  if (isRight === null) {
    await counted.forgive(false);
    return refuse({ code: 'busy' });
  }
  const user = account && isRight ? parts.directory.user(account.userId) : null;
  // A disabled account answers like an unknown one: nobody learns from outside which accounts there are.
  if (!user?.isActive) return refuse({ code: 'wrong-password' });
  await counted.forgive(true);
  return accept(await parts.openSession(user, 'password'));
}

async function signOut(credential: string, sessions: Sessions, isSecure: boolean): Promise<string> {
  await sessions.end(credential, 'signed-out');
  return cookieHeader('', 0, isSecure);
}
