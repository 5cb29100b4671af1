import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Clock } from './clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { JournalStore } from './store/store.ts';

/** Tickets fired per pass; after a long downtime the rest follows at once in the next pass. */
const BATCH = 200;
/** After a failure of the store the clock tries again this soon, for as long as it takes. */
const RETRY_AFTER = SECOND;

export interface Wake {
  /** Fires what fell due while the server was down, then sleeps until the next due time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the last pass went well; the readiness check asks. */
  isHealthy(): boolean;
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

  const arm = (at: Instant): void => {
    if (isStopped || at >= armedFor) return;
    cancel?.();
    armedFor = at;
    cancel = clock.at(at, () => {
      armedFor = Number.POSITIVE_INFINITY;
      void pass();
    });
  };

  const fireAll = async (): Promise<void> => {
    for (;;) {
      const due = await store.dueTickets(clock.now(), BATCH);
      for (const { ticketId } of due) {
        if (isStopped) return;
        await fire(ticketId);
      }
      if (due.length < BATCH) return;
    }
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

  const pass = (): Promise<void> => {
    running ??= fireAll()
      .then(async () => {
        isHealthy = true;
        const next = await store.nextDueAt();
        if (next !== null) queueMicrotask(() => arm(next));
      })
      .catch((error: unknown) => {
        isHealthy = false;
        parts.onFault(error);
        queueMicrotask(() => arm(clock.now() + RETRY_AFTER));
      })
      .finally(() => {
        running = null;
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
