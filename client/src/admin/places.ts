import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { Office } from './office.ts';
import { missingRoles } from './readiness.ts';

/** One place in a department's ladder: a contact, or the hole where one should be. */
export interface Place {
  readonly department: Department;
  readonly role: ContactRole;
  readonly contact: Contact | null;
}

/** Department by department, in the order in which a ladder climbs; vehicles' phones after the chiefs. */
export function placesOf({ departments, contacts }: Pick<Office, 'departments' | 'contacts'>): readonly Place[] {
  return departments
    .filter(({ isActive }) => isActive)
    .flatMap((department): readonly Place[] => {
      const missing = missingRoles(department, contacts);
      return CONTACT_ROLES.flatMap((role): readonly Place[] => {
        const here = contacts.filter((contact) => contact.departmentId === department.id && contact.role === role);
        if (here.length === 0) return missing.includes(role) ? [{ department, role, contact: null }] : [];
        return here.map((contact) => ({ department, role, contact }));
      });
    });
}

/** What stands against reaching one contact; a missing number stands before anything else. */
export type ContactFinding = Extract<Finding, { readonly contactId: string }>;

export function findingsOfContact(findings: readonly Finding[], contactId: string): readonly ContactFinding[] {
  return findings.filter(
    (finding): finding is ContactFinding => 'contactId' in finding && finding.contactId === contactId,
  );
}

/**
 * People write numbers in groups; only the digits, a leading plus and the marks of an extension are ever dialled.
 * A comma is a pause before the extension. Compatibility forms are folded, since a Chinese keyboard may write digits,
 * brackets and commas in full width.
 */
export function dialled(phone: string): string {
  return phone.normalize('NFKC').replace(/[\s()-]/g, '');
}
