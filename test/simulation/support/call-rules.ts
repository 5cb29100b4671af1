import type { EndCause } from '@faultline/server/src/escalation/phone-line.ts';
import { wordOfKey, yesOf } from '@faultline/shared/escalation/keys.ts';
import { ladderOf } from '@faultline/shared/escalation/ladder.ts';
import { planCalls } from '@faultline/shared/escalation/plan.ts';
import { alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import type { CallOutcome } from '@faultline/shared/ticket/ticket.ts';
import type { Rules } from './rules.ts';
import { REAL_RULES } from './rules.ts';

/** The rules of calling as the simulated engine uses them; a mutant is the same with one thing broken. */
export interface CallRules extends Rules {
  readonly ladderOf: typeof ladderOf;
  readonly planCalls: typeof planCalls;
  readonly alarmsOf: typeof alarmsOf;
  readonly yesOf: typeof yesOf;
  readonly wordOfKey: typeof wordOfKey;
  readonly outcomeOf: (cause: EndCause) => CallOutcome;
  /** What the engine does beside the rules; each of them can be left out. */
  readonly engine: EngineHabits;
}

export interface EngineHabits {
  readonly silencesWhatIsOver: boolean;
  readonly silencesWhatIsHeld: boolean;
  readonly endsLostCalls: boolean;
  readonly givesUpRinging: boolean;
  readonly givesUpAsking: boolean;
  readonly tellsSpentRounds: boolean;
  readonly passesOverNobody: boolean;
  readonly writesBeforeItRings: boolean;
  readonly forgetsEndedCalls: boolean;
  readonly asksByHand: boolean;
}

/** Somebody who answered and hung up without a key has said neither yes nor no. [E4] */
function outcomeOf(cause: EndCause): CallOutcome {
  return cause === 'hung-up' ? 'no-key' : cause;
}

export const REAL_CALL_RULES: CallRules = {
  ...REAL_RULES,
  ladderOf,
  planCalls,
  alarmsOf,
  yesOf,
  wordOfKey,
  outcomeOf,
  engine: {
    silencesWhatIsOver: true,
    silencesWhatIsHeld: true,
    endsLostCalls: true,
    givesUpRinging: true,
    givesUpAsking: true,
    tellsSpentRounds: true,
    passesOverNobody: true,
    writesBeforeItRings: true,
    forgetsEndedCalls: true,
    asksByHand: true,
  },
};
