import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { phonePairingSchema } from '@faultline/shared/wire/phone.ts';
import type { Clock } from '../clock.ts';
import type { Account, ServerAddress } from './account.ts';
import { ask, ServerFault } from './account.ts';
import { readContacts } from './contacts.ts';
import type { LiveBoard } from './live-board.ts';
import { phoneMannerOf } from './phone-manner.ts';
import { SimulatedPhone } from './simulated-phone.ts';

export interface DutyPhonesParts {
  readonly server: ServerAddress;
  readonly clock: Clock;
  /** Reads whose phones there are. */
  readonly lead: Account;
  readonly board: Pick<LiveBoard, 'district'>;
  /** A crew that accepts nothing by itself: its duty phone is left to a visitor. */
  readonly isSilentCrew: (departmentId: string) => boolean;
  readonly seed: number;
  readonly onRefusal: (code: string) => void;
}

const LOOKS_AGAIN_AFTER: Duration = 15 * SECOND;
/** Somebody took the phone away from the simulation; he shall see that it is gone. */
const PAIRED_AGAIN_AFTER: Duration = 5 * MINUTE;

/**
 * The duty phones of all offices that a ladder can ring, each with somebody of the simulation beside it, but for the
 * duty phone of the silent crew: that one is the visitor's.
 */
export class DutyPhones {
  readonly #parts: DutyPhonesParts;
  readonly #phones = new Map<string, SimulatedPhone>();
  /** Contacts whose phone was revoked, and until when they go without one. */
  readonly #revoked = new Map<string, Instant>();
  #contacts: readonly Contact[] = [];
  #seen: Board | null = null;
  #isBusy = false;
  #notBefore: Instant = 0;

  constructor(parts: DutyPhonesParts) {
    this.#parts = parts;
    parts.server.signal.addEventListener('abort', () => {
      for (const phone of this.#phones.values()) phone.close();
    });
  }

  /** Looks for new people whenever the organisation has changed. */
  beat(now: Instant): void {
    for (const [contactId, until] of this.#revoked) {
      if (now < until) continue;
      this.#revoked.delete(contactId);
      this.#seen = null;
    }
    const { district } = this.#parts.board;
    if (this.#isBusy || district === null || district === this.#seen || now < this.#notBefore) return;
    this.#isBusy = true;
    void this.#meet(district).finally(() => {
      this.#isBusy = false;
    });
  }

  /** The crew whose duty phone this is, if it is one that was left to a visitor. */
  crewOfFreePhone(contactId: string): string | null {
    const contact = this.#contacts.find(({ id }) => id === contactId);
    return contact && this.#isFree(contact) ? contact.departmentId : null;
  }

  figures(): { readonly phones: number; readonly phonesOnline: number } {
    const phones = [...this.#phones.values()];
    return { phones: phones.length, phonesOnline: phones.filter((phone) => phone.isOnline()).length };
  }

  #isFree({ role, departmentId }: Contact): boolean {
    return role === 'duty' && this.#parts.isSilentCrew(departmentId);
  }

  /** Never rejects: what could not be read is read by the next look. */
  async #meet(district: Board): Promise<void> {
    const { clock } = this.#parts;
    this.#notBefore = clock.now() + LOOKS_AGAIN_AFTER;
    try {
      const contacts = await readContacts(this.#parts.lead, district);
      this.#contacts = contacts;
      const wanted = new Map(
        contacts.filter((one) => one.phone !== '' && !this.#isFree(one)).map((one) => [one.id, one]),
      );
      for (const [contactId, phone] of this.#phones) {
        if (wanted.has(contactId)) continue;
        phone.close();
        this.#phones.delete(contactId);
      }
      for (const contact of wanted.values()) await this.#handOut(contact);
      this.#seen = district;
      this.#notBefore = 0;
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
    }
  }

  async #handOut({ id, role, departmentId }: Contact): Promise<void> {
    const { server, clock, seed, isSilentCrew, onRefusal } = this.#parts;
    if (this.#phones.has(id) || this.#revoked.has(id)) return;
    const paired = await ask(server, { path: '/api/demo/phone', body: { contactId: id } }, phonePairingSchema);
    if (!paired.ok) return onRefusal(paired.refusal.code);
    if (server.signal.aborted) return;
    const isOfSilentCrew = isSilentCrew(departmentId);
    const phone = new SimulatedPhone({
      url: server.url,
      token: paired.value.token,
      clock,
      mannerOf: (call) => phoneMannerOf({ contactId: id, role, isOfSilentCrew, ...call }, seed),
      onRevoked: () => {
        this.#phones.delete(id);
        this.#revoked.set(id, clock.now() + PAIRED_AGAIN_AFTER);
      },
    });
    this.#phones.set(id, phone);
  }
}
