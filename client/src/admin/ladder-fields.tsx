import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import { FEEDBACK_KINDS } from '@faultline/shared/ticket/policy.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Field, Select } from '../parts/field.tsx';
import type { LadderTyped, StepTyped } from './ladder-form.ts';
import {
  kindsLike,
  LADDER_TIMES,
  ladderContentOf,
  MOST_STEPS,
  moved,
  rolesFor,
  STEP_FIGURES,
  withStep,
  withSteps,
} from './ladder-form.ts';
import { useLadderWords } from './ladder-words.ts';
import type { Form } from './use-form.ts';

type ErrorOf = Form<object>['errorOf'];

export interface LadderFieldsProps {
  readonly ladder: LadderTyped;
  readonly errorOf: ErrorOf;
  readonly onChange: (ladder: LadderTyped) => void;
}

/** Who is rung for which silent hop. Hops whose ladders are equal are edited together, unless a person parts them. */
export function LadderFields({ ladder, errorOf, onChange }: LadderFieldsProps): ReactNode {
  const { t } = useTranslation('admin');
  const { steps, times } = ladder;
  const [kinds, setKinds] = useState<readonly FeedbackKind[]>(() => kindsLike(FEEDBACK_KINDS[0], steps));
  // One is always chosen, so that the steps below are somebody's.
  const [shown = FEEDBACK_KINDS[0]] = kinds;
  const change = (changed: readonly StepTyped[]): void =>
    onChange({ ...ladder, steps: withSteps(steps, kinds, changed) });
  const areEqual = kinds.every((kind) => kindsLike(shown, steps).includes(kind));
  return (
    <fieldset className="admin-figure-group">
      <legend>{t('ladder.title')}</legend>
      <p className="quiet">{t('ladder.about')}</p>
      <KindChoice ladder={ladder} chosen={kinds} errorOf={errorOf} onChoose={setKinds} />
      {!areEqual && <p className="admin-warning">{t('ladder.differ')}</p>}
      <Steps kind={shown} steps={steps[shown]} roles={rolesFor(kinds)} errorOf={errorOf} onChange={change} />
      <div className="admin-figure-fields">
        {LADDER_TIMES.map(({ key, unit, least, most }) => (
          <Field
            key={key}
            label={t('ladder.inUnit', { label: t(`ladder.time.${key}`), unit: t(`ladder.unitName.${unit}`) })}
            inputMode="decimal"
            autoComplete="off"
            required={key !== 'rounds'}
            maxLength={6}
            value={times[key]}
            hint={key === 'rounds' ? t('ladder.roundsHint') : undefined}
            error={errorOf(`ladder.${key}`, {
              range: t('ladder.range', { least, most }),
              format: t('policy.notANumber'),
            })}
            onChange={({ target }) => onChange({ ...ladder, times: { ...times, [key]: target.value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface KindChoiceProps {
  readonly ladder: LadderTyped;
  readonly chosen: readonly FeedbackKind[];
  readonly errorOf: ErrorOf;
  readonly onChoose: (kinds: readonly FeedbackKind[]) => void;
}

/** Each hop with its ladder in words; what is pressed is edited, and a press on the last one does nothing. */
function KindChoice({ ladder, chosen, errorOf, onChoose }: KindChoiceProps): ReactNode {
  const { t } = useTranslation('admin');
  const words = useLadderWords();
  const content = ladderContentOf(ladder);
  const isWrong = (kind: FeedbackKind): boolean =>
    ladder.steps[kind].some((_step, at) =>
      STEP_FIGURES.some(({ key }) => errorOf(`ladder.steps.${kind}.${at}.${key}`) !== null),
    );
  const toggle = (kind: FeedbackKind): void => {
    const others = chosen.filter((other) => other !== kind);
    if (others.length === chosen.length) onChoose(FEEDBACK_KINDS.filter((one) => one === kind || chosen.includes(one)));
    else if (others.length > 0) onChoose(others);
  };
  return (
    <ul className="ladder-kinds" aria-label={t('ladder.kinds')}>
      {FEEDBACK_KINDS.map((kind) => (
        <li key={kind} data-chosen={chosen.includes(kind) || undefined}>
          <Button label={words.kindText(kind)} isPressed={chosen.includes(kind)} onPress={() => toggle(kind)} />
          <span>{words.stepsText(content.steps[kind])}</span>
          {isWrong(kind) && <span className="field-error">{t('ladder.wrong')}</span>}
        </li>
      ))}
    </ul>
  );
}

interface StepsProps {
  /** Under whose path the server and the schema name what is wrong. */
  readonly kind: FeedbackKind;
  readonly steps: readonly StepTyped[];
  readonly roles: readonly ContactRole[];
  readonly errorOf: ErrorOf;
  readonly onChange: (steps: readonly StepTyped[]) => void;
}

function Steps({ kind, steps, roles, errorOf, onChange }: StepsProps): ReactNode {
  const { t } = useTranslation('admin');
  return (
    <div className="ladder-steps">
      {steps.length === 0 && <p className="admin-warning">{t('ladder.noStep')}</p>}
      <ol>
        {steps.map((step, at) => (
          <li key={step.no}>
            <StepFields
              at={at}
              step={step}
              roles={roles}
              errorOf={(key, own) => errorOf(`ladder.steps.${kind}.${at}.${key}`, own)}
              onChange={(patch) => onChange(steps.with(at, { ...step, ...patch }))}
            />
            <span className="admin-acts">
              <Button
                label="↑"
                name={t('ladder.up', { step: at + 1 })}
                isDisabled={at === 0}
                onPress={() => onChange(moved(steps, at, -1))}
              />
              <Button
                label="↓"
                name={t('ladder.down', { step: at + 1 })}
                isDisabled={at === steps.length - 1}
                onPress={() => onChange(moved(steps, at, 1))}
              />
              <Button
                label="✕"
                name={t('ladder.remove', { step: at + 1 })}
                onPress={() => onChange(steps.toSpliced(at, 1))}
              />
            </span>
          </li>
        ))}
      </ol>
      <Button
        label={t('ladder.add')}
        isDisabled={steps.length >= MOST_STEPS}
        onPress={() => onChange(withStep(steps, roles))}
      />
    </div>
  );
}

interface StepFieldsProps {
  readonly at: number;
  readonly step: StepTyped;
  readonly roles: readonly ContactRole[];
  readonly errorOf: ErrorOf;
  readonly onChange: (patch: Partial<StepTyped>) => void;
}

function StepFields({ at, step, roles, errorOf, onChange }: StepFieldsProps): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  // A role that this hop cannot have any more is still shown, or the choice would silently say another one.
  const offered = roles.includes(step.role) ? roles : [...roles, step.role];
  return (
    <div className="ladder-step">
      <Select
        label={t('admin:ladder.whom', { step: at + 1 })}
        value={step.role}
        error={errorOf('role')}
        options={offered.map((role) => ({ value: role, text: t(`words:contactRole.${role}`) }))}
        onChange={({ target }) => onChange({ role: offered.find((role) => role === target.value) ?? step.role })}
      />
      {STEP_FIGURES.map(({ key, least, most }) => (
        <Field
          key={key}
          label={t(`admin:ladder.figure.${key}`)}
          inputMode="numeric"
          autoComplete="off"
          required
          maxLength={4}
          value={step[key]}
          error={errorOf(key, {
            range: t('admin:ladder.range', { least, most }),
            format: t('admin:policy.notANumber'),
          })}
          onChange={({ target }) => onChange({ [key]: target.value })}
        />
      ))}
    </div>
  );
}
