import { wordOfKey, yesOf } from '@faultline/shared/escalation/keys.ts';
import { ladderOf } from '@faultline/shared/escalation/ladder.ts';
import { alarmsOf } from '@faultline/shared/ticket/alarms.ts';
import { liveAttemptOf } from '@faultline/shared/ticket/feedback.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS, FIRST_POLICY } from '@faultline/shared/ticket/policy.ts';
import type { Feedback } from '@faultline/shared/ticket/ticket.ts';
import { describe, expect, test } from 'vitest';
import type { Story } from './story.ts';
import { at, CALLEE, LEAD, make, story, toldTo } from './story.ts';

const NOT_TAKEN = 'feedback:centre-not-taken:1.0';
const NOT_DISPATCHED = 'feedback:centre-not-dispatched:1.0';

/** Issued at minute 1 and silent: the ladder begins at minute 5. */
function silentCentre(): Story {
  const told = toldTo({ B: 1, C: 2 });
  told.must(5, make.fireDue);
  return told;
}

function feedbackOf(told: Story, key = NOT_TAKEN): Feedback {
  const feedback = told.ticket().feedbacks.find((candidate) => candidate.key === key);
  if (!feedback) throw new Error(`${key} was never raised`);
  return feedback;
}

describe('a call of the ladder', () => {
  test('[E2] is kept from before it rings to its end, with whom it meant and why', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    const placed = { ...CALLEE, callId: 'call-1', step: 0, line: 'console', at: at(5), by: LEAD, outcome: null };
    expect(feedbackOf(told).attempts).toMatchObject([{ ...placed, answeredAt: null, endedAt: null, endedBy: null }]);
    told.must(5.2, make.answerCall(NOT_TAKEN));
    told.must(5.5, make.endCall(NOT_TAKEN, 'refused', { pressed: '2', code: '200', note: '人手不足' }));
    const ended = { answeredAt: at(5.2), endedAt: at(5.5), outcome: 'refused', pressed: '2', code: '200' };
    expect(feedbackOf(told).attempts).toMatchObject([{ ...placed, ...ended, note: '人手不足', endedBy: LEAD }]);
  });

  test('[E5] is the only one of its hop, and is decided on what was tried before', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    const second = make.placeCall(NOT_TAKEN, { callId: 'call-2', attemptNo: 2 });
    expect(told.refused(5.1, second)).toEqual({ code: 'call-under-way' });
    told.must(5.2, make.endCall(NOT_TAKEN));
    told.must(5.3, make.call(NOT_TAKEN, 'no-answer'));
    expect(told.refused(5.4, second)).toEqual({ code: 'call-under-way' });
    told.must(5.4, make.placeCall(NOT_TAKEN, { callId: 'call-2', attemptNo: 3 }));
  });

  test('[E2] ends once; what a line says again, or of a call nobody placed, changes nothing', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    expect(told.must(5.1, make.answerCall(NOT_TAKEN))).toEqual(['call-answered']);
    expect(told.must(5.2, make.answerCall(NOT_TAKEN))).toEqual([]);
    expect(told.must(5.3, make.endCall(NOT_TAKEN, 'acknowledged'))).toEqual(['call-ended']);
    expect(told.must(5.4, make.endCall(NOT_TAKEN, 'no-answer'))).toEqual([]);
    expect(told.must(5.5, make.answerCall(NOT_TAKEN))).toEqual([]);
    expect(feedbackOf(told).attempts).toMatchObject([{ outcome: 'acknowledged', endedAt: at(5.3) }]);
    expect(told.refused(5.6, make.endCall(NOT_TAKEN, 'busy', { callId: 'call-9' }))).toEqual({ code: 'call-unknown' });
  });

  test('[E3] may still end after its hop is done, because the phone may be off the hook', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    told.must(5.5, make.take());
    expect(feedbackOf(told)).toMatchObject({ ended: { at: at(5.5), cause: 'taken' } });
    told.must(5.6, make.endCall(NOT_TAKEN, 'cancelled'));
    expect(liveAttemptOf(feedbackOf(told))).toBeNull();
    expect(ladderOf(feedbackOf(told), FIRST_POLICY.ladder)).toMatchObject({ state: 'stopped', dueAt: null });
    const late = make.placeCall(NOT_TAKEN, { callId: 'call-2', attemptNo: 2 });
    expect(told.refused(5.7, late)).toEqual({ code: 'feedback-over' });
  });

  test('[T6] makes no decision of a desk stale', () => {
    const told = silentCentre();
    const { revision } = told.ticket();
    told.must(5, make.placeCall(NOT_TAKEN));
    told.must(5.1, make.answerCall(NOT_TAKEN));
    told.must(5.2, make.endCall(NOT_TAKEN));
    told.must(5.3, make.holdCalls(NOT_TAKEN), make.releaseCalls(NOT_TAKEN));
    told.must(5.4, make.call(NOT_TAKEN, 'busy'), make.spendLadder(NOT_TAKEN));
    expect(told.ticket().revision).toBe(revision);
  });

  test('[B2] climbs the ladder of the policy that was valid when it began', () => {
    expect(feedbackOf(silentCentre()).policyVersion).toBe(FIRST_POLICY.version);
  });
});

describe('a call by hand', () => {
  test('[E2] that the ladder asked for ends there; any other stands beside it', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN, { line: 'manual' }));
    told.must(6, make.call(NOT_TAKEN, 'no-answer', { contactId: 'chief', contactRole: 'chief-1' }));
    expect(liveAttemptOf(feedbackOf(told))).toMatchObject({ callId: 'call-1' });
    expect(told.must(7, make.call(NOT_TAKEN, 'busy'))).toEqual(['call-ended']);
    expect(feedbackOf(told).attempts).toMatchObject([
      { callId: 'call-1', line: 'manual', outcome: 'busy', endedAt: at(7) },
      { callId: null, step: null, line: 'manual', contactId: 'chief', at: at(6), endedAt: at(6) },
    ]);
  });

  test('[E2] while a phone rings does not end that ring', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    expect(told.must(5.1, make.call(NOT_TAKEN, 'no-answer'))).toEqual(['call-recorded']);
    expect(liveAttemptOf(feedbackOf(told))).toMatchObject({ callId: 'call-1' });
  });
});

describe('who takes the calls over', () => {
  const dueAt = (told: Story) => ladderOf(feedbackOf(told), FIRST_POLICY.ladder).dueAt;

  test('[E2] has the time of the policy, may prolong it, and may give them back', () => {
    const told = silentCentre();
    expect(dueAt(told)).toBe(at(5));
    told.must(6, make.holdCalls(NOT_TAKEN));
    expect(feedbackOf(told).held).toEqual({ at: at(6), until: at(11), by: LEAD });
    expect(dueAt(told)).toBe(at(11));
    told.must(10, make.holdCalls(NOT_TAKEN));
    expect(dueAt(told)).toBe(at(15));
    expect(told.must(12, make.releaseCalls(NOT_TAKEN))).toEqual(['calls-released']);
    expect(dueAt(told)).toBe(at(5));
    expect(told.must(12, make.releaseCalls(NOT_TAKEN))).toEqual([]);
  });

  test('[E2] is not overtaken by a call that was decided on a moment before', () => {
    const told = silentCentre();
    told.must(5, make.holdCalls(NOT_TAKEN));
    expect(told.refused(9.99, make.placeCall(NOT_TAKEN))).toEqual({ code: 'call-under-way' });
    told.must(10, make.placeCall(NOT_TAKEN));
  });

  test('[E6] and forgets them has only delayed the ladder', () => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    told.must(5.1, make.holdCalls(NOT_TAKEN));
    told.must(5.2, make.endCall(NOT_TAKEN, 'cancelled'));
    expect(ladderOf(feedbackOf(told), FIRST_POLICY.ladder)).toMatchObject({
      state: 'armed',
      step: 0,
      tryNo: 1,
      dueAt: at(10.1),
    });
  });
});

describe('a ladder that is spent', () => {
  const priorities = (told: Story, minute: number) =>
    alarmsOf(told.ticket(), FIRST_POLICY, at(minute)).map(({ priority, feedbackKind }) => [priority, feedbackKind]);

  test('[E7] is an alarm of the first priority until its hop is done', () => {
    const told = silentCentre();
    expect(priorities(told, 5)).toEqual([[2, 'centre-not-taken']]);
    expect(told.must(5.5, make.spendLadder(NOT_TAKEN))).toEqual(['ladder-spent']);
    expect(told.must(5.6, make.spendLadder(NOT_TAKEN))).toEqual([]);
    expect(priorities(told, 5.6)).toEqual([[1, 'centre-not-taken']]);
    told.must(5.7, make.call(NOT_TAKEN, 'acknowledged'));
    expect(priorities(told, 5.7)).toEqual([[1, 'centre-not-taken']]);
    told.must(5.8, make.dispatch());
    expect(priorities(told, 5.8)).toEqual([]);
  });

  test('[E7] keeps its priority when the chase of the dispatch speaks for it', () => {
    const told = silentCentre();
    told.must(5.5, make.spendLadder(NOT_TAKEN));
    told.must(6, make.fireDue);
    expect(feedbackOf(told, NOT_DISPATCHED).spentRounds).toBe(0);
    expect(priorities(told, 6)).toEqual([[1, 'centre-not-dispatched']]);
    told.must(6.5, make.take());
    expect(priorities(told, 6.5)).toEqual([[2, 'centre-not-dispatched']]);
  });
});

describe('a feedback outlives what is said by phone', () => {
  const outcomes = ['acknowledged', 'refused', 'no-key', 'wrong-number', 'lost', 'cancelled'] as const;

  test.each(outcomes)('[E3] a call that ends as %s leaves the hop open', (outcome) => {
    const told = silentCentre();
    told.must(5, make.placeCall(NOT_TAKEN));
    told.must(5.2, make.endCall(NOT_TAKEN, outcome));
    expect(feedbackOf(told).ended).toBeNull();
  });

  test('[E3] and no command about calls closes a ticket’s hop, its hold or its spent round included', () => {
    const told = silentCentre();
    told.must(5, make.holdCalls(NOT_TAKEN), make.spendLadder(NOT_TAKEN), make.releaseCalls(NOT_TAKEN));
    expect(feedbackOf(told).ended).toBeNull();
  });
});

describe('keys', () => {
  test('[E4] 1 is yes, 2 is no, 3 asks for the details, and every other key says nothing', () => {
    expect([...'0123456789*#'].map((key) => wordOfKey(key))).toEqual([
      null,
      'yes',
      'no',
      'details',
      ...new Array(8).fill(null),
    ]);
    for (const nonsense of ['', '11', 'toString', 'constructor', '__proto__']) expect(wordOfKey(nonsense)).toBeNull();
  });

  const YES: Readonly<Record<FeedbackKind, string>> = {
    'centre-not-taken': 'takes',
    'centre-not-dispatched': 'acknowledges',
    'crew-not-accepted': 'accepts',
    'crew-not-departed': 'acknowledges',
    'promise-at-risk': 'acknowledges',
  };

  test.each(FEEDBACK_KINDS)('[E4] a yes for %s does what the hop waits for on the receiver’s phone only', (kind) => {
    expect([yesOf(kind, 'duty'), yesOf(kind, 'vehicle')]).toEqual([YES[kind], YES[kind]]);
    expect([yesOf(kind, 'chief-1'), yesOf(kind, 'chief-2')]).toEqual(['acknowledges', 'acknowledges']);
  });
});

test('[E3] a ticket that was never silent has no call to place', () => {
  const told = story();
  told.must(0, make.open());
  expect(told.refused(1, make.placeCall(NOT_TAKEN))).toEqual({ code: 'feedback-unknown' });
});
