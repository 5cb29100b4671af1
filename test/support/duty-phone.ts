import { setTimeout as pause } from 'node:timers/promises';
import type { PhoneWord, Ring } from '@faultline/shared/wire/phone.ts';
import type { PhoneClient } from './phone-client.ts';
import { pairPhone, phoneClient } from './phone-client.ts';

/** Somebody beside his duty phone, over as many lives of the server as it takes. */
export interface DutyPhone {
  readonly contactId: string;
  readonly client: PhoneClient;
  /** What rings or is spoken now. */
  ring(): Ring | null;
  /** What rings now, or the next ring. */
  rung(): Promise<Ring>;
  /** Resolves when nothing rings and nothing is spoken. */
  silent(): Promise<void>;
  /** Tries like a page that wants nothing else, until it is welcomed: it may be in before the server is ready. */
  comeBack(): Promise<void>;
  /** Presses a key in an answered call and hears what the server says to it; `null` when the call ended instead. */
  press(key: string): Promise<{ readonly text: string; readonly isLast: boolean } | null>;
  /** Calls that rang while another one did, so that two voices would have been heard. [E5] */
  doubleRings(): readonly string[];
}

/** A refused connection is answered within a moment; a page that asked at once again would only take the machine's time. */
const RETRY_MS = 5;

export async function dutyPhone(url: string, contactId: string): Promise<DutyPhone> {
  const { token } = await pairPhone(url, { contactId });
  const client = phoneClient({ url, token });
  const anyWord = (): Promise<unknown> =>
    Promise.race([client.next('ring'), client.next('stopped'), client.next('welcome')]);
  const ring = (): Ring | null => client.heard.reduce(ringAfter, null);

  const phone: DutyPhone = {
    contactId,
    client,
    ring,
    async rung() {
      for (let now = ring(); ; now = ring()) {
        if (now) return now;
        await anyWord();
      }
    },
    async silent() {
      while (ring() !== null) await anyWord();
    },
    async comeBack() {
      for (;;) {
        const welcomed = client.connect().then(() => true);
        const refused = client.closed().then(() => false);
        if (await Promise.race([welcomed, refused])) return;
        await pause(RETRY_MS);
      }
    },
    async press(key) {
      const reply = await client.press(key);
      return reply.type === 'say' ? { text: reply.text, isLast: reply.isLast } : null;
    },
    doubleRings: () => doublesIn(client.heard),
  };
  await phone.comeBack();
  return phone;
}

/** A welcome is the whole truth about what rings: it also ends what an earlier connection has shown. */
function ringAfter(ring: Ring | null, word: PhoneWord): Ring | null {
  switch (word.type) {
    case 'welcome':
    case 'ring':
      return word.ring;
    case 'stopped':
      return ring?.callId === word.callId ? null : ring;
    default:
      return ring;
  }
}

function doublesIn(heard: readonly PhoneWord[]): readonly string[] {
  const doubles: string[] = [];
  let ring: Ring | null = null;
  for (const word of heard) {
    if (word.type === 'ring' && ring !== null && ring.callId !== word.ring.callId) {
      doubles.push(`${word.ring.callId} rings while ${ring.callId} does`);
    }
    ring = ringAfter(ring, word);
  }
  return doubles;
}
