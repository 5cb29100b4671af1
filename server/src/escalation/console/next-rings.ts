import { ladderOf, nextRung } from '@faultline/shared/escalation/ladder.ts';
import { onDuty } from '@faultline/shared/organisation/on-duty.ts';
import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import { dutiesOf } from '@faultline/shared/ticket/duties.ts';
import { openFeedbacks } from '@faultline/shared/ticket/feedback.ts';
import type { Policy } from '@faultline/shared/ticket/policy.ts';
import { policyOfVersion } from '@faultline/shared/ticket/policy.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Clock } from '../../clock.ts';
import type { Directory } from '../../organisation/directory.ts';
import type { JournalStore } from '../../store/store.ts';

/** A ring that comes if nobody does anything until then. */
interface Coming {
  readonly departmentId: string;
  readonly role: ContactRole;
  readonly at: Instant;
}

/**
 * When each contact is rung next if nobody does anything, by contact id: so that a visitor of the demo opens the phone
 * that is about to ring.
 */
export function createNextRings(parts: {
  readonly store: Pick<JournalStore, 'openTickets'>;
  readonly directory: Directory;
  readonly clock: Clock;
}): () => Promise<ReadonlyMap<string, Instant>> {
  const { store, directory, clock } = parts;

  const contactFor = ({ departmentId, role, at }: Coming, timeZone: string): string | null => {
    const people = { contacts: directory.contacts(departmentId), entries: directory.roster(departmentId), timeZone };
    return onDuty(people, departmentId, role, at)?.contact.id ?? null;
  };

  return async () => {
    const now = clock.now();
    const nextAt = new Map<string, Instant>();
    for (const { id, timeZone } of directory.districts()) {
      const policies = directory.policies(id);
      const coming = (await store.openTickets(id)).flatMap((ticket) => comingOf(ticket, policies, now));
      for (const ring of coming) {
        const contactId = contactFor(ring, timeZone);
        if (contactId !== null) nextAt.set(contactId, Math.min(ring.at, nextAt.get(contactId) ?? ring.at));
      }
    }
    return nextAt;
  };
}

/** Vehicles' own phones are left out: which of them is meant is decided by the leg when it is dialled. */
function comingOf(ticket: Ticket, policies: readonly Policy[], now: Instant): readonly Coming[] {
  const policy = policyOfVersion(policies, ticket.policyVersion);
  const announced = dutiesOf(ticket, policy).flatMap(({ feedback, dueAt }) => {
    const role = feedback && policy.ladder.steps[feedback.kind][0]?.role;
    return feedback && role ? [{ departmentId: feedback.departmentId, role, at: Math.max(dueAt, now) }] : [];
  });
  const running = openFeedbacks(ticket).flatMap((feedback) => {
    const rules = policyOfVersion(policies, feedback.policyVersion).ladder;
    const ladder = ladderOf(feedback, rules);
    const role = rules.steps[feedback.kind][nextRung(ladder).step]?.role;
    const at = ladder.state === 'calling' ? now : ladder.dueAt;
    return role && at !== null ? [{ departmentId: feedback.departmentId, role, at: Math.max(at, now) }] : [];
  });
  return [...announced, ...running].filter(({ role }) => role !== 'vehicle');
}
