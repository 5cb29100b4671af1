import type { User } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import type { Office } from './office.ts';
import { RecordName } from './record-name.tsx';
import { RecordTable } from './record-table.tsx';
import { ServiceState } from './service-state.tsx';
import { UserDialog } from './user-dialog.tsx';

/** Everybody who signs in. Nobody is ever removed, because the journal names them for good. */
export function UsersSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  const departmentOf = ({ departmentId }: User): string => {
    const department = office.departments.find(({ id }) => id === departmentId);
    return department ? nameOf(department.name) : '';
  };
  return (
    <>
      <RecordTable
        label={t('admin:section.users')}
        rows={office.users.toSorted((a, b) => a.login.localeCompare(b.login, 'en', { numeric: true }))}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'login',
            label: t('admin:users.login'),
            render: (user) => <RecordName name={user.login} onOpen={() => setEdited(user)} />,
          },
          { key: 'name', label: t('admin:users.name'), render: ({ name }) => name },
          { key: 'role', label: t('admin:users.role'), render: ({ role }) => t(`words:role.${role}`) },
          {
            key: 'department',
            label: t('admin:column.department'),
            render: (user) => departmentOf(user) || '—',
          },
          {
            key: 'state',
            label: t('admin:column.state'),
            render: ({ isActive }) => <ServiceState isActive={isActive} />,
          },
        ]}
        textOf={(user) => [user.login, user.name, t(`words:role.${user.role}`), departmentOf(user)].join(' ')}
        isRetired={({ isActive }) => !isActive}
        empty={<Empty hint={t('admin:users.emptyHint')} />}
        tools={<Button label={t('admin:users.add')} kind="main" shortcut="n" onPress={() => setEdited('new')} />}
      />
      {edited !== null && (
        <UserDialog office={office} user={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}
