import type { FaultRecord } from '@faultline/shared/ticket/ticket.ts';
import type { VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import { vehicleMessageSchema } from '@faultline/shared/wire/vehicle.ts';
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import { keyOf } from './leg-view.ts';
import type { Word } from './outbox.ts';
import { inOrder } from './outbox.ts';
import { isRefusalCode, readLeg } from './server-message.ts';

/** What this device has kept of one vehicle. */
export interface Kept {
  readonly legs: ReadonlyMap<string, VehicleLeg>;
  readonly words: readonly Word[];
  /** Fault records that somebody has begun to write, by the key of their leg. */
  readonly drafts: ReadonlyMap<string, FaultRecord>;
}

export interface Change {
  readonly putLegs?: readonly VehicleLeg[];
  readonly dropLegs?: readonly string[];
  readonly putWords?: readonly Word[];
  readonly dropWords?: readonly string[];
  readonly putDraft?: readonly [key: string, draft: FaultRecord];
  readonly dropDrafts?: readonly string[];
}

export interface DeviceStore {
  /** Whether what is put survives a reload. */
  readonly isDurable: boolean;
  load(): Promise<Kept>;
  /** All of it or nothing. Resolves when it is on the disk. @throws when the disk refuses it. */
  apply(change: Change): Promise<void>;
  close(): void;
}

interface Schema extends DBSchema {
  legs: { key: string; value: VehicleLeg };
  words: { key: string; value: Word };
  drafts: { key: string; value: FaultRecord };
}

const STORES = ['legs', 'words', 'drafts'] as const;
const SCHEMA_VERSION = 1;

/** One database for each vehicle, so that a device that changes vehicles says nothing for the wrong one. */
export async function openDeviceStore(vehicleId: string): Promise<DeviceStore> {
  try {
    const database = await openDB<Schema>(`faultline-vehicle-${vehicleId}`, SCHEMA_VERSION, {
      upgrade: (fresh) => {
        for (const store of STORES) fresh.createObjectStore(store);
      },
    });
    return durableStore(database);
  } catch {
    // A private window, or a disk without room: the page works as long as it stays open, and says so.
    return memoryStore();
  }
}

function durableStore(database: IDBPDatabase<Schema>): DeviceStore {
  return {
    isDurable: true,
    load: async () => {
      const transaction = database.transaction(STORES, 'readonly');
      const [legs, words, drafts, draftKeys] = await Promise.all([
        transaction.objectStore('legs').getAll(),
        transaction.objectStore('words').getAll(),
        transaction.objectStore('drafts').getAll(),
        transaction.objectStore('drafts').getAllKeys(),
      ]);
      return {
        legs: byKey(legs.map(readLeg).filter((leg) => leg !== null)),
        words: inOrder(words.map(readWord).filter((word) => word !== null)),
        drafts: new Map(drafts.map((draft, index) => [draftKeys[index] ?? '', draft])),
      };
    },
    apply: async (change) => {
      const transaction = database.transaction(STORES, 'readwrite', { durability: 'strict' });
      const legs = transaction.objectStore('legs');
      const words = transaction.objectStore('words');
      const drafts = transaction.objectStore('drafts');
      const work: Promise<unknown>[] = [
        ...(change.putLegs ?? []).map((leg) => legs.put(leg, keyOf(leg))),
        ...(change.dropLegs ?? []).map((key) => legs.delete(key)),
        ...(change.putWords ?? []).map((word) => words.put(word, word.message.id)),
        ...(change.dropWords ?? []).map((id) => words.delete(id)),
        ...(change.dropDrafts ?? []).map((key) => drafts.delete(key)),
      ];
      if (change.putDraft) work.push(drafts.put(change.putDraft[1], change.putDraft[0]));
      await Promise.all([...work, transaction.done]);
    },
    close: () => database.close(),
  };
}

function memoryStore(): DeviceStore {
  return {
    isDurable: false,
    load: async () => ({ legs: new Map(), words: [], drafts: new Map() }),
    apply: async () => undefined,
    close: () => undefined,
  };
}

function byKey(legs: readonly VehicleLeg[]): ReadonlyMap<string, VehicleLeg> {
  return new Map(legs.map((leg) => [keyOf(leg), leg]));
}

/** A word that an older page has written and this one cannot say any more is lost for the machine, not for the person. */
function readWord(content: unknown): Word | null {
  if (typeof content !== 'object' || content === null || !('message' in content) || !('refusal' in content))
    return null;
  const message = vehicleMessageSchema.safeParse(content.message);
  if (!message.success || !('id' in message.data)) return null;
  return { message: message.data, refusal: isRefusalCode(content.refusal) ? content.refusal : null };
}

/** Asks the browser not to clear this site's data when the disk gets full. */
export async function askToKeep(): Promise<void> {
  try {
    await navigator.storage.persist();
  } catch {
    // Unknown to the browser, or not a secure origin.
  }
}
