import { MINUTE } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import { Countdown } from '../parts/time-marks.tsx';
import { useTime } from '../text/use-time.ts';
import type { LegView } from './leg-view.ts';

/** Below this the rest of the promise is shown as running out. */
const SOON = 10 * MINUTE;

/** What is left of the promise; after the arrival whether it was kept. [B4] */
export function PromiseClock({
  view,
  isShort = false,
}: {
  readonly view: LegView;
  readonly isShort?: boolean;
}): ReactNode {
  const { t } = useTranslation('vehicle');
  const time = useTime();
  const { leg, promiseDue } = view;
  const isLate = useFromNow((now) => now > promiseDue);
  const verdict = leg.H ? (leg.H.at <= promiseDue ? 'kept' : 'lost') : null;
  if (verdict) {
    const word = t(verdict === 'kept' ? 'current.arrivedInTime' : 'current.arrivedLate');
    return (
      <span className="promise-clock" data-verdict={verdict} data-short={isShort || undefined}>
        {word}
      </span>
    );
  }
  return (
    <span className="promise-clock" data-short={isShort || undefined}>
      {!isShort && <span className="promise-clock-label">{t(isLate ? 'current.overdue' : 'current.remaining')}</span>}
      <Countdown deadlineAt={promiseDue} warnBelow={SOON} />
      {!isShort && (
        <span className="promise-clock-label figures">{t('current.due', { time: time(promiseDue, 'hh:mm') })}</span>
      )}
    </span>
  );
}
