import { createHash, timingSafeEqual } from 'node:crypto';

/** Where randomness comes from: `randomBytes` of node:crypto, or a fixed run of bytes in a test. */
export type Random = (size: number) => Buffer;

const TOKEN_BYTES = 32;
const ID_BYTES = 12;

/** 256 random bits as 43 characters that stand in a cookie, a header and a subprotocol alike. */
export function makeToken(random: Random): string {
  return random(TOKEN_BYTES).toString('base64url');
}

/** 96 random bits: an id that nobody has to guess or count. */
export function makeId(random: Random): string {
  return random(ID_BYTES).toString('base64url');
}

/** What is kept of a token: with 256 bits of chance behind it, a plain hash cannot be turned round. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function isSameSecret(given: string, kept: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(kept)));
}

/** Crockford's alphabet: no I, L, O, U, so that a code survives being read aloud and copied by hand. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 40 bits: with the tries that an address has, hopeless to guess within the quarter of an hour a code lives. */
const CODE_LENGTH = 8;

/** A one-time code as it is shown: `7K3M-9XQ2`. */
export function makeCode(random: Random): string {
  const letters = [...random(CODE_LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** What was typed, as it is hashed: case, spaces and hyphens do not count, and look-alikes are what they look like. */
export function normalCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
}
