import type { Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useTime } from '../text/use-time.ts';
import { AttemptList } from './attempt-list.tsx';
import { LadderState } from './ladder-state.tsx';
import type { Names } from './names.ts';
import { RungPicture } from './rung-picture.tsx';
import './calls.css';

/** The hops that lay still so long that somebody had to be phoned, with their ladders and every call. [E2] */
export function FeedbackList({
  feedbacks,
  names,
}: {
  readonly feedbacks: readonly Feedback[];
  readonly names: Names;
}): ReactNode {
  const { t } = useTranslation('ticket');
  if (feedbacks.length === 0) return <p className="quiet">{t('feedbacks.none')}</p>;
  return (
    <ul className="feedbacks">
      {feedbacks.map((feedback) => (
        <FeedbackItem key={feedback.key} feedback={feedback} names={names} />
      ))}
    </ul>
  );
}

function FeedbackItem({ feedback, names }: { readonly feedback: Feedback; readonly names: Names }): ReactNode {
  const { t } = useTranslation(['ticket', 'words']);
  const time = useTime();
  const policies = useBoard((state) => state.policies);
  // The ladder that is climbed to the end is the one of the policy under which it began. [B2]
  const policy = policies.find(({ version }) => version === feedback.policyVersion)?.ladder;
  const isOpen = feedback.ended === null;
  return (
    <li className="feedback" data-open={isOpen || undefined}>
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
      {policy && isOpen && (
        <>
          <p>
            <LadderState feedback={feedback} policy={policy} names={names} />
          </p>
          <RungPicture feedback={feedback} policy={policy} names={names} />
        </>
      )}
      {policy && <AttemptList feedback={feedback} policy={policy} names={names} />}
    </li>
  );
}
