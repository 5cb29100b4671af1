import type { LineLoad } from '@faultline/shared/escalation/plan.ts';
import { isPhone } from '@faultline/shared/organisation/organisation.ts';
import type { Outcome } from '@faultline/shared/outcome.ts';
import { accept, refuse } from '@faultline/shared/outcome.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { Directory } from '../organisation/directory.ts';
import type { Allowance } from './allowance.ts';
import { calleeOf, personOf } from './callee.ts';
import { linesTo } from './due-hops.ts';
import type { PhoneLine } from './phone-line.ts';
import type { Switchboard } from './switchboard.ts';

const TEST_RING: Duration = 30 * SECOND;
const TEST_TALK: Duration = 60 * SECOND;

export type TestRefusal = {
  readonly code:
    | 'contact-unknown'
    | 'contact-without-number'
    | 'contact-not-reachable'
    | 'call-under-way'
    /** Every line that would reach him carries as much as it can. */
    | 'busy';
};

/** Rings somebody to see whether he can be reached; about no ticket, and on no channel that is taken. [E7] */
export async function placeTestCall(
  contactId: string,
  parts: {
    readonly directory: Directory;
    readonly lines: readonly PhoneLine[];
    readonly allowance: Allowance;
    readonly switchboard: Switchboard;
    readonly loadOf: (line: PhoneLine) => LineLoad;
    readonly now: Instant;
  },
): Promise<Outcome<{ callId: string; line: string }, TestRefusal>> {
  const { directory, lines, allowance, switchboard, now } = parts;
  const called = calledBy(contactId, directory);
  if (called === null) return refuse({ code: 'contact-unknown' });
  const { contact, person } = called;
  if (!isPhone(contact.phone)) return refuse({ code: 'contact-without-number' });
  const reaching = await linesTo(person, { lines, allowance, failed: [] });
  if (reaching.length === 0) return refuse({ code: 'contact-not-reachable' });
  const line = lines.find((candidate) => reaching.includes(candidate.id) && hasRoom(parts.loadOf(candidate), now));
  if (!line) return refuse({ code: 'busy' });
  allowance.rung(person.phone);
  const callId = await switchboard.place({
    purpose: 'test',
    callee: calleeOf(contact, contact.role, null),
    person,
    line,
    hops: [],
    ringFor: TEST_RING,
    talkFor: TEST_TALK,
  });
  return callId === null ? refuse({ code: 'call-under-way' }) : accept({ callId, line: line.id });
}

function hasRoom({ inUse, channels, startedAt, startsPerSecond }: LineLoad, now: Instant): boolean {
  return inUse < channels && startedAt.filter((at) => at > now - SECOND).length < startsPerSecond;
}

/** A contact as a call would mean him, whether or not he has a number. */
export function calledBy(contactId: string, directory: Directory) {
  const contact = directory.contact(contactId);
  const district = directory.department(contact?.departmentId ?? '')?.district;
  if (!contact || district === undefined) return null;
  return { contact, person: personOf(contact, district) };
}
