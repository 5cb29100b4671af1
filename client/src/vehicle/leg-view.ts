import { assert, unreachable } from '@faultline/shared/assert.ts';
import type { Leg, Stamp, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { isUnderWay, owesReceipt } from '@faultline/shared/vehicle/state.ts';
import type { VehicleLeg } from '@faultline/shared/wire/vehicle.ts';
import type { StampMessage, Step } from './numbered-message.ts';
import type { Word } from './outbox.ts';

/** One leg as the screen shows it: what the server has told, carried on by what was done here and is not sent yet. */
export interface LegView {
  readonly key: string;
  readonly ticket: Ticket;
  readonly leg: Leg;
  readonly caller: VehicleLeg['caller'];
  readonly promiseDue: Instant;
  /** A supporting vehicle has no clock and says nothing. [T1] */
  readonly isSupport: boolean;
  /** The one thing to do next; `null` when nothing is left to do here. */
  readonly next: Step | null;
  /** Steps of this leg that the server has not answered yet. */
  readonly unsent: ReadonlySet<Step>;
}

/** A leg of its own for each dispatch: the same ticket may come twice. */
export function legKey(ticketId: string, legNo: number): string {
  return `${ticketId} ${legNo}`;
}

export function keyOf({ ticket, legNo }: VehicleLeg): string {
  return legKey(ticket.id, legNo);
}

/** What the crew of this vehicle has to know of now, in the order in which the promises fall due. [V1] */
export function legViews(
  known: Iterable<VehicleLeg>,
  words: readonly Word[],
  vehicleId: string,
): { readonly underWay: readonly LegView[]; readonly takenBack: readonly LegView[] } {
  const views = [...known].map((leg) => viewOf(leg, words, vehicleId)).sort(byDue);
  return {
    underWay: views.filter(({ ticket, leg }) => isUnderWay(ticket, leg)),
    takenBack: views.filter(({ leg }) => leg.vehicleId === vehicleId && owesReceipt(leg)),
  };
}

function viewOf(known: VehicleLeg, words: readonly Word[], vehicleId: string): LegView {
  const key = keyOf(known);
  const waiting = words.flatMap(({ message, refusal }) =>
    refusal === null && message.type !== 'duty' && legKey(message.ticketId, message.legNo) === key ? [message] : [],
  );
  const shown = waiting.reduce(withStamp, known);
  const leg = legOf(shown);
  const isSupport = leg.vehicleId !== vehicleId;
  const unsent = new Set(waiting.flatMap(({ type }) => (isStepType(type) ? [type] : [])));
  const next = isSupport || !isUnderWay(shown.ticket, leg) ? null : nextStep(shown.ticket, leg);
  return {
    key,
    ticket: shown.ticket,
    leg,
    caller: shown.caller,
    promiseDue: shown.promiseDue,
    isSupport,
    next,
    unsent,
  };
}

function isStepType(type: StampMessage['type']): type is Step {
  return type !== 'receipt' && type !== 'return' && type !== 'confirm-recall';
}

function byDue(left: LegView, right: LegView): number {
  return left.promiseDue - right.promiseDue || left.leg.D.at - right.leg.D.at || (left.key < right.key ? -1 : 1);
}

/** The server sends a leg only together with the ticket that holds it. */
export function legOf({ ticket, legNo }: VehicleLeg): Leg {
  const leg = ticket.legs.find(({ no }) => no === legNo);
  assert(leg !== undefined, `ticket ${ticket.id} has leg ${legNo}`);
  return leg;
}

/** A step that was passed over, because somebody else has stamped a later one, stays passed over. [T3] */
function nextStep(ticket: Ticket, leg: Leg): Step | null {
  if (ticket.recorded) return null;
  if (ticket.cleared) return 'record';
  if (leg.H) return 'clear';
  if (leg.G) return 'arrive';
  return leg.F ? 'depart' : 'accept';
}

/** A leg can be given back until the vehicle has reached the fault. [R1] */
export function canReturn({ ticket, leg, isSupport }: LegView): boolean {
  return !isSupport && leg.H === null && ticket.cleared === null && leg.ending === null;
}

/**
 * The leg as it will be when the server has taken the message. What is set already stays: the server knew it first.
 * The times are the device's own word until then.
 */
export function withStamp(known: VehicleLeg, message: StampMessage): VehicleLeg {
  const { ticket, legNo } = known;
  const stamp: Stamp = {
    at: message.claimedAt,
    claimedAt: message.claimedAt,
    receivedAt: message.claimedAt,
    evidence: 'device-online',
  };
  const onLeg = (change: (leg: Leg) => Partial<Leg>): VehicleLeg => ({
    ...known,
    ticket: { ...ticket, legs: ticket.legs.map((leg) => (leg.no === legNo ? { ...leg, ...change(leg) } : leg)) },
  });
  switch (message.type) {
    case 'receipt':
      return onLeg(({ E }) => ({ E: E ?? stamp }));
    case 'accept':
      return onLeg(({ F }) => ({ F: F ?? stamp }));
    case 'depart':
      return onLeg(({ G }) => ({ G: G ?? stamp }));
    case 'arrive':
      return onLeg(({ H }) => ({ H: H ?? stamp }));
    case 'clear':
      return { ...known, ticket: { ...ticket, cleared: ticket.cleared ?? stamp } };
    case 'record':
      return { ...known, ticket: { ...ticket, recorded: ticket.recorded ?? { ...stamp, record: message.record } } };
    case 'confirm-recall':
      return onLeg(() => ({ recallReceipt: stamp }));
    case 'return': {
      const { reason, text, claimedAt: at } = message;
      return onLeg(({ ending, vehicleId, crewId }) => ({
        ending: ending ?? {
          how: 'returned',
          reason,
          text,
          at,
          by: { kind: 'device', id: vehicleId, departmentId: crewId },
        },
      }));
    }
    default:
      return unreachable(message);
  }
}

/** Whoever gave the leg back himself does not have to be told that it is gone. [R2] */
export function isOwnReturn({ ending, vehicleId }: Leg): boolean {
  return ending?.how === 'returned' && ending.by.kind === 'device' && ending.by.id === vehicleId;
}

/**
 * Which leg stands large on the screen. What a person chose, or what stood there, stays until it is over: a new ticket
 * never takes its place. Otherwise the leg that has come furthest, because the vehicle is at one place only, and of
 * equals the one that falls due first.
 * @param underWay in due order.
 */
export function currentOf(underWay: readonly LegView[], chosenKey: string | null): LegView | null {
  const chosen = underWay.find(({ key }) => key === chosenKey);
  if (chosen) return chosen;
  const own = underWay.filter(({ isSupport }) => !isSupport);
  const candidates = own.length > 0 ? own : underWay;
  return candidates.find(({ leg }) => leg.H) ?? candidates.find(({ leg }) => leg.G) ?? candidates[0] ?? null;
}
