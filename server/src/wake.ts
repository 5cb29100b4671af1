import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from './clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { JournalStore } from './store/store.ts';
import { StoreFault } from './store/store.ts';

/** Tickets fired side by side, so that the store writes them together; a long downtime takes several rounds. */
const BATCH = 200;
/** After a failure the clock tries again this soon, for as long as it takes. */
const RETRY_AFTER = SECOND;

export interface Wake {
  /** Fires what fell due while the server was down, then sleeps until the next due time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the last pass fired everything that was due; the readiness check asks. */
  isHealthy(): boolean;
}

/** Something is due that cannot be made to happen; the text names the tickets. */
class WakeFault extends Error {
  override readonly name = 'WakeFault';
}

/**
 * Sleeps until the earliest due time in the store and makes due duties happen, on time and after any downtime.
 * The store keeps the due times; this keeps one timer and no list of its own. [B3] [E6]
 */
export function createWake(parts: {
  readonly store: JournalStore;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly districtOf: (ticketId: string) => Promise<string | null>;
  readonly onFault: (error: unknown) => void;
}): Wake {
  const { store, dispatcher, clock } = parts;
  let cancel: (() => void) | null = null;
  let armedFor: Instant = Number.POSITIVE_INFINITY;
  let running: Promise<void> | null = null;
  let isStopped = true;
  let isHealthy = true;

  let isAskedAgain = false;

  const arm = (at: Instant): void => {
    if (isStopped || at >= armedFor) return;
    cancel?.();
    armedFor = at;
    cancel = clock.at(at, () => {
      armedFor = Number.POSITIVE_INFINITY;
      void pass();
    });
  };

  /** @returns the tickets that stay due whatever is done; one of them must not hold up the others. */
  const fireAll = async (): Promise<ReadonlySet<string>> => {
    const fired = new Map<string, Instant>();
    const stuck = new Set<string>();
    while (!isStopped) {
      const limit = BATCH + stuck.size;
      const due = await store.dueTickets(clock.now(), limit);
      for (const { ticketId, dueAt } of due) if (fired.get(ticketId) === dueAt) stuck.add(ticketId);
      const next = due.filter(({ ticketId }) => !stuck.has(ticketId));
      if (next.length === 0 && due.length < limit) break;
      for (const { ticketId, dueAt } of next) fired.set(ticketId, dueAt);
      await fireTogether(next.map(({ ticketId }) => ticketId));
    }
    return stuck;
  };

  /** @throws StoreFault when the store fails: it would fail for the others too. */
  const fireTogether = async (ticketIds: readonly string[]): Promise<void> => {
    const results = await Promise.allSettled(ticketIds.map(fire));
    const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    const fault = errors.find((error) => error instanceof StoreFault);
    if (fault !== undefined) throw fault;
    for (const error of errors) parts.onFault(error);
  };

  const fire = async (ticketId: string): Promise<void> => {
    const district = await parts.districtOf(ticketId);
    if (district === null) return;
    await dispatcher.submit({
      commandId: null,
      district,
      ticketId,
      commands: [{ type: 'fire-due' }],
      by: { kind: 'system' },
      expectedRevision: null,
    });
  };

  const fireAndRearm = async (): Promise<void> => {
    try {
      const stuck = await fireAll();
      if (stuck.size > 0) throw new WakeFault(`these tickets stay due: ${[...stuck].join(', ')}`);
      isHealthy = true;
      const next = await store.nextDueAt();
      if (next !== null) arm(next);
    } catch (error) {
      isHealthy = false;
      parts.onFault(error);
      arm(clock.now() + RETRY_AFTER);
    }
  };

  /** A timer that rings during a pass asks for another one: the pass may have looked before the ticket was due. */
  const pass = (): Promise<void> => {
    if (running !== null) {
      isAskedAgain = true;
      return running;
    }
    running = fireAndRearm().finally(() => {
      running = null;
      if (!isAskedAgain) return;
      isAskedAgain = false;
      arm(clock.now());
    });
    return running;
  };

  dispatcher.onCommitted(({ nextDueAt }) => {
    if (nextDueAt !== null) arm(nextDueAt);
  });

  return {
    async start() {
      isStopped = false;
      await pass();
    },
    async stop() {
      isStopped = true;
      cancel?.();
      cancel = null;
      armedFor = Number.POSITIVE_INFINITY;
      await running;
    },
    isHealthy: () => isHealthy,
  };
}
