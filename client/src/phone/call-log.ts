import type { Instant } from '@faultline/shared/time.ts';
import { STOP_REASONS } from '@faultline/shared/wire/phone.ts';
import type { CallState, Ending } from './phone-call.ts';

/** A call that this phone has had; kept on the device only, without anything of the ticket but its number and area. */
export interface LoggedCall {
  readonly callId: string;
  readonly purpose: 'ladder' | 'test';
  readonly numbers: readonly string[];
  readonly areas: readonly string[];
  readonly endedAt: Instant;
  readonly ending: Ending;
  readonly pressed: string;
}

const LOG_KEY = 'faultline.phone.calls';
/** As many as stand on a phone's screen; the whole log is the server's. */
const KEPT_CALLS = 8;
const ENDINGS: readonly Ending[] = [...STOP_REASONS, 'declined', 'hung-up'];

export function loggedCall({ ring, endedAt, ending, pressed }: Extract<CallState, { at: 'over' }>): LoggedCall {
  return {
    callId: ring.callId,
    purpose: ring.purpose,
    numbers: ring.tickets.map(({ number }) => number),
    areas: [...new Set(ring.tickets.map(({ area }) => area))],
    endedAt,
    ending,
    pressed,
  };
}

/** The newest first; a call that is told once more replaces what was written of it. */
export function withCall(log: readonly LoggedCall[], call: LoggedCall): readonly LoggedCall[] {
  return [call, ...log.filter(({ callId }) => callId !== call.callId)].slice(0, KEPT_CALLS);
}

export function readCallLog(): readonly LoggedCall[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(LOG_KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(readCall).filter((call) => call !== null) : [];
  } catch {
    return [];
  }
}

export function keepCallLog(log: readonly LoggedCall[]): void {
  try {
    localStorage.setItem(LOG_KEY, JSON.stringify(log));
  } catch {
    // A browser that keeps nothing shows the calls until it is closed.
  }
}

export function forgetCallLog(): void {
  try {
    localStorage.removeItem(LOG_KEY);
  } catch {
    // Nothing was kept.
  }
}

function readCall(content: unknown): LoggedCall | null {
  if (typeof content !== 'object' || content === null) return null;
  const fields = new Map<string, unknown>(Object.entries(content));
  const [callId, purpose, endedAt, pressed] = ['callId', 'purpose', 'endedAt', 'pressed'].map((key) => fields.get(key));
  const ending = ENDINGS.find((known) => known === fields.get('ending'));
  if (typeof callId !== 'string' || typeof endedAt !== 'number' || typeof pressed !== 'string' || !ending) return null;
  if (purpose !== 'ladder' && purpose !== 'test') return null;
  const [numbers, areas] = [textsOf(fields.get('numbers')), textsOf(fields.get('areas'))];
  return { callId, purpose, numbers, areas, endedAt, ending, pressed };
}

function textsOf(content: unknown): readonly string[] {
  return Array.isArray(content) ? content.filter((text) => typeof text === 'string') : [];
}
