import type { Instant } from '@faultline/shared/time.ts';
import type { PairedContact, PhonePairing } from '@faultline/shared/wire/phone.ts';
import { create } from 'zustand';
import type { LinkState } from '../vehicle/link-state.ts';
import { START } from '../vehicle/link-state.ts';
import type { LoggedCall } from './call-log.ts';
import type { CallState } from './phone-call.ts';
import { IDLE } from './phone-call.ts';

interface PhoneState {
  readonly pairing: PhonePairing | null;
  /** As the server knows it now, or as it was when the device was paired. */
  readonly contact: PairedContact | null;
  readonly link: LinkState;
  /** Since when nobody can ring this phone; `null` while it can be rung. */
  readonly cutOffSince: Instant | null;
  readonly call: CallState;
  readonly log: readonly LoggedCall[];
}

export const BLANK: PhoneState = {
  pairing: null,
  contact: null,
  link: START,
  cutOffSince: null,
  call: IDLE,
  log: [],
};

/** Everything that the duty phone's page shows. */
export const usePhone = create<PhoneState>(() => BLANK);
