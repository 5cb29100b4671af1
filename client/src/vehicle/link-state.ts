import type { Duration } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { VEHICLE_CLOSE } from '@faultline/shared/wire/vehicle.ts';

/** The vehicle's connection to the server, as one word. */
export type LinkState =
  /** `tries`: how many connections in a row have failed. */
  | { readonly at: 'connecting'; readonly tries: number }
  | { readonly at: 'open' }
  /** `until` on the monotonic clock: a device's clock that is set must not make it wait for hours. */
  | { readonly at: 'waiting'; readonly tries: number; readonly until: number }
  /** Another device speaks for the vehicle; taking over again is a person's decision, else two devices would fight. */
  | { readonly at: 'replaced' }
  /** The device's token was taken back, or the server does not know it. */
  | { readonly at: 'revoked' }
  /** The server speaks in a way that this page cannot read: the page has to be loaded anew. */
  | { readonly at: 'outdated' };

export type LinkEvent =
  | { readonly type: 'welcomed' }
  | { readonly type: 'closed'; readonly code: number }
  /** The pause is over. */
  | { readonly type: 'due' }
  /** The browser says that there is a network again. */
  | { readonly type: 'network' }
  /** A person asks for the connection, wherever it went. */
  | { readonly type: 'asked' }
  | { readonly type: 'token-dead' }
  | { readonly type: 'unreadable' };

export const START: LinkState = { at: 'connecting', tries: 0 };

const FIRST_PAUSE: Duration = SECOND;
const LONGEST_PAUSE: Duration = 15 * SECOND;
/** Pauses are stretched by up to this share, so that a whole fleet does not knock at the same moment. */
const SPREAD_SHARE = 0.5;

/** @param now monotonic, ms; @param spread a random share, 0 ≤ spread < 1. */
export function nextLink(state: LinkState, event: LinkEvent, now: number, spread: number): LinkState {
  switch (event.type) {
    case 'welcomed':
      return state.at === 'connecting' ? { at: 'open' } : state;
    case 'closed':
      return state.at === 'connecting' || state.at === 'open' ? afterClose(state, event.code, now, spread) : state;
    case 'due':
    case 'network':
      return state.at === 'waiting' ? { at: 'connecting', tries: state.tries } : state;
    case 'asked':
      return state.at === 'open' || state.at === 'connecting' || state.at === 'revoked' ? state : START;
    case 'token-dead':
      return { at: 'revoked' };
    case 'unreadable':
      return state.at === 'revoked' ? state : { at: 'outdated' };
  }
}

function afterClose(
  state: Extract<LinkState, { at: 'connecting' | 'open' }>,
  code: number,
  now: number,
  spread: number,
): LinkState {
  if (code === VEHICLE_CLOSE.revoked) return { at: 'revoked' };
  if (code === VEHICLE_CLOSE.replaced) return { at: 'replaced' };
  const tries = state.at === 'open' ? 0 : state.tries;
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries);
  // A vehicle that has talked too much is given the longest pause at once.
  const whole = code === VEHICLE_CLOSE.flooding ? LONGEST_PAUSE : pause;
  return { at: 'waiting', tries: tries + 1, until: now + Math.round(whole * (1 + spread * SPREAD_SHARE)) };
}

/** Whether the server may simply not let this device in: a browser is never told why a connection was refused. */
export function mustCheckToken(state: LinkState): boolean {
  return state.at === 'waiting' && state.tries > 0 && (state.tries === 1 || state.tries % 4 === 0);
}
