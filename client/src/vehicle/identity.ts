import { enrolAnswerSchema } from '@faultline/shared/wire/vehicle.ts';

/** For which vehicle this device speaks, and the token that proves it. */
export interface Identity {
  readonly token: string;
  readonly vehicleId: string;
  readonly callSign: string;
  readonly plate: string;
}

const IDENTITY_KEY = 'faultline.vehicle';

export function readIdentity(): Identity | null {
  try {
    const read = enrolAnswerSchema.safeParse(JSON.parse(localStorage.getItem(IDENTITY_KEY) ?? 'null'));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export function keepIdentity(identity: Identity): void {
  try {
    localStorage.setItem(IDENTITY_KEY, JSON.stringify(identity));
  } catch {
    // A browser that keeps nothing speaks for the vehicle until it is closed.
  }
}

export function forgetIdentity(): void {
  try {
    localStorage.removeItem(IDENTITY_KEY);
  } catch {
    // Nothing was kept.
  }
}
