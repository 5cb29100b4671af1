import type { FaultRecord } from '@faultline/shared/ticket/ticket.ts';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Textarea } from '../parts/field.tsx';
import type { LegView } from './leg-view.ts';
import { session } from './vehicle-actions.ts';
import { useVehicle } from './vehicle-store.ts';

const BLANK: FaultRecord = { found: '', cause: '', done: '' };
const FIELDS = ['found', 'cause', 'done'] as const;
const LONGEST: Readonly<Record<keyof FaultRecord, number>> = { found: 500, cause: 200, done: 500 };

/** What was found, why, and what was done. Every letter is kept on the device at once. [X1] */
export function RecordForm({ view }: { readonly view: LegView }): ReactNode {
  const { t } = useTranslation('vehicle');
  const draft = useVehicle((state) => state.drafts.get(view.key)) ?? BLANK;
  const [isTried, setTried] = useState(false);
  const isMissing = (field: keyof FaultRecord): boolean => draft[field].trim() === '';
  const change = (field: keyof FaultRecord, text: string): void => {
    // One line of text on the wire: a new line typed on a phone's keyboard is a space there.
    const line = text.replace(/[\r\n]+/g, ' ').slice(0, LONGEST[field]);
    session()?.keepDraft(view.key, { ...draft, [field]: line });
  };
  const add = (field: keyof FaultRecord, phrase: string): void => {
    const before = draft[field].trim();
    change(field, before === '' ? phrase : `${before}${t('record.separator')}${phrase}`);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (FIELDS.some(isMissing)) return;
    const record = { found: draft.found.trim(), cause: draft.cause.trim(), done: draft.done.trim() };
    session()?.say(view.ticket.id, view.leg.no, { type: 'record', record });
  };
  return (
    <form className="vehicle-record" aria-labelledby="record-title" noValidate onSubmit={submit}>
      <h3 id="record-title">{t('record.title')}</h3>
      {FIELDS.map((field) => (
        <div key={field} className="vehicle-record-field">
          <Textarea
            label={t(`record.${field}`)}
            required
            rows={2}
            maxLength={LONGEST[field]}
            value={draft[field]}
            error={isTried && isMissing(field) ? t('record.missing') : null}
            onChange={(event) => change(field, event.target.value)}
          />
          <fieldset className="vehicle-phrases" aria-label={t('record.phrases')}>
            {t(`record.${field}Phrases`)
              .split('|')
              .map((phrase) => (
                <Button key={phrase} label={phrase} onPress={() => add(field, phrase)} />
              ))}
          </fieldset>
        </div>
      ))}
      <p className="quiet">{t('record.kept')}</p>
      <div className="vehicle-next">
        <Button label={t('record.submit')} type="submit" kind="main" size="large" />
      </div>
    </form>
  );
}
