import type { Contact, Department } from '@faultline/shared/organisation/organisation.ts';
import type { RosterEntry } from '@faultline/shared/organisation/roster.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { rosterEntryInputSchema, rosterEntrySchema } from '@faultline/shared/wire/escalation.ts';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../live/api.ts';
import { serverClock } from '../live/clock.ts';
import { useName } from '../live/use-name.ts';
import { Button } from '../parts/button.tsx';
import { Select } from '../parts/field.tsx';
import { useTime } from '../text/use-time.ts';
import { useZone } from '../text/zone.ts';
import { EditDialog } from './edit-dialog.tsx';
import { OverrideFields, RotationFields, ShiftFields } from './entry-fields.tsx';
import type { EntryStart, EntryValues } from './entry-form.ts';
import { entryBody, entryProblems, entryValues } from './entry-form.ts';
import { firstMomentOf, ROSTER_ROLES, weekOf, withDraft } from './roster-week.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';
import { WeekPicture } from './week-picture.tsx';

export interface EntryDialogProps {
  readonly department: Department;
  /** Those of the department. */
  readonly contacts: readonly Contact[];
  readonly entries: readonly RosterEntry[];
  readonly start: EntryStart;
  /** A moment of the week that is on the screen. */
  readonly weekAt: Instant;
  readonly onClose: () => void;
}

/** A shift, a rotation or an override, with the week as it would be: a mistake is seen before it is saved. */
export function EntryDialog(props: EntryDialogProps): ReactNode {
  const { department, contacts, start, onClose } = props;
  const { t } = useTranslation(['admin', 'words']);
  const nameOf = useName();
  const zone = useZone((state) => state.zone);
  const saved = useSaved(onClose);
  const { kind, entry } = start;
  const form = useForm({
    initial: entryValues(start, contacts, serverClock.now(), zone),
    bodyOf: (values) => entryBody(department.id, kind, values),
    schema: rosterEntryInputSchema,
    check: (values) => entryProblems(kind, values),
    send: (body) =>
      entry === null
        ? post('/api/organisation/roster', body, rosterEntrySchema)
        : put(`/api/organisation/roster/${entry.id}`, body, rosterEntrySchema),
    fieldOf: ({ code }) => {
      if (code !== 'contact-unknown') return null;
      return kind === 'rotation' ? 'contactIds' : 'contactId';
    },
    onSaved: () => saved(t(`admin:roster.kind.${kind}`)),
  });
  const { values, change } = form;
  const people = contacts.filter(({ role }) => role !== 'vehicle');
  const fields = { form, people };
  return (
    <EditDialog
      title={t(`admin:roster.${entry === null ? 'new' : 'change'}.${kind}`, { department: nameOf(department.name) })}
      form={form}
      onClose={onClose}
    >
      <p className="quiet">{t(`admin:roster.about.${kind}`)}</p>
      <Select
        label={t('admin:roster.forRole')}
        required
        value={values.role}
        options={ROSTER_ROLES.map((role) => ({ value: role, text: t(`words:contactRole.${role}`) }))}
        onChange={({ target }) => change({ role: ROSTER_ROLES.find((role) => role === target.value) ?? 'duty' })}
      />
      {kind === 'shift' && <ShiftFields {...fields} />}
      {kind === 'rotation' && <RotationFields {...fields} />}
      {kind === 'override' && <OverrideFields {...fields} />}
      <Preview {...props} values={values} />
    </EditDialog>
  );
}

/** The week that the entry is about, drawn with the entry as it stands in the form. */
function Preview({
  department,
  contacts,
  entries,
  start,
  weekAt,
  values,
}: EntryDialogProps & { readonly values: EntryValues }): ReactNode {
  const { t } = useTranslation('admin');
  const time = useTime();
  const zone = useZone((state) => state.zone);
  const [weeksLater, setWeeksLater] = useState(0);
  const read = rosterEntryInputSchema.safeParse(entryBody(department.id, start.kind, values));
  const draft = read.success && Object.keys(entryProblems(start.kind, values)).length === 0 ? read.data : null;
  const at = firstMomentOf(draft, weekAt, zone) ?? start.gap?.from ?? weekAt;
  const week = useMemo(() => weekOf(at, zone, weeksLater), [at, zone, weeksLater]);
  const role = ROSTER_ROLES.find((known) => known === values.role) ?? 'duty';
  const from = time(week[0]?.from ?? null, 'YYYY-MM-DD');
  return (
    <section className="roster-preview">
      <div className="roster-weeks">
        <h3>{t(draft === null ? 'roster.previewWithout' : 'roster.preview', { from })}</h3>
        <Button label="‹" name={t('roster.weekBefore')} onPress={() => setWeeksLater(weeksLater - 1)} />
        <Button label="›" name={t('roster.weekAfter')} onPress={() => setWeeksLater(weeksLater + 1)} />
      </div>
      <WeekPicture
        label={t('roster.preview', { from })}
        department={department}
        contacts={contacts}
        entries={withDraft(entries, start.entry?.id ?? null, draft)}
        roles={[role]}
        week={week}
      />
    </section>
  );
}
