import type { Point } from '@faultline/shared/ticket/points.ts';
import type { Stamp, Ticket } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { useTime } from '../text/use-time.ts';
import { useDialogRun } from './action-run.ts';
import { useTimeError } from './declare-dialog.tsx';
import { RefusalLine } from './refusal-line.tsx';
import { TimeField } from './time-field.tsx';

/** One stamped point of one issue or leg. */
export interface StampedPoint {
  readonly point: Point;
  readonly issueNo: number | null;
  readonly legNo: number | null;
  readonly stamp: Stamp;
}

export interface CorrectDialogProps {
  readonly ticket: Ticket;
  readonly target: StampedPoint;
  readonly onClose: () => void;
}

/** A better time by a named person with a reason; the old value stays visible for ever. [T5] */
export function CorrectDialog({ ticket, target, onClose }: CorrectDialogProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words', 'common']);
  const time = useTime();
  const [at, setAt] = useState<Instant | null>(target.stamp.at);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { give, isBusy, refusal } = useDialogRun(ticket, onClose);
  const error = useTimeError(at);
  const confirm = (): void => {
    setTried(true);
    if (at === null || error !== null || reason.trim() === '') return;
    const { point, issueNo, legNo } = target;
    const doneText = t('ticket:done.correct', { number: ticket.report.number, point });
    give({ type: 'correct', point, issueNo, legNo, at, reason }, doneText);
  };
  return (
    <Dialog
      title={t('ticket:correct.title', { point: `${target.point} ${t(`words:point.${target.point}`)}` })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button
            label={t('ticket:correct.confirm')}
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={isBusy}
            onPress={confirm}
          />
        </>
      }
    >
      <p>{t('ticket:correct.hint', { time: time(target.stamp.at, 'YYYY-MM-DD hh:mm:ss') })}</p>
      <TimeField label={t('ticket:correct.at')} value={at} onChange={setAt} error={error} isRequired />
      <Field
        label={t('ticket:correct.reason')}
        required
        maxLength={300}
        value={reason}
        error={isTried && reason.trim() === '' ? t('ticket:correct.reasonMissing') : null}
        onChange={(event) => setReason(event.target.value)}
      />
      <RefusalLine text={refusal} />
    </Dialog>
  );
}
