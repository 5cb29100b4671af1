import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Textarea } from '../parts/field.tsx';
import { useDialogRun } from './action-run.ts';
import { RefusalLine } from './refusal-line.tsx';

/** The fault record as the crew tells it by phone. [X1] */
export function RecordDialog({
  ticket,
  onClose,
}: {
  readonly ticket: Ticket;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTranslation(['ticket', 'common']);
  const [found, setFound] = useState('');
  const [cause, setCause] = useState('');
  const [done, setDone] = useState('');
  const [isTried, setTried] = useState(false);
  const { give, isBusy, refusal } = useDialogRun(ticket, onClose);
  const errorOf = (value: string): string | null =>
    isTried && value.trim() === '' ? t('ticket:record.missing') : null;
  const confirm = (): void => {
    setTried(true);
    if ([found, cause, done].some((value) => value.trim() === '')) return;
    const doneText = t('ticket:done.record', { number: ticket.report.number });
    give({ type: 'record', record: { found, cause, done } }, doneText);
  };
  return (
    <Dialog
      title={t('ticket:record.title', { number: ticket.report.number })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button label={t('common:action.save')} kind="main" shortcut="Ctrl+Enter" isBusy={isBusy} onPress={confirm} />
        </>
      }
    >
      <Textarea
        label={t('ticket:record.found')}
        required
        maxLength={500}
        value={found}
        error={errorOf(found)}
        onChange={(event) => setFound(event.target.value)}
      />
      <Field
        label={t('ticket:record.cause')}
        required
        maxLength={200}
        value={cause}
        error={errorOf(cause)}
        onChange={(event) => setCause(event.target.value)}
      />
      <Textarea
        label={t('ticket:record.done')}
        required
        maxLength={500}
        value={done}
        error={errorOf(done)}
        onChange={(event) => setDone(event.target.value)}
      />
      <RefusalLine text={refusal} />
    </Dialog>
  );
}
