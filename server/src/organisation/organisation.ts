import type { Vehicle, VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Actor } from '@faultline/shared/ticket/ticket.ts';
import { decideDuty } from '@faultline/shared/vehicle/duty.ts';
import type { RefusalCode } from '@faultline/shared/wire/errors.ts';
import type { JournalRow, OrganisationChange } from '@faultline/shared/wire/live.ts';
import type { Viewer } from '../access/viewer.ts';
import { actorOf } from '../access/viewer.ts';
import type { Clock } from '../clock.ts';
import type { OrganisationStore, OrganisationWrite } from '../store/organisation-store.ts';
import type { DirectoryMirror } from './directory.ts';

export interface OrganisationRefusal {
  readonly code: RefusalCode;
  readonly [detail: string]: unknown;
}

/** What a change came to: the rows it writes, what the journal says about it, and what its caller gets back. */
export interface Decided<Value> {
  readonly change: OrganisationChange;
  readonly writes: readonly OrganisationWrite[];
  readonly value: Value;
}

export type Decision<Value> = Outcome<Decided<Value>, OrganisationRefusal>;

export interface Organisation {
  /**
   * Changes wait for each other, so that a decision holds until it is written. Nothing is written on a refusal.
   * @throws StoreFault when the store failed: nothing was written then, and nothing is announced.
   */
  change<Value>(
    by: { readonly district: string; readonly actor: Actor },
    decide: () => Decision<Value> | Promise<Decision<Value>>,
  ): Promise<Outcome<Value, OrganisationRefusal>>;
  /** A vehicle's duty, asked for by its own client, its crew's office or its centre. [V3] */
  changeDuty(request: {
    readonly vehicleId: string;
    readonly duty: VehicleDuty;
    readonly by: Viewer;
  }): Promise<Outcome<Vehicle, OrganisationRefusal>>;
  /** A wall's browser has used its code. */
  wallPaired(wallId: string): Promise<void>;
  /** Told after each commit, in their order; the live hub sends the row on. */
  onCommitted(listener: (district: string, row: JournalRow) => void): void;
}

export function createOrganisation(parts: {
  readonly store: OrganisationStore;
  readonly directory: DirectoryMirror;
  readonly clock: Clock;
  readonly onListenerFault: (error: unknown) => void;
}): Organisation {
  const { store, directory, clock } = parts;
  const listeners: ((district: string, row: JournalRow) => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const announce = (district: string, row: JournalRow): void => {
    for (const listener of listeners) {
      try {
        listener(district, row);
      } catch (error) {
        parts.onListenerFault(error);
      }
    }
  };
  const change: Organisation['change'] = ({ district, actor }, decide) => {
    const result = last.then(async () => {
      const decided = await decide();
      if (!decided.ok) return decided;
      const { writes, value } = decided.value;
      if (writes.length === 0) return accept(value);
      const row = await store.commit({ district, change: decided.value.change, by: actor, at: clock.now() }, writes);
      directory.apply(writes);
      announce(district, row);
      return accept(value);
    });
    last = result.catch(ignore);
    return result;
  };

  return {
    change,
    changeDuty: ({ vehicleId, duty, by }) =>
      change({ district: by.district, actor: actorOf(by) }, () => dutyChange(directory, vehicleId, duty, by)),
    async wallPaired(wallId) {
      const wall = directory.wall(wallId);
      if (!wall) return;
      const by = { district: wall.district, actor: { kind: 'device', id: wallId, departmentId: null } } as const;
      await change(by, () => {
        const paired = { ...(directory.wall(wallId) ?? wall), pairedAt: clock.now() };
        const about: OrganisationChange = { what: 'wall', id: wallId, how: 'changed' };
        return accept({ change: about, writes: [{ row: 'wall', wall: paired }], value: paired });
      });
    },
    onCommitted(listener) {
      listeners.push(listener);
    },
  };
}

/** The next change goes on whatever became of the one before; its caller has the error. */
function ignore(): void {}

function dutyChange(directory: DirectoryMirror, vehicleId: string, duty: VehicleDuty, by: Viewer): Decision<Vehicle> {
  const vehicle = directory.vehicle(vehicleId);
  if (!vehicle?.isActive || vehicle.district !== by.district) return refuse({ code: 'vehicle-unknown' });
  const isCentre = by.role === 'centre-dispatcher';
  const isOwnCrew = by.role === 'crew' && by.departmentId === vehicle.crewId;
  const isOwnCentre = isCentre && directory.department(vehicle.crewId)?.centreId === by.departmentId;
  const isItself = by.role === 'vehicle' && by.id === vehicle.id;
  if (!isOwnCrew && !isOwnCentre && !isItself) return refuse({ code: 'not-allowed' });
  const crew = directory.vehicles(by.district).filter(({ crewId }) => crewId === vehicle.crewId);
  const decided = decideDuty({ vehicle, duty, crew, isConfirmedByCentre: isCentre });
  if (!decided.ok) return decided;
  const changed = { ...vehicle, duty };
  const change: OrganisationChange = { what: 'vehicle', id: vehicle.id, how: 'changed' };
  return accept({
    change,
    // Saying again what is so already is a quiet yes and no row of the journal.
    writes: vehicle.duty === duty ? [] : [{ row: 'vehicle', vehicle: changed }],
    value: changed,
  });
}
