import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiResult } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useNotices } from '../parts/notices.tsx';
import { FormRefusal } from './form-refusal.tsx';
import { readOffice } from './office.ts';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly hint: string;
  readonly confirm: string;
  readonly doneText: string;
  readonly send: () => Promise<ApiResult<unknown>>;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** A step that somebody notices at once: cutting off a device, removing a record. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { t } = useTranslation('common');
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<WireRefusal | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const answer = await props.send();
    setBusy(false);
    if (!answer.ok) return setRefusal(answer.refusal);
    useNotices.getState().show('done', props.doneText);
    props.onClose();
    props.onDone?.();
    await readOffice();
  };
  return (
    <Dialog
      title={props.title}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t('action.cancel')} onPress={props.onClose} />
          <Button
            label={props.confirm}
            kind="danger"
            isBusy={isBusy}
            onPress={() => {
              run().catch(reportError);
            }}
          />
        </>
      }
    >
      <p>{props.hint}</p>
      <FormRefusal refusal={refusal} />
    </Dialog>
  );
}
