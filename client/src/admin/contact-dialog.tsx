import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { contactInputSchema, contactSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing, post, put } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import type { Office } from './office.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

export interface ContactDialogProps {
  readonly office: Office;
  readonly department: Department;
  readonly role: ContactRole;
  /** `null` fills the gap. */
  readonly contact: Contact | null;
  readonly onClose: () => void;
}

const SPOKEN = ['zh', 'en'] as const;

export function ContactDialog({ office, department, role, contact, onClose }: ContactDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'words', 'common']);
  const nameOf = useName();
  const saved = useSaved(onClose);
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm({
    initial: { name: contact?.name ?? '', phone: contact?.phone ?? '', language: contact?.language ?? 'zh' },
    bodyOf: ({ name, phone, language }) => ({
      departmentId: department.id,
      role,
      name,
      phone: dialled(phone),
      language,
    }),
    schema: contactInputSchema,
    send: (body) =>
      contact === null
        ? post('/api/organisation/contacts', body, contactSchema)
        : put(`/api/organisation/contacts/${contact.id}`, body, contactSchema),
    onSaved: ({ name }) => saved(name),
  });
  const { values, change, errorOf } = form;
  const twin = office.contacts.find(
    ({ id, departmentId, phone }) =>
      id !== contact?.id && departmentId === department.id && phone === dialled(values.phone),
  );
  return (
    <>
      <EditDialog
        title={`${nameOf(department.name)} · ${t(`words:contactRole.${role}`)}`}
        form={form}
        onClose={onClose}
        extra={contact && <Button label={t('admin:action.remove')} kind="danger" onPress={() => setRemoving(true)} />}
      >
        <Field
          label={t('admin:contacts.name')}
          hint={role === 'duty' ? t('admin:contacts.dutyNameHint') : undefined}
          required
          maxLength={60}
          value={values.name}
          error={errorOf('name')}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Field
          label={t('admin:contacts.phone')}
          type="tel"
          inputMode="tel"
          autoComplete="off"
          hint={
            twin
              ? t('admin:contacts.twin', { role: t(`words:contactRole.${twin.role}`), name: twin.name })
              : t('admin:contacts.phoneHint')
          }
          required
          maxLength={30}
          value={values.phone}
          error={errorOf('phone', { format: t('admin:contacts.phoneFormat') })}
          onChange={(event) => change({ phone: event.target.value })}
        />
        <Select
          label={t('admin:contacts.language')}
          hint={t('admin:contacts.languageHint')}
          required
          value={values.language}
          options={SPOKEN.map((language) => ({
            value: language,
            text: t(language === 'zh' ? 'common:language.zh-CN' : 'common:language.en'),
          }))}
          onChange={({ target }) => change({ language: SPOKEN.find((known) => known === target.value) ?? 'zh' })}
        />
      </EditDialog>
      {isRemoving && contact && (
        <ConfirmDialog
          title={t('admin:remove.title', { name: contact.name })}
          hint={t('admin:contacts.removeHint')}
          confirm={t('admin:action.remove')}
          doneText={t('admin:remove.done', { name: contact.name })}
          send={() => del(`/api/organisation/contacts/${contact.id}`, nothing)}
          onClose={() => setRemoving(false)}
          onDone={onClose}
        />
      )}
    </>
  );
}

/** People write numbers in groups; only the digits and a leading plus are ever dialled. */
function dialled(phone: string): string {
  return phone.replace(/[\s()（）-]/g, '');
}
