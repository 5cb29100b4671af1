import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { Board } from '@faultline/shared/wire/http.ts';
import { boardSchema, sessionSchema, ticketAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { Head, JournalRow, PositionFrame } from '@faultline/shared/wire/live.ts';
import { MAX_PULL } from '@faultline/shared/wire/live.ts';
import { actAs, get, onSignedOut } from './api.ts';
import type { BoardState } from './board-state.ts';
import { BLANK, organisationOf, ticketsOf } from './board-state.ts';
import { serverClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { openConnection } from './connection.ts';
import type { CursorState } from './cursor.ts';
import { isAstray, learnHead, receive, startCursor, takePull } from './cursor.ts';
import { freshnessOf } from './freshness.ts';
import { forgetReceived, ReceiptSender } from './receipts.ts';
import { applyRows, withTicket } from './ticket-rows.ts';

export interface FollowerParts {
  readonly sendReceipts: boolean;
  readonly onPositions: (frame: PositionFrame) => void;
  readonly read: () => BoardState;
  readonly write: (change: Partial<BoardState>) => void;
}

/** Attempts at a server that does not answer: each waits twice as long as the one before, up to the last. */
const ATTEMPTS: readonly Duration[] = [1, 2, 4, 8, 15].map((seconds) => seconds * SECOND);
/** Several changes of the organisation come together; and three hundred consoles must not read it in one moment. */
const ORGANISATION_READ = { after: 0.3 * SECOND, spread: SECOND };
/** Rows; a console that is further behind reads a fresh board, which costs less than so many pulls. */
const FAR_BEHIND = 10 * MAX_PULL;
/** Pulls in one go; what is still missing then, the next head asks for. */
const MAX_PULLS = 20;
/** Answers in a row, one for each head, until a journal that ends before the cursor is believed to be another one. */
const MAX_SHORTER = 3;
/** How often a socket that does not open asks whether the session is the reason. */
const SESSION_CHECK_EVERY = 10 * SECOND;
/** Tickets that are read one by one at a time. */
const MAX_READS = 4;

const ENDS_SESSION: readonly string[] = ['not-signed-in', 'token-revoked'];
const PASSES_BY_ITSELF: readonly string[] = ['busy', 'too-many-requests'];

/**
 * Keeps the board of one page: reads it once, then follows the journal row by row. A push is a hint and the journal the
 * truth: whatever was missed is pulled, and when that is impossible the board is read anew.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #receipts: ReceiptSender;
  readonly #reading = new Set<string>();
  readonly #waiting = new Set<{ readonly seq: number; readonly resolve: () => void }>();
  #connection: Connection | null = null;
  #cursor: CursorState = startCursor(0);
  /** Tickets to be read whole, with the version that must be reached. */
  #toRead = new Map<string, number>();
  /** Counts starts, fresh boards and ends: an answer to an older question is thrown away. */
  #era = 0;
  #isPulling = false;
  #shorterAnswers = 0;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #organisationTimer: ReturnType<typeof setTimeout> | undefined;
  #sessionCheckedAt = Number.NEGATIVE_INFINITY;
  #stopListening: () => void = () => undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#receipts = new ReceiptSender((receipt) => this.#connection?.sendReceipt(receipt) ?? Promise.resolve(null));
  }

  start(): void {
    this.stop();
    const stopClock = serverClock.subscribe(() => this.#age());
    const stopSignOut = onSignedOut(() => this.#signOut());
    this.#stopListening = () => {
      stopClock();
      stopSignOut();
    };
    this.#run(this.#begin());
  }

  stop(): void {
    this.#era += 1;
    this.#stopListening();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#organisationTimer);
    this.#connection?.close();
    this.#connection = null;
    this.#isPulling = false;
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** Resolves when row `seq` has been applied, at the latest after `limit`. */
  whenReached(seq: number, limit: Duration): Promise<void> {
    if (this.#connection === null || this.#hasReached(seq)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { seq, resolve };
      this.#waiting.add(waiter);
      setTimeout(() => {
        this.#waiting.delete(waiter);
        resolve();
      }, limit);
    });
  }

  async #begin(): Promise<void> {
    const era = this.#era;
    const answer = await get('/api/session', sessionSchema);
    if (era !== this.#era) return;
    if (!answer.ok) return this.#failed(answer.refusal, () => this.#begin());
    actAs(answer.value.user.id);
    this.#parts.write({ session: answer.value });
    await this.#readBoard();
  }

  /** Begins anew from the server's snapshot; what was known before is replaced whole. */
  async #readBoard(): Promise<void> {
    this.#era += 1;
    const era = this.#era;
    clearTimeout(this.#retryTimer);
    const answer = await get('/api/board', boardSchema);
    if (era !== this.#era) return;
    if (!answer.ok) return this.#failed(answer.refusal, () => this.#readBoard());
    this.#failures = 0;
    this.#isPulling = false;
    this.#shorterAnswers = 0;
    this.#replace(answer.value);
    this.#connection ??= this.#connect();
  }

  #replace(board: Board): void {
    serverClock.setOffset(board.now, serverClock.monotonicMs());
    this.#cursor = startCursor(board.cursor);
    this.#toRead.clear();
    this.#parts.write({ ...organisationOf(board), tickets: ticketsOf(board), dataAsOf: board.now, status: 'live' });
    this.#parts.onPositions(board.positions);
    this.#settle();
  }

  /** Reads what has changed beside the tickets. A snapshot from before the newest row leaves the tickets alone. */
  async #readOrganisation(): Promise<void> {
    const era = this.#era;
    const answer = await get('/api/board', boardSchema);
    if (era !== this.#era) return;
    if (!answer.ok) return this.#failed(answer.refusal, () => this.#readOrganisation());
    if (answer.value.cursor >= this.#cursor.cursor) return this.#replace(answer.value);
    this.#parts.write(organisationOf(answer.value));
  }

  #failed(refusal: WireRefusal, again: () => Promise<void>): void {
    if (ENDS_SESSION.includes(refusal.code)) {
      this.#signOut();
      return;
    }
    if (this.#parts.read().dataAsOf === null) this.#parts.write({ status: 'failed' });
    const wait = ATTEMPTS[Math.min(this.#failures, ATTEMPTS.length - 1)] ?? SECOND;
    this.#failures += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#run(again()), wait * (0.5 + Math.random() / 2));
  }

  #signOut(): void {
    this.stop();
    forgetReceived();
    this.#parts.write({ ...BLANK, status: 'signed-out' });
  }

  #connect(): Connection {
    return openConnection({
      onOpen: () => this.#pull(),
      onRows: (rows) => this.#take(rows),
      onHead: (head) => this.#hear(head),
      onPositions: this.#parts.onPositions,
      onEscalation: (escalation) => this.#parts.write({ escalation }),
      onUnreadable: () => this.#run(this.#readBoard()),
      onSignedOut: () => this.#signOut(),
      onRefused: () => this.#checkSession(),
    });
  }

  /** A refused socket may be a network, a restart or an ended session; only the last one answers over HTTP. */
  #checkSession(): void {
    const now = serverClock.monotonicMs();
    if (now - this.#sessionCheckedAt < SESSION_CHECK_EVERY) return;
    this.#sessionCheckedAt = now;
    this.#run(get('/api/session', sessionSchema));
  }

  #hear(head: Head): void {
    serverClock.setOffset(head.now, serverClock.monotonicMs());
    this.#cursor = learnHead(this.#cursor, head.seq);
    if (isAstray(this.#cursor)) this.#pull();
    else if (this.#toRead.size > 0) this.#readTickets();
    else this.#knowAllAt(head.now);
    this.#settle();
  }

  #take(arrived: readonly JournalRow[]): void {
    const { state, rows } = receive(this.#cursor, arrived);
    this.#cursor = state;
    this.#apply(rows);
    if (isAstray(state)) this.#pull();
  }

  #apply(rows: readonly JournalRow[]): void {
    if (rows.length === 0) return;
    const applied = applyRows(this.#parts.read().tickets, rows);
    this.#parts.write({ tickets: applied.tickets });
    for (const [id, version] of applied.toRead) this.#toRead.set(id, version);
    this.#readTickets();
    if (applied.isOrganisationStale) this.#readOrganisationSoon();
    this.#settle();
  }

  #pull(): void {
    if (this.#isPulling || this.#connection === null) return;
    this.#isPulling = true;
    this.#run(this.#pullAll(this.#connection));
  }

  async #pullAll(connection: Connection): Promise<void> {
    const era = this.#era;
    for (let pulls = 0; pulls < MAX_PULLS; pulls += 1) {
      const askedFrom = this.#cursor.cursor;
      const answer = await connection.pull(askedFrom);
      if (era !== this.#era) return;
      if (answer === null) break;
      if ('code' in answer) return this.#pullRefused(answer.code);
      serverClock.setOffset(answer.head.now, serverClock.monotonicMs());
      const { state, rows, verdict } = takePull(this.#cursor, askedFrom, answer);
      this.#shorterAnswers = verdict === 'shorter' ? this.#shorterAnswers + 1 : 0;
      if (this.#shorterAnswers >= MAX_SHORTER) return this.#readBoard();
      if (verdict === 'shorter') break;
      if (verdict === 'lost' || state.head - state.cursor > FAR_BEHIND) return this.#readBoard();
      this.#cursor = state;
      this.#apply(rows);
      if (verdict === 'again') continue;
      this.#isPulling = false;
      if (this.#toRead.size === 0) this.#knowAllAt(answer.head.now);
      return;
    }
    this.#isPulling = false;
  }

  #pullRefused(code: string): void {
    this.#isPulling = false;
    if (ENDS_SESSION.includes(code)) this.#signOut();
    else if (!PASSES_BY_ITSELF.includes(code)) this.#run(this.#readBoard());
  }

  #readTickets(): void {
    for (const id of this.#toRead.keys()) {
      if (this.#reading.size >= MAX_READS) return;
      if (!this.#reading.has(id)) this.#run(this.#readTicket(id));
    }
  }

  async #readTicket(id: string): Promise<void> {
    const era = this.#era;
    this.#reading.add(id);
    const answer = await get(`/api/tickets/${encodeURIComponent(id)}`, ticketAnswerSchema);
    this.#reading.delete(id);
    if (era !== this.#era) return;
    if (answer.ok) this.#putTicket(answer.value.ticket);
    else if (!PASSES_BY_ITSELF.includes(answer.refusal.code)) {
      this.#toRead.delete(id);
      if (answer.refusal.code === 'not-allowed') this.#readOrganisationSoon();
    }
    this.#settle();
  }

  #putTicket(ticket: Ticket): void {
    const wanted = this.#toRead.get(ticket.id) ?? 0;
    if (ticket.version >= wanted) this.#toRead.delete(ticket.id);
    this.#parts.write({ tickets: withTicket(this.#parts.read().tickets, ticket) });
    this.#readTickets();
  }

  #readOrganisationSoon(): void {
    clearTimeout(this.#organisationTimer);
    const wait = ORGANISATION_READ.after + Math.random() * ORGANISATION_READ.spread;
    this.#organisationTimer = setTimeout(() => this.#run(this.#readOrganisation()), wait);
  }

  #hasReached(seq: number): boolean {
    return this.#cursor.cursor >= seq && this.#toRead.size === 0;
  }

  /** After every change: who waited for a row goes on, and what has reached this office is attested. */
  #settle(): void {
    for (const waiter of [...this.#waiting]) {
      if (!this.#hasReached(waiter.seq)) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
    const { session, tickets } = this.#parts.read();
    if (this.#parts.sendReceipts && session && this.#connection) this.#receipts.attest(tickets, session.user);
  }

  #knowAllAt(at: Instant): void {
    this.#parts.write({ dataAsOf: at, status: freshnessOf(at, serverClock.now()) });
  }

  #age(): void {
    const { dataAsOf, status } = this.#parts.read();
    if (dataAsOf === null) return;
    const freshness = freshnessOf(dataAsOf, serverClock.now());
    if (freshness !== status) this.#parts.write({ status: freshness });
  }

  /** What goes wrong in the background is a bug; it must reach the page's last resort instead of disappearing. */
  #run(task: Promise<unknown>): void {
    task.catch(reportError);
  }
}
