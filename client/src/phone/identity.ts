import type { PhonePairing } from '@faultline/shared/wire/phone.ts';
import { phonePairingSchema } from '@faultline/shared/wire/phone.ts';

const PAIRING_KEY = 'faultline.phone';

/** Whose phone this browser is, and the token that proves it. */
export function readPairing(): PhonePairing | null {
  try {
    const read = phonePairingSchema.safeParse(JSON.parse(localStorage.getItem(PAIRING_KEY) ?? 'null'));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export function keepPairing(pairing: PhonePairing): void {
  try {
    localStorage.setItem(PAIRING_KEY, JSON.stringify(pairing));
  } catch {
    // A browser that keeps nothing is a duty phone until it is closed.
  }
}

export function forgetPairing(): void {
  try {
    localStorage.removeItem(PAIRING_KEY);
  } catch {
    // Nothing was kept.
  }
}
