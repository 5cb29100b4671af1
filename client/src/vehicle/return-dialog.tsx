import type { EndReason } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import type { LegView } from './leg-view.ts';
import { session } from './vehicle-actions.ts';

/** What a vehicle can mean; nobody returns a ticket because he himself did not respond. */
const REASONS = ['misrouted', 'receiver-unable', 'mistake', 'other'] as const satisfies readonly EndReason[];

/** Gives the ticket back to whoever sent it. [R1] */
export function ReturnDialog({ view, onClose }: { readonly view: LegView; readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation(['vehicle', 'words', 'common']);
  const [reason, setReason] = useState<EndReason | null>(null);
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const isTextOwed = reason === 'other' && text.trim() === '';
  const confirm = (): void => {
    setTried(true);
    if (reason === null || isTextOwed) return;
    session()?.say(view.ticket.id, view.leg.no, { type: 'return', reason, text: text.trim() });
    onClose();
  };
  return (
    <Dialog
      title={t('vehicle:returnForm.title', { number: view.ticket.report.number })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button label={t('vehicle:returnForm.confirm')} kind="danger" onPress={confirm} />
        </>
      }
    >
      <p>{t('vehicle:returnForm.hint')}</p>
      <fieldset className="vehicle-choices">
        <legend>{t('vehicle:returnForm.reason')}</legend>
        {REASONS.map((candidate) => (
          <Button
            key={candidate}
            label={t(`words:endReason.${candidate}`)}
            isPressed={candidate === reason}
            onPress={() => setReason(candidate)}
          />
        ))}
      </fieldset>
      {isTried && reason === null && (
        <p className="field-error" role="alert">
          {t('vehicle:returnForm.reasonMissing')}
        </p>
      )}
      <Field
        label={t('vehicle:returnForm.text')}
        value={text}
        maxLength={300}
        required={reason === 'other'}
        error={isTried && isTextOwed ? t('vehicle:returnForm.textMissing') : null}
        onChange={(event) => setText(event.target.value)}
      />
    </Dialog>
  );
}
