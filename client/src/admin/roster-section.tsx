import type { Finding } from '@faultline/shared/escalation/readiness.ts';
import type { DutySpan } from '@faultline/shared/organisation/on-duty.ts';
import type { Department } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, nothing } from '../live/api.ts';
import { useEscalationStatus } from '../live/board.ts';
import { useFromNow } from '../live/clock.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Select } from '../parts/field.tsx';
import { Empty } from '../parts/states.tsx';
import { useTime } from '../text/use-time.ts';
import { useZone } from '../text/zone.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import type { EntryStart } from './entry-form.ts';
import { useEntryText } from './entry-words.ts';
import { useFindingText } from './finding-words.ts';
import type { Office } from './office.ts';
import { RecordName } from './record-name.tsx';
import { RecordTable } from './record-table.tsx';
import type { Day, RosterRole } from './roster-week.ts';
import { isOver, ROSTER_ROLES, WEEKDAYS, weekOf } from './roster-week.ts';
import { WeekPicture } from './week-picture.tsx';

type Open =
  | { readonly what: 'edit'; readonly start: EntryStart }
  | { readonly what: 'remove'; readonly entry: RosterEntry };

type GapFinding = Extract<Finding, { readonly kind: 'gap' }>;

/** Who is on duty when: shifts, rotations and overrides of one department, with its holes before they hurt. [E7] [E8] */
export function RosterSection({ office }: { readonly office: Office }): ReactNode {
  const { t } = useTranslation('admin');
  const findings = useEscalationStatus()?.findings ?? [];
  const gaps = findings.filter((finding): finding is GapFinding => finding.kind === 'gap');
  const isComplete = findings.every(({ kind }) => kind !== 'no-contact');
  const active = office.departments.filter(({ isActive }) => isActive);
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState<Open | null>(null);
  // A department with a hole comes up by itself, until somebody chooses.
  const wanted = chosen ?? gaps[0]?.departmentId;
  const department = active.find(({ id }) => id === wanted) ?? active[0];
  if (!department) return <Empty title={t('contacts.emptyTitle')} hint={t('roster.noDepartment')} />;
  const fill = ({ departmentId, role, from, until }: GapFinding): void => {
    const gap = { contactId: null, foundBy: null, from, until };
    setChosen(departmentId);
    setOpen({ what: 'edit', start: { kind: 'override', entry: null, role, gap } });
  };
  return (
    <>
      <Gaps office={office} gaps={gaps} isComplete={isComplete} onFill={fill} />
      <DepartmentRoster
        key={department.id}
        office={office}
        department={department}
        departments={active}
        open={open}
        onOpen={setOpen}
        onChoose={setChosen}
      />
    </>
  );
}

interface GapsProps {
  readonly office: Office;
  readonly gaps: readonly GapFinding[];
  /** Whether every place on the duty list has somebody; where nobody is named there is no shift to miss. */
  readonly isComplete: boolean;
  readonly onFill: (gap: GapFinding) => void;
}

/** The holes of the coming day, each with what fills it. */
function Gaps({ office, gaps, isComplete, onFill }: GapsProps): ReactNode {
  const { t } = useTranslation('admin');
  const text = useFindingText(office);
  if (gaps.length === 0) return <p className="quiet">{t(isComplete ? 'roster.noGaps' : 'roster.lacksContacts')}</p>;
  return (
    <section className="admin-warning" aria-labelledby="gaps-title">
      <h3 id="gaps-title">{t('roster.gapsTitle', { count: gaps.length })}</h3>
      <ul className="admin-findings">
        {gaps.map((gap) => (
          <li key={`${gap.departmentId} ${gap.role} ${gap.from}`}>
            <span>{text(gap)}</span>
            <Button
              label={t('roster.fill')}
              name={t('action.named', { action: t('roster.fill'), name: text(gap) })}
              onPress={() => onFill(gap)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DepartmentRosterProps {
  readonly office: Office;
  readonly department: Department;
  readonly departments: readonly Department[];
  readonly open: Open | null;
  readonly onOpen: (open: Open | null) => void;
  readonly onChoose: (departmentId: string) => void;
}

function DepartmentRoster(props: DepartmentRosterProps): ReactNode {
  const { office, department, departments, open, onOpen, onChoose } = props;
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const zone = useZone((state) => state.zone);
  const [weeksLater, setWeeksLater] = useState(0);
  // The first moment of this week: the days are computed anew when it ends, not every second.
  const monday = useFromNow((now) => weekOf(now, zone)[0]?.from ?? now);
  const week = useMemo(() => weekOf(monday, zone, weeksLater), [monday, zone, weeksLater]);
  const contacts = useMemo(() => ofDepartment(office.contacts, department), [office, department]);
  const entries = useMemo(() => ofDepartment(office.roster, department), [office, department]);
  const onGap = (role: RosterRole, gap: DutySpan): void =>
    onOpen({ what: 'edit', start: { kind: 'override', entry: null, role, gap } });
  return (
    <>
      <div className="admin-tools">
        <div className="roster-department">
          <Select
            label={t('admin:column.department')}
            value={department.id}
            options={departments.map(({ id, name }) => ({ value: id, text: nameOf(name) }))}
            onChange={({ target }) => onChoose(target.value)}
          />
        </div>
        <WeekButtons week={week} weeksLater={weeksLater} onChange={setWeeksLater} />
      </div>
      <WeekPicture
        label={t('admin:roster.weekOf', { department: nameOf(department.name) })}
        department={department}
        contacts={contacts}
        entries={entries}
        roles={ROSTER_ROLES}
        week={week}
        onGap={onGap}
      />
      <p className="quiet">{t('admin:roster.howRead')}</p>
      <Entries
        entries={entries}
        contacts={contacts}
        onAdd={(kind) => onOpen({ what: 'edit', start: { kind, entry: null, role: 'duty', gap: null } })}
        onOpen={onOpen}
      />
      {open?.what === 'edit' && (
        <EntryDialog
          department={department}
          contacts={contacts}
          entries={entries}
          start={open.start}
          weekAt={week[0]?.from ?? monday}
          onClose={() => onOpen(null)}
        />
      )}
      {open?.what === 'remove' && <RemoveDialog entry={open.entry} contacts={contacts} onClose={() => onOpen(null)} />}
    </>
  );
}

function ofDepartment<Row extends { readonly departmentId: string }>(
  rows: readonly Row[],
  department: Department,
): readonly Row[] {
  return rows.filter(({ departmentId }) => departmentId === department.id);
}

interface WeekButtonsProps {
  readonly week: readonly Day[];
  readonly weeksLater: number;
  readonly onChange: (weeksLater: number) => void;
}

function WeekButtons({ week, weeksLater, onChange }: WeekButtonsProps): ReactNode {
  const { t } = useTranslation('admin');
  const time = useTime();
  const dateOf = (at: number): string => time(week[at]?.from ?? null, 'YYYY-MM-DD');
  return (
    <div className="roster-weeks">
      <Button label="‹" name={t('roster.weekBefore')} shortcut="[" onPress={() => onChange(weeksLater - 1)} />
      <Button label={t('roster.thisWeek')} shortcut="t" isPressed={weeksLater === 0} onPress={() => onChange(0)} />
      <Button label="›" name={t('roster.weekAfter')} shortcut="]" onPress={() => onChange(weeksLater + 1)} />
      <strong className="figures" role="status">
        {t('roster.fromUntil', { from: dateOf(0), until: dateOf(WEEKDAYS.length - 1) })}
      </strong>
    </div>
  );
}

interface EntriesProps {
  readonly entries: readonly RosterEntry[];
  readonly contacts: Office['contacts'];
  readonly onAdd: (kind: RosterEntry['kind']) => void;
  readonly onOpen: (open: Open) => void;
}

function Entries({ entries, contacts, onAdd, onOpen }: EntriesProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const text = useEntryText(contacts);
  const over = useFromNow((now) => entries.flatMap((entry) => (isOver(entry, now) ? [entry.id] : [])).join());
  const edit = (entry: RosterEntry): void =>
    onOpen({ what: 'edit', start: { kind: entry.kind, entry, role: entry.role, gap: null } });
  const hasPeople = contacts.some(({ role }) => role !== 'vehicle');
  return (
    <RecordTable
      label={t('admin:roster.entries')}
      rows={entries}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'kind',
          label: t('admin:column.kind'),
          render: (entry) => <RecordName name={t(`admin:roster.kind.${entry.kind}`)} onOpen={() => edit(entry)} />,
        },
        { key: 'role', label: t('admin:contacts.role'), render: ({ role }) => t(`words:contactRole.${role}`) },
        { key: 'who', label: t('admin:roster.whoAndWhen'), render: (entry) => text(entry) },
        {
          key: 'acts',
          label: t('admin:column.acts'),
          render: (entry) => (
            <Button
              label={t('admin:action.remove')}
              name={t('admin:action.named', { action: t('admin:action.remove'), name: text(entry) })}
              kind="danger"
              onPress={() => onOpen({ what: 'remove', entry })}
            />
          ),
        },
      ]}
      textOf={text}
      isRetired={({ id }) => over.split(',').includes(id)}
      empty={
        <Empty
          title={t('admin:roster.emptyTitle')}
          hint={t(hasPeople ? 'admin:roster.emptyHint' : 'admin:roster.noPeople')}
        />
      }
      tools={
        <>
          <Button
            label={t('admin:roster.addShift')}
            kind="main"
            shortcut="n"
            isDisabled={!hasPeople}
            onPress={() => onAdd('shift')}
          />
          <Button
            label={t('admin:roster.addRotation')}
            shortcut="r"
            isDisabled={!hasPeople}
            onPress={() => onAdd('rotation')}
          />
          <Button
            label={t('admin:roster.addOverride')}
            shortcut="o"
            isDisabled={!hasPeople}
            onPress={() => onAdd('override')}
          />
        </>
      }
    />
  );
}

interface RemoveDialogProps {
  readonly entry: RosterEntry;
  readonly contacts: Office['contacts'];
  readonly onClose: () => void;
}

function RemoveDialog({ entry, contacts, onClose }: RemoveDialogProps): ReactNode {
  const { t } = useTranslation('admin');
  const name = useEntryText(contacts)(entry);
  return (
    <ConfirmDialog
      title={t('roster.removeTitle', { kind: t(`roster.kind.${entry.kind}`) })}
      hint={t('roster.removeHint', { name })}
      confirm={t('action.remove')}
      doneText={t('remove.done', { name })}
      send={() => del(`/api/organisation/roster/${entry.id}`, nothing)}
      onClose={onClose}
    />
  );
}
