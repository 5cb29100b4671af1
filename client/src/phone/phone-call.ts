import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { PhoneMessage, PhoneWord, Ring, StopReason } from '@faultline/shared/wire/phone.ts';

/** How a call came to its end, in the words of this phone. */
export type Ending = StopReason | 'declined' | 'hung-up';

/** The one call of this phone. */
export type CallState =
  | { readonly at: 'idle' }
  /** `isAnswering`: the person has answered, the server has not given this device the call yet. */
  | { readonly at: 'ringing'; readonly ring: Ring; readonly isAnswering: boolean }
  | {
      readonly at: 'talking';
      readonly ring: Ring;
      readonly said: string;
      /** Nothing is asked any more: the call ends when this has been said. */
      readonly isLast: boolean;
      /** A key whose answer is awaited. */
      readonly awaited: string | null;
      /** All keys of the call, in their order. */
      readonly pressed: string;
    }
  | {
      readonly at: 'over';
      readonly ring: Ring;
      readonly ending: Ending;
      /** The server's last word in the contact's language; may be empty. */
      readonly text: string;
      readonly pressed: string;
      readonly endedAt: Instant;
    };

export type CallEvent =
  | { readonly type: 'heard'; readonly word: PhoneWord }
  | { readonly type: 'answer' }
  | { readonly type: 'press'; readonly key: string }
  /** Declines what still rings. */
  | { readonly type: 'hang-up' }
  /** What the server said last has been spoken, or was long enough to read. */
  | { readonly type: 'spoken' }
  | { readonly type: 'dismiss' }
  | { readonly type: 'second' };

export interface CallStep {
  readonly state: CallState;
  readonly say: readonly PhoneMessage[];
}

/** Ends that the person has made; any other was this phone's own guess, and a server that still rings knows better. */
const ENDED_HERE: ReadonlySet<Ending> = new Set(['declined', 'hung-up', 'ended']);

export const IDLE: CallState = { at: 'idle' };

/** A card whose server has gone away does not ring for ever. */
const RINGS_ON_WITHOUT_SERVER: Duration = 5 * SECOND;
const OVER_SHOWN: Duration = 8 * SECOND;

/** One step of the call: every word of the server and every deed of the person, in any order. [E4] */
export function nextCall(state: CallState, event: CallEvent, now: Instant): CallStep {
  switch (event.type) {
    case 'heard':
      return afterWord(state, event.word, now);
    case 'answer':
      if (state.at !== 'ringing' || state.isAnswering) return still(state);
      return { state: { ...state, isAnswering: true }, say: [{ type: 'answer', callId: state.ring.callId }] };
    case 'press':
      if (state.at !== 'talking' || state.isLast) return still(state);
      return {
        state: { ...state, awaited: event.key, pressed: state.pressed + event.key },
        say: [{ type: 'key', callId: state.ring.callId, key: event.key }],
      };
    case 'hang-up':
      return hungUp(state, now);
    case 'spoken':
      return state.at === 'talking' && state.isLast ? hungUp(state, now) : still(state);
    case 'dismiss':
      return still(state.at === 'over' ? IDLE : state);
    case 'second':
      return still(afterSecond(state, now));
  }
}

function still(state: CallState): CallStep {
  return { state, say: [] };
}

function hungUp(state: CallState, now: Instant): CallStep {
  if (state.at !== 'ringing' && state.at !== 'talking') return still(state);
  const isDone = state.at === 'talking' && state.isLast;
  const ending = isDone ? 'ended' : state.at === 'talking' ? 'hung-up' : 'declined';
  const text = isDone ? state.said : '';
  return { state: over(state, ending, text, now), say: [{ type: 'hang-up', callId: state.ring.callId }] };
}

function over(
  state: Exclude<CallState, { readonly at: 'idle' }>,
  ending: Ending,
  text: string,
  endedAt: Instant,
): CallState {
  const pressed = state.at === 'ringing' ? '' : state.pressed;
  return { at: 'over', ring: state.ring, ending, text, pressed, endedAt };
}

function afterSecond(state: CallState, now: Instant): CallState {
  if (state.at === 'ringing' && now > state.ring.ringUntil + RINGS_ON_WITHOUT_SERVER) {
    return over(state, 'no-answer', '', now);
  }
  return state.at === 'over' && now > state.endedAt + OVER_SHOWN ? IDLE : state;
}

function afterWord(state: CallState, word: PhoneWord, now: Instant): CallStep {
  switch (word.type) {
    case 'welcome':
      return word.ring ? found(state, word.ring) : still(gone(state, now));
    case 'ring':
      return found(state, word.ring);
    case 'answered':
      return still(state.at === 'ringing' && isAbout(state, word) ? talking(state.ring) : state);
    case 'say':
      if (state.at !== 'talking' || !isAbout(state, word)) return still(state);
      return still({ ...state, said: word.text, isLast: word.isLast, awaited: null });
    case 'stopped':
      return still(stopped(state, word, now));
    case 'ping':
    case 'malformed':
      return still(state);
  }
}

/** The server has a call for this phone: a new one, or the one that is here already, after a connection was lost. */
function found(state: CallState, ring: Ring): CallStep {
  const { callId } = ring;
  if (!isAbout(state, ring) || (state.at === 'over' && !ENDED_HERE.has(state.ending))) {
    if (ring.answeredAt !== null) return still(talking(ring));
    return { state: { at: 'ringing', ring, isAnswering: false }, say: [{ type: 'ringing', callId }] };
  }
  switch (state.at) {
    case 'over':
      // The word that ended it was lost on the way.
      return { state, say: [{ type: 'hang-up', callId }] };
    case 'talking':
      // A server that was restarted does not know of the answer any more.
      return { state: goneOn(state, ring), say: ring.answeredAt === null ? [{ type: 'answer', callId }] : [] };
    case 'ringing':
      if (ring.answeredAt !== null) return still(talking(ring));
      return {
        state: { ...state, ring },
        say: [{ type: 'ringing', callId }, ...(state.isAnswering ? [{ type: 'answer' as const, callId }] : [])],
      };
  }
}

function goneOn(state: Extract<CallState, { readonly at: 'talking' }>, { said }: Ring): CallState {
  return said === null ? state : { ...state, said: said.text, isLast: said.isLast, awaited: null };
}

function talking(ring: Ring): CallState {
  const said = ring.said ?? { text: ring.opening, isLast: false };
  return { at: 'talking', ring, said: said.text, isLast: said.isLast, awaited: null, pressed: '' };
}

/** The server knows of no call: what is shown here ended while nobody could say so. */
function gone(state: CallState, now: Instant): CallState {
  if (state.at === 'ringing') return over(state, 'ended', '', now);
  return state.at === 'talking' ? over(state, 'line-down', '', now) : state;
}

function stopped(state: CallState, word: Extract<PhoneWord, { readonly type: 'stopped' }>, now: Instant): CallState {
  if (state.at === 'idle' || !isAbout(state, word)) return state;
  if (state.at !== 'over') return over(state, word.reason, word.text, now);
  // How it ended is known already; only a better word about it is news.
  return word.text === '' ? state : { ...state, ending: word.reason, text: word.text, endedAt: now };
}

function isAbout(
  state: CallState,
  { callId }: { readonly callId: string },
): state is Exclude<CallState, { at: 'idle' }> {
  return state.at !== 'idle' && state.ring.callId === callId;
}
