import { assert } from '@faultline/shared/assert.ts';
import type { SqliteDatabase } from './database.ts';
import { faultOf } from './database.ts';

/** Writes that wait together are made together, up to this many in one transaction. */
const MAX_GROUP = 256;

interface Waiting {
  /** Makes the write, perhaps once more after a group was undone. @returns how its owner is told, after the commit. */
  readonly make: () => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes inside a transaction and resolves when it is on the disk. Whoever asks within one turn of the event loop shares
 * the transaction and its one wait for the disk; works run in the order in which they were asked for.
 * @param work must not wait, and must do no harm when it is run again after its group was undone.
 */
export type GroupCommit = <Value>(work: () => Value) => Promise<Value>;

export function createGroupCommit({ raw }: Pick<SqliteDatabase, 'raw'>): GroupCommit {
  let waiting: Waiting[] = [];
  const transaction = raw.transaction((group: readonly Waiting[]) => group.map(({ make }) => make()));

  const flush = (): void => {
    const group = waiting.slice(0, MAX_GROUP);
    waiting = waiting.slice(MAX_GROUP);
    if (waiting.length > 0) setImmediate(flush);
    settle(group);
  };

  /** What cannot be written together is written one by one: a unit that fails takes no other with it. */
  const settle = (group: readonly Waiting[]): void => {
    let tellings: readonly (() => void)[];
    try {
      tellings = transaction.immediate(group);
    } catch (error) {
      if (group.length > 1) for (const one of group) settle([one]);
      else for (const { reject } of group) reject(faultOf(error));
      return;
    }
    assert(tellings.length === group.length, 'every write has its result');
    for (const tell of tellings) tell();
  };

  return (work) =>
    new Promise((resolve, reject) => {
      const make = (): (() => void) => {
        const value = work();
        return () => resolve(value);
      };
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ make, reject });
    });
}
