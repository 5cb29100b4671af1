import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import { TimeField } from '../ticket/time-field.tsx';
import type { EntryValues } from './entry-form.ts';
import { movedPerson } from './entry-form.ts';
import { WEEKDAY_NAMES, WEEKDAYS } from './roster-week.ts';
import type { Form } from './use-form.ts';

interface FieldsProps {
  readonly form: Form<EntryValues>;
  /** Whoever can be named: all of the department but the vehicles' phones. */
  readonly people: readonly Contact[];
}

function PersonField({ form: { values, change, errorOf }, people }: FieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  return (
    <Select
      label={t('admin:roster.person')}
      required
      startsEmpty={values.contactId === ''}
      value={values.contactId}
      error={errorOf('contactId')}
      options={people.map(({ id, name, role }) => ({
        value: id,
        text: t('admin:roster.personRole', { name, role: t(`words:contactRole.${role}`) }),
      }))}
      onChange={({ target }) => change({ contactId: target.value })}
    />
  );
}

export function ShiftFields({ form, people }: FieldsProps): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  const error = errorOf('days', { 'too-short': t('roster.noDay') });
  return (
    <>
      <PersonField form={form} people={people} />
      <fieldset className="choices" aria-invalid={error ? true : undefined}>
        <legend>{t('roster.days')}</legend>
        {WEEKDAYS.map((day) => {
          const isChosen = values.days.includes(day);
          return (
            <Button
              key={day}
              label={t(`weekday.${WEEKDAY_NAMES[day]}`)}
              isPressed={isChosen}
              onPress={() =>
                change({ days: isChosen ? values.days.filter((other) => other !== day) : [...values.days, day] })
              }
            />
          );
        })}
      </fieldset>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <div className="admin-pair">
        <Field
          label={t('roster.from')}
          type="time"
          required
          value={values.from}
          error={errorOf('from')}
          onChange={({ target }) => change({ from: target.value })}
        />
        <Field
          label={t('roster.to')}
          type="time"
          required
          hint={values.to <= values.from ? t('roster.nextDay') : undefined}
          value={values.to}
          error={errorOf('to')}
          onChange={({ target }) => change({ to: target.value })}
        />
      </div>
    </>
  );
}

export function RotationFields({ form, people }: FieldsProps): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  return (
    <>
      <Turns form={form} people={people} />
      <div className="admin-pair">
        <Field
          label={t('roster.firstDay')}
          type="date"
          hint={t('roster.firstDayHint')}
          required
          value={values.firstDay}
          error={errorOf('firstDay')}
          onChange={({ target }) => change({ firstDay: target.value })}
        />
        <Field
          label={t('roster.daysEach')}
          inputMode="numeric"
          hint={t('roster.daysEachHint')}
          required
          maxLength={2}
          value={values.daysEach}
          error={errorOf('daysEach')}
          onChange={({ target }) => change({ daysEach: target.value })}
        />
        <Field
          label={t('roster.handOverAt')}
          type="time"
          required
          value={values.handOverAt}
          error={errorOf('handOverAt')}
          onChange={({ target }) => change({ handOverAt: target.value })}
        />
      </div>
    </>
  );
}

/** The people in their order; whoever is in it is not offered again. */
function Turns({ form: { values, change, errorOf }, people }: FieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const { contactIds } = values;
  const others = people.filter(({ id }) => !contactIds.includes(id));
  const error = errorOf('contactIds', { 'too-short': t('admin:roster.nobodyInTurn') });
  return (
    <fieldset className="roster-turns">
      <legend>{t('admin:roster.inTurn')}</legend>
      <ol>
        {contactIds.map((contactId, at) => {
          const name = people.find(({ id }) => id === contactId)?.name ?? '—';
          return (
            <li key={contactId}>
              <span>
                {at + 1}. {name}
              </span>
              <Button
                label="↑"
                name={t('admin:roster.earlier', { name })}
                isDisabled={at === 0}
                onPress={() => change({ contactIds: movedPerson(contactIds, at, -1) })}
              />
              <Button
                label="↓"
                name={t('admin:roster.later', { name })}
                isDisabled={at === contactIds.length - 1}
                onPress={() => change({ contactIds: movedPerson(contactIds, at, 1) })}
              />
              <Button
                label="✕"
                name={t('admin:action.named', { action: t('admin:action.remove'), name })}
                onPress={() => change({ contactIds: contactIds.filter((id) => id !== contactId) })}
              />
            </li>
          );
        })}
      </ol>
      <Select
        label={t('admin:roster.addPerson')}
        startsEmpty
        value=""
        error={error}
        disabled={others.length === 0}
        options={others.map(({ id, name, role }) => ({
          value: id,
          text: t('admin:roster.personRole', { name, role: t(`words:contactRole.${role}`) }),
        }))}
        onChange={({ target }) => {
          if (target.value !== '') change({ contactIds: [...contactIds, target.value] });
        }}
      />
    </fieldset>
  );
}

export function OverrideFields({ form, people }: FieldsProps): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  return (
    <>
      <PersonField form={form} people={people} />
      <div className="admin-pair">
        <TimeField
          label={t('roster.begin')}
          isRequired
          value={values.begin}
          error={errorOf('from')}
          onChange={(begin) => change({ begin })}
        />
        <TimeField
          label={t('roster.end')}
          isRequired
          value={values.end}
          error={errorOf('until', { range: t('roster.endFirst') })}
          onChange={(end) => change({ end })}
        />
      </div>
      <Field
        label={t('roster.reason')}
        hint={t('roster.reasonHint')}
        maxLength={200}
        value={values.reason}
        error={errorOf('reason')}
        onChange={({ target }) => change({ reason: target.value })}
      />
    </>
  );
}
