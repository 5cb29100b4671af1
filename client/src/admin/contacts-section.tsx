import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { ContactDialog } from './contact-dialog.tsx';
import type { Office } from './office.ts';
import { contactGaps } from './readiness.ts';
import { RecordTable } from './record-table.tsx';

/** One place in a department's ladder: a contact, or the hole where one should be. */
interface Place {
  readonly department: Department;
  readonly role: ContactRole;
  readonly contact: Contact | null;
}

/** Whom a silent hop rings, department by department; a hole is shown here before it hurts. [E1] */
export function ContactsSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const [open, setOpen] = useState<Place | null>(null);
  const [isGapsOnly, setGapsOnly] = useState(false);
  const gaps = contactGaps(office);
  const active = office.departments.filter(({ isActive }) => isActive);
  const rows = isGapsOnly && gaps.length > 0 ? gaps.map(({ department }) => department) : active;
  return (
    <>
      {gaps.length > 0 && (
        <p className="admin-warning" role="status">
          <strong>{t('admin:contacts.gapTitle', { count: gaps.length })}</strong> {t('admin:contacts.gapHint')}
        </p>
      )}
      <RecordTable
        label={t('admin:section.contacts')}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { key: 'department', label: t('admin:column.department'), render: ({ name }) => nameOf(name) },
          ...CONTACT_ROLES.map((role) => ({
            key: role,
            label: t(`words:contactRole.${role}`),
            render: (department: Department) => (
              <Places department={department} role={role} contacts={office.contacts} onOpen={setOpen} />
            ),
          })),
        ]}
        textOf={({ id, name }) =>
          [
            name.zh,
            name.en,
            ...office.contacts
              .filter(({ departmentId }) => departmentId === id)
              .map((contact) => `${contact.name} ${contact.phone}`),
          ].join(' ')
        }
        empty={<Empty title={t('admin:contacts.emptyTitle')} hint={t('admin:contacts.emptyHint')} />}
        tools={
          gaps.length > 0 && (
            <Button
              label={t('admin:contacts.gapsOnly')}
              isPressed={isGapsOnly}
              shortcut="g"
              onPress={() => setGapsOnly(!isGapsOnly)}
            />
          )
        }
      />
      {open !== null && <ContactDialog office={office} {...open} onClose={() => setOpen(null)} />}
    </>
  );
}

interface PlacesProps {
  readonly department: Department;
  readonly role: ContactRole;
  readonly contacts: readonly Contact[];
  readonly onOpen: (place: Place) => void;
}

function Places({ department, role, contacts, onOpen }: PlacesProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const here = contacts.filter((contact) => contact.departmentId === department.id && contact.role === role);
  const place = { department: nameOf(department.name), role: t(`words:contactRole.${role}`) };
  if (here.length === 0) {
    return (
      <button
        type="button"
        className="admin-gap"
        aria-label={t('admin:contacts.fillNamed', place)}
        onClick={() => onOpen({ department, role, contact: null })}
      >
        {t('admin:contacts.fill')}
      </button>
    );
  }
  return here.map((contact) => (
    <span key={contact.id} className="admin-contact">
      <button type="button" className="admin-name" onClick={() => onOpen({ department, role, contact })}>
        {contact.name}
      </button>
      <span className="figures">{contact.phone}</span>
    </span>
  ));
}
