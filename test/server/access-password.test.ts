import { randomBytes } from 'node:crypto';
import { createPasswords } from '@faultline/server/src/access/password.ts';
import { describe, expect, test } from 'vitest';

const passwords = createPasswords(randomBytes);

/** A test vector of the argon2 reference implementation: 64 MiB, two passes, one lane. */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

describe('passwords', () => {
  test('a hash made elsewhere, with other parameters, is understood', async () => {
    expect(await passwords.verify('password', REFERENCE)).toBe(true);
    expect(await passwords.verify('Password', REFERENCE)).toBe(false);
  });

  test('the same password has another hash each time, and every one opens', async () => {
    const hashes = [await passwords.hash('抢修调度台 2026'), await passwords.hash('抢修调度台 2026')];
    expect(hashes[0]).not.toBe(hashes[1]);
    for (const hash of hashes) {
      expect(await passwords.verify('抢修调度台 2026', hash)).toBe(true);
      expect(await passwords.verify('抢修调度台 2027', hash)).toBe(false);
    }
  });

  test('the same characters open however the keyboard composes them', async () => {
    const hash = await passwords.hash('Caf\u00e9 de nuit');
    expect(await passwords.verify('Cafe\u0301 de nuit', hash)).toBe(true);
  });

  test.each([
    '!',
    '',
    'plain',
    '$argon2i$v=19$m=16,t=2,p=1$c29tZXNhbHQ$abc',
    `${REFERENCE}$`,
    '$argon2id$v=19$m=,t=,p=$$',
  ])('nothing opens what is no hash: %j', async (phc) => {
    expect(await passwords.verify('', phc)).toBe(false);
    expect(await passwords.verify(phc, phc)).toBe(false);
  });

  test('nobody’s hash opens to nothing, not even the work that stands in for it', async () => {
    expect(await passwords.verify('', null)).toBe(false);
  });

  test('a flood is turned away instead of piling up, and everybody in the queue has his answer', async () => {
    const crowd = createPasswords(randomBytes);
    const answers = await Promise.all(Array.from({ length: 80 }, () => crowd.verify('guess', null)));
    expect(answers.filter((answer) => answer === null)).toHaveLength(80 - 66);
    expect(answers.filter((answer) => answer === false)).toHaveLength(66);
    expect(await crowd.verify('guess', null)).toBe(false);
  });

  test('the event loop goes on while hashes are made', async () => {
    const order: string[] = [];
    const hashing = passwords.hash('something long enough').then(() => order.push('hash'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('loop');
    await hashing;
    expect(order).toEqual(['loop', 'hash']);
  });
});
