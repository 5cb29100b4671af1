import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import { readDemoPhones } from './contacts.ts';

/** The duty phone of a silent crew: nobody's, until a visitor opens it. */
export interface FreePhone {
  readonly contactId: string;
  readonly crewId: string;
  /** Since when a visitor has it, as far as was seen; `null` while it lies there. */
  readonly takenSince: Instant | null;
  /** When it is rung next if nobody does anything. */
  readonly ringsAt: Instant | null;
}

export interface FreePhonesParts {
  readonly server: ServerAddress;
  readonly crewOf: (contactId: string) => string | null;
  readonly now: () => Instant;
  readonly onLooked: (phones: readonly FreePhone[]) => void;
}

/** A visitor who has opened the page waits for his first ring. */
const LOOKS_EVERY: Duration = 3 * SECOND;

/** Knows from the demo's own list of phones which of them a visitor has, and what they are about to ring for. */
export class FreePhones {
  readonly #parts: FreePhonesParts;
  #phones: readonly FreePhone[] = [];
  #nextLookAt: Instant = 0;
  #isBusy = false;

  constructor(parts: FreePhonesParts) {
    this.#parts = parts;
  }

  beat(now: Instant): void {
    if (this.#isBusy || now < this.#nextLookAt) return;
    this.#nextLookAt = now + LOOKS_EVERY;
    this.#isBusy = true;
    void this.#look().finally(() => {
      this.#isBusy = false;
    });
  }

  /** Whether a visitor answers for this crew. A server that does not answer has changed nothing. */
  isTaken(crewId: string): boolean {
    return this.#phones.some((phone) => phone.crewId === crewId && phone.takenSince !== null);
  }

  /** Never rejects: the next look is near. */
  async #look(): Promise<void> {
    const { server, crewOf, now, onLooked } = this.#parts;
    try {
      const phones = await readDemoPhones(server);
      const before = new Map(this.#phones.map((phone) => [phone.contactId, phone]));
      this.#phones = phones.flatMap(({ contactId, ringsAt, isConnected }) => {
        const crewId = crewOf(contactId);
        if (crewId === null) return [];
        const takenSince = isConnected ? (before.get(contactId)?.takenSince ?? now()) : null;
        return [{ contactId, crewId, ringsAt, takenSince }];
      });
      onLooked(this.#phones);
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
  }
}
