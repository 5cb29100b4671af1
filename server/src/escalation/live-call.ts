import type { Actor, CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { CallRow } from '../store/call-store.ts';
import { hopId } from './ladder-book.ts';
import type { PhoneLine } from './phone-line.ts';

/** A call that is under way, as this process knows it; the store and the journal know all of it too. */
export interface LiveCall {
  readonly row: CallRow;
  readonly line: PhoneLine;
  /** Hops that this call still speaks for. */
  readonly openHops: ReadonlySet<string>;
  /** The newest keys, in their order. */
  readonly keys: string;
}

export interface CallEnd {
  readonly outcome: CallOutcome;
  readonly code: string;
  readonly by: Actor;
}

/** The switchboard's own view of a call; nobody else changes it. */
export interface Live extends LiveCall {
  row: CallRow;
  openHops: Set<string>;
  /**
   * `deciding`: a key is being written down. `decided`: what it came to is `end`, the last word is being said.
   * `over`: nothing is heard at the phone any more, the books have their end or will have it.
   */
  state: 'open' | 'deciding' | 'decided' | 'over';
  end: CallEnd | null;
  /** The attempts have their end in the journal. */
  isWritten: boolean;
  keys: string;
  disarm: () => void;
  /** What the line tells of one call is heard in its order. Never fails. */
  work: Promise<void>;
}

/** A call out of its row; one that was decided before a crash is decided still. */
export function liveCallOf(row: CallRow, line: PhoneLine): Live {
  const { outcome, code, hops, pressed } = row;
  return {
    row,
    line,
    openHops: new Set(hops.map(({ ticketId, key }) => hopId(ticketId, key))),
    state: outcome === null ? 'open' : 'decided',
    end: outcome === null ? null : { outcome, code, by: { kind: 'system' } },
    isWritten: false,
    keys: pressed ?? '',
    disarm() {},
    work: Promise.resolve(),
  };
}

/** Asked anew each time: it may have come true while something was waited for. */
export function isOver({ state }: Pick<Live, 'state'>): boolean {
  return state === 'over';
}
