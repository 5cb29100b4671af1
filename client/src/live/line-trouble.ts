import type { LineStatus } from '@faultline/shared/escalation/readiness.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import { MANUAL_LINE } from './phone-state.ts';

export interface LineTrouble {
  readonly down: readonly LineStatus[];
  /** Whether phones still ring by themselves; else every call has to be made by hand. */
  readonly isAnyUp: boolean;
}

/** The lines that ring phones by themselves. */
function automaticLines(status: Pick<EscalationStatus, 'lines'>): readonly LineStatus[] {
  return status.lines.filter(({ id }) => id !== MANUAL_LINE);
}

/**
 * What of the lines somebody has to be told before a ladder needs them; `null` when nothing is wrong, or not known.
 * A site may have no line but people: that is its choice and no trouble. [E7]
 */
export function lineTroubleOf(status: Pick<EscalationStatus, 'lines'> | null): LineTrouble | null {
  const lines = status ? automaticLines(status) : [];
  const down = lines.filter(({ state }) => state === 'down');
  return down.length === 0 ? null : { down, isAnyUp: down.length < lines.length };
}
