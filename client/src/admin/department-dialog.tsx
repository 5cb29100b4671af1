import type { CrewKind, Department, DepartmentKind } from '@faultline/shared/organisation/organisation.ts';
import { CREW_KINDS, DEPARTMENT_KINDS } from '@faultline/shared/organisation/organisation.ts';
import { departmentInputSchema, departmentSchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing, post, put } from '../live/api.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox, Field, Select, Textarea } from '../parts/field.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { NameFields } from './name-fields.tsx';
import type { Office } from './office.ts';
import type { Form } from './use-form.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

interface Values {
  readonly kind: DepartmentKind | '';
  readonly name: Department['name'];
  readonly crewKind: CrewKind | '';
  readonly centreId: string;
  readonly site: string;
  /** One area a line. */
  readonly areas: string;
  readonly isActive: boolean;
}

export interface DepartmentDialogProps {
  readonly office: Office;
  /** `null` adds a new one. */
  readonly department: Department | null;
  readonly onClose: () => void;
}

export function DepartmentDialog({ office, department, onClose }: DepartmentDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const saved = useSaved(onClose);
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm({
    initial: valuesOf(department),
    bodyOf,
    schema: departmentInputSchema,
    check: ({ kind, crewKind, centreId }) => ({
      ...(kind === 'crew' && crewKind === '' ? { crewKind: 'missing' as const } : {}),
      ...(kind === 'crew' && centreId === '' ? { centreId: 'missing' as const } : {}),
    }),
    send: (body) =>
      department === null
        ? post('/api/organisation/departments', body, departmentSchema)
        : put(`/api/organisation/departments/${department.id}`, body, departmentSchema),
    fieldOf: ({ code }) => (code === 'centre-unknown' ? 'centreId' : null),
    onSaved: ({ name }) => saved(nameOf(name)),
  });
  const title = department === null ? t('admin:departments.new') : nameOf(department.name);
  return (
    <>
      <EditDialog
        title={title}
        form={form}
        onClose={onClose}
        extra={
          department && <Button label={t('admin:action.remove')} kind="danger" onPress={() => setRemoving(true)} />
        }
      >
        <DepartmentFields form={form} office={office} isNew={department === null} />
      </EditDialog>
      {isRemoving && department && (
        <ConfirmDialog
          title={t('admin:remove.title', { name: title })}
          hint={t('admin:departments.removeHint')}
          confirm={t('admin:action.remove')}
          doneText={t('admin:remove.done', { name: title })}
          send={() => del(`/api/organisation/departments/${department.id}`, nothing)}
          onClose={() => setRemoving(false)}
          onDone={onClose}
        />
      )}
    </>
  );
}

interface FieldsProps {
  readonly form: Form<Values>;
  readonly office: Office;
  readonly isNew: boolean;
}

function DepartmentFields({ form, office, isNew }: FieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const { values, change, errorOf } = form;
  return (
    <>
      <Select
        label={t('admin:departments.kind')}
        required
        startsEmpty={values.kind === ''}
        disabled={!isNew}
        hint={isNew ? t('admin:departments.kindHint') : t('admin:departments.kindFixed')}
        value={values.kind}
        error={errorOf('kind')}
        options={DEPARTMENT_KINDS.map((kind) => ({ value: kind, text: t(`words:department.${kind}`) }))}
        onChange={({ target }) => change({ kind: DEPARTMENT_KINDS.find((kind) => kind === target.value) ?? '' })}
      />
      <NameFields name={values.name} onChange={(name) => change({ name })} errorOf={errorOf} />
      {values.kind === 'crew' && <CrewFields form={form} office={office} />}
      <SiteField form={form} office={office} />
      <Textarea
        label={t('admin:departments.areas')}
        hint={t('admin:departments.areasHint')}
        value={values.areas}
        error={areasError(errorOf)}
        onChange={(event) => change({ areas: event.target.value })}
      />
      <Checkbox
        label={t('admin:departments.isActive')}
        checked={values.isActive}
        onChange={(event) => change({ isActive: event.target.checked })}
      />
    </>
  );
}

function CrewFields({ form, office }: Pick<FieldsProps, 'form' | 'office'>): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const { values, change, errorOf } = form;
  const centres = office.departments.filter(
    ({ kind, isActive, id }) => kind === 'repair-centre' && (isActive || id === values.centreId),
  );
  return (
    <div className="admin-pair">
      <Select
        label={t('admin:departments.crewKind')}
        required
        startsEmpty={values.crewKind === ''}
        value={values.crewKind}
        error={errorOf('crewKind')}
        options={CREW_KINDS.map((kind) => ({ value: kind, text: t(`words:crewKind.${kind}`) }))}
        onChange={({ target }) => change({ crewKind: CREW_KINDS.find((kind) => kind === target.value) ?? '' })}
      />
      <Select
        label={t('words:repairCentre')}
        required
        startsEmpty={values.centreId === ''}
        value={values.centreId}
        error={errorOf('centreId')}
        hint={centres.length === 0 ? t('admin:departments.noCentre') : undefined}
        options={centres.map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
        onChange={(event) => change({ centreId: event.target.value })}
      />
    </div>
  );
}

function SiteField({ form, office }: Pick<FieldsProps, 'form' | 'office'>): ReactNode {
  const { t } = useTranslation('admin');
  const nameOf = useName();
  const sites = useId();
  const { values, change, errorOf } = form;
  const centre = values.kind === 'crew' ? office.departments.find(({ id }) => id === values.centreId) : undefined;
  const isTogether = centre?.site === values.site.trim();
  return (
    <>
      <Field
        label={t('departments.site')}
        required
        maxLength={60}
        list={sites}
        value={values.site}
        error={errorOf('site')}
        hint={
          centre
            ? t(isTogether ? 'departments.siteTogether' : 'departments.siteApart', { centre: nameOf(centre.name) })
            : t('departments.siteHint')
        }
        onChange={(event) => change({ site: event.target.value })}
      />
      <datalist id={sites}>
        {[...new Set(office.departments.map(({ site }) => site))].map((site) => (
          <option key={site} value={site} />
        ))}
      </datalist>
    </>
  );
}

const MAX_AREAS = 40;

/** One wrong line is the whole field's problem. */
function areasError(errorOf: Form<Values>['errorOf']): string | null {
  const lines = Array.from({ length: MAX_AREAS }, (_, at) => errorOf(`areas.${at}`));
  return errorOf('areas') ?? lines.find((error) => error !== null) ?? null;
}

function valuesOf(department: Department | null): Values {
  if (department === null) {
    return { kind: '', name: { zh: '', en: '' }, crewKind: '', centreId: '', site: '', areas: '', isActive: true };
  }
  const { kind, name, crewKind, centreId, site, areas, isActive } = department;
  return { kind, name, crewKind: crewKind ?? '', centreId: centreId ?? '', site, areas: areas.join('\n'), isActive };
}

function bodyOf({ kind, name, crewKind, centreId, site, areas, isActive }: Values) {
  const isCrew = kind === 'crew';
  return {
    kind: kind || null,
    name,
    crewKind: isCrew ? crewKind || null : null,
    centreId: isCrew ? centreId || null : null,
    site,
    areas: areas
      .split(/[\n,，、;；]/)
      .map((area) => area.trim())
      .filter(Boolean),
    isActive,
  };
}
