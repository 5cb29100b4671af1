import type { Identity } from '@faultline/shared/access/access.ts';
import { mayReadCaller } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { callerAnswerSchema } from '@faultline/shared/wire/http.ts';
import type { Caller } from '@faultline/shared/wire/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { useRefusalText } from './refusal-text.ts';

export interface CallerPanelProps {
  readonly ticket: Ticket;
  readonly who: Identity;
}

type Shown = { readonly caller: Caller | null } | null;

/** The caller's data stays with the server until somebody says what he needs it for; every reading is recorded. */
export function CallerPanel({ ticket, who }: CallerPanelProps): ReactNode {
  const { t } = useTranslation(['ticket', 'common']);
  const refusalText = useRefusalText();
  const [isAsking, setAsking] = useState(false);
  const [purpose, setPurpose] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [shown, setShown] = useState<Shown>(null);
  if (!mayReadCaller(who, ticket)) return <p className="quiet">{t('ticket:caller.notHeld')}</p>;
  // A crew is never told whether there is a caller; it learns so by asking.
  if (who.role !== 'crew' && ticket.report.callerId === null) {
    return <p className="quiet">{t('ticket:caller.none')}</p>;
  }
  if (shown) return <CallerData caller={shown.caller} onHide={() => setShown(null)} />;
  const read = async (): Promise<void> => {
    if (purpose.trim() === '') return setError(t('ticket:caller.purposeMissing'));
    const query = new URLSearchParams({ purpose });
    const answer = await get(`/api/tickets/${encodeURIComponent(ticket.id)}/caller?${query}`, callerAnswerSchema);
    if (!answer.ok) return setError(refusalText(answer.refusal));
    setShown(answer.value);
    setAsking(false);
  };
  const purposes = [t('ticket:caller.callBack'), t('ticket:caller.findAddress'), t('ticket:caller.visit')];
  return (
    <>
      <p className="quiet">{t('ticket:caller.hidden')}</p>
      <Button label={t('ticket:caller.show')} shortcut="v" onPress={() => setAsking(true)} />
      <Dialog
        title={t('ticket:caller.show')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button label={t('common:action.back')} onPress={() => setAsking(false)} />
            <Button label={t('ticket:caller.show')} kind="main" shortcut="Ctrl+Enter" onPress={() => void read()} />
          </>
        }
      >
        <p>{t('ticket:caller.recorded')}</p>
        <fieldset className="choices">
          <legend>{t('ticket:caller.quick')}</legend>
          {purposes.map((text, index) => (
            <Button
              key={text}
              label={text}
              shortcut={String(index + 1)}
              isPressed={text === purpose}
              onPress={() => setPurpose(text)}
            />
          ))}
        </fieldset>
        <Field
          label={t('ticket:caller.purpose')}
          required
          maxLength={120}
          value={purpose}
          error={error}
          onChange={(event) => setPurpose(event.target.value)}
        />
      </Dialog>
    </>
  );
}

function CallerData({ caller, onHide }: { readonly caller: Caller | null; readonly onHide: () => void }): ReactNode {
  const { t } = useTranslation('ticket');
  if (!caller) return <p className="quiet">{t('caller.none')}</p>;
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t('caller.name')}</dt>
          <dd>{caller.name || t('caller.unknown')}</dd>
        </div>
        <div>
          <dt>{t('caller.phone')}</dt>
          <dd className="figures">
            {caller.phone ? <a href={`tel:${caller.phone}`}>{caller.phone}</a> : t('caller.unknown')}
          </dd>
        </div>
        <div>
          <dt>{t('caller.address')}</dt>
          <dd>{caller.address || t('caller.unknown')}</dd>
        </div>
        {caller.note && (
          <div>
            <dt>{t('caller.note')}</dt>
            <dd>{caller.note}</dd>
          </div>
        )}
      </dl>
      <Button label={t('caller.hide')} onPress={onHide} />
    </>
  );
}
