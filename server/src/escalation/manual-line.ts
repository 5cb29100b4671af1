import type { OwedCall, PhoneLine } from './phone-line.ts';

export interface ManualLine extends PhoneLine {
  /** The calls that people have to make by hand now, the oldest first. */
  tasks(district: string): readonly OwedCall[];
}

/**
 * The line that always works: a person rings, and records what came of it. A task leaves the list only by `cancel`,
 * which the engine calls when the hop is done; nothing else removes it. [E2] [E3]
 */
export function createManualLine(): ManualLine {
  const open = new Map<string, OwedCall>();
  return {
    name: 'manual',
    async place(call) {
      open.set(call.id, call);
    },
    async cancel(callId) {
      open.delete(callId);
    },
    async adopt(calls) {
      for (const call of calls) open.set(call.id, call);
    },
    // A person's outcome is recorded as a command on the ticket, so this line has nothing to tell by itself.
    onEvent() {},
    tasks: (district) =>
      [...open.values()].filter((call) => call.district === district).sort((a, b) => a.dueAt - b.dueAt),
  };
}
