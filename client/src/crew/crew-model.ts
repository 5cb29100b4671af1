import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Leg } from '@faultline/shared/ticket/ticket.ts';
import { openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { minutes } from '@faultline/shared/time.ts';
import { isUnderWay, owesReceipt, vehiclesOf } from '@faultline/shared/vehicle/state.ts';
import type { TicketView } from '../live/ticket-view.ts';

/** A ticket with the leg by which this crew holds it, or held it. */
export interface CrewTicket {
  readonly view: TicketView;
  readonly leg: Leg;
  /** A leg of its own for each dispatch. */
  readonly key: string;
}

export interface CrewBoard {
  /** Sent to this crew and not accepted: the two minutes of the duty person. */
  readonly toAccept: readonly CrewTicket[];
  /** Accepted, or begun without: until the fault record is written. */
  readonly underWay: readonly CrewTicket[];
  /** Taken back, and no vehicle of this crew has said that it knows. [R2] */
  readonly recalls: readonly CrewTicket[];
}

/** What one crew has to do. @param views the most urgent first; every list keeps that order. */
export function crewBoard(views: readonly TicketView[], crewId: string): CrewBoard {
  const toAccept: CrewTicket[] = [];
  const underWay: CrewTicket[] = [];
  const recalls: CrewTicket[] = [];
  for (const view of views) {
    const { ticket } = view;
    const open = openLeg(ticket);
    if (open && open.crewId === crewId && isUnderWay(ticket, open)) {
      const isBegun = open.F !== null || open.G !== null || open.H !== null || ticket.cleared !== null;
      (isBegun ? underWay : toAccept).push(crewTicket(view, open));
    }
    for (const leg of ticket.legs) if (leg.crewId === crewId && owesReceipt(leg)) recalls.push(crewTicket(view, leg));
  }
  return { toAccept, underWay, recalls };
}

function crewTicket(view: TicketView, leg: Leg): CrewTicket {
  return { view, leg, key: `${view.ticket.id} ${leg.no}` };
}

/** When the centre is told to phone the crew, if nobody has accepted by then; `null` where the policy has no such call. [E1] */
export function feedbackAt({ D }: Leg, policy: Policy): Instant | null {
  const after = policy.feedbackMin.crewNotAcceptedAfterDispatch;
  return after === null ? null : D.at + minutes(after);
}

/** Since when the ticket lies in the step it lies in; after the arrival no hop runs, and the last point tells. */
export function sinceOf({ view, leg }: CrewTicket): Instant {
  const { ticket, hop } = view;
  return hop?.enteredAt ?? ticket.cleared?.at ?? leg.H?.at ?? leg.D.at;
}

/** How many open tickets each vehicle works on, supports included. */
export function heldBy(tickets: readonly CrewTicket[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const { leg } of tickets) for (const id of vehiclesOf(leg)) held.set(id, (held.get(id) ?? 0) + 1);
  return held;
}
