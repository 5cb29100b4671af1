import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface FieldFrame {
  readonly label: string;
  /** What to write, said before anything went wrong. */
  readonly hint?: string | undefined;
  /** What is wrong and what to do about it. */
  readonly error?: string | null | undefined;
}

/** What a control needs so that a screen reader says its label, hint and error together. */
interface Wiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

type FrameProps = FieldFrame & { readonly isRequired: boolean; readonly children: (wiring: Wiring) => ReactNode };

function Frame({ label, hint, error, isRequired, children }: FrameProps): ReactNode {
  const { t } = useTranslation('common');
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [hint ? hintId : null, error ? errorId : null].filter((part) => part !== null).join(' ');
  return (
    <div className="field" data-invalid={Boolean(error) || undefined}>
      <label htmlFor={id}>
        {label}
        {isRequired && (
          <span className="field-required">
            <span aria-hidden="true"> *</span>
            <span className="hidden-text">{t('field.required')}</span>
          </span>
        )}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
      <p id={errorId} className="field-error" aria-live="polite">
        {error}
      </p>
    </div>
  );
}

type InputProps = FieldFrame & Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className' | 'aria-describedby'>;

export function Field({ label, hint, error, ...input }: InputProps): ReactNode {
  return (
    <Frame label={label} hint={hint} error={error} isRequired={input.required === true}>
      {(wiring) => <input {...input} {...wiring} />}
    </Frame>
  );
}

type TextareaProps = FieldFrame &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'className' | 'aria-describedby'>;

export function Textarea({ label, hint, error, ...textarea }: TextareaProps): ReactNode {
  return (
    <Frame label={label} hint={hint} error={error} isRequired={textarea.required === true}>
      {(wiring) => <textarea rows={3} {...textarea} {...wiring} />}
    </Frame>
  );
}

export interface SelectOption {
  readonly value: string;
  readonly text: string;
  readonly isDisabled?: boolean;
}

type SelectProps = FieldFrame &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id' | 'className' | 'children' | 'aria-describedby'> & {
    readonly options: readonly SelectOption[];
    /** Adds an empty first choice, for a value that nobody has chosen yet. */
    readonly startsEmpty?: boolean;
  };

export function Select({ label, hint, error, options, startsEmpty = false, ...select }: SelectProps): ReactNode {
  const { t } = useTranslation('common');
  return (
    <Frame label={label} hint={hint} error={error} isRequired={select.required === true}>
      {(wiring) => (
        <select {...select} {...wiring}>
          {startsEmpty && <option value="">{t('field.choose')}</option>}
          {options.map(({ value, text, isDisabled }) => (
            <option key={value} value={value} disabled={isDisabled}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

type CheckboxProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'id' | 'className'> & {
  readonly label: string;
};

export function Checkbox({ label, ...input }: CheckboxProps): ReactNode {
  return (
    <label className="checkbox">
      <input type="checkbox" {...input} />
      <span>{label}</span>
    </label>
  );
}
