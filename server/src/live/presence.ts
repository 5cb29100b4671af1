import type { Role } from '@faultline/shared/access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Directory } from '../organisation/directory.ts';

/** Who is connected now; decides whether the network or the receiver answers for a delivery. */
export interface Presence {
  /** Whether any desk, crew-office page or vehicle of the department (a crew counts its vehicles) is connected now. */
  isDepartmentConnected(departmentId: string): boolean;
  connectedVehicleIds(district: string): string[];
}

export interface PresenceBook extends Presence {
  /** @returns what takes the connection out again; calling it twice is harmless. */
  enter(viewer: Pick<Viewer, 'id' | 'role' | 'departmentId' | 'district'>): () => void;
}

/** Roles that receive tickets in an office. A wall receives nothing, a supervisor or administrator only looks on. */
const RECEIVES: ReadonlySet<Role> = new Set(['agent', 'lead', 'centre-dispatcher', 'crew']);

/** @param directory tells which crew a vehicle belongs to now; it may have moved since it connected. */
export function createPresence(parts: { readonly directory: Pick<Directory, 'vehicle'> }): PresenceBook {
  const offices = new Map<string, number>();
  const vehicles = new Map<string, { readonly district: string; count: number }>();

  const enterOffice = (departmentId: string): (() => void) => {
    offices.set(departmentId, (offices.get(departmentId) ?? 0) + 1);
    return () => {
      const left = (offices.get(departmentId) ?? 0) - 1;
      if (left > 0) offices.set(departmentId, left);
      else offices.delete(departmentId);
    };
  };

  const enterVehicle = (id: string, district: string): (() => void) => {
    const entry = vehicles.get(id) ?? { district, count: 0 };
    vehicles.set(id, entry);
    entry.count += 1;
    return () => {
      entry.count -= 1;
      if (entry.count === 0) vehicles.delete(id);
    };
  };

  return {
    enter({ id, role, departmentId, district }) {
      if (role === 'vehicle') return once(enterVehicle(id, district));
      if (departmentId === null || !RECEIVES.has(role)) return once(() => {});
      return once(enterOffice(departmentId));
    },
    isDepartmentConnected(departmentId) {
      if (offices.has(departmentId)) return true;
      for (const id of vehicles.keys()) if (parts.directory.vehicle(id)?.crewId === departmentId) return true;
      return false;
    },
    connectedVehicleIds(district) {
      return [...vehicles].flatMap(([id, entry]) => (entry.district === district ? [id] : []));
    },
  };
}

function once(leave: () => void): () => void {
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    leave();
  };
}
