import type { Instant } from '@faultline/shared/time.ts';
import type { CallLog } from '@faultline/shared/wire/escalation.ts';

export type LoggedCall = CallLog['calls'][number];

/** What a reachability test goes through, in this order. */
export const TEST_STAGES = ['placed', 'ringing', 'answered', 'key'] as const;
export type TestStage = (typeof TEST_STAGES)[number];

export interface StageState {
  readonly stage: TestStage;
  readonly state: 'done' | 'now' | 'open' | 'failed';
  /** `null` as long as it has not happened, and for the key, whose moment is the call's end. */
  readonly at: Instant | null;
}

/** The first stage that has not happened is under way, or, when the call is over, the one at which it failed. */
export function stagesOf(call: LoggedCall): readonly StageState[] {
  const isPressed = call.outcome === 'acknowledged';
  const times: Readonly<Record<TestStage, Instant | null>> = {
    placed: call.placedAt,
    // Some lines say nothing between the dialling and the answer.
    ringing: call.ringingAt ?? call.answeredAt,
    answered: call.answeredAt,
    key: isPressed ? call.endedAt : null,
  };
  // The key is known before the good-bye has been spoken and the call is over.
  const reached = isPressed ? TEST_STAGES.length - 1 : TEST_STAGES.findLastIndex((stage) => times[stage] !== null);
  return TEST_STAGES.map((stage, at) => ({
    stage,
    at: times[stage],
    state: stateAt(at, reached, call.endedAt !== null),
  }));
}

function stateAt(at: number, reached: number, isOver: boolean): StageState['state'] {
  if (at <= reached) return 'done';
  if (at > reached + 1) return 'open';
  return isOver ? 'failed' : 'now';
}
