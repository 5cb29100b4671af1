import type { PhoneLine } from './phone-line.ts';
import { LineFault } from './phone-line.ts';

export const MANUAL_LINE = 'manual';

/**
 * The last resort that is always there: a person rings, and writes down what came of it. The call stands on the
 * screens of those who send the ticket; this line has nothing to do and nothing to tell. [E2]
 */
export const manualLine: PhoneLine = {
  id: MANUAL_LINE,
  channels: Number.POSITIVE_INFINITY,
  startsPerSecond: Number.POSITIVE_INFINITY,
  status: () => ({ state: 'up', since: 0, detail: '' }),
  canReach: () => true,
  start: async () => {},
  close: async () => {},
  place: async () => {},
  say: async () => {},
  cancel: async () => {},
  adopt: async (calls) => new Set(calls.map(({ id }) => id)),
  onEvent() {},
};

/** Stands for a line that is configured no longer: there is nothing to end there. */
export const lostLine: PhoneLine = {
  ...manualLine,
  id: 'none',
  channels: 0,
  startsPerSecond: 0,
  status: () => ({ state: 'down', since: 0, detail: 'not-configured' }),
  canReach: () => false,
  place: async () => {
    throw new LineFault('not-configured', 'this line is configured no longer');
  },
  adopt: async () => new Set(),
};
