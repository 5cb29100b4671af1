import type { JournalRow, Pulled } from '@faultline/shared/wire/live.ts';

/**
 * Where this console stands in the journal of its district. A row is applied when it is `cursor + 1` and never
 * otherwise; rows that came too early are held until what is missing has been pulled.
 */
export interface CursorState {
  /** The newest row that has been applied. */
  readonly cursor: number;
  /** The newest row that the server has told of. */
  readonly head: number;
  /** Rows beyond a gap, by `seq`, none twice. */
  readonly held: readonly JournalRow[];
}

/** Rows that are held beyond this are forgotten and pulled again: a gap must not fill the memory. */
export const MAX_HELD = 1_000;

export interface Advance {
  readonly state: CursorState;
  /** The rows to apply now, in order, without a gap. */
  readonly rows: readonly JournalRow[];
}

export function startCursor(cursor: number): CursorState {
  return { cursor, head: cursor, held: [] };
}

/** Takes rows in whatever order and as often as they come: each is handed on once, in order, after the one before. */
export function receive(state: CursorState, arrived: readonly JournalRow[]): Advance {
  const waiting = inOrder([...state.held, ...arrived], state.cursor);
  const rows: JournalRow[] = [];
  let cursor = state.cursor;
  for (const row of waiting) {
    if (row.seq !== cursor + 1) break;
    rows.push(row);
    cursor = row.seq;
  }
  const head = Math.max(state.head, cursor, ...arrived.map(({ seq }) => seq));
  return { state: { cursor, head, held: waiting.slice(rows.length, rows.length + MAX_HELD) }, rows };
}

function inOrder(rows: readonly JournalRow[], after: number): JournalRow[] {
  const bySeq = new Map(rows.filter(({ seq }) => seq > after).map((row) => [row.seq, row]));
  return [...bySeq.values()].sort((left, right) => left.seq - right.seq);
}

/** The server has said which row is the newest; that may be one that this console has never got. */
export function learnHead(state: CursorState, head: number): CursorState {
  return { ...state, head };
}

/**
 * Whether the journal has to be asked. Also when it is *shorter* than this console believes: it may have been restored
 * from a backup, or this is a word from before the last row.
 */
export function isAstray(state: CursorState): boolean {
  return state.head !== state.cursor || state.held.length > 0;
}

export interface PullOutcome extends Advance {
  /**
   * `done`: caught up. `again`: more rows follow. `lost`: rows are missing that the journal does not give; only a fresh
   * board helps. `shorter`: the journal ends before this cursor; a row of the snapshot may not have been announced yet,
   * and a journal that stays shorter was restored from a backup.
   */
  readonly verdict: 'done' | 'again' | 'lost' | 'shorter';
}

/** @param askedFrom the cursor that the pull named; live rows may have carried `state` further since. */
export function takePull(state: CursorState, askedFrom: number, pulled: Pulled): PullOutcome {
  if (pulled.head.seq < askedFrom) return { state, rows: [], verdict: 'shorter' };
  const advance = receive(state, pulled.rows);
  const caughtUp = { ...advance.state, head: Math.max(pulled.head.seq, advance.state.cursor) };
  if (!isAstray(caughtUp)) return { state: caughtUp, rows: advance.rows, verdict: 'done' };
  return { state: caughtUp, rows: advance.rows, verdict: caughtUp.cursor > askedFrom ? 'again' : 'lost' };
}
