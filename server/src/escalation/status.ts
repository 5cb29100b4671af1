import type { LineStatus } from '@faultline/shared/escalation/readiness.ts';
import { findingsOf } from '@faultline/shared/escalation/readiness.ts';
import { policyAt } from '@faultline/shared/ticket/policy.ts';
import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import type { Clock } from '../clock.ts';
import { every } from '../live/every.ts';
import type { Directory } from '../organisation/directory.ts';
import type { CallStore } from '../store/call-store.ts';
import type { Escalation } from './engine.ts';
import type { PhoneLine } from './phone-line.ts';

/** Screens are told at most this often; a gap that opens by itself is found within a minute. */
const TOLD_EVERY: Duration = SECOND;
const LOOKS_EVERY: Duration = MINUTE;

export interface StatusBoard {
  of(district: string): Promise<EscalationStatus>;
  /** Something may have changed; those who listen are told soon, if it has. */
  touch(): void;
  onChanged(listener: (district: string, status: EscalationStatus) => void): void;
  stop(): void;
}

/** Whether ladders would work now, for the screens: the lines, what waits before them, and what would go wrong. [E7] */
export function createStatusBoard(parts: {
  readonly escalation: Pick<Escalation, 'waiting' | 'inUse' | 'canReach' | 'onChanged'>;
  readonly lines: readonly PhoneLine[];
  readonly calls: Pick<CallStore, 'lastReached'>;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}): StatusBoard {
  const { escalation, lines, calls, directory, clock } = parts;
  const listeners: ((district: string, status: EscalationStatus) => void)[] = [];
  const told = new Map<string, string>();
  let isTouched = true;
  let isStopped = false;

  const statusOf = async (district: string): Promise<EscalationStatus> => {
    const now = clock.now();
    const states = lines.map((line): LineStatus => {
      const { id, channels } = line;
      return { id, channels, inUse: escalation.inUse(id), ...line.status() };
    });
    const departments = directory.departments(district);
    const findings = findingsOf({
      departments,
      contacts: departments.flatMap(({ id }) => directory.contacts(id)),
      roster: departments.flatMap(({ id }) => directory.roster(id)),
      timeZone: directory.district(district)?.timeZone ?? 'UTC',
      policy: policyAt(directory.policies(district), now),
      lines: states,
      canReach: escalation.canReach,
      lastReached: await calls.lastReached(district),
      now,
    });
    const waiting = escalation.waiting(district).map((one) => ({ ...one }));
    return { at: now, lines: states, findings: findings.map((finding) => ({ ...finding })), waiting };
  };

  const tell = async (): Promise<void> => {
    isTouched = false;
    for (const { id } of directory.districts()) {
      const status = await statusOf(id);
      const text = JSON.stringify({ ...status, at: 0 });
      if (isStopped || told.get(id) === text) continue;
      told.set(id, text);
      for (const listener of listeners) listener(id, status);
    }
  };

  const cancels = [
    every(clock, TOLD_EVERY, () => {
      if (isTouched) tell().catch(parts.onFault);
    }),
    every(clock, LOOKS_EVERY, () => touch()),
  ];
  const touch = (): void => {
    isTouched = true;
  };
  escalation.onChanged(touch);

  return {
    of: statusOf,
    touch,
    onChanged(listener) {
      listeners.push(listener);
    },
    stop() {
      isStopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}
