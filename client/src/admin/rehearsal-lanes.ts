import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { RehearsalAnswer } from '@faultline/shared/wire/escalation.ts';

export type RehearsedCall = RehearsalAnswer['calls'][number];

export interface Lane {
  readonly step: number;
  readonly role: ContactRole;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly call: RehearsedCall;
  /** Shares of the whole picture, from 0 to 1. */
  readonly start: number;
  readonly length: number;
}

export interface RehearsalPicture {
  readonly from: Instant;
  readonly until: Instant;
  /** One per step, in the order of the ladder. */
  readonly lanes: readonly Lane[];
  /** Whole minutes from the beginning, for the scale. */
  readonly ticks: readonly { readonly minute: number; readonly share: number }[];
}

/** More marks than this cannot be read on a narrow screen. */
const MOST_TICKS = 7;
const TICK_STEPS = [1, 2, 5, 10, 15, 30, 60];

/** @returns `null` when nobody would be rung. */
export function pictureOf({ calls, spentAt }: RehearsalAnswer): RehearsalPicture | null {
  const [first] = calls;
  if (!first) return null;
  const from = first.at;
  const until = Math.max(spentAt ?? 0, ...calls.map((call) => call.until), from + MINUTE);
  const share = (at: Instant): number => (at - from) / (until - from);
  const lanes = [...Map.groupBy(calls, ({ step }) => step)].map(([step, ofStep]) => ({
    step,
    role: ofStep[0]?.role ?? first.role,
    bars: ofStep.map((call) => ({ call, start: share(call.at), length: share(call.until) - share(call.at) })),
  }));
  return { from, until, lanes, ticks: ticksOf(until - from) };
}

function ticksOf(length: number): RehearsalPicture['ticks'] {
  const wholeMinutes = Math.floor(length / MINUTE);
  const apart = TICK_STEPS.find((step) => wholeMinutes / step < MOST_TICKS) ?? Math.ceil(wholeMinutes / MOST_TICKS);
  return Array.from({ length: Math.floor(wholeMinutes / apart) + 1 }, (_, no) => {
    const minute = no * apart;
    return { minute, share: (minute * MINUTE) / length };
  });
}
