import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import type { EndReason, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';

/*
 * A second, plain reading of a journal, written from the rule book and not from the code. The simulation holds the
 * product's own ticket against it.
 */

export interface IssueFacts {
  no: number;
  centreId: string;
  B: Instant;
  C: Instant | null;
  takenAt: Instant | null;
  endedAt: Instant | null;
  endReason: EndReason | null;
}

export interface LegFacts {
  no: number;
  issueNo: number;
  crewId: string;
  isCoLocated: boolean;
  travelMs: number | null;
  D: Instant;
  E: Instant | null;
  F: Instant | null;
  G: Instant | null;
  H: Instant | null;
  endedAt: Instant | null;
  endReason: EndReason | null;
  receiptAt: Instant | null;
}

export interface Facts {
  A: Instant;
  issues: IssueFacts[];
  legs: LegFacts[];
  clearedAt: Instant | null;
  closedAt: Instant | null;
  cancelledAt: Instant | null;
  /** Keys of what has been announced. */
  fired: Set<string>;
  calls: number;
  corrections: number;
  /** Events that change what a person decides on. */
  revision: number;
}

const BESIDE: ReadonlySet<TicketEvent['type']> = new Set<TicketEvent['type']>([
  'delivered-to-centre',
  'delivered-to-crew',
  'recall-confirmed',
  'contradicted',
  'duty-fired',
  'feedback-raised',
  'call-placed',
  'call-answered',
  'call-ended',
  'call-recorded',
  'ladder-spent',
  'calls-held',
  'calls-released',
  'alarm-acknowledged',
]);

export function factsOf(journal: readonly Recorded[]): Facts {
  const facts: Facts = {
    A: 0,
    issues: [],
    legs: [],
    clearedAt: null,
    closedAt: null,
    cancelledAt: null,
    fired: new Set(),
    calls: 0,
    corrections: 0,
    revision: 0,
  };
  for (const { event } of journal) {
    if (!BESIDE.has(event.type)) facts.revision += 1;
    note(facts, event);
  }
  return facts;
}

function note(facts: Facts, event: TicketEvent): void {
  switch (event.type) {
    case 'opened':
      facts.A = event.A.at;
      return;
    case 'issued': {
      const { issueNo: no, centreId, B } = event;
      facts.issues.push({ no, centreId, B: B.at, C: null, takenAt: null, endedAt: null, endReason: null });
      return;
    }
    case 'delivered-to-centre':
      issueOf(facts, event.issueNo).C = event.C.at;
      return;
    case 'taken':
      issueOf(facts, event.issueNo).takenAt = event.at;
      return;
    case 'dispatched': {
      const { legNo: no, issueNo, crewId, isCoLocated, travelMs, D } = event;
      const unset = { E: null, F: null, G: null, H: null, endedAt: null, endReason: null, receiptAt: null };
      facts.legs.push({ no, issueNo, crewId, isCoLocated, travelMs, D: D.at, ...unset });
      return;
    }
    case 'delivered-to-crew':
      legOf(facts, event.legNo).E = event.E.at;
      return;
    case 'accepted':
      legOf(facts, event.legNo).F = event.F.at;
      return;
    case 'departed':
      legOf(facts, event.legNo).G = event.G.at;
      return;
    case 'arrived':
      legOf(facts, event.legNo).H = event.H.at;
      return;
    case 'cleared':
      facts.clearedAt = event.stamp.at;
      return;
    case 'closed':
      facts.closedAt = event.stamp.at;
      return;
    case 'returned':
    case 'recalled': {
      const ended = event.target === 'leg' ? legOf(facts, event.no) : issueOf(facts, event.no);
      ended.endedAt = event.at;
      ended.endReason = event.reason;
      return;
    }
    case 'recall-confirmed':
      legOf(facts, event.legNo).receiptAt = event.stamp.at;
      return;
    case 'cancelled': {
      facts.cancelledAt = event.at;
      const leg = facts.legs.at(-1);
      if (leg && leg.endedAt === null) leg.endedAt = event.at;
      return;
    }
    case 'corrected':
      facts.corrections += 1;
      correct(facts, event);
      return;
    case 'duty-fired':
    case 'feedback-raised':
      facts.fired.add(event.key);
      return;
    case 'call-placed':
    case 'call-recorded':
      facts.calls += 1;
      return;
    case 'call-answered':
    case 'call-ended':
    case 'ladder-spent':
    case 'calls-held':
    case 'calls-released':
    case 'recorded':
    case 'contradicted':
    case 'alarm-acknowledged':
      return;
  }
}

function correct(facts: Facts, { point, issueNo, legNo, now }: Extract<TicketEvent, { type: 'corrected' }>): void {
  if (point === 'A') facts.A = now.at;
  else if (point === 'B' || point === 'C') issueOf(facts, issueNo ?? 0)[point] = now.at;
  else legOf(facts, legNo ?? 0)[point] = now.at;
}

function issueOf(facts: Facts, no: number): IssueFacts {
  const issue = facts.issues.find((candidate) => candidate.no === no);
  if (!issue) throw new Error(`the journal speaks of issue ${no}, which it never told of`);
  return issue;
}

function legOf(facts: Facts, no: number): LegFacts {
  const leg = facts.legs.find((candidate) => candidate.no === no);
  if (!leg) throw new Error(`the journal speaks of leg ${no}, which it never told of`);
  return leg;
}

export function openIssueOf(facts: Facts): IssueFacts | null {
  const issue = facts.issues.at(-1);
  return issue && issue.endedAt === null ? issue : null;
}

export function openLegOf(facts: Facts): LegFacts | null {
  const leg = facts.legs.at(-1);
  return leg && leg.endedAt === null ? leg : null;
}
