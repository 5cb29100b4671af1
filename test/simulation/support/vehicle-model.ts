import type { TicketCommand, TimeClaim } from '@faultline/shared/ticket/command.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import { createOutbox } from './outbox.ts';
import type { World } from './world.ts';

/** What a driver does for a leg, one after the other, and how many seconds each takes him at least and at most. */
const WORK: readonly (readonly [number, number, TicketCommand['type']])[] = [
  [10, 500, 'accept'],
  [20, 400, 'depart'],
  [200, 2_400, 'arrive'],
  [300, 1_800, 'clear'],
  [30, 300, 'record'],
];

/** A leg as the device knows it. */
interface KnownLeg {
  readonly ticketId: string;
  readonly no: number;
  isEnded: boolean;
}

/** A vehicle with its driver: a clock that is wrong, a measurement of it, and hours without network. */
export function createVehicle(world: World, id: string): void {
  const { random, schedule } = world;
  const outbox = createOutbox(world, { kind: 'device', id, departmentId: 'crew-1' });
  const skewMs = random.between(-90 * MINUTE, 90 * MINUTE);
  const measuredSkewMs = skewMs + random.between(-800, 800);
  const known = new Map<string, KnownLeg>();
  let isOnline = true;

  const claim = (): TimeClaim => ({ how: 'device', claimedAt: schedule.now() + skewMs, skewMs: measuredSkewMs });

  /** The driver goes on as long as his device does not tell him that the leg was taken back. */
  const work = (leg: KnownLeg, index = 0): void => {
    const act = WORK[index];
    if (!act) return;
    const [least, most, type] = act;
    schedule.after(random.between(least, most) * SECOND, () => {
      if (leg.isEnded) return;
      const isSkipped = type !== 'record' && type !== 'clear' && random.chance(0.12);
      if (!isSkipped) outbox.put(leg.ticketId, actOf(type, leg.no, claim()));
      if (isOnline) outbox.flush();
      work(leg, index + 1);
    });
  };

  /** What the device sees when it is connected: new legs, and legs that were taken back. */
  const look = (): void => {
    for (const { ticketId, leg } of legsOf(world, id)) {
      const key = `${ticketId} ${leg.no}`;
      const mine = known.get(key) ?? { ticketId, no: leg.no, isEnded: false };
      if (!known.has(key) && leg.ending === null) {
        outbox.put(ticketId, { type: 'deliver-to-crew', legNo: leg.no, deviceId: id, time: claim() });
        work(mine);
      }
      known.set(key, mine);
      if (leg.ending === null || mine.isEnded) continue;
      mine.isEnded = true;
      outbox.put(ticketId, { type: 'confirm-recall', legNo: leg.no, time: claim() });
    }
  };

  const live = (): void => {
    if (isOnline && world.isUp()) {
      look();
      outbox.flush();
    }
    schedule.after(random.between(5, 60) * SECOND, live);
  };

  const wander = (): void => {
    isOnline = world.isCalm() || !isOnline;
    schedule.after(random.between(60, isOnline ? 1_800 : 1_200) * SECOND, wander);
  };

  live();
  wander();
}

function legsOf({ server }: World, vehicleId: string) {
  return server
    .ticketIds()
    .flatMap((ticketId) => (server.ticket(ticketId)?.legs ?? []).map((leg) => ({ ticketId, leg })))
    .filter(({ leg }) => leg.vehicleId === vehicleId);
}

function actOf(type: TicketCommand['type'], legNo: number, time: TimeClaim): TicketCommand {
  switch (type) {
    case 'accept':
    case 'depart':
    case 'arrive':
    case 'clear':
      return { type, legNo, time };
    default:
      return { type: 'record', record: { found: '熔断器熔断', cause: '过负荷', done: '更换' }, time };
  }
}
