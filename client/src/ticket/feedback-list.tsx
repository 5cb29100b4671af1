import type { Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTime } from '../text/use-time.ts';
import type { Names } from './names.ts';

/** The hops that lay still so long that somebody had to be phoned, with every attempt that was made. [E2] */
export function FeedbackList({
  feedbacks,
  names,
}: {
  readonly feedbacks: readonly Feedback[];
  readonly names: Names;
}): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  if (feedbacks.length === 0) return <p className="quiet">{t('ticket:feedbacks.none')}</p>;
  return (
    <ul className="feedbacks">
      {feedbacks.map((feedback) => (
        <li key={feedback.key} className="feedback" data-open={feedback.ended === null || undefined}>
          <p>
            <strong>{t(`words:feedback.${feedback.kind}`)}</strong> · {names.department(feedback.departmentId)} ·{' '}
            {t('ticket:feedbacks.raised', { time: time(feedback.raisedAt, 'hh:mm:ss') })} ·{' '}
            {feedback.ended
              ? t('ticket:feedbacks.ended', {
                  time: time(feedback.ended.at, 'hh:mm:ss'),
                  cause: t(`words:event.${feedback.ended.cause}`),
                })
              : t('ticket:feedbacks.open')}
          </p>
          <Attempts feedback={feedback} names={names} />
        </li>
      ))}
    </ul>
  );
}

export function Attempts({ feedback, names }: { readonly feedback: Feedback; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  if (feedback.attempts.length === 0) return <p className="quiet">{t('ticket:feedbacks.noAttempts')}</p>;
  return (
    <ol className="attempts" aria-label={t('ticket:feedbacks.attempts')}>
      {feedback.attempts.map((attempt) => (
        <li key={`${attempt.at} ${attempt.contactId}`}>
          <span className="figures">{time(attempt.at, 'hh:mm:ss')}</span> {attempt.contactName}:{' '}
          <strong>{t(`words:callOutcome.${attempt.outcome}`)}</strong>
          {attempt.note && ` · ${attempt.note}`} <span className="quiet">{names.actor(attempt.by)}</span>
        </li>
      ))}
    </ol>
  );
}
