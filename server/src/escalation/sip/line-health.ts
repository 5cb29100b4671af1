import type { LineStatus } from '@faultline/shared/escalation/readiness.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { ProbeResult } from './options-probe.ts';

/** What the lines' own programs tell. */
export interface ProgramsHealth {
  readonly isInstalled: boolean;
  /** Programs that listen to us. */
  readonly up: number;
  /** `null` when nobody registers; otherwise whether the exchange knows us. */
  readonly registration: 'pending' | 'registered' | 'refused' | null;
}

export interface LineHealth {
  readonly state: LineStatus['state'];
  readonly since: Instant;
  /** A word for operators; empty while up. */
  readonly detail: string;
}

export interface HealthWatch {
  now(): LineHealth;
  /** Looks at once, because something gave reason to doubt. */
  check(): Promise<void>;
  /** The programs' side changed. */
  reconsider(): void;
  stop(): void;
}

const PROBE_EVERY: Duration = 15 * SECOND;
/** A line that is down is waited for more eagerly. */
const PROBE_WHILE_DOWN_EVERY: Duration = 5 * SECOND;

/**
 * Tells whether a call would have a chance, before somebody needs one. [E7] An exchange that registered us is believed
 * to be there even when it answers no other question; once it has answered one, its silence counts.
 */
export function watchHealth(parts: {
  readonly clock: Clock;
  readonly programs: () => ProgramsHealth;
  readonly probe: () => Promise<ProbeResult>;
  readonly onChanged: (health: LineHealth) => void;
}): HealthWatch {
  const { clock } = parts;
  let health: LineHealth = { state: 'down', since: clock.now(), detail: 'starting' };
  let probed: ProbeResult = 'starting';
  let hasAnswered = false;
  let isStopped = false;
  let disarm = (): void => {};
  let running: Promise<void> | null = null;

  const detailNow = (): string => {
    const { isInstalled, up, registration } = parts.programs();
    if (!isInstalled) return 'program-missing';
    if (up === 0) return health.detail === 'starting' ? 'starting' : 'program-gone';
    if (registration === 'refused') return 'registration-refused';
    if (registration === 'pending') return probed ?? 'not-registered';
    if (probed !== null && (registration === null || hasAnswered)) return probed;
    return '';
  };

  const reconsider = (): void => {
    const detail = detailNow();
    const state = detail === '' ? 'up' : 'down';
    if (detail === health.detail) return;
    health = { state, since: state === health.state ? health.since : clock.now(), detail };
    parts.onChanged(health);
  };

  const look = async (): Promise<void> => {
    disarm();
    probed = await parts.probe();
    if (probed === null) hasAnswered = true;
    if (isStopped) return;
    reconsider();
    disarm = clock.at(clock.now() + (health.state === 'up' ? PROBE_EVERY : PROBE_WHILE_DOWN_EVERY), () => void check());
  };

  const check = (): Promise<void> => {
    running ??= look().finally(() => {
      running = null;
    });
    return running;
  };

  return {
    now: () => health,
    check,
    reconsider,
    stop() {
      isStopped = true;
      disarm();
    },
  };
}
