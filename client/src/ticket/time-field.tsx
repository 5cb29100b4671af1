import type { Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { Field } from '../parts/field.tsx';
import { useZone } from '../text/zone.ts';
import { fieldOf, momentOf } from './entered-time.ts';

export interface TimeFieldProps {
  readonly label: string;
  readonly value: Instant | null;
  readonly onChange: (at: Instant | null) => void;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  readonly isRequired?: boolean;
}

/** A moment to the second, read and written in the zone of the district. */
export function TimeField({ label, value, onChange, hint, error, isRequired = false }: TimeFieldProps): ReactNode {
  const zone = useZone((state) => state.zone);
  // While a person types, the field may hold half a time; that text must survive although it means nothing yet.
  const [typed, setTyped] = useState<string | null>(null);
  const shown = value === null ? '' : fieldOf(value, zone);
  return (
    <Field
      label={label}
      type="datetime-local"
      step={1}
      hint={hint}
      error={error}
      required={isRequired}
      value={typed ?? shown}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(momentOf(event.target.value, zone));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
