import { VEHICLE_CLOSE } from '@faultline/shared/wire/vehicle.ts';
import { describe, expect, test } from 'vitest';
import type { LinkEvent, LinkState } from '../../client/src/vehicle/link-state.ts';
import { mustCheckToken, nextLink, START } from '../../client/src/vehicle/link-state.ts';

const NOW = 1_000_000;

const STATES = {
  connecting: { at: 'connecting', tries: 2 },
  open: { at: 'open' },
  waiting: { at: 'waiting', tries: 3, until: NOW + 5_000 },
  replaced: { at: 'replaced' },
  revoked: { at: 'revoked' },
  outdated: { at: 'outdated' },
} as const satisfies { [At in LinkState['at']]: Extract<LinkState, { at: At }> };

const EVENTS = {
  welcomed: { type: 'welcomed' },
  lost: { type: 'closed', code: 1006 },
  revoked: { type: 'closed', code: VEHICLE_CLOSE.revoked },
  replaced: { type: 'closed', code: VEHICLE_CLOSE.replaced },
  due: { type: 'due' },
  network: { type: 'network' },
  asked: { type: 'asked' },
  'token-dead': { type: 'token-dead' },
  unreadable: { type: 'unreadable' },
} as const satisfies Record<string, LinkEvent>;

/** Every state and every event, in the order of `EVENTS`; `.` stays as it is. */
const TABLE: Readonly<Record<keyof typeof STATES, string>> = {
  connecting: 'open       waiting revoked replaced .          .          .          revoked outdated',
  open: '      .          waiting revoked replaced .          .          .          revoked outdated',
  waiting: '   .          .       .       .        connecting connecting connecting revoked outdated',
  replaced: '  .          .       .       .        .          .          connecting revoked outdated',
  revoked: '   .          .       .       .        .          .          .          revoked .',
  outdated: '  .          .       .       .        .          .          connecting revoked outdated',
};

describe('the link of a vehicle', () => {
  const names = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
  const rows = (Object.keys(STATES) as (keyof typeof STATES)[]).flatMap((at) =>
    names.map((event, index) => [at, event, TABLE[at].trim().split(/\s+/)[index]] as const),
  );

  test('the table has a word for every state and event', () => {
    expect(rows).toHaveLength(54);
    expect(rows.every(([, , after]) => after !== undefined)).toBe(true);
  });

  test.each(rows)('%s, when %s: %s', (at, event, after) => {
    expect(nextLink(STATES[at], EVENTS[event], NOW, 0).at).toBe(after === '.' ? at : after);
  });

  test('each failed try doubles the pause, up to a quarter of a minute', () => {
    let state: LinkState = START;
    const pauses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      state = nextLink(state, EVENTS.lost, NOW, 0);
      if (state.at === 'waiting') pauses.push(state.until - NOW);
      state = nextLink(state, EVENTS.due, NOW, 0);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test('a connection that was open begins with the shortest pause again', () => {
    expect(nextLink(STATES.open, EVENTS.lost, NOW, 0)).toEqual({ at: 'waiting', tries: 1, until: NOW + 1_000 });
  });

  test('a whole fleet does not come back at one moment', () => {
    const spread = nextLink(STATES.open, EVENTS.lost, NOW, 0.9);
    expect(spread).toMatchObject({ until: NOW + 1_450 });
  });

  test('a vehicle that has talked too much is silent for the longest pause', () => {
    const flooded = nextLink(STATES.open, { type: 'closed', code: VEHICLE_CLOSE.flooding }, NOW, 0);
    expect(flooded).toMatchObject({ until: NOW + 15_000 });
  });

  test('whether the token still lives is asked after the first failure and now and then', () => {
    const asked = [1, 2, 3, 4, 5, 8].filter((tries) => mustCheckToken({ at: 'waiting', tries, until: NOW }));
    expect(asked).toEqual([1, 4, 8]);
    expect(mustCheckToken(STATES.open)).toBe(false);
  });
});
