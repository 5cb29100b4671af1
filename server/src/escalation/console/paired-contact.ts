import type { PairedContact } from '@faultline/shared/wire/phone.ts';
import type { Directory } from '../../organisation/directory.ts';

/** What a paired device may know of its contact: everything but the number; `null` when there is no such contact. */
export function pairedContactOf(
  directory: Pick<Directory, 'contact' | 'department'>,
  contactId: string,
): PairedContact | null {
  const contact = directory.contact(contactId);
  const department = contact && directory.department(contact.departmentId);
  if (!contact || !department) return null;
  const { id, name, role, language } = contact;
  return { id, name, role, language, departmentName: { ...department.name } };
}
