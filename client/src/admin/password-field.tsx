import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Checkbox, Field } from '../parts/field.tsx';

export interface PasswordFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly isRequired: boolean;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (password: string) => void;
}

/** A password that is being set: it can be looked at, because it has to be handed over to somebody. */
export function PasswordField({ label, hint, isRequired, value, error, onChange }: PasswordFieldProps): ReactNode {
  const { t } = useTranslation('admin');
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <Field
        label={label}
        hint={hint}
        type={isShown ? 'text' : 'password'}
        required={isRequired}
        maxLength={200}
        autoComplete="new-password"
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      <Checkbox
        label={t('users.showPassword')}
        checked={isShown}
        onChange={(event) => setShown(event.target.checked)}
      />
    </div>
  );
}
