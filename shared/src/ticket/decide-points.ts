import type { Outcome } from '../outcome.ts';
import { accept, refuse } from '../outcome.ts';
import type { TicketCommand, TicketRefusal, TimeClaim } from './command.ts';
import type { Context, Decision } from './decide.ts';
import type { Point } from './points.ts';
import type { Neighbour, Way } from './stamps.ts';
import { neighboursOf, stampOf, stampWithin, wayOfIssue, wayOfLeg } from './stamps.ts';
import type { Contradiction, Leg, Stamp, Ticket, TicketEvent } from './ticket.ts';

/** C and E: the receipt of the first device counts, a later one is a quiet yes. */
export function decideDelivery(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'deliver-to-centre' | 'deliver-to-crew' }>,
  context: Context,
): Decision {
  if (command.type === 'deliver-to-crew') {
    const leg = ticket.legs.find((candidate) => candidate.no === command.legNo);
    if (!leg) return refuse({ code: 'leg-unknown', legNo: command.legNo });
    if (leg.ending) return refuse({ code: 'leg-ended', legNo: leg.no });
    if (leg.E) return accept([]);
    const fits = stampOn(ticket, wayOfLeg(ticket, leg), 'E', command.time, context);
    if (!fits.ok) return isLateReceipt(fits.refusal, command.time) ? accept([]) : fits;
    return accept([{ type: 'delivered-to-crew', legNo: leg.no, deviceId: command.deviceId, E: fits.value }]);
  }
  const issue = ticket.issues.find((candidate) => candidate.no === command.issueNo);
  if (!issue) return refuse({ code: 'not-issued' });
  if (issue.ending) return refuse({ code: 'issue-ended', issueNo: issue.no });
  if (issue.C) return accept([]);
  const fits = stampOn(ticket, wayOfIssue(ticket, issue), 'C', command.time, context);
  if (!fits.ok) return isLateReceipt(fits.refusal, command.time) ? accept([]) : fits;
  return accept([{ type: 'delivered-to-centre', issueNo: issue.no, deviceId: command.deviceId, C: fits.value }]);
}

/**
 * A device's receipt that comes when the receiver has already acted proves nothing any more; the point stays missing.
 * A person who typed an impossible time is told so. [T1] [T3]
 */
function isLateReceipt(refusal: TicketRefusal, claim: TimeClaim): boolean {
  return refusal.code === 'time-contradicts' && claim.how !== 'entered';
}

type CrewPoint = Extract<Point, 'F' | 'G' | 'H'>;
const POINT_OF = { accept: 'F', depart: 'G', arrive: 'H' } as const satisfies Record<string, CrewPoint>;

/** F, G and H of one leg. A point before them may be missing and stays so. [T3] */
export function decideCrewPoint(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'accept' | 'depart' | 'arrive' }>,
  context: Context,
): Decision {
  const point = POINT_OF[command.type];
  const leg = ticket.legs.find((candidate) => candidate.no === command.legNo);
  if (!leg) return refuse({ code: 'leg-unknown', legNo: command.legNo });
  const already = leg[point];
  if (already) return refuse({ code: 'point-already-set', point, stamp: already });
  if (leg.ending) return decideOnEndedLeg(ticket, leg, point, command.time, context);
  const fits = stampOn(ticket, wayOfLeg(ticket, leg), point, command.time, context);
  if (fits.ok) return accept([eventOf(point, leg.no, fits.value)]);
  if (fits.refusal.code !== 'time-contradicts') return fits;
  return keepContradiction(ticket, leg, point, command.time, context) ?? fits;
}

function eventOf(point: CrewPoint, legNo: number, stamp: Stamp): TicketEvent {
  switch (point) {
    case 'F':
      return { type: 'accepted', legNo, F: stamp };
    case 'G':
      return { type: 'departed', legNo, G: stamp };
    case 'H':
      return { type: 'arrived', legNo, H: stamp };
  }
}

/** A device that was offline when its leg was taken back is told so; what it says happened before is kept. [T1] */
function decideOnEndedLeg(
  ticket: Ticket,
  leg: Leg,
  point: CrewPoint | 'cleared',
  time: TimeClaim,
  { now }: Context,
): Decision {
  const claimed = synchronisedLate(time, now, leg);
  if (!claimed) return refuse({ code: 'leg-ended', legNo: leg.no });
  return contradict(ticket, { point, legNo: leg.no, claimed, because: 'leg-ended' });
}

/** @returns `null` when the word did not come from a device that had been offline: then somebody can be asked. */
function keepContradiction(
  ticket: Ticket,
  leg: Leg,
  point: CrewPoint,
  time: TimeClaim,
  { now }: Context,
): Decision | null {
  const claimed = synchronisedLate(time, now, leg);
  if (!claimed) return null;
  const { before } = neighboursOf(ticket, wayOfLeg(ticket, leg), point);
  const because = before !== null && claimed.at < before.at ? 'before-earlier-point' : 'after-later-point';
  return contradict(ticket, { point, legNo: leg.no, claimed, because });
}

function synchronisedLate(time: TimeClaim, now: number, leg: Leg): Stamp | null {
  const stamped = stampOf(time, now, deliveryOf(leg));
  return stamped.ok && stamped.value.evidence === 'device-synced-late' ? stamped.value : null;
}

/** The same claim, sent again, is kept once. */
function contradict(ticket: Ticket, contradiction: Contradiction): Decision {
  const { point, legNo, claimed } = contradiction;
  const isKnown = ticket.contradictions.some(
    (known) => known.point === point && known.legNo === legNo && known.claimed.claimedAt === claimed.claimedAt,
  );
  return accept(isKnown ? [] : [{ type: 'contradicted', contradiction }]);
}

/** The stamp of a point, if it lies between its neighbours. [T1] */
function stampOn(
  ticket: Ticket,
  way: Way,
  point: Point,
  claim: TimeClaim,
  { now }: Context,
): Outcome<Stamp, TicketRefusal> {
  return stampWithin(claim, now, deliveredAt(ticket, way, point), neighboursOf(ticket, way, point));
}

/** Before this moment no device of the receiver can have done what it claims. [T4] */
function deliveredAt(ticket: Ticket, { issue, leg }: Way, point: Point): number {
  if (point === 'C' || !leg) return issue?.B.at ?? ticket.A.at;
  return deliveryOf(leg);
}

function deliveryOf(leg: Leg): number {
  return leg.E?.at ?? leg.D.at;
}

/** Cleared, recorded, closed: in this order, each once; the arrival before them may be missing. [T3] */
export function decideAftermath(
  ticket: Ticket,
  command: Extract<TicketCommand, { type: 'clear' | 'record' | 'close' }>,
  context: Context,
): Decision {
  switch (command.type) {
    case 'clear':
      return decideClear(ticket, command, context);
    case 'record': {
      if (ticket.recorded) return refuse({ code: 'point-already-set', point: 'recorded', stamp: ticket.recorded });
      if (!ticket.cleared) return refuse({ code: 'point-out-of-order', expected: 'cleared' });
      const { found, cause, done } = command.record;
      if (!found.trim() || !cause.trim() || !done.trim()) return refuse({ code: 'reason-missing' });
      const stamped = stampAfter({ point: 'cleared', at: ticket.cleared.at }, command.time, context);
      return stamped.ok ? accept([{ type: 'recorded', stamp: stamped.value, record: command.record }]) : stamped;
    }
    case 'close': {
      if (!ticket.recorded) return refuse({ code: 'point-out-of-order', expected: 'recorded' });
      const stamped = stampAfter({ point: 'recorded', at: ticket.recorded.at }, command.time, context);
      return stamped.ok ? accept([{ type: 'closed', stamp: stamped.value }]) : stamped;
    }
  }
}

function decideClear(ticket: Ticket, command: Extract<TicketCommand, { type: 'clear' }>, context: Context): Decision {
  if (ticket.cleared) return refuse({ code: 'point-already-set', point: 'cleared', stamp: ticket.cleared });
  const leg = ticket.legs.find((candidate) => candidate.no === command.legNo);
  if (!leg) return refuse({ code: 'leg-unknown', legNo: command.legNo });
  if (leg.ending) return decideOnEndedLeg(ticket, leg, 'cleared', command.time, context);
  const last = leg.H ?? leg.G ?? leg.F;
  if (!last) return refuse({ code: 'point-out-of-order', expected: 'F' });
  const before: Neighbour = { point: leg.H ? 'H' : leg.G ? 'G' : 'F', at: last.at };
  const stamped = stampWithin(command.time, context.now, deliveryOf(leg), { before, after: null });
  if (stamped.ok) return accept([{ type: 'cleared', stamp: stamped.value }]);
  const claimed = stamped.refusal.code === 'time-contradicts' ? synchronisedLate(command.time, context.now, leg) : null;
  if (!claimed) return stamped;
  return contradict(ticket, { point: 'cleared', legNo: leg.no, claimed, because: 'before-earlier-point' });
}

function stampAfter(before: Neighbour, claim: TimeClaim, { now }: Context): Outcome<Stamp, TicketRefusal> {
  return stampWithin(claim, now, before.at, { before, after: null });
}
