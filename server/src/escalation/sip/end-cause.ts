import type { EndCause } from '../phone-line.ts';

const STATUS = /^(?<status>[3-6]\d\d)\b/;

const CAUSES: Readonly<Record<string, EndCause>> = {
  // The exchange does not know us any more, or lacks what it needs: the next number would fare the same.
  401: 'line-down',
  407: 'line-down',
  500: 'line-down',
  502: 'line-down',
  503: 'line-down',
  504: 'line-down',
  404: 'wrong-number',
  410: 'wrong-number',
  416: 'wrong-number',
  484: 'wrong-number',
  485: 'wrong-number',
  604: 'wrong-number',
  408: 'no-answer',
  480: 'no-answer',
  487: 'no-answer',
  486: 'busy',
  600: 'busy',
  603: 'declined',
  607: 'declined',
  608: 'declined',
};

/** What a call that nobody had answered ended by: the final status of SIP (RFC 3261, section 21), or a broken way. */
export interface End {
  readonly cause: EndCause;
  readonly code: string;
}

/**
 * @param reason baresip's words at the end of a call: the status line of the refusal, or the system's own error.
 * @param hasRung a phone that has rung was reached: what breaks behind that is not the line's fault.
 */
export function endOf(reason: string, hasRung: boolean): End {
  const status = STATUS.exec(reason)?.groups?.['status'];
  if (status !== undefined) return { cause: CAUSES[status] ?? 'failed', code: status };
  return { cause: hasRung ? 'failed' : 'line-down', code: slugOf(reason) };
}

const MOST_OF_REASON = 40;

function slugOf(reason: string): string {
  const words = reason.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.join('-').slice(0, MOST_OF_REASON);
}
