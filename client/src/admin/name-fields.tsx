import type { BilingualName } from '@faultline/shared/organisation/organisation.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../parts/field.tsx';

export interface NameFieldsProps {
  readonly name: BilingualName;
  readonly onChange: (name: BilingualName) => void;
  readonly errorOf: (path: string) => string | null;
  /** Where the name stands in what is sent. */
  readonly path?: string;
}

/** A name in both languages of the product: every screen shows one of them. */
export function NameFields({ name, onChange, errorOf, path = 'name' }: NameFieldsProps): ReactNode {
  const { t } = useTranslation('admin');
  return (
    <div className="admin-pair">
      <Field
        label={t('name.zh')}
        lang="zh-CN"
        required
        maxLength={60}
        value={name.zh}
        error={errorOf(`${path}.zh`)}
        onChange={(event) => onChange({ ...name, zh: event.target.value })}
      />
      <Field
        label={t('name.en')}
        lang="en"
        required
        maxLength={60}
        value={name.en}
        error={errorOf(`${path}.en`)}
        onChange={(event) => onChange({ ...name, en: event.target.value })}
      />
    </div>
  );
}
