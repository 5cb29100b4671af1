import { argon2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from './tokens.ts';

const derive = promisify(argon2);

/**
 * argon2id with 19 MiB, two passes and one lane: the smallest of the equal choices of the OWASP Password Storage Cheat
 * Sheet, about 40 ms of one core. Stored with each hash, so that they can be raised without touching old ones.
 */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes are made two at a time, off the event loop; more would starve everything else of the thread pool. */
const MAX_RUNNING = 2;
/** Beyond this many waiting, a try is turned away at once instead of piling up memory. */
const MAX_WAITING = 64;

export interface Passwords {
  /** PHC string. `null`: too many are waiting, nothing was computed. */
  hash(password: string): Promise<string | null>;
  /**
   * Does the same work whether or not there is a hash, so that the time tells nobody which logins exist.
   * `null`: too many are waiting.
   */
  verify(password: string, phc: string | null): Promise<boolean | null>;
}

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
  readonly tag: Buffer;
}

export function createPasswords(random: Random): Passwords {
  const enter = createGate();

  const compute = (password: string, { memory, passes, parallelism, nonce, tag }: Parameters): Promise<Buffer> =>
    // The same characters can be typed composed or decomposed; one form is hashed.
    derive('argon2id', {
      message: Buffer.from(password.normalize('NFKC'), 'utf8'),
      nonce,
      memory,
      passes,
      parallelism,
      tagLength: tag.length,
    });
  const fresh = (): Parameters => ({
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: LANES,
    nonce: random(SALT_BYTES),
    tag: Buffer.alloc(HASH_BYTES),
  });

  return {
    hash(password) {
      return enter(async () => {
        const parameters = fresh();
        return formatPhc({ ...parameters, tag: await compute(password, parameters) });
      });
    },
    verify(password, phc) {
      return enter(async () => {
        const known = phc === null ? null : parsePhc(phc);
        const parameters = known ?? fresh();
        const tag = await compute(password, parameters);
        return timingSafeEqual(tag, parameters.tag) && known !== null;
      });
    },
  };
}

/** @returns what runs a piece of work when its turn has come, or answers `null` when too many wait. */
function createGate(): <Value>(work: () => Promise<Value>) => Promise<Value | null> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= MAX_RUNNING) {
      if (waiting.length >= MAX_WAITING) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

function formatPhc({ memory, passes, parallelism, nonce, tag }: Parameters): string {
  const parameters = `m=${memory},t=${passes},p=${parallelism}`;
  return `$argon2id$v=19$${parameters}$${unpadded(nonce)}$${unpadded(tag)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{16,})$/;

function parsePhc(phc: string): Parameters | null {
  const [, memory, passes, parallelism, nonce, tag] = PHC.exec(phc) ?? [];
  if (!memory || !passes || !parallelism || !nonce || !tag) return null;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}
