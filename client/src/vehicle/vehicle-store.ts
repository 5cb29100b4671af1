import type { BilingualName, VehicleDuty } from '@faultline/shared/organisation/organisation.ts';
import type { FaultRecord } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import { create } from 'zustand';
import type { Identity } from './identity.ts';
import type { LinkState } from './link-state.ts';
import { START } from './link-state.ts';
import type { Word } from './outbox.ts';

/** A leg that has come and that nobody here has looked at yet. */
export interface News {
  readonly key: string;
  readonly since: Instant;
}

/** Everything the page knows, the vehicle's position aside. */
export interface VehicleState {
  readonly phase: 'loading' | 'signed-out' | 'ready';
  readonly identity: Identity | null;
  /** As of the last welcome; `null` before the first. */
  readonly crewName: BilingualName | null;
  readonly duty: VehicleDuty | null;
  /** Whether words and legs survive a reload of the page. */
  readonly isDurable: boolean;
  /** The disk did not take the last word; it was not accepted. */
  readonly hasDiskFailed: boolean;
  readonly legs: ReadonlyMap<string, VehicleLeg>;
  readonly words: readonly Word[];
  readonly drafts: ReadonlyMap<string, FaultRecord>;
  readonly link: LinkState;
  /** Since when the server has not been heard; `null` while it is. */
  readonly cutOffSince: Instant | null;
  readonly chosenKey: string | null;
  readonly news: readonly News[];
}

export const BLANK: VehicleState = {
  phase: 'loading',
  identity: null,
  crewName: null,
  duty: null,
  isDurable: true,
  hasDiskFailed: false,
  legs: new Map(),
  words: [],
  drafts: new Map(),
  link: START,
  cutOffSince: null,
  chosenKey: null,
  news: [],
};

export const useVehicle = create<VehicleState>(() => BLANK);
