import type { DepartmentKind, User, UserRole } from '@faultline/shared/organisation/organisation.ts';
import { USER_ROLES } from '@faultline/shared/organisation/organisation.ts';
import { userInputSchema, userSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../live/api.ts';
import { useBoard } from '../live/board.ts';
import { useName } from '../live/use-name.ts';
import { Checkbox, Field, Select } from '../parts/field.tsx';
import { EditDialog } from './edit-dialog.tsx';
import type { Office } from './office.ts';
import { PasswordField } from './password-field.tsx';
import type { Form } from './use-form.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

interface Values {
  readonly login: string;
  readonly name: string;
  readonly role: UserRole | '';
  readonly departmentId: string;
  readonly isActive: boolean;
  /** Empty leaves the one that is set. */
  readonly password: string;
}

/** Where a role works; the others belong to no department. */
const WORKPLACE: Readonly<Record<UserRole, DepartmentKind | null>> = {
  agent: 'service-centre',
  lead: 'service-centre',
  'centre-dispatcher': 'repair-centre',
  crew: 'crew',
  supervisor: null,
  admin: null,
  wall: null,
};

export interface UserDialogProps {
  readonly office: Office;
  /** `null` adds a new one. */
  readonly user: User | null;
  readonly onClose: () => void;
}

export function UserDialog({ office, user, onClose }: UserDialogProps): ReactNode {
  const { t } = useTranslation('admin');
  const saved = useSaved(onClose);
  const isMe = useBoard((state) => state.session?.user.id === user?.id);
  const form = useForm({
    initial: valuesOf(user),
    bodyOf,
    schema: userInputSchema,
    check: ({ role, departmentId, password }: Values) => ({
      ...(role !== '' && WORKPLACE[role] !== null && departmentId === '' ? { departmentId: 'missing' as const } : {}),
      ...(user === null && password === '' ? { password: 'missing' as const } : {}),
    }),
    send: (body) =>
      user === null
        ? post('/api/organisation/users', body, userSchema)
        : put(`/api/organisation/users/${user.id}`, body, userSchema),
    fieldOf: ({ code }) => FIELD_OF[code] ?? null,
    onSaved: ({ login }) => saved(login),
  });
  const { values, change, errorOf } = form;
  return (
    <EditDialog title={user === null ? t('users.new') : user.login} form={form} onClose={onClose}>
      <div className="admin-pair">
        <Field
          label={t('users.login')}
          hint={t('users.loginHint')}
          required
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={values.login}
          error={errorOf('login', { format: t('users.loginFormat') })}
          onChange={(event) => change({ login: event.target.value })}
        />
        <Field
          label={t('users.name')}
          hint={t('users.nameHint')}
          required
          maxLength={60}
          autoComplete="off"
          value={values.name}
          error={errorOf('name')}
          onChange={(event) => change({ name: event.target.value })}
        />
      </div>
      <PostFields form={form} office={office} />
      <PasswordField
        label={t(user === null ? 'users.password' : 'users.newPassword')}
        hint={t(user === null ? 'users.passwordHint' : 'users.newPasswordHint')}
        isRequired={user === null}
        value={values.password}
        error={errorOf('password', { 'too-short': t('users.passwordShort') })}
        onChange={(password) => change({ password })}
      />
      <Checkbox
        label={t('users.isActive')}
        checked={values.isActive}
        onChange={(event) => change({ isActive: event.target.checked })}
      />
      {user !== null && <p className="quiet">{t(isMe ? 'users.endsOwnSession' : 'users.endsSessions')}</p>}
    </EditDialog>
  );
}

const FIELD_OF: Readonly<Record<string, string>> = {
  'login-taken': 'login',
  'centre-unknown': 'departmentId',
  'crew-unknown': 'departmentId',
};

function PostFields({ form, office }: { readonly form: Form<Values>; readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const { values, change, errorOf } = form;
  const workplace = values.role === '' ? null : WORKPLACE[values.role];
  const departments = office.departments.filter(
    ({ id, kind, isActive }) => kind === workplace && (isActive || id === values.departmentId),
  );
  // A wall is a device and is paired in its own section; an account of that role is kept, but no new one is offered.
  const roles = USER_ROLES.filter((role) => role !== 'wall' || values.role === 'wall');
  return (
    <div className="admin-pair">
      <Select
        label={t('admin:users.role')}
        hint={values.role === '' ? undefined : t(`admin:users.roleHint.${values.role}`)}
        required
        startsEmpty={values.role === ''}
        value={values.role}
        error={errorOf('role')}
        options={roles.map((role) => ({ value: role, text: t(`words:role.${role}`) }))}
        onChange={({ target }) => change({ role: roles.find((role) => role === target.value) ?? '', departmentId: '' })}
      />
      {workplace !== null && (
        <Select
          label={t('admin:column.department')}
          required
          startsEmpty={values.departmentId === ''}
          hint={
            departments.length === 0
              ? t('admin:users.noDepartment', { kind: t(`words:department.${workplace}`) })
              : undefined
          }
          value={values.departmentId}
          error={errorOf('departmentId')}
          options={departments.map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
          onChange={(event) => change({ departmentId: event.target.value })}
        />
      )}
    </div>
  );
}

function valuesOf(user: User | null): Values {
  if (user === null) return { login: '', name: '', role: '', departmentId: '', isActive: true, password: '' };
  const { login, name, role, departmentId, isActive } = user;
  return { login, name, role, departmentId: departmentId ?? '', isActive, password: '' };
}

function bodyOf({ login, name, role, departmentId, isActive, password }: Values) {
  return {
    login: login.trim(),
    name,
    role: role || null,
    departmentId: role === '' || WORKPLACE[role] === null ? null : departmentId || null,
    isActive,
    ...(password === '' ? {} : { password }),
  };
}
