import type { Outcome } from '../outcome.ts';
import { accept, refuse } from '../outcome.ts';
import type { Duration, Instant } from '../time.ts';
import { HOUR, SECOND } from '../time.ts';
import type { TicketRefusal, TimeClaim } from './command.ts';
import type { Aftermath, Point } from './points.ts';
import { isBefore, POINTS } from './points.ts';
import type { Issue, Leg, Stamp, Ticket } from './ticket.ts';

/** A device's word that reaches the server this soon counts as live and gets the server's time. [T4] */
const ONLINE_TOLERANCE: Duration = 10 * SECOND;
/** Nothing older is entered from paper: a typed date that far back is a slip of the hand. [T7] */
export const OLDEST_ENTRY: Duration = 72 * HOUR;

type TimeRefusal = Extract<TicketRefusal, { code: 'time-in-future' | 'time-too-old' }>;

/**
 * Turns a claim into the four times of a point.
 * @param delivered when the device got the ticket: an offline claim is clamped between it and `now`. [T4]
 */
export function stampOf(claim: TimeClaim, now: Instant, delivered: Instant): Outcome<Stamp, TimeRefusal> {
  switch (claim.how) {
    case 'now':
      return accept({ at: now, claimedAt: null, receivedAt: now, evidence: claim.evidence });
    case 'device': {
      const corrected = claim.claimedAt - claim.skewMs;
      const isLive = Math.abs(now - corrected) <= ONLINE_TOLERANCE;
      return accept({
        at: isLive ? now : clamp(corrected, delivered, now),
        claimedAt: claim.claimedAt,
        receivedAt: now,
        evidence: isLive ? 'device-online' : 'device-synced-late',
      });
    }
    case 'entered':
      if (claim.at > now) return refuse({ code: 'time-in-future', now });
      if (claim.at < now - OLDEST_ENTRY) return refuse({ code: 'time-too-old', earliest: now - OLDEST_ENTRY });
      return accept({ at: claim.at, claimedAt: claim.at, receivedAt: now, evidence: claim.evidence });
  }
}

/** A moment of the ticket that another must not overtake. */
export interface Neighbour {
  readonly point: Point | Aftermath | 'taken' | 'ending';
  readonly at: Instant;
}

/** The moments directly before and after a point; its time has to lie between them, ends included. [T1] */
export interface Between {
  readonly before: Neighbour | null;
  readonly after: Neighbour | null;
}

/**
 * The stamp of a claim that has to lie between two moments. Two words of one device that were sent within a breath may
 * overtake each other on the way; the one that comes last then keeps the device's own time instead of the server's,
 * because its order is known and only the network's was wrong. [T1] [T4]
 * @param delivered when the device got the ticket, see `stampOf`.
 */
export function stampWithin(
  claim: TimeClaim,
  now: Instant,
  delivered: Instant,
  between: Between,
): Outcome<Stamp, TicketRefusal> {
  const stamped = stampOf(claim, now, delivered);
  if (!stamped.ok) return stamped;
  const wrong = contradictedBy(stamped.value.at, between);
  if (!wrong) return stamped;
  if (claim.how === 'device' && stamped.value.evidence === 'device-online') {
    const at = clamp(claim.claimedAt - claim.skewMs, delivered, now);
    if (!contradictedBy(at, between)) return accept({ ...stamped.value, at, evidence: 'device-synced-late' });
  }
  return refuse({ code: 'time-contradicts', point: wrong.point, at: wrong.at });
}

/**
 * The stamp that replaces another one on a person's word. The audit corrects long after the shift, so only the distance
 * from the time that stood there is bounded, not the age. [T5]
 */
export function correctedStamp(
  ticket: Ticket,
  { way, point, was, at }: { way: Way; point: Point; was: Stamp; at: Instant },
  now: Instant,
): Outcome<Stamp, TicketRefusal> {
  if (at > now) return refuse({ code: 'time-in-future', now });
  const earliest = was.at - OLDEST_ENTRY;
  if (at < earliest) return refuse({ code: 'time-too-old', earliest });
  const wrong = contradictedBy(at, neighboursOf(ticket, way, point));
  if (wrong) return refuse({ code: 'time-contradicts', point: wrong.point, at: wrong.at });
  return accept({ at, claimedAt: at, receivedAt: now, evidence: 'entered-by-dispatcher' });
}

/** The way on which a point lies: its issue and its leg, as far as there are any. */
export interface Way {
  readonly issue: Issue | null;
  readonly leg: Leg | null;
}

export function wayOfLeg(ticket: Ticket, leg: Leg): Way {
  return { issue: ticket.issues.find((issue) => issue.no === leg.issueNo) ?? null, leg };
}

/** Of the legs of one issue the first one bounds the points before the dispatch. */
export function wayOfIssue(ticket: Ticket, issue: Issue | null): Way {
  return { issue, leg: ticket.legs.find((leg) => leg.issueNo === issue?.no) ?? null };
}

/** Every set point on one way, in the order of the points. */
export function pointsOf(ticket: Ticket, { issue, leg }: Way): readonly (readonly [Point, Stamp])[] {
  const stamps: Record<Point, Stamp | null> = {
    A: ticket.A,
    B: issue?.B ?? null,
    C: issue?.C ?? null,
    D: leg?.D ?? null,
    E: leg?.E ?? null,
    F: leg?.F ?? null,
    G: leg?.G ?? null,
    H: leg?.H ?? null,
  };
  return POINTS.flatMap((point) => {
    const stamp = stamps[point];
    return stamp ? [[point, stamp] as const] : [];
  });
}

export function neighboursOf(ticket: Ticket, way: Way, point: Point): Between {
  const set = pointsOf(ticket, way);
  const earlier = set.findLast(([other]) => isBefore(other, point));
  const later = set.find(([other]) => isBefore(point, other));
  const taking = takingOf(ticket, way);
  const isTakingBefore = isBefore('C', point);
  return {
    before:
      endingBefore(ticket, way, point) ??
      latest(earlier ? { point: earlier[0], at: earlier[1].at } : null, isTakingBefore ? taking : null),
    after:
      earliest(later ? { point: later[0], at: later[1].at } : null, isTakingBefore ? null : taking) ??
      endOf(ticket, way),
  };
}

/**
 * The taking lies between C and D without being a point. One that the first dispatch only implied says nothing of its
 * own and bounds nothing: D can be corrected freely, and the taking was meant to lie where D lies. [T1]
 */
function takingOf(ticket: Ticket, { issue }: Way): Neighbour | null {
  if (!issue?.taken) return null;
  const { at } = issue.taken;
  const first = ticket.legs.find((leg) => leg.issueNo === issue.no);
  const corrected = ticket.corrections.find(({ point, legNo }) => point === 'D' && legNo === first?.no);
  const dispatchedAt = (corrected?.was ?? first?.D)?.at;
  return at === dispatchedAt ? null : { point: 'taken', at };
}

/** The later of two moments; of two at the same instant the first one named. */
export function latest(one: Neighbour | null, other: Neighbour | null): Neighbour | null {
  if (!one || !other) return one ?? other;
  return other.at > one.at ? other : one;
}

function earliest(one: Neighbour | null, other: Neighbour | null): Neighbour | null {
  if (!one || !other) return one ?? other;
  return other.at < one.at ? other : one;
}

/** A second issue or leg begins after the first one ended. */
function endingBefore(ticket: Ticket, { issue, leg }: Way, point: Point): Neighbour | null {
  const previous =
    point === 'B'
      ? ticket.issues.find((other) => other.no === (issue?.no ?? 0) - 1)
      : point === 'D'
        ? ticket.legs.findLast((other) => leg !== null && other.issueNo === leg.issueNo && other.no < leg.no)
        : undefined;
  return previous?.ending ? { point: 'ending', at: previous.ending.at } : null;
}

/** What closes a way after its last point: its being taken back, the end of the work, or the end of the ticket. */
function endOf(ticket: Ticket, { issue, leg }: Way): Neighbour | null {
  const ending = leg ? leg.ending : (issue?.ending ?? ticket.cancelled);
  if (ending) return { point: 'ending', at: ending.at };
  return ticket.cleared ? { point: 'cleared', at: ticket.cleared.at } : null;
}

/** @returns the neighbour that a time contradicts, or `null` when it fits. */
function contradictedBy(at: Instant, between: Between): Neighbour | null {
  if (between.before && at < between.before.at) return between.before;
  if (between.after && at > between.after.at) return between.after;
  return null;
}

function clamp(at: Instant, earliest: Instant, latest: Instant): Instant {
  return Math.min(Math.max(at, earliest), latest);
}
