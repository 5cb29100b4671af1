import { onDuty } from '@faultline/shared/organisation/on-duty.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE, SECOND } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import { every } from '../live/every.ts';
import type { Directory } from '../organisation/directory.ts';
import type { Escalation } from './engine.ts';

const LOOKS_EVERY: Duration = MINUTE;
/** Where a whole city changes shifts at eight, its test calls go out as the lines have room. */
const RINGS_EVERY: Duration = SECOND;
/** Who could not be rung in this time is left to the findings: his shift is no longer beginning. */
const GIVES_UP_AFTER: Duration = 30 * MINUTE;

/**
 * Rings who has just come on duty, once, before anything is urgent: a wrong number is found at the beginning of a shift
 * and not in its worst minute. Who cannot be reached at all is among the findings already. [E7]
 */
export function watchShifts(parts: {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly testCall: Escalation['testCall'];
  readonly onFault: (error: unknown) => void;
}): () => void {
  const { directory, clock, testCall } = parts;
  /** Who is still to be rung, and since when. */
  const owed = new Map<string, Instant>();
  let lookedAt: Instant = clock.now();
  let isRinging = false;

  const ringOwed = async (): Promise<void> => {
    for (const [contactId, since] of [...owed]) {
      const called = since + GIVES_UP_AFTER < clock.now() ? null : await testCall(contactId);
      if (called !== null && !called.ok && called.refusal.code === 'busy') return;
      owed.delete(contactId);
    }
  };
  const cancelLooks = every(clock, LOOKS_EVERY, () => {
    const now = clock.now();
    for (const contactId of whoBegan(directory, lookedAt, now)) owed.set(contactId, now);
    lookedAt = now;
  });
  const cancelRings = every(clock, RINGS_EVERY, () => {
    if (isRinging || owed.size === 0) return;
    isRinging = true;
    ringOwed()
      .catch(parts.onFault)
      .finally(() => {
        isRinging = false;
      });
  });
  return () => {
    cancelLooks();
    cancelRings();
  };
}

/** Everybody who is on duty by the roster at `now` and was not at `before`. */
function whoBegan(directory: Directory, before: Instant, now: Instant): ReadonlySet<string> {
  const began = new Set<string>();
  for (const { id: district, timeZone } of directory.districts()) {
    for (const { id, isActive } of directory.departments(district)) {
      const entries = directory.roster(id);
      if (!isActive || entries.length === 0) continue;
      const roster = { contacts: directory.contacts(id), entries, timeZone };
      for (const role of CONTACT_ROLES) {
        const is = onDuty(roster, id, role, now)?.contact.id;
        if (is !== undefined && is !== onDuty(roster, id, role, before)?.contact.id) began.add(is);
      }
    }
  }
  return began;
}
