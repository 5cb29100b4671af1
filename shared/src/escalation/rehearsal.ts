import { assert } from '../assert.ts';
import type { DutyRoster } from '../organisation/on-duty.ts';
import { onDuty } from '../organisation/on-duty.ts';
import type { Contact, ContactRole } from '../organisation/organisation.ts';
import type { FeedbackKind, LadderPolicy } from '../ticket/policy.ts';
import type { CallOutcome, FoundBy } from '../ticket/ticket.ts';
import type { Instant } from '../time.ts';
import { SECOND } from '../time.ts';
import type { Ladder, LadderRules } from './ladder.ts';
import { advance, firstRung, ladderRules } from './ladder.ts';

/** A call that would be made. */
export interface RehearsedCall {
  readonly at: Instant;
  /** Index in the policy's steps. */
  readonly step: number;
  /** Counted from 1. */
  readonly tryNo: number;
  readonly role: ContactRole;
  /** `null`: nobody is on duty then, and the ladder goes on at once. */
  readonly contactId: string | null;
  readonly contactName: string | null;
  readonly foundBy: FoundBy | null;
  readonly line: string;
  /** When it is given up; `at` where nothing rings: nobody is on duty, or he has no number. */
  readonly until: Instant;
}

export interface Rehearsal {
  readonly calls: readonly RehearsedCall[];
  /** When everybody has been rung in vain; `null` when the policy rings nobody. */
  readonly spentAt: Instant | null;
}

export interface RehearsalInput {
  readonly roster: DutyRoster;
  readonly departmentId: string;
  readonly kind: FeedbackKind;
  readonly policy: LadderPolicy;
  /** When the hop is found silent. */
  readonly at: Instant;
  /** The first line that would reach him; `manual` when none does. */
  readonly lineFor: (contact: Contact) => string;
}

/** A person who rings by hand has his own time for it. */
const BY_HAND = 'manual';

/**
 * Whom a ladder would ring, and when, if nobody ever answered: the very rules that climb it, up to the end of the first
 * round. Nothing is dialled. [E1] [E7] [E8]
 */
export function rehearse(input: RehearsalInput): Rehearsal {
  const rules = ladderRules(input.policy, input.kind);
  const calls: RehearsedCall[] = [];
  let ladder = firstRung(rules, input.at);
  while (ladder.state === 'armed') {
    const { call, outcome } = callOn(ladder, rules, input);
    calls.push(call);
    assert(calls.length <= mostCalls(rules), 'every unanswered call leads further up the ladder');
    ladder = advance(
      advance(ladder, { type: 'placed' }, rules),
      { type: 'ended', outcome, line: call.line, at: call.until },
      rules,
    );
  }
  return { calls, spentAt: calls.at(-1)?.until ?? null };
}

function callOn(
  { step, tryNo, dueAt }: Ladder,
  rules: LadderRules,
  { roster, departmentId, lineFor }: RehearsalInput,
): { readonly call: RehearsedCall; readonly outcome: CallOutcome } {
  const rung = rules.steps[step];
  assert(rung !== undefined && dueAt !== null, 'an armed ladder stands on a step and knows its time');
  const { role, ringSec } = rung;
  const found = onDuty(roster, departmentId, role, dueAt);
  const call = {
    at: dueAt,
    step,
    tryNo,
    role,
    contactId: found?.contact.id ?? null,
    contactName: found?.contact.name ?? null,
    foundBy: found?.foundBy ?? null,
  };
  if (found === null) return { call: { ...call, line: BY_HAND, until: dueAt }, outcome: 'nobody-on-duty' };
  if (found.contact.phone === '') return { call: { ...call, line: BY_HAND, until: dueAt }, outcome: 'no-number' };
  const line = lineFor(found.contact);
  const patienceSec = line === BY_HAND ? rules.manualSec : ringSec;
  return { call: { ...call, line, until: dueAt + patienceSec * SECOND }, outcome: 'no-answer' };
}

function mostCalls({ steps }: LadderRules): number {
  return steps.reduce((sum, { tries }) => sum + tries, 0);
}
