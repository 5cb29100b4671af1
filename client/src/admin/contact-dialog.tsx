import type { Contact, ContactRole, Department } from '@faultline/shared/organisation/organisation.ts';
import { CONTACT_ROLES } from '@faultline/shared/organisation/organisation.ts';
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
import { dialled } from './places.ts';
import type { Form } from './use-form.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

export interface ContactDialogProps {
  readonly office: Office;
  /** `null` adds one. */
  readonly contact: Contact | null;
  /** Which gap a new one fills; `null` lets the person choose. */
  readonly preset: { readonly department: Department; readonly role: ContactRole } | null;
  readonly onClose: () => void;
}

interface Values {
  readonly departmentId: string;
  readonly role: ContactRole;
  readonly vehicleId: string;
  readonly name: string;
  readonly phone: string;
  readonly language: Contact['language'];
}

const SPOKEN = ['zh', 'en'] as const;

/** A contact keeps its department and its role: what was rung under it stays understandable. */
export function ContactDialog({ office, contact, preset, onClose }: ContactDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'words', 'common']);
  const nameOf = useName();
  const saved = useSaved(onClose);
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm({
    initial: valuesOf(contact, preset),
    bodyOf,
    schema: contactInputSchema,
    send: (body) =>
      contact === null
        ? post('/api/organisation/contacts', body, contactSchema)
        : put(`/api/organisation/contacts/${contact.id}`, body, contactSchema),
    fieldOf: ({ code }) => (code === 'vehicle-unknown' || code === 'vehicle-not-of-crew' ? 'vehicleId' : null),
    onSaved: ({ name }) => saved(name),
  });
  const { values } = form;
  const department = office.departments.find(({ id }) => id === values.departmentId);
  const isFixed = contact !== null || preset !== null;
  return (
    <>
      <EditDialog
        title={
          isFixed && department
            ? `${nameOf(department.name)} · ${t(`words:contactRole.${values.role}`)}`
            : t('admin:contacts.add')
        }
        form={form}
        onClose={onClose}
        extra={contact && <Button label={t('admin:action.remove')} kind="danger" onPress={() => setRemoving(true)} />}
      >
        {!isFixed && <PlaceFields office={office} form={form} />}
        {values.role === 'vehicle' && <VehicleField office={office} form={form} />}
        <PersonFields office={office} form={form} id={contact?.id ?? null} />
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

interface FieldsProps {
  readonly office: Office;
  readonly form: Form<Values>;
}

function PlaceFields({ office, form: { values, change, errorOf } }: FieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const department = office.departments.find(({ id }) => id === values.departmentId);
  const roles = department?.kind === 'crew' ? CONTACT_ROLES : CONTACT_ROLES.filter((role) => role !== 'vehicle');
  return (
    <div className="admin-pair">
      <Select
        label={t('admin:column.department')}
        required
        startsEmpty={values.departmentId === ''}
        value={values.departmentId}
        error={errorOf('departmentId')}
        options={office.departments
          .filter(({ isActive }) => isActive)
          .map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
        onChange={({ target }) => change({ departmentId: target.value, role: 'duty', vehicleId: '' })}
      />
      <Select
        label={t('admin:contacts.role')}
        required
        value={values.role}
        hint={t(values.role === 'vehicle' ? 'admin:contacts.vehicleHint' : 'admin:contacts.roleHint')}
        options={roles.map((role) => ({ value: role, text: t(`words:contactRole.${role}`) }))}
        onChange={({ target }) =>
          change({ role: CONTACT_ROLES.find((role) => role === target.value) ?? 'duty', vehicleId: '' })
        }
      />
    </div>
  );
}

function VehicleField({ office, form: { values, change, errorOf } }: FieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const vehicles = office.vehicles.filter(
    ({ id, crewId, isActive }) => crewId === values.departmentId && (isActive || id === values.vehicleId),
  );
  return (
    <Select
      label={t('words:vehicle')}
      required
      startsEmpty={values.vehicleId === ''}
      value={values.vehicleId}
      error={errorOf('vehicleId')}
      options={vehicles.map(({ id, callSign, plate }) => ({ value: id, text: `${callSign} ${plate}` }))}
      onChange={({ target }) => change({ vehicleId: target.value })}
    />
  );
}

function PersonFields({ office, form, id }: FieldsProps & { readonly id: string | null }): ReactNode {
  const { t } = useTranslation(['admin', 'words', 'common']);
  const { values, change, errorOf } = form;
  const phone = dialled(values.phone);
  const twin = office.contacts.find(
    (other) => other.id !== id && phone !== '' && other.departmentId === values.departmentId && other.phone === phone,
  );
  return (
    <>
      <Field
        label={t('admin:contacts.name')}
        hint={values.role === 'duty' ? t('admin:contacts.dutyNameHint') : undefined}
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
        hint={phoneHint()}
        maxLength={40}
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
    </>
  );

  function phoneHint(): string {
    if (twin) return t('admin:contacts.twin', { role: t(`words:contactRole.${twin.role}`), name: twin.name });
    return t(phone === '' ? 'admin:contacts.noPhoneHint' : 'admin:contacts.phoneHint');
  }
}

function valuesOf(contact: Contact | null, preset: ContactDialogProps['preset']): Values {
  return {
    departmentId: contact?.departmentId ?? preset?.department.id ?? '',
    role: contact?.role ?? preset?.role ?? 'duty',
    vehicleId: contact?.vehicleId ?? '',
    name: contact?.name ?? '',
    phone: contact?.phone ?? '',
    language: contact?.language ?? 'zh',
  };
}

function bodyOf({ vehicleId, phone, ...rest }: Values) {
  return { ...rest, vehicleId: rest.role === 'vehicle' && vehicleId !== '' ? vehicleId : null, phone: dialled(phone) };
}
