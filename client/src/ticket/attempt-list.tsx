import type { LadderPolicy } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { phoneStateOf } from '../live/phone-state.ts';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { useTime } from '../text/use-time.ts';
import type { Names } from './names.ts';
import { OutcomeSign } from './rung-picture.tsx';
import type { PlacedCall } from './rungs.ts';
import { placedCalls } from './rungs.ts';

export interface AttemptListProps {
  readonly feedback: Feedback;
  readonly policy: LadderPolicy;
  readonly names: Names;
}

/** Every call about a hop, with all that is known of it, the first one first. [E2] */
export function AttemptList({ feedback, policy, names }: AttemptListProps): ReactNode {
  const { t } = useTranslation('ticket');
  const calls = placedCalls(feedback, policy);
  if (calls.length === 0) return <p className="quiet">{t('feedbacks.noAttempts')}</p>;
  return (
    <ol className="attempts" aria-label={t('feedbacks.attempts')}>
      {calls.map((call) => (
        <Attempt
          key={call.attempt.callId ?? `${call.attempt.at} ${call.attempt.contactId}`}
          call={call}
          names={names}
        />
      ))}
    </ol>
  );
}

function Attempt({ call, names }: { readonly call: PlacedCall; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const { attempt } = call;
  const state = phoneStateOf(attempt);
  const facts = useFacts(call, names);
  return (
    <li className="attempt" data-live={state ?? undefined}>
      <p className="attempt-head">
        {state && <PhoneMark state={state} isShort />}
        {attempt.outcome && <OutcomeSign outcome={attempt.outcome} />}
        <strong>{attempt.contactName || t('ticket:attempt.nobody')}</strong>
        <span>{names.contactRole(attempt.contactRole)}</span>
        <strong className="attempt-outcome">
          {attempt.outcome ? t(`words:callOutcome.${attempt.outcome}`) : state && t(`words:phoneState.${state}`)}
        </strong>
      </p>
      <p className="attempt-facts">{facts.join(' · ')}</p>
      <AttemptTimes attempt={attempt} names={names} />
      {attempt.note && <p>{attempt.note}</p>}
      {attempt.text && (
        <details>
          <summary>{t('ticket:attempt.spoken')}</summary>
          <p className="attempt-spoken">{attempt.text}</p>
        </details>
      )}
    </li>
  );
}

/** Where on the ladder, whom and how found, by which number and line. */
function useFacts({ attempt, round, step, tryNo }: PlacedCall, names: Names): readonly string[] {
  const { t } = useTranslation(['ticket', 'words']);
  const isByHand = attempt.callId === null;
  return [
    isByHand ? t('ticket:attempt.beside') : '',
    !isByHand && round > 1 ? t('ticket:ladder.round', { round }) : '',
    step === null ? '' : t('ticket:attempt.step', { no: step + 1 }),
    isByHand ? '' : t('ticket:attempt.tryNo', { no: tryNo }),
    attempt.foundBy ? t(`words:foundBy.${attempt.foundBy}`) : '',
    attempt.number === '' ? '' : `${t('ticket:attempt.number')} ${attempt.number}`,
    isByHand ? '' : `${t('ticket:attempt.line')} ${names.line(attempt.line)}`,
  ].filter((fact) => fact !== '');
}

function AttemptTimes({ attempt, names }: { readonly attempt: CallAttempt; readonly names: Names }): ReactNode {
  const { t } = useTranslation('ticket');
  const time = useTime();
  const { at, answeredAt, endedAt, pressed, code, callId, by, endedBy } = attempt;
  const parts =
    callId === null
      ? [t('attempt.told', { time: time(at, 'hh:mm:ss') }), t('attempt.by', { who: names.actor(by) })]
      : [
          t('attempt.placed', { time: time(at, 'hh:mm:ss') }),
          answeredAt === null ? '' : t('attempt.answered', { time: time(answeredAt, 'hh:mm:ss') }),
          pressed === null ? '' : t('attempt.pressed', { key: pressed }),
          endedAt === null ? '' : t('attempt.ended', { time: time(endedAt, 'hh:mm:ss') }),
          code === '' ? '' : names.callCode(code),
          endedBy === null ? '' : t('attempt.endedBy', { who: names.actor(endedBy) }),
        ];
  return <p className="attempt-times figures">{parts.filter((part) => part !== '').join(' · ')}</p>;
}
