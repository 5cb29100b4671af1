import type { AlarmPriority } from '@faultline/shared/ticket/alarms.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface PriorityMarkProps {
  readonly priority: AlarmPriority;
  /** Only an unacknowledged alarm of the first priority blinks, and only its icon. */
  readonly isNew?: boolean;
  /** Leaves the word away where the line says it already; it stays for screen readers. */
  readonly isShort?: boolean;
}

const SHAPES: Readonly<Record<AlarmPriority, string>> = {
  1: 'M8 1 15.5 14.5H.5Z',
  2: 'M8 .5 15.5 8 8 15.5.5 8Z',
  3: 'M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1Z',
};

/** ▲1 ◆2 ●3: shape, figure, word and colour, so that any one of them is enough. */
export function PriorityMark({ priority, isNew = false, isShort = false }: PriorityMarkProps): ReactNode {
  const { t } = useTranslation('words');
  return (
    <span className="priority" data-priority={priority}>
      <svg
        className="priority-shape"
        viewBox="0 0 16 16"
        aria-hidden="true"
        data-blinks={(isNew && priority === 1) || undefined}
      >
        <path d={SHAPES[priority]} />
        <text x="8" y={priority === 1 ? 13 : 11.5} textAnchor="middle">
          {priority}
        </text>
      </svg>
      <span className={isShort ? 'hidden-text' : undefined}>{t(`priority.P${priority}`)}</span>
    </span>
  );
}
