import type { Instant } from '@faultline/shared/time.ts';
import { askToKeep, openDeviceStore } from './device-store.ts';
import { followGps } from './gps.ts';
import type { Identity } from './identity.ts';
import { forgetIdentity, keepIdentity, readIdentity } from './identity.ts';
import { VehicleSession } from './vehicle-session.ts';
import { BLANK, useVehicle } from './vehicle-store.ts';

/** The device's own clock: stamps carry it as it is, the server knows by how much it is wrong. [T4] */
const deviceNow = (): Instant => Date.now();

let running: VehicleSession | null = null;

/** Begins to work for the vehicle that this device was enrolled for, if it was. */
export async function startVehicle(): Promise<void> {
  const identity = readIdentity();
  if (!identity) {
    useVehicle.setState({ ...BLANK, phase: 'signed-out' });
    return;
  }
  const store = await openDeviceStore(identity.vehicleId);
  running = new VehicleSession({ identity, store, deviceNow });
  await running.start();
}

export async function signIn(identity: Identity): Promise<void> {
  keepIdentity(identity);
  await askToKeep();
  await startVehicle();
}

/** The device speaks for the vehicle no more. What was not sent stays on it and is sent after the next enrolment. */
export function leaveVehicle(): void {
  running?.stop();
  running = null;
  forgetIdentity();
  useVehicle.setState({ ...BLANK, phase: 'signed-out' });
}

/** The work that is going on; `null` while nobody is signed in. */
export function session(): VehicleSession | null {
  return running;
}

/** Reports where the device is. @returns what ends it. */
export function startGps(): () => void {
  return followGps(deviceNow, (fix) => running?.report(fix));
}
