import type { Ladder } from '@faultline/shared/escalation/ladder.ts';
import { ladderOf, nextRung } from '@faultline/shared/escalation/ladder.ts';
import { liveAttemptOf } from '@faultline/shared/ticket/feedback.ts';
import type { LadderPolicy } from '@faultline/shared/ticket/policy.ts';
import type { CallAttempt, Feedback } from '@faultline/shared/ticket/ticket.ts';
import type { Instant } from '@faultline/shared/time.ts';
import { SECOND } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../live/board.ts';
import { useFromNow } from '../live/clock.ts';
import { MANUAL_LINE, phoneStateOf } from '../live/phone-state.ts';
import { PhoneMark } from '../parts/phone-mark.tsx';
import { PriorityMark } from '../parts/priority-mark.tsx';
import { Countdown, Elapsed } from '../parts/time-marks.tsx';
import { useTime } from '../text/use-time.ts';
import type { Names } from './names.ts';

export interface LadderStateProps {
  readonly feedback: Feedback;
  readonly policy: LadderPolicy;
  readonly names: Names;
  /** When its turn on the lines is expected; `null` while it does not wait for one. */
  readonly expectedAt?: Instant | null;
}

/** Where a ladder stands in one line: who is being rung and for how long, or what comes next and when. */
export function LadderState({ feedback, policy, names, expectedAt = null }: LadderStateProps): ReactNode {
  const { t } = useTranslation('ticket');
  const ladder = ladderOf(feedback, policy);
  const live = liveAttemptOf(feedback);
  if (ladder.state === 'stopped') return <span className="quiet">{t('ladder.stopped')}</span>;
  return (
    <span className="ladder-state" data-ladder={ladder.state}>
      {live ? (
        <UnderWay live={live} policy={policy} names={names} />
      ) : (
        <Waiting ladder={ladder} feedback={feedback} policy={policy} names={names} expectedAt={expectedAt} />
      )}
      <Held feedback={feedback} names={names} />
    </span>
  );
}

interface UnderWayProps {
  readonly live: CallAttempt;
  readonly policy: LadderPolicy;
  readonly names: Names;
}

function UnderWay({ live, policy, names }: UnderWayProps): ReactNode {
  const { t } = useTranslation('ticket');
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const name = live.contactName || names.contactRole(live.contactRole);
  const state = phoneStateOf(live);
  if (live.line === MANUAL_LINE) {
    return (
      <span>
        <PhoneMark state="by-hand" isShort /> <strong>{t('ladder.byHand', { name })}</strong> {t('ladder.within')}{' '}
        <Countdown deadlineAt={live.at + policy.manualSec * SECOND} isUnknown={isUnknown} />
      </span>
    );
  }
  return (
    <span>
      {state && <PhoneMark state={state} isShort />}{' '}
      <strong>{t(state === 'talking' ? 'ladder.talking' : 'ladder.ringing', { name })}</strong>{' '}
      <Elapsed since={live.answeredAt ?? live.at} isUnknown={isUnknown} />
    </span>
  );
}

interface WaitingProps extends Omit<LadderStateProps, 'expectedAt'> {
  readonly ladder: Ladder;
  readonly expectedAt: Instant | null;
}

function Waiting({ ladder, feedback, policy, names, expectedAt }: WaitingProps): ReactNode {
  const { t } = useTranslation('ticket');
  const time = useTime();
  const next = nextRung(ladder);
  const role = policy.steps[feedback.kind][next.step]?.role;
  const nextName = role ? names.contactRole(role) : '';
  if (ladder.state === 'paused') {
    const answered = feedback.attempts.findLast(({ outcome }) => outcome === 'acknowledged');
    const name = answered?.contactName || names.contactRole(answered?.contactRole ?? '');
    return <span>{t('ladder.paused', { name, time: time(ladder.dueAt, 'hh:mm:ss') })}</span>;
  }
  if (ladder.state === 'exhausted') {
    return (
      <span>
        {feedback.spentRounds > 0 && <PriorityMark priority={1} isShort />}{' '}
        <strong>{t(role ? 'ladder.spent' : 'ladder.none')}</strong> {role && ladder.dueAt === null && t('ladder.over')}
        {ladder.dueAt !== null && <Until text={t('ladder.again', { round: next.round })} at={ladder.dueAt} />}
      </span>
    );
  }
  if (expectedAt !== null) return <Until text={t('ladder.expected')} at={expectedAt} />;
  return <NextCall name={nextName} dueAt={ladder.dueAt} />;
}

/** Between the moment and the ring lie the queue and the line: "in 00:00" would look like a standstill. */
function NextCall({ name, dueAt }: { readonly name: string; readonly dueAt: Instant | null }): ReactNode {
  const { t } = useTranslation('ticket');
  const isDue = useFromNow((now) => dueAt === null || dueAt <= now);
  if (isDue || dueAt === null) return <span>{t('ladder.dueNow', { role: name })}</span>;
  return <Until text={`${t('ladder.next', { role: name })} ${t('ladder.nextIn')}`} at={dueAt} />;
}

/** What was expected and has not come stands at nought: it is not late, nobody's budget runs on a phone line. */
function Until({ text, at }: { readonly text: string; readonly at: Instant }): ReactNode {
  const isUnknown = useBoard((state) => state.status === 'cut-off');
  const shownAt = useFromNow((now) => Math.max(at, now));
  return (
    <span>
      {text} <Countdown deadlineAt={shownAt} isUnknown={isUnknown} />
    </span>
  );
}

function Held({ feedback, names }: Pick<LadderStateProps, 'feedback' | 'names'>): ReactNode {
  const { t } = useTranslation('ticket');
  const time = useTime();
  const { held } = feedback;
  const isOver = useFromNow((now) => held === null || held.until <= now);
  if (held === null || isOver) return null;
  return (
    <span className="ladder-held">
      {t('ladder.held', { who: names.actor(held.by), time: time(held.until, 'hh:mm:ss') })}
    </span>
  );
}
