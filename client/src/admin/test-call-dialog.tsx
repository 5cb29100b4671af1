import type { Contact } from '@faultline/shared/organisation/organisation.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { WireRefusal } from '@faultline/shared/wire/errors.ts';
import { callLogSchema, testCallAnswerSchema } from '@faultline/shared/wire/escalation.ts';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../live/api.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useTime } from '../text/use-time.ts';
import { useLineName } from './finding-words.ts';
import { FormRefusal } from './form-refusal.tsx';
import type { LoggedCall, StageState } from './test-call.ts';
import { stagesOf } from './test-call.ts';
import { usePolled } from './use-polled.ts';

export interface TestCallDialogProps {
  readonly contact: Contact;
  /** The person with his department. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Rings somebody for real, and shows each step as the line reports it. The call goes on when the dialog is closed. */
export function TestCallDialog({ contact, name, onClose }: TestCallDialogProps): ReactNode {
  const { t } = useTranslation(['admin', 'common']);
  const [callId, setCallId] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<WireRefusal | null>(null);
  const [isOver, setOver] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const answer = await post('/api/escalation/test-calls', { contactId: contact.id }, testCallAnswerSchema);
    setBusy(false);
    if (!answer.ok) return setRefusal(answer.refusal);
    setOver(false);
    setCallId(answer.value.callId);
  };
  const isRunning = callId !== null && !isOver;
  return (
    <Dialog
      title={t('admin:test.title', { name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t('common:action.close')} onPress={onClose} />
          <Button
            label={t(callId === null ? 'admin:test.start' : 'admin:test.again')}
            kind="main"
            shortcut="Ctrl+Enter"
            isBusy={isBusy || isRunning}
            onPress={() => {
              start().catch(reportError);
            }}
          />
        </>
      }
    >
      <p>{t('admin:test.hint')}</p>
      <FormRefusal refusal={refusal} />
      {callId !== null && <TestResult key={callId} callId={callId} onOver={() => setOver(true)} />}
    </Dialog>
  );
}

/** The server does not announce test calls, so the open dialog asks once a second until the call is over. */
function TestResult({ callId, onOver }: { readonly callId: string; readonly onOver: () => void }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const [isOver, setOver] = useState(false);
  const { value, refusal } = usePolled('/api/escalation/calls', callLogSchema, isOver ? null : SECOND);
  const call = value?.calls.find(({ id }) => id === callId);
  if (call && call.endedAt !== null && !isOver) {
    setOver(true);
    onOver();
  }
  return (
    <div aria-live="polite" data-testid="test-call">
      <FormRefusal refusal={refusal} />
      {call ? <Stages call={call} /> : <p className="quiet">{t('admin:test.waiting')}</p>}
    </div>
  );
}

const SIGNS: Readonly<Record<StageState['state'], string>> = { done: '✓', now: '…', open: '○', failed: '✕' };

function Stages({ call }: { readonly call: LoggedCall }): ReactNode {
  const { t } = useTranslation(['admin', 'words']);
  const time = useTime();
  const lineName = useLineName();
  return (
    <>
      <ol className="admin-stages">
        {stagesOf(call).map(({ stage, state, at }) => (
          <li key={stage} data-stage={stage} data-state={state}>
            <span className="admin-step-sign" aria-hidden="true">
              {SIGNS[state]}
            </span>
            <span>
              {t(`admin:test.stage.${stage}`)}
              <span className="hidden-text">{t(`admin:test.state.${state}`)}</span>
            </span>
            <span className="figures">{state === 'done' ? time(at, 'hh:mm:ss') : ''}</span>
          </li>
        ))}
      </ol>
      <p>{t('admin:test.by', { line: lineName(call.line), number: call.number })}</p>
      {call.outcome !== null && (
        <p data-testid="test-verdict">
          <strong className={call.outcome === 'acknowledged' ? undefined : 'admin-lacks'}>
            {call.outcome === 'acknowledged'
              ? t('admin:test.reached')
              : t('admin:test.notReached', { outcome: t(`words:callOutcome.${call.outcome}`) })}
          </strong>
          {call.code !== '' && <span className="quiet"> {t('admin:test.code', { code: call.code })}</span>}
        </p>
      )}
    </>
  );
}
