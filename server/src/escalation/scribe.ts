import { yesOf } from '@faultline/shared/escalation/keys.ts';
import { accept } from '@faultline/shared/outcome.ts';
import type { TicketCommand } from '@faultline/shared/ticket/command.ts';
import { isLive, liveAttemptOf } from '@faultline/shared/ticket/feedback.ts';
import type { Actor, Callee, CallOutcome, Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Dispatcher, Preparation } from '../dispatcher.ts';
import type { CallRow } from '../store/call-store.ts';
import { MANUAL_LINE } from './manual-line.ts';

type Hop = CallRow['hops'][number];

const SYSTEM: Actor = { kind: 'system' };

/** What a yes came to for one hop of a call; `feedback` and `by` tell who was quicker, if somebody was. */
export type YesResult =
  | { readonly what: 'taken' | 'accepted' | 'acknowledged' }
  | { readonly what: 'no-longer-waiting'; readonly feedback: Feedback | null; readonly by: Actor };

/** What the attempt of one hop says; two hops of one call may mean the same phone in two roles. [E2] [E4] */
export interface PlacedWords {
  readonly step: number;
  readonly callee: Callee;
  readonly text: string;
}

/**
 * Writes calls into the journals of their tickets. Every word is prepared in the ticket's own queue, on the ticket as
 * it is then, so that a hop that was done a moment ago is not rung about.
 */
export interface Scribe {
  /** @returns whether the attempt stands in the journal now. */
  place(row: CallRow, hop: Hop, words: PlacedWords): Promise<boolean>;
  /** A rung with nobody to ring: the attempt begins and ends in the same moment. [E7] */
  skip(
    ticket: Pick<Ticket, 'id' | 'report'>,
    attempt: Omit<Extract<TicketCommand, { type: 'place-call' }>, 'type' | 'line' | 'text'>,
    outcome: CallOutcome,
  ): Promise<void>;
  answer(row: CallRow): Promise<void>;
  end(row: Pick<CallRow, 'id' | 'district'>, hops: readonly Omit<Hop, 'attemptNo'>[], end: CallEndWords): Promise<void>;
  /** Key 1: takes, accepts or acknowledges, and ends the attempt in the same decision. [E4] */
  yes(row: CallRow, hop: Hop, pressed: string): Promise<YesResult>;
  spend(ticket: Pick<Ticket, 'id' | 'report'>, key: string, round: number): Promise<void>;
}

export interface CallEndWords {
  readonly outcome: CallOutcome;
  readonly pressed: string | null;
  readonly code: string;
  readonly by: Actor;
}

/** @param onStale told of a ticket that has refused a step of its ladder: whoever wanted it knew an older one. */
export function createScribe(dispatcher: Dispatcher, onStale: (ticket: Ticket) => void = () => {}): Scribe {
  const submit = (
    { ticketId, district }: { readonly ticketId: string; readonly district: string },
    commands: readonly TicketCommand[] | Preparation,
    by: Actor,
  ) =>
    dispatcher.submit({
      commandId: null,
      district,
      ticketId,
      commands,
      by,
      expectedRevision: null,
      fingerprint: '',
    });

  /** A step that was decided on what this process remembers of the ticket. @returns whether it was still true. */
  const step = async (
    where: { readonly ticketId: string; readonly district: string },
    stepsOn: (ticket: Ticket | null) => readonly TicketCommand[],
  ): Promise<boolean> => {
    let seen: Ticket | null = null;
    const prepare: Preparation = async (ticket) => {
      seen = ticket;
      return accept(stepsOn(ticket));
    };
    const { ok } = await submit(where, prepare, SYSTEM);
    if (!ok && seen !== null) onStale(seen);
    return ok;
  };

  const endOne = async (
    row: Pick<CallRow, 'id' | 'district'>,
    { ticketId, key }: Omit<Hop, 'attemptNo'>,
    { by, ...end }: CallEndWords,
  ): Promise<void> => {
    const command: TicketCommand = { type: 'end-call', key, callId: row.id, note: '', ...end };
    await submit({ ticketId, district: row.district }, [command], by);
  };

  return {
    place(row, { ticketId, key, attemptNo }, words) {
      const { id: callId, line, district } = row;
      return step({ ticketId, district }, (ticket) => {
        const place: TicketCommand = { type: 'place-call', key, callId, attemptNo, line, ...words };
        const asked = manualCallOf(ticket, key);
        if (asked === null) return [place];
        // A line can reach him after all: what a person was asked to do rings by itself.
        const free = { outcome: 'cancelled', pressed: null, code: 'line-free', note: '' } as const;
        return [{ type: 'end-call', key, callId: asked, ...free }, place];
      });
    },
    async skip({ id: ticketId, report: { district } }, attempt, outcome) {
      const { key, callId } = attempt;
      const end = { outcome, pressed: null, code: '', note: '' };
      await step({ ticketId, district }, () => [
        { type: 'place-call', line: '', text: '', ...attempt },
        { type: 'end-call', key, callId, ...end },
      ]);
    },
    async answer(row) {
      const { id: callId, district, hops } = row;
      await Promise.all(
        hops.map(({ ticketId, key }) => submit({ ticketId, district }, [{ type: 'answer-call', key, callId }], SYSTEM)),
      );
    },
    async end(row, hops, words) {
      await Promise.all(hops.map((hop) => endOne(row, hop, words)));
    },
    async yes(row, hop, pressed) {
      const { id: callId, district, departmentId } = row;
      const by: Actor = { kind: 'phone', id: row.callee.contactId, departmentId };
      let result: YesResult = { what: 'no-longer-waiting', feedback: null, by: SYSTEM };
      const prepare: Preparation = async (ticket) => {
        const feedback = ticket?.feedbacks.find(({ key }) => key === hop.key);
        const attempt = feedback?.attempts.find((one) => one.callId === callId);
        if (!ticket || !feedback || !attempt) return accept([]);
        const done = feedback.ended ? null : doingOf(feedback, attempt.contactRole);
        if (feedback.ended || (done === null && !isLive(attempt))) {
          // Somebody was quicker, and the attempt still has to end.
          const { type, by: author } = ticket.lastChange;
          result = { what: 'no-longer-waiting', feedback, by: type === feedback.ended?.cause ? author : SYSTEM };
          const end = { outcome: 'cancelled', pressed, code: feedback.ended?.cause ?? '', note: '' } as const;
          return accept([{ type: 'end-call', key: hop.key, callId, ...end }]);
        }
        const end = { outcome: 'acknowledged', pressed, code: '', note: '' } as const;
        const ended = { type: 'end-call', key: hop.key, callId, ...end } as const;
        result = { what: done?.type === 'take' ? 'taken' : done?.type === 'accept' ? 'accepted' : 'acknowledged' };
        return accept(done ? [ended, done] : [ended]);
      };
      const submitted = await submit({ ticketId: hop.ticketId, district }, prepare, by);
      if (submitted.ok) return result;
      // The rules refuse the deed itself while the hop is still open: the yes is kept as what it was.
      await endOne(row, hop, { outcome: 'acknowledged', pressed, code: '', by });
      return { what: 'acknowledged' };
    },
    async spend({ id: ticketId, report: { district } }, key, round) {
      await step({ ticketId, district }, () => [{ type: 'spend-ladder', key, round }]);
    },
  };
}

/** The live call that a person was asked to make, if that is what stands in the way of a ringing one. */
function manualCallOf(ticket: Ticket | null, key: string): string | null {
  const feedback = ticket?.feedbacks.find((candidate) => candidate.key === key);
  const live = feedback ? liveAttemptOf(feedback) : null;
  return live?.line === MANUAL_LINE ? live.callId : null;
}

function doingOf({ kind, legNo }: Feedback, role: string): Extract<TicketCommand, { type: 'take' | 'accept' }> | null {
  const time = { how: 'now', evidence: 'declared-by-phone' } as const;
  switch (yesOf(kind, role)) {
    case 'takes':
      return { type: 'take', time };
    case 'accepts':
      return legNo === null ? null : { type: 'accept', legNo, time };
    case 'acknowledges':
      return null;
  }
}
