import { assert } from '@faultline/shared/assert.ts';
import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import { ladderOf } from '@faultline/shared/escalation/ladder.ts';
import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { policyOfVersion } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';

/** A hop that lies still, as its ticket was last committed. */
export interface OpenLadder {
  readonly id: string;
  readonly ticket: Ticket;
  readonly feedback: Feedback;
  readonly policy: Policy['ladder'];
  readonly ladder: Ladder;
  readonly live: CallAttempt | null;
}

/** The open ladders of all districts: a mirror of the journal, renewed with each commit, lost with each crash. */
export interface LadderBook {
  /** @returns the ladders of this ticket that were open before and are no longer. */
  apply(ticket: Ticket): readonly OpenLadder[];
  ofTicket(ticketId: string): readonly OpenLadder[];
  find(ticketId: string, key: string): OpenLadder | null;
  all(): Iterable<OpenLadder>;
  readonly size: number;
}

export function hopId(ticketId: string, key: string): string {
  return `${ticketId}/${key}`;
}

export function createLadderBook(policies: (district: string) => readonly Policy[]): LadderBook {
  const open = new Map<string, OpenLadder>();
  const keysOf = new Map<string, ReadonlySet<string>>();

  const entryOf = (ticket: Ticket, feedback: Feedback): OpenLadder => {
    const { ladder: policy } = policyOfVersion(policies(ticket.report.district), feedback.policyVersion);
    const live = liveAttemptOf(feedback);
    return { id: hopId(ticket.id, feedback.key), ticket, feedback, policy, ladder: ladderOf(feedback, policy), live };
  };
  const ofTicket = (ticketId: string): readonly OpenLadder[] =>
    [...(keysOf.get(ticketId) ?? [])].map((key) => {
      const entry = open.get(hopId(ticketId, key));
      assert(entry !== undefined, 'the book keeps a ladder under each of its keys');
      return entry;
    });

  return {
    apply(ticket) {
      const before = ofTicket(ticket.id);
      // At the start a ticket may be committed while it is being read.
      if (before.some((open) => open.ticket.version > ticket.version)) return [];
      const feedbacks = openFeedbacks(ticket);
      if (before.length === 0 && feedbacks.length === 0) return [];
      const keys = new Set(feedbacks.map(({ key }) => key));
      if (keys.size > 0) keysOf.set(ticket.id, keys);
      else keysOf.delete(ticket.id);
      for (const feedback of feedbacks) {
        const entry = entryOf(ticket, feedback);
        open.set(entry.id, entry);
      }
      const over = before.filter(({ feedback }) => !keys.has(feedback.key));
      for (const { id } of over) open.delete(id);
      return over;
    },
    ofTicket,
    find: (ticketId, key) => open.get(hopId(ticketId, key)) ?? null,
    all: () => open.values(),
    get size() {
      return open.size;
    },
  };
}

/** When the hop began to wait: its sending, or the call itself for a promise at risk. */
export function stillSince({ ticket, feedback }: OpenLadder): Instant {
  const { kind, issueNo, legNo, raisedAt } = feedback;
  const issue = ticket.issues.find(({ no }) => no === issueNo);
  const leg = ticket.legs.find(({ no }) => no === legNo);
  switch (kind) {
    case 'centre-not-taken':
      return issue?.B.at ?? raisedAt;
    case 'centre-not-dispatched':
      return takenAt(ticket, issueNo) ?? raisedAt;
    case 'crew-not-accepted':
      return leg?.D.at ?? raisedAt;
    case 'crew-not-departed':
      return leg?.F?.at ?? leg?.D.at ?? raisedAt;
    case 'promise-at-risk':
      return ticket.A.at;
  }
}

function takenAt(ticket: Ticket, issueNo: number): Instant | null {
  const issue = ticket.issues.find(({ no }) => no === issueNo);
  return issue?.taken?.at ?? issue?.B.at ?? null;
}
