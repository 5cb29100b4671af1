import type { Duration, Instant } from '@faultline/shared/time.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFromNow } from '../live/clock.ts';
import { ageParts, countdown, span } from '../text/format.ts';

export interface CountdownProps {
  readonly deadlineAt: Instant;
  /** From this much remaining time on it is warned about; `null` never warns. */
  readonly warnBelow?: Duration | null;
  /** The feed has stopped: what the clock would say is not known. [D1] */
  readonly isUnknown?: boolean;
}

/** Remaining time as mm:ss; beyond the deadline it counts on with a minus. Derived from the one clock of the page. */
export function Countdown({ deadlineAt, warnBelow = null, isUnknown = false }: CountdownProps): ReactNode {
  const text = useFromNow((now) => countdown(deadlineAt - now));
  const urgency = useFromNow((now) => urgencyOf(deadlineAt - now, warnBelow));
  return (
    <span className="countdown figures" data-urgency={isUnknown ? 'unknown' : urgency}>
      {isUnknown ? '--:--' : text}
    </span>
  );
}

function urgencyOf(remaining: Duration, warnBelow: Duration | null): 'calm' | 'soon' | 'late' {
  if (remaining < 0) return 'late';
  return warnBelow !== null && remaining < warnBelow ? 'soon' : 'calm';
}

export interface AgeProps {
  readonly at: Instant;
}

/** "12 s ago", in the unit that fits. [V6] */
export function Age({ at }: AgeProps): ReactNode {
  const { t } = useTranslation('common');
  const unit = useFromNow((now) => ageParts(now - at).unit);
  const count = useFromNow((now) => ageParts(now - at).count);
  return <span className="age figures">{t(`age.${unit}`, { count })}</span>;
}

export interface ElapsedProps {
  readonly since: Instant;
  /** The feed has stopped: whether it still goes on is not known. [D1] */
  readonly isUnknown?: boolean;
}

/** How long something has been going on, as mm:ss. */
export function Elapsed({ since, isUnknown = false }: ElapsedProps): ReactNode {
  const text = useFromNow((now) => span(Math.max(0, now - since)));
  return <span className="figures">{isUnknown ? '--:--' : text}</span>;
}
