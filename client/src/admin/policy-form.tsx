import type { Policy } from '@faultline/shared/ticket/policy.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { policyInputSchema, policySchema } from '@faultline/shared/wire/http.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { serverClock } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Checkbox, Field } from '../parts/field.tsx';
import { TimeField } from '../ticket/time-field.tsx';
import { useFigureWords } from './figure-words.ts';
import type { FigureGroup, FigureKey, Figures } from './figures.ts';
import { byFigure, changesBetween, contentOf, FIGURE_GROUPS, FIGURES, figuresOf } from './figures.ts';
import { FormRefusal } from './form-refusal.tsx';
import { LadderFields } from './ladder-fields.tsx';
import type { LadderTyped } from './ladder-form.ts';
import { ladderChanges, ladderContentOf, ladderTyped } from './ladder-form.ts';
import { useLadderWords } from './ladder-words.ts';
import { SumTable } from './sum-table.tsx';
import { leave } from './unsaved.ts';
import type { Form } from './use-form.ts';
import { useForm } from './use-form.ts';
import { useSaved } from './use-saved.ts';

interface Values {
  /** As typed; empty is "no feedback" where that is possible. */
  readonly typed: Readonly<Record<FigureKey, string>>;
  readonly isPromiseWatched: boolean;
  readonly ladder: LadderTyped;
  readonly isFromNow: boolean;
  readonly validFrom: Instant | null;
  readonly isConfirmed: boolean;
}

export interface PolicyFormProps {
  /** What the changes are shown against. */
  readonly running: Policy;
  /** What the form begins with: the newest version, so that a coming one is not undone by accident. */
  readonly base: Policy;
  readonly onClose: () => void;
}

/** A new version: every figure with its unit, what changes, and the sum beside the promise while one types. */
export function PolicyForm({ running, base, onClose }: PolicyFormProps): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const saved = useSaved(onClose);
  const form = useForm({
    initial: valuesOf(base),
    bodyOf,
    schema: policyInputSchema,
    check: (values) => ({
      ...(values.isFromNow || values.validFrom !== null ? {} : { validFrom: 'missing' as const }),
      ...(isPast(values) ? { validFrom: 'range' as const } : {}),
      ...(values.isConfirmed ? {} : { isConfirmed: 'missing' as const }),
    }),
    send: (body) => post('/api/organisation/policies', body, policySchema),
    fieldOf: ({ code }) => (code === 'policy-in-past' ? 'validFrom' : null),
    onSaved: ({ version }) => saved(t('admin:policy.versionNo', { version })),
  });
  const figures = figuresTyped(form.values);
  return (
    <form ref={form.element} className="admin-policy admin-policy-form" onSubmit={form.onSubmit} noValidate>
      <h3>{t('admin:policy.new')}</h3>
      {base.version !== running.version && (
        <p className="quiet">{t('admin:policy.basedOn', { version: base.version })}</p>
      )}
      <div className="admin-policy-columns">
        <div className="admin-policy-fields">
          {FIGURE_GROUPS.map((group) => (
            <GroupFields key={group} group={group} form={form} running={figuresOf(running)} />
          ))}
          <LadderFields
            ladder={form.values.ladder}
            errorOf={form.errorOf}
            onChange={(ladder) => form.change({ ladder })}
          />
        </div>
        <aside className="admin-policy-aside">
          <h4>{t('admin:policy.sums')}</h4>
          <SumTable figures={figures} />
          <Changes running={running} figures={figures} values={form.values} />
          <Validity form={form} />
          <FormRefusal refusal={form.refusal} />
          <div className="choices">
            <Button label={t('common:action.cancel')} onPress={() => leave(onClose)} />
            <Button
              label={t('admin:policy.save')}
              kind="main"
              shortcut="Ctrl+Enter"
              isBusy={form.isBusy}
              onPress={form.submit}
            />
          </div>
        </aside>
      </div>
    </form>
  );
}

interface GroupProps {
  readonly group: FigureGroup;
  readonly form: Form<Values>;
  readonly running: Figures;
}

function GroupFields({ group, form, running }: GroupProps): ReactNode {
  const { t } = useTranslation('admin');
  const { labelOf, valueText } = useFigureWords();
  const { values, change, errorOf } = form;
  const figures = figuresTyped(values);
  return (
    <fieldset className="admin-figure-group">
      <legend>{t(`policy.group.${group}`)}</legend>
      {group === 'feedback' && <p className="quiet">{t('policy.offHint')}</p>}
      <div className="admin-figure-fields">
        {FIGURES.filter((figure) => figure.group === group).map(({ key, path }) => (
          <Field
            key={key}
            label={t(key === 'warn-share' ? 'policy.inPercent' : 'policy.inMinutes', { label: labelOf(key) })}
            inputMode="decimal"
            autoComplete="off"
            required={group !== 'feedback'}
            maxLength={8}
            value={values.typed[key]}
            hint={figures[key] === running[key] ? undefined : t('policy.was', { value: valueText(key, running[key]) })}
            error={errorOf(path, {
              range: t(key === 'warn-share' ? 'policy.percentRange' : 'policy.minuteRange'),
              format: t('policy.notANumber'),
            })}
            onChange={({ target }) => change({ typed: { ...values.typed, [key]: target.value } })}
          />
        ))}
      </div>
      {group === 'feedback' && (
        <Checkbox
          label={t('figure.promise-at-risk')}
          checked={values.isPromiseWatched}
          onChange={(event) => change({ isPromiseWatched: event.target.checked })}
        />
      )}
    </fieldset>
  );
}

interface ChangesProps {
  readonly running: Policy;
  readonly figures: Figures;
  readonly values: Pick<Values, 'isPromiseWatched' | 'ladder'>;
}

function Changes({ running, figures, values: { isPromiseWatched, ladder } }: ChangesProps): ReactNode {
  const { t } = useTranslation('admin');
  const { labelOf, valueText } = useFigureWords();
  const before = figuresOf(running);
  const changes = changesBetween(before, figures);
  const isWatchChanged = running.feedbackMin.promiseAtRisk !== isPromiseWatched;
  const ladderWords = useLadderWords();
  const typed = ladderContentOf(ladder);
  const rungs = ladderChanges(running.ladder, typed);
  const isSame = changes.length + rungs.kinds.length + rungs.times.length === 0 && !isWatchChanged;
  const onOff = (isOn: boolean): string => t(isOn ? 'policy.on' : 'policy.off');
  return (
    <section aria-live="polite">
      <h4>{t('policy.changes', { version: running.version })}</h4>
      {isSame && <p className="quiet">{t('policy.noChange')}</p>}
      <ul className="admin-changes">
        {changes.map((key) => (
          <li key={key}>
            {groupName(key, t('policy.promise'))}
            {labelOf(key)}: {valueText(key, before[key])} ⇒ <strong>{valueText(key, figures[key])}</strong>
          </li>
        ))}
        {isWatchChanged && (
          <li>
            {t('figure.promise-at-risk')}: {onOff(!isPromiseWatched)} ⇒ <strong>{onOff(isPromiseWatched)}</strong>
          </li>
        )}
        {rungs.kinds.map((kind) => (
          <li key={kind}>
            {ladderWords.kindText(kind)}: {ladderWords.stepsText(running.ladder.steps[kind])} ⇒{' '}
            <strong>{ladderWords.stepsText(typed.steps[kind])}</strong>
          </li>
        ))}
        {rungs.times.map((key) => (
          <li key={key}>
            {t(`ladder.time.${key}`)}: {ladderWords.timeText(key, running.ladder[key])} ⇒{' '}
            <strong>{ladderWords.timeText(key, typed[key])}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A promise's figure is called by its class of area, which alone would not say what it is. */
function groupName(key: FigureKey, promise: string): string {
  return key.startsWith('promise-') ? `${promise} · ` : '';
}

function Validity({ form }: { readonly form: Form<Values> }): ReactNode {
  const { t } = useTranslation('admin');
  const { values, change, errorOf } = form;
  return (
    <>
      <fieldset className="choices">
        <legend>{t('policy.validFrom')}</legend>
        <Button label={t('policy.fromNow')} isPressed={values.isFromNow} onPress={() => change({ isFromNow: true })} />
        <Button
          label={t('policy.fromLater')}
          isPressed={!values.isFromNow}
          onPress={() => change({ isFromNow: false })}
        />
      </fieldset>
      {!values.isFromNow && (
        <TimeField
          label={t('policy.validFrom')}
          hint={t('policy.validFromHint')}
          isRequired
          value={values.validFrom}
          error={errorOf('validFrom', { range: t('policy.past'), format: t('policy.past') })}
          onChange={(validFrom) => change({ validFrom })}
        />
      )}
      {values.isFromNow && errorOf('validFrom') && <p className="field-error">{errorOf('validFrom')}</p>}
      <Checkbox
        label={t('policy.confirm')}
        aria-invalid={errorOf('isConfirmed') ? true : undefined}
        checked={values.isConfirmed}
        onChange={(event) => change({ isConfirmed: event.target.checked })}
      />
      <p className="field-error" role="alert">
        {errorOf('isConfirmed', { missing: t('policy.confirmMissing') })}
      </p>
    </>
  );
}

function valuesOf(base: Policy): Values {
  const figures = figuresOf(base);
  return {
    typed: byFigure((key) => String(figures[key] ?? '')),
    isPromiseWatched: base.feedbackMin.promiseAtRisk,
    ladder: ladderTyped(base.ladder),
    isFromNow: true,
    validFrom: null,
    isConfirmed: false,
  };
}

function figuresTyped({ typed }: Values): Figures {
  return byFigure((key) => numberIn(typed[key]));
}

/** `NaN` for what is no number: the schema refuses it beside its field. */
function numberIn(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function bodyOf(values: Values) {
  const validFrom = values.isFromNow ? serverClock.now() : values.validFrom;
  const ladder = ladderContentOf(values.ladder);
  return { validFrom, ...contentOf(figuresTyped(values), values.isPromiseWatched), ladder };
}

function isPast({ isFromNow, validFrom }: Values): boolean {
  return !isFromNow && validFrom !== null && validFrom < serverClock.now();
}
