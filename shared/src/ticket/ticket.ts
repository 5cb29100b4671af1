import type { Duration, Instant } from '../time.ts';
import type { Aftermath, Evidence, Point } from './points.ts';
import type { AreaClass, FeedbackKind } from './policy.ts';

/** The four times of a point: nothing of what was claimed is thrown away. [T4] */
export interface Stamp {
  /** When it happened, by the best word there is; every verdict uses this one. */
  readonly at: Instant;
  /** What the device or the person claimed, uncorrected; `null` when nobody claimed a time. */
  readonly claimedAt: Instant | null;
  /** When the server learnt it. */
  readonly receivedAt: Instant;
  readonly evidence: Evidence;
}

export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly role: string; readonly departmentId: string | null }
  | { readonly kind: 'device'; readonly id: string; readonly departmentId: string | null }
  /** Somebody at a called phone who pressed a key; `id` is the contact that was rung. [E4] */
  | { readonly kind: 'phone'; readonly id: string; readonly departmentId: string | null }
  | { readonly kind: 'system' };

export const FAULT_CLASSES = [
  'service-drop-or-meter',
  'low-voltage',
  'medium-voltage',
  'public-hazard',
  'unknown',
] as const;
export type FaultClass = (typeof FAULT_CLASSES)[number];

/** Where the fault is, no finer than a street: this part is seen on the wall. [D3] */
export interface Place {
  /** WGS-84, degrees. */
  readonly lon: number;
  readonly lat: number;
  readonly street: string;
  readonly area: string;
}

/** What is known when a ticket is opened; the caller stands elsewhere, behind `callerId`. [A1] */
export interface Report {
  readonly number: string;
  readonly district: string;
  readonly areaClass: AreaClass;
  readonly place: Place;
  readonly faultClass: FaultClass;
  readonly faultText: string;
  readonly callerId: string | null;
  /** Taken on paper and entered later with its own times. [T7] */
  readonly isFromPaper: boolean;
}

export const END_REASONS = ['misrouted', 'receiver-unable', 'no-response', 'mistake', 'other'] as const;
export type EndReason = (typeof END_REASONS)[number];

export const CANCEL_REASONS = [
  'customer-withdrew',
  'restored-meanwhile',
  'customer-side',
  'duplicate',
  'mistake',
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** Why an issue or a leg ended before its work was done. [R1] */
export interface Ending {
  readonly how: 'returned' | 'recalled' | 'cancelled';
  readonly reason: EndReason | null;
  readonly text: string;
  readonly at: Instant;
  readonly by: Actor;
}

/** One sending of the ticket to a repair centre. */
export interface Issue {
  readonly no: number;
  readonly centreId: string;
  /** Whether a desk of the centre was connected when it was issued: decides who answers for BC. */
  readonly wasReceiverConnected: boolean;
  readonly B: Stamp;
  readonly C: Stamp | null;
  readonly taken: { readonly at: Instant; readonly by: Actor } | null;
  readonly ending: Ending | null;
}

/** One dispatch to a crew and a vehicle. */
export interface Leg {
  readonly no: number;
  readonly issueNo: number;
  readonly crewId: string;
  readonly vehicleId: string;
  /** Further vehicles that help; they have no clock. [T1] */
  readonly supportVehicleIds: readonly string[];
  readonly isCoLocated: boolean;
  readonly wasReceiverConnected: boolean;
  /** Expected driving time at dispatch; `null` when no position was known. */
  readonly travelMs: Duration | null;
  readonly D: Stamp;
  readonly E: Stamp | null;
  readonly F: Stamp | null;
  readonly G: Stamp | null;
  readonly H: Stamp | null;
  readonly ending: Ending | null;
  /** Owed by the vehicle after a recall, a return or a cancellation, until it says that it has read it. [R2] */
  readonly recallReceipt: 'not-owed' | 'owed' | Stamp;
}

/** What a person may write down of a call that he made himself. [E2] */
export const HAND_OUTCOMES = ['acknowledged', 'refused', 'no-answer', 'busy', 'failed', 'wrong-number'] as const;
export type HandOutcome = (typeof HAND_OUTCOMES)[number];

/**
 * How a call ended. Beyond what a person writes down: answered without a key (a voicemail answers too), declined, the
 * line itself down, nobody to ring, stopped because nothing was owed any more or somebody took over, and lost in a
 * crash. Only the first one is a yes. [E2] [E4]
 */
export const CALL_OUTCOMES = [
  ...HAND_OUTCOMES,
  'no-key',
  'declined',
  'line-down',
  'no-number',
  'nobody-on-duty',
  'cancelled',
  'lost',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** How the person of a step was found: named for this time, by the weekly shifts, by a rotation, or always the same. */
export const FOUND_BY = ['override', 'shift', 'rotation', 'standing'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

/** Whom a step of a ladder means when its moment has come, and why; `null` fields when there is nobody. [E2] */
export interface Callee {
  readonly contactId: string;
  readonly contactRole: string;
  readonly contactName: string;
  /** The middle is hidden: the whole number stands with the contact. */
  readonly number: string;
  readonly foundBy: FoundBy | null;
}

/** One call, from before it rings to its end; a call that a person made and wrote down begins with its end. [E2] */
export interface CallAttempt extends Callee {
  /** Names the call for ever; several tickets may share one. `null` for a call made by hand. [E5] */
  readonly callId: string | null;
  /** Where on the ladder it stood, counted from 0; `null` for a call made by hand beside it. */
  readonly step: number | null;
  /** `manual` for a call that a person has to make. */
  readonly line: string;
  /** What is said about this ticket; empty when a person speaks for himself. */
  readonly text: string;
  readonly at: Instant;
  readonly answeredAt: Instant | null;
  readonly endedAt: Instant | null;
  /** `null` while the call is under way. */
  readonly outcome: CallOutcome | null;
  /** The keys in the order in which they were pressed; the last one decided. */
  readonly pressed: string | null;
  /** The provider's own word, such as `486`. */
  readonly code: string;
  readonly note: string;
  readonly by: Actor;
  readonly endedBy: Actor | null;
}

/** A hop lies still and somebody has to be phoned, until the hop is done or its ticket leaves. [E2] [E3] */
export interface Feedback {
  readonly key: string;
  readonly kind: FeedbackKind;
  readonly raisedAt: Instant;
  readonly departmentId: string;
  readonly issueNo: number;
  readonly legNo: number | null;
  /** The version whose ladder is climbed to the end, whatever policies come later. [B2] */
  readonly policyVersion: number;
  readonly attempts: readonly CallAttempt[];
  /** How often everybody was rung and nobody answered for it: from the first time an alarm of the first priority. [E7] */
  readonly spentRounds: number;
  /** Somebody makes the calls himself until then; the ladder waits for him and goes on by itself. */
  readonly held: { readonly at: Instant; readonly until: Instant; readonly by: Actor } | null;
  readonly ended: { readonly at: Instant; readonly cause: TicketEventType } | null;
}

export interface Correction {
  readonly point: Point;
  /** `null` for A, which belongs to the whole ticket. */
  readonly issueNo: number | null;
  /** Set for D to H. */
  readonly legNo: number | null;
  readonly was: Stamp;
  readonly now: Stamp;
  readonly reason: string;
  readonly by: Actor;
}

/** A claim that could not be true beside the other points; kept, shown, and without effect. [T1] */
export interface Contradiction {
  readonly point: Point | Aftermath;
  readonly legNo: number | null;
  readonly claimed: Stamp;
  readonly because: 'before-earlier-point' | 'after-later-point' | 'leg-ended';
}

export interface FaultRecord {
  readonly found: string;
  readonly cause: string;
  readonly done: string;
}

export interface Ticket {
  readonly id: string;
  readonly report: Report;
  readonly policyVersion: number;
  readonly A: Stamp;
  readonly issues: readonly Issue[];
  readonly legs: readonly Leg[];
  readonly cleared: Stamp | null;
  readonly recorded: (Stamp & { readonly record: FaultRecord }) | null;
  readonly closed: Stamp | null;
  readonly cancelled: { readonly at: Instant; readonly reason: CancelReason; readonly text: string } | null;
  /** Keys of the duties that have fallen due and were announced; each fires once. */
  readonly fired: Readonly<Record<string, Instant>>;
  readonly acknowledged: Readonly<Record<string, { readonly at: Instant; readonly by: Actor }>>;
  readonly feedbacks: readonly Feedback[];
  readonly corrections: readonly Correction[];
  readonly contradictions: readonly Contradiction[];
  /** Number of events so far. */
  readonly version: number;
  /** Number of events that change what a person would decide on; a desk's command names the one it has seen. [T6] */
  readonly revision: number;
  readonly lastChange: { readonly type: TicketEventType; readonly at: Instant; readonly by: Actor };
}

export type TicketEvent =
  | { readonly type: 'opened'; readonly report: Report; readonly A: Stamp; readonly policyVersion: number }
  | {
      readonly type: 'issued';
      readonly issueNo: number;
      readonly centreId: string;
      readonly wasReceiverConnected: boolean;
      readonly B: Stamp;
    }
  | { readonly type: 'delivered-to-centre'; readonly issueNo: number; readonly deviceId: string; readonly C: Stamp }
  | { readonly type: 'taken'; readonly issueNo: number; readonly at: Instant }
  | {
      readonly type: 'dispatched';
      readonly legNo: number;
      readonly issueNo: number;
      readonly crewId: string;
      readonly vehicleId: string;
      readonly supportVehicleIds: readonly string[];
      readonly isCoLocated: boolean;
      readonly wasReceiverConnected: boolean;
      readonly travelMs: Duration | null;
      readonly D: Stamp;
    }
  | { readonly type: 'delivered-to-crew'; readonly legNo: number; readonly deviceId: string; readonly E: Stamp }
  | { readonly type: 'accepted'; readonly legNo: number; readonly F: Stamp }
  | { readonly type: 'departed'; readonly legNo: number; readonly G: Stamp }
  | { readonly type: 'arrived'; readonly legNo: number; readonly H: Stamp }
  | { readonly type: 'cleared'; readonly stamp: Stamp }
  | { readonly type: 'recorded'; readonly stamp: Stamp; readonly record: FaultRecord }
  | { readonly type: 'closed'; readonly stamp: Stamp }
  | {
      readonly type: 'returned' | 'recalled';
      readonly target: 'issue' | 'leg';
      readonly no: number;
      readonly reason: EndReason;
      readonly text: string;
      readonly at: Instant;
    }
  | { readonly type: 'recall-confirmed'; readonly legNo: number; readonly stamp: Stamp }
  | { readonly type: 'cancelled'; readonly reason: CancelReason; readonly text: string; readonly at: Instant }
  | {
      readonly type: 'corrected';
      readonly point: Point;
      readonly issueNo: number | null;
      readonly legNo: number | null;
      readonly was: Stamp;
      readonly now: Stamp;
      readonly reason: string;
      /** Moves only with A: the policy that judges is the one valid at A. */
      readonly policyVersion: number;
    }
  | { readonly type: 'contradicted'; readonly contradiction: Contradiction }
  | {
      readonly type: 'duty-fired';
      readonly key: string;
      readonly kind: string;
      readonly dueAt: Instant;
      readonly at: Instant;
    }
  | {
      readonly type: 'feedback-raised';
      readonly key: string;
      readonly kind: FeedbackKind;
      readonly departmentId: string;
      readonly issueNo: number;
      readonly legNo: number | null;
      readonly policyVersion: number;
      readonly dueAt: Instant;
      readonly at: Instant;
    }
  /** Written before the phone rings, so that no crash can forget who was to be rung. [E6] */
  | {
      readonly type: 'call-placed';
      readonly key: string;
      readonly callId: string;
      readonly step: number;
      readonly callee: Callee;
      readonly line: string;
      readonly text: string;
      readonly at: Instant;
    }
  | { readonly type: 'call-answered'; readonly key: string; readonly callId: string; readonly at: Instant }
  | {
      readonly type: 'call-ended';
      readonly key: string;
      readonly callId: string;
      readonly outcome: CallOutcome;
      readonly pressed: string | null;
      readonly code: string;
      readonly note: string;
      readonly at: Instant;
    }
  /** A call that a person made himself, beside the ladder. */
  | {
      readonly type: 'call-recorded';
      readonly key: string;
      readonly callee: Callee;
      readonly outcome: HandOutcome;
      readonly note: string;
      readonly at: Instant;
    }
  /** Everybody of the ladder was rung, and nobody took the ticket or answered for it. [E7] */
  | { readonly type: 'ladder-spent'; readonly key: string; readonly round: number; readonly at: Instant }
  | { readonly type: 'calls-held'; readonly key: string; readonly until: Instant; readonly at: Instant }
  | { readonly type: 'calls-released'; readonly key: string; readonly at: Instant }
  | { readonly type: 'alarm-acknowledged'; readonly key: string; readonly at: Instant };

export type TicketEventType = TicketEvent['type'];

const CLOCK: Actor = { kind: 'system' };

/** Who stands in the journal behind an event: what falls due is nobody's act, even when a command brought it to light. */
export function authorOf(event: TicketEvent, by: Actor): Actor {
  return event.type === 'duty-fired' || event.type === 'feedback-raised' ? CLOCK : by;
}

/** Events that arrive beside a person's decision and must not make it stale. [T6] */
const BESIDE_DECISIONS: ReadonlySet<TicketEventType> = new Set<TicketEventType>([
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

export function changesRevision(type: TicketEventType): boolean {
  return !BESIDE_DECISIONS.has(type);
}

/** The way of a ticket as one word; the field is derived, never stored. */
export const PHASES = [
  'opened',
  'issued',
  'received',
  'taken',
  'dispatched',
  'delivered',
  'accepted',
  'departed',
  'arrived',
  'cleared',
  'recorded',
  'closed',
  'cancelled',
] as const;
export type Phase = (typeof PHASES)[number];

export function phaseOf(ticket: Ticket): Phase {
  if (ticket.cancelled) return 'cancelled';
  if (ticket.closed) return 'closed';
  if (ticket.recorded) return 'recorded';
  if (ticket.cleared) return 'cleared';
  const leg = openLeg(ticket);
  if (leg) {
    if (leg.H) return 'arrived';
    if (leg.G) return 'departed';
    if (leg.F) return 'accepted';
    return leg.E ? 'delivered' : 'dispatched';
  }
  const issue = openIssue(ticket);
  if (!issue) return 'opened';
  if (issue.taken) return 'taken';
  return issue.C ? 'received' : 'issued';
}

/** The leg under way or finished; `null` before a dispatch and after a return or recall. At most one exists. [T1] */
export function openLeg(ticket: Ticket): Leg | null {
  const leg = ticket.legs.at(-1);
  return leg && leg.ending === null ? leg : null;
}

export function openIssue(ticket: Ticket): Issue | null {
  const issue = ticket.issues.at(-1);
  return issue && issue.ending === null ? issue : null;
}

/** Whether anybody still has to act for the customer: neither closed nor cancelled. */
export function isOpen(ticket: Ticket): boolean {
  return ticket.closed === null && ticket.cancelled === null;
}

/** Whether anybody still has to act at all: a recall that no vehicle has confirmed outlives its ticket. [R2] */
export function isUnsettled(ticket: Ticket): boolean {
  return isOpen(ticket) || ticket.legs.some(({ recallReceipt }) => recallReceipt === 'owed');
}

/** The moment the promise was kept or missed: the arrival of the leg that was not taken back. */
export function arrivalOf(ticket: Ticket): Stamp | null {
  return openLeg(ticket)?.H ?? null;
}
