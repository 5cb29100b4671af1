import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRefusalText } from '../ticket/refusal-text.ts';
import { useEntryText } from './entry-words.ts';
import { useOffice } from './office.ts';

/** What stands in the way of taking something out of service, as the server names it. */
const USES = ['ticket', 'crew', 'vehicle', 'user', 'contact', 'roster', 'kind', 'last-admin'] as const;

/** Says why the whole form was refused, and that nothing typed is lost. */
export function FormRefusal({ refusal }: { readonly refusal: WireRefusal | null }): ReactNode {
  const text = useAdminRefusal();
  return (
    <>
      <p className="field-error" role="alert">
        {refusal && text(refusal)}
      </p>
      {refusal?.['use'] === 'roster' && <RosterUse ids={refusal['entryIds']} />}
    </>
  );
}

/** Where in the roster somebody still stands, so that nobody has to search for it. */
function RosterUse({ ids }: { readonly ids: unknown }): ReactNode {
  const office = useOffice((state) => state.office);
  const entries = office?.roster.filter(({ id }) => Array.isArray(ids) && ids.includes(id)) ?? [];
  const text = useEntryText(office?.contacts ?? []);
  return (
    <ul className="admin-findings">
      {entries.map((entry) => (
        <li key={entry.id}>{text(entry)}</li>
      ))}
    </ul>
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
