import type { Instant } from '@faultline/shared/time.ts';

/**
 * An open-loop load: update `n` is due at a time of its own, whether or not the ones before it have arrived. Updates go
 * round the vehicles, and a vehicle's longitude tells which of its updates one is, so that whoever sees a position
 * knows when it had been due.
 */
export interface Plan {
  readonly startsAt: Instant;
  readonly vehicles: number;
  readonly perSecond: number;
  readonly updates: number;
  /** Steps that the vehicles have gone before this plan, so that they never jump back. */
  readonly firstStep: number;
}

/** Millionths of a degree that a vehicle goes with each update: 4 m, the speed of a town at one update a second. */
const STEP_E6 = 50;
const WEST_E6 = 116_220_000;
const SOUTH_E6 = 39_780_000;
const COLUMNS = 72;

export function dueAt(plan: Plan, update: number): Instant {
  return plan.startsAt + (update / plan.perSecond) * 1_000;
}

export function placeOf(
  plan: Plan,
  update: number,
): { readonly index: number; readonly lonE6: number; readonly latE6: number } {
  const index = update % plan.vehicles;
  const step = plan.firstStep + Math.floor(update / plan.vehicles);
  return { index, lonE6: baseLonE6(index) + step * STEP_E6, latE6: SOUTH_E6 + Math.floor(index / COLUMNS) * 3_000 };
}

/** The update that put a vehicle where it is; negative when that was before the plan. */
export function updateAt(plan: Plan, index: number, lonE6: number): number {
  const step = Math.round((lonE6 - baseLonE6(index)) / STEP_E6) - plan.firstStep;
  return step < 0 ? -1 : step * plan.vehicles + index;
}

function baseLonE6(index: number): number {
  return WEST_E6 + (index % COLUMNS) * 4_000;
}

/** @returns the plan that goes on where this one ends, beginning a moment from now so that everybody has heard of it. */
export function nextPlan(previous: Plan | null, load: { vehicles: number; perSecond: number; seconds: number }): Plan {
  const firstStep = previous === null ? 0 : previous.firstStep + Math.ceil(previous.updates / previous.vehicles);
  const { vehicles, perSecond, seconds } = load;
  return { startsAt: Date.now() + 300, vehicles, perSecond, updates: Math.round(perSecond * seconds), firstStep };
}

/** How often the sender looks what is due, ms. */
const SLICE_MS = 5;
/** A sender that is further behind than this has lost; what it has not sent counts as not delivered. */
const MAX_BEHIND_MS = 3_000;

/**
 * Plays a plan in time: a sender that is late sends at once what has become due, and never waits for a receiver.
 * @returns how late the latest update left, ms.
 */
export function play(plan: Plan, send: (update: number) => void): Promise<number> {
  return new Promise((resolve) => {
    let next = 0;
    let latest = 0;
    const giveUpAt = dueAt(plan, plan.updates) + MAX_BEHIND_MS;
    const slice = (): void => {
      const now = Date.now();
      while (next < plan.updates && dueAt(plan, next) <= now && Date.now() <= giveUpAt) {
        latest = Math.max(latest, now - dueAt(plan, next));
        send(next);
        next += 1;
      }
      if (next === plan.updates || Date.now() > giveUpAt) resolve(latest);
      else setTimeout(slice, SLICE_MS);
    };
    slice();
  });
}
