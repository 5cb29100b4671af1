import { ladderOf } from '@faultline/shared/escalation/ladder.ts';
import { alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import { openHopOf, promiseStateOf } from '@faultline/shared/ticket/clocks.ts';
import { decide } from '@faultline/shared/ticket/decide.ts';
import { dueDuties, dutiesOf, nextDueAt } from '@faultline/shared/ticket/duties.ts';
import { replay } from '@faultline/shared/ticket/evolve.ts';
import type { LedgerHop } from '@faultline/shared/ticket/ledger.ts';
import { ledgerOf, verdictOf } from '@faultline/shared/ticket/ledger.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { FIRST_POLICY, promiseOf } from '@faultline/shared/ticket/policy.ts';
import type { Feedback, Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import { arrivalOf, isOpen, PHASES, phaseOf } from '@faultline/shared/ticket/ticket.ts';
import { HOUR, MINUTE } from '@faultline/shared/time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { History } from './random-history.ts';
import { movesArbitrary, play } from './random-history.ts';
import { at } from './story.ts';

/** The same histories in every run; a history that once failed is kept by its seed. */
const SEED = 20_260_302;
const RUNS = 500;

/** @param holds throws, by `expect`, when the law is broken. */
function law(name: string, holds: (history: History) => void): void {
  test(name, () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => holds(play(moves))),
      { numRuns: RUNS, seed: SEED },
    );
  });
}

test('the random histories reach every phase, so the laws speak of all of them', () => {
  const seen = new Set<string>();
  for (const moves of fc.sample(movesArbitrary, { numRuns: 1_000, seed: 1 })) seen.add(phaseOf(play(moves).ticket));
  expect([...PHASES].filter((phase) => !seen.has(phase))).toEqual([]);
});

describe('the gate', () => {
  law('[T2] the same question has the same answer, and a refusal writes nothing', ({ steps }) => {
    for (const { before, command, now, decision, after } of steps) {
      const context = { now, policies: [FIRST_POLICY], expectedRevision: null };
      expect(decide(before, command, context)).toEqual(decide(before, command, context));
      if (!decision.ok) expect(after).toBe(before);
    }
  });

  law('[T2] a receipt, a confirmation, an acknowledgement and the clock may come again without effect', ({ steps }) => {
    const repeatable = new Set([
      'deliver-to-centre',
      'deliver-to-crew',
      'confirm-recall',
      'acknowledge-alarm',
      'answer-call',
      'end-call',
      'spend-ladder',
      'release-calls',
      'fire-due',
    ]);
    for (const { command, now, decision, after } of steps) {
      if (!decision.ok || !repeatable.has(command.type)) continue;
      const again = decide(after, command, { now, policies: [FIRST_POLICY], expectedRevision: null });
      expect(again).toEqual({ ok: true, value: [] });
    }
  });

  law('[T6] a command on any revision but the newest is refused', ({ steps }) => {
    for (const { before, command, now } of steps) {
      if (!before || command.type === 'open') continue;
      const context = { now, policies: [FIRST_POLICY], expectedRevision: before.revision - 1 };
      expect(decide(before, command, context)).toMatchObject({ ok: false, refusal: { code: 'stale-revision' } });
    }
  });
});

describe('the ticket', () => {
  law('[L3] the ticket of the whole journal is the ticket that grew step by step', ({ ticket, journal }) => {
    expect(replay(journal, 'ticket-1')).toEqual(ticket);
    expect(ticket.version).toBe(journal.length);
  });

  law('[T1] points are in order, issues and legs follow each other, one of each is open', ({ ticket }) => {
    expect(ticket.issues.filter(({ ending }) => ending === null).length).toBeLessThanOrEqual(1);
    expect(ticket.legs.filter(({ ending }) => ending === null).length).toBeLessThanOrEqual(1);
    const moments = momentsOf(ticket);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  law('[T3] no point is made by anything but its own event', ({ ticket, journal }) => {
    const count = (type: TicketEvent['type']) => journal.filter(({ event }) => event.type === type).length;
    const set = (point: 'E' | 'F' | 'G' | 'H') => ticket.legs.filter((leg) => leg[point] !== null).length;
    expect(ticket.issues.filter(({ C }) => C !== null).length).toBe(count('delivered-to-centre'));
    expect([set('E'), set('F'), set('G'), set('H')]).toEqual(
      (['delivered-to-crew', 'accepted', 'departed', 'arrived'] as const).map(count),
    );
  });

  law('[T4] every point happened before it was learnt', ({ ticket }) => {
    for (const stamp of stampsOf(ticket)) expect(stamp.at).toBeLessThanOrEqual(stamp.receivedAt);
  });

  law('[T5] a correction keeps what stood before', ({ ticket, journal }) => {
    const corrected = journal.flatMap(({ event }) => (event.type === 'corrected' ? [event] : []));
    expect(ticket.corrections.map(({ was, now }) => [was, now])).toEqual(corrected.map(({ was, now }) => [was, now]));
  });

  law('[R1] a ticket that is over was closed after its record or cancelled before its arrival', ({ ticket }) => {
    if (ticket.closed) expect(ticket.recorded && ticket.cleared).not.toBeNull();
    if (ticket.cancelled) expect([arrivalOf(ticket), ticket.cleared]).toEqual([null, null]);
  });

  law('[R2] each leg that was taken back owes or has its receipt, no other does', ({ ticket }) => {
    for (const { ending, recallReceipt } of ticket.legs) expect(recallReceipt === 'not-owed').toBe(ending === null);
  });
});

describe('clocks and duties', () => {
  law('[B1] the running hop of the clocks is the running stay of the ledger', ({ ticket, now }) => {
    const hop = openHopOf(ticket, FIRST_POLICY);
    const running = ledgerOf(ticket, FIRST_POLICY, now).find(
      ({ to, outcome }) => to === null && outcome !== 'undetermined',
    );
    expect(hop === null).toBe(running === undefined);
    if (!hop || !running) return;
    expect([hop.enteredAt, hop.deadline, hop.segments]).toEqual([
      running.from,
      running.from + running.budget,
      running.segments,
    ]);
  });

  law('[B2] a policy that begins after A moves no deadline, no duty and no verdict', ({ ticket, now }) => {
    const strict: Policy = { ...FIRST_POLICY, version: 2, validFrom: ticket.A.at + 1, warnShare: 0.1 };
    const judge = (policy: Policy) => [
      openHopOf(ticket, policy),
      dutiesOf(ticket, policy),
      verdictOf(ticket, policy, now),
    ];
    const judged = [FIRST_POLICY, strict].find(({ version }) => version === ticket.policyVersion);
    expect(judged && judge(judged)).toEqual(judge(FIRST_POLICY));
  });

  test('[B2] a whole history is the same with and without a policy that begins after A', () => {
    const later: Policy = { ...FIRST_POLICY, version: 2, validFrom: at(0) + 1, warnShare: 0.1 };
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const once = play(moves);
        // A correction that moves A behind the new policy's beginning is judged by it, as it should be.
        fc.pre(!once.ticket.corrections.some(({ point }) => point === 'A'));
        expect(play(moves, [FIRST_POLICY, later]).journal).toEqual(once.journal);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  law(
    '[B3] a duty fires once, never early, and nothing is due any more when it has fired',
    ({ ticket, journal, now }) => {
      const keys = journal.flatMap(({ event }) =>
        event.type === 'duty-fired' || event.type === 'feedback-raised' ? [event] : [],
      );
      expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
      for (const { at: firedAt, dueAt } of keys) expect(firedAt).toBeGreaterThanOrEqual(dueAt);
      const later = now + HOUR;
      const fired = decide(
        ticket,
        { type: 'fire-due' },
        { now: later, policies: [FIRST_POLICY], expectedRevision: null },
      );
      const expected = dueDuties(ticket, FIRST_POLICY, later).map(({ key }) => key);
      expect(fired.ok && fired.value.map((event) => 'key' in event && event.key)).toEqual(expected);
    },
  );

  law('[E6] whoever sleeps until the next due time misses nothing', ({ ticket, now }) => {
    const next = nextDueAt(ticket, FIRST_POLICY);
    if (next === null) expect(dutiesOf(ticket, FIRST_POLICY)).toEqual([]);
    else expect(dueDuties(ticket, FIRST_POLICY, next - 1)).toEqual([]);
    if (next !== null && next > now) expect(dueDuties(ticket, FIRST_POLICY, next)).not.toEqual([]);
  });

  law('[R4] the promise runs from A and never restarts', ({ ticket, steps }) => {
    for (const { after, now } of steps) {
      if (!after) continue;
      expect(promiseStateOf(after, FIRST_POLICY, now).due).toBe(after.A.at + promiseOf(FIRST_POLICY, 'urban'));
    }
    if (ticket.corrections.every(({ point }) => point !== 'A')) expect(ticket.A.at).toBe(at(0));
  });
});

describe('feedback', () => {
  law('[E3] a feedback ends exactly when its hop is done or its ticket is taken away', ({ ticket, journal }) => {
    for (const feedback of ticket.feedbacks) {
      const raisedIndex = journal.findIndex(
        ({ event }) => event.type === 'feedback-raised' && event.key === feedback.key,
      );
      const ending = journal.slice(raisedIndex + 1).find(({ event }) => endsHop(event, feedback));
      expect(feedback.ended).toEqual(ending ? { at: ending.recordedAt, cause: ending.event.type } : null);
    }
  });

  law('[E2] no attempt is lost, and what was said of it stands as it was said', ({ ticket, journal }) => {
    const begun = journal.flatMap(({ event }) =>
      event.type === 'call-placed' || event.type === 'call-recorded' ? [event] : [],
    );
    const kept = ticket.feedbacks.flatMap(({ key, attempts }) => attempts.map((attempt) => ({ key, ...attempt })));
    expect(kept.length).toBe(begun.length);
    for (const { type, key, at: begunAt, callee } of begun) {
      expect(kept).toContainEqual(expect.objectContaining({ key, at: begunAt, ...callee }));
      if (type === 'call-recorded')
        expect(kept.some(({ callId, endedAt }) => !callId && endedAt === begunAt)).toBe(true);
    }
    for (const { event } of journal) {
      if (event.type !== 'call-ended') continue;
      const { key, callId, outcome, at: endedAt } = event;
      expect(kept).toContainEqual(expect.objectContaining({ key, callId, outcome, endedAt }));
    }
  });

  law('[E5] a hop has one call under way at most, and each call ends once', ({ steps, journal }) => {
    for (const { after } of steps) {
      for (const { attempts } of after?.feedbacks ?? []) {
        expect(attempts.filter(({ outcome }) => outcome === null).length).toBeLessThanOrEqual(1);
      }
    }
    const ends = journal.flatMap(({ event }) => (event.type === 'call-ended' ? [`${event.key} ${event.callId}`] : []));
    expect(new Set(ends).size).toBe(ends.length);
  });

  law('[E7] a round that was spent is spent for ever, and its alarm is of the first priority', ({ steps }) => {
    let before = new Map<string, number>();
    for (const { after, now } of steps) {
      const spent = new Map(after?.feedbacks.map(({ key, spentRounds }) => [key, spentRounds]));
      for (const [key, rounds] of before) expect(spent.get(key)).toBeGreaterThanOrEqual(rounds);
      before = spent;
      const isSpent = after?.feedbacks.some(({ ended, spentRounds }) => ended === null && spentRounds > 0) ?? false;
      if (after && isSpent) expect(alarmsOf(after, FIRST_POLICY, now)[0]?.priority).toBe(1);
    }
  });

  law('[E6] the ladder of every feedback stands where something will happen to it', ({ ticket }) => {
    for (const feedback of ticket.feedbacks) {
      const { state, dueAt } = ladderOf(feedback, FIRST_POLICY.ladder);
      expect(state === 'stopped').toBe(feedback.ended !== null);
      const isLive = feedback.attempts.some(({ outcome }) => outcome === null);
      if (feedback.ended === null) expect(dueAt === null).toBe(isLive);
      if (dueAt !== null) expect(dueAt).toBeGreaterThanOrEqual(feedback.held?.until ?? feedback.raisedAt);
    }
  });
});

/** Written from the rule's own words, not from the code: which events do the hop, or take it away. */
function endsHop(event: TicketEvent, { kind, issueNo, legNo }: Feedback): boolean {
  switch (event.type) {
    case 'cancelled':
    case 'closed':
      return true;
    case 'returned':
    case 'recalled':
      return event.target === 'issue' ? event.no === issueNo : event.no === legNo && kind !== 'centre-not-dispatched';
    case 'taken':
      return kind === 'centre-not-taken' && event.issueNo === issueNo;
    case 'dispatched':
      return (kind === 'centre-not-taken' || kind === 'centre-not-dispatched') && event.issueNo === issueNo;
    case 'accepted':
      return kind === 'crew-not-accepted' && event.legNo === legNo;
    case 'departed':
      return (kind === 'crew-not-accepted' || kind === 'crew-not-departed') && event.legNo === legNo;
    case 'arrived':
      return event.legNo === legNo && kind !== 'centre-not-dispatched';
    case 'cleared':
      return kind !== 'centre-not-taken' && kind !== 'centre-not-dispatched';
    default:
      return false;
  }
}

describe('the ledger', () => {
  const endOf = (ticket: Ticket) => (arrivalOf(ticket) ?? ticket.cancelled)?.at ?? null;

  law('[L1] the owners partition the time from A to the end without gap and without overlap', ({ ticket, now }) => {
    const hops = ledgerOf(ticket, FIRST_POLICY, now);
    const end = endOf(ticket);
    const isLost = ticket.cleared !== null && end === null;
    expect(hops[0]?.from).toBe(ticket.A.at);
    expect(hops.slice(1).map(({ from }) => from)).toEqual(hops.slice(0, -1).map(({ to }) => to));
    expect(hops.at(-1)?.to).toBe(end);
    const spent = hops.reduce((sum, hop) => sum + hop.spent, 0);
    if (!isLost) expect(spent).toBe((end ?? now) - ticket.A.at);
    expect(hops.filter(({ outcome }) => outcome.startsWith('running')).length).toBe(end === null && !isLost ? 1 : 0);
  });

  law('[L1] every stay says truly what it spent beyond its budget', ({ ticket, now }) => {
    for (const hop of ledgerOf(ticket, FIRST_POLICY, now)) {
      expect(hop.overspend).toBe(Math.max(0, hop.spent - hop.budget));
      if (hop.outcome === 'kept' || hop.outcome === 'running') expect(hop.overspend).toBe(0);
      if (hop.outcome === 'late' || hop.outcome === 'running-late') expect(hop.overspend).toBeGreaterThan(0);
    }
  });

  law('[L2] what a hop inherits is the time behind it less the budgets of the way behind it', ({ ticket, now }) => {
    const { hops } = verdictOf(ticket, FIRST_POLICY, now);
    expect(hops[0]?.inherited).toBe(0);
    for (const [index, hop] of hops.entries()) {
      const previous = hops[index - 1];
      if (previous && goesOn(previous, hop))
        expect(hop.inherited).toBe(previous.inherited + previous.spent - previous.budget);
    }
  });

  law('[R3] the minutes of a wrong errand are charged to who sent it', ({ ticket, now }) => {
    for (const hop of ledgerOf(ticket, FIRST_POLICY, now)) {
      const leg = ticket.legs.find(({ no }) => no === hop.legNo);
      const issue = ticket.issues.find(({ no }) => no === hop.issueNo);
      const isWrong = issue?.ending?.reason === 'misrouted' || leg?.ending?.reason === 'misrouted';
      expect(hop.charge).toBe(isWrong ? hop.spent : hop.overspend);
      if (issue?.ending?.reason === 'misrouted') expect(hop.chargedTo).toEqual({ kind: 'service-centre' });
    }
  });

  law('[L3] the verdict of a ticket with an arrival, or cancelled, is the same for ever', ({ ticket, now }) => {
    if (isOpen(ticket) && !arrivalOf(ticket)) return;
    expect(verdictOf(ticket, FIRST_POLICY, now + 99 * MINUTE)).toEqual(verdictOf(ticket, FIRST_POLICY, now));
  });
});

/** Whether a stay ended by reaching its point on the same leg, so that its budget is the plan's. */
function goesOn(previous: LedgerHop, hop: LedgerHop): boolean {
  const isSameOffice = previous.legNo === hop.legNo || previous.legNo === null;
  return previous.ending === null && isSameOffice;
}

function momentsOf(ticket: Ticket): number[] {
  const moments = [ticket.A.at];
  for (const issue of ticket.issues) {
    moments.push(issue.B.at, ...(issue.C ? [issue.C.at] : []));
    for (const leg of ticket.legs.filter(({ issueNo }) => issueNo === issue.no)) {
      for (const stamp of [leg.D, leg.E, leg.F, leg.G, leg.H]) if (stamp) moments.push(stamp.at);
      if (leg.ending) moments.push(leg.ending.at);
    }
    if (issue.ending) moments.push(issue.ending.at);
  }
  for (const end of [ticket.cancelled, ticket.cleared, ticket.recorded, ticket.closed]) if (end) moments.push(end.at);
  return moments;
}

function stampsOf(ticket: Ticket) {
  const ofIssues = ticket.issues.flatMap(({ B, C }) => [B, C]);
  const ofLegs = ticket.legs.flatMap(({ D, E, F, G, H }) => [D, E, F, G, H]);
  const stamps = [ticket.A, ...ofIssues, ...ofLegs, ticket.cleared, ticket.recorded, ticket.closed];
  return stamps.filter((stamp) => stamp !== null);
}
