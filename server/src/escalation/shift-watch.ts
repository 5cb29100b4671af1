import { onDuty } from '@faultline/shared/organisation/on-duty.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { Duration, Instant } from '@faultline/shared/time.ts';
import { MINUTE } from '@faultline/shared/time.ts';
import type { Clock } from '../clock.ts';
import { every } from '../live/every.ts';
import type { Directory } from '../organisation/directory.ts';
import type { Escalation } from './engine.ts';

const LOOKS_EVERY: Duration = MINUTE;

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
  const { directory, clock } = parts;
  let lookedAt: Instant = clock.now();
  return every(clock, LOOKS_EVERY, () => {
    const now = clock.now();
    for (const contactId of whoBegan(directory, lookedAt, now)) parts.testCall(contactId).catch(parts.onFault);
    lookedAt = now;
  });
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
