import { nextRung } from '@faultline/shared/escalation/ladder.ts';
import { onDuty } from '@faultline/shared/organisation/on-duty.ts';
import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import { isPhone, maskPhone } from '@faultline/shared/organisation/organisation.ts';
import type { LadderStep } from '@faultline/shared/ticket/policy.ts';
import type { Callee, FoundBy } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { Directory } from '../organisation/directory.ts';
import type { OpenLadder } from './ladder-book.ts';
import type { CalledPerson } from './phone-line.ts';

/** Whom the next rung of a ladder means at this moment. */
export type Meant =
  | {
      readonly who: 'person';
      readonly step: number;
      readonly rung: LadderStep;
      readonly callee: Callee;
      readonly person: CalledPerson;
    }
  /** The ladder goes on without a ring; the attempt says why. [E7] */
  | {
      readonly who: 'nobody';
      readonly step: number;
      readonly callee: Callee;
      readonly because: 'nobody-on-duty' | 'no-number';
    }
  /** The policy rings nobody for this kind of hop. */
  | { readonly who: 'no-ladder' };

type Found = { readonly contact: Contact; readonly foundBy: FoundBy } | null;

/** Resolved when the phone is dialled, not when the ladder began: shifts change meanwhile. [E1] */
export interface DutyFinder {
  meantBy(open: OpenLadder): Meant;
}

/** Looks everybody up at most once: one look of the engine asks about hundreds of hops of the same offices. */
export function createDutyFinder(directory: Directory, now: Instant): DutyFinder {
  const known = new Map<string, Found>();

  const look = ({ ticket, feedback }: OpenLadder, role: Contact['role'], vehicleId: string | null): Found => {
    const { departmentId } = feedback;
    const contacts = directory
      .contacts(departmentId)
      .filter((contact) => contact.role !== 'vehicle' || contact.vehicleId === vehicleId);
    const timeZone = directory.district(ticket.report.district)?.timeZone ?? 'UTC';
    return onDuty({ contacts, entries: directory.roster(departmentId), timeZone }, departmentId, role, now);
  };

  const find = (open: OpenLadder, role: Contact['role']): Found => {
    const { departmentId, legNo } = open.feedback;
    const vehicleId = role === 'vehicle' ? (open.ticket.legs.find(({ no }) => no === legNo)?.vehicleId ?? null) : null;
    const key = `${departmentId}/${role}/${vehicleId}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const looked = look(open, role, vehicleId);
    known.set(key, looked);
    return looked;
  };

  return {
    meantBy(open) {
      const { step } = nextRung(open.ladder);
      const rung = open.policy.steps[open.feedback.kind][step];
      if (rung === undefined) return { who: 'no-ladder' };
      const found = find(open, rung.role);
      if (found === null) {
        const callee = { contactId: '', contactRole: rung.role, contactName: '', number: '', foundBy: null };
        return { who: 'nobody', step, callee, because: 'nobody-on-duty' };
      }
      const callee = calleeOf(found.contact, rung.role, found.foundBy);
      if (!isPhone(found.contact.phone)) return { who: 'nobody', step, callee, because: 'no-number' };
      return { who: 'person', step, rung, callee, person: personOf(found.contact, open.ticket.report.district) };
    },
  };
}

export function calleeOf(contact: Contact, role: string, foundBy: FoundBy | null): Callee {
  return {
    contactId: contact.id,
    contactRole: role,
    contactName: contact.name,
    number: maskPhone(contact.phone),
    foundBy,
  };
}

export function personOf(contact: Contact, district: string): CalledPerson {
  const { id: contactId, departmentId, name, phone, language } = contact;
  return { contactId, departmentId, district, name, phone, language };
}
