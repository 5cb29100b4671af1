import type { Alarm } from '@faultline/shared/ticket/alarms.ts';
import { ACKNOWLEDGEMENT_HOLDS, alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import type { OpenHop, PromiseState } from '@faultline/shared/ticket/clocks.ts';
import { budgetStateOf, openHopOf, promiseStateOf, warnAt } from '@faultline/shared/ticket/clocks.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Phase, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { phaseOf } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';

/**
 * A ticket as the rules see it now. It holds nothing that changes every second: remaining time is the difference
 * between a moment in here and the clock.
 */
export interface TicketView {
  readonly ticket: Ticket;
  readonly phase: Phase;
  /** `null` after the arrival: nobody's budget runs. */
  readonly hop: OpenHop | null;
  readonly budgetState: 'in-time' | 'warned' | 'late' | null;
  readonly promise: Omit<PromiseState, 'remaining'>;
  /** The highest priority first. */
  readonly alarms: readonly Alarm[];
  /** When the next limit breaks or the first one broke; views are sorted by it, `Infinity` when no limit runs. */
  readonly urgencyAt: Instant;
}

interface Derived {
  readonly view: TicketView;
  readonly policy: Policy;
  /** The view holds while `derivedAt <= now < holdsUntil`. */
  readonly derivedAt: Instant;
  readonly holdsUntil: Instant;
}

/**
 * Derives the views of a board again and again, each ticket only when it has changed or when one of its moments has
 * come. @returns the same array while nothing in it has changed.
 */
export function createViewDeriver(): (
  tickets: ReadonlyMap<string, Ticket>,
  policies: readonly Policy[],
  now: Instant,
) => readonly TicketView[] {
  let known = new Map<string, Derived>();
  let views: readonly TicketView[] = [];
  return (tickets, policies, now) => {
    const next = new Map<string, Derived>();
    let isChanged = false;
    for (const [id, ticket] of tickets) {
      const policy = policies.find(({ version }) => version === ticket.policyVersion);
      // Its policy is being read; a ticket without budgets would look fine. [D1]
      if (!policy) continue;
      const before = known.get(id);
      const derived = before && holds(before, ticket, policy, now) ? before : derive(ticket, policy, now);
      isChanged ||= derived !== before;
      next.set(id, derived);
    }
    if (!isChanged && next.size === known.size) return views;
    known = next;
    views = [...next.values()].map(({ view }) => view).sort(byUrgency);
    return views;
  };
}

function holds(
  { view, policy, derivedAt, holdsUntil }: Derived,
  ticket: Ticket,
  current: Policy,
  now: Instant,
): boolean {
  return view.ticket === ticket && policy === current && derivedAt <= now && now < holdsUntil;
}

function derive(ticket: Ticket, policy: Policy, now: Instant): Derived {
  const view = viewOf(ticket, policy, now);
  const moments = turningPoints(view, policy).filter((at) => at > now);
  return { view, policy, derivedAt: now, holdsUntil: Math.min(...moments, Number.POSITIVE_INFINITY) };
}

function viewOf(ticket: Ticket, policy: Policy, now: Instant): TicketView {
  const hop = openHopOf(ticket, policy);
  const { remaining: _, ...promise } = promiseStateOf(ticket, policy, now);
  return {
    ticket,
    phase: phaseOf(ticket),
    hop,
    budgetState: hop && budgetStateOf(hop, policy, now),
    promise,
    alarms: alarmsOf(ticket, policy, now),
    urgencyAt: hop ? Math.min(hop.deadline, promise.due) : Number.POSITIVE_INFINITY,
  };
}

/** Every moment at which the view changes though the ticket does not. Limits are inclusive: they break one tick later. */
function turningPoints({ ticket, hop, promise }: TicketView, policy: Policy): readonly Instant[] {
  const acknowledgements = Object.values(ticket.acknowledged).map(({ at }) => at + ACKNOWLEDGEMENT_HOLDS);
  const budget = hop ? [warnAt(hop, policy), hop.deadline + 1] : [];
  return [...budget, promise.riskAt, promise.due + 1, ...acknowledgements];
}

function byUrgency(left: TicketView, right: TicketView): number {
  if (left.urgencyAt !== right.urgencyAt) return left.urgencyAt < right.urgencyAt ? -1 : 1;
  return left.ticket.A.at - right.ticket.A.at || (left.ticket.id < right.ticket.id ? -1 : 1);
}
