import type { Identity } from '@faultline/shared/access/access.ts';
import type { CancelReason, EndReason, Ticket } from '@faultline/shared/ticket/ticket.ts';
import { CANCEL_REASONS, END_REASONS, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { useDialogRun } from './action-run.ts';
import { useNames } from './names.ts';
import { targetOf } from './possible-actions.ts';
import { RefusalLine } from './refusal-line.tsx';

export interface EndDialogProps {
  readonly ticket: Ticket;
  readonly how: 'return' | 'recall' | 'cancel';
  readonly who: Identity;
  readonly onClose: () => void;
}

/** Takes a ticket out of somebody's hands. Says before what will happen, and to whom. [R1] */
export function EndDialog({ ticket, how, who, onClose }: EndDialogProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words', 'common']);
  const consequence = useConsequence(ticket, how, who);
  const [reason, setReason] = useState('');
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const { give, isBusy, refusal } = useDialogRun(ticket, onClose);
  const isTextOwed = reason === 'other' && text.trim() === '';
  const action = reason === '' || isTextOwed ? null : endAction(how, ticket, who, reason, text);
  const confirm = (): void => {
    setTried(true);
    if (action) give(action, t(`ticket:done.${how}`, { number: ticket.report.number }));
  };
  const reasons = how === 'cancel' ? CANCEL_REASONS : END_REASONS;
  return (
    <Dialog
      title={t(`ticket:end.${how}.title`, { number: ticket.report.number })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button
            label={t(`ticket:end.${how}.confirm`)}
            kind="danger"
            shortcut="Ctrl+Enter"
            isBusy={isBusy}
            onPress={confirm}
          />
        </>
      }
    >
      <p>{consequence}</p>
      <Select
        label={t('ticket:end.reason')}
        required
        startsEmpty
        value={reason}
        error={isTried && reason === '' ? t('ticket:end.reasonMissing') : null}
        options={reasons.map((value) => ({
          value,
          text:
            isCancelReason(value) && how === 'cancel'
              ? t(`words:cancelReason.${value}`)
              : isEndReason(value)
                ? t(`words:endReason.${value}`)
                : value,
        }))}
        onChange={(event) => setReason(event.target.value)}
      />
      <Field
        label={t('ticket:end.text')}
        value={text}
        maxLength={300}
        required={reason === 'other'}
        error={isTried && isTextOwed ? t('ticket:end.textMissing') : null}
        onChange={(event) => setText(event.target.value)}
      />
      <RefusalLine text={refusal} />
    </Dialog>
  );
}

function useConsequence(ticket: Ticket, how: 'return' | 'recall' | 'cancel', who: Identity): string {
  const { t } = useTranslation('ticket');
  const names = useNames();
  const leg = openLeg(ticket);
  const vehicle = leg ? names.vehicle(leg.vehicleId) : '';
  if (how === 'cancel') return leg ? t('end.cancel.withVehicle', { vehicle }) : t('end.cancel.plain');
  const isOfIssue = targetOf(how, ticket, who)?.target === 'issue';
  const centreId = ticket.issues.at(-1)?.centreId;
  const centre = centreId === undefined ? '' : names.department(centreId);
  if (how === 'return') return isOfIssue ? t('end.return.issue', { centre }) : t('end.return.leg', { centre });
  if (!isOfIssue) return t('end.recall.leg', { vehicle, crew: leg ? names.department(leg.crewId) : '' });
  return leg ? t('end.recall.issueWithVehicle', { centre, vehicle }) : t('end.recall.issue', { centre });
}

function endAction(
  how: EndDialogProps['how'],
  ticket: Ticket,
  who: Identity,
  reason: string,
  text: string,
): PersonalAction | null {
  if (how === 'cancel') return isCancelReason(reason) ? { type: 'cancel', reason, text } : null;
  const target = targetOf(how, ticket, who);
  return target && isEndReason(reason) ? { type: how, ...target, reason, text } : null;
}

function isCancelReason(reason: string): reason is CancelReason {
  return CANCEL_REASONS.some((known) => known === reason);
}

function isEndReason(reason: string): reason is EndReason {
  return END_REASONS.some((known) => known === reason);
}
