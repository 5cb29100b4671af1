import type { Duration } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import type { ServerAddress } from './account.ts';
import { ServerFault } from './account.ts';
import { backoff, until } from './backoff.ts';
import { crewsHeldByVisitors } from './contacts.ts';
import { openDesks } from './desks.ts';
import { follow } from './follower.ts';
import { LiveBoard } from './live-board.ts';
import { Office } from './office.ts';
import type { ShiftOptions, ShiftPlan } from './plan.ts';
import type { Roads } from './roads.ts';
import { Shift } from './shift.ts';
import { Silence } from './silence.ts';
import { createStatistics } from './statistics.ts';

export interface ShiftSettings {
  readonly url: URL;
  readonly seed: number;
  readonly speed: number;
  /** At most so many vehicles of the district take part. */
  readonly vehicles: number;
  readonly clock: Clock;
  readonly roads: Roads;
  readonly plan: (given: PlanRequest) => ShiftPlan;
  /** Told one line a minute, and what an operator has to know. */
  readonly say: (line: string) => void;
  /** Ends the shift; everything stays as it is, and the next run goes on from there. */
  readonly signal: AbortSignal;
  /** How often the simulation looks at what is due; a second when not given. */
  readonly beatEvery?: Duration;
}

export type PlanRequest = Pick<ShiftOptions, 'vehicles' | 'startAt' | 'heldCrewIds'>;

export type ShiftEnd = 'stopped' | 'server-away';

/** A server that is started again is back sooner; one that is away for longer has been stopped. */
const AWAY_AFTER: Duration = MINUTE;
const BEAT: Duration = SECOND;

/**
 * Plays a shift against a server as its people and vehicles would: by HTTP, the consoles' sockets, and the vehicles'.
 * It decides from the tickets as they stand, so whatever a visitor does by hand is simply where it goes on from.
 */
export async function playShift(settings: ShiftSettings): Promise<ShiftEnd> {
  const { clock, signal, say } = settings;
  const silence = new Silence(clock.now());
  const server: ServerAddress = { url: settings.url, signal, onAnswer: () => silence.heard() };
  const isAway = (): boolean => silence.look(clock.now()) > AWAY_AFTER;
  const desks = await patiently(settings, isAway, () => openDesks(server));
  if (desks === null) return signal.aborted ? 'stopped' : 'server-away';

  const statistics = createStatistics();
  const onRefusal = statistics.refused;
  const onTrouble = sayOnce(say);
  let shift: Shift | null = null;
  const board = new LiveBoard({
    onOver: (ticket) => shift?.onOver(ticket),
    onOrganisation: () => lead.restart(),
  });
  const lead = follow({ server, clock, account: desks.lead, district: board, onRefusal, onTrouble });
  for (const [departmentId, account] of [...desks.centres, ...desks.crews]) {
    const office = new Office(departmentId, (receipt) => follower.receipt(receipt));
    const follower = follow({ server, clock, account, district: office, onRefusal, onTrouble });
  }
  while (!signal.aborted) {
    if (isAway()) return 'server-away';
    const { district } = board;
    if (shift === null && district !== null) {
      const heldCrewIds = await patiently(settings, isAway, () => crewsHeldByVisitors(server, desks.lead, district));
      if (heldCrewIds === null) continue;
      shift = new Shift(settings, { server, desks, board, district, statistics, heldCrewIds });
    }
    shift?.beat(clock.now());
    await until(clock, clock.now() + (settings.beatEvery ?? BEAT), signal);
  }
  return 'stopped';
}

/** Tries until it works; `null` when the shift was stopped or the server stayed away. */
async function patiently<Value>(
  { clock, signal, say }: ShiftSettings,
  isAway: () => boolean,
  make: () => Promise<Value>,
): Promise<Value | null> {
  for (let failures = 1; !signal.aborted && !isAway(); failures++) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof ServerFault)) throw error;
      if (failures === 1 && !signal.aborted) say(`${error.message}; trying again`);
    }
    await until(clock, clock.now() + backoff(failures, SECOND / 2, 8 * SECOND), signal);
  }
  return null;
}

/** A trouble that comes again with each attempt is told the first time. */
function sayOnce(say: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    said.add(line);
    say(line);
  };
}
