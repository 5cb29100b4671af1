import type { Department } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/states.tsx';
import { DepartmentDialog } from './department-dialog.tsx';
import type { Office } from './office.ts';
import { missingRoles } from './readiness.ts';
import { RecordName } from './record-name.tsx';
import type { Column } from './record-table.tsx';
import { RecordTable } from './record-table.tsx';
import { SectionLink } from './section-link.tsx';
import { ServiceState } from './service-state.tsx';

/** The offices on a ticket's way: the service centre, the repair centres, and each centre's crews after it. */
export function DepartmentsSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const columns = useColumns(office, (department) => setEdited(department));
  const [edited, setEdited] = useState<Department | 'new' | null>(null);
  return (
    <>
      <RecordTable
        label={t('admin:section.departments')}
        rows={inWayOrder(office.departments)}
        keyOf={({ id }) => id}
        columns={columns}
        textOf={(department) =>
          [
            department.name.zh,
            department.name.en,
            t(`words:department.${department.kind}`),
            department.crewKind === null ? '' : t(`words:crewKind.${department.crewKind}`),
            department.site,
            ...department.areas,
            centreOf(office, department, nameOf),
          ].join(' ')
        }
        isRetired={({ isActive }) => !isActive}
        empty={<Empty title={t('admin:departments.emptyTitle')} hint={t('admin:departments.emptyHint')} />}
        tools={<Button label={t('admin:departments.add')} kind="main" shortcut="n" onPress={() => setEdited('new')} />}
      />
      {edited !== null && (
        <DepartmentDialog
          office={office}
          department={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function useColumns(office: Office, onOpen: (department: Department) => void): readonly Column<Department>[] {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  return [
    {
      key: 'name',
      label: t('admin:column.name'),
      render: (department) => <RecordName name={nameOf(department.name)} onOpen={() => onOpen(department)} />,
    },
    {
      key: 'kind',
      label: t('admin:column.kind'),
      render: ({ kind, crewKind }) => t(crewKind === null ? `words:department.${kind}` : `words:crewKind.${crewKind}`),
    },
    { key: 'centre', label: t('words:repairCentre'), render: (crew) => centreOf(office, crew, nameOf) || '—' },
    { key: 'site', label: t('admin:column.site'), render: (department) => <Site {...{ office, department }} /> },
    { key: 'areas', label: t('admin:column.areas'), render: ({ areas }) => areas.join(t('admin:list.comma')) || '—' },
    {
      key: 'contacts',
      label: t('admin:section.contacts'),
      render: (department) => <ContactState {...{ office, department }} />,
    },
    { key: 'state', label: t('admin:column.state'), render: ({ isActive }) => <ServiceState isActive={isActive} /> },
  ];
}

/** A crew under its centre's roof is handed its tickets across the room: the shorter budget of D–E. */
function Site({ office, department }: { readonly office: Office; readonly department: Department }): ReactNode {
  const { t } = useTranslation('admin');
  const centre = office.departments.find(({ id }) => id === department.centreId);
  return (
    <>
      {department.site}
      {centre?.site === department.site && <span className="admin-mark">{t('departments.coLocated')}</span>}
    </>
  );
}

function ContactState({ office, department }: { readonly office: Office; readonly department: Department }): ReactNode {
  const { t } = useTranslation('admin');
  if (!department.isActive) return '—';
  const missing = missingRoles(department, office.contacts).length;
  if (missing === 0) return t('departments.contactsComplete');
  return (
    <SectionLink section="contacts">
      <span className="admin-lacks">{t('departments.contactsMissing', { count: missing })}</span>
    </SectionLink>
  );
}

function centreOf(office: Office, { centreId }: Department, nameOf: ReturnType<typeof useName>): string {
  const centre = office.departments.find(({ id }) => id === centreId);
  return centre ? nameOf(centre.name) : '';
}

function inWayOrder(departments: readonly Department[]): readonly Department[] {
  const byName = departments.toSorted((a, b) => a.name.zh.localeCompare(b.name.zh, 'zh-CN'));
  const centres = byName.filter(({ kind }) => kind === 'repair-centre');
  const placed = [
    ...byName.filter(({ kind }) => kind === 'service-centre'),
    ...centres.flatMap((centre) => [centre, ...byName.filter(({ centreId }) => centreId === centre.id)]),
  ];
  return [...placed, ...byName.filter((department) => !placed.includes(department))];
}
