import type { ContactRole } from '@faultline/shared/organisation/organisation.ts';
import type { FeedbackKind } from '@faultline/shared/ticket/policy.ts';
import { useTranslation } from 'react-i18next';
import type { LadderTime } from './ladder-form.ts';
import { LADDER_TIMES } from './ladder-form.ts';

/** A step as far as one line says it: also one whose figures are still being typed. */
interface SaidStep {
  readonly role: ContactRole;
  readonly tries: number | null;
}

export interface LadderWords {
  readonly kindText: (kind: FeedbackKind) => string;
  /** "duty phone ×2 → first chief ×2", or that only a person rings. */
  readonly stepsText: (steps: readonly SaidStep[]) => string;
  readonly timeText: (key: LadderTime, figure: number | null) => string;
}

/** Ladders in words, so that one sees what would happen without reading figures. */
export function useLadderWords(): LadderWords {
  const { t } = useTranslation(['admin', 'words']);
  return {
    kindText: (kind) => t(`words:feedback.${kind}`),
    stepsText: (steps) => {
      if (steps.length === 0) return t('admin:ladder.byHandOnly');
      return steps
        .map(({ role, tries }) =>
          t('admin:ladder.step', { role: t(`words:contactRole.${role}`), count: tries ?? Number.NaN }),
        )
        .join(' → ');
    },
    timeText: (key, figure) => {
      const unit = LADDER_TIMES.find((time) => time.key === key)?.unit ?? 'seconds';
      if (figure === null) return unit === 'rounds' ? t('admin:ladder.withoutEnd') : '—';
      return t(`admin:ladder.unit.${unit}`, { count: figure });
    },
  };
}
