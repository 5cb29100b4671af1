import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRefusalText } from '../ticket/refusal-text.ts';

/** What stands in the way of taking something out of service, as the server names it. */
const USES = ['ticket', 'crew', 'vehicle', 'user', 'contact', 'kind', 'last-admin'] as const;

/** Says why the whole form was refused, and that nothing typed is lost. */
export function FormRefusal({ refusal }: { readonly refusal: WireRefusal | null }): ReactNode {
  const text = useAdminRefusal();
  return (
    <p className="field-error" role="alert">
      {refusal && text(refusal)}
    </p>
  );
}

/** The general sentence of a refusal, or the one that says what exactly is still in use. */
export function useAdminRefusal(): (refusal: WireRefusal) => string {
  const { t } = useTranslation('admin');
  const refusalText = useRefusalText();
  return (refusal) => {
    const use = USES.find((known) => known === refusal['use']);
    if (refusal.code !== 'still-in-use') return refusalText(refusal);
    return t(`inUse.${use ?? 'something'}`);
  };
}
