import type { Identity } from '@faultline/shared/access/access.ts';
import type { Ticket } from '@faultline/shared/ticket/ticket.ts';
import { openIssue, openLeg } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import type { PersonalAction } from '@faultline/shared/wire/ticket.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { serverClock } from '../live/clock.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useDialogRun } from './action-run.ts';
import type { DeclaredStep } from './possible-actions.ts';
import { legsOwingReceipt, stepsToDeclare } from './possible-actions.ts';
import { RefusalLine } from './refusal-line.tsx';
import { TimeField } from './time-field.tsx';

export interface DeclareDialogProps {
  readonly ticket: Ticket;
  readonly who: Identity;
  readonly onClose: () => void;
}

const KEYS = ['1', '2', '3', '4', '5', '6'] as const;

/** A step that was told by phone, with the time that was told. Its evidence says so for ever. [T4] */
export function DeclareDialog({ ticket, who, onClose }: DeclareDialogProps): ReactNode {
  const { t } = useTranslation(['ticket', 'words', 'common']);
  const steps = stepsToDeclare(ticket, who);
  const [chosen, setChosen] = useState<DeclaredStep | null>(steps[0] ?? null);
  const [at, setAt] = useState<Instant | null>(() => serverClock.second());
  const { give, isBusy, refusal } = useDialogRun(ticket, onClose);
  const error = useTimeError(at);
  const confirm = (): void => {
    const action = chosen && at !== null ? declareAction(chosen, at, ticket) : null;
    if (action) give(action, t('ticket:done.declare', { number: ticket.report.number }));
  };
  return (
    <Dialog
      title={t('ticket:declare.title', { number: ticket.report.number })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button
            label={t('ticket:declare.confirm')}
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={isBusy}
            isDisabled={chosen === null || error !== null}
            onPress={confirm}
          />
        </>
      }
    >
      <p>{t('ticket:declare.hint')}</p>
      <fieldset className="choices">
        <legend>{t('ticket:declare.step')}</legend>
        {steps.map((step, index) => (
          <Button
            key={step}
            label={t(`ticket:step.${step}`)}
            shortcut={KEYS[index] ?? ''}
            isPressed={step === chosen}
            onPress={() => setChosen(step)}
          />
        ))}
      </fieldset>
      <TimeField label={t('ticket:declare.at')} value={at} onChange={setAt} error={error} isRequired />
      <RefusalLine text={refusal} />
    </Dialog>
  );
}

/** What can be said of a time before the server is asked: it is there, and not in the future. */
export function useTimeError(at: Instant | null): string | null {
  const { t } = useTranslation(['ticket', 'refusals']);
  if (at === null) return t('ticket:timeMissing');
  return at > serverClock.now() ? t('refusals:time-in-future') : null;
}

function declareAction(step: DeclaredStep, at: Instant, ticket: Ticket): PersonalAction | null {
  const entered = { at, evidence: 'declared-by-phone' } as const;
  if (step === 'deliver-to-centre') {
    const issue = openIssue(ticket);
    return issue && { type: step, issueNo: issue.no, entered };
  }
  const leg = openLeg(ticket);
  return leg && { type: step, legNo: leg.no, entered };
}

/** The crew says by phone that it has read the recall; the duty of the vehicle ends with it. [R2] */
export function ConfirmRecallDialog({ ticket, onClose }: Omit<DeclareDialogProps, 'who'>): ReactNode {
  const { t } = useTranslation(['ticket', 'common']);
  const leg = legsOwingReceipt(ticket)[0];
  const [at, setAt] = useState<Instant | null>(() => serverClock.second());
  const { give, isBusy, refusal } = useDialogRun(ticket, onClose);
  const error = useTimeError(at);
  const confirm = (): void => {
    if (!leg || at === null) return;
    const action: PersonalAction = {
      type: 'confirm-recall',
      legNo: leg.no,
      entered: { at, evidence: 'declared-by-phone' },
    };
    give(action, t('ticket:done.confirm-recall', { number: ticket.report.number }));
  };
  return (
    <Dialog
      title={t('ticket:confirmRecall.title', { number: ticket.report.number })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.back')} onPress={onClose} />
          <Button
            label={t('ticket:confirmRecall.confirm')}
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={isBusy}
            isDisabled={!leg || error !== null}
            onPress={confirm}
          />
        </>
      }
    >
      <p>{t('ticket:confirmRecall.hint')}</p>
      <TimeField label={t('ticket:declare.at')} value={at} onChange={setAt} error={error} isRequired />
      <RefusalLine text={refusal} />
    </Dialog>
  );
}
