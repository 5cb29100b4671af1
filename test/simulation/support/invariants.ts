import type { Recorded } from '@faultline/shared/ticket/evolve.ts';
import { FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Feedback, Stamp, Ticket, TicketEvent } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Facts } from './facts.ts';
import { factsOf } from './facts.ts';
import { owedAt } from './owed.ts';
import type { Rules } from './rules.ts';
import type { ServerModel, Written } from './server-model.ts';

/** A rule that did not hold in a simulated world. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
  readonly rule: string;

  constructor(rule: string, claim: string) {
    super(`[${rule}] ${claim}`);
    this.rule = rule;
  }
}

/** @throws RuleBroken unless it holds. */
export function hold(condition: boolean, rule: string, claim: () => string): void {
  if (!condition) throw new RuleBroken(rule, claim());
}

/** How far a device's corrected time may lie from the truth: the tolerance for a live word and a slow message. */
const CLOCK_ERROR = 15 * SECOND;

/** What must hold of everything that is written, at the moment it is written. */
export function checkWritten(server: ServerModel, rules: Rules, written: Written, trueAt: Instant | null): void {
  const { submission, now, before, events } = written;
  const ticket = server.ticket(submission.ticketId);
  if (!ticket) throw new RuleBroken('A1', 'what was written can be read');
  const journal = server.journal(submission.ticketId);
  hold(journal.length === before.length + events.length, 'A1', () => 'the journal only grows');
  hold(ticket.version === journal.length, 'A1', () => `version ${ticket.version} is not dense`);
  checkFired(written);
  checkStale(written);
  checkEnd(before, events);
  checkTicket(ticket, factsOf(journal), journal);
  checkTruth(ticket, events, now, trueAt);
  checkJudgement(ticket, factsOf(journal), rules, now);
}

/** What is announced is owed, once, and before anything else of the same moment. [B3] [E6] */
function checkFired({ before, events, now }: Written): void {
  const journal = [...before];
  const owedFirst = before.length > 0 ? owedAt(factsOf(before), now) : [];
  let isOwedOver = false;
  for (const recorded of events) {
    const { event } = recorded;
    if (event.type === 'duty-fired' || event.type === 'feedback-raised') {
      const facts = factsOf(journal);
      hold(owedAt(facts, now).includes(event.key), 'B3', () => `${event.key} was fired, but not owed`);
      hold(!facts.fired.has(event.key), 'B3', () => `${event.key} was fired twice`);
    } else if (!isOwedOver) {
      isOwedOver = true;
      const { fired } = factsOf(journal);
      const missing = owedFirst.find((key) => !fired.has(key));
      hold(missing === undefined, 'B3', () => `${event.type} was written before ${missing}`);
    }
    journal.push(recorded);
  }
}

function checkStale({ submission, before, events }: Written): void {
  const seen = submission.expectedRevision;
  if (seen === null || events.length === 0) return;
  hold(factsOf(before).revision === seen, 'T6', () => `a decision on revision ${seen} was written on another one`);
}

/** When a ticket is over, nothing of its way changes except by a correction. [R1] */
function checkEnd(before: readonly Recorded[], events: readonly Recorded[]): void {
  const { closedAt, cancelledAt } = factsOf(before);
  if (closedAt === null && cancelledAt === null) return;
  const allowed = new Set<TicketEvent['type']>([
    'corrected',
    'recall-confirmed',
    'contradicted',
    'duty-fired',
    'call-answered',
    'call-ended',
    'alarm-acknowledged',
  ]);
  const wrong = events.find(({ event }) => !allowed.has(event.type));
  hold(wrong === undefined, 'R1', () => `${wrong?.event.type} after the end`);
}

/** The product's ticket says what the plain reading of the journal says. [L3] */
function checkTicket(ticket: Ticket, facts: Facts, journal: readonly Recorded[]): void {
  const same = (rule: string, name: string, mine: unknown, theirs: unknown) =>
    hold(JSON.stringify(mine) === JSON.stringify(theirs), rule, () => `${name}: ${JSON.stringify([mine, theirs])}`);
  const timeOf = (stamp: Stamp | null) => stamp?.at ?? null;
  same('L3', 'A', ticket.A.at, facts.A);
  same(
    'T3',
    'issues',
    ticket.issues.map(({ B, C, taken, ending }) => [B.at, timeOf(C), taken?.at ?? null, ending?.at ?? null]),
    facts.issues.map(({ B, C, takenAt, endedAt }) => [B, C, takenAt, endedAt]),
  );
  same(
    'T3',
    'legs',
    ticket.legs.map((leg) => [leg.D, leg.E, leg.F, leg.G, leg.H].map(timeOf)),
    facts.legs.map(({ D, E, F, G, H }) => [D, E, F, G, H]),
  );
  same(
    'R1',
    'ends of legs',
    ticket.legs.map(({ ending }) => ending?.at ?? null),
    facts.legs.map(({ endedAt }) => endedAt),
  );
  same(
    'R2',
    'receipts',
    ticket.legs.map(({ recallReceipt }) => (typeof recallReceipt === 'string' ? recallReceipt : recallReceipt.at)),
    facts.legs.map(({ endedAt, receiptAt }) => receiptAt ?? (endedAt === null ? 'not-owed' : 'owed')),
  );
  same('B3', 'what was fired', Object.keys(ticket.fired).sort(), [...facts.fired].sort());
  same('T5', 'corrections', ticket.corrections.length, facts.corrections);
  same(
    'E2',
    'calls',
    ticket.feedbacks.reduce((sum, { attempts }) => sum + attempts.length, 0),
    facts.calls,
  );
  for (const feedback of ticket.feedbacks) {
    same('E3', `${feedback.key} is over`, feedback.ended !== null, isHopOver(facts, feedback));
  }
  hold(facts.issues.filter(({ endedAt }) => endedAt === null).length <= 1, 'T1', () => 'one issue is open');
  hold(facts.legs.filter(({ endedAt }) => endedAt === null).length <= 1, 'T1', () => 'one leg is open');
  checkOrder(facts);
  checkOnce(journal);
}

function isHopOver(facts: Facts, { kind, issueNo, legNo }: Feedback): boolean {
  if (facts.closedAt !== null || facts.cancelledAt !== null) return true;
  const issue = facts.issues.find(({ no }) => no === issueNo);
  if (!issue || issue.endedAt !== null) return true;
  const leg = facts.legs.find(({ no }) => no === legNo);
  const isLegOver = !leg || leg.endedAt !== null || leg.H !== null || facts.clearedAt !== null;
  const laterLeg = facts.legs.some((other) => other.issueNo === issueNo && other.no > (legNo ?? 0));
  switch (kind) {
    case 'centre-not-taken':
      return issue.takenAt !== null;
    case 'centre-not-dispatched':
      return laterLeg;
    case 'crew-not-accepted':
      return isLegOver || leg.F !== null || leg.G !== null;
    case 'crew-not-departed':
      return isLegOver || leg.G !== null;
    case 'promise-at-risk':
      return isLegOver;
  }
}

/** Each point is made once; afterwards only a correction moves it. [T5] */
function checkOnce(journal: readonly Recorded[]): void {
  const seen = new Set<string>();
  for (const { event } of journal) {
    const key = onceKeyOf(event);
    if (key === null) continue;
    hold(!seen.has(key), 'T5', () => `${key} was written over`);
    seen.add(key);
  }
}

function onceKeyOf(event: TicketEvent): string | null {
  switch (event.type) {
    case 'delivered-to-centre':
    case 'taken':
      return `${event.type} ${event.issueNo}`;
    case 'delivered-to-crew':
    case 'accepted':
    case 'departed':
    case 'arrived':
    case 'recall-confirmed':
      return `${event.type} ${event.legNo}`;
    case 'cleared':
    case 'recorded':
    case 'closed':
      return event.type;
    default:
      return null;
  }
}

function checkOrder(facts: Facts): void {
  const moments: Instant[] = [facts.A];
  const add = (...more: (Instant | null)[]) => moments.push(...more.filter((moment) => moment !== null));
  for (const issue of facts.issues) {
    add(issue.B, issue.C);
    for (const { issueNo, D, E, F, G, H, endedAt } of facts.legs) {
      if (issueNo === issue.no) add(D, E, F, G, H, endedAt);
    }
    add(issue.endedAt);
  }
  const overtaken = moments.findIndex((moment, index) => moment < (moments[index - 1] ?? moment));
  hold(overtaken < 0, 'T1', () => `moment ${overtaken} lies before its neighbour: ${moments.join(' ')}`);
}

/** A device's time is the true one, however wrong its clock and however late its word. [T4] */
function checkTruth(ticket: Ticket, events: readonly Recorded[], now: Instant, trueAt: Instant | null): void {
  if (trueAt === null) return;
  for (const { event } of events) {
    const stamp =
      event.type === 'accepted'
        ? event.F
        : event.type === 'departed'
          ? event.G
          : event.type === 'arrived'
            ? event.H
            : null;
    if (!stamp || !('legNo' in event)) continue;
    const E = ticket.legs.find(({ no }) => no === event.legNo)?.E ?? null;
    const isClamped = E !== null && stamp.at === E.at;
    hold(stamp.receivedAt === now, 'T4', () => `${event.type} does not say when it was learnt`);
    hold(isClamped || Math.abs(stamp.at - trueAt) <= CLOCK_ERROR, 'T4', () => {
      return `${event.type} is ${(stamp.at - trueAt) / SECOND} s away from the truth`;
    });
  }
}

/** The promise runs from A; the owners partition the time; a wrong errand is charged to who sent it. */
function checkJudgement(ticket: Ticket, facts: Facts, rules: Rules, now: Instant): void {
  const promise = rules.promiseStateOf(ticket, FIRST_POLICY, now);
  hold(promise.due === facts.A + 45 * MINUTE, 'R4', () => 'the promise was restarted');
  const hops = rules.ledgerOf(ticket, FIRST_POLICY, now);
  const arrival = facts.legs.find(({ endedAt, H }) => endedAt === null && H !== null)?.H ?? null;
  const end = arrival ?? facts.cancelledAt;
  hold(hops[0]?.from === facts.A, 'L1', () => 'the first stay begins at A');
  for (const [index, hop] of hops.slice(1).entries()) {
    hold(hop.from === hops[index]?.to, 'L1', () => `stay ${index + 1} does not follow the one before it`);
  }
  hold((hops.at(-1)?.to ?? null) === end, 'L1', () => 'the last stay ends with the ticket');
  const legs = new Set(hops.map(({ legNo }) => legNo));
  hold(
    facts.legs.every(({ no }) => legs.has(no)),
    'L1',
    () => 'every leg has its stays',
  );
  for (const { issueNo, legNo, chargedTo } of hops) {
    const sender = misrouterOf(facts, issueNo, legNo);
    hold(sender === null || chargedTo?.kind === sender, 'R3', () => `a wrong errand is charged to ${chargedTo?.kind}`);
  }
}

function misrouterOf(facts: Facts, issueNo: number, legNo: number | null): 'service-centre' | 'repair-centre' | null {
  if (facts.issues.find(({ no }) => no === issueNo)?.endReason === 'misrouted') return 'service-centre';
  return facts.legs.find(({ no }) => no === legNo)?.endReason === 'misrouted' ? 'repair-centre' : null;
}

/** When the clock has looked, nothing that is owed is missing. [E6] */
export function checkAwake(server: ServerModel, now: Instant): void {
  for (const id of server.ticketIds()) {
    const facts = factsOf(server.journal(id));
    const missed = owedAt(facts, now).find((key) => !facts.fired.has(key));
    hold(missed === undefined, 'E6', () => `${missed} of ${id} was missed`);
  }
}

/** When everybody has been reachable for long enough, nothing is left open. */
export function checkRest(server: ServerModel): void {
  for (const id of server.ticketIds()) {
    const ticket = server.ticket(id);
    const facts = factsOf(server.journal(id));
    hold(facts.closedAt !== null || facts.cancelledAt !== null, 'E6', () => `${id} was never finished`);
    hold(ticket?.feedbacks.every(({ ended }) => ended !== null) ?? false, 'E3', () => `${id} still rings`);
    const silent = facts.legs.find(({ endedAt, receiptAt }) => endedAt !== null && receiptAt === null);
    hold(silent === undefined, 'R2', () => `the receipt of leg ${silent?.no} never came`);
  }
  hold(server.nextDueAt() === null, 'B3', () => 'something is due for ever');
}
