import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { SECOND } from '@faultline/shared/time.ts';
import { doneSchema, enrolmentCodeSchema } from '@faultline/shared/wire/http.ts';
import { phonesAnswerSchema } from '@faultline/shared/wire/phone.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { useNotices } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { CodeDialog } from './code-dialog.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { Phones } from './contact-columns.tsx';
import { useContactColumns } from './contact-columns.tsx';
import { ContactDialog } from './contact-dialog.tsx';
import type { Office } from './office.ts';
import { placesOf } from './places.ts';
import { contactGaps } from './readiness.ts';
import { RecordTable } from './record-table.tsx';
import { shortName } from './roster-week.ts';
import { TestCallDialog } from './test-call-dialog.tsx';
import { usePolled } from './use-polled.ts';

/** Nobody announces that a browser was paired or closed, so it is asked for. */
const PHONES_EVERY = 3 * SECOND;
const NO_PHONES: Phones = { pairedAt: {}, connectedContactIds: [] };

/** What is open above the table; one at a time. */
type Open =
  | {
      readonly what: 'edit';
      readonly contact: Contact | null;
      /** What a new contact is for; `null` as long as the person has to choose it. */
      readonly preset: { readonly department: Department; readonly role: ContactRole } | null;
    }
  | { readonly what: 'revoke' | 'test'; readonly contact: Contact }
  | {
      readonly what: 'code';
      readonly contact: Contact;
      readonly code: string;
      readonly expiresAt: number;
      /** The pairing there was before: another one means that the code has been used. */
      readonly pairedBefore: number | null;
    };

/** Whom a silent hop rings, department by department; a hole is shown here before it hurts. [E1] */
export function ContactsSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const refusalText = useRefusalText();
  const [open, setOpen] = useState<Open | null>(null);
  const [isGapsOnly, setGapsOnly] = useState(false);
  const gaps = contactGaps(office);
  const places = placesOf(office);
  const phones = usePolled('/api/organisation/phones', phonesAnswerSchema, PHONES_EVERY).value ?? NO_PHONES;
  const pair = async (contact: Contact): Promise<void> => {
    const answer = await post(`/api/organisation/contacts/${contact.id}/phone`, undefined, enrolmentCodeSchema);
    if (answer.ok) {
      const pairedBefore = phones.pairedAt[contact.id] ?? null;
      setOpen({ what: 'code', contact, ...answer.value, pairedBefore });
    } else useNotices.getState().show('refused', refusalText(answer.refusal));
  };
  const columns = useContactColumns(office, phones, {
    onOpen: (contact) => setOpen({ what: 'edit', contact, preset: null }),
    onFill: ({ department, role }) => setOpen({ what: 'edit', contact: null, preset: { department, role } }),
    onPair: (contact) => {
      pair(contact).catch(reportError);
    },
    onRevoke: (contact) => setOpen({ what: 'revoke', contact }),
    onTest: (contact) => setOpen({ what: 'test', contact }),
  });
  return (
    <>
      {gaps.length > 0 && (
        <p className="admin-warning" role="status">
          <strong>{t('admin:contacts.gapTitle', { count: gaps.length })}</strong> {t('admin:contacts.gapHint')}
        </p>
      )}
      <RecordTable
        label={t('admin:section.contacts')}
        rows={isGapsOnly && gaps.length > 0 ? places.filter(({ contact }) => contact === null) : places}
        keyOf={({ department, role, contact }) => contact?.id ?? `${department.id} ${role}`}
        columns={columns}
        textOf={({ department, role, contact }) =>
          [
            department.name.zh,
            department.name.en,
            t(`words:contactRole.${role}`),
            contact ? `${contact.name} ${contact.phone}` : t('admin:contacts.fill'),
          ].join(' ')
        }
        empty={<Empty title={t('admin:contacts.emptyTitle')} hint={t('admin:contacts.emptyHint')} />}
        tools={
          <>
            <Button
              label={t('admin:contacts.add')}
              kind="main"
              shortcut="n"
              isDisabled={!office.departments.some(({ isActive }) => isActive)}
              onPress={() => setOpen({ what: 'edit', contact: null, preset: null })}
            />
            {gaps.length > 0 && (
              <Button
                label={t('admin:contacts.gapsOnly')}
                isPressed={isGapsOnly}
                shortcut="g"
                onPress={() => setGapsOnly(!isGapsOnly)}
              />
            )}
          </>
        }
      />
      {open && <OpenDialog office={office} phones={phones} open={open} nameOf={nameOf} onClose={() => setOpen(null)} />}
    </>
  );
}

interface OpenDialogProps {
  readonly office: Office;
  readonly phones: Phones;
  readonly open: Open;
  readonly nameOf: (name: Department['name']) => string;
  readonly onClose: () => void;
}

function OpenDialog({ office, phones, open, nameOf, onClose }: OpenDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const { contact } = open;
  if (open.what === 'edit') {
    return <ContactDialog office={office} contact={contact} preset={open.preset} onClose={onClose} />;
  }
  if (contact === null) return null;
  const department = office.departments.find(({ id }) => id === contact.departmentId);
  const name = department ? `${nameOf(department.name)} · ${shortName(contact.name, department)}` : contact.name;
  switch (open.what) {
    case 'test':
      return <TestCallDialog contact={contact} name={name} onClose={onClose} />;
    case 'code':
      return (
        <CodeDialog
          title={t('admin:contacts.codeTitle', { name })}
          hint={t('admin:contacts.codeHint', { address: `${location.origin}/phone` })}
          code={open.code}
          expiresAt={open.expiresAt}
          isUsed={(phones.pairedAt[contact.id] ?? open.pairedBefore) !== open.pairedBefore}
          onClose={onClose}
        />
      );
    case 'revoke':
      return (
        <ConfirmDialog
          title={t('admin:contacts.revokeTitle', { name })}
          hint={t('admin:contacts.revokeHint')}
          confirm={t('admin:action.revoke')}
          doneText={t('admin:contacts.revoked', { name })}
          send={() => post(`/api/organisation/contacts/${contact.id}/phone/revoke`, undefined, doneSchema)}
          onClose={onClose}
        />
      );
  }
}
