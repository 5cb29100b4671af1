import type { Leg, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Manner } from './manner.ts';
import type { CrewTemper } from './plan.ts';

/** What a crew in its vehicle does next on a leg. `set-off` is a departure that nobody reports. */
export type Deed = 'set-off' | 'depart' | 'arrive' | 'clear' | 'record';

/** When the vehicle said or did something, by its own clock; known to it before the server knows. */
export type OwnWord = Partial<Readonly<Record<Deed, Instant>>>;

export interface Errand {
  readonly ticket: Ticket;
  readonly leg: Leg;
  readonly manner: Manner;
  readonly temper: CrewTemper | undefined;
  readonly said: OwnWord;
  /** When the vehicle stopped at the fault, whatever was reported. */
  readonly reachedAt: Instant | null;
}

/** Whether the vehicle has left for the fault: by its own doing, or because somebody at a desk has said so. */
export function hasSetOff({ leg, said }: Errand): boolean {
  return leg.G !== null || leg.H !== null || said.depart !== undefined || said['set-off'] !== undefined;
}

/** `null` while nothing is to be done but to wait for the acceptance or to drive; and when the leg's work is done. */
export function nextDeed(errand: Errand): { readonly deed: Deed; readonly dueAt: Instant } | null {
  const { leg, manner, said, reachedAt } = errand;
  const { hops } = manner;
  if (!hasSetOff(errand)) {
    if (leg.F === null) return null;
    const factor = errand.temper?.kind === 'slow' ? errand.temper.factor : 1;
    const deed = hops.departureReport === 'with-arrival' ? 'set-off' : 'depart';
    return { deed, dueAt: leg.F.at + hops.departAfter * factor };
  }
  if (reachedAt === null) return null;
  const clearedAt = errand.ticket.cleared?.at ?? said.clear;
  if (clearedAt === undefined) {
    const hasDeparted = leg.G !== null || said.depart !== undefined;
    const hasArrived = leg.H !== null || said.arrive !== undefined;
    if (!hasDeparted && !hasArrived) return { deed: 'depart', dueAt: reachedAt };
    if (!hasArrived && hops.arrivalReport === 'on-arrival') return { deed: 'arrive', dueAt: reachedAt + hops.parkFor };
    return { deed: 'clear', dueAt: Math.max(reachedAt, leg.H?.at ?? 0) + hops.repairFor };
  }
  if (errand.ticket.recorded !== null || said.record !== undefined) return null;
  return { deed: 'record', dueAt: clearedAt + hops.recordAfter };
}

/** Nothing more is to be done for the leg: it was taken back, or its fault is recorded. */
export function isDone({ ticket, leg, said }: Pick<Errand, 'ticket' | 'leg' | 'said'>): boolean {
  return leg.ending !== null || ticket.cancelled !== null || ticket.recorded !== null || said.record !== undefined;
}

/** One ticket at a time: the one under way, else the one that was accepted first. [V1] */
export function currentErrand<Any extends Errand>(errands: readonly Any[]): Any | null {
  const ready = errands.filter((errand) => !isDone(errand) && (errand.leg.F !== null || hasSetOff(errand)));
  const rank = (errand: Any): number => (hasSetOff(errand) ? 0 : (errand.leg.F?.at ?? 0));
  return ready.toSorted((a, b) => rank(a) - rank(b) || a.leg.D.at - b.leg.D.at)[0] ?? null;
}
