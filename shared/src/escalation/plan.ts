import type { Duration, Instant } from '../time.ts';
import { SECOND } from '../time.ts';

/** One silent hop whose next call is due: whom it means now, and by which lines he can be reached. */
export interface DueCall {
  readonly ticketId: string;
  readonly key: string;
  readonly dueAt: Instant;
  /** The dial string: two hops with the same number share a call. [E5] */
  readonly phone: string;
  readonly contactId: string;
  /** Usable lines in the site's order; empty when a person has to ring. */
  readonly lines: readonly string[];
}

/** What a line can carry. */
export interface LineLoad {
  readonly id: string;
  /** Calls at once. */
  readonly channels: number;
  readonly inUse: number;
  readonly startsPerSecond: number;
  /** When the calls of the last second were started. */
  readonly startedAt: readonly Instant[];
}

export interface PlanInput {
  readonly due: readonly DueCall[];
  /** Numbers with a call under way: one person is never rung twice at the same moment. [E5] */
  readonly busyPhones: ReadonlySet<string>;
  readonly lines: readonly LineLoad[];
  /** More tickets than this are not spoken in one call; the others get the next one. */
  readonly mostPerCall: number;
  /** What a call takes from its start to its end, for the expected wait. */
  readonly typicalCall: Duration;
  readonly now: Instant;
}

export interface PlannedCall {
  readonly phone: string;
  readonly contactId: string;
  readonly line: string;
  /** The longest due first. */
  readonly hops: readonly DueCall[];
}

export interface WaitingCall {
  readonly hop: DueCall;
  /** From now to its ring, if the calls before it take as long as usual. */
  readonly expectedWait: Duration;
}

export interface CallPlan {
  readonly calls: readonly PlannedCall[];
  /** For lack of a channel, of a start in this second, or because the number is in a call. */
  readonly waiting: readonly WaitingCall[];
  /** No line reaches them: a person has to ring now. */
  readonly byHand: readonly DueCall[];
  /** When the plan has to be made again if nothing else happens; `null` when only an end of a call helps. */
  readonly nextAt: Instant | null;
}

/** Who waits longer than this is rung by hand beside. */
export const LONGEST_WAIT: Duration = 120 * SECOND;

/**
 * Deals what is due out to the lines: grouped by number, the longest due first, never more than a line carries. [E5]
 * Expected wait: for a start, as the rate of the line allows it; for a channel, as many typical calls as must end
 * before its turn; for a number that is in a call or waits for one itself, until that call is over.
 */
export function planCalls(input: PlanInput): CallPlan {
  const { now, typicalCall } = input;
  const lanes = new Map(input.lines.map((line) => [line.id, laneOf(line, now)]));
  const isReachable = ({ lines }: DueCall) => lines.some((id) => lanes.has(id));
  const calls: PlannedCall[] = [];
  const waiting: WaitingCall[] = [];
  const busyFor = new Map<string, Duration>();
  for (const phone of input.busyPhones) busyFor.set(phone, typicalCall);
  let nextAt: Instant | null = null;
  for (const hops of groupByPhone(input.due.filter(isReachable), input.mostPerCall)) {
    const { phone, contactId, lines } = hops[0];
    const busy = busyFor.get(phone);
    const turn = busy === undefined ? soonestTurn(lines, lanes, input) : null;
    if (turn?.isForStart && turn.wait === 0) {
      calls.push({ phone, contactId, line: turn.line, hops });
      busyFor.set(phone, typicalCall);
      continue;
    }
    const expectedWait = busy ?? turn?.wait ?? 0;
    busyFor.set(phone, expectedWait + typicalCall);
    for (const hop of hops) waiting.push({ hop, expectedWait });
    if (turn?.isForStart) nextAt = Math.min(nextAt ?? now + turn.wait, now + turn.wait);
  }
  return { calls, waiting, byHand: input.due.filter((hop) => !isReachable(hop)), nextAt };
}

type Group = readonly [DueCall, ...DueCall[]];

/** In the order of the longest due of each group; what is more than a call carries makes a group of its own. */
function groupByPhone(due: readonly DueCall[], most: number): readonly Group[] {
  const groups: Group[] = [];
  const sorted = [...due].sort((a, b) => a.dueAt - b.dueAt);
  for (const hops of Map.groupBy(sorted, ({ phone }) => phone).values()) {
    for (let from = 0; from < hops.length; from += most) {
      const [first, ...others] = hops.slice(from, from + most);
      if (first) groups.push([first, ...others]);
    }
  }
  return groups.sort((a, b) => a[0].dueAt - b[0].dueAt);
}

/** A line while it is being dealt out. */
interface Lane {
  readonly id: string;
  readonly channels: number;
  /** Channels that nobody has taken or waits for. */
  free: number;
  readonly startsPerSecond: number;
  /** When calls were and will be started, in order. */
  readonly starts: Instant[];
  /** How many wait for a channel. */
  queued: number;
}

function laneOf({ id, channels, inUse, startsPerSecond, startedAt }: LineLoad, now: Instant): Lane {
  const starts = startedAt.filter((at) => at > now - SECOND).sort((a, b) => a - b);
  return { id, channels, free: channels - inUse, startsPerSecond, starts, queued: 0 };
}

interface Turn {
  readonly line: string;
  readonly wait: Duration;
  /** Only the rate of starts stands in its way: it comes by itself. */
  readonly isForStart: boolean;
}

/** Takes its turn on the line that comes first; of two at the same moment on the one that the site prefers. */
function soonestTurn(
  lines: readonly string[],
  lanes: ReadonlyMap<string, Lane>,
  { now, typicalCall }: Pick<PlanInput, 'now' | 'typicalCall'>,
): Turn | null {
  let best: { readonly lane: Lane; readonly wait: Duration } | null = null;
  for (const id of lines) {
    const lane = lanes.get(id);
    if (!lane) continue;
    const wait = lane.free > 0 ? nextStart(lane, now) - now : channelWait(lane, typicalCall);
    if (best === null || wait < best.wait) best = { lane, wait };
  }
  if (best === null) return null;
  const { lane, wait } = best;
  const isForStart = lane.free > 0;
  if (isForStart) {
    lane.free -= 1;
    lane.starts.push(now + wait);
  } else lane.queued += 1;
  return { line: lane.id, wait, isForStart };
}

/** The start before it by the whole rate must be a second old. */
function nextStart({ starts, startsPerSecond }: Lane, now: Instant): Instant {
  const before = starts.at(-Math.max(1, startsPerSecond));
  return before === undefined ? now : Math.max(now, before + SECOND);
}

function channelWait({ queued, channels }: Lane, typicalCall: Duration): Duration {
  return (1 + Math.floor(queued / Math.max(1, channels))) * typicalCall;
}
