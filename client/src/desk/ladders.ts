import type { Identity } from '@faultline/shared/access/access.ts';
import { mayReadCallTask } from '@faultline/shared/access/access.ts';
import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import { ladderOf, nextRung } from '@faultline/shared/escalation/ladder.ts';
import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import { liveAttemptOf, openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { LadderPolicy, Policy } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, Feedback, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { EscalationStatus } from '@faultline/shared/wire/escalation.ts';
import { MANUAL_LINE } from '../live/phone-state.ts';
import { ourCalls } from './queues.ts';

/** A hop that lies still, with the ladder it is on. */
export interface RunningLadder {
  readonly ticket: Ticket;
  readonly feedback: Feedback;
  readonly policy: LadderPolicy;
  readonly ladder: Ladder;
  readonly live: CallAttempt | null;
  /** When its turn on the lines is expected; `null` while it does not wait for one. */
  readonly expectedAt: Instant | null;
}

/** The ladders of one department whose next or running call means the same phone. [E5] */
export interface Ring {
  /** The role on the duty list, with the vehicle where it is a vehicle's phone. */
  readonly key: string;
  /** `null` when the policy rings nobody for these hops. */
  readonly role: ContactRole | null;
  readonly live: CallAttempt | null;
  readonly ladders: readonly RunningLadder[];
}

/** Everything that one department is being phoned about. */
export interface LadderGroup {
  readonly departmentId: string;
  /** Whether this desk is the sender who answers for the call; else it only looks on, and may help. [E1] */
  readonly isOurs: boolean;
  /** 1 as soon as one of its ladders was climbed in vain. [E7] */
  readonly priority: 1 | 2;
  readonly rings: readonly Ring[];
  /** The one that waits longest first. */
  readonly ladders: readonly RunningLadder[];
}

export interface LaddersInput {
  readonly tickets: Iterable<Ticket>;
  readonly policies: readonly Policy[];
  readonly waiting: readonly EscalationStatus['waiting'][number][];
  /** When `waiting` was true. */
  readonly waitingAt: Instant;
  readonly who: Identity;
}

/**
 * The ladders that this desk may see: spent ones before running ones, its own before those of others, those that ask
 * somebody here to ring before those that ring by themselves, then the longest first.
 */
export function ladderGroups(input: LaddersInput): readonly LadderGroup[] {
  const turns = new Map(input.waiting.map(({ ticketId, key, expectedWait }) => [`${ticketId} ${key}`, expectedWait]));
  const groups = new Map<string, { isOurs: boolean; ladders: RunningLadder[] }>();
  for (const ticket of input.tickets) {
    const ours = ourCalls(ticket, input.who);
    for (const feedback of openFeedbacks(ticket)) {
      if (!mayReadCallTask(input.who, ticket, feedback)) continue;
      const wait = turns.get(`${ticket.id} ${feedback.key}`);
      const running = runningLadder(
        ticket,
        feedback,
        input.policies,
        wait === undefined ? null : input.waitingAt + wait,
      );
      if (!running) continue;
      const group = groups.get(feedback.departmentId) ?? { isOurs: false, ladders: [] };
      group.isOurs ||= ours.includes(feedback);
      group.ladders.push(running);
      groups.set(feedback.departmentId, group);
    }
  }
  return [...groups].map(([departmentId, group]) => groupOf(departmentId, group)).sort(byGravity);
}

/** @returns `null` while the policy that it climbs by is not known here. */
function runningLadder(
  ticket: Ticket,
  feedback: Feedback,
  policies: readonly Policy[],
  expectedAt: Instant | null,
): RunningLadder | null {
  const policy = policies.find(({ version }) => version === feedback.policyVersion)?.ladder;
  if (!policy) return null;
  return { ticket, feedback, policy, ladder: ladderOf(feedback, policy), live: liveAttemptOf(feedback), expectedAt };
}

function groupOf(
  departmentId: string,
  { isOurs, ladders }: { isOurs: boolean; ladders: RunningLadder[] },
): LadderGroup {
  ladders.sort((a, b) => a.feedback.raisedAt - b.feedback.raisedAt);
  const isSpent = ladders.some(({ feedback }) => feedback.spentRounds > 0);
  return { departmentId, isOurs, priority: isSpent ? 1 : 2, ladders, rings: ringsOf(ladders) };
}

function ringsOf(ladders: readonly RunningLadder[]): readonly Ring[] {
  const rings = new Map<string, { role: ContactRole | null; live: CallAttempt | null; ladders: RunningLadder[] }>();
  for (const running of ladders) {
    const role = roleOf(running);
    const key = role === 'vehicle' ? `${role} ${vehicleOf(running)}` : (role ?? '');
    const ring = rings.get(key) ?? { role, live: null, ladders: [] };
    ring.live ??= running.live;
    ring.ladders.push(running);
    rings.set(key, ring);
  }
  return [...rings].map(([key, ring]) => ({ key, ...ring }));
}

/** Whose phone it is about now: the one that is being rung, else the next one. */
function roleOf({ feedback, policy, ladder, live }: RunningLadder): ContactRole | null {
  const rung = CONTACT_ROLES.find((role) => role === live?.contactRole);
  return rung ?? policy.steps[feedback.kind][nextRung(ladder).step]?.role ?? null;
}

function vehicleOf({ ticket, feedback }: Pick<RunningLadder, 'ticket' | 'feedback'>): string | null {
  return ticket.legs.find(({ no }) => no === feedback.legNo)?.vehicleId ?? null;
}

function byGravity(left: LadderGroup, right: LadderGroup): number {
  return (
    left.priority - right.priority ||
    Number(right.isOurs) - Number(left.isOurs) ||
    Number(asksForHand(right)) - Number(asksForHand(left)) ||
    (left.ladders[0]?.feedback.raisedAt ?? 0) - (right.ladders[0]?.feedback.raisedAt ?? 0)
  );
}

function asksForHand({ ladders }: LadderGroup): boolean {
  return ladders.some(({ live }) => live?.line === MANUAL_LINE);
}

/** Whether a person has to ring: he was asked to, he has taken the calls over, or nobody is rung by itself now. */
export function needsHand(group: LadderGroup): boolean {
  const { ladders } = group;
  return asksForHand(group) || ladders.some(({ feedback, ladder }) => feedback.held || ladder.state === 'exhausted');
}

/** Until when somebody who was asked to ring has to write down what came of it; then the ladder climbs on. */
export function manualDeadline({ live, policy }: Pick<RunningLadder, 'live' | 'policy'>): Instant | null {
  return live?.line === MANUAL_LINE ? live.at + policy.manualSec * SECOND : null;
}

/** The people of a department that this group is about, in the order in which they are rung; only its own vehicles. */
export function contactsFor(group: LadderGroup, contacts: readonly Contact[]): readonly Contact[] {
  const vehicles = new Set(group.ladders.map(vehicleOf));
  return contacts
    .filter(({ role, vehicleId }) => role !== 'vehicle' || vehicles.has(vehicleId))
    .sort((a, b) => CONTACT_ROLES.indexOf(a.role) - CONTACT_ROLES.indexOf(b.role));
}

/** Whom to ring by hand first: who was asked for, who is being rung, who comes next, or anybody with a number. */
export function contactToRing(group: LadderGroup, contacts: readonly Contact[]): Contact | null {
  const lives = group.ladders.flatMap(({ live }) => (live ? [live] : []));
  const meant = lives.find(({ line }) => line === MANUAL_LINE) ?? lives[0];
  const nextRole = group.rings[0]?.role;
  return (
    contacts.find(({ id }) => id === meant?.contactId) ??
    contacts.find(({ role, phone }) => role === nextRole && phone !== '') ??
    contacts.find(({ phone }) => phone !== '') ??
    null
  );
}

/** The hops that a call to this person can be about: a vehicle's phone speaks for that vehicle's tickets alone. */
export function laddersAbout({ ladders }: LadderGroup, contact: Contact): readonly RunningLadder[] {
  return contact.role === 'vehicle' ? ladders.filter((running) => vehicleOf(running) === contact.vehicleId) : ladders;
}

/** Still under way, or taken back before anybody could answer. */
const UNMADE: readonly CallAttempt['outcome'][] = [null, 'cancelled'];

/** How many calls have been made to somebody about these hops; one call about several hops is one call. [E5] */
export function callsTo({ ladders }: LadderGroup, contactId: string): number {
  const attempts = ladders.flatMap(({ feedback }) => feedback.attempts);
  const calls = attempts.filter((call) => call.contactId === contactId && !UNMADE.includes(call.outcome));
  return new Set(calls.map(({ callId, at }) => callId ?? `by hand ${at}`)).size;
}

/** In the order in which they would hurt. A line that is down is said on its own. */
const FINDING_ORDER = ['no-contact', 'gap', 'no-number', 'not-reached', 'no-line'] as const;

/** What of the findings is this desk's business: a repair centre looks after its own people and its crews. [E7] */
export function findingsFor(
  findings: readonly Finding[],
  { role, departmentId }: Identity,
  departments: ReadonlyMap<string, Department>,
): readonly (readonly [kind: (typeof FINDING_ORDER)[number], findings: readonly Finding[]])[] {
  const concerns = (finding: Finding): boolean => {
    if (finding.kind === 'line-down') return false;
    if (role !== 'centre-dispatcher') return true;
    return finding.departmentId === departmentId || departments.get(finding.departmentId)?.centreId === departmentId;
  };
  const ours = findings.filter(concerns);
  return FINDING_ORDER.map((kind) => [kind, ours.filter((finding) => finding.kind === kind)] as const).filter(
    ([, found]) => found.length > 0,
  );
}
